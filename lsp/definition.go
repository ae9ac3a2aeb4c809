package lsp

// definition answers textDocument/definition: it leads to a topic's other side.
func (s *server) definition(q query) links {
	return q.links(q.snap.Definition(q.rel, q.off), q.folder.s.client.DefinitionLinks, q.elsewhere(q.snap.DefinitionElsewhere(q.rel, q.off))...)
}
