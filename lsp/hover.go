package lsp

import (
	"fmt"

	"go.lsp.dev/protocol"

	"topicls/index/topology"
)

// hover answers textDocument/hover.
func (s *server) hover(q query) *protocol.Hover {
	h, ok := q.snap.Hover(q.rel, q.off)
	if !ok {
		return nil
	}
	out := &protocol.Hover{Contents: *q.markup(&h.Page, s.client.HoverMarkdown)}
	if l, ok := q.folder.location(q.snap, h.Place); ok {
		out.Range = &l.Range
	}
	return out
}

// locate spells a place as file:line, and as a link that editors open.
func (q query) locate(p topology.Place) (label, href string) {
	l, ok := q.folder.location(q.snap, p)
	if !ok {
		return p.File, string(q.folder.uri(p.File))
	}
	line := l.Range.Start.Line + 1
	return fmt.Sprintf("%s:%d", p.File, line), fmt.Sprintf("%s#L%d", l.URI, line)
}
