package lsptest

import (
	"context"
	"encoding/json"
	"io"
	"time"
)

// Server serves one session over the pipe and returns the exit code of the
// process.
type Server func(ctx context.Context, pipe io.ReadWriteCloser) int

// Options say what the editor is like. The zero value is VS Code.
type Options struct {
	Preset Preset         // default VSCode
	Params map[string]any // of initialize, instead of the preset's
	// Capabilities are put over those of the preset, by their first name.
	Capabilities map[string]any
	Any          bool                       // the messages are those of no protocol
	Odd          bool                       // the test sends what no client should send
	Timeout      time.Duration              // of every wait; default 10 s
	Settings     map[string]json.RawMessage // by section, for workspace/configuration
	Allow        []string                   // notifications that are expected, besides the usual ones
	Answers      map[string]Answer          // to the server's requests, by method, before the usual ones
}

// Answer is the editor's answer to a request of the server. An error other than
// *Error becomes an internal error.
type Answer func(params json.RawMessage) (any, error)
