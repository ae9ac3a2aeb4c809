package rpc_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"topicls/lsp/internal/lsptest"
	"topicls/lsp/internal/rpc"
)

type empty struct{}

// server makes a router with an initialize handler and what setup registers.
func server(t testing.TB, opts rpc.Options, setup func(r *rpc.Router)) (*rpc.Router, lsptest.Server) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	r := rpc.New(opts)
	rpc.Initialize(r, func(context.Context, empty) (map[string]any, error) {
		return map[string]any{"capabilities": empty{}}, nil
	})
	if setup != nil {
		setup(r)
	}
	return r, func(ctx context.Context, pipe io.ReadWriteCloser) int {
		if err := r.Serve(ctx, pipe); err != nil {
			t.Logf("serve: %v", err)
		}
		return r.ExitCode()
	}
}

// start is an initialized session.
func start(t testing.TB, setup func(r *rpc.Router)) *lsptest.Editor {
	t.Helper()
	_, serve := server(t, rpc.Options{}, setup)
	e := lsptest.Start(t, serve, lsptest.Options{Any: true, Preset: lsptest.Minimal})
	e.Initialize()
	return e
}

// wantCode checks the code of an error reply.
func wantCode(t testing.TB, err error, code rpc.Code) *lsptest.Error {
	t.Helper()
	var e *lsptest.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want code %d", err, code)
	}
	if e.Code != int(code) {
		t.Fatalf("error %v, want code %d", err, code)
	}
	return e
}

// recv takes a value that must come soon.
func recv[T any](t testing.TB, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// addPing registers a request that answers at once.
func addPing(r *rpc.Router) {
	rpc.Request(r, "ping", func(context.Context, empty) (string, error) { return "pong", nil })
}

// ping checks that the session lives.
func ping(t testing.TB, e *lsptest.Editor) {
	t.Helper()
	var got string
	if err := e.Request("ping", nil, &got); err != nil || got != "pong" {
		t.Fatalf("ping: %q, %v", got, err)
	}
}
