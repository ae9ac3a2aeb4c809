package lsp

import (
	"context"

	"topicls/lsp/internal/rpc"
)

// initialized begins to index and to watch files.
func (s *server) initialized(context.Context, rpc.NoParams) error {
	s.mu.Lock()
	s.started = true
	s.arrange()
	s.mu.Unlock()
	if s.client.WatchFiles {
		s.rpc.Go("register for file changes", s.registerWatchers)
	}
	return nil
}
