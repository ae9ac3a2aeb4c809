package rpc

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// outbox holds the messages on their way to the client and writes them in order
// from a goroutine of its own. Adding never waits, so that a client which does
// not read cannot stop us from reading: that is the deadlock of two programs
// that each wait for the other to empty a pipe. A client that stops reading for
// good ends the session when limit bytes have piled up.
type outbox struct {
	limit  int
	broken chan struct{} // closed when no more can be written
	done   chan struct{} // closed when run has returned

	mu     sync.Mutex
	frames [][]byte // under mu
	size   int      // under mu: bytes in frames and in the write under way
	err    error    // under mu: why broken is closed
	closed bool     // under mu: no more is accepted
	wake   chan struct{}
}

func newOutbox(limit int) *outbox {
	return &outbox{
		limit:  limit,
		broken: make(chan struct{}),
		done:   make(chan struct{}),
		wake:   make(chan struct{}, 1),
	}
}

// add queues one message with its header.
func (o *outbox) add(body []byte) error {
	frame := make([]byte, 0, len(body)+32)
	frame = fmt.Appendf(frame, "Content-Length: %d\r\n\r\n", len(body))
	frame = append(frame, body...)

	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.err != nil:
		return fmt.Errorf("%w: %w", ErrClosed, o.err)
	case o.closed:
		return ErrClosed
	case o.size > o.limit:
		o.fail(errStalled)
		return fmt.Errorf("%w: %w", ErrClosed, errStalled)
	}
	o.frames = append(o.frames, frame)
	o.size += len(frame)
	o.signal()
	return nil
}

// run writes to w, one Write for each message, until closed and empty or broken.
func (o *outbox) run(w io.Writer) {
	defer close(o.done)
	for {
		o.mu.Lock()
		frames, closed, err := o.frames, o.closed, o.err
		o.frames = nil
		o.mu.Unlock()
		if err != nil || (closed && len(frames) == 0) {
			return
		}
		for _, f := range frames {
			_, err := w.Write(f)
			o.mu.Lock()
			o.size -= len(f)
			if err != nil {
				o.fail(fmt.Errorf("write to client: %w", err))
			}
			err = o.err
			o.mu.Unlock()
			if err != nil {
				return
			}
		}
		if len(frames) == 0 {
			select {
			case <-o.wake:
			case <-o.broken:
			}
		}
	}
}

// finish accepts no more and waits until all is written, at most for grace.
func (o *outbox) finish(grace time.Duration) error {
	o.mu.Lock()
	o.closed = true
	o.signal()
	o.mu.Unlock()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-o.done:
	case <-timer.C:
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil && o.size > 0 {
		o.fail(errStalled)
	}
	return o.err
}

// fail records the first error. The caller holds mu.
func (o *outbox) fail(err error) {
	if o.err == nil {
		o.err = err
		o.frames = nil
		close(o.broken)
	}
}

// failure gives the reason why broken is closed.
func (o *outbox) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// signal wakes run. The caller holds mu.
func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}
