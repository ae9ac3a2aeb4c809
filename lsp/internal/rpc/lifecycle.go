package rpc

import "context"

// state is where the session stands in the protocol's lifecycle.
type state int32

const (
	created state = iota // only initialize is answered
	running
	stopping // after shutdown: only exit is heeded
	exited
)

// The methods that the router handles itself.
const (
	methodInitialize = "initialize"
	methodShutdown   = "shutdown"
	methodExit       = "exit"
	methodCancel     = "$/cancelRequest"
)

// Initialize registers the handler of the initialize request. It runs on the
// goroutine that reads, so that nothing is handled before it is done: it must
// not wait for the client. When it fails, the client may try again.
func Initialize[P, R any](r *Router, run func(ctx context.Context, params P) (R, error)) {
	r.register(methodInitialize, bind(methodInitialize, func(p P) (func(context.Context) (R, error), error) {
		return func(ctx context.Context) (R, error) { return run(ctx, p) }, nil
	}))
}

// OnShutdown sets what to do before the shutdown request is answered. It runs
// like a request, while further requests are refused already.
func (r *Router) OnShutdown(hook func(ctx context.Context) error) { r.stopHook = hook }

// admit says whether the session's state allows a request, and moves the state.
func (r *Router) admit(method string) *Error {
	switch s := state(r.state.Load()); {
	case s >= stopping:
		return Errorf(InvalidRequest, "%s after shutdown", method)
	case s == created && method == methodShutdown:
		return Errorf(ServerNotInitialized, "%s before initialize", method)
	case s == created && method != methodInitialize:
		return Errorf(ServerNotInitialized, "%s before initialize", method)
	case s == running && method == methodInitialize:
		return Errorf(InvalidRequest, "initialize twice")
	}
	if method == methodShutdown {
		r.state.Store(int32(stopping))
		r.shutdown.Store(true)
	}
	return nil
}

// runShutdown is the work of the shutdown request.
func (r *Router) runShutdown(ctx context.Context) (any, error) {
	if r.stopHook == nil {
		return nil, nil
	}
	return nil, r.stopHook(ctx)
}

// exit ends the session; Serve does the rest.
func (r *Router) exit() {
	r.state.Store(int32(exited))
	_ = r.stream.Close()
}
