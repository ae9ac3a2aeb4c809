package lsp

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/lsp/internal/wire"
)

// completionTriggers are characters after which a name may begin.
var completionTriggers = []string{`"`, "'", "`", ".", "="}

// completionData is what an item keeps for being told more of.
type completionData struct {
	URI  wire.URI             `json:"uri"`
	Kind index.OccurrenceKind `json:"kind"`
}

// completion answers textDocument/completion.
func (s *server) completion(q query) wire.CompletionList {
	if index.IsOwnFile(q.rel) {
		return s.ownCompletion(q)
	}
	c, ok := q.snap.Complete(q.rel, q.off)
	at, found := q.folder.location(q.snap, c.Place)
	if !ok || !found {
		return wire.CompletionList{}
	}
	data, err := json.Marshal(completionData{q.params.URI, c.Kind})
	if err != nil {
		return wire.CompletionList{}
	}
	out := wire.CompletionList{}
	for i, item := range c.Items {
		out.Items = append(out.Items, wire.CompletionItem{
			Label: item.Name, Kind: completionKind(c.Kind), Detail: item.Detail, SortText: fmt.Sprintf("%05d", i),
			TextEdit: wire.TextEdit{Range: at.Range, Text: item.Name}, Data: data,
		})
	}
	return out
}

// ownCompletion lists what may stand in the workspace's own file.
func (s *server) ownCompletion(q query) wire.CompletionList {
	place, list := q.snap.OwnSuggestions(q.off)
	at, found := q.folder.location(q.snap, place)
	out := wire.CompletionList{}
	if !found {
		return out
	}
	text, _ := q.snap.Text(q.rel)
	rest := strings.TrimLeft(string(text[min(int(place.End), len(text)):]), " ")
	for i, x := range list {
		item := wire.CompletionItem{
			Label: x.Text, Kind: protocol.CompletionItemKindValue, Detail: x.Short(), SortText: fmt.Sprintf("%05d", i),
			TextEdit: wire.TextEdit{Range: at.Range, Text: x.Text},
		}
		if x.IsKey {
			item.Kind = protocol.CompletionItemKindProperty
			if !strings.HasPrefix(rest, ":") {
				item.TextEdit.Text += ": "
			}
		}
		out.Items = append(out.Items, item)
	}
	return out
}

func completionKind(k index.OccurrenceKind) protocol.CompletionItemKind {
	switch k {
	case index.VariableOccurrence:
		return protocol.CompletionItemKindVariable
	case index.FieldOccurrence:
		return protocol.CompletionItemKindField
	}
	return protocol.CompletionItemKindEvent
}

// completionItemResolve answers completionItem/resolve: what hovering over the
// name would tell. An item that is none of ours comes back as it is.
func (s *server) completionItemResolve(q query, item wire.AskedItem) any {
	var d completionData
	if json.Unmarshal(item.Data, &d) != nil {
		return item.Raw
	}
	page, ok := q.snap.CompletionPage(d.Kind, item.Label, q.rel)
	if !ok {
		return item.Raw
	}
	return item.With("documentation", q.markup(&page, s.client.CompletionMarkdown))
}
