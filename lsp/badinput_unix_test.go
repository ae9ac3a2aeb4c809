//go:build unix

package lsp

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"topicls/lsp/internal/lsptest"
)

// TestUnreadable takes permissions away (of no effect for root, who runs CI)
// and puts a pipe where a file should be.
func TestUnreadable(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming, "closed/main.py", producing, "shut.py", producing)
	for _, p := range []string{"closed", "shut.py"} {
		p = filepath.Join(root, p)
		if err := os.Chmod(p, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(p, 0o755) })
	}
	if err := syscall.Mkfifo(filepath.Join(root, "pipe.py"), 0o644); err != nil {
		t.Fatal(err)
	}
	e := lsptest.Start(t, serve, lsptest.Options{})
	e.Initialize(root)
	settle(t, e)
	if got := leadsTo(t, e, root, "b/main.py", 2, 26); len(got) == 0 || got[0] != "a/main.py:4" {
		t.Errorf("leads to %v", got)
	}
	if err := e.Request("textDocument/hover", lsptest.At(filepath.Join(root, "pipe.py"), 0, 0), nil); err != nil {
		t.Error(err)
	}
}
