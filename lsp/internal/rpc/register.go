package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// prepared is a request whose prepare step is done.
type prepared func(ctx context.Context) (any, error)

type (
	requestHandler func(params json.RawMessage) (prepared, error)
	noteHandler    func(ctx context.Context, params json.RawMessage) error
)

// Request registers the handler of a request that needs no state as of its
// arrival. Absent and null params are the zero P.
func Request[P, R any](r *Router, method string, run func(ctx context.Context, params P) (R, error)) {
	Prepared(r, method, func(p P) (func(context.Context) (R, error), error) {
		return func(ctx context.Context) (R, error) { return run(ctx, p) }, nil
	})
}

// RequestAt registers the handler of a request on the state as of its arrival,
// after all earlier notifications and before any later one. That state is what
// prepare returns: it runs on the goroutine that reads and must be quick.
func RequestAt[S, P, R any](r *Router, method string, prepare func() S, run func(ctx context.Context, state S, params P) (R, error)) {
	Prepared(r, method, func(p P) (func(context.Context) (R, error), error) {
		s := prepare()
		return func(ctx context.Context) (R, error) { return run(ctx, s, p) }, nil
	})
}

// Prepared registers the handler of a request in its general form: prepare runs
// on the goroutine that reads, with the params, and returns the rest of the work
// or the error to reply.
func Prepared[P, R any](r *Router, method string, prepare func(params P) (run func(ctx context.Context) (R, error), err error)) {
	r.register(method, bind(method, prepare))
}

// Notification registers the handler of a notification. It runs on the goroutine
// that reads; an error is logged.
func Notification[P any](r *Router, method string, handle func(ctx context.Context, params P) error) {
	if _, dup := r.notes[method]; dup {
		panic("rpc: notification registered twice: " + method)
	}
	r.notes[method] = func(ctx context.Context, raw json.RawMessage) error {
		p, err := decodeParams[P](method, raw)
		if err != nil {
			return err
		}
		return handle(ctx, p)
	}
}

// SetDeadline gives the requests of one method another deadline.
func (r *Router) SetDeadline(method string, d time.Duration) { r.deadlines[method] = d }

func (r *Router) register(method string, h requestHandler) {
	if _, dup := r.requests[method]; dup || method == methodShutdown {
		panic("rpc: request registered twice: " + method)
	}
	r.requests[method] = h
}

// bind decodes the params and hides the types.
func bind[P, R any](method string, prepare func(P) (func(context.Context) (R, error), error)) requestHandler {
	return func(raw json.RawMessage) (prepared, error) {
		p, err := decodeParams[P](method, raw)
		if err != nil {
			return nil, err
		}
		run, err := prepare(p)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) (any, error) { return run(ctx) }, nil
	}
}

// NoParams is the type of params that are not looked at, whatever they are.
type NoParams struct{}

// UnmarshalJSON accepts everything.
func (*NoParams) UnmarshalJSON([]byte) error { return nil }

func decodeParams[P any](method string, raw json.RawMessage) (P, error) {
	var p P
	if absent(raw) || emptyArray(raw) {
		return p, nil
	}
	var err error
	if own, ok := any(&p).(json.Unmarshaler); ok {
		err = own.UnmarshalJSON(raw) // what json.Unmarshal does, without a second check of raw
	} else {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil {
		return p, &Error{Code: InvalidParams, Message: fmt.Sprintf("%s: %v", method, err)}
	}
	return p, nil
}

// emptyArray finds [], which clients in languages that cannot tell an empty list
// from an empty object send for {}.
func emptyArray(raw json.RawMessage) bool {
	b := bytes.TrimSpace(raw)
	return len(b) >= 2 && b[0] == '[' && len(bytes.TrimSpace(b[1:len(b)-1])) == 0
}
