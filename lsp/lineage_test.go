package lsp

import (
	"encoding/json"
	"testing"

	"topicls/lsp/internal/lsptest"
)

// TestLineage follows a field by command, and says what is wrong with a question.
func TestLineage(t *testing.T) {
	e, root, a := extended(t, "topology")
	ask := func(args ...any) (out json.RawMessage, err error) {
		err = e.Request("workspace/executeCommand", map[string]any{"command": "topicls.lineage", "arguments": args}, &out)
		return out, err
	}
	for name, arg := range map[string]any{
		"lineage":      map[string]any{"field": "id", "folder": lsptest.URI(root)},
		"lineage-near": map[string]any{"field": "totl"},
	} {
		got, err := ask(arg)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "topology", name, a, root, got)
	}
	for _, args := range [][]any{{}, {1}, {nil}, {map[string]any{"field": ""}}, {map[string]any{"field": "id", "folder": lsptest.URI(t.TempDir())}}} {
		_, err := ask(args...)
		wantCode(t, err, -32602)
	}
}
