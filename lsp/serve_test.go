package lsp

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"topicls/lsp/internal/lsptest"
	"topicls/lsp/internal/rpc"
)

// serve is the server as the fake editor wants it, with one more request.
func serve(ctx context.Context, pipe io.ReadWriteCloser) int {
	return serveWith(ctx, pipe, Options{})
}

func serveWith(ctx context.Context, pipe io.ReadWriteCloser, opts Options) int {
	opts.Version, opts.Quiet = "test", time.Millisecond
	opts.extend = func(s *server) {
		rpc.Request(s.rpc, "topicls/settle", s.settle)
		rpc.RequestAt(s.rpc, "topicls/edited", s.tickets, func(ctx context.Context, tickets []ticket, _ rpc.NoParams) (bool, error) {
			for _, t := range tickets {
				if _, err := t.snapshot(ctx); err != nil {
					return false, err
				}
			}
			return true, nil
		})
	}
	return Serve(ctx, pipe, pipe, opts)
}

// settle is answered when all that was sent before it is indexed and its
// diagnostics are published.
func (s *server) settle(ctx context.Context, _ rpc.NoParams) (bool, error) {
	for ; ctx.Err() == nil; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		folders := slices.Clone(s.folders)
		s.mu.Unlock()
		settled := true
		for _, f := range folders {
			f.mu.Lock()
			settled = settled && (f.settled && len(f.queue) == 0 || f.ctx.Err() != nil)
			f.mu.Unlock()
		}
		if settled {
			return true, nil
		}
	}
	return false, ctx.Err()
}

// settle waits until the server has nothing more to say.
func settle(t testing.TB, e *lsptest.Editor) {
	t.Helper()
	if err := e.Request("topicls/settle", nil, nil); err != nil {
		t.Fatalf("settle: %v", err)
	}
}

// workspace writes files, given as name and text in turn, to a new folder.
func workspace(t testing.TB, files ...string) (root string) {
	t.Helper()
	root = t.TempDir()
	for i := 0; i+1 < len(files); i += 2 {
		write(t, filepath.Join(root, files[i]), files[i+1])
	}
	return root
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
