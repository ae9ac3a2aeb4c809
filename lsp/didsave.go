package lsp

import (
	"context"

	"topicls/index/source"
	"topicls/lsp/internal/wire"
)

// didSave looks at the file on disk: it may be a new one.
func (s *server) didSave(_ context.Context, p wire.DidSaveParams) error {
	path, ok := p.URI.Path()
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, rel := s.folderOf(path); f != nil {
		f.change(edit{rel: rel}, source.Touched(rel))
	}
	return nil
}
