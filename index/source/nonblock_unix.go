//go:build unix

package source

import "syscall"

// openNonblock makes opening a pipe not wait for its other end.
const openNonblock = syscall.O_NONBLOCK
