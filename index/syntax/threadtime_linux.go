package syntax

import (
	"syscall"
	"time"
)

// threadTime is how much the thread has computed, which the goroutine must be
// locked to; false when that can't be told.
func threadTime() (time.Duration, bool) {
	const thread = 1 // RUSAGE_THREAD of getrusage(2), which package syscall has no name for
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
