package lsptest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Editor is one session. Its methods fail the test at once when something is
// wrong and may be called from the test's goroutine only, unless they say else.
type Editor struct {
	t    testing.TB
	opts Options
	pipe net.Conn
	name string // label of the server's goroutines
	exit chan int
	eof  chan struct{} // closed when all that the server sent is taken in

	writeMu sync.Mutex // held while a message is written

	mu       sync.Mutex
	changed  chan struct{}       // under mu: closed and replaced at each message
	pending  map[string]*Request // under mu: by the id's JSON text
	unread   []*Message          // under mu: notifications and error replies to no request
	all      []*Message          // under mu: everything received
	problems []string            // under mu
	readErr  error               // under mu: the server's side has ended
	answers  map[string]Answer   // under mu

	nextID  int
	docs    map[string]*document
	closed  bool
	started bool
	// Result is the result of initialize.
	Result json.RawMessage
}

var sessions atomic.Int64

// Start starts the server and connects an editor. The editor closes with the
// test, if the test does not close it.
func Start(t testing.TB, serve Server, opts Options) *Editor {
	t.Helper()
	if opts.Preset == "" {
		opts.Preset = VSCode
	}
	if opts.Timeout == 0 {
		opts.Timeout = 10 * time.Second
	}
	ours, theirs := net.Pipe()
	e := &Editor{
		t: t, opts: opts, pipe: ours,
		name:    t.Name() + "#" + strconv.FormatInt(sessions.Add(1), 10),
		exit:    make(chan int, 1),
		eof:     make(chan struct{}),
		changed: make(chan struct{}),
		pending: map[string]*Request{},
		answers: map[string]Answer{},
		docs:    map[string]*document{},
	}
	e.usualAnswers()
	for method, a := range opts.Answers {
		e.answers[method] = a
	}
	ctx, cancel := context.WithCancel(context.Background())
	go pprof.Do(ctx, pprof.Labels(labelKey, e.name), func(ctx context.Context) {
		e.exit <- serve(ctx, theirs)
		_ = theirs.Close()
	})
	go e.read()
	t.Cleanup(func() {
		if !e.closed {
			e.Close()
		}
		_ = e.pipe.Close() // when closing failed
		cancel()
	})
	return e
}

// Initialize does the handshake, with the folders open.
func (e *Editor) Initialize(folders ...string) {
	e.t.Helper()
	params := e.opts.Preset.params(e.t, folders)
	maps.Copy(params, e.opts.Params)
	if len(e.opts.Capabilities) > 0 {
		all, _ := params["capabilities"].(map[string]any)
		all = maps.Clone(all)
		maps.Copy(all, e.opts.Capabilities)
		params["capabilities"] = all
	}
	if err := e.Request("initialize", params, &e.Result); err != nil {
		e.t.Fatalf("initialize: %v", err)
	}
	e.started = true
	e.Notify("initialized", map[string]any{})
}

// Notify sends a notification. Any goroutine may call it.
func (e *Editor) Notify(method string, params any) {
	e.t.Helper()
	e.valid(method, params)
	e.send(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

// valid notes what is wrong with a message that the test sends, unless it says
// that it sends odd ones.
func (e *Editor) valid(method string, params any) {
	if e.opts.Any || e.opts.Odd || e.opts.Preset == Odd || e.opts.Preset == Nulls || e.opts.Preset == Vim && method == "initialize" { // vim-lsp leaves out what it should not
		return
	}
	if why := wrongFromClient(method, params); why != "" {
		e.update(func() { e.problem("the test sends %s: %s", method, why) })
	}
}

// SendBody sends a body as it is, with a header. Any goroutine may call it.
func (e *Editor) SendBody(body string) {
	e.t.Helper()
	e.SendBytes(frame([]byte(body)))
}

// SendBytes sends bytes as they are. Any goroutine may call it.
func (e *Editor) SendBytes(text string) {
	e.t.Helper()
	if err := e.write([]byte(text)); err != nil {
		e.t.Errorf("server does not read: %v", err)
	}
}

func (e *Editor) send(message map[string]any) {
	e.t.Helper()
	if message["params"] == nil {
		delete(message, "params")
	}
	body, err := json.Marshal(message)
	if err != nil {
		e.t.Errorf("message: %v", err)
		return
	}
	e.SendBytes(frame(body))
}

func (e *Editor) write(b []byte) error {
	e.writeMu.Lock()
	defer e.writeMu.Unlock()
	if err := e.pipe.SetWriteDeadline(time.Now().Add(e.opts.Timeout)); err != nil {
		return err
	}
	_, err := e.pipe.Write(b)
	return err
}

// read takes in all that the server sends.
func (e *Editor) read() {
	defer close(e.eof)
	in := bufio.NewReader(e.pipe)
	for {
		m, err := readMessage(in)
		if err != nil {
			e.update(func() {
				e.readErr = err
				if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.ErrClosedPipe) {
					e.problem("cannot read the server: %v", err)
				}
			})
			return
		}
		e.receive(m)
	}
}

func (e *Editor) receive(m *Message) {
	e.update(func() {
		e.all = append(e.all, m)
		asked := ""
		if r := e.pending[string(m.ID)]; r != nil && m.Method == "" {
			asked = r.method
		}
		if why := wrongFromServer(m, asked); why != "" && !e.opts.Any && !(e.opts.Odd && strings.HasSuffix(asked, "/resolve")) { // which gives odd items back
			e.problem("%s in %s %v", why, asked, m)
		}
		switch {
		case m.Method != "" && m.ID != nil:
			a := e.answers[m.Method]
			if a == nil {
				e.problem("call of an unknown method: %v", m)
			}
			go e.answer(m, a)
		case m.Method != "":
			if p := e.badNotification(m); p != "" {
				e.problem("%s in %v", p, m)
			}
			e.unread = append(e.unread, m)
		case string(m.ID) == "null":
			e.unread = append(e.unread, m)
		default:
			r := e.pending[string(m.ID)]
			if r == nil {
				e.problem("reply to no open request: %v", m)
				return
			}
			delete(e.pending, string(m.ID))
			r.reply = m
			close(r.done)
		}
	})
}

// update changes the state under mu and wakes those who wait for a change.
func (e *Editor) update(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
	close(e.changed)
	e.changed = make(chan struct{})
}

// problem notes what fails the test at the end. The caller holds mu.
func (e *Editor) problem(format string, args ...any) {
	e.problems = append(e.problems, fmt.Sprintf(format, args...))
}

// await waits until take, called under mu after every change, is true.
func (e *Editor) await(what string, take func() bool) bool {
	e.t.Helper()
	timer := time.NewTimer(e.opts.Timeout)
	defer timer.Stop()
	for {
		e.mu.Lock()
		ok, ended, changed := take(), e.readErr, e.changed
		e.mu.Unlock()
		if ok {
			return true
		}
		if ended != nil {
			e.t.Errorf("%s: the server has ended: %v\n%s", what, ended, e.transcript())
			return false
		}
		select {
		case <-changed:
		case <-timer.C:
			e.t.Errorf("%s: nothing within %v\n%s", what, e.opts.Timeout, e.transcript())
			return false
		}
	}
}

// transcript shows the last messages received.
func (e *Editor) transcript() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := "last messages:"
	for _, m := range e.all[max(0, len(e.all)-10):] {
		out += "\n  " + m.String()
	}
	return out
}

// Messages gives all messages received so far.
func (e *Editor) Messages() []*Message {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]*Message(nil), e.all...)
}

// Forget drops the messages received so far from the record.
func (e *Editor) Forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = nil
}
