package lsp

// implementation answers textDocument/implementation: it leads to what handles a topic's messages.
func (s *server) implementation(q query) links {
	return q.links(q.snap.Implementation(q.rel, q.off), q.folder.s.client.ImplementationLinks)
}
