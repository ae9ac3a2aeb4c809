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
	if s.client.Configuration {
		s.rpc.Go("settings", s.askSettings)
	}
	if s.client.ConfigurationDynamic {
		s.rpc.Go("register for changed settings", s.registerSettings)
	}
	if s.client.TokensDynamic {
		s.rpc.Go("register for semantic tokens", s.registerTokens)
	}
	if s.client.WatchFiles {
		s.rpc.Go("register for file changes", s.registerWatchers)
	}
	return nil
}
