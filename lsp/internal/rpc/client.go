package rpc

import (
	"context"
	"encoding/json"
	"fmt"
)

// Notify sends a notification to the client. It does not wait for the client to
// read it. Params are encoded by encoding/json; nil leaves them out.
func (r *Router) Notify(ctx context.Context, method string, params any) error {
	if err := r.connected(ctx); err != nil {
		return err
	}
	raw, err := encodeParams(method, params)
	if err != nil {
		return err
	}
	return r.stream.notify(method, raw)
}

// Call sends a request to the client and waits for the reply, which it decodes
// into result unless that is nil. It ends with ctx, after Options.CallTimeout
// and when the connection ends. An error reply is an [*Error].
func (r *Router) Call(ctx context.Context, method string, params, result any) error {
	ctx, stop := context.WithTimeout(ctx, r.opts.CallTimeout)
	defer stop()
	return r.Ask(ctx, method, params, result)
}

// Ask is Call for what a person answers, who takes any time.
func (r *Router) Ask(ctx context.Context, method string, params, result any) error {
	if err := r.connected(ctx); err != nil {
		return err
	}
	if ctx.Value(onReaderKey{}) != nil {
		return fmt.Errorf("%s: %w", method, ErrCallOnReader)
	}
	raw, err := encodeParams(method, params)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(r.live, func() { cancel(ErrClosed) })()

	var reply json.RawMessage
	id, err := r.conn.Call(ctx, method, raw, &reply)
	if ctx.Err() != nil && err != nil {
		r.stream.abandon(id)
		if r.live.Err() != nil {
			return fmt.Errorf("%s: %w", method, ErrClosed)
		}
		if cancelled, err := encode(map[string]json.RawMessage{"id": formatID(id)}); err == nil {
			_ = r.stream.notify(methodCancel, cancelled)
		}
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", method, clientError(err))
	}
	if result == nil || absent(reply) {
		return nil
	}
	if err := json.Unmarshal(reply, result); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// connected says whether there is a client.
func (r *Router) connected(ctx context.Context) error {
	select {
	case <-r.ready:
	default:
		return ErrClosed
	}
	if r.live.Err() != nil {
		return ErrClosed
	}
	return ctx.Err()
}

func encodeParams(method string, params any) (json.RawMessage, error) {
	if params == nil {
		return nil, nil
	}
	raw, err := encode(params)
	if err != nil {
		return nil, fmt.Errorf("%s: encode params: %w", method, err)
	}
	return raw, nil
}
