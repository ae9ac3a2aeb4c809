package lsptest

import (
	"bytes"
	"encoding/json"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"
)

const labelKey = "lsptest"

// Close ends the session by the protocol and reports everything that should not
// have been: see the package's comment.
func (e *Editor) Close() {
	e.t.Helper()
	if e.closed {
		return
	}
	e.closed = true
	if e.started && !e.hasEnded() {
		if err := e.Request("shutdown", nil, nil); err != nil {
			e.t.Errorf("shutdown: %v", err)
		}
		e.Notify("exit", nil)
		e.finish(0)
		return
	}
	e.Hangup()
}

// Exit sends exit without shutdown; the exit code must be 1.
func (e *Editor) Exit() {
	e.t.Helper()
	e.Notify("exit", nil)
	e.finish(1)
}

// ExitAfterShutdown sends exit when the test has sent shutdown; the exit code must
// be 0.
func (e *Editor) ExitAfterShutdown() {
	e.t.Helper()
	e.Notify("exit", nil)
	e.finish(0)
}

// AwaitExit waits for the server's end when the test has sent what causes it.
func (e *Editor) AwaitExit(code int) {
	e.t.Helper()
	e.finish(code)
}

// Hangup closes the pipe as an editor does that dies; the exit code must be 1.
func (e *Editor) Hangup() {
	e.t.Helper()
	_ = e.pipe.Close()
	e.finish(1)
}

func (e *Editor) hasEnded() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.readErr != nil
}

// finish waits for the server's end and checks what is left.
func (e *Editor) finish(code int) {
	e.t.Helper()
	e.closed = true
	select {
	case got := <-e.exit:
		if got != code {
			e.t.Errorf("exit code %d, want %d", got, code)
		}
	case <-time.After(e.opts.Timeout):
		e.t.Errorf("the server has not ended within %v\n%s", e.opts.Timeout, goroutines(e.name))
		return
	}
	<-e.eof // the server has closed its end
	_ = e.pipe.Close()
	e.checkGoroutines()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.problems {
		e.t.Error(p)
	}
	for _, m := range e.unread {
		if m.Method == "" || isErrorMessage(m) {
			e.t.Errorf("unread: %v", m)
		}
	}
	for id, r := range e.pending {
		if code == 0 {
			e.t.Errorf("%s (id %s) has no reply", r.method, id)
		}
	}
}

// isErrorMessage finds messages to the user that speak of an error.
func isErrorMessage(m *Message) bool {
	if m.Method != "window/showMessage" && m.Method != "window/logMessage" {
		return false
	}
	var p struct {
		Type int `json:"type"`
	}
	return json.Unmarshal(m.Params, &p) != nil || p.Type == 1
}

// checkGoroutines waits until no goroutine of the server is left. They are known
// by a label, which a goroutine inherits, so that parallel tests do not matter.
func (e *Editor) checkGoroutines() {
	e.t.Helper()
	deadline := time.Now().Add(e.opts.Timeout)
	for pause := time.Millisecond; ; pause *= 2 {
		left := goroutines(e.name)
		if left == "" {
			return
		}
		if time.Now().After(deadline) {
			e.t.Errorf("goroutines left:\n%s", left)
			return
		}
		time.Sleep(pause)
	}
}

// goroutines gives the stacks of the goroutines with the label.
func goroutines(name string) string {
	var all bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&all, 1); err != nil {
		return err.Error()
	}
	var out []string
	for _, stack := range strings.Split(all.String(), "\n\n") {
		if strings.Contains(stack, `"`+labelKey+`":`+strconv.Quote(name)) {
			out = append(out, stack)
		}
	}
	return strings.Join(out, "\n\n")
}
