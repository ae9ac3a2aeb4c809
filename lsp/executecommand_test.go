package lsp

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"topicls/lsp/internal/lsptest"
)

// TestOpenReferences opens what a lens counts for a client without a list of its
// own: the person picks a place, and the editor shows it.
func TestOpenReferences(t *testing.T) {
	root := workspace(t, "a/main.py", producing, "b/main.py", consuming)
	shown := make(chan string, 1)
	var offered []string
	e := lsptest.Start(t, serve, lsptest.Options{Answers: map[string]lsptest.Answer{
		"window/showMessageRequest": func(p json.RawMessage) (any, error) {
			var m struct{ Actions []struct{ Title string } }
			if err := json.Unmarshal(p, &m); err != nil {
				return nil, err
			}
			for _, a := range m.Actions {
				offered = append(offered, a.Title)
			}
			return map[string]any{"title": m.Actions[1].Title}, nil
		},
		"window/showDocument": func(p json.RawMessage) (any, error) {
			shown <- string(p)
			return map[string]any{"success": true}, nil
		},
	}})
	e.Initialize(root)
	settle(t, e)
	var lenses []json.RawMessage
	if err := e.Request("textDocument/codeLens", lsptest.At(filepath.Join(root, "a/main.py"), 0, 0), &lenses); err != nil || len(lenses) != 1 {
		t.Fatalf("%s, %v", lenses, err)
	}
	var l struct {
		Command struct {
			Command   string
			Arguments []json.RawMessage
		}
	}
	if err := e.Request("codeLens/resolve", lenses[0], &l); err != nil || l.Command.Command != "topicls.openReferences" {
		t.Fatalf("%+v, %v", l, err)
	}
	var places []lsptest.Location
	if err := e.Request("workspace/executeCommand", map[string]any{"command": l.Command.Command, "arguments": l.Command.Arguments}, &places); err != nil || len(places) != 2 {
		t.Errorf("places %+v, %v", places, err)
	}
	want := `{"uri":"` + lsptest.URI(root) + `/a/main.py","takeFocus":true,"selection":{"start":{"line":3,"character":14},"end":{"line":3,"character":22}}}`
	got := ""
	select {
	case got = <-shown:
	case <-time.After(10 * time.Second):
	}
	if got != want {
		t.Errorf("shown %s", got)
	}
	if !slices.Equal(offered, []string{"b/main.py:3", "a/main.py:4"}) {
		t.Errorf("offered %v", offered)
	}
	for _, args := range [][]any{nil, {1, 2}, {"", nil, "x"}} {
		wantCode(t, e.Request("workspace/executeCommand", map[string]any{"command": "topicls.openReferences", "arguments": args}, nil), -32602)
	}
	wantCode(t, e.Request("workspace/executeCommand", map[string]any{"command": "topicls.nonsense"}, nil), -32602)
	if err := e.Request("workspace/executeCommand", map[string]any{"command": "topicls.openReferences", "arguments": []any{"", nil, []any{}}}, nil); err != nil {
		t.Error(err)
	}
	e.Await("window/showMessage", nil)
}

// TestShowReferences names the client's own command, where it has one.
func TestShowReferences(t *testing.T) {
	root := workspace(t, "a/main.py", producing)
	e := lsptest.Start(t, serve, lsptest.Options{Capabilities: map[string]any{
		"experimental": map[string]any{"topicls": map[string]any{"commands": []string{"topicls.showReferences"}}},
	}})
	e.Initialize(root)
	settle(t, e)
	var lenses []json.RawMessage
	if err := e.Request("textDocument/codeLens", lsptest.At(filepath.Join(root, "a/main.py"), 0, 0), &lenses); err != nil || len(lenses) != 1 {
		t.Fatalf("%s, %v", lenses, err)
	}
	var l struct {
		Command struct{ Title, Command string }
	}
	if err := e.Request("codeLens/resolve", lenses[0], &l); err != nil || l.Command.Command != "topicls.showReferences" || l.Command.Title != "0 consumers · 1 producer" {
		t.Fatalf("%+v, %v", l, err)
	}
	e.Configure("topicls", map[string]any{"codeLens": map[string]any{"enabled": false}})
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if err := e.Request("textDocument/codeLens", lsptest.At(filepath.Join(root, "a/main.py"), 0, 0), &lenses); err != nil {
			t.Fatal(err)
		}
		if len(lenses) == 0 {
			return
		}
	}
	t.Error("lenses that are turned off")
}
