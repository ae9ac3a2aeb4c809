package rpc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"topicls/lsp/internal/lsptest"
	"topicls/lsp/internal/rpc"
)

func TestBeforeInitialize(t *testing.T) {
	var notes atomic.Int32
	_, serve := server(t, rpc.Options{}, func(r *rpc.Router) {
		addPing(r)
		rpc.Notification(r, "note", func(context.Context, empty) error {
			notes.Add(1)
			return nil
		})
	})
	e := startRaw(t, serve)
	e.Notify("note", nil)
	wantCode(t, e.Request("ping", nil, nil), rpc.ServerNotInitialized)
	wantCode(t, e.Request("nope", nil, nil), rpc.ServerNotInitialized)
	wantCode(t, e.Request("shutdown", nil, nil), rpc.ServerNotInitialized)
	e.Initialize()
	wantCode(t, e.Request("initialize", nil, nil), rpc.InvalidRequest)
	ping(t, e)
	if notes.Load() != 0 {
		t.Error("notification before initialize was handled")
	}
	e.Notify("note", nil)
	ping(t, e)
	if notes.Load() != 1 {
		t.Error("notification after initialize was not handled")
	}
}

func TestInitializeFails(t *testing.T) {
	tries := 0
	r := rpc.New(rpc.Options{})
	addPing(r)
	rpc.Initialize(r, func(context.Context, empty) (any, error) {
		if tries++; tries == 1 {
			return nil, errors.New("not today")
		}
		return empty{}, nil
	})
	e := startRaw(t, func(ctx context.Context, pipe io.ReadWriteCloser) int {
		_ = r.Serve(ctx, pipe)
		return r.ExitCode()
	})
	wantCode(t, e.Request("initialize", nil, nil), rpc.RequestFailed)
	wantCode(t, e.Request("ping", nil, nil), rpc.ServerNotInitialized)
	e.Initialize()
	ping(t, e)
}

func TestAfterShutdown(t *testing.T) {
	var notes, hooks atomic.Int32
	_, serve := server(t, rpc.Options{}, func(r *rpc.Router) {
		addPing(r)
		r.OnShutdown(func(context.Context) error {
			hooks.Add(1)
			return nil
		})
		rpc.Notification(r, "note", func(context.Context, empty) error {
			notes.Add(1)
			return nil
		})
	})
	e := startRaw(t, serve)
	e.Initialize()
	if err := e.Request("shutdown", nil, nil); err != nil {
		t.Fatal(err)
	}
	wantCode(t, e.Request("ping", nil, nil), rpc.InvalidRequest)
	wantCode(t, e.Request("shutdown", nil, nil), rpc.InvalidRequest)
	wantCode(t, e.Request("initialize", nil, nil), rpc.InvalidRequest)
	e.Notify("note", nil)
	e.ExitAfterShutdown()
	if notes.Load() != 0 || hooks.Load() != 1 {
		t.Errorf("%d notifications, %d hooks", notes.Load(), hooks.Load())
	}
}

// The library refuses shutdown and exit with params, and initialized without
// (trap 6).
func TestParamsOfLifecycle(t *testing.T) {
	for _, params := range []string{``, `,"params":null`, `,"params":{}`, `,"params":[]`} {
		seen := make(chan struct{}, 1)
		e := start(t, func(r *rpc.Router) {
			rpc.Notification(r, "initialized", func(context.Context, rpc.NoParams) error {
				seen <- struct{}{}
				return nil
			})
		})
		recv(t, seen)
		e.SendBody(`{"jsonrpc":"2.0","method":"initialized"` + params + `}`)
		recv(t, seen)
		r := e.Expect("800")
		e.SendBody(`{"jsonrpc":"2.0","id":800,"method":"shutdown"` + params + `}`)
		if err := r.Await(nil); err != nil {
			t.Errorf("shutdown%s: %v", params, err)
		}
		e.SendBody(`{"jsonrpc":"2.0","method":"exit"` + params + `}`)
		e.AwaitExit(0)
	}
}

func TestExitWithoutShutdown(t *testing.T) {
	start(t, nil).Exit()
	_, serve := server(t, rpc.Options{}, nil)
	startRaw(t, serve).Exit()
}

// The client's end ends what is under way, and the library's panic over two
// kinds of errors does not happen (traps 12 and 13).
func TestHangupWithWorkUnderWay(t *testing.T) {
	started := make(chan struct{}, 10)
	ended := make(chan error, 10)
	r, serve := server(t, rpc.Options{Grace: 50 * time.Millisecond}, nil)
	rpc.Request(r, "wait", func(ctx context.Context, _ empty) (any, error) {
		started <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	})
	rpc.Request(r, "ask", func(ctx context.Context, _ empty) (any, error) {
		started <- struct{}{}
		err := r.Call(ctx, "workspace/configuration", nil, nil)
		ended <- err
		return nil, err
	})
	rpc.Notification(r, "note", func(context.Context, empty) error {
		r.Go("job", func(ctx context.Context) {
			started <- struct{}{}
			ended <- r.Call(ctx, "workspace/configuration", nil, nil)
		})
		return errors.New("a handler's error")
	})
	asked := make(chan struct{})
	e := lsptest.Start(t, serve, lsptest.Options{Any: true, Preset: lsptest.Minimal, Answers: map[string]lsptest.Answer{
		"workspace/configuration": func(json.RawMessage) (any, error) { <-asked; return nil, nil },
	}})
	defer close(asked)
	e.Initialize()
	e.Notify("note", nil)
	e.Go("wait", nil)
	e.Go("ask", nil)
	for range 3 {
		recv(t, started)
	}
	e.Hangup()
	for range 2 {
		if err := recv(t, ended); !errors.Is(err, rpc.ErrClosed) {
			t.Errorf("call ended with %v", err)
		}
	}
	if err := r.Call(t.Context(), "x", nil, nil); err == nil {
		t.Error("call after the end")
	}
	if err := r.Notify(t.Context(), "x", nil); !errors.Is(err, rpc.ErrClosed) {
		t.Errorf("notify after the end: %v", err)
	}
	r.Go("late", func(context.Context) { t.Error("job after the end") })
}

// A handler that never returns does not keep the process.
func TestHangupWithDeafHandler(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	r, _ := server(t, rpc.Options{Grace: 20 * time.Millisecond}, func(r *rpc.Router) {
		rpc.Request(r, "deaf", func(context.Context, empty) (any, error) {
			close(started)
			<-release
			return nil, nil
		})
	})
	ours, theirs := net.Pipe()
	done := make(chan error, 1)
	go func() { done <- r.Serve(t.Context(), theirs) }()
	go func() { _, _ = io.Copy(io.Discard, ours) }()
	_, _ = io.WriteString(ours, frames(`{"id":1,"method":"initialize"}`, `{"id":2,"method":"deaf"}`))
	recv(t, started)
	_ = ours.Close()
	if err := recv(t, done); err != nil {
		t.Errorf("serve: %v", err)
	}
	close(release)
}

// rw is a pipe of two halves.
type rw struct {
	io.Reader
	io.Writer
	closed atomic.Bool
	writes atomic.Int32
}

func (p *rw) Close() error { p.closed.Store(true); return nil }

func (p *rw) Write(b []byte) (int, error) { p.writes.Add(1); return p.Writer.Write(b) }

// A client that closes only its sending side gets its replies; each message is
// one write (trap 17); and the end of input is no error.
func TestHalfClosed(t *testing.T) {
	release := make(chan struct{})
	r, _ := server(t, rpc.Options{}, func(r *rpc.Router) {
		rpc.Request(r, "slow", func(ctx context.Context, _ empty) (string, error) {
			<-release
			return "still here", ctx.Err()
		})
	})
	in := io.MultiReader(
		strings.NewReader(frames(`{"id":1,"method":"initialize"}`, `{"id":2,"method":"slow"}`)),
		readFunc(func([]byte) (int, error) { close(release); return 0, io.EOF }),
	)
	var out bytes.Buffer
	pipe := &rw{Reader: in, Writer: &out}
	if err := r.Serve(t.Context(), pipe); err != nil {
		t.Error(err)
	}
	if got := out.String(); strings.Count(got, "Content-Length") != 2 || !strings.Contains(got, "still here") {
		t.Errorf("got %q", got)
	}
	if pipe.writes.Load() != 2 || !pipe.closed.Load() || r.ExitCode() != 1 {
		t.Errorf("%d writes, closed %v, exit code %d", pipe.writes.Load(), pipe.closed.Load(), r.ExitCode())
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(b []byte) (int, error) { return f(b) }

// Serve ends with its context although the read cannot be interrupted (trap 13).
func TestContextEndsServe(t *testing.T) {
	r, _ := server(t, rpc.Options{}, nil)
	block := make(chan struct{})
	defer close(block)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- r.Serve(ctx, &rw{Reader: readFunc(func([]byte) (int, error) { <-block; return 0, io.EOF }), Writer: io.Discard})
	}()
	cancel()
	if err := recv(t, done); !errors.Is(err, context.Canceled) {
		t.Errorf("serve: %v", err)
	}
}

// A client whose receiving side is gone is gone.
func TestBrokenOutput(t *testing.T) {
	r, _ := server(t, rpc.Options{}, nil)
	block := make(chan struct{})
	defer close(block)
	reader, writer := io.Pipe()
	_ = reader.Close()
	in := io.MultiReader(strings.NewReader(frames(`{"id":1,"method":"initialize"}`)), readFunc(func([]byte) (int, error) { <-block; return 0, io.EOF }))
	err := r.Serve(t.Context(), &rw{Reader: in, Writer: writer})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("serve: %v", err)
	}
}
