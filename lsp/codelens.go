package lsp

import (
	"encoding/json"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/index/topology"
	"topicls/lsp/internal/wire"
)

// lensData is what a lens keeps until it is shown.
type lensData struct {
	URI    wire.URI      `json:"uri"`
	Topics []string      `json:"topics"`
	Role   topology.Role `json:"role,omitempty"`
	Named  bool          `json:"named,omitempty"` // a neighbour stands at the same place, or the place does not spell it
}

// codeLens answers textDocument/codeLens: where lenses are. What they say is told
// by codeLens/resolve, when they come into sight.
func (s *server) codeLens(q query) []wire.CodeLens {
	out := []wire.CodeLens{}
	if !q.folder.set().CodeLens {
		return out
	}
	list := q.snap.Lenses(q.rel)
	for i, l := range list {
		at, ok := q.folder.location(q.snap, l.Place)
		if !ok {
			continue
		}
		named := l.Schema || i > 0 && list[i-1].Place == l.Place || i+1 < len(list) && list[i+1].Place == l.Place
		data, err := json.Marshal(lensData{q.params.URI, l.Topics, l.Role, named})
		if err != nil {
			continue
		}
		out = append(out, wire.CodeLens{Range: at.Range, Data: data})
	}
	return out
}

// codeLensResolve answers codeLens/resolve: how many produce and consume. A lens
// that is none of ours comes back as it is.
func (s *server) codeLensResolve(q query, l wire.CodeLens) wire.CodeLens {
	var d lensData
	if json.Unmarshal(l.Data, &d) != nil || len(d.Topics) == 0 {
		return l
	}
	title, places := q.snap.LensText(index.Lens{Topics: d.Topics, Role: d.Role}, d.Named)
	l.Command = s.showReferences(title, d.URI, l.Range.Start, q.locations(places))
	return l
}

// showReferences is a command that opens a list of places: the client's own, or
// ours where it has none.
func (s *server) showReferences(title string, uri wire.URI, at wire.Position, places []wire.Location) *protocol.Command {
	c := &protocol.Command{Title: title, Command: openReferences, Arguments: []any{uri, at, places}}
	if s.clientHas(showReferences) {
		c.Command = showReferences
	}
	return c
}
