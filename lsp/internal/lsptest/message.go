package lsptest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
)

// Message is any message, undecoded.
type Message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *Error          `json:"error,omitempty"`
}

// String is the message's JSON text, shortened.
func (m *Message) String() string {
	out, err := json.Marshal(m)
	if err != nil {
		return err.Error()
	}
	if len(out) > 2000 {
		out = append(out[:2000], "..."...)
	}
	return string(out)
}

// Error is an error reply.
type Error struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("%d: %s", e.Code, e.Message) }

// readMessage reads one message as strictly as the strictest client.
func readMessage(in *bufio.Reader) (*Message, error) {
	header, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		if len(header) == 0 {
			return nil, err
		}
		return nil, fmt.Errorf("header: %w", err)
	}
	length, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil || length <= 0 {
		return nil, fmt.Errorf("Content-Length %q", header.Get("Content-Length"))
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(in, body); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	return parseMessage(body)
}

func parseMessage(body []byte) (*Message, error) {
	dec := json.NewDecoder(strings.NewReader(string(body)))
	dec.DisallowUnknownFields()
	m := &Message{}
	if err := dec.Decode(m); err != nil {
		return nil, fmt.Errorf("message %.200q: %w", body, err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, err
	}
	if m.Version != "2.0" {
		return nil, fmt.Errorf("message %.200q: jsonrpc is not 2.0", body)
	}
	_, hasResult := fields["result"]
	_, hasID := fields["id"]
	switch {
	case m.Method != "" && (hasResult || m.Error != nil):
		return nil, fmt.Errorf("message %.200q: request with a result", body)
	case m.Method == "" && hasResult == (m.Error != nil):
		return nil, fmt.Errorf("message %.200q: response with neither or both of result and error", body)
	case m.Method == "" && !hasID:
		return nil, fmt.Errorf("message %.200q: response without id", body)
	case m.Method != "" && string(fields["params"]) == "null":
		return nil, fmt.Errorf("message %.200q: params are null", body)
	}
	// json leaves null out of a RawMessage with omitempty only when absent.
	m.ID, m.Result = fields["id"], fields["result"]
	return m, nil
}
