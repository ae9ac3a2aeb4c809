package rpc

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"go.lsp.dev/jsonrpc2"
)

// stream is the [jsonrpc2.Stream] under the connection. Unlike the library's it
// outlives every bad message, answers those by itself, and never waits for the
// client to read. It also drops responses to calls that nobody waits for: the
// library blocks its reading on the third response to one call.
type stream struct {
	in    *bufio.Reader
	out   *outbox
	limit int64 // of one message's bytes
	log   *slog.Logger

	// params are those of the message that Read gave last. The library calls the
	// handler on the goroutine that called Read, before it reads on.
	params json.RawMessage

	mu      sync.Mutex
	closed  bool                     // under mu: Read gives io.EOF
	waiting map[jsonrpc2.ID]struct{} // under mu: our calls without a response
	issued  map[jsonrpc2.ID]struct{} // under mu: our calls that were given up
}

var _ jsonrpc2.Stream = (*stream)(nil)

func newStream(in io.Reader, out *outbox, limit int64, log *slog.Logger) *stream {
	return &stream{
		in:      bufio.NewReaderSize(in, readChunk),
		out:     out,
		limit:   limit,
		log:     log,
		waiting: map[jsonrpc2.ID]struct{}{},
		issued:  map[jsonrpc2.ID]struct{}{},
	}
}

// Read gives the next message that can be routed. Its error is always the end of
// the stream.
func (s *stream) Read(context.Context) (jsonrpc2.Message, int64, error) {
	for {
		if s.isClosed() {
			return nil, 0, io.EOF
		}
		body, err := readFrame(s.in, s.limit)
		var bad *frameError
		if errors.As(err, &bad) {
			s.refuse(refuse(nil, ParseError, "%s", bad.text))
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		m, refused := decode(body)
		response, isResponse := m.msg.(*jsonrpc2.Response)
		known, pending := false, false
		if isResponse {
			known, pending = s.settle(response.ID())
		}
		switch {
		case pending, m.msg != nil && !isResponse:
			s.params = m.params
			return m.msg, int64(len(body)), nil
		case known: // late: the call was given up
		case refused != nil:
			s.refuse(refused)
		case isResponse:
			s.log.Debug("response to no call", "id", string(formatID(response.ID())))
		}
	}
}

// Write queues a call of ours, the only kind of message that the router sends
// through the library.
func (s *stream) Write(_ context.Context, msg jsonrpc2.Message) (int64, error) {
	call, ok := msg.(*jsonrpc2.Call)
	if !ok {
		return 0, fmt.Errorf("unexpected kind of message %T", msg)
	}
	body, err := encodeRequest(formatID(call.ID()), call.Method(), call.Params())
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	s.waiting[call.ID()] = struct{}{}
	s.mu.Unlock()
	if err := s.out.add(body); err != nil {
		s.abandon(call.ID())
		return 0, err
	}
	return int64(len(body)), nil
}

// notify queues a notification. (The library would encode its params again.)
func (s *stream) notify(method string, params json.RawMessage) error {
	body, err := encodeRequest(nil, method, params)
	if err != nil {
		return err
	}
	return s.out.add(body)
}

// reply queues a response. (The library would encode its result again.)
func (s *stream) reply(id jsonrpc2.ID, result json.RawMessage, failure *jsonrpc2.Error) error {
	body, err := encodeResponse(formatID(id), result, failure)
	if err != nil {
		return err
	}
	return s.out.add(body)
}

// Close ends the reading after the current message. What is queued is still
// written: the router closes the pipe itself.
func (s *stream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

func (s *stream) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// refuse answers a message that is not routed.
func (s *stream) refuse(r *refusal) {
	s.log.Warn("bad message", "id", string(r.id), "code", int(r.err.Code), "reason", r.err.Message)
	body, err := encodeResponse(r.id, nil, r.err)
	if err == nil {
		err = s.out.add(body)
	}
	if err != nil {
		s.log.Debug("no answer to a bad message", "err", err)
	}
}

// settle notes the response to a call of ours: whether the call was ever made,
// and whether this is its first response and somebody waits for it.
func (s *stream) settle(id jsonrpc2.ID) (known, pending bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.waiting[id]; ok {
		delete(s.waiting, id)
		return true, true
	}
	if _, ok := s.issued[id]; ok {
		delete(s.issued, id)
		return true, false
	}
	return false, false
}

// abandon notes that nobody waits for the response to a call any more.
func (s *stream) abandon(id jsonrpc2.ID) {
	const enough = 1000 // calls that a client never answered
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.waiting[id]; !ok {
		return
	}
	delete(s.waiting, id)
	if len(s.issued) < enough {
		s.issued[id] = struct{}{}
	}
}
