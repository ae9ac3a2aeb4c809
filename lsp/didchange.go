package lsp

import (
	"context"

	"topicls/lsp/internal/wire"
)

// didChange applies edits to an open document.
func (s *server) didChange(_ context.Context, p wire.DidChangeParams) error {
	path, ok := p.URI.Path()
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.documents[path]
	if d == nil {
		s.log.Warn("change of a document that is not open", "path", path)
		return nil
	}
	d.text = wire.ApplyChanges(d.text, p.Changes, s.enc)
	d.version = p.Version
	s.textChanged(d)
	return nil
}
