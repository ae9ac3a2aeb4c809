package settings

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/topology"
)

var update = flag.Bool("update", false, "write docs/settings.md and the settings in vscode-extension/package.json")

const (
	page     = "../../../docs/settings.md"
	manifest = "../../../vscode-extension/package.json"
)

// TestDocuments compares what is generated with what is there. The manifest may
// be laid out otherwise.
func TestDocuments(t *testing.T) {
	was, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	now, err := Configure(was)
	if err != nil {
		t.Fatalf("%s: %v", manifest, err)
	}
	if *update {
		for path, text := range map[string]string{page: Page(), manifest: string(now)} {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(text), Page()); diff != "" {
		t.Errorf("%s (-want +got)\n%s", page, diff)
	}
	var a, b any
	if err := json.Unmarshal(was, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(now, &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("%s: run go test ./lsp/internal/settings -update (-want +got)\n%s", manifest, diff)
	}
}

// TestConfigure replaces one value of a manifest and nothing else.
func TestConfigure(t *testing.T) {
	const before, after = "{\n  \"a\": [{\"contributes\": 1}],\n  \"contributes\": { \"views\": {}, \"configuration\": ", ", \"x\": 1 } }\n"
	got, err := Configure([]byte(before + `{"title": "old", "properties": {"configuration": {}}}` + after))
	if err != nil {
		t.Fatal(err)
	}
	if s := string(got); s[:len(before)] != before || s[len(s)-len(after):] != after || !json.Valid(got) {
		t.Errorf("got %s", got)
	}
	for _, bad := range []string{"", "[]", "{}", `{"contributes": 1}`, `{"contributes": {"views": {}}}`, `{"contributes": {"configuration": `} {
		if _, err := Configure([]byte(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// TestTable: every default is what a client gets that says nothing.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range Table() {
		if seen[row.Key] || row.Text == "" || row.Scope == "" || (row.Only == "") != (row.apply != nil) {
			t.Errorf("%s: twice, or incomplete", row.Key)
		}
		seen[row.Key] = true
		if row.apply == nil {
			continue
		}
		raw, err := json.Marshal(map[string]any{row.Key: row.Schema.Default})
		if err != nil {
			t.Fatal(err)
		}
		got, problems := Decode(raw, Default())
		if len(got.Rules) == 0 {
			got.Rules = nil
		}
		if !reflect.DeepEqual(got, Default()) || problems != nil {
			t.Errorf("%s: the default %s makes %+v, %v", row.Key, raw, got, problems)
		}
	}
}

func TestDecode(t *testing.T) {
	set := func(change func(*Settings)) Settings {
		s := Default()
		change(&s)
		return s
	}
	for _, test := range []struct {
		raw      string
		want     Settings
		problems []string
	}{
		{``, Default(), nil},
		{`null`, Default(), nil},
		{`[]`, Default(), nil},
		{`"x"`, Default(), nil},
		{`{"inlayHints":null,"rules":null,"unknown":1}`, Default(), nil},
		{`{"inlayHints":{"topics":false}}`, set(func(s *Settings) { s.TopicHints = false }), nil},
		{`{"topicls":{"inlayHints.topics":false}}`, set(func(s *Settings) { s.TopicHints = false }), nil},
		{`{"codeLens":{"enabled":false},"tests":true,"environment":" staging ","exclude":["a","b/"]}`, set(func(s *Settings) {
			s.CodeLens, s.Tests, s.Environment, s.Exclude = false, true, "staging", []string{"a", "b/"}
		}), nil},
		{`{"rules":{"env-unset":"error","env-unused":"off"}}`, set(func(s *Settings) {
			s.Rules = map[string]topology.Severity{"env-unset": topology.Error, "env-unused": ""}
		}), nil},
		{`{"tests":"yes","exclude":[1],"rules":{"env-unset":"loud","nonsense":"off"},"environment":3}`, set(func(s *Settings) {
			s.Rules = map[string]topology.Severity{}
		}), []string{
			"topicls.environment is no text", "topicls.tests is neither true nor false", "topicls.exclude has something in it that is no text",
			`topicls.rules.env-unset is none of error, warning, information, hint, off`, `topicls.rules: there is no rule "nonsense"`,
		}},
		{`{"rules":7,"exclude":{}}`, Default(), []string{"topicls.exclude is no list", "topicls.rules is no object"}},
	} {
		got, problems := Decode(json.RawMessage(test.raw), Default())
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v", test.raw, got)
		}
		if diff := cmp.Diff(test.problems, problems); diff != "" {
			t.Errorf("%s: problems (-want +got)\n%s", test.raw, diff)
		}
	}
}
