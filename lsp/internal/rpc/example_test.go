package rpc_test

import (
	"context"
	"fmt"
	"strings"

	"topicls/lsp/internal/rpc"
)

// snapshot stands for what requests are answered from.
type snapshot struct{ text string }

func Example() {
	r := rpc.New(rpc.Options{})
	var current *snapshot // written by notifications, on the goroutine that reads

	rpc.Initialize(r, func(_ context.Context, p struct{ RootURI string }) (map[string]any, error) {
		return map[string]any{"capabilities": map[string]bool{"hoverProvider": true}}, nil
	})
	rpc.Notification(r, "textDocument/didOpen", func(ctx context.Context, p struct{ Text string }) error {
		current = &snapshot{p.Text}
		return r.Notify(ctx, "window/logMessage", map[string]any{"message": "opened"})
	})
	rpc.RequestAt(r, "textDocument/hover", func() *snapshot { return current },
		func(ctx context.Context, s *snapshot, p struct{ Line int }) (string, error) {
			lines := strings.Split(s.text, "\n")
			if p.Line >= len(lines) {
				return "", rpc.Errorf(rpc.InvalidParams, "no line %d", p.Line)
			}
			return lines[p.Line], nil
		})

	in := strings.NewReader(frames(
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`,
		`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"text":"one\ntwo"}}`,
		`{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"line":1}}`,
	))
	var out strings.Builder
	err := r.Serve(context.Background(), &rw{Reader: in, Writer: &out})
	fmt.Println(err, r.ExitCode())
	for _, line := range strings.Split(out.String(), "Content-Length: ")[1:] {
		_, body, _ := strings.Cut(line, "\r\n\r\n")
		fmt.Println(body)
	}
	// Output:
	// <nil> 1
	// {"jsonrpc":"2.0","id":1,"result":{"capabilities":{"hoverProvider":true}}}
	// {"jsonrpc":"2.0","method":"window/logMessage","params":{"message":"opened"}}
	// {"jsonrpc":"2.0","id":2,"result":"two"}
}
