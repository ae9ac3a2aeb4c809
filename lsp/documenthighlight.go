package lsp

import (
	"go.lsp.dev/protocol"

	"topicls/lsp/internal/wire"
)

// documentHighlight answers textDocument/documentHighlight: where else in the
// file the same thing stands.
func (s *server) documentHighlight(q query) []wire.DocumentHighlight {
	at := q.locations(q.snap.Highlights(q.rel, q.off))
	out := make([]wire.DocumentHighlight, len(at))
	for i, l := range at {
		out[i] = wire.DocumentHighlight{Range: l.Range, Kind: protocol.DocumentHighlightKindText}
	}
	return out
}
