package lsp

import (
	"path/filepath"
	"strings"
	"testing"

	"topicls/lsp/internal/lsptest"
)

// TestFixNeedsCreate offers a fix that makes a file to clients alone that can.
func TestFixNeedsCreate(t *testing.T) {
	for _, c := range []struct {
		edits map[string]any
		want  bool
	}{
		{map[string]any{"documentChanges": true, "resourceOperations": []string{"create"}}, true},
		{map[string]any{"documentChanges": true, "resourceOperations": []string{"rename"}}, false},
		{map[string]any{"resourceOperations": []string{"create"}}, false},
	} {
		root := workspace(t, "a/main.py", producing)
		e := lsptest.Start(t, serve, lsptest.Options{Capabilities: map[string]any{
			"workspace": map[string]any{"workspaceEdit": c.edits},
			"textDocument": map[string]any{"codeAction": map[string]any{
				"codeActionLiteralSupport": map[string]any{"codeActionKind": map[string]any{"valueSet": []string{"quickfix"}}},
			}},
		}})
		e.Initialize(root)
		settle(t, e)
		params := lsptest.At(filepath.Join(root, "a/main.py"), 3, 16)
		params["range"] = map[string]any{"start": params["position"], "end": params["position"]}
		params["context"] = map[string]any{"diagnostics": []any{}}
		var list []struct{ Title string }
		if err := e.Request("textDocument/codeAction", params, &list); err != nil || len(list) == 0 {
			t.Fatalf("%+v, %v", list, err)
		}
		got := false
		for _, a := range list {
			got = got || strings.HasPrefix(a.Title, "Declare ")
		}
		if got != c.want {
			t.Errorf("%v: %+v", c.edits, list)
		}
	}
}
