package lsp

import (
	"encoding/json"
	"slices"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/lsp/internal/wire"
)

// hintData is what a hint keeps for being told more of.
type hintData struct {
	URI wire.URI `json:"uri"`
}

// inlayHint answers textDocument/inlayHint: the topic beside an expression that
// does not spell it, the value beside where a variable or key is read.
func (s *server) inlayHint(q query, from, to uint32) []wire.InlayHint {
	set := q.folder.set()
	out := []wire.InlayHint{}
	for _, h := range q.snap.Hints(q.rel, from, to, set.TopicHints, set.VariableHints) {
		if hint, ok := q.hint(&h, len(s.client.InlayHintResolve) == 0); ok {
			out = append(out, hint)
		}
	}
	return out
}

// hint spells a hint; whole says with all that may come later.
func (q query) hint(h *index.Hint, whole bool) (wire.InlayHint, bool) {
	at, ok := q.folder.location(q.snap, h.Place)
	if !ok {
		return wire.InlayHint{}, false
	}
	out := wire.InlayHint{Position: at.Range.End, Kind: wire.InlayHintType, PaddingLeft: true}
	texts, which := h.Label()
	parts := make([]wire.InlayHintPart, len(texts))
	for i, text := range texts {
		parts[i].Value = text
		if j := which[i]; whole && j >= 0 {
			parts[i].Location = q.place(h.Values[j].At)
		}
	}
	out.Label = parts
	if whole {
		p := q.snap.HintPage(*h)
		out.Tooltip = q.markup(&p, q.folder.s.client.HoverMarkdown)
	} else {
		data, err := json.Marshal(hintData{q.params.URI})
		out.Data = json.RawMessage(data)
		ok = err == nil
	}
	return out, ok
}

// inlayHintResolve answers inlayHint/resolve: where the values are given, and
// which services they hold in. A hint that is there no more comes back as it is.
func (s *server) inlayHintResolve(q query, asked wire.ResolvedHint) any {
	off := uint32(q.folder.mapper(q.snap, q.rel).PositionOffset(asked.Position))
	for _, h := range q.snap.Hints(q.rel, off, off, true, true) {
		hint, ok := q.hint(&h, true)
		if texts, _ := h.Label(); ok && hint.Position == asked.Position && slices.Equal(texts, asked.Label) {
			return hint
		}
	}
	return asked.Raw
}

// markup spells a page as a client reads it.
func (q query) markup(p *index.Page, markdown bool) *protocol.MarkupContent {
	if markdown {
		return &protocol.MarkupContent{Kind: protocol.Markdown, Value: p.Markdown(q.locate)}
	}
	return &protocol.MarkupContent{Kind: protocol.PlainText, Value: p.Plain(q.locate)}
}
