package lsptest

import (
	"encoding/json"
	"errors"
	"strconv"
)

// usualAnswers are what an editor answers that agrees to everything.
func (e *Editor) usualAnswers() {
	null := func(json.RawMessage) (any, error) { return nil, nil }
	for _, method := range []string{
		"client/registerCapability", "client/unregisterCapability", "window/workDoneProgress/create",
		"workspace/codeLens/refresh", "workspace/inlayHint/refresh", "workspace/semanticTokens/refresh",
		"workspace/diagnostic/refresh", "window/showMessageRequest",
	} {
		e.answers[method] = null
	}
	e.answers["workspace/applyEdit"] = func(json.RawMessage) (any, error) {
		return map[string]any{"applied": true}, nil
	}
	e.answers["window/showDocument"] = func(json.RawMessage) (any, error) {
		return map[string]any{"success": true}, nil
	}
	e.answers["workspace/configuration"] = e.configuration
}

// Answer sets the answer to a request of the server, from now on. Any goroutine
// may call it.
func (e *Editor) Answer(method string, a Answer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answers[method] = a
}

// Configure sets a section of the settings and says so as an editor does.
func (e *Editor) Configure(section string, value any) {
	e.t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		e.t.Fatalf("setting %s: %v", section, err)
	}
	e.mu.Lock()
	if e.opts.Settings == nil {
		e.opts.Settings = map[string]json.RawMessage{}
	}
	e.opts.Settings[section] = raw
	e.mu.Unlock()
	e.Notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{section: json.RawMessage(raw)}})
}

func (e *Editor) configuration(params json.RawMessage) (any, error) {
	var p struct {
		Items []struct {
			Section string `json:"section"`
		} `json:"items"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &Error{Code: -32602, Message: err.Error()}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]json.RawMessage, len(p.Items))
	for i, item := range p.Items {
		out[i] = json.RawMessage("null")
		if v, ok := e.opts.Settings[item.Section]; ok {
			out[i] = v
		}
	}
	return out, nil
}

// answer replies to a request of the server.
func (e *Editor) answer(m *Message, a Answer) {
	reply := map[string]any{"jsonrpc": "2.0", "id": m.ID}
	if a == nil {
		reply["error"] = &Error{Code: -32601, Message: "method not found: " + m.Method}
	} else if result, err := a(m.Params); err != nil {
		var coded *Error
		if !errors.As(err, &coded) {
			coded = &Error{Code: -32603, Message: err.Error()}
		}
		reply["error"] = coded
	} else {
		reply["result"] = result
	}
	body, err := json.Marshal(reply)
	if err != nil {
		e.update(func() { e.problem("answer to %s: %v", m.Method, err) })
		return
	}
	// An error is no problem here: the server may have ended meanwhile.
	_ = e.write([]byte(frame(body)))
}

func frame(body []byte) string {
	return "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + string(body)
}
