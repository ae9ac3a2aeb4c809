package wire_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"topicls/lsp/internal/lsptest"
	"topicls/lsp/internal/wire"
)

// No client's initialize is refused (the library's types refuse some, trap 7).
func TestInitializePresets(t *testing.T) {
	got := map[lsptest.Preset]wire.InitializeParams{}
	for _, preset := range lsptest.Presets {
		var p wire.InitializeParams
		if err := json.Unmarshal(preset.JSON(), &p); err != nil {
			t.Fatalf("%s: %v", preset, err)
		}
		got[preset] = p
	}
	type view struct {
		Encoding                                                    string
		Name                                                        string
		Configuration, Watch, Relative, Progress, Markdown, Links   bool
		Related, CodePage, Version, Folders, InlayHints, Completion bool
	}
	want := map[lsptest.Preset]view{
		lsptest.VSCode:    {"utf-16", "Visual Studio Code", true, true, true, true, true, true, true, true, false, true, true, true},
		lsptest.Neovim:    {"utf-8", "Neovim", true, false, true, true, true, true, true, false, false, true, true, true},
		lsptest.OldNeovim: {"utf-16", "Neovim", true, false, false, true, true, true, true, false, false, true, false, false},
		lsptest.Eglot:     {"utf-8", "Eglot", true, true, false, true, false, true, false, false, false, true, true, false},
		lsptest.Helix:     {"utf-8", "helix", true, true, false, true, true, false, false, false, true, true, true, true},
		lsptest.Vim:       {"utf-16", "vim-lsp", true, false, false, false, true, true, true, false, false, false, false, false},
		lsptest.Minimal:   {Encoding: "utf-16"},
		lsptest.Nulls:     {Encoding: "utf-16"},
		lsptest.Odd:       {Encoding: "utf-16"},
	}
	for preset, p := range got {
		c := p.Capabilities
		v := view{
			wire.ChooseEncoding(c.PositionEncodings).String(), p.ClientName, c.Configuration, c.WatchFiles, c.WatchRelative,
			c.WorkDoneProgress, c.HoverMarkdown, c.DefinitionLinks, c.DiagnosticRelated, c.DiagnosticCodePage,
			c.DiagnosticVersion, c.WorkspaceFolders, c.InlayHints, c.CompletionSnippets,
		}
		if v != want[preset] {
			t.Errorf("%s: %+v, want %+v", preset, v, want[preset])
		}
	}
	if pid := got[lsptest.Odd].ProcessID; pid != 4294967296 {
		t.Errorf("process id %d", pid)
	}
	if o := got[lsptest.VSCode].Options; o != nil {
		t.Errorf("options %s", o)
	}
	if o := got[lsptest.Eglot].Options; string(o) != `{}` {
		t.Errorf("options %s", o)
	}
}

func TestFolders(t *testing.T) {
	for _, test := range []struct{ params, want string }{
		{`{"workspaceFolders":[{"uri":"file:///a","name":"A"},{"uri":"file:///b%20c","name":"B"},{"uri":"vscode-vfs://github/x","name":"C"}],"rootUri":"file:///z"}`, `[{"uri":"file:///a","name":"A"},{"uri":"file:///b%20c","name":"B"}]`},
		{`{"workspaceFolders":[],"rootUri":"file:///z/y"}`, `[{"uri":"file:///z/y","name":"y"}]`},
		{`{"workspaceFolders":null,"rootUri":null,"rootPath":"/x y"}`, `[{"uri":"file:///x%20y","name":"x y"}]`},
		{`{"rootUri":"file:///"}`, `[{"uri":"file:///","name":""}]`},
		{`{"rootUri":"untitled:x"}`, `null`},
		{`{"rootPath":""}`, `null`},
		{`{"workspaceFolders":[null,7,{}]}`, `null`},
		{`{}`, `null`},
	} {
		var p wire.InitializeParams
		if err := json.Unmarshal([]byte(test.params), &p); err != nil {
			t.Fatal(err)
		}
		if got := encode(t, p.Folders()); got != test.want {
			t.Errorf("%s: %s, want %s", test.params, got, test.want)
		}
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// Positions are clamped, not refused.
func TestLenientPositions(t *testing.T) {
	for text, want := range map[string]wire.Position{
		`{"line":1,"character":2}`:              {Line: 1, Character: 2},
		`{"line":-1,"character":-9e99}`:         {},
		`{"line":4294967296,"character":1e400}`: {Line: math.MaxUint32, Character: math.MaxUint32},
		`{"line":1.0,"character":2.9}`:          {Line: 1, Character: 2},
		`{"line":null,"character":"2"}`:         {},
		`{}`:                                    {},
		`null`:                                  {},
		`[]`:                                    {},
		`{"line":9223372036854775808,"character"` + `:-9223372036854775809}`: {Line: math.MaxUint32},
	} {
		p := decode[wire.PositionParams](t, `{"textDocument":{"uri":"file:///a"},"position":`+text+`,"workDoneToken":7,"context":{"includeDeclaration":true}}`)
		if p.Position != want || p.URI != "file:///a" || !p.IncludeDeclaration || string(p.WorkDoneToken) != "7" {
			t.Errorf("%s: %+v, want %v", text, p, want)
		}
	}
}

// Params of the wrong form are empty, not an error: the answer is empty then.
func TestLenientParams(t *testing.T) {
	for _, text := range []string{`{}`, `null`, `[]`, `7`, `"x"`, `{"textDocument":null,"contentChanges":null,"event":[],"changes":{"a":1},"context":7,"arguments":"x","range":[]}`} {
		for _, p := range []any{
			&wire.InitializeParams{}, &wire.DocumentParams{}, &wire.PositionParams{}, &wire.RangeParams{}, &wire.SymbolParams{},
			&wire.DidOpenParams{}, &wire.DidChangeParams{}, &wire.DidSaveParams{}, &wire.WatchedFilesParams{},
			&wire.WorkspaceFoldersParams{}, &wire.ConfigurationChangedParams{}, &wire.CommandParams{}, &wire.ProgressCancelParams{},
		} {
			if err := json.Unmarshal([]byte(text), p); err != nil {
				t.Errorf("%T from %s: %v", p, text, err)
			}
			zero := reflect.New(reflect.TypeOf(p).Elem()).Interface()
			if !reflect.DeepEqual(p, zero) {
				t.Errorf("%T from %s: %+v", p, text, p)
			}
		}
	}
}

func TestDidChange(t *testing.T) {
	p := decode[wire.DidChangeParams](t, `{"textDocument":{"uri":"file:///a","version":null},"contentChanges":[
		{"text":"whole"},
		{"range":null,"text":"whole"},
		{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"rangeLength":0,"text":"x\ud83d\ude00\ud83d"}]}`)
	if p.URI != "file:///a" || p.Version != 0 || len(p.Changes) != 3 {
		t.Fatalf("%+v", p)
	}
	if p.Changes[0].Range != nil || p.Changes[1].Range != nil || p.Changes[2].Range == nil {
		t.Errorf("%+v", p.Changes)
	}
	if got := p.Changes[2].Text; got != "x😀\ufffd" {
		t.Errorf("text %q", got)
	}
	open := decode[wire.DidOpenParams](t, `{"textDocument":{"uri":"u","languageId":"python","version":4294967296,"text":"a\r\nb"}}`)
	if open != (wire.DidOpenParams{URI: "u", LanguageID: "python", Version: 4294967296, Text: "a\r\nb"}) {
		t.Errorf("%+v", open)
	}
	if s := decode[wire.DidSaveParams](t, `{"textDocument":{"uri":"u"},"text":""}`); s.Text == nil || *s.Text != "" {
		t.Error("a saved text that is empty is not an absent one")
	}
	if s := decode[wire.DidSaveParams](t, `{"textDocument":{"uri":"u"}}`); s.Text != nil {
		t.Error("an absent text is not an empty one")
	}
}

func TestOtherParams(t *testing.T) {
	w := decode[wire.WatchedFilesParams](t, `{"changes":[{"uri":"file:///a","type":3},{"uri":"file:///b","type":1}]}`)
	if len(w.Changes) != 2 || w.Changes[0] != (wire.FileEvent{URI: "file:///a", Type: protocol.FileChangeTypeDeleted}) {
		t.Errorf("%+v", w)
	}
	f := decode[wire.WorkspaceFoldersParams](t, `{"event":{"added":[{"uri":"file:///a","name":"a"}],"removed":null}}`)
	if len(f.Added) != 1 || f.Added[0].URI != "file:///a" || f.Removed != nil {
		t.Errorf("%+v", f)
	}
	c := decode[wire.RangeParams](t, `{"textDocument":{"uri":"u"},"range":{"start":{"line":1,"character":2},"end":{"line":3,"character":4}},
		"context":{"only":["quickfix"],"diagnostics":[{"range":{},"code":"env-unset","source":"topicls","data":{"n":12345678901234567890},"message":"m"}]}}`)
	if c.Range.End.Character != 4 || len(c.Only) != 1 || len(c.Diagnostics) != 1 {
		t.Fatalf("%+v", c)
	}
	if d := c.Diagnostics[0]; d.Code != "env-unset" || string(d.Data) != `{"n":12345678901234567890}` || !strings.Contains(string(d.Raw), `"message":"m"`) {
		t.Errorf("%+v", d)
	}
	x := decode[wire.CommandParams](t, `{"command":"topicls.x","arguments":[{"a":1},"b",null]}`)
	if x.Command != "topicls.x" || len(x.Arguments) != 3 || string(x.Arguments[0]) != `{"a":1}` {
		t.Errorf("%+v", x)
	}
	if s := decode[wire.ConfigurationChangedParams](t, `{"settings":{"topicls":{}}}`); string(s.Settings) != `{"topicls":{}}` {
		t.Errorf("%s", s.Settings)
	}
}

func TestConfigurationResult(t *testing.T) {
	for raw, want := range map[string]string{
		`[1,null]`: `[1,null]`, `[{"a":1},2,3]`: `[{"a":1},2]`, `[1]`: `[1,null]`, `null`: `[null,null]`, `{}`: `[null,null]`, ``: `[null,null]`,
	} {
		if got := encode(t, wire.ConfigurationResult(json.RawMessage(raw), 2)); got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
}

// What the library encodes as null, {} or not at all (traps 9, 10 and 11).
func TestEncoding(t *testing.T) {
	zero, zero64 := uint32(0), int64(0)
	token := wire.NewProgressToken("a/b")
	rng := wire.Range{}
	const rngText = `{"start":{"line":0,"character":0},"end":{"line":0,"character":0}}`
	for _, test := range []struct {
		value any
		want  string
	}{
		{wire.PublishDiagnosticsParams{URI: "u"}, `{"uri":"u","diagnostics":[]}`},
		{&wire.PublishDiagnosticsParams{URI: "u", Version: &zero64}, `{"uri":"u","version":0,"diagnostics":[]}`},
		{wire.PublishDiagnosticsParams{URI: "u", Diagnostics: []wire.Diagnostic{{
			Range: rng, Severity: protocol.DiagnosticSeverityWarning, Code: "c", CodeDescription: &wire.CodeDescription{Href: "h"}, Source: "topicls", Message: "m",
			Related: []wire.RelatedInformation{{Location: wire.Location{URI: "v", Range: rng}, Message: "here"}},
		}}}, `{"uri":"u","diagnostics":[{"range":` + rngText + `,"severity":2,"code":"c","codeDescription":{"href":"h"},"source":"topicls","message":"m",` +
			`"relatedInformation":[{"location":{"uri":"v","range":` + rngText + `},"message":"here"}]}]}`},
		{wire.ProgressCreateParams{Token: token}, `{"token":"a/b"}`},
		{wire.ProgressBegin(token, "Indexing", "", &zero, true), `{"token":"a/b","value":{"kind":"begin","title":"Indexing","cancellable":true,"percentage":0}}`},
		{wire.ProgressReport(wire.ProgressToken("7"), "3 of 4", nil), `{"token":7,"value":{"kind":"report","message":"3 of 4"}}`},
		{wire.ProgressEnd(token, "done"), `{"token":"a/b","value":{"kind":"end","message":"done"}}`},
		{wire.ProgressParams{Value: 1}, `{"token":null,"value":1}`},
		{wire.InlayHint{Label: "= x"}, `{"position":{"line":0,"character":0},"label":"= x"}`},
		{wire.List[int](nil), `[]`},
		{wire.InitializeResult{Capabilities: wire.ServerCapabilities{
			ServerCapabilities: protocol.ServerCapabilities{HoverProvider: true},
			PositionEncoding:   "utf-8",
			InlayHintProvider:  true,
			Workspace:          &wire.WorkspaceOptions{WorkspaceFolders: &wire.WorkspaceFoldersOptions{Supported: true, ChangeNotifications: true}},
		}, ServerInfo: protocol.ServerInfo{Name: "topicls"}}, `{"capabilities":{"hoverProvider":true,"positionEncoding":"utf-8","inlayHintProvider":true,` +
			`"workspace":{"workspaceFolders":{"supported":true,"changeNotifications":true}}},"serverInfo":{"name":"topicls"}}`},
		{
			wire.WatchOptions{Watchers: []wire.FileSystemWatcher{{GlobPattern: "**/*"}, {GlobPattern: wire.RelativePattern{BaseURI: "u", Pattern: "*"}, Kind: 7}}},
			`{"watchers":[{"globPattern":"**/*"},{"globPattern":{"baseUri":"u","pattern":"*"},"kind":7}]}`,
		},
	} {
		if got := encode(t, test.value); got != test.want {
			t.Errorf("%T: %s\nwant %s", test.value, got, test.want)
		}
	}
	call := encode(t, wire.CallHierarchyIncomingCall{})
	if !strings.Contains(call, `"fromRanges":[]`) {
		t.Error(call)
	}
	if call = encode(t, &wire.CallHierarchyOutgoingCall{}); !strings.Contains(call, `"fromRanges":[]`) {
		t.Error(call)
	}
	if got := decode[wire.ProgressParams](t, `{"token":"x","value":null}`).Token; string(got) != `"x"` {
		t.Errorf("token %s", got)
	}
	if got := decode[wire.ApplyEditResult](t, `{"applied":true}`); !got.Applied {
		t.Error("not applied")
	}
}
