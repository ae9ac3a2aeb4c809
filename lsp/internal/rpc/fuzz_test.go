package rpc_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"topicls/lsp/internal/rpc"
)

// serveBytes feeds a whole session and returns the bodies sent back. Serve must
// end, and everything it writes must be well-formed.
func serveBytes(t *testing.T, in string) []string {
	t.Helper()
	r, _ := server(t, rpc.Options{Logger: slog.New(slog.DiscardHandler), MaxMessage: 1 << 20}, func(r *rpc.Router) {
		addPing(r)
		rpc.Request(r, "echo", func(_ context.Context, p json.RawMessage) (json.RawMessage, error) { return p, nil })
		rpc.Request(r, "typed", func(_ context.Context, p struct {
			Name string
			List []int
			Map  map[string]*int
		},
		) (any, error) {
			return p, nil
		})
		rpc.Notification(r, "note", func(_ context.Context, p map[string]any) error { return nil })
		rpc.Request(r, "ask", func(ctx context.Context, _ rpc.NoParams) (any, error) {
			ctx, stop := context.WithTimeout(ctx, time.Millisecond)
			defer stop()
			var out any
			err := r.Call(ctx, "question", nil, &out)
			return out, err
		})
	})
	var out bytes.Buffer
	pipe := &rw{Reader: iotest.HalfReader(strings.NewReader(in)), Writer: &out}
	done := make(chan error, 1)
	go func() { done <- r.Serve(context.Background(), pipe) }()
	recv(t, done)

	var bodies []string
	reader := bufio.NewReader(&out)
	for {
		header, err := textproto.NewReader(reader).ReadMIMEHeader()
		if err == io.EOF && len(header) == 0 {
			return bodies
		}
		n, lengthErr := strconv.Atoi(header.Get("Content-Length"))
		if err != nil || lengthErr != nil {
			t.Fatalf("header %v: %v, %v", header, err, lengthErr)
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(reader, body); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(body) {
			t.Fatalf("sent %q", body)
		}
		bodies = append(bodies, string(body))
	}
}

// FuzzRouter sends foreign bytes as the stream and as one body between two good
// requests. Nothing may crash or hang, and the second request is answered unless
// the body ended the session.
func FuzzRouter(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `7`, `"x"`, `{"id":1}`, `{"id":1,"result":null}`, `{"id":null,"error":{}}`,
		`{"jsonrpc":"2.0","id":1,"method":"echo","params":[[[[]]]]}`,
		`{"jsonrpc":"2.0","id":"","method":"typed","params":{"name":"\ud800","list":[1e3],"map":{"":null}}}`,
		`{"jsonrpc":"2.0","id":1.5,"method":"ask"}`, `{"jsonrpc":"1.0","id":4294967296,"method":"ping"}`,
		`{"method":"$/cancelRequest","params":{"id":"x"}}`, `{"method":"shutdown","id":"a"}`, `{"method":"exit"}`,
		`{"method":"note","params":{"a":"` + "\xff" + `"}}`, `[{"id":1,"method":"ping"}]`,
		frames(`{"id":3,"method":"ping"}`), "Content-Length: 99\r\n\r\n{}", "Content-Length: 0\r\n\r\n",
		"content-length:2\n\n{}Content-Length: 2\r\n\r\n{}", "Content-Length: -1\r\n\r\n", "X\r\n\r\n", "\r\n\r\n", "Content-Length: 2000000\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		initialize := frames(`{"id":"init","method":"initialize"}`)
		serveBytes(t, string(data))
		serveBytes(t, initialize+string(data))

		bodies := serveBytes(t, initialize+frames(string(data), `{"id":"last","method":"ping"}`))
		var body struct{ Method string }
		_ = json.Unmarshal(data, &body)
		if body.Method == "exit" || body.Method == "shutdown" {
			return
		}
		const want = `{"jsonrpc":"2.0","id":"last","result":"pong"}`
		for _, b := range bodies {
			if b == want {
				return
			}
		}
		t.Fatalf("no reply to the last request in %s", fmt.Sprint(bodies))
	})
}
