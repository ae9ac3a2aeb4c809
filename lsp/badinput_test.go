package lsp

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"topicls/lsp/internal/lsptest"
)

const (
	producing = "from kafka import KafkaProducer\n\nproducer = KafkaProducer()\nproducer.send(\"orders\", b\"x\")\n"
	consuming = "from kafka import KafkaConsumer\n\nconsumer = KafkaConsumer(\"orders\")\n"
)

// leadsTo asks where the position leads, as "file:line" with 1-based lines.
func leadsTo(t testing.TB, e *lsptest.Editor, root, file string, line, character int) []string {
	t.Helper()
	var list []lsptest.Location
	if err := e.Request("textDocument/definition", lsptest.At(filepath.Join(root, file), line, character), &list); err != nil {
		t.Fatalf("definition: %v", err)
	}
	out := []string{}
	for _, l := range list {
		out = append(out, strings.TrimPrefix(l.URI, lsptest.URI(root)+"/")+":"+itoa(l.Range.Start.Line+1))
	}
	return out
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

func wantLeads(t testing.TB, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("leads to %v, want %v", got, want)
	}
}

// TestBadFiles puts one bad thing into a workspace: it costs that thing, and
// the rest is answered as before.
func TestBadFiles(t *testing.T) {
	long := func(s string, n int) string { return strings.Repeat(s, n/len(s)+1) }
	files := map[string]string{
		"broken.py":          "from kafka import KafkaProducer\ndef f(:\n  class\n)]}\nKafkaProducer().send(\"",
		"half.py":            "from kafka import KafkaProducer\np = KafkaProducer()\np.send(",
		"huge.py":            "from kafka import KafkaProducer\n" + long("x = 1\n", 20<<20),
		"binary.py":          "from kafka import KafkaProducer\n\x00\x01\x02\xff\xfe" + long("\x00\x9f", 4096),
		"latin1.py":          "from kafka import KafkaProducer\n# gr\xf6\xdfe\nKafkaProducer().send(\"orders\", b\"\xe4\")\n",
		"oneline.py":         "from kafka import KafkaProducer; x = [" + long("1,", 1<<20) + "]\n",
		"deep.py":            "from kafka import KafkaProducer\nx = " + strings.Repeat("(", 20000) + strings.Repeat(")", 20000) + "\n",
		"docker-compose.yml": "services: [\n  a: {b\n\t- :",
		"compose.yaml":       "a: &a\n  b: *a\nservices: &s\n  x:\n    environment: *s\n    <<: *s\n",
		"huge.yaml":          "services:\n" + long("  a: {image: x}\n", 20<<20),
		"bomb.yaml":          "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
		".env":               "A=${B}\nB=${A}\n=\n'\n",
		"Dockerfile":         "FROM\nCOPY\nCMD [\"python\n",
		"recursive.py":       "from kafka import KafkaProducer\ndef send(topic, n):\n    return send(topic + 'x', n - 1) or KafkaProducer().send(topic)\nsend('loop', 3)\n",
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := workspace(t, "a/main.py", producing, "b/main.py", consuming, "bad/"+name, text)
			e := lsptest.Start(t, serve, lsptest.Options{Odd: true})
			e.Initialize(root)
			settle(t, e)
			got := leadsTo(t, e, root, "b/main.py", 2, 26)
			if len(got) == 0 || got[0] != "a/main.py:4" {
				t.Errorf("leads to %v", got)
			}
			bad := filepath.Join(root, "bad", name)
			for _, at := range [][2]int{{0, 0}, {2, 8}, {1 << 30, 1 << 30}} { // a closed file, an impossible place
				if err := e.Request("textDocument/hover", lsptest.At(bad, at[0], at[1]), nil); err != nil {
					t.Errorf("hover: %v", err)
				}
			}
			if len(text) < 1<<16 && strings.ToValidUTF8(text, "") == text { // as an editor can send it
				e.Open(bad, "python", text)
				e.SetText(bad, text+"\n")
				e.SetText(bad, "")
				settle(t, e)
				wantLeads(t, leadsTo(t, e, root, "b/main.py", 2, 26), "a/main.py:4")
			}
		})
	}
}

// TestHalfTyped types a line letter by letter; no answer on other lines is lost.
func TestHalfTyped(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{Odd: true})
	e.Initialize(root)
	a := filepath.Join(root, "a/main.py")
	e.Open(a, "python", producing)
	settle(t, e)
	for i, r := range `producer.send("refunds", {"a": [1` {
		at := lsptest.Position{Line: 4, Character: i}
		e.Change(a, lsptest.Change{Range: &lsptest.Range{Start: at, End: at}, Text: string(r)})
		wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3")
	}
}

func TestLinksInCircles(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	for link, target := range map[string]string{"a/up": "..", "self": "self", "b/a": "../a", "a/b": "../b", "out": "/"} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	e := lsptest.Start(t, serve, lsptest.Options{Odd: true})
	e.Initialize(root)
	settle(t, e)
	if got := leadsTo(t, e, root, "b/main.py", 2, 26); len(got) == 0 || got[0] != "a/main.py:4" {
		t.Errorf("leads to %v", got)
	}
}

// TestNoFolder opens what is no folder: a message, and empty answers.
func TestNoFolder(t *testing.T) {
	root := workspace(t, "file.py", producing)
	for _, name := range []string{"file.py", "missing"} {
		t.Run(name, func(t *testing.T) {
			e := lsptest.Start(t, serve, lsptest.Options{Odd: true})
			e.Initialize(filepath.Join(root, name))
			e.Await("window/showMessage", nil)
			wantLeads(t, leadsTo(t, e, root, "file.py", 3, 15))
			e.Open(filepath.Join(root, name, "x.py"), "python", producing)
			wantLeads(t, leadsTo(t, e, root, name+"/x.py", 3, 15))
		})
	}
}

// TestNotFiles asks about documents that are no files.
func TestNotFiles(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{Odd: true})
	e.Initialize(root)
	settle(t, e)
	for _, uri := range []string{
		"untitled:Untitled-1", "git:/" + root + "/a/main.py?%7B%22ref%22%3A%22HEAD%22%7D", "vscode-notebook-cell:/x.ipynb#ch0", "", "no uri",
		"file:relative.py", "file:///", "http://example.org/a.py", "file://" + root + "/a/missing.py", "file://" + root,
	} {
		if uri != "" && strings.Contains(uri, ":") {
			e.Open(uri, "python", producing)
			e.SetText(uri, producing+"x")
		}
		at := map[string]any{"textDocument": map[string]any{"uri": uri}, "position": map[string]any{"line": 9, "character": 15}}
		for _, method := range []string{"hover", "definition", "declaration", "implementation", "references", "documentHighlight", "documentSymbol", "prepareRename", "rename", "codeLens", "inlayHint", "codeAction"} {
			var got any
			if err := e.Request("textDocument/"+method, at, &got); err != nil {
				t.Errorf("%s of %q: %v", method, uri, err)
			}
			if list, ok := got.([]any); (!slices.Contains([]string{"hover", "prepareRename", "rename"}, method) && !ok) || len(list) > 0 && !strings.HasSuffix(uri, "missing.py") {
				t.Errorf("%s of %q: %v", method, uri, got)
			}
		}
		if uri != "" && strings.Contains(uri, ":") {
			e.CloseDocument(uri)
		}
	}
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3")
}

// TestOutOfTurn sends requests before initialize and after shutdown.
func TestOutOfTurn(t *testing.T) {
	root := workspace(t, "a/main.py", producing)
	e := lsptest.Start(t, serve, lsptest.Options{Odd: true})
	wantCode(t, e.Request("textDocument/hover", lsptest.At(root+"/a/main.py", 3, 15), nil), -32002)
	e.Open(root+"/a/main.py", "python", producing) // dropped
	e.Initialize(root)
	settle(t, e)
	if err := e.Request("shutdown", nil, nil); err != nil {
		t.Fatal(err)
	}
	wantCode(t, e.Request("textDocument/hover", lsptest.At(root+"/a/main.py", 3, 15), nil), -32600)
	e.ExitAfterShutdown()
}

func wantCode(t *testing.T, err error, code int) {
	t.Helper()
	var coded *lsptest.Error
	if !errors.As(err, &coded) || coded.Code != code {
		t.Errorf("error %v, want code %d", err, code)
	}
}

// TestOddParams sends what no client should send.
func TestOddParams(t *testing.T) {
	root := workspace(t, "a/main.py", producing)
	e := lsptest.Start(t, serve, lsptest.Options{Odd: true})
	e.Initialize(root)
	settle(t, e)
	path := root + "/a/main.py"
	e.Open(path, "python", producing)
	for _, params := range []any{
		nil,
		[]any{},
		map[string]any{},
		"text", 7,
		map[string]any{"textDocument": 3, "position": "x"},
		map[string]any{"textDocument": map[string]any{"uri": lsptest.URI(path)}},
		lsptest.At(path, -1, -1), lsptest.At(path, 1<<40, 1<<40),
	} {
		for _, method := range []string{"textDocument/hover", "textDocument/references", "textDocument/documentHighlight", "textDocument/documentSymbol", "textDocument/prepareRename", "textDocument/rename", "workspace/symbol", "textDocument/semanticTokens/full", "textDocument/semanticTokens/range", "textDocument/prepareCallHierarchy", "callHierarchy/incomingCalls", "callHierarchy/outgoingCalls", "textDocument/codeLens", "codeLens/resolve", "textDocument/codeAction", "textDocument/completion", "completionItem/resolve", "textDocument/inlayHint", "inlayHint/resolve", "workspace/executeCommand", "textDocument/diagnostic", "workspace/diagnostic", "topicls/topology", "topicls/status", "topicls/explain"} {
			_ = e.Request(method, params, nil) // any reply will do
		}
		for _, note := range []string{
			"textDocument/didChange", "textDocument/didClose", "textDocument/didSave", "workspace/didChangeWatchedFiles",
			"workspace/didChangeWorkspaceFolders", "workspace/didChangeConfiguration", "$/setTrace", "initialized", "$/cancelRequest",
		} {
			if note != "textDocument/didClose" || params == nil {
				e.Notify(note, params)
			}
		}
	}
	settle(t, e)
	var hover any
	if err := e.Request("textDocument/hover", lsptest.At(path, 3, 15), &hover); err != nil || hover == nil {
		t.Errorf("hover %v, %v", hover, err)
	}
}

// TestCancel cancels requests that wait and requests that are done.
func TestCancel(t *testing.T) {
	root := workspace(t, "a/main.py", producing)
	e := lsptest.Start(t, serve, lsptest.Options{Odd: true})
	e.Initialize(root)
	settle(t, e)
	for range 50 {
		r := e.Go("textDocument/hover", lsptest.At(root+"/a/main.py", 3, 15))
		r.Cancel()
		if err := r.Await(nil); err != nil {
			wantCode(t, err, -32800)
		}
		r.Cancel()
	}
}

func TestHangup(t *testing.T) {
	root := workspace(t, "a/main.py", producing)
	t.Run("at once", func(t *testing.T) { lsptest.Start(t, serve, lsptest.Options{Odd: true}).Hangup() })
	t.Run("while indexing", func(t *testing.T) {
		e, goOn := held(t, lsptest.Minimal)
		e.Initialize(root)
		wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15)) // it is at it
		close(goOn)
		e.Hangup()
	})
	t.Run("with requests", func(t *testing.T) {
		e := lsptest.Start(t, serve, lsptest.Options{Preset: lsptest.Minimal})
		e.Initialize(root)
		settle(t, e)
		for range 20 {
			e.Go("textDocument/hover", lsptest.At(root+"/a/main.py", 3, 15))
		}
		e.Hangup()
	})
}
