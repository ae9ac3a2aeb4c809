package lsp

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicls/lsp/internal/lsptest"
)

type pulled struct {
	Kind, ResultID, URI string
	Version             *int
	Items               []struct {
		Code            string
		CodeDescription struct{ Href string }
		Data            struct{ Topic string }
		Tags            []int
	}
}

// TestPull pulls diagnostics: those that the client has are not sent again, and
// nothing is pushed.
func TestPull(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", strings.ReplaceAll(consuming, "orders", "refunds"))
	pages := filepath.Join(t.TempDir(), "rules")
	e := lsptest.Start(t, func(ctx context.Context, pipe io.ReadWriteCloser) int {
		return serveWith(ctx, pipe, Options{RulePages: pages})
	}, lsptest.Options{})
	e.Initialize(root)
	settle(t, e)
	a, b := filepath.Join(root, "a/main.py"), filepath.Join(root, "b/main.py")
	pull := func(path, previous string) (r pulled) {
		t.Helper()
		params := map[string]any{"textDocument": map[string]any{"uri": lsptest.URI(path)}, "previousResultId": previous}
		if err := e.Request("textDocument/diagnostic", params, &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := pull(a, "")
	if first.Kind != "full" || len(first.Items) != 1 || first.Items[0].Code != "topic-no-consumer" || first.Items[0].Data.Topic != "orders" {
		t.Fatalf("first %+v", first)
	}
	page, ok := strings.CutPrefix(first.Items[0].CodeDescription.Href, "file://")
	if text, err := os.ReadFile(page); !ok || err != nil || !strings.Contains(string(text), "# topic-no-consumer") {
		t.Errorf("page %s: %v", page, err)
	}
	if again := pull(a, first.ResultID); again.Kind != "unchanged" || again.ResultID != first.ResultID || again.Items != nil {
		t.Errorf("again %+v", again)
	}
	for range 2 { // a document that is opened again is told of in full
		e.Open(a, "python", producing)
		if again := pull(a, first.ResultID); again.Kind != "full" || len(again.Items) != 1 {
			t.Errorf("opened: %+v", again)
		}
		if again := pull(a, first.ResultID); again.Kind != "unchanged" {
			t.Errorf("and again: %+v", again)
		}
		e.CloseDocument(a)
	}
	if r := pull(filepath.Join(root, "missing.py"), "x"); r.Kind != "full" || r.Items == nil || len(r.Items) > 0 {
		t.Errorf("of no file: %+v", r)
	}

	all := func(params map[string]any) (byFile map[string]pulled) {
		t.Helper()
		var r struct{ Items []pulled }
		if err := e.Request("workspace/diagnostic", params, &r); err != nil {
			t.Fatal(err)
		}
		byFile = map[string]pulled{}
		for _, x := range r.Items {
			byFile[strings.TrimPrefix(x.URI, lsptest.URI(root)+"/")] = x
		}
		return byFile
	}
	got := all(map[string]any{"previousResultIds": []any{}})
	if len(got) != 2 || got["a/main.py"].Kind != "full" || got["b/main.py"].Items[0].Code != "topic-no-producer" {
		t.Errorf("all %+v", got)
	}
	e.Open(b, "python", consuming)
	known := []any{
		map[string]any{"uri": lsptest.URI(a), "value": got["a/main.py"].ResultID},
		map[string]any{"uri": lsptest.URI(b), "value": got["b/main.py"].ResultID},
		map[string]any{"uri": "untitled:x", "value": "1"},
	}
	if got = all(map[string]any{"previousResultIds": known}); len(got) != 2 || got["a/main.py"].Kind != "full" || len(got["a/main.py"].Items) > 0 || len(got["b/main.py"].Items) > 0 {
		t.Errorf("all, with a consumer: %+v", got)
	}
	e.SetText(b, strings.ReplaceAll(consuming, "orders", "refunds"))
	if got = all(map[string]any{"previousResultIds": known}); got["a/main.py"].Kind != "unchanged" {
		t.Errorf("all, without it again: %+v", got)
	}
	if got = all(map[string]any{"partialResultToken": "t", "previousResultIds": []any{}}); len(got) != 2 {
		t.Errorf("few files are one part: %+v", got)
	}
	settle(t, e)
	for _, m := range e.Messages() {
		if m.Method == "textDocument/publishDiagnostics" {
			t.Errorf("pushed %s", m)
		}
	}
}

// TestPullParts gets the findings of many files in parts.
func TestPullParts(t *testing.T) {
	files := []string{"x.py", other}
	for i := range 250 {
		files = append(files, "p/f"+strings.Repeat("x", i)+".py", strings.ReplaceAll(producing, "orders", "lonely-"+strings.Repeat("x", i)))
	}
	root := workspace(t, files...)
	e := lsptest.Start(t, serve, lsptest.Options{})
	e.Initialize(root)
	settle(t, e)
	e.Forget()
	var r struct{ Items []pulled }
	if err := e.Request("workspace/diagnostic", map[string]any{"previousResultIds": []any{}, "partialResultToken": 7}, &r); err != nil {
		t.Fatal(err)
	}
	parts := []int{}
	for _, m := range e.Messages() {
		var p struct {
			Token int
			Value struct{ Items []pulled }
		}
		if m.Method == "$/progress" && json.Unmarshal(m.Params, &p) == nil && p.Token == 7 {
			parts = append(parts, len(p.Value.Items))
		}
	}
	if parts = append(parts, len(r.Items)); !slices.Equal(parts, []int{100, 100, 50}) {
		t.Errorf("parts of %v files", parts)
	}
}

// TestRefresh edits one document: what another shows is asked for again, where
// it changed.
func TestRefresh(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{})
	e.Initialize(root)
	settle(t, e) // what was opened before is refreshed
	a, b := filepath.Join(root, "a/main.py"), filepath.Join(root, "b/main.py")
	e.Open(a, "python", producing)
	e.Open(b, "python", consuming)
	settle(t, e)
	refreshed := func() (out []string) {
		for _, m := range e.Messages() {
			if strings.HasSuffix(m.Method, "/refresh") {
				out = append(out, m.Method)
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	e.Forget()
	e.SetText(b, consuming+"# a comment\n")
	settle(t, e)
	if got := refreshed(); got != nil {
		t.Errorf("a comment refreshed %v", got)
	}
	e.SetText(b, strings.ReplaceAll(consuming, "orders", "refunds"))
	settle(t, e)
	want := []string{"workspace/codeLens/refresh", "workspace/diagnostic/refresh"}
	for range 1000 { // they are sent beside
		if len(refreshed()) == len(want) {
			break
		}
		settle(t, e)
	}
	if got := refreshed(); !slices.Equal(got, want) {
		t.Errorf("refreshed %v", got)
	}
}

// TestPulledBetween pulls what an edit in another file brings, before edits come
// to rest, and takes the edit back: the client is told to pull again.
func TestPulledBetween(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, func(ctx context.Context, pipe io.ReadWriteCloser) int {
		return serveWith(ctx, pipe, Options{Quiet: 300 * time.Millisecond})
	}, lsptest.Options{})
	e.Initialize(root)
	settle(t, e)
	a, b := filepath.Join(root, "a/main.py"), filepath.Join(root, "b/main.py")
	e.Open(a, "python", producing)
	e.Open(b, "python", consuming)
	settle(t, e)
	if got := e.Pull(a); len(got) != 0 {
		t.Fatalf("at first %+v", got)
	}
	e.Forget()
	e.SetText(b, strings.ReplaceAll(consuming, "orders", "refunds"))
	if got := e.Pull(a); len(got) != 1 {
		t.Fatalf("after the edit %+v", got)
	}
	e.SetText(b, consuming)
	told := func() bool {
		return slices.ContainsFunc(e.Messages(), func(m *lsptest.Message) bool { return m.Method == "workspace/diagnostic/refresh" })
	}
	for end := time.Now().Add(10 * time.Second); !told() && time.Now().Before(end); {
		settle(t, e)
	}
	if !told() {
		t.Error("no refresh")
	}
	if got := e.Pull(a); len(got) != 0 {
		t.Errorf("after it was taken back %+v", got)
	}
}

// TestPush: who says nothing of pulling, or can't be told to pull again, gets
// diagnostics pushed, with the version that they are about.
func TestPush(t *testing.T) {
	for _, preset := range []lsptest.Preset{lsptest.Minimal, lsptest.Neovim, lsptest.Eglot} {
		t.Run(string(preset), func(t *testing.T) {
			root := workspace(t, "a/main.py", producing)
			e := lsptest.Start(t, serve, lsptest.Options{Preset: preset})
			e.Initialize(root)
			a := filepath.Join(root, "a/main.py")
			e.Open(a, "python", producing)
			e.AwaitDiagnostics(a, func(d []lsptest.Diagnostic) bool { return len(d) == 1 })
			if e.Pulls() {
				t.Error("the server offers to be pulled")
			}
			e.SetText(a, "# moved\n"+producing)
			e.Await("textDocument/publishDiagnostics", func(p json.RawMessage) bool { return strings.Contains(string(p), `"version":2`) })
		})
	}
}
