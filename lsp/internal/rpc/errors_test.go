package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"go.lsp.dev/jsonrpc2"

	"topicls/lsp/internal/rpc"
)

// The library sends code 0 for plain errors and loses the text around coded
// ones (trap 5).
func TestErrorCodes(t *testing.T) {
	tests := []struct {
		err  error
		code rpc.Code
		text string
	}{
		{errors.New("boom"), rpc.RequestFailed, "fail: boom"},
		{rpc.ErrContentModified, rpc.ContentModified, "content modified"},
		{fmt.Errorf("hover: %w", rpc.ErrContentModified), rpc.ContentModified, "hover: content modified"},
		{rpc.Errorf(rpc.InvalidParams, "no %s", "name"), rpc.InvalidParams, "no name"},
		{rpc.ErrCancelled, rpc.RequestCancelled, "cancelled"},
		{context.Canceled, rpc.RequestCancelled, "cancelled"},
		{fmt.Errorf("deep down: %w", context.DeadlineExceeded), rpc.RequestFailed, "fail: deadline exceeded"},
		{fmt.Errorf("outer: %w", jsonrpc2.NewError(jsonrpc2.InvalidParams, "inner")), rpc.InvalidParams, "outer: inner"},
	}
	for _, test := range tests {
		e := start(t, func(r *rpc.Router) {
			rpc.Request(r, "fail", func(context.Context, empty) (any, error) { return "dropped", test.err })
			rpc.Prepared(r, "early", func(empty) (func(context.Context) (any, error), error) { return nil, test.err })
		})
		got := wantCode(t, e.Request("fail", nil, nil), test.code)
		if got.Message != test.text {
			t.Errorf("%v: message %q, want %q", test.err, got.Message, test.text)
		}
		wantCode(t, e.Request("early", nil, nil), test.code)
		e.Close()
	}
}

func TestErrorData(t *testing.T) {
	e := start(t, func(r *rpc.Router) {
		rpc.Request(r, "fail", func(context.Context, empty) (any, error) {
			return nil, &rpc.Error{Code: rpc.RequestFailed, Message: "no", Data: map[string]bool{"retry": true}}
		})
	})
	got := wantCode(t, e.Request("fail", nil, nil), rpc.RequestFailed)
	if string(got.Data) != `{"retry":true}` {
		t.Errorf("data %s", got.Data)
	}
}

type bomb struct{}

func (bomb) MarshalJSON() ([]byte, error) { panic("while encoding") }

func (*bomb) UnmarshalJSON([]byte) error { panic("while decoding") }

// With the library any of these ends the process or leaves the client waiting
// for ever (trap 3).
func TestPanics(t *testing.T) {
	var nilMap map[string]int
	fail := func(p any) func(context.Context, empty) (any, error) {
		return func(context.Context, empty) (any, error) { panic(p) }
	}
	e := start(t, func(r *rpc.Router) {
		addPing(r)
		rpc.Request(r, "run", fail("while running"))
		rpc.Request(r, "error", fail(errors.New("an error")))
		rpc.Request(r, "runtime", func(context.Context, empty) (any, error) {
			nilMap["x"] = 1
			return nil, nil
		})
		rpc.RequestAt(r, "prepare", func() int { panic("while preparing") }, func(context.Context, int, empty) (any, error) { return nil, nil })
		rpc.Request(r, "encode", func(context.Context, empty) (bomb, error) { return bomb{}, nil })
		rpc.Request(r, "decode", func(context.Context, bomb) (any, error) { return nil, nil })
		rpc.Request(r, "chan", func(context.Context, empty) (any, error) { return make(chan int), nil })
		rpc.Notification(r, "note", func(context.Context, empty) error { panic("in a notification") })
		rpc.Notification(r, "decodeNote", func(context.Context, bomb) error { return nil })
		rpc.Notification(r, "failNote", func(context.Context, empty) error { return errors.New("failed") })
		rpc.Notification(r, "job", func(context.Context, empty) error {
			r.Go("job", func(context.Context) { panic("in a job") })
			return nil
		})
	})
	for _, method := range []string{"run", "error", "runtime", "prepare", "encode", "decode", "chan"} {
		err := wantCode(t, e.Request(method, empty{}, nil), rpc.InternalError)
		if !strings.HasPrefix(err.Message, method+": ") {
			t.Errorf("message %q does not name %s", err.Message, method)
		}
	}
	for _, method := range []string{"note", "decodeNote", "failNote", "job"} {
		e.Notify(method, empty{})
	}
	ping(t, e)
}

// A handler whose goroutine ends without returning is answered too.
func TestGoexit(t *testing.T) {
	e := start(t, func(r *rpc.Router) {
		rpc.Request(r, "goexit", func(context.Context, empty) (any, error) {
			runtime.Goexit()
			return nil, nil
		})
	})
	wantCode(t, e.Request("goexit", nil, nil), rpc.InternalError)
}

func TestInvalidParams(t *testing.T) {
	type params struct{ Name string }
	e := start(t, func(r *rpc.Router) {
		rpc.Request(r, "hello", func(_ context.Context, p params) (string, error) { return "hello " + p.Name, nil })
	})
	for _, bad := range []any{7, "x", true, []int{1}, map[string]any{"name": 7}} {
		wantCode(t, e.Request("hello", bad, nil), rpc.InvalidParams)
	}
	// Absent, null and [] (an empty object in languages without one) are no params.
	for _, body := range []string{`"params":null,`, ``, `"params":[],`, `"params":[ ],`, `"params":{},`, `"params":{"name":null},`} {
		r := e.Expect(`"x"`)
		e.SendBody(`{"jsonrpc":"2.0","id":"x",` + body + `"method":"hello"}`)
		var got string
		if err := r.Await(&got); err != nil || got != "hello " {
			t.Errorf("%s: %q, %v", body, got, err)
		}
	}
}

// The library answers a parse error for an unknown method without params, and
// hands others to a catch-all (trap 6).
func TestUnknownMethods(t *testing.T) {
	e := start(t, addPing)
	for _, method := range []string{"nope", "$/nope", "", "textDocument/hover"} {
		wantCode(t, e.Request(method, nil, nil), rpc.MethodNotFound)
		wantCode(t, e.Request(method, map[string]int{"a": 1}, nil), rpc.MethodNotFound)
	}
	for _, method := range []string{"nope", "$/nope", "$/setTrace", "initialized"} {
		e.Notify(method, nil)
		e.Notify(method, empty{})
	}
	ping(t, e)
}

// nil results are null, and text is not mangled.
func TestResults(t *testing.T) {
	type hover struct{ Contents string }
	e := start(t, func(r *rpc.Router) {
		rpc.Request(r, "nil", func(context.Context, empty) (*hover, error) { return nil, nil })
		rpc.Request(r, "text", func(context.Context, empty) (*hover, error) {
			return &hover{"<a&b> \u2028 \xff 😀 \x00"}, nil
		})
	})
	var raw any = "unset"
	if err := e.Request("nil", nil, &raw); err != nil || raw != nil {
		t.Errorf("got %v, %v", raw, err)
	}
	var got hover
	if err := e.Request("text", nil, &got); err != nil || got.Contents != "<a&b> \u2028 \ufffd 😀 \x00" {
		t.Errorf("got %q, %v", got.Contents, err)
	}
}

func TestRegisterTwice(t *testing.T) {
	r := rpc.New(rpc.Options{})
	addPing(r)
	rpc.Notification(r, "note", func(context.Context, empty) error { return nil })
	for name, again := range map[string]func(){
		"request":      func() { addPing(r) },
		"shutdown":     func() { rpc.Request(r, "shutdown", func(context.Context, empty) (any, error) { return nil, nil }) },
		"notification": func() { rpc.Notification(r, "note", func(context.Context, empty) error { return nil }) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			again()
		}()
	}
}
