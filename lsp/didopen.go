package lsp

import (
	"context"

	"topicls/lsp/internal/wire"
)

// didOpen lays the client's text over a file.
func (s *server) didOpen(_ context.Context, p wire.DidOpenParams) error {
	path, ok := s.uris.Note(p.URI)
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &document{path: path, version: p.Version, text: []byte(p.Text)}
	s.documents[path] = d
	s.textChanged(d)
	return nil
}
