package lsp

import (
	"encoding/json"
	"path/filepath"

	"topicls/index"
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

// links spells places, and those that are spelled already, for a client that knows
// LocationLink for the method or not.
func (q query) links(places []topology.Place, known bool, more ...wire.Location) links {
	out := links{to: append(q.locations(places), more...)}
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

// elsewhere spells lines of files in other repositories, which are not read.
func (q query) elsewhere(places []index.OtherPlace) []wire.Location {
	var out []wire.Location
	for _, p := range places {
		file := filepath.FromSlash(p.Path)
		if !filepath.IsAbs(file) {
			file = filepath.Join(q.folder.root, file)
		}
		at := wire.Position{Line: uint32(max(p.Line-1, 0))}
		out = append(out, wire.Location{URI: q.folder.s.uris.For(filepath.Clean(file)), Range: wire.Range{Start: at, End: at}})
	}
	return out
}
