package lsp

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/internal/editortest"
	"topicls/lsp/internal/lsptest"
)

const factsPath = "../internal/editortest/facts.json"

// TestEditorFacts asks what the tests of real editors ask, as the clients of
// those editors, and writes or compares the answers. A real editor's answers
// are compared with the same file by its own test.
func TestEditorFacts(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root = filepath.Join(root, "workspace")
	if err := os.CopyFS(root, os.DirFS("../examples/forecasting-pipeline")); err != nil {
		t.Fatal(err)
	}
	for i, preset := range []lsptest.Preset{lsptest.VSCode, lsptest.OldNeovim, lsptest.Neovim, lsptest.Vim, lsptest.Eglot} {
		t.Run(string(preset), func(t *testing.T) {
			facts := editorQuestions(t)
			answer(t, facts, root, preset)
			var got bytes.Buffer
			out := json.NewEncoder(&got)
			out.SetEscapeHTML(false)
			out.SetIndent("", "\t")
			if err := out.Encode(facts); err != nil {
				t.Fatal(err)
			}
			if *update && i == 0 {
				if err := os.WriteFile(factsPath, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(factsPath)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s (-want +got; go test ./lsp -run EditorFacts -update writes it)\n%s", factsPath, diff)
			}
		})
	}
}

// editorQuestions are what is asked, without answers.
func editorQuestions(t *testing.T) *editortest.Facts {
	t.Helper()
	// at is the place of a text in a file, behind another.
	at := func(file, behind, text string) (line, character int) {
		data, err := os.ReadFile(filepath.Join("../examples/forecasting-pipeline", file))
		if err != nil {
			t.Fatal(err)
		}
		from := strings.Index(string(data), behind)
		i := -1
		if from >= 0 {
			i = strings.Index(string(data)[from+len(behind):], text)
		}
		if i < 0 {
			t.Fatalf("%s has no %q behind %q", file, text, behind)
		}
		before := string(data)[:from+len(behind)+i]
		return strings.Count(before, "\n"), len(before) - strings.LastIndex(before, "\n") - 1
	}
	const compose, promoter, preprocess, env = "docker-compose.yaml", "eval_container/promoter.py", "preprocess_container/main.py", "env/inference.env"
	facts := &editortest.Facts{Edit: editortest.Edit{File: compose, From: "model-selected", To: "promoted-models"}}
	facts.Edit.Line, _ = at(compose, "MODEL_SELECTED_TOPIC=", "model-selected")
	ask := func(name, method, file, behind, text string, more map[string]any) {
		a := &editortest.Ask{Name: name, Method: method, File: file, Params: more, After: strings.HasPrefix(name, "after the edit")}
		if text != "" {
			line, character := at(file, behind, text)
			a.Params = map[string]any{"position": map[string]any{"line": line, "character": character + 1}}
			for key, value := range more {
				a.Params[key] = value
			}
		}
		facts.Asks = append(facts.Asks, a)
	}
	const produced, promoted = "produce_message(producer, ", "produce_message(self.producer, self."
	all := map[string]any{"context": map[string]any{"includeDeclaration": true}}
	ask("hover on a produced topic", "textDocument/hover", preprocess, produced, "TRAINING_TOPIC", nil)
	ask("hover in compose", "textDocument/hover", compose, "MODEL_SELECTED_TOPIC=", "model-selected", nil)
	ask("hover in an env file", "textDocument/hover", env, "PROMOTION_TOPIC=", "model-selected", nil)
	ask("the consumers in other containers", "textDocument/definition", preprocess, produced, "TRAINING_TOPIC", nil)
	ask("the one consumer", "textDocument/definition", promoter, promoted, "output_topic", nil)
	ask("where the name is given", "textDocument/declaration", preprocess, produced, "TRAINING_TOPIC", nil)
	ask("who handles the messages", "textDocument/implementation", preprocess, produced, "TRAINING_TOPIC", nil)
	ask("references from code", "textDocument/references", promoter, promoted, "output_topic", all)
	ask("references from compose", "textDocument/references", compose, "MODEL_TRAINING_TOPIC=", "model-training", all)
	ask("rename over code and configuration", "textDocument/rename", promoter, promoted, "output_topic", map[string]any{"newName": "model-chosen"})
	ask("topics and services by name", "workspace/symbol", "", "", "", map[string]any{"query": "data"})
	ask("diagnostics in compose", editortest.Diagnostics, compose, "", "", nil)
	ask("diagnostics in code", editortest.Diagnostics, promoter, "", "", nil)
	ask("after the edit: hover", "textDocument/hover", promoter, promoted, "output_topic", nil)
	ask("after the edit: no consumer", "textDocument/definition", promoter, promoted, "output_topic", nil)
	ask("after the edit: diagnostics in code", editortest.Diagnostics, promoter, "", "", nil)
	return facts
}

// answer asks a server, as one client.
func answer(t *testing.T, facts *editortest.Facts, root string, preset lsptest.Preset) {
	t.Helper()
	e := lsptest.Start(t, serve, lsptest.Options{Preset: preset})
	e.Initialize(root)
	settle(t, e)
	path := func(file string) string { return filepath.Join(root, filepath.FromSlash(file)) }
	text := func(file string) string {
		data, err := os.ReadFile(path(file))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	open := map[string]bool{"": true}
	for _, a := range facts.Asks {
		if !open[a.File] {
			open[a.File] = true
			e.Open(path(a.File), map[string]string{".py": "python", ".yaml": "yaml"}[filepath.Ext(a.File)], text(a.File))
		}
	}
	edited := false
	for _, a := range facts.Asks {
		if a.After && !edited {
			lines := strings.SplitAfter(text(facts.Edit.File), "\n")
			lines[facts.Edit.Line] = strings.Replace(lines[facts.Edit.Line], facts.Edit.From, facts.Edit.To, 1)
			e.SetText(path(facts.Edit.File), strings.Join(lines, ""))
			edited = true
		}
		var raw json.RawMessage
		if a.Method == editortest.Diagnostics {
			settle(t, e)
			shown := []editortest.Shown{}
			come := func(ds []lsptest.Diagnostic) bool {
				return slices.ContainsFunc(ds, func(d lsptest.Diagnostic) bool { return !a.After || d.Code == "topic-no-consumer" })
			}
			for _, d := range e.AwaitDiagnostics(path(a.File), come) {
				shown = append(shown, editortest.Shown{Line: d.Range.Start.Line + 1, Code: d.Code, Message: d.Message})
			}
			raw, _ = json.Marshal(shown)
		} else {
			params := map[string]any{}
			for key, value := range a.Params {
				params[key] = value
			}
			if a.File != "" {
				params["textDocument"] = map[string]any{"uri": lsptest.URI(path(a.File))}
			}
			if err := e.Request(a.Method, params, &raw); err != nil {
				t.Fatalf("%s: %v", a.Name, err)
			}
		}
		var err error
		if a.Answer, err = editortest.Plain(a.Method, root, raw); err != nil {
			t.Fatalf("%s: %v", a.Name, err)
		}
	}
	e.Close()
}
