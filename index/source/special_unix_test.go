//go:build unix

package source

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// makeSpecial makes a pipe, a device and a link to the pipe.
func makeSpecial(t testing.TB, root string) {
	must(t, syscall.Mkfifo(filepath.Join(root, "pipe.py"), 0o644))
	must(t, os.Symlink("pipe.py", filepath.Join(root, "to-pipe.py")))
	// /dev/zero never ends. Where devices can't be made a link must do.
	device := filepath.Join(root, "device.py")
	if err := syscall.Mknod(device, syscall.S_IFCHR|0o644, 1<<8|5); err != nil {
		must(t, os.Symlink("/dev/zero", device))
	}
}
