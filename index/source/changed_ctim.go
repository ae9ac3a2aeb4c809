//go:build linux || android || dragonfly || openbsd || solaris || illumos || aix

package source

import (
	"io/fs"
	"syscall"
)

// changed is when a file's bytes, or what is known of it, last changed.
// Programs can set a file's time of modification, but not this one.
func changed(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ctim.Nano()
	}
	return 0
}
