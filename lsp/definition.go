package lsp

import "topicls/lsp/internal/wire"

// definition answers textDocument/definition: it leads to a topic's other side.
func (s *server) definition(q query) []wire.Location {
	return q.locations(q.snap.Definition(q.rel, q.off))
}
