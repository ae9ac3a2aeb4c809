package lsp

import (
	"context"

	"topicls/index/source"
	"topicls/lsp/internal/wire"
)

// didClose takes the client's text away: the file on disk counts again.
func (s *server) didClose(_ context.Context, p wire.DocumentParams) error {
	path, ok := p.URI.Path()
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.documents[path] == nil {
		return nil
	}
	delete(s.documents, path)
	if f, rel := s.folderOf(path); f != nil {
		f.change(edit{rel: rel, closed: true}, source.Closed(rel), source.Touched(rel))
	}
	return nil
}
