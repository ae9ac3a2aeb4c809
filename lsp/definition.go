package lsp

// definition answers textDocument/definition: it leads to a topic's other side.
func (s *server) definition(q query) locations {
	return q.locations(q.snap.Definition(q.rel, q.off))
}
