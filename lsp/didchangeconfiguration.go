package lsp

import (
	"context"

	"topicls/lsp/internal/wire"
)

// didChangeConfiguration is accepted: there are no settings yet that change a
// running session.
func (s *server) didChangeConfiguration(_ context.Context, _ wire.ConfigurationChangedParams) error {
	return nil
}
