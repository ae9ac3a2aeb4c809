package rpc_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"topicls/lsp/internal/rpc"
)

// Requests see all notifications before them and none after them, though they
// run later and at the same time.
func TestRequestSeesStateAsOfArrival(t *testing.T) {
	text := ""
	release := make(chan struct{})
	e := start(t, func(r *rpc.Router) {
		rpc.Notification(r, "change", func(_ context.Context, add string) error {
			text += add
			return nil
		})
		rpc.RequestAt(r, "get", func() string { return text }, func(_ context.Context, seen string, _ empty) (string, error) {
			<-release
			return seen, nil
		})
	})
	want := ""
	gets := map[string]interface{ Await(any) error }{}
	for i := range 50 {
		add := fmt.Sprint(i, ",")
		e.Notify("change", add)
		want += add
		gets[want] = e.Go("get", nil)
	}
	close(release)
	for want, get := range gets {
		var got string
		if err := get.Await(&got); err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

// The library's AsyncHandler starts a request when the one before it was
// answered (trap 2).
func TestRequestsRunAtTheSameTime(t *testing.T) {
	const n = 5
	var all sync.WaitGroup
	all.Add(n)
	e := start(t, func(r *rpc.Router) {
		rpc.Request(r, "meet", func(context.Context, empty) (bool, error) {
			all.Done()
			all.Wait() // for ever unless all run
			return true, nil
		})
	})
	var calls []interface{ Await(any) error }
	for range n {
		calls = append(calls, e.Go("meet", nil))
	}
	for _, c := range calls {
		if err := c.Await(nil); err != nil {
			t.Error(err)
		}
	}
}

// A request that hangs holds up no other, no notification, and no goroutine
// after its context has ended (trap 2).
func TestStuckRequest(t *testing.T) {
	started := make(chan struct{})
	notes := make(chan int, 100)
	e := start(t, func(r *rpc.Router) {
		addPing(r)
		rpc.Request(r, "stuck", func(ctx context.Context, _ empty) (any, error) {
			close(started)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		rpc.Notification(r, "note", func(_ context.Context, i int) error {
			notes <- i
			return nil
		})
	})
	stuck := e.Go("stuck", nil)
	recv(t, started)
	for i := range 100 {
		e.Notify("note", i)
	}
	ping(t, e)
	for i := range 100 {
		if got := recv(t, notes); got != i {
			t.Fatalf("notification %d, want %d", got, i)
		}
	}
	stuck.Cancel()
	wantCode(t, stuck.Await(nil), rpc.RequestCancelled)
}

// The initialize handler is done before anything else is handled, also for a
// client that does not wait for its reply.
func TestImpatientClient(t *testing.T) {
	_, serve := server(t, rpc.Options{}, addPing)
	e := startRaw(t, serve)
	first, second := e.Expect("1"), e.Expect("2")
	e.SendBytes(frames(
		`{"jsonrpc":"2.0","id":1,"method":"initialize"}`,
		`{"jsonrpc":"2.0","id":2,"method":"ping"}`,
	))
	for _, r := range []interface{ Await(any) error }{first, second} {
		if err := r.Await(nil); err != nil {
			t.Error(err)
		}
	}
	e.Hangup()
}
