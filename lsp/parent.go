package lsp

import (
	"context"
	"time"
)

// watchParent ends the session when the client's process is gone: a client
// that dies may leave the pipe open in a process that it started.
func (s *server) watchParent(pid int64) {
	if pid <= 1 || !alive(pid) { // none, or one of another machine or container
		return
	}
	s.rpc.Go("watch the client's process", func(ctx context.Context) {
		tick := time.NewTicker(parentInterval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if !alive(pid) {
					s.log.Warn("the client's process is gone", "pid", pid)
					s.quit()
					return
				}
			}
		}
	})
}

// parentInterval is the time between two looks at the client's process.
const parentInterval = 2 * time.Second
