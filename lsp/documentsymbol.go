package lsp

import (
	"encoding/json"

	"go.lsp.dev/protocol"

	"topicls/lsp/internal/wire"
)

// documentSymbols is in the form that the client knows, and never null.
type documentSymbols struct {
	nested []protocol.DocumentSymbol
	flat   []protocol.SymbolInformation
}

// MarshalJSON implements json.Marshaler.
func (d documentSymbols) MarshalJSON() ([]byte, error) {
	if d.nested != nil {
		return json.Marshal(d.nested)
	}
	return json.Marshal(wire.List(d.flat))
}

// documentSymbol answers textDocument/documentSymbol: the endpoints of code,
// the services of a deployment.
func (s *server) documentSymbol(q query) (out documentSymbols) {
	for _, y := range q.snap.FileSymbols(q.rel) {
		whole, ok1 := q.folder.location(q.snap, y.Place)
		focus, ok2 := q.folder.location(q.snap, y.Focus)
		if !ok1 || !ok2 {
			continue
		}
		if s.client.NestedSymbols {
			out.nested = append(out.nested, protocol.DocumentSymbol{
				Name: y.Name, Detail: y.Detail, Kind: symbolKind(y.Kind), Range: whole.Range, SelectionRange: focus.Range,
			})
			continue
		}
		out.flat = append(out.flat, symbolInformation(y, whole))
	}
	return out
}
