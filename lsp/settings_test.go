package lsp

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"topicls/lsp/internal/lsptest"
)

// both sides of a topic that is whole: what lacks a side beside it is certain.
const other = "from kafka import KafkaConsumer, KafkaProducer\n\nKafkaProducer().send(\"other\", b\"x\")\nconsumer = KafkaConsumer(\"other\")\n"

// TestSettings changes settings of a running session, as each kind of client
// tells them.
func TestSettings(t *testing.T) {
	files := []string{
		"a/main.py", producing, "tests/test_it.py", consuming, "b/main.py", other,
		"compose.yaml", "services:\n  a:\n    build: a\n", "a/Dockerfile", "FROM python\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n",
	}
	for _, preset := range []lsptest.Preset{lsptest.VSCode, lsptest.Minimal} {
		t.Run(string(preset), func(t *testing.T) {
			root := workspace(t, files...)
			e := lsptest.Start(t, serve, lsptest.Options{Preset: preset})
			e.Initialize(root)
			settle(t, e)
			a := filepath.Join(root, "a/main.py")
			severity := func(want int) {
				t.Helper()
				e.AwaitDiagnostics(a, func(d []lsptest.Diagnostic) bool {
					return want == 0 && len(d) == 0 || len(d) == 1 && d[0].Code == "topic-no-consumer" && d[0].Severity == want
				})
			}
			severity(2)
			e.Configure("topicls", map[string]any{"rules": map[string]any{"topic-no-consumer": "error"}})
			severity(1)
			e.Configure("topicls", map[string]any{"rules": map[string]any{"topic-no-consumer": "off"}})
			severity(0)
			e.Configure("topicls", map[string]any{"rules": map[string]any{}})
			severity(2)
			e.Configure("topicls", map[string]any{"tests": true}) // indexes anew
			severity(0)
			settle(t, e)
			wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "tests/test_it.py:3")
			e.Configure("topicls", map[string]any{"tests": true, "exclude": []string{"test_*"}})
			severity(2)
			e.Configure("topicls", map[string]any{"exclude": 3, "rules": map[string]any{"nonsense": "off"}})
			e.Await("window/showMessage", func(p json.RawMessage) bool {
				return strings.Contains(string(p), "topicls.exclude is no list; topicls.rules: there is no rule \\\"nonsense\\\".")
			})
		})
	}
}

// TestInitialSettings takes settings with initialize.
func TestInitialSettings(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "tests/test_it.py", consuming)
	e := lsptest.Start(t, serve, lsptest.Options{Preset: lsptest.Minimal, Params: map[string]any{
		"initializationOptions": map[string]any{"topicls": map[string]any{"tests": true}},
	}})
	e.Initialize(root)
	settle(t, e)
	wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "tests/test_it.py:3")
}

// TestFolderSettings answers other settings for each folder, and refuses to.
func TestFolderSettings(t *testing.T) {
	root := workspace(t, "one/main.py", producing, "two/main.py", producing)
	e := lsptest.Start(t, serve, lsptest.Options{Answers: map[string]lsptest.Answer{
		"workspace/configuration": func(p json.RawMessage) (any, error) {
			var asked struct {
				Items []struct{ ScopeURI, Section string }
			}
			if err := json.Unmarshal(p, &asked); err != nil {
				return nil, err
			}
			var out []any
			for _, i := range asked.Items {
				if i.Section == "topicls" && strings.HasSuffix(i.ScopeURI, "/two") {
					out = append(out, map[string]any{"rules": map[string]any{"topic-no-consumer": "hint"}})
				} else {
					out = append(out, nil)
				}
			}
			return out, nil
		},
	}})
	e.Initialize(filepath.Join(root, "one"), filepath.Join(root, "two"))
	for file, want := range map[string]int{"one/main.py": 3, "two/main.py": 4} {
		e.AwaitDiagnostics(filepath.Join(root, file), func(d []lsptest.Diagnostic) bool { return len(d) == 1 && d[0].Severity == want })
	}
	e.Answer("workspace/configuration", func(json.RawMessage) (any, error) { return nil, &lsptest.Error{Code: -32603, Message: "no"} })
	e.Notify("workspace/didChangeConfiguration", map[string]any{"settings": nil})
	settle(t, e)
	wantLeads(t, leadsTo(t, e, root, "one/main.py", 3, 15))
}
