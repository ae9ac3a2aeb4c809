package lsptest

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Request is a request on its way.
type Request struct {
	e      *Editor
	id     json.RawMessage
	method string
	done   chan struct{}
	reply  *Message // set when done is closed
}

// Request sends a request and waits for its reply. The error is an [*Error]; the
// result is decoded into result unless that is nil.
func (e *Editor) Request(method string, params, result any) error {
	e.t.Helper()
	return e.Go(method, params).Await(result)
}

// Go sends a request and does not wait.
func (e *Editor) Go(method string, params any) *Request {
	e.t.Helper()
	e.nextID++
	return e.GoID(strconv.Itoa(e.nextID), method, params)
}

// GoID is Go with an id of its own, as JSON text.
func (e *Editor) GoID(id, method string, params any) *Request {
	e.t.Helper()
	e.valid(method, params)
	r := e.Expect(id)
	r.method = method
	e.send(map[string]any{"jsonrpc": "2.0", "id": r.id, "method": method, "params": params})
	return r
}

// Expect is for a request that the test sends as raw text: it takes the reply
// with the id, as JSON text.
func (e *Editor) Expect(id string) *Request {
	e.t.Helper()
	r := &Request{e: e, id: json.RawMessage(id), method: "request", done: make(chan struct{})}
	e.mu.Lock()
	if e.pending[id] != nil {
		e.mu.Unlock()
		e.t.Fatalf("id %s is in use", id)
	}
	e.pending[id] = r
	e.mu.Unlock()
	return r
}

// Cancel asks the server to cancel the request.
func (r *Request) Cancel() {
	r.e.t.Helper()
	r.e.Notify("$/cancelRequest", map[string]any{"id": r.id})
}

// Done is closed when the reply is here.
func (r *Request) Done() <-chan struct{} { return r.done }

// Await waits for the reply, as [Editor.Request] does.
func (r *Request) Await(result any) error {
	r.e.t.Helper()
	what := fmt.Sprintf("reply to %s (id %s)", r.method, r.id)
	if !r.e.await(what, func() bool { return r.reply != nil }) {
		r.e.t.FailNow()
	}
	if r.reply.Error != nil {
		return r.reply.Error
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(r.reply.Result, result); err != nil {
		r.e.t.Fatalf("%s: result %s: %v", r.method, r.reply.Result, err)
	}
	return nil
}
