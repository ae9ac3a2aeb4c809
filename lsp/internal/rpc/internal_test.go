package rpc

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.lsp.dev/jsonrpc2"
)

func TestIDRoundTrip(t *testing.T) {
	for raw, want := range map[string]string{
		`7`: `7`, `-0`: `0`, `7.0`: `7`, `7e0`: `7`, ` 7 `: `7`, `2147483648`: `2147483648`, `1.50`: `1.50`, `""`: `""`,
		`"a"`: `"a"`, `"\u0061"`: `"a"`, `"\u0000"`: `"\u0000"`, `1e999`: `1e999`,
	} {
		id, ok := parseID(json.RawMessage(raw))
		if got := string(formatID(id)); !ok || got != want {
			t.Errorf("%s: %s, %v, want %s", raw, got, ok, want)
		}
		again, _ := parseID(json.RawMessage(want))
		if again != id {
			t.Errorf("%s: not the same id as %s", raw, want)
		}
	}
	for _, raw := range []string{``, ` `, `null`, `true`, `{}`, `[]`, `"`} {
		if id, ok := parseID(json.RawMessage(raw)); ok {
			t.Errorf("%s: id %v", raw, id)
		}
	}
}

// An announced length allocates nothing.
func TestFrameMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := readFrame(bufio.NewReader(strings.NewReader("Content-Length: 200000000\r\n\r\n{}")), 1<<40)
	runtime.ReadMemStats(&after)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes allocated", got)
	}
}

// The outbox keeps the order and writes everything that was added before its end.
func TestOutboxFinish(t *testing.T) {
	o := newOutbox(1 << 20)
	var out bytes.Buffer
	go o.run(&out)
	want := ""
	for i := range 1000 {
		body := strings.Repeat("x", i%7+1)
		want += "Content-Length: " + string(rune('0'+len(body))) + "\r\n\r\n" + body
		if err := o.add([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.finish(10 * time.Second); err != nil {
		t.Fatal(err)
	}
	if out.String() != want {
		t.Error("not what was added")
	}
	if err := o.add([]byte("late")); !errors.Is(err, ErrClosed) {
		t.Errorf("add after the end: %v", err)
	}
}

// A client that never reads does not keep the outbox from ending.
func TestOutboxStalled(t *testing.T) {
	r, w := io.Pipe()
	o := newOutbox(1 << 20)
	go o.run(w)
	if err := o.add([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := o.finish(time.Millisecond); !errors.Is(err, errStalled) {
		t.Error(err)
	}
	_ = r.Close()
	<-o.done
}

// Calls that are never answered do not pile up.
func TestAbandonedCalls(t *testing.T) {
	s := newStream(strings.NewReader(""), newOutbox(1<<30), 1<<20, New(Options{}).log)
	for i := range int32(5000) {
		call, err := jsonrpc2.NewCall(jsonrpc2.NewNumberID(i), "x", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write(t.Context(), call); err != nil {
			t.Fatal(err)
		}
		s.abandon(call.ID())
		s.abandon(call.ID())
	}
	if len(s.waiting) != 0 || len(s.issued) > 1000 {
		t.Errorf("%d waiting, %d given up", len(s.waiting), len(s.issued))
	}
}
