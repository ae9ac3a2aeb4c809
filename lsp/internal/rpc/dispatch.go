package rpc

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.lsp.dev/jsonrpc2"
)

// slowNote is the time after which a notification handler is reported: nothing
// is read meanwhile.
const slowNote = time.Second

type onReaderKey struct{}

// handle routes one message. It runs on the goroutine that reads and always
// returns nil: the library ends the session on an error.
func (r *Router) handle(ctx context.Context, _ jsonrpc2.Replier, req jsonrpc2.Request) error {
	ctx = context.WithValue(ctx, onReaderKey{}, true)
	params := r.stream.params
	if call, ok := req.(*jsonrpc2.Call); ok {
		r.request(ctx, call, params)
	} else {
		r.notification(ctx, req.Method(), params)
	}
	return nil
}

func (r *Router) notification(ctx context.Context, method string, params json.RawMessage) {
	start := time.Now()
	defer func() {
		if p := recover(); p != nil {
			r.survived("panic in notification", p, "method", method)
		}
		if took := time.Since(start); took > slowNote {
			r.log.Warn("slow notification", "method", method, "dur", took)
		}
	}()
	switch method {
	case methodExit:
		r.exit()
		return
	case methodCancel:
		r.cancel(params)
		return
	}
	if s := state(r.state.Load()); s != running {
		r.log.Debug("notification dropped", "method", method, "state", int(s))
		return
	}
	h := r.notes[method]
	if h == nil {
		if !strings.HasPrefix(method, "$/") {
			r.log.Debug("unknown notification", "method", method)
		}
		return
	}
	if err := h(ctx, params); err != nil {
		r.log.Error("notification failed", "method", method, "err", err)
		return
	}
	r.log.Debug("notification", "method", method, "dur", time.Since(start))
}

// request answers a request or starts the goroutine that does.
func (r *Router) request(ctx context.Context, call *jsonrpc2.Call, params json.RawMessage) {
	method := call.Method()
	f, ok := r.takeOff(ctx, call)
	if !ok {
		return
	}
	if err := r.admit(method); err != nil {
		f.answer(nil, err)
		return
	}
	run, err := r.prepare(method, params)
	switch {
	case err != nil:
		f.answer(nil, err)
	case method == methodInitialize:
		if f.run(run) == nil {
			r.state.Store(int32(running))
		}
	case !r.begin():
		f.answer(nil, ErrClosed)
	default:
		go func() {
			defer r.work.Done()
			_ = f.run(run)
		}()
	}
}

// prepare decodes a request's params and runs its prepare step.
func (r *Router) prepare(method string, params json.RawMessage) (run prepared, err error) {
	if method == methodShutdown {
		return r.runShutdown, nil
	}
	h := r.requests[method]
	if h == nil {
		return nil, Errorf(MethodNotFound, "method not found: %s", method)
	}
	defer func() {
		if p := recover(); p != nil {
			run, err = nil, r.panicked(method, p)
		}
	}()
	return h(params)
}

// panicked logs a panic and makes the error to reply.
func (r *Router) panicked(method string, p any) *Error {
	r.survived("panic in request", p, "method", method)
	return Errorf(InternalError, "%s: internal error: %s", method, fmt.Sprint(p))
}
