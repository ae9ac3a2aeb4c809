package lsp

import "topicls/lsp/internal/wire"

// references answers textDocument/references: endpoints, constants and lines
// of configuration.
func (s *server) references(q query) []wire.Location {
	return append(q.locations(q.snap.References(q.rel, q.off, q.params.IncludeDeclaration)), q.elsewhere(q.snap.ReferencesElsewhere(q.rel, q.off))...)
}
