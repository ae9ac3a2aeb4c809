package wire

import (
	"encoding/json"
	"strconv"
)

// ProgressToken is the JSON text of a token: a number or a string. nil is none.
// (The library's encodes as {} unless passed by pointer.)
type ProgressToken json.RawMessage

// NewProgressToken makes a token from a name.
func NewProgressToken(name string) ProgressToken {
	raw, err := json.Marshal(name)
	if err != nil { // a string always encodes
		return ProgressToken(strconv.Quote(name))
	}
	return raw
}

// Valid reports whether there is a token.
func (t ProgressToken) Valid() bool { return len(t) > 0 }

// MarshalJSON implements json.Marshaler.
func (t ProgressToken) MarshalJSON() ([]byte, error) {
	if len(t) == 0 {
		return []byte("null"), nil
	}
	return t, nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *ProgressToken) UnmarshalJSON(data []byte) error {
	*t = nil
	if string(data) != "null" {
		*t = append(*t, data...)
	}
	return nil
}

// ProgressCreateParams are the params of window/workDoneProgress/create.
type ProgressCreateParams struct {
	Token ProgressToken `json:"token"`
}

// ProgressParams are the params of $/progress.
type ProgressParams struct {
	Token ProgressToken `json:"token"`
	Value any           `json:"value"`
}

// ProgressBegin makes the first message of a work-done progress. Percent is nil
// when the length of the work is unknown; then reports must have none either.
func ProgressBegin(token ProgressToken, title, message string, percent *uint32, cancellable bool) ProgressParams {
	return ProgressParams{token, progress{Kind: "begin", Title: title, Message: message, Percentage: percent, Cancellable: cancellable}}
}

// ProgressReport makes a message on the way.
func ProgressReport(token ProgressToken, message string, percent *uint32) ProgressParams {
	return ProgressParams{token, progress{Kind: "report", Message: message, Percentage: percent}}
}

// ProgressEnd makes the last message.
func ProgressEnd(token ProgressToken, message string) ProgressParams {
	return ProgressParams{token, progress{Kind: "end", Message: message}}
}

// progress is the value of all three. (The library's drops a percentage of 0.)
type progress struct {
	Kind        string  `json:"kind"`
	Title       string  `json:"title,omitempty"`
	Cancellable bool    `json:"cancellable,omitempty"`
	Message     string  `json:"message,omitempty"`
	Percentage  *uint32 `json:"percentage,omitempty"`
}
