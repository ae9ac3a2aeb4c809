package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"go.lsp.dev/jsonrpc2"
)

// envelope is the outer form of every message, with nothing inside it decoded.
type envelope struct {
	Version json.RawMessage `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  json.RawMessage `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   json.RawMessage `json:"error"`
}

// refusal is a message that cannot be routed, and what to tell its sender.
type refusal struct {
	id  json.RawMessage // null unless the message had a usable one
	err *jsonrpc2.Error
}

func refuse(id json.RawMessage, code Code, format string, args ...any) *refusal {
	if id == nil {
		id = json.RawMessage("null")
	}
	return &refusal{id: id, err: encodeError(code, fmt.Sprintf(format, args...), nil)}
}

// incoming is a message as the library wants it, but for the params: the library
// would encode them once more, with all its escaping.
type incoming struct {
	msg    jsonrpc2.Message
	params json.RawMessage
}

// decode reads one body. Where the library's DecodeMessage fails, and with it
// the session, this refuses the one message. The depth limit of encoding/json
// (10,000) also protects the library's decoder, which has none.
func decode(body []byte) (incoming, *refusal) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		var syntax *json.SyntaxError
		switch {
		case errors.As(err, &syntax):
			return incoming{}, refuse(nil, ParseError, "message is not JSON: %v", err)
		case bytes.TrimSpace(body)[0] == '[':
			return incoming{}, refuse(nil, InvalidRequest, "batches are not part of the protocol")
		}
		return incoming{}, refuse(nil, InvalidRequest, "message is not an object")
	}
	if string(bytes.TrimSpace(body)) == "null" {
		return incoming{}, refuse(nil, InvalidRequest, "message is not an object")
	}

	var id jsonrpc2.ID
	hasID := !absent(e.ID)
	if hasID {
		var ok bool
		if id, ok = parseID(e.ID); !ok {
			return incoming{}, refuse(nil, InvalidRequest, "id is neither a number nor a string")
		}
	}
	if e.Method == nil {
		msg, refused := decodeResponse(&e, id, hasID)
		return incoming{msg: msg}, refused
	}

	var replyTo json.RawMessage
	if hasID {
		replyTo = formatID(id)
	}
	var version, method string
	if e.Version != nil && (json.Unmarshal(e.Version, &version) != nil || version != jsonrpc2.Version) {
		return incoming{}, refuse(replyTo, InvalidRequest, "jsonrpc is not %q", jsonrpc2.Version)
	}
	if absent(e.Method) || json.Unmarshal(e.Method, &method) != nil {
		return incoming{}, refuse(replyTo, InvalidRequest, "method is not a string")
	}
	var msg jsonrpc2.Message
	if hasID {
		msg, _ = jsonrpc2.NewCall(id, method, nil)
	} else {
		msg, _ = jsonrpc2.NewNotification(method, nil)
	}
	return incoming{msg, e.Params}, nil
}

// decodeResponse reads a message without a method. A response is never
// answered, so one that cannot be used is nil with no refusal.
func decodeResponse(e *envelope, id jsonrpc2.ID, hasID bool) (jsonrpc2.Message, *refusal) {
	if e.Result == nil && absent(e.Error) {
		if !hasID {
			return nil, refuse(nil, InvalidRequest, "message has no method")
		}
		// A result left out for null, or a request without its method. The
		// stream knows which: it has the ids of our calls.
		msg, _ := jsonrpc2.NewResponse(id, nil, nil)
		return msg, refuse(formatID(id), InvalidRequest, "message has no method")
	}
	if !hasID {
		return nil, nil // the client could not read one of ours
	}
	var failure error
	if !absent(e.Error) {
		failure = decodeError(e.Error)
	}
	msg, err := jsonrpc2.NewResponse(id, e.Result, failure)
	if err != nil {
		return nil, nil
	}
	return msg, nil
}

// decodeError reads the error of a response, whatever form it has.
func decodeError(raw json.RawMessage) *jsonrpc2.Error {
	var e struct {
		Code    json.Number     `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if json.Unmarshal(raw, &e) != nil {
		return jsonrpc2.NewError(jsonrpc2.UnknownError, string(raw))
	}
	out := jsonrpc2.NewError(jsonrpc2.UnknownError, e.Message)
	if f, err := e.Code.Float64(); err == nil && f >= -1<<31 && f < 1<<31 {
		out.Code = jsonrpc2.Code(f)
	}
	if !absent(e.Data) {
		out.Data = &e.Data
	}
	return out
}

func absent(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null"
}

// encode is json.Marshal without the escaping of <, > and &, which hovers are
// full of.
func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// encodeRequest writes a call, or with a nil id a notification. Params that are
// null are left out: JSON-RPC allows none.
func encodeRequest(id json.RawMessage, method string, params json.RawMessage) (json.RawMessage, error) {
	if absent(params) {
		params = nil
	}
	return encode(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id,omitempty"`
		Method  string          `json:"method"`
		Params  json.RawMessage `json:"params,omitempty"`
	}{jsonrpc2.Version, id, method, params})
}

// encodeResponse writes a response with a result or an error, never both.
func encodeResponse(id, result json.RawMessage, failure *jsonrpc2.Error) (json.RawMessage, error) {
	if failure != nil {
		return encode(struct {
			Version string          `json:"jsonrpc"`
			ID      json.RawMessage `json:"id"`
			Error   *jsonrpc2.Error `json:"error"`
		}{jsonrpc2.Version, id, failure})
	}
	if len(result) == 0 {
		result = json.RawMessage("null")
	}
	return encode(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Result  json.RawMessage `json:"result"`
	}{jsonrpc2.Version, id, result})
}
