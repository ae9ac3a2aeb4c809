package lsp

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicls/index"
	"topicls/index/topology"
	"topicls/lsp/internal/lsptest"
)

// held is a server whose indexing stands still in its first stage until the
// channel is closed.
func held(t *testing.T, preset lsptest.Preset) (*lsptest.Editor, chan struct{}) {
	goOn := make(chan struct{})
	e := lsptest.Start(t, func(ctx context.Context, pipe io.ReadWriteCloser) int {
		return serveWith(ctx, pipe, Options{Index: index.Options{Progress: func(string, int, int) {
			select {
			case <-goOn:
			case <-t.Context().Done():
			}
		}}})
	}, lsptest.Options{Preset: preset})
	return e, goOn
}

// TestWhileIndexing asks before the index is there: empty answers at once, and
// the text that was opened meanwhile counts in the end.
func TestWhileIndexing(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e, goOn := held(t, lsptest.VSCode)
	e.Initialize(root)
	b := filepath.Join(root, "b/main.py")
	e.Open(b, "python", consuming)
	e.SetText(b, "# moved\n"+consuming)
	wantLeads(t, leadsTo(t, e, root, "b/main.py", 3, 26))
	for _, method := range []string{"hover", "references", "documentHighlight", "documentSymbol"} {
		var got any
		at := lsptest.At(b, 3, 26)
		at["context"] = map[string]any{"includeDeclaration": true}
		if err := e.Request("textDocument/"+method, at, &got); err != nil {
			t.Errorf("%s: %v", method, err)
		}
		if list, ok := got.([]any); method == "hover" && got != nil || method != "hover" && (!ok || len(list) > 0) {
			t.Errorf("%s: %v", method, got)
		}
	}
	if err := e.Request("workspace/symbol", map[string]any{"query": ""}, nil); err != nil {
		t.Error(err)
	}
	close(goOn)
	settle(t, e)
	wantLeads(t, leadsTo(t, e, root, "b/main.py", 3, 26), "a/main.py:4")
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:4")
}

// TestOrder asks between edits: each answer is of the edits before it.
func TestOrder(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{})
	e.Initialize(root)
	settle(t, e)
	b := filepath.Join(root, "b/main.py")
	e.Open(b, "python", consuming)
	type asked struct {
		r    *lsptest.Request
		line int
	}
	var all []asked
	for i := range 30 {
		e.SetText(b, strings.Repeat("#\n", i)+consuming)
		all = append(all, asked{e.Go("textDocument/definition", lsptest.At(filepath.Join(root, "a/main.py"), 3, 15)), i + 2})
	}
	for _, a := range all {
		var got []lsptest.Location
		if err := a.r.Await(&got); err != nil || len(got) != 1 || got[0].Range.Start.Line != a.line {
			t.Fatalf("got %v, %v, want line %d", got, err, a.line)
		}
	}
}

// TestDocuments opens, edits, saves and closes: the disk counts again at last.
func TestDocuments(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{})
	e.Initialize(root)
	settle(t, e)
	b := filepath.Join(root, "b/main.py")
	e.Open(b, "python", consuming)
	e.Change(b, // two changes of one edit, the second in what the first left
		lsptest.Change{Range: &lsptest.Range{Start: lsptest.Position{Line: 2, Character: 26}, End: lsptest.Position{Line: 2, Character: 32}}, Text: "refunds"},
		lsptest.Change{Range: &lsptest.Range{}, Text: "# 😀\n"})
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15))
	e.CloseDocument(b)
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3")

	created := filepath.Join(root, "c/new.py")
	e.Open(created, "python", consuming) // not on disk
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3", "c/new.py:3")
	write(t, created, "#\n"+consuming)
	e.Save(created)
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3", "c/new.py:3")
	e.CloseDocument(created)
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3", "c/new.py:4")
}

// TestLinks is told what it asked about, if it can tell a LocationLink.
func TestLinks(t *testing.T) {
	root := workspace(t, "a/main.py", "from kafka import KafkaProducer\n\n\nclass A:\n    def __init__(self):\n        self.topic = \"orders\"\n"+
		"        self.producer = KafkaProducer()\n\n    def go(self):\n        self.producer.send(self.topic, b\"x\")\n", "b/main.py", consuming)
	for _, preset := range []lsptest.Preset{lsptest.VSCode, lsptest.Minimal} {
		e := lsptest.Start(t, serve, lsptest.Options{Preset: preset})
		e.Initialize(root)
		settle(t, e)
		for method, line := range map[string]int{"definition": 2, "declaration": 5, "implementation": 2} {
			var got []lsptest.Location
			if err := e.Request("textDocument/"+method, lsptest.At(filepath.Join(root, "a/main.py"), 9, 33), &got); err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || got[0].Range.Start.Line != line {
				t.Fatalf("%s %s: %+v", preset, method, got)
			}
			var want *lsptest.Range // no client has all of them
			if preset == lsptest.VSCode {
				want = &lsptest.Range{Start: lsptest.Position{Line: 9, Character: 27}, End: lsptest.Position{Line: 9, Character: 37}}
			}
			if diff := cmp.Diff(want, got[0].Origin); diff != "" {
				t.Errorf("%s %s: origin (-want +got)\n%s", preset, method, diff)
			}
		}
		e.Close()
	}
}

// TestWatchedFiles changes files on disk, told of by the client and found by
// the server itself.
func TestWatchedFiles(t *testing.T) {
	for _, preset := range []lsptest.Preset{lsptest.VSCode, lsptest.Minimal} {
		t.Run(string(preset), func(t *testing.T) {
			root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
			registered := make(chan string, 1)
			e := lsptest.Start(t, serve, lsptest.Options{Preset: preset, Answers: map[string]lsptest.Answer{
				"client/registerCapability": func(p json.RawMessage) (any, error) {
					if strings.Contains(string(p), "didChangeWatchedFiles") {
						registered <- string(p)
					}
					return nil, nil
				},
			}})
			e.Initialize(root)
			settle(t, e)
			b := filepath.Join(root, "b/main.py")
			write(t, b, "#\n#\n"+consuming)
			if preset == lsptest.VSCode {
				if p := <-registered; !strings.Contains(p, ",py,") {
					t.Errorf("registered %s", p)
				}
				e.Notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": lsptest.URI(b), "type": 2}}})
				wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:5")
				return
			}
			for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
				got := leadsTo(t, e, root, "a/main.py", 3, 15)
				if slices.Equal(got, []string{"b/main.py:5"}) {
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("leads to %v", got)
				}
			}
		})
	}
}

// TestFolderMoves renames and deletes a folder in the client.
func TestFolderMoves(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{})
	e.Initialize(root)
	settle(t, e)
	b, c := filepath.Join(root, "b"), filepath.Join(root, "c")
	if err := os.Rename(b, c); err != nil {
		t.Fatal(err)
	}
	e.Notify("workspace/didRenameFiles", map[string]any{"files": []any{map[string]any{"oldUri": lsptest.URI(b), "newUri": lsptest.URI(c)}}})
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "c/main.py:3")
	if err := os.RemoveAll(c); err != nil {
		t.Fatal(err)
	}
	e.Notify("workspace/didDeleteFiles", map[string]any{"files": []any{map[string]any{"uri": lsptest.URI(c)}}})
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15))
}

// TestRefusedWatching has a client that can't do what it announced.
func TestRefusedWatching(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{Answers: map[string]lsptest.Answer{
		"client/registerCapability": func(json.RawMessage) (any, error) { return nil, os.ErrPermission },
	}})
	e.Initialize(root)
	settle(t, e)
	write(t, filepath.Join(root, "b/main.py"), "#\n"+consuming)
	for deadline := time.Now().Add(5 * time.Second); !slices.Equal(leadsTo(t, e, root, "a/main.py", 3, 15), []string{"b/main.py:4"}); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the change was not found")
		}
	}
}

// TestFolders adds and removes workspace folders, nested ones among them.
func TestFolders(t *testing.T) {
	root := workspace(t, "one/a/main.py", producing, "one/b/main.py", consuming, "two/main.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{})
	folders := func(added, removed string) {
		list := func(s string) []any {
			out := []any{}
			for _, f := range strings.Fields(s) {
				out = append(out, map[string]any{"uri": lsptest.URI(filepath.Join(root, f)), "name": f})
			}
			return out
		}
		e.Notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{"added": list(added), "removed": list(removed)}})
		settle(t, e)
	}
	e.Initialize(filepath.Join(root, "one/b"))
	settle(t, e)
	wantLeads(t, leadsTo(t, e, root, "one/b/main.py", 2, 26))
	folders("one two", "")
	wantLeads(t, leadsTo(t, e, root, "one/b/main.py", 2, 26), "one/a/main.py:4")
	wantLeads(t, leadsTo(t, e, root, "two/main.py", 2, 26))
	folders("", "one")
	wantLeads(t, leadsTo(t, e, root, "one/b/main.py", 2, 26))
	wantLeads(t, leadsTo(t, e, root, "one/a/main.py", 3, 15))
	folders(".", "two one/b")
	wantLeads(t, leadsTo(t, e, root, "one/a/main.py", 3, 15), "one/b/main.py:3", "two/main.py:3")
	folders("", ".")
	wantLeads(t, leadsTo(t, e, root, "one/a/main.py", 3, 15))
}

// TestProgress sees progress begin and end, where the client can show it and
// answers in time.
func TestProgress(t *testing.T) {
	root := workspace(t, "a/main.py", producing)
	e, goOn := held(t, lsptest.VSCode)
	e.Initialize(root)
	var begin struct{ Value struct{ Kind, Title string } }
	if err := json.Unmarshal(e.Await("$/progress", nil), &begin); err != nil {
		t.Fatal(err)
	}
	if begin.Value.Kind != "begin" || begin.Value.Title != "Indexing "+filepath.Base(root) {
		t.Errorf("first progress: %+v", begin)
	}
	close(goOn)
	kinds := []string{}
	for len(kinds) == 0 || kinds[len(kinds)-1] != "end" {
		var p struct{ Value struct{ Kind string } }
		if err := json.Unmarshal(e.Await("$/progress", nil), &p); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, p.Value.Kind)
	}
	if slices.Contains(kinds, "begin") {
		t.Errorf("progress after the begin: %v", kinds)
	}
}

// TestPlainText hovers for a client that knows no Markdown.
func TestPlainText(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{Preset: lsptest.Minimal})
	e.Initialize(root)
	settle(t, e)
	var hover struct{ Contents struct{ Kind, Value string } }
	if err := e.Request("textDocument/hover", lsptest.At(filepath.Join(root, "a/main.py"), 3, 15), &hover); err != nil {
		t.Fatal(err)
	}
	const want = `topic orders: 1 producer, 1 consumer
Produced by: a a/main.py:4
Consumed by: b b/main.py:3
Name: a literal a/main.py:4`
	if hover.Contents.Kind != "plaintext" || hover.Contents.Value != want {
		t.Errorf("%s:\n%s", hover.Contents.Kind, hover.Contents.Value)
	}
}

// TestParentDies ends with the client's process though the pipe stays open.
func TestParentDies(t *testing.T) {
	parent := exec.Command("sleep", "60")
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	e := lsptest.Start(t, serve, lsptest.Options{Params: map[string]any{"processId": parent.Process.Pid}})
	e.Initialize(t.TempDir())
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	e.AwaitExit(1)
}

// TestPublish sends made-up findings: only what differs, cleared when gone, in
// the positions of the text that they are about, and again when a document is opened.
func TestPublish(t *testing.T) {
	root := workspace(t, "a.py", "x = 1\n", "b.py", "😀 = 2\n")
	var s *server
	finding := func(file string, start, end uint32, message string) topology.Diagnostic {
		return topology.Diagnostic{Code: "test", Severity: topology.Warning, Message: message, Place: topology.Place{File: file, Start: start, End: end}}
	}
	e := lsptest.Start(t, func(ctx context.Context, pipe io.ReadWriteCloser) int {
		return Serve(ctx, pipe, pipe, Options{extend: func(x *server) { s = x }})
	}, lsptest.Options{Preset: lsptest.Minimal})
	e.Initialize()
	ws, err := index.Open(t.Context(), root, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &folder{s: s, root: root, ctx: t.Context()}
	p := &publisher{folder: f, sent: map[string]*sent{}, versions: map[string]int64{}}
	count := func() (n int) {
		for _, m := range e.Messages() {
			if m.Method == "textDocument/publishDiagnostics" {
				n++
			}
		}
		return n
	}
	a, b := filepath.Join(root, "a.py"), filepath.Join(root, "b.py")
	p.publish(ws.Snapshot(), []topology.Diagnostic{finding("a.py", 0, 1, "one"), finding("b.py", 5, 6, "two")})
	got := e.AwaitDiagnostics(b, nil)
	if len(got) != 1 || got[0].Range.Start.Character != 3 || got[0].Severity != 2 || got[0].Source != "topicls" {
		t.Errorf("b: %+v", got)
	}
	p.publish(ws.Snapshot(), []topology.Diagnostic{finding("a.py", 0, 1, "one"), finding("b.py", 5, 6, "three")})
	e.AwaitDiagnostics(b, func(d []lsptest.Diagnostic) bool { return len(d) == 1 && d[0].Message == "three" })
	if n := count(); n != 3 {
		t.Errorf("%d notifications, want 3", n)
	}
	for version := range int64(2) { // once when it is opened, and not when it is edited
		p.note([]edit{{rel: "b.py", open: true, version: version}})
		p.publish(ws.Snapshot(), []topology.Diagnostic{finding("a.py", 0, 1, "one"), finding("b.py", 5, 6, "three")})
	}
	p.publish(ws.Snapshot(), []topology.Diagnostic{finding("b.py", 5, 6, "three")})
	e.AwaitDiagnostics(a, func(d []lsptest.Diagnostic) bool { return len(d) == 0 })
	p.clear()
	e.AwaitDiagnostics(b, func(d []lsptest.Diagnostic) bool { return len(d) == 0 })
	if n := count(); n != 6 {
		t.Errorf("%d notifications, want 6", n)
	}
}

// TestEveryClient goes through a whole session with each client that is known:
// what it says of itself changes the form of answers, never whether they come.
func TestEveryClient(t *testing.T) {
	for _, preset := range lsptest.Presets {
		t.Run(string(preset), func(t *testing.T) {
			t.Parallel()
			root := workspace(t, "a/main.py", producing+"producer.send(\"lonely\", b\"x\")\n", "b/main.py", consuming,
				"a/Dockerfile", "FROM python\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n",
				"docker-compose.yaml", "services:\n  a:\n    build: a\n    environment:\n      UNUSED: x\n")
			a, b, compose := filepath.Join(root, "a/main.py"), filepath.Join(root, "b/main.py"), filepath.Join(root, "docker-compose.yaml")
			e := lsptest.Start(t, serve, lsptest.Options{Preset: preset})
			e.Initialize(root)
			settle(t, e)
			e.AwaitDiagnostics(a, func(d []lsptest.Diagnostic) bool { return len(d) == 1 && d[0].Code == "topic-no-consumer" })
			e.AwaitDiagnostics(compose, func(d []lsptest.Diagnostic) bool { return len(d) == 1 && d[0].Code == "env-unused" })
			e.Open(b, "python", consuming)
			list := func(method string, at map[string]any) (n int) {
				at["context"] = map[string]any{"includeDeclaration": true}
				at["query"] = "orders"
				var got []lsptest.Location
				if err := e.Request(method, at, &got); err != nil {
					t.Errorf("%s: %v", method, err)
				}
				return len(got)
			}
			for method, want := range map[string]int{
				"textDocument/definition": 1, "textDocument/declaration": 1, "textDocument/implementation": 1,
				"textDocument/references": 2, "textDocument/documentSymbol": 1, "workspace/symbol": 1,
			} {
				if got := list(method, lsptest.At(b, 2, 26)); got != want {
					t.Errorf("%s: %d places, want %d", method, got, want)
				}
			}
			var hover struct{ Contents struct{ Value string } }
			if err := e.Request("textDocument/hover", lsptest.At(b, 2, 26), &hover); err != nil || !strings.Contains(hover.Contents.Value, "1 producer") {
				t.Errorf("hover: %v, %v", hover, err)
			}
			e.Change(b, lsptest.Change{Range: &lsptest.Range{Start: lsptest.Position{Line: 2, Character: 26}, End: lsptest.Position{Line: 2, Character: 32}}, Text: "lonely"})
			wantLeads(t, leadsTo(t, e, root, "b/main.py", 2, 26), "a/main.py:5")
			e.SetText(b, "# 😀\n"+consuming)
			wantLeads(t, leadsTo(t, e, root, "b/main.py", 3, 26), "a/main.py:4")
			e.Open(compose, "yaml", "services: {}\n")
			e.AwaitDiagnostics(compose, func(d []lsptest.Diagnostic) bool { return len(d) == 0 })
			e.CloseDocument(b)
			e.CloseDocument(compose)
			settle(t, e)
			e.Close() // shutdown, exit, exit code 0
		})
	}
}

// TestHugeDocument opens and edits a text of 20 MB: it is not read, and the
// rest is answered as before.
func TestHugeDocument(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming, "huge.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{Timeout: 2 * time.Minute}) // for the race detector on a busy machine
	e.Initialize(root)
	settle(t, e)
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3", "huge.py:3")
	huge := filepath.Join(root, "huge.py")
	e.Open(huge, "python", consuming+strings.Repeat("x = 'abcdefghijklmnopqrstuvwxyz'\n", 20<<20/33))
	e.Change(huge, lsptest.Change{Range: &lsptest.Range{}, Text: "# begin\n"})
	for _, at := range [][2]int{{3, 26}, {500000, 3}} {
		began := time.Now()
		if err := e.Request("textDocument/hover", lsptest.At(huge, at[0], at[1]), nil); err != nil {
			t.Error(err)
		}
		t.Logf("hover at line %d took %v", at[0], time.Since(began))
	}
	wantLeads(t, leadsTo(t, e, root, "b/main.py", 2, 26), "a/main.py:4")
	e.SetText(huge, "#\n"+consuming)
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3", "huge.py:4")
}

// TestIdle lets the server rest again and again between edits: it answers as ever.
func TestIdle(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, func(ctx context.Context, pipe io.ReadWriteCloser) int {
		return serveWith(ctx, pipe, Options{Idle: time.Millisecond, Quiet: time.Millisecond})
	}, lsptest.Options{})
	e.Initialize(root)
	settle(t, e)
	b := filepath.Join(root, "b/main.py")
	e.Open(b, "python", consuming)
	for i := range 10 {
		e.SetText(b, strings.Repeat("#\n", i)+consuming)
		time.Sleep(5 * time.Millisecond)
		wantLeads(t, leadsTo(t, e, root, "b/main.py", i+2, 26), "a/main.py:4")
	}
}

// TestRenameNotes renames a topic to one that there is: the edits have to be
// confirmed where the editor can ask, and a message says what happens.
func TestRenameNotes(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", strings.ReplaceAll(consuming, "orders", "refunds"))
	e := lsptest.Start(t, serve, lsptest.Options{Preset: lsptest.VSCode})
	e.Initialize(root)
	a := filepath.Join(root, "a/main.py")
	e.Open(a, "python", producing)
	settle(t, e)
	params := lsptest.At(a, 3, 15)
	params["newName"] = "refunds"
	var edit struct {
		DocumentChanges []struct {
			TextDocument struct{ Version *int }
			Edits        []struct{ AnnotationID string }
		}
		ChangeAnnotations map[string]struct{ NeedsConfirmation bool }
	}
	if err := e.Request("textDocument/rename", params, &edit); err != nil {
		t.Fatal(err)
	}
	if len(edit.DocumentChanges) != 1 || edit.DocumentChanges[0].TextDocument.Version == nil {
		t.Fatalf("edits %+v", edit)
	}
	if id := edit.DocumentChanges[0].Edits[0].AnnotationID; !edit.ChangeAnnotations[id].NeedsConfirmation {
		t.Errorf("not to be confirmed: %+v", edit)
	}
	if said := messages(e, "window/showMessage"); !strings.Contains(strings.Join(said, "\n"), "refunds is a topic already") {
		t.Errorf("said %q", said)
	}
}

// messages lists what the server said with a method.
func messages(e *lsptest.Editor, method string) []string {
	var out []string
	for _, m := range e.Messages() {
		if m.Method == method {
			out = append(out, string(m.Params))
		}
	}
	return out
}
