package lsp

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"topicls/lsp/internal/lsptest"
)

// TestChooseEnvironment lets another compose file answer: by command, by a
// person's pick and by a setting.
func TestChooseEnvironment(t *testing.T) {
	const code = "import os\n\nfrom kafka import KafkaProducer\n\nKafkaProducer().send(os.environ[\"T\"], b\"x\")\n"
	compose := func(topic string) string {
		return "services:\n  a:\n    build: a\n    environment:\n      T: " + topic + "\n"
	}
	root := workspace(t, "a/main.py", code, "a/Dockerfile", "FROM python\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n",
		"docker-compose.yaml", compose("orders"), "docker-compose.staging.yaml", compose("orders-staging"))
	var pick atomic.Value
	e := lsptest.Start(t, serve, lsptest.Options{Answers: map[string]lsptest.Answer{
		"window/showMessageRequest": func(p json.RawMessage) (any, error) {
			if !strings.Contains(string(p), `"title":"`+pick.Load().(string)+`"`) {
				t.Errorf("offered %s", p)
			}
			return map[string]any{"title": pick.Load()}, nil
		},
	}})
	e.Initialize(root)
	settle(t, e)
	a := filepath.Join(root, "a/main.py")
	topic := func() string {
		t.Helper()
		var h struct{ Contents struct{ Value string } }
		if err := e.Request("textDocument/hover", lsptest.At(a, 4, 22), &h); err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(h.Contents.Value, "**topic ")
		text, _, _ = strings.Cut(text, "\n")
		return text
	}
	await := func(want string) {
		t.Helper()
		for range 1000 {
			if strings.Contains(topic(), want) {
				return
			}
			settle(t, e)
		}
		t.Fatalf("%s, want %s", topic(), want)
	}
	type environment struct {
		ID     string
		Chosen bool
	}
	choose := func(arg any) (chosen string, all []environment) {
		t.Helper()
		var out struct{ Environments []environment }
		if err := e.Request("workspace/executeCommand", map[string]any{"command": "topicls.chooseEnvironment", "arguments": []any{arg}}, &out); err != nil {
			t.Fatal(err)
		}
		for _, x := range out.Environments {
			if x.Chosen {
				chosen += x.ID
			}
		}
		return chosen, out.Environments
	}
	await("`orders`")
	_, all := choose(map[string]any{"environment": ""})
	if len(all) != 2 {
		t.Fatalf("environments %+v", all)
	}
	staging := all[0].ID
	if all[0].Chosen {
		staging = all[1].ID
	}
	if got, _ := choose(map[string]any{"folder": lsptest.URI(root), "environment": staging}); got != staging || !strings.Contains(topic(), "`orders-staging`") {
		t.Errorf("chose %q: %s", got, topic())
	}
	if got, _ := choose(map[string]any{"environment": ""}); got == staging || !strings.Contains(topic(), "`orders`") {
		t.Errorf("chose %q: %s", got, topic())
	}
	pick.Store(staging)
	choose(map[string]any{})
	await("`orders-staging`")
	pick.Store("(default)")
	choose(nil)
	await("`orders`")
	e.Configure("topicls", map[string]any{"environment": staging})
	await("`orders-staging`")
	e.Configure("topicls", map[string]any{"environment": "nonsense"})
	e.Await("window/showMessage", func(p json.RawMessage) bool { return strings.Contains(string(p), "no environment") })

	for _, arg := range []any{map[string]any{"environment": "nonsense"}, map[string]any{"folder": "file:///elsewhere", "environment": ""}, 7} {
		wantCode(t, e.Request("workspace/executeCommand", map[string]any{"command": "topicls.chooseEnvironment", "arguments": []any{arg}}, nil), -32602)
	}
}
