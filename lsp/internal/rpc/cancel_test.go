package rpc_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"topicls/lsp/internal/lsptest"
	"topicls/lsp/internal/rpc"
)

// The library's CancelHandler knows no number ids (trap 1).
func TestCancel(t *testing.T) {
	started := make(chan struct{}, 1)
	causes := make(chan error, 1)
	e := start(t, func(r *rpc.Router) {
		rpc.Request(r, "slow", func(ctx context.Context, _ empty) (any, error) {
			started <- struct{}{}
			<-ctx.Done()
			causes <- context.Cause(ctx)
			return nil, ctx.Err()
		})
	})
	for _, id := range []string{`77`, `0`, `-1`, `"seven"`, `""`, `4294967296`, `1.5`, `"7"`, `"\u0000x"`, `1e400`} {
		r := e.GoID(id, "slow", nil)
		recv(t, started)
		r.Cancel()
		wantCode(t, r.Await(nil), rpc.RequestCancelled)
		if cause := recv(t, causes); !errors.Is(cause, rpc.ErrCancelled) {
			t.Errorf("id %s: cause %v", id, cause)
		}
	}
}

// A number is the same number however it is written.
func TestCancelOtherSpelling(t *testing.T) {
	started := make(chan struct{}, 1)
	e := start(t, func(r *rpc.Router) {
		rpc.Request(r, "slow", func(ctx context.Context, _ empty) (any, error) {
			started <- struct{}{}
			<-ctx.Done()
			return nil, ctx.Err()
		})
	})
	r := e.Expect("70")
	e.SendBody(`{"jsonrpc":"2.0","id":70.0,"method":"slow"}`)
	recv(t, started)
	e.SendBody(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7e1}}`)
	wantCode(t, r.Await(nil), rpc.RequestCancelled)
}

// Cancels that mean nothing are ignored.
func TestCancelNothing(t *testing.T) {
	e := start(t, addPing)
	ping(t, e)
	for _, params := range []string{`{"id":2}`, `{"id":99}`, `{"id":null}`, `{"id":[]}`, `{}`, `[]`, `null`, `7`} {
		e.Notify("$/cancelRequest", json.RawMessage(params))
	}
	e.SendBody(`{"jsonrpc":"2.0","method":"$/cancelRequest"}`)
	ping(t, e)
}

// A handler that does not look at its context does not keep the client waiting,
// and what it returns later is dropped.
func TestDeafHandler(t *testing.T) {
	started, release := make(chan struct{}, 2), make(chan struct{})
	_, serve := server(t, rpc.Options{Deadline: time.Hour}, func(r *rpc.Router) {
		addPing(r)
		for _, method := range []string{"deaf", "late"} {
			rpc.Request(r, method, func(context.Context, empty) (string, error) {
				started <- struct{}{}
				<-release
				return "too late", nil
			})
		}
		r.SetDeadline("late", 10*time.Millisecond)
	})
	e := lsptest.Start(t, serve, lsptest.Options{Any: true, Preset: lsptest.Minimal})
	e.Initialize()
	deaf, late := e.Go("deaf", nil), e.Go("late", nil)
	recv(t, started)
	recv(t, started)
	deaf.Cancel()
	wantCode(t, deaf.Await(nil), rpc.RequestCancelled)
	err := wantCode(t, late.Await(nil), rpc.RequestFailed)
	if err.Message != "late: no answer within 10ms" {
		t.Errorf("message %q", err.Message)
	}
	close(release)
	ping(t, e)
}

// A handler that notices the deadline itself gives the same reply.
func TestDeadline(t *testing.T) {
	_, serve := server(t, rpc.Options{Deadline: 10 * time.Millisecond}, func(r *rpc.Router) {
		rpc.Request(r, "slow", func(ctx context.Context, _ empty) (any, error) {
			<-ctx.Done()
			return nil, errors.Join(errors.New("while reading"), ctx.Err())
		})
	})
	e := lsptest.Start(t, serve, lsptest.Options{Any: true, Preset: lsptest.Minimal})
	e.Initialize()
	wantCode(t, e.Request("slow", nil, nil), rpc.RequestFailed)
}

// The id of a request may be used again when its reply is here, and not before.
func TestIDInUse(t *testing.T) {
	started, release := make(chan struct{}, 1), make(chan struct{})
	e := start(t, func(r *rpc.Router) {
		rpc.Request(r, "slow", func(context.Context, empty) (string, error) {
			started <- struct{}{}
			<-release
			return "done", nil
		})
		addPing(r)
	})
	refused := e.GoID("5", "slow", nil)
	recv(t, started)
	e.SendBody(`{"jsonrpc":"2.0","id":5,"method":"slow"}`)
	wantCode(t, refused.Await(nil), rpc.InvalidRequest) // the second one; the first goes on
	first := e.Expect("5")
	close(release)
	var got string
	if err := first.Await(&got); err != nil || got != "done" {
		t.Errorf("got %q, %v", got, err)
	}
	for range 200 {
		if err := e.GoID("5", "ping", nil).Await(nil); err != nil {
			t.Fatal(err)
		}
	}
}

// The library's CancelHandler keeps a context for each request (trap 14).
func TestNothingStaysBehind(t *testing.T) {
	_, serve := server(t, rpc.Options{Logger: slog.New(slog.DiscardHandler)}, addPing)
	e := lsptest.Start(t, serve, lsptest.Options{Any: true, Preset: lsptest.Minimal})
	e.Initialize()
	run := func(n int) uint64 {
		for i := range n {
			ping(t, e)
			e.Notify("$/cancelRequest", map[string]int{"id": i + 2})
		}
		e.Forget()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := run(500)
	if after := run(5000); after > before+256<<10 {
		t.Errorf("%d KiB more after 5000 requests", (after-before)>>10)
	}
}
