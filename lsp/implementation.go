package lsp

// implementation answers textDocument/implementation: it leads to what handles a topic's messages.
func (s *server) implementation(q query) locations {
	return q.locations(q.snap.Implementation(q.rel, q.off))
}
