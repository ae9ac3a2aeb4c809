package lsp

import (
	"context"
	"io"
	"testing"

	"topicls/lsp/internal/lsptest"
)

// serve is the server as the fake editor wants it.
func serve(ctx context.Context, pipe io.ReadWriteCloser) int {
	return Serve(ctx, pipe, pipe, Options{Version: "test"})
}

func TestPresets(t *testing.T) {
	for _, preset := range lsptest.Presets {
		t.Run(string(preset), func(t *testing.T) {
			t.Parallel()
			e := lsptest.Start(t, serve, lsptest.Options{Preset: preset})
			e.Initialize(t.TempDir())
			var hover any
			if err := e.Request("textDocument/hover", lsptest.At("/nowhere.py", 3, 4), &hover); err != nil || hover != nil {
				t.Errorf("hover: %v, %v", hover, err)
			}
			e.Close()
		})
	}
}
