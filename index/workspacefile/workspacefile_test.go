package workspacefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
)

var update = flag.Bool("update", false, "write what is read into the archives, and the schema and the page")

const (
	schemaFile = "../../vscode-extension/schemas/topicls.schema.json"
	docsPage   = "../../docs/topicls-yaml.md"
)

// TestCases reads the files of archives: "file" is read, "want" has what was found,
// each thing with the text that stands at its place.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, p := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			data := ar.Files[0].Data
			got := dump(data)
			if *update {
				ar.Files = []txtar.File{ar.Files[0], {Name: "want", Data: []byte(got)}}
				if err := os.WriteFile(p, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(ar.Files[1].Data), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func dump(data []byte) string {
	file, problems, ok := Read(data)
	var b strings.Builder
	if !ok {
		b.WriteString("not read\n")
	}
	at := func(p deploy.Pos) string { return fmt.Sprintf("%d:%d %q", p.Line, p.Column, data[p.Start:p.End]) }
	walk(reflect.ValueOf(*file), "", func(path string, v Value) { fmt.Fprintf(&b, "%s = %s, at %s\n", path, v.Text, at(v.Pos)) })
	for _, s := range file.Severities {
		fmt.Fprintf(&b, "%s is %s\n", s.Code.Text, s.Level)
	}
	for _, p := range problems {
		fmt.Fprintf(&b, "%s: %s", at(p.Pos), p.Message)
		if p.Replace != "" {
			fmt.Fprintf(&b, " -> %s", p.Replace)
		}
		if p.Unknown {
			b.WriteString(" (unknown)")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// walk calls do for all values in a structure.
func walk(v reflect.Value, path string, do func(path string, v Value)) {
	if x, ok := v.Interface().(Value); ok {
		if x != (Value{}) {
			do(path, x)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), do)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), do)
		}
	}
}

// TestDocuments compares what is generated with what is there.
func TestDocuments(t *testing.T) {
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{schemaFile: schema, docsPage: []byte(Page())} {
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, got := any(string(was)), any(string(text))
		if filepath.Ext(path) == ".json" { // it may be laid out otherwise
			if err := errors.Join(json.Unmarshal(was, &want), json.Unmarshal(text, &got)); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: run go test ./index/workspacefile -update (-there +generated)\n%s", path, diff)
		}
	}
}

// TestSchema: examples and files without a problem fit the schema, and what has a
// problem of its keys or kinds does not.
func TestSchema(t *testing.T) {
	raw, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	fits := func(text string) bool {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if v == nil {
			v = map[string]any{}
		}
		js, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		v, err = jsonschema.UnmarshalJSON(bytes.NewReader(js))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v) == nil
	}
	each(root, "", func(path string, k *Key) {
		if k.Text == "" {
			t.Errorf("%s has no text", path)
		}
		if k.Example == "" {
			return
		}
		if _, problems, ok := Read([]byte(k.Example)); !ok || len(problems) > 0 || !fits(k.Example) {
			t.Errorf("the example of %s: %v", path, problems)
		}
	})
	for _, text := range []string{"", "topics:\n", "severities: {env-unset: off}\n"} {
		if !fits(text) {
			t.Errorf("does not fit: %s", text)
		}
	}
	for _, text := range []string{"environmint: x\n", "environment: [x]\n", "ignore: x\n", "topics: {extern: [a]}\n", "severities: {nonsense: off}\n", "severities: {env-unset: loud}\n", "services: {a: b}\n"} {
		if _, problems, _ := Read([]byte(text)); fits(text) || len(problems) == 0 {
			t.Errorf("fits: %s", text)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"environment", "ignore", "services", "severities", "topics"}
	for word, want := range map[string]string{
		"enviroment": "environment", "Ignore": "ignore", "ignroe": "ignore", "servces": "services", "topic": "topics",
		"": "", "x": "", "models": "", "severties": "severities", "environments": "environment", "an": "",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("%q: %q, not %q", word, got, want)
		}
	}
	if got := Nearest("ab-c", []string{"ab-d", "ab-e"}); got != "" {
		t.Errorf("two are as near: %q", got)
	}
}

// TestAt: what may stand at the mark | of a text.
func TestAt(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"|", "key of root: environment ignore services topics deadLetters severities models imports"},
		{"env|ironment: x\n", "key environment"},
		{"environment: x|\n", "environment text"},
		{"ignore:\n  - a\n|", "key of root"},
		{"topics:\n  |", "key of topics: external"},
		{"topics:\n  ext|", "key of topics: external"},
		{"topics:\n  external:\n    - a|\n", "topics.external text"},
		{"severities:\n  env-unset: |\n  x: y\n", "severities.env-unset text: error warning information hint off"},
		{"severities:\n  env-un|set: off\n", "key env-unset"},
		{"# env|\n", "nothing"},
		{"services:\n  eval:\n    - |\n", "services.eval text"},
		{"unknown:\n  a: |\n", "nothing"},
		{"topics:\n  external: [a]\nsev|\n", "key of root"},
	} {
		off := strings.Index(test.text, "|")
		s, ok := At([]byte(strings.Replace(test.text, "|", "", 1)), off)
		if got := spotText(s, ok); got != test.want && !(strings.HasPrefix(got, test.want+":") && !strings.Contains(test.want, ":")) {
			t.Errorf("%q: %s, not %s", test.text, got, test.want)
		}
	}
}

func spotText(s Spot, ok bool) string {
	if !ok {
		return "nothing"
	}
	var names []string
	for _, k := range s.Keys {
		names = append(names, k.Name)
	}
	list := ""
	if len(names) > 0 {
		list = ": " + strings.Join(names, " ")
	}
	path := strings.Join(s.Path, ".")
	switch {
	case s.IsKey && s.Key != nil:
		return "key " + s.Key.Name
	case s.IsKey && path == "":
		return "key of root" + list
	case s.IsKey:
		return "key of " + path + list
	}
	return path + " text" + list
}

// FuzzRead: foreign bytes give places inside of them, and no panic.
func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range paths {
		ar, err := txtar.ParseFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(ar.Files[0].Data, 7)
	}
	f.Add([]byte("a: &a [*a]\n<<: *a\n"), 3)
	f.Fuzz(func(t *testing.T, data []byte, off int) {
		file, problems, _ := Read(data)
		inside := func(p deploy.Pos) {
			if p.Start > p.End || int(p.End) > len(data) {
				t.Errorf("%v is outside", p)
			}
		}
		walk(reflect.ValueOf(*file), "", func(_ string, v Value) { inside(v.Pos) })
		for _, p := range problems {
			inside(p.Pos)
		}
		if s, ok := At(data, off); ok && (s.Start > s.End || s.End > len(data)) {
			t.Errorf("%v is outside", s)
		}
	})
}
