package rpc

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/jsonrpc2"
)

// readGrace is how long Serve waits for the reading goroutine once the pipe is
// closed. A read of standard input may never return.
const readGrace = 100 * time.Millisecond

// Options are the limits of a [Router]. The zero value is right for a server.
type Options struct {
	Logger      *slog.Logger  // default: discards
	Deadline    time.Duration // of a request; default 10 s
	CallTimeout time.Duration // of a call to the client; default 5 s
	Grace       time.Duration // for work and writes still under way at the end; default 1 s
	MaxMessage  int64         // bytes of one incoming message; default 256 MiB
	MaxQueued   int           // bytes waiting for a client that does not read; default 64 MiB
	Panicked    func(p any)   // is told of each panic that a session survives; may be nil
}

// Router serves one client over one connection. Register all methods, then call
// [Router.Serve] once.
type Router struct {
	opts      Options
	log       *slog.Logger
	requests  map[string]requestHandler
	notes     map[string]noteHandler
	deadlines map[string]time.Duration
	stopHook  func(ctx context.Context) error

	state    atomic.Int32 // a state; written on the reading goroutine only
	shutdown atomic.Bool  // a shutdown request was seen
	conn     jsonrpc2.Conn
	stream   *stream
	live     context.Context // ends with the connection
	end      context.CancelCauseFunc
	ready    chan struct{} // closed when conn, stream, live and end are set

	mu       sync.Mutex
	flights  map[jsonrpc2.ID]*flight // under mu: requests not yet answered
	work     sync.WaitGroup          // requests' goroutines and those of Go
	draining bool                    // under mu: Go starts no more
	landed   chan struct{}           // under mu: closed when the last request is answered while draining
}

// New makes a router that knows initialize, shutdown and exit by themselves and
// no other method.
func New(opts Options) *Router {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	setDefault(&opts.Deadline, 10*time.Second)
	setDefault(&opts.CallTimeout, 5*time.Second)
	setDefault(&opts.Grace, time.Second)
	setDefault(&opts.MaxMessage, 256<<20)
	setDefault(&opts.MaxQueued, 64<<20)
	return &Router{
		opts:      opts,
		log:       opts.Logger,
		requests:  map[string]requestHandler{},
		notes:     map[string]noteHandler{},
		deadlines: map[string]time.Duration{},
		flights:   map[jsonrpc2.ID]*flight{},
		ready:     make(chan struct{}),
	}
}

func setDefault[T time.Duration | int | int64](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// Serve handles the messages that arrive on pipe until the client sends exit,
// closes its end or ctx ends. It then lets the requests under way finish for the
// time of Options.Grace, cancels those that have not, writes what is queued and
// closes the pipe. The error is nil when the client ended the session, with exit
// or by closing its end between two messages.
func (r *Router) Serve(ctx context.Context, pipe io.ReadWriteCloser) error {
	out := newOutbox(r.opts.MaxQueued)
	r.stream = newStream(pipe, out, r.opts.MaxMessage, r.log)
	r.conn = jsonrpc2.NewConn(r.stream)
	// The library must not see the context end: it would store a second error
	// and panic, and it could not stop reading anyway.
	r.live, r.end = context.WithCancelCause(context.WithoutCancel(ctx))
	close(r.ready)

	go out.run(pipe)
	r.conn.Go(r.live, r.handle)

	var err error
	select {
	case <-r.conn.Done():
		err = r.conn.Err()
	case <-out.broken:
		if err = out.failure(); errors.Is(err, errStalled) {
			break
		}
		// A client that is gone breaks both directions; then its end counts.
		select {
		case <-r.conn.Done():
			err = r.conn.Err()
		case <-time.After(readGrace):
		}
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	r.drain(errors.Is(err, io.EOF))
	writeErr := out.finish(r.opts.Grace)
	_ = r.stream.Close()
	_ = pipe.Close() // ends a Read or Write still waiting, but not one on a terminal
	select {
	case <-r.conn.Done():
	case <-time.After(readGrace):
	}
	switch {
	case state(r.state.Load()) == exited, errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	default:
		return writeErr
	}
}

// ExitCode is what the process exits with after Serve: 0 when the client sent
// shutdown, else 1.
func (r *Router) ExitCode() int {
	if r.shutdown.Load() {
		return 0
	}
	return 1
}

// drain ends the work under way; when the client only closed its sending side,
// requests may finish first.
func (r *Router) drain(finish bool) {
	r.mu.Lock()
	r.draining = true
	r.mu.Unlock()
	done := make(chan struct{})
	go func() {
		r.work.Wait()
		close(done)
	}()
	timer := time.NewTimer(r.opts.Grace)
	defer timer.Stop()
	if finish && state(r.state.Load()) != exited && r.flying() > 0 {
		r.awaitFlights(timer.C)
	}
	r.end(ErrClosed)
	timer.Reset(r.opts.Grace)
	select {
	case <-done:
	case <-timer.C:
		r.log.Warn("work goes on after its context ended", "requests", r.flying())
	}
}

// Go runs f in a goroutine that Serve waits for, with a context that ends with
// the connection. A panic is logged and ends only f. It is the way to do from a
// notification handler what takes long or calls the client. Before Serve and
// after its end f does not run.
func (r *Router) Go(name string, f func(ctx context.Context)) {
	select {
	case <-r.ready:
	default:
		r.log.Error("job before the connection", "job", name)
		return
	}
	if !r.begin() {
		return
	}
	go func() {
		defer r.work.Done()
		defer func() {
			if p := recover(); p != nil {
				r.survived("panic in job", p, "job", name)
			}
		}()
		f(r.live)
	}()
}

// survived logs a panic, in the function that recovered from it.
func (r *Router) survived(msg string, p any, where ...any) {
	r.log.Error(msg, append(where, "panic", p, "stack", string(debug.Stack()))...)
	if r.opts.Panicked != nil {
		r.opts.Panicked(p)
	}
}

// begin counts a goroutine in, unless the end has begun.
func (r *Router) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		return false
	}
	r.work.Add(1)
	return true
}
