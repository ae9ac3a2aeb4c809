package lsp

import (
	"encoding/json"

	"topicls/lsp/internal/wire"
)

// locations is a list that is never null on the wire.
type locations []wire.Location

// MarshalJSON implements json.Marshaler.
func (l locations) MarshalJSON() ([]byte, error) { return json.Marshal(wire.List([]wire.Location(l))) }
