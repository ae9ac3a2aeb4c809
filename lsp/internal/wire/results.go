package wire

import (
	"encoding/json"

	"go.lsp.dev/protocol"
)

// LocationLink is the library's with this package's URI and an origin that may
// be missing.
type LocationLink struct {
	Origin    *Range `json:"originSelectionRange,omitempty"`
	URI       URI    `json:"targetUri"`
	Range     Range  `json:"targetRange"`
	Selection Range  `json:"targetSelectionRange"` // inside Range
}

// DocumentHighlight is the library's: it is right.
type DocumentHighlight = protocol.DocumentHighlight

// InlayHintKind says what an inlay hint is.
type InlayHintKind int

// The kinds of inlay hints.
const (
	InlayHintType      InlayHintKind = 1
	InlayHintParameter InlayHintKind = 2
)

// InlayHint is a text shown inside a line. Label is a string or []InlayHintPart.
type InlayHint struct {
	Position     Position                `json:"position"`
	Label        any                     `json:"label"`
	Kind         InlayHintKind           `json:"kind,omitempty"`
	Tooltip      *protocol.MarkupContent `json:"tooltip,omitempty"`
	PaddingLeft  bool                    `json:"paddingLeft,omitempty"`
	PaddingRight bool                    `json:"paddingRight,omitempty"`
	Data         any                     `json:"data,omitempty"`
}

// InlayHintPart is a part of a label, with a place to go to.
type InlayHintPart struct {
	Value    string                  `json:"value"`
	Tooltip  *protocol.MarkupContent `json:"tooltip,omitempty"`
	Location *Location               `json:"location,omitempty"`
	Command  *protocol.Command       `json:"command,omitempty"`
}

// CodeLens is the library's with data that stays as it came.
type CodeLens struct {
	Range   Range             `json:"range"`
	Command *protocol.Command `json:"command,omitempty"`
	Data    json.RawMessage   `json:"data,omitempty"`
}

// SemanticTokens are five numbers for each token, never null.
type SemanticTokens struct {
	Data []uint32 `json:"data"`
}

// MarshalJSON implements json.Marshaler.
func (t SemanticTokens) MarshalJSON() ([]byte, error) {
	type plain SemanticTokens
	t.Data = List(t.Data)
	return json.Marshal(plain(t))
}

// CallHierarchyIncomingCall is the library's with ranges that are never null.
type CallHierarchyIncomingCall struct {
	From       protocol.CallHierarchyItem `json:"from"`
	FromRanges []Range                    `json:"fromRanges"`
}

// MarshalJSON implements json.Marshaler.
func (c CallHierarchyIncomingCall) MarshalJSON() ([]byte, error) {
	type plain CallHierarchyIncomingCall
	c.FromRanges = List(c.FromRanges)
	return json.Marshal(plain(c))
}

// CallHierarchyOutgoingCall is the library's with ranges that are never null.
type CallHierarchyOutgoingCall struct {
	To         protocol.CallHierarchyItem `json:"to"`
	FromRanges []Range                    `json:"fromRanges"`
}

// MarshalJSON implements json.Marshaler.
func (c CallHierarchyOutgoingCall) MarshalJSON() ([]byte, error) {
	type plain CallHierarchyOutgoingCall
	c.FromRanges = List(c.FromRanges)
	return json.Marshal(plain(c))
}
