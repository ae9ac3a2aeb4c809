//go:build !unix

package lsp

// alive is not known here; the pipe's end tells.
func alive(int64) bool { return false }
