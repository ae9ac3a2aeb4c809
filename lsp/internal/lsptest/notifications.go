package lsptest

import (
	"encoding/json"
	"slices"
)

// Await waits for a notification of the method for whose params ok is true, and
// reads it and those of the method before it. ok may be nil.
func (e *Editor) Await(method string, ok func(params json.RawMessage) bool) json.RawMessage {
	e.t.Helper()
	var found json.RawMessage
	if !e.await("await "+method, func() bool {
		for i, m := range e.unread {
			if m.Method == method && (ok == nil || ok(m.Params)) {
				found = m.Params
				before := slices.DeleteFunc(e.unread[:i+1:i+1], func(m *Message) bool { return m.Method == method })
				e.unread = append(before, e.unread[i+1:]...)
				return true
			}
		}
		return false
	}) {
		e.t.FailNow()
	}
	return found
}

// AwaitError waits for an error reply with the id null and reads it.
func (e *Editor) AwaitError() *Error {
	e.t.Helper()
	var found *Error
	if !e.await("await an error", func() bool {
		i := slices.IndexFunc(e.unread, func(m *Message) bool { return m.Method == "" })
		if i < 0 {
			return false
		}
		found = e.unread[i].Error
		e.unread = slices.Delete(e.unread, i, i+1)
		return true
	}) {
		e.t.FailNow()
	}
	return found
}

// Diagnostic is what tests look at in a diagnostic.
type Diagnostic struct {
	Range    Range  `json:"range"`
	Severity int    `json:"severity"`
	Code     string `json:"code"`
	Source   string `json:"source"`
	Message  string `json:"message"`
}

// Position and Range are the protocol's.
type (
	Position struct {
		Line      int `json:"line"`
		Character int `json:"character"`
	}
	Range struct {
		Start Position `json:"start"`
		End   Position `json:"end"`
	}
)

// AwaitDiagnostics waits until the last diagnostics published for a file satisfy
// ok, and returns them. ok may be nil.
func (e *Editor) AwaitDiagnostics(path string, ok func([]Diagnostic) bool) []Diagnostic {
	e.t.Helper()
	if e.Pulls() {
		return e.pullUntil(path, ok)
	}
	var found []Diagnostic
	if !e.await("await diagnostics of "+path, func() bool {
		last, known := e.lastDiagnostics(path)
		if known && (ok == nil || ok(last)) {
			found = last
			return true
		}
		return false
	}) {
		e.t.FailNow()
	}
	return found
}

// Pulls reports whether the server has said that diagnostics are to be pulled.
func (e *Editor) Pulls() bool {
	var r struct {
		Capabilities struct {
			DiagnosticProvider json.RawMessage `json:"diagnosticProvider"`
		} `json:"capabilities"`
	}
	return json.Unmarshal(e.Result, &r) == nil && r.Capabilities.DiagnosticProvider != nil
}

// Pull asks for the diagnostics of a file.
func (e *Editor) Pull(path string) []Diagnostic {
	e.t.Helper()
	var report struct {
		Kind  string       `json:"kind"`
		Items []Diagnostic `json:"items"`
	}
	params := map[string]any{"textDocument": map[string]any{"uri": URI(path)}}
	if err := e.Request("textDocument/diagnostic", params, &report); err != nil {
		e.t.Fatalf("pull of %s: %v", path, err)
	}
	return report.Items
}

// pullUntil pulls whenever the server asks for it, until ok is true.
func (e *Editor) pullUntil(path string, ok func([]Diagnostic) bool) []Diagnostic {
	e.t.Helper()
	count := func() (n int) { // the caller holds mu
		for _, m := range e.all {
			if m.Method == "workspace/diagnostic/refresh" {
				n++
			}
		}
		return n
	}
	for {
		e.mu.Lock()
		before := count()
		e.mu.Unlock()
		if got := e.Pull(path); ok == nil || ok(got) {
			return got
		}
		if !e.await("await diagnostics of "+path, func() bool { return count() > before }) {
			e.t.FailNow()
		}
	}
}

// lastDiagnostics gives what was published last for a file. The caller holds mu.
func (e *Editor) lastDiagnostics(path string) ([]Diagnostic, bool) {
	for _, m := range slices.Backward(e.all) {
		if m.Method != "textDocument/publishDiagnostics" {
			continue
		}
		var p struct {
			URI         string       `json:"uri"`
			Diagnostics []Diagnostic `json:"diagnostics"`
		}
		if json.Unmarshal(m.Params, &p) == nil && samePath(p.URI, path) {
			return p.Diagnostics, true
		}
	}
	return nil, false
}

// badNotification says what in a notification no editor should see. The caller
// holds mu.
func (e *Editor) badNotification(m *Message) string {
	switch m.Method {
	case "textDocument/publishDiagnostics":
		var p struct {
			URI         *string           `json:"uri"`
			Diagnostics []json.RawMessage `json:"diagnostics"`
		}
		if json.Unmarshal(m.Params, &p) != nil || p.URI == nil || p.Diagnostics == nil {
			return "no list of diagnostics"
		}
	case "$/progress":
		var p struct {
			Token any `json:"token"`
			Value struct {
				Kind  string            `json:"kind"`
				Items []json.RawMessage `json:"items"` // of a partial result
			} `json:"value"`
		}
		if json.Unmarshal(m.Params, &p) != nil {
			return "malformed progress"
		}
		switch p.Token.(type) {
		case string, float64:
		default:
			return "progress token is neither a string nor a number"
		}
		if p.Value.Items == nil && !slices.Contains([]string{"begin", "report", "end"}, p.Value.Kind) {
			return "unknown kind of progress"
		}
	case "window/logMessage", "window/showMessage", "telemetry/event", "$/logTrace":
	default:
		if !slices.Contains(e.opts.Allow, m.Method) {
			return "unknown notification"
		}
	}
	return ""
}
