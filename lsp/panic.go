package lsp

import "testing"

// panicked lets tests fail on a panic that a session survives.
func panicked(p any) {
	if testing.Testing() {
		panic(p)
	}
}
