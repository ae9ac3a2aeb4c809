package lsp

import "topicls/lsp/internal/wire"

// implementation answers textDocument/implementation: it leads to what handles a topic's messages.
func (s *server) implementation(q query) []wire.Location {
	return q.locations(q.snap.Implementation(q.rel, q.off))
}
