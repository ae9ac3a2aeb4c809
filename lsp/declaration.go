package lsp

// declaration answers textDocument/declaration: it leads to where a name is given.
func (s *server) declaration(q query) locations {
	return q.locations(q.snap.Declaration(q.rel, q.off))
}
