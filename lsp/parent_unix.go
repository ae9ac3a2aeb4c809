//go:build unix

package lsp

import (
	"errors"
	"syscall"
)

// alive reports whether a process exists.
func alive(pid int64) bool {
	err := syscall.Kill(int(pid), 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
