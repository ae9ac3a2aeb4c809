package lsp

import (
	"context"

	"topicls/lsp/internal/wire"
)

// didChangeConfiguration follows changed settings: a client that answers
// questions about them is asked, others send them.
func (s *server) didChangeConfiguration(_ context.Context, p wire.ConfigurationChangedParams) error {
	if s.client.Configuration {
		s.rpc.Go("settings", s.askSettings)
	} else if p.Settings != nil {
		s.settingsGiven(p.Settings)
	}
	return nil
}
