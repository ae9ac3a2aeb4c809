package lsp

import (
	"encoding/json"

	"topicls/index/topology"
	"topicls/lsp/internal/wire"
)

// links is an answer that leads to places, in the form that the client knows,
// and never null. A LocationLink also tells what was asked about: editors
// underline all of `self.output_topic`, not only the word under the caret.
type links struct {
	origin *wire.Range // nil: the client knows no LocationLink
	to     []wire.Location
}

// MarshalJSON implements json.Marshaler.
func (l links) MarshalJSON() ([]byte, error) {
	if l.origin == nil {
		return json.Marshal(wire.List(l.to))
	}
	out := make([]wire.LocationLink, len(l.to))
	for i, to := range l.to {
		out[i] = wire.LocationLink{Origin: l.origin, URI: to.URI, Range: to.Range, Selection: to.Range}
	}
	return json.Marshal(out)
}

// links spells places for a client that knows LocationLink for the method or not.
func (q query) links(places []topology.Place, known bool) links {
	out := links{to: q.locations(places)}
	if !known || len(out.to) == 0 {
		return out
	}
	if o, ok := q.snap.At(q.rel, q.off); ok {
		if at, ok := q.folder.location(q.snap, o.Place); ok {
			out.origin = &at.Range
		}
	}
	return out
}
