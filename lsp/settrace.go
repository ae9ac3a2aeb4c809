package lsp

import (
	"context"

	"topicls/lsp/internal/rpc"
)

// setTrace is accepted and has no effect: the server's log says more.
func (s *server) setTrace(context.Context, rpc.NoParams) error { return nil }
