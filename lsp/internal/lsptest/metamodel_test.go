package lsptest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
)

var metaModelFrom = flag.String("metamodel", "", "the protocol's metaModel.json, to write metamodel.json from")

// TestRecordMetaModel writes metamodel.json from the metaModel.json that the
// protocol's repository has (protocol/metaModel.json of vscode-languageserver-node):
// without texts, and without what is newer than 3.17.
//
//	go test ./lsp/internal/lsptest -run TestRecordMetaModel -metamodel /tmp/metaModel.json
func TestRecordMetaModel(t *testing.T) {
	if *metaModelFrom == "" {
		if m := theMetaModel(); m.From == "" || len(m.Requests) < 50 || len(m.Structures) < 200 {
			t.Errorf("the record from %q has %d requests and %d structures", m.From, len(m.Requests), len(m.Structures))
		}
		return
	}
	data, err := os.ReadFile(*metaModelFrom)
	if err != nil {
		t.Fatal(err)
	}
	var in struct {
		MetaData                struct{ Version string }
		Requests, Notifications []struct {
			Method, Since  string
			Params, Result json.RawMessage
			PartialResult  json.RawMessage
		}
		Structures []struct {
			Name, Since     string
			Properties      []property
			Extends, Mixins []struct{ Name string }
		}
		Enumerations []struct {
			Name, Since          string
			SupportsCustomValues bool
			Values               []struct {
				Since string
				Value any
			}
		}
		TypeAliases []struct {
			Name, Since string
			Type        json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &in); err != nil {
		t.Fatal(err)
	}
	out := metaModel{
		From: in.MetaData.Version, Requests: map[string]metaMessage{}, Notifications: map[string]metaMessage{},
		Structures: map[string]metaStructure{}, Enumerations: map[string]metaEnum{}, Aliases: map[string]*metaType{},
	}
	for _, r := range in.Requests {
		if !newer(r.Since) {
			out.Requests[r.Method] = metaMessage{typeOf(t, r.Params), typeOf(t, r.Result), typeOf(t, r.PartialResult)}
		}
	}
	for _, n := range in.Notifications {
		if !newer(n.Since) {
			out.Notifications[n.Method] = metaMessage{Params: typeOf(t, n.Params)}
		}
	}
	for _, s := range in.Structures {
		m := metaStructure{Properties: properties(t, s.Properties)}
		for _, e := range append(s.Extends, s.Mixins...) {
			m.Extends = append(m.Extends, e.Name)
		}
		out.Structures[s.Name] = m
	}
	for _, e := range in.Enumerations {
		m := metaEnum{Open: e.SupportsCustomValues}
		for _, v := range e.Values {
			if !newer(v.Since) {
				m.Values = append(m.Values, v.Value)
			}
		}
		out.Enumerations[e.Name] = m
	}
	for _, a := range in.TypeAliases {
		out.Aliases[a.Name] = typeOf(t, a.Type)
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		t.Fatal(err)
	}
	lines := strings.NewReplacer(`},"`, "},\n\"").Replace(text.String()) // so that changes can be read
	if err := os.WriteFile("metamodel.json", []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
}

type property struct {
	Name, Since string
	Optional    bool
	Type        json.RawMessage
}

// newer reports whether something came after 3.17. "3.18.0 - support for ..." is of
// what was there before.
func newer(since string) bool {
	return strings.HasPrefix(since, "3.18") && !strings.Contains(since, " ")
}

func properties(t *testing.T, list []property) map[string]metaProperty {
	out := map[string]metaProperty{}
	for _, p := range list {
		if !newer(p.Since) {
			out[p.Name] = metaProperty{typeOf(t, p.Type), p.Optional}
		}
	}
	return out
}

// typeOf reads a type in the meta model's form, where value is a type of a map, an
// object of a literal, or the value of a literal text.
func typeOf(t *testing.T, raw json.RawMessage) *metaType {
	t.Helper()
	if raw == nil {
		return nil
	}
	if raw[0] == '[' { // params by position: no method of ours
		return nil
	}
	var in struct {
		Kind, Name          string
		Element, Key, Value json.RawMessage
		Items               []json.RawMessage
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	out := &metaType{Kind: in.Kind, Name: in.Name, Element: typeOf(t, in.Element)}
	for _, i := range in.Items {
		out.Items = append(out.Items, typeOf(t, i))
	}
	switch in.Kind {
	case "map":
		out.Key, out.Value = typeOf(t, in.Key), typeOf(t, in.Value)
	case "literal":
		var object struct{ Properties []property }
		if err := json.Unmarshal(in.Value, &object); err != nil {
			t.Fatal(err)
		}
		out.Properties = properties(t, object.Properties)
	case "stringLiteral", "integerLiteral", "booleanLiteral":
		if err := json.Unmarshal(in.Value, &out.Literal); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestMetaModel checks messages that are right and messages that are not.
func TestMetaModel(t *testing.T) {
	const at = `{"start":{"line":1,"character":0},"end":{"line":1,"character":2}}`
	for _, test := range []struct{ method, result, want string }{
		{"textDocument/hover", `null`, ""},
		{"textDocument/hover", `{"contents":{"kind":"markdown","value":"x"},"range":` + at + `}`, ""},
		{"textDocument/hover", `{"contents":{"kind":"html","value":"x"}}`, "contents"},
		{"textDocument/hover", `{"contents":"x","ranges":1}`, "ranges, which is not in the protocol"},
		{"textDocument/definition", `[{"uri":"file:///a","range":` + at + `}]`, ""},
		{"textDocument/definition", `[{"uri":"file:///a","range":{"start":{"line":-1,"character":0},"end":{"line":1,"character":2}}}]`, "not uinteger"},
		{"textDocument/definition", `[{"uri":"file:///a"}]`, "has no range"},
		{"textDocument/diagnostic", `{"kind":"full","items":[]}`, ""},
		{"textDocument/diagnostic", `{"kind":"full"}`, "has no items"},
		{"textDocument/diagnostic", `{"kind":"unchanged"}`, "has no resultId"},
		{"textDocument/inlayHint", `[{"position":{"line":1,"character":1},"label":[{"value":"= x"}],"kind":1}]`, ""},
		{"textDocument/inlayHint", `[{"position":{"line":1,"character":1},"label":[{"value":"= x"}],"kind":3}]`, "no InlayHintKind"},
		{"textDocument/semanticTokens/full", `{"data":[1,2,3,4,5]}`, ""},
		{"textDocument/semanticTokens/full", `{"data":[1.5]}`, "not uinteger"},
		{"textDocument/rename", `{"changes":{"file:///a":[{"range":` + at + `,"newText":"x"}]}}`, ""},
		{"textDocument/rename", `{"changes":{"file:///a":[{"range":` + at + `}]}}`, "has no newText"},
		{"shutdown", `null`, ""},
		{"shutdown", `1`, "not null"},
		{"topicls/anything", `7`, ""},
	} {
		m, err := parseMessage([]byte(`{"jsonrpc":"2.0","id":1,"result":` + test.result + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := wrongFromServer(m, test.method); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s %s: %q, want %q", test.method, test.result, got, test.want)
		}
	}
	for _, test := range []struct {
		method string
		params any
		want   string
	}{
		{"textDocument/hover", At("/a", 1, 2), ""},
		{"textDocument/hover", nil, "not an object"},
		{"textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": "file:///a"}}, "textDocument has no"},
		{"shutdown", nil, ""},
	} {
		if got := wrongFromClient(test.method, test.params); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s %v: %q, want %q", test.method, test.params, got, test.want)
		}
	}
}
