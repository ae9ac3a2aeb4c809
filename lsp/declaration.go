package lsp

// declaration answers textDocument/declaration: it leads to where a name is given.
func (s *server) declaration(q query) links {
	return q.links(q.snap.Declaration(q.rel, q.off), q.folder.s.client.DeclarationLinks)
}
