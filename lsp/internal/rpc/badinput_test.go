package rpc_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"topicls/lsp/internal/lsptest"
	"topicls/lsp/internal/rpc"
)

func startRaw(t testing.TB, serve lsptest.Server) *lsptest.Editor {
	t.Helper()
	return lsptest.Start(t, serve, lsptest.Options{Any: true, Preset: lsptest.Minimal})
}

func frames(bodies ...string) string {
	var b strings.Builder
	for _, body := range bodies {
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	return b.String()
}

// With the library each of these ends the session, some the process (traps 7
// and 18).
func TestBadBodies(t *testing.T) {
	deep := strings.Repeat("[", 5_000_000)
	tests := []struct {
		name, body string
		code       rpc.Code
	}{
		{"not JSON", `hello`, rpc.ParseError},
		{"half", `{"jsonrpc":"2.0","id":1,"method":"pi`, rpc.ParseError},
		{"two values", `{"jsonrpc":"2.0","method":"x"} {}`, rpc.ParseError},
		{"invalid UTF-8", "\xff\xfe{}", rpc.ParseError},
		{"spaces", "   ", rpc.ParseError},
		{"deep", deep, rpc.ParseError},
		{"deep and closed", deep + strings.Repeat("]", len(deep)), rpc.ParseError},
		{"deep params", `{"jsonrpc":"2.0","id":1,"method":"ping","params":` + deep + strings.Repeat("]", len(deep)) + `}`, rpc.ParseError},
		{"batch", `[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, rpc.InvalidRequest},
		{"empty batch", `[]`, rpc.InvalidRequest},
		{"number", `7`, rpc.InvalidRequest},
		{"null", `null`, rpc.InvalidRequest},
		{"empty object", `{}`, rpc.InvalidRequest},
		{"id is an object", `{"jsonrpc":"2.0","id":{},"method":"ping"}`, rpc.InvalidRequest},
		{"id is a list", `{"jsonrpc":"2.0","id":[1],"method":"ping"}`, rpc.InvalidRequest},
		{"id is true", `{"jsonrpc":"2.0","id":true,"method":"ping"}`, rpc.InvalidRequest},
	}
	e := start(t, addPing)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e.SendBody(test.body)
			if err := e.AwaitError(); err.Code != int(test.code) {
				t.Errorf("got %v, want %d", err, test.code)
			}
		})
	}
	ping(t, e)
}

// Requests that are wrong but say who asks are answered to them.
func TestBadRequests(t *testing.T) {
	e := start(t, addPing)
	for _, body := range []string{
		`{"jsonrpc":"1.0","id":900,"method":"ping"}`,
		`{"jsonrpc":2,"id":900,"method":"ping"}`,
		`{"jsonrpc":"2.0","id":900,"method":7}`,
		`{"jsonrpc":"2.0","id":900,"method":null}`,
		`{"jsonrpc":"2.0","id":900}`,
	} {
		r := e.Expect("900")
		e.SendBody(body)
		wantCode(t, r.Await(nil), rpc.InvalidRequest)
	}
	ping(t, e)
}

// Ids come back as they were; the library knows 32-bit numbers and strings that
// are not empty (trap 7).
func TestIDs(t *testing.T) {
	e := start(t, addPing)
	for _, id := range []string{
		`0`, `-5`, `2147483647`, `2147483648`, `-2147483649`, `9007199254740993`, `123456789012345678901234567890`,
		`1.5`, `-0.25`, `1e400`, `""`, `"x"`, `"7"`, `"#7"`, `"a b/ü"`, `"\u0000"`, `"\u00007"`, `"` + strings.Repeat("x", 100_000) + `"`,
	} {
		if err := e.GoID(id, "ping", nil).Await(nil); err != nil {
			t.Errorf("%.50s: %v", id, err)
		}
		wantCode(t, e.GoID(id, "nope", nil).Await(nil), rpc.MethodNotFound)
	}
}

// What is lenient: no jsonrpc member, null as the id of a notification, more
// members, members twice.
func TestLenient(t *testing.T) {
	notes := make(chan string, 10)
	e := start(t, func(r *rpc.Router) {
		addPing(r)
		rpc.Notification(r, "note", func(_ context.Context, p string) error {
			notes <- p
			return nil
		})
	})
	for _, body := range []string{
		`{"method":"note","params":"ok"}`,
		`{"jsonrpc":"2.0","id":null,"method":"note","params":"ok"}`,
		`{"jsonrpc":"2.0","method":"note","params":"ok","more":{"x":1}}`,
		` {"jsonrpc":"2.0","method":"no","method":"note","params":"ok"} ` + "\r\n",
	} {
		e.SendBody(body)
		if got := recv(t, notes); got != "ok" {
			t.Errorf("%s: %q", body, got)
		}
	}
	ping(t, e)
}

// Responses to nothing are dropped without a word: an answer to an answer could
// go on for ever.
func TestStrayResponses(t *testing.T) {
	e := start(t, addPing)
	for _, body := range []string{
		`{"jsonrpc":"2.0","id":77,"result":null}`,
		`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}`,
		`{"jsonrpc":"2.0","error":{"code":-32700,"message":"?"}}`,
		`{"jsonrpc":"2.0","id":"x","error":"boom"}`,
		`{"jsonrpc":"2.0","id":1,"error":{"code":1.5,"message":7}}`,
		`{"jsonrpc":"2.0","id":1,"error":null,"result":3}`,
	} {
		e.SendBody(body)
	}
	ping(t, e)
	for _, m := range e.Messages() {
		if m.Method == "" && m.Error != nil {
			t.Errorf("answered: %v", m)
		}
	}
}

// Reading goes on behind a header that is none.
func TestBadHeaders(t *testing.T) {
	pingFrame := frames(`{"jsonrpc":"2.0","id":"p","method":"ping"}`)
	tests := []struct {
		name, text string
		reply      bool // an error reply with the id null
	}{
		{"lower case", strings.ToLower(pingFrame), false},
		{"line feeds only", strings.Replace(pingFrame, "\r\n\r\n", "\n\n", 1), false},
		{"content type first", "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n" + pingFrame, false},
		{"empty lines before", "\r\n\r\n" + pingFrame, false},
		{"no number", "Content-Length: x\r\n\r\n" + pingFrame, true},
		{"negative", "Content-Length: -5\r\n\r\n" + pingFrame, true},
		{"over 64 bits", "Content-Length: 99999999999999999999\r\n\r\n" + pingFrame, true},
		{"no length", "X: y\r\n\r\n" + pingFrame, true},
		{"zero", "Content-Length: 0\r\n\r\n" + pingFrame, true},
		{"body without header", "{\"a\":\n1}\r\n\r\n" + pingFrame, true},
		{"body without header, same line", "Content-Length: ?\r\n\r\n{\"a\":1}" + pingFrame, true},
		{"long line", strings.Repeat("x", 1_000_000) + "\r\n\r\n" + pingFrame, true},
		{"long line in front", strings.Repeat("x", 1_000_000) + pingFrame, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := start(t, addPing)
			r := e.Expect(`"p"`)
			e.SendBytes(test.text)
			if test.reply {
				if err := e.AwaitError(); err.Code != int(rpc.ParseError) {
					t.Errorf("got %v", err)
				}
			}
			if err := r.Await(nil); err != nil {
				t.Error(err)
			}
			ping(t, e)
		})
	}
}

// A message over the limit costs itself only.
func TestTooLarge(t *testing.T) {
	_, serve := server(t, rpc.Options{MaxMessage: 1000}, addPing)
	e := startRaw(t, serve)
	e.Initialize()
	e.SendBody(`{"jsonrpc":"2.0","method":"x","params":"` + strings.Repeat("x", 100_000) + `"}`)
	if err := e.AwaitError(); err.Code != int(rpc.ParseError) || !strings.Contains(err.Message, "limit") {
		t.Errorf("got %v", err)
	}
	ping(t, e)
}

// A document of megabytes goes through.
func TestLarge(t *testing.T) {
	lengths := make(chan int, 1)
	e := start(t, func(r *rpc.Router) {
		rpc.Notification(r, "open", func(_ context.Context, p struct{ Text string }) error {
			lengths <- len(p.Text)
			return nil
		})
		rpc.Request(r, "large", func(context.Context, empty) (string, error) { return strings.Repeat("<", 2_000_000), nil })
	})
	e.Notify("open", map[string]string{"text": strings.Repeat("x\n", 2_000_000)})
	if got := recv(t, lengths); got != 4_000_000 {
		t.Errorf("got %d bytes", got)
	}
	var got string
	if err := e.Request("large", nil, &got); err != nil || len(got) != 2_000_000 {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}

// An announced body that never comes costs nothing, and the end of the stream
// inside it is the end of the session.
func TestTruncated(t *testing.T) {
	for _, text := range []string{
		"Content-Length: 2147483647\r\n\r\n{}", "Content-Length: 10\r\n\r\n{}", "Content-Length: 10\r\n", "Content-Le", "{}", "\r\n",
	} {
		e := start(t, nil)
		e.SendBytes(text)
		e.Hangup()
	}
}
