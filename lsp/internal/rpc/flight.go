package rpc

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"go.lsp.dev/jsonrpc2"
)

// flight is one request from its arrival to its reply.
type flight struct {
	router  *Router
	id      jsonrpc2.ID
	method  string
	start   time.Time
	ctx     context.Context
	cancel  context.CancelCauseFunc
	release func() // frees the context; set before anything can answer
	replied atomic.Bool

	// stopWatch ends the watch over ctx. It is atomic because the watch may
	// answer before it is known here.
	stopWatch atomic.Pointer[func() bool]
}

// takeOff enters a request, so that it can be cancelled. When its context ends
// it is answered at once, whatever its handler does. It is false, and the
// request answered, when another with the same id is still open.
func (r *Router) takeOff(ctx context.Context, call *jsonrpc2.Call) (*flight, bool) {
	f := &flight{router: r, id: call.ID(), method: call.Method(), start: time.Now()}
	if f.method != methodInitialize {
		ctx = r.live // without the mark of the reading goroutine
	}
	r.mu.Lock()
	if _, dup := r.flights[f.id]; dup {
		r.mu.Unlock()
		f.send(nil, encodeError(InvalidRequest, "id is in use by a request without a reply", nil))
		return nil, false
	}
	r.flights[f.id] = f
	r.mu.Unlock()

	deadline := r.opts.Deadline
	if d := r.deadlines[f.method]; d > 0 {
		deadline = d
	}
	ctx, f.cancel = context.WithCancelCause(ctx)
	ctx, stopTimer := context.WithTimeoutCause(ctx, deadline,
		Errorf(RequestFailed, "%s: no answer within %v", f.method, deadline))
	f.ctx = ctx
	f.release = func() {
		if stop := f.stopWatch.Load(); stop != nil {
			(*stop)()
		}
		stopTimer()
		f.cancel(nil)
	}
	stop := context.AfterFunc(ctx, func() { f.answer(nil, ctx.Err()) })
	f.stopWatch.Store(&stop)
	return f, true
}

// run does the work and answers. The error is that of the work.
func (f *flight) run(work prepared) (err error) {
	var result any
	returned := false
	defer func() {
		if p := recover(); p != nil {
			err = f.router.panicked(f.method, p)
		} else if !returned { // runtime.Goexit
			err = Errorf(InternalError, "%s: no result", f.method)
		}
		f.answer(result, err)
	}()
	result, err = work(f.ctx)
	returned = true
	return err
}

// answer sends the reply, the first time. The result must not be changed any
// more by then.
func (f *flight) answer(result any, err error) {
	if !f.replied.CompareAndSwap(false, true) {
		return
	}
	var failure *jsonrpc2.Error
	if err != nil {
		failure = wireError(f.ctx, f.method, err)
	}
	var raw json.RawMessage
	if failure == nil {
		if raw, err = f.encode(result); err != nil {
			failure = wireError(f.ctx, f.method, err)
		}
	}
	f.router.land(f)
	f.release()
	f.send(raw, failure)
}

// encode writes the result as JSON; its MarshalJSON may panic.
func (f *flight) encode(result any) (raw json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			raw, err = nil, f.router.panicked(f.method, p)
		}
	}()
	raw, err = encode(result)
	if err != nil {
		return nil, Errorf(InternalError, "%s: %v", f.method, err)
	}
	return raw, nil
}

func (f *flight) send(result json.RawMessage, failure *jsonrpc2.Error) {
	log := f.router.log.With("method", f.method, "id", string(formatID(f.id)), "dur", time.Since(f.start))
	if failure != nil {
		log.Debug("request failed", "code", int(failure.Code), "err", failure.Message)
	} else {
		log.Debug("request", "bytes", len(result))
	}
	if err := f.router.stream.reply(f.id, result, failure); err != nil {
		log.Debug("reply not sent", "err", err)
	}
}

// land takes a request out before its reply is sent: from then on the client may
// use the id again.
func (r *Router) land(f *flight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.flights, f.id)
	if r.draining && len(r.flights) == 0 && r.landed != nil {
		close(r.landed)
		r.landed = nil
	}
}

// flying counts the requests without a reply.
func (r *Router) flying() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.flights)
}

// awaitFlights waits until all requests are answered or the time is over.
func (r *Router) awaitFlights(timeout <-chan time.Time) {
	r.mu.Lock()
	if len(r.flights) == 0 {
		r.mu.Unlock()
		return
	}
	landed := make(chan struct{})
	r.landed = landed
	r.mu.Unlock()
	select {
	case <-landed:
	case <-timeout:
	}
}

// cancel handles $/cancelRequest. An id that is not open is no error: the reply
// was already on its way.
func (r *Router) cancel(params json.RawMessage) {
	var p struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(params, &p) != nil {
		return
	}
	id, ok := parseID(p.ID)
	if !ok {
		return
	}
	r.mu.Lock()
	f := r.flights[id]
	r.mu.Unlock()
	if f != nil {
		f.cancel(ErrCancelled)
	}
}
