package rpc_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"topicls/lsp/internal/lsptest"
	"topicls/lsp/internal/rpc"
)

// A handler may call the client and get the answer. With a plain handler on the
// library's connection it waits for itself (trap 2).
func TestCallFromRequest(t *testing.T) {
	r, serve := server(t, rpc.Options{}, nil)
	rpc.Request(r, "settings", func(ctx context.Context, _ empty) (any, error) {
		var out []string
		err := r.Call(ctx, "workspace/configuration", map[string]any{"items": []any{map[string]string{"section": "a"}}}, &out)
		return out, err
	})
	e := lsptest.Start(t, serve, lsptest.Options{Any: true, Settings: map[string]json.RawMessage{"a": json.RawMessage(`"<&>"`)}})
	e.Initialize()
	var got []string
	if err := e.Request("settings", nil, &got); err != nil || len(got) != 1 || got[0] != "<&>" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestCallFromJob(t *testing.T) {
	r, serve := server(t, rpc.Options{}, nil)
	results := make(chan error, 2)
	rpc.Notification(r, "initialized", func(ctx context.Context, _ rpc.NoParams) error {
		results <- r.Call(ctx, "client/registerCapability", empty{}, nil)
		r.Go("register", func(ctx context.Context) {
			results <- r.Call(ctx, "client/registerCapability", empty{}, nil)
		})
		return nil
	})
	e := startRaw(t, serve)
	e.Initialize()
	if err := recv(t, results); !errors.Is(err, rpc.ErrCallOnReader) {
		t.Errorf("call from the reading goroutine: %v", err)
	}
	if err := recv(t, results); err != nil {
		t.Errorf("call from a job: %v", err)
	}
}

func TestCallFails(t *testing.T) {
	r, serve := server(t, rpc.Options{}, nil)
	rpc.Request(r, "call", func(ctx context.Context, method string) (any, error) {
		var n int
		err := r.Call(ctx, method, nil, &n)
		var e *rpc.Error
		return n, fmt.Errorf("%v/%w", errors.As(err, &e), err)
	})
	refuse := func(json.RawMessage) (any, error) { return nil, &lsptest.Error{Code: -32803, Message: "no"} }
	text := func(json.RawMessage) (any, error) { return "text", nil }
	e := lsptest.Start(t, serve, lsptest.Options{Any: true, Answers: map[string]lsptest.Answer{"refuse": refuse, "text": text}})
	e.Initialize()
	if err := wantCode(t, e.Request("call", "refuse", nil), rpc.RequestFailed); err.Message != "true/refuse: no" {
		t.Errorf("message %q", err.Message)
	}
	if err := wantCode(t, e.Request("call", "text", nil), rpc.RequestFailed); !strings.Contains(err.Message, "cannot unmarshal string") {
		t.Errorf("message %q", err.Message)
	}
}

// A client that does not answer costs the call only, and is told (trap 12).
func TestCallTimeout(t *testing.T) {
	r, serve := server(t, rpc.Options{CallTimeout: 20 * time.Millisecond}, addPing)
	rpc.Request(r, "call", func(ctx context.Context, _ empty) (any, error) {
		return nil, r.Call(ctx, "silent", nil, nil)
	})
	release := make(chan struct{})
	e := lsptest.Start(t, serve, lsptest.Options{
		Any:     true,
		Answers: map[string]lsptest.Answer{"silent": func(json.RawMessage) (any, error) { <-release; return 1, nil }},
		Allow:   []string{"$/cancelRequest"},
	})
	e.Initialize()
	err := wantCode(t, e.Request("call", nil, nil), rpc.RequestFailed)
	if err.Message != "call: deadline exceeded" {
		t.Errorf("message %q", err.Message)
	}
	e.Await("$/cancelRequest", nil)
	close(release) // the late answer is dropped
	ping(t, e)
}

// Several answers to one call: the library stops reading at the third.
func TestCallAnsweredOften(t *testing.T) {
	r, serve := server(t, rpc.Options{}, addPing)
	rpc.Request(r, "call", func(ctx context.Context, _ empty) (string, error) {
		var out string
		err := r.Call(ctx, "ask", nil, &out)
		return out, err
	})
	var e *lsptest.Editor
	asked := make(chan struct{})
	ask := func(json.RawMessage) (any, error) {
		defer close(asked)
		for i := range 10 {
			e.SendBody(fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"result":"%d"}`, i))
		}
		return "last", nil
	}
	e = lsptest.Start(t, serve, lsptest.Options{Any: true, Answers: map[string]lsptest.Answer{"ask": ask}})
	e.Initialize()
	var got string
	if err := e.Request("call", nil, &got); err != nil || got != "0" {
		t.Errorf("got %q, %v", got, err)
	}
	recv(t, asked)
	ping(t, e)
}

// Answers that JSON-RPC does not allow still end the call.
func TestCallAnsweredOddly(t *testing.T) {
	for _, answer := range []string{
		`{"id":1}`, `{"id":1.0,"result":null}`, `{"id":1,"result":null,"error":null}`,
		`{"id":1,"error":"boom"}`, `{"id":1,"error":{"code":"x"}}`, `{"id":1,"error":{"code":1e99,"message":"m"}}`,
	} {
		r, serve := server(t, rpc.Options{}, addPing)
		rpc.Request(r, "call", func(ctx context.Context, _ empty) (bool, error) {
			return r.Call(ctx, "ask", nil, nil) == nil, nil
		})
		var e *lsptest.Editor
		e = lsptest.Start(t, serve, lsptest.Options{Any: true, Answers: map[string]lsptest.Answer{
			"ask": func(json.RawMessage) (any, error) { e.SendBody(answer); return nil, nil },
		}})
		e.Initialize()
		var ok bool
		if err := e.Request("call", nil, &ok); err != nil {
			t.Errorf("%s: %v", answer, err)
		}
		if wantOK := !strings.Contains(answer, `"error":"`) && !strings.Contains(answer, `"error":{`); ok != wantOK {
			t.Errorf("%s: ok is %v", answer, ok)
		}
		e.Close()
	}
}

func TestNotify(t *testing.T) {
	r, serve := server(t, rpc.Options{}, nil)
	if err := r.Notify(t.Context(), "window/logMessage", nil); !errors.Is(err, rpc.ErrClosed) {
		t.Errorf("before serving: %v", err)
	}
	r.Go("early", func(context.Context) { t.Error("job before serving") })
	rpc.Request(r, "count", func(ctx context.Context, n int) (any, error) {
		for i := range n {
			if err := r.Notify(ctx, "window/logMessage", map[string]any{"type": 4, "message": fmt.Sprint(i)}); err != nil {
				return nil, err
			}
		}
		return nil, r.Notify(ctx, "window/logMessage", make(chan int))
	})
	e := startRaw(t, serve)
	e.Initialize()
	wantCode(t, e.Request("count", 100, nil), rpc.RequestFailed)
	for i := range 100 {
		var p struct{ Message string }
		if err := json.Unmarshal(e.Await("window/logMessage", nil), &p); err != nil || p.Message != fmt.Sprint(i) {
			t.Fatalf("got %q, %v, want %d", p.Message, err, i)
		}
	}
}

// A client that writes and does not read is read from all the same, and given up
// when too much waits for it.
func TestClientDoesNotRead(t *testing.T) {
	notes := make(chan int, 1)
	r, _ := server(t, rpc.Options{Logger: slog.New(slog.DiscardHandler), MaxQueued: 1 << 20, Grace: 20 * time.Millisecond}, nil)
	rpc.Notification(r, "note", func(ctx context.Context, i int) error {
		err := r.Notify(ctx, "window/logMessage", strings.Repeat("x", 10_000))
		notes <- i
		return err
	})
	ours, theirs := net.Pipe()
	done := make(chan error, 1)
	go func() { done <- r.Serve(context.Background(), theirs) }()
	_, _ = io.WriteString(ours, frames(`{"id":1,"method":"initialize"}`))
	for i := range 50 {
		_, _ = io.WriteString(ours, frames(fmt.Sprintf(`{"method":"note","params":%d}`, i)))
		if got := recv(t, notes); got != i {
			t.Fatalf("got %d, want %d", got, i)
		}
	}
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-notes:
			case <-stop:
				return
			}
		}
	}()
	for start := time.Now(); ; {
		if _, err := io.WriteString(ours, frames(`{"method":"note","params":1}`)); err != nil {
			break
		}
		if time.Since(start) > 10*time.Second {
			t.Fatal("the client is not given up")
		}
	}
	if err := recv(t, done); err == nil || !strings.Contains(err.Error(), "does not read") {
		t.Errorf("serve: %v", err)
	}
	_ = ours.Close()
}
