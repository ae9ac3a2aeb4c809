package wire

import (
	"encoding/json"

	"go.lsp.dev/protocol"
)

// CompletionList is the library's; it is complete, and its items are never null.
type CompletionList struct{ Items []CompletionItem }

// MarshalJSON implements json.Marshaler.
func (l CompletionList) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		IsIncomplete bool             `json:"isIncomplete"`
		Items        []CompletionItem `json:"items"`
	}{false, List(l.Items)})
}

// CompletionItem is one that replaces a range.
type CompletionItem struct {
	Label    string                      `json:"label"`
	Kind     protocol.CompletionItemKind `json:"kind,omitempty"`
	Detail   string                      `json:"detail,omitempty"`
	SortText string                      `json:"sortText,omitempty"`
	TextEdit TextEdit                    `json:"textEdit"`
	Data     json.RawMessage             `json:"data,omitempty"`
}

// AskedItem is an item to be told more of: the params of completionItem/resolve.
type AskedItem struct {
	URI   URI // of its document, as its data has it
	Label string
	Data  json.RawMessage
	Raw   json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *AskedItem) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	*p = AskedItem{URI: URI(t.at("data", "uri").text()), Label: t.at("label").text(), Data: t.at("data").raw(), Raw: t.raw()}
	return err
}

// With gives all of the item with one more member.
func (p AskedItem) With(name string, value any) any {
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(p.Raw, &all); err != nil {
		return p.Raw
	}
	text, err := json.Marshal(value)
	if err != nil {
		return p.Raw
	}
	all[name] = text
	return all
}
