package lsp

import (
	"context"
	"errors"

	"topicls/lsp/internal/rpc"
)

// notify sends a notification. When the session has ended that is no matter.
func (s *server) notify(method string, params any) {
	if err := s.rpc.Notify(context.Background(), method, params); err != nil && !errors.Is(err, rpc.ErrClosed) {
		s.log.Warn("notification not sent", "method", method, "err", err)
	}
}
