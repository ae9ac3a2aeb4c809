package lsp

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"topicls/lsp/internal/lsptest"
)

// TestImports: a topic leads to its uses in another repository whose folder is known,
// by the scan of that one; nothing of it is read. A lens counts them.
func TestImports(t *testing.T) {
	root := workspace(
		t, "a/main.py", producing,
		".topicls.yaml", "imports:\n  - {file: billing.json, repository: billing, root: ../billing}\n  - {file: web.json, repository: web, root: https://example.org/web}\n",
		"billing.json", `{"schemaVersion": 1, "endpoints": [`+
			`{"role": "consume", "file": "src/listen.py", "function": "listen", "range": {"start": {"line": 12}}, "topics": [{"name": "orders", "status": "exact"}]},`+
			`{"role": "produce", "file": "src/send.py", "range": {"start": {"line": 3}}, "topics": [{"name": "orders", "status": "exact"}]},`+
			`{"role": "consume", "file": "../../etc/passwd", "range": {"start": {"line": 1}}, "topics": [{"name": "orders", "status": "exact"}]}]}`,
		"web.json", `{"schemaVersion": 1, "endpoints": [{"role": "consume", "file": "web.ts", "range": {"start": {"line": 1}}, "topics": [{"name": "orders", "status": "exact"}]}]}`,
	)
	e := lsptest.Start(t, serve, lsptest.Options{})
	e.Initialize(root)
	settle(t, e)
	at := lsptest.At(filepath.Join(root, "a/main.py"), 3, 16)
	elsewhere := lsptest.URI(filepath.Dir(root)) + "/billing/"
	for method, want := range map[string][]string{
		"textDocument/definition": {"src/listen.py:11"},
		"textDocument/references": {"src/listen.py:11", "src/send.py:2"},
	} {
		if method == "textDocument/references" {
			at["context"] = map[string]any{"includeDeclaration": false}
		}
		var list []lsptest.Location
		if err := e.Request(method, at, &list); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range list {
			if p, ok := strings.CutPrefix(l.URI, elsewhere); ok {
				got = append(got, fmt.Sprintf("%s:%d", p, l.Range.Start.Line))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, not %v", method, got, want)
		}
	}
	var lenses []json.RawMessage
	var l struct{ Command struct{ Title string } }
	if err := e.Request("textDocument/codeLens", lsptest.At(filepath.Join(root, "a/main.py"), 0, 0), &lenses); err != nil || len(lenses) != 1 {
		t.Fatalf("%s, %v", lenses, err)
	}
	if err := e.Request("codeLens/resolve", lenses[0], &l); err != nil || l.Command.Title != "0 consumers · 1 producer · in other repositories 1 producer, 3 consumers" {
		t.Errorf("%q, %v", l.Command.Title, err)
	}
}
