package lsp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/lsp/internal/lsptest"
)

// extended starts an editor with what docs/lsp-extensions.md lets a client
// announce, on the workspace of an archive in testdata/extensions.
func extended(t *testing.T, name string) (e *lsptest.Editor, root string, a *txtar.Archive) {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata/extensions", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	root = t.TempDir()
	for _, f := range a.Files {
		if !strings.HasPrefix(f.Name, "@") {
			write(t, filepath.Join(root, f.Name), string(f.Data))
		}
	}
	e = lsptest.Start(t, serve, lsptest.Options{Capabilities: map[string]any{
		"experimental": map[string]any{"topicls": map[string]any{"didChangeTopology": true, "commands": []string{"topicls.showReferences"}}},
	}, Allow: []string{"topicls/didChangeTopology"}})
	e.Initialize(root)
	settle(t, e)
	return e, root, a
}

// golden compares an answer with the archive's file @name.
func golden(t *testing.T, archive, name string, a *txtar.Archive, root string, answer json.RawMessage) {
	t.Helper()
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Fatal(err)
	}
	pretty, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.NewReplacer(lsptest.URI(root), "file:///ws", `"`+filepath.Base(root)+`"`, `"ws"`).Replace(string(pretty)) + "\n"
	for i := range a.Files {
		f := &a.Files[i]
		if f.Name != "@"+name {
			continue
		}
		if *update {
			f.Data = []byte(got)
			if err := os.WriteFile(filepath.Join("testdata/extensions", archive+".txtar"), txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		if diff := cmp.Diff(string(f.Data), got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		return
	}
	t.Fatalf("no file @%s in %s", name, archive)
}

// TestTopology asks for what the views of an editor show, and sees it follow edits.
func TestTopology(t *testing.T) {
	e, root, a := extended(t, "topology")
	e.Await("topicls/didChangeTopology", nil)
	ask := func(method string, params any) json.RawMessage {
		t.Helper()
		var out json.RawMessage
		if err := e.Request(method, params, &out); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		return out
	}
	golden(t, "topology", "topology", a, root, ask("topicls/topology", nil))
	golden(t, "topology", "status", a, root, ask("topicls/status", map[string]any{"folder": lsptest.URI(root)}))
	main := filepath.Join(root, "shop/main.py")
	golden(t, "topology", "explain", a, root, ask("topicls/explain", lsptest.At(main, 8, 20)))
	if got := ask("topicls/explain", lsptest.At(main, 0, 0)); string(got) != "null" {
		t.Errorf("explained nothing: %s", got)
	}
	if got := ask("topicls/topology", map[string]any{"folder": lsptest.URI(t.TempDir())}); string(got) != `{"folders":[]}` {
		t.Errorf("of a folder that is not open: %s", got)
	}

	text, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	e.Open(main, "python", string(text))
	settle(t, e)
	e.Forget()
	e.SetText(main, string(text)+"\n# a comment\n")
	settle(t, e)
	for _, m := range e.Messages() {
		if m.Method == "topicls/didChangeTopology" {
			t.Error("a comment changed the topology")
		}
	}
	e.SetText(main, strings.Replace(string(text), `"refunds"`, `"returns"`, 1))
	e.Await("topicls/didChangeTopology", func(p json.RawMessage) bool { return strings.Contains(string(p), lsptest.URI(root)) })
	if got := string(ask("topicls/topology", nil)); !strings.Contains(got, `"returns"`) || strings.Contains(got, `"name":"refunds"`) {
		t.Errorf("after the edit: %s", got)
	}
}

// TestStatusStates sees a folder being indexed and one that can't be.
func TestStatusStates(t *testing.T) {
	root := workspace(t, "a/main.py", producing)
	state := func(e *lsptest.Editor) string {
		t.Helper()
		var st struct{ Folders []struct{ State string } }
		if err := e.Request("topicls/status", nil, &st); err != nil || len(st.Folders) != 1 {
			t.Fatalf("%+v, %v", st, err)
		}
		return st.Folders[0].State
	}
	e, goOn := held(t, lsptest.VSCode)
	e.Initialize(root)
	if got := state(e); got != "indexing" {
		t.Error(got)
	}
	close(goOn)
	settle(t, e)
	if got := state(e); got != "ready" {
		t.Error(got)
	}
	e.Close()
	e = lsptest.Start(t, serve, lsptest.Options{})
	e.Initialize(filepath.Join(root, "missing"))
	e.Await("window/showMessage", nil)
	if got := state(e); got != "failed" {
		t.Error(got)
	}
}
