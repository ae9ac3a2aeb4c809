package lsptest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	failures []string
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Name() string     { return `a test's "name"/ü` }
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) FailNow()         { runtime.Goexit() }

func (r *recorder) Error(args ...any) { r.Errorf("%s", fmt.Sprint(args...)) }

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	r.FailNow()
}

// record runs a test that may fail and gives its failures.
func record(f func(t testing.TB)) string {
	r := &recorder{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for _, c := range r.cleanups {
				c()
			}
		}()
		f(r)
	}()
	<-done
	return strings.Join(r.failures, "\n")
}

// script is a server that answers every message with the bodies that answer
// gives, in which $ID stands for the message's id.
func script(answer func(m *Message) []string) Server {
	return func(_ context.Context, pipe io.ReadWriteCloser) int {
		in := bufio.NewReader(pipe)
		for {
			m, err := readMessage(in)
			if err != nil {
				return 1
			}
			bodies := answer(m)
			if bodies == nil && m.ID != nil && m.Method != "" {
				bodies = []string{`{"jsonrpc":"2.0","id":$ID,"result":null}`}
				if m.Method == "initialize" {
					bodies = []string{`{"jsonrpc":"2.0","id":$ID,"result":{"capabilities":{}}}`}
				}
			}
			for _, b := range bodies {
				_, _ = io.WriteString(pipe, frame([]byte(strings.ReplaceAll(b, "$ID", string(m.ID)))))
			}
			if m.Method == "exit" {
				return 0
			}
		}
	}
}

const short = 100 * time.Millisecond

// The editor sees what no editor should see.
func TestFindsFaults(t *testing.T) {
	on := func(method string, bodies ...string) Server {
		return script(func(m *Message) []string {
			if m.Method == method {
				return bodies
			}
			return nil
		})
	}
	const ok = `{"jsonrpc":"2.0","id":$ID,"result":null}`
	tests := []struct {
		name   string
		server Server
		want   string
	}{
		{"nothing wrong", on(""), ""},
		{"second reply", on("shutdown", ok, ok), "reply to no open request"},
		{"reply to nobody", on("initialized", `{"jsonrpc":"2.0","id":99,"result":null}`), "reply to no open request"},
		{"unread error", on("initialized", `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}`), "unread: "},
		{"null diagnostics", on("initialized", `{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":"u","diagnostics":null}}`), "no list of diagnostics"},
		{"broken token", on("initialized", `{"jsonrpc":"2.0","method":"$/progress","params":{"token":{},"value":{"kind":"end"}}}`), "progress token"},
		{"unknown notification", on("initialized", `{"jsonrpc":"2.0","method":"nope"}`), "unknown notification"},
		{"unknown call", on("initialized", `{"jsonrpc":"2.0","id":1,"method":"nope"}`), "call of an unknown method"},
		{"message box", on("initialized", `{"jsonrpc":"2.0","method":"window/showMessage","params":{"type":1,"message":"!"}}`), "unread: "},
		{"not in the protocol", on("shutdown", `{"jsonrpc":"2.0","id":$ID,"result":1}`), "not null"},
		{"no result", on("shutdown", `{"jsonrpc":"2.0","id":$ID}`), "neither or both"},
		{"both", on("shutdown", `{"jsonrpc":"2.0","id":$ID,"result":1,"error":{"code":1,"message":""}}`), "neither or both"},
		{"version", on("shutdown", `{"jsonrpc":"1.0","id":$ID,"result":1}`), "jsonrpc is not 2.0"},
		{"null params", on("initialized", `{"jsonrpc":"2.0","method":"telemetry/event","params":null}`), "params are null"},
		{"not JSON", on("initialized", `{`), "unexpected EOF"},
		{"no reply", on("shutdown", []string{}...), "nothing within"},
		{"error", on("shutdown", `{"jsonrpc":"2.0","id":$ID,"error":{"code":-32603,"message":"panic"}}`), "-32603: panic"},
		{"exit code", func(ctx context.Context, pipe io.ReadWriteCloser) int {
			_ = on("")(ctx, pipe)
			return 3
		}, "exit code 3, want 0"},
		{"goroutine left", func(ctx context.Context, pipe io.ReadWriteCloser) int {
			go func() { <-t.Context().Done() }()
			return on("")(ctx, pipe)
		}, "goroutines left"},
		{"no end", func(ctx context.Context, pipe io.ReadWriteCloser) int {
			_ = on("")(ctx, pipe)
			<-t.Context().Done()
			return 0
		}, "has not ended"},
		{"dies", func(_ context.Context, pipe io.ReadWriteCloser) int { return 2 }, "the server has ended"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := record(func(t testing.TB) {
				e := Start(t, test.server, Options{Timeout: short})
				e.Initialize()
				e.Close()
			})
			if !strings.Contains(got, test.want) || (test.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAwaitTimesOut(t *testing.T) {
	got := record(func(t testing.TB) {
		e := Start(t, script(func(*Message) []string { return nil }), Options{Timeout: short})
		e.Initialize()
		e.Await("window/logMessage", nil)
	})
	if !strings.Contains(got, "await window/logMessage: nothing within") || !strings.Contains(got, `"capabilities":{}`) {
		t.Errorf("got %q", got)
	}
}

// Notifications are found by what is in them, in any order; those of other
// methods stay.
func TestAwait(t *testing.T) {
	serve := script(func(m *Message) []string {
		if m.Method != "textDocument/didOpen" {
			return nil
		}
		var out []string
		for i := range 4 {
			out = append(out, fmt.Sprintf(`{"jsonrpc":"2.0","method":"window/logMessage","params":{"type":4,"message":"%d"}}`, i),
				fmt.Sprintf(`{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":"file:///a%%20b","diagnostics":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"message":"%d"}]}}`, i))
		}
		return out
	})
	e := Start(t, serve, Options{})
	e.Initialize("/w")
	e.Open("/a b", "python", "x")
	message := func(want string) func(json.RawMessage) bool {
		return func(p json.RawMessage) bool { return strings.Contains(string(p), `"`+want+`"`) }
	}
	e.Await("window/logMessage", message("2"))
	if got := e.Await("window/logMessage", nil); !message("3")(got) {
		t.Errorf("got %s", got)
	}
	got := e.AwaitDiagnostics("/a b", func(ds []Diagnostic) bool { return len(ds) == 1 && ds[0].Message == "3" })
	if len(got) != 1 {
		t.Errorf("got %v", got)
	}
	e.Change("/a b", Change{Range: &Range{}, Text: "y"})
	e.SetText("/a b", "z")
	e.Save("/a b")
	e.CloseDocument("/a b")
}

func TestAnswers(t *testing.T) {
	replies := make(chan *Message, 10)
	serve := script(func(m *Message) []string {
		switch {
		case m.Method == "":
			replies <- m
		case m.Method == "initialized":
			return []string{
				`{"jsonrpc":"2.0","id":"1","method":"workspace/configuration","params":{"items":[{"section":"a"},{"section":"b"}]}}`,
			}
		case m.Method == "workspace/didChangeConfiguration":
			return []string{
				`{"jsonrpc":"2.0","id":"2","method":"workspace/configuration","params":{"items":[{"section":"b"}]}}`,
			}
		}
		return nil
	})
	e := Start(t, serve, Options{Settings: map[string]json.RawMessage{"a": json.RawMessage(`{"x":1}`)}})
	e.Initialize()
	if got := (<-replies).String(); got != `{"jsonrpc":"2.0","id":"1","result":[{"x":1},null]}` {
		t.Error(got)
	}
	e.Configure("b", 7)
	if got := (<-replies).String(); got != `{"jsonrpc":"2.0","id":"2","result":[7]}` {
		t.Error(got)
	}
}

func TestPresets(t *testing.T) {
	for _, p := range Presets {
		params := p.params(t, []string{"/w"})
		if params["rootUri"] != "file:///w" {
			t.Errorf("%s: root %v", p, params["rootUri"])
		}
		if len(p.params(t, nil)) == 0 {
			t.Errorf("%s is empty", p)
		}
	}
}
