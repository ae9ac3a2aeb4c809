package lsp

import "topicls/lsp/internal/wire"

// declaration answers textDocument/declaration: it leads to where a name is given.
func (s *server) declaration(q query) []wire.Location {
	return q.locations(q.snap.Declaration(q.rel, q.off))
}
