package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"topicls/index"
	"topicls/index/report"
	"topicls/index/topology"
)

var update = flag.Bool("update", false, "write the expected output")

// writers are all writers, by the extension of their expected output.
var writers = map[string]func(w io.Writer, in report.Input) error{
	"txt":  func(w io.Writer, in report.Input) error { return report.Text(w, in, report.Style{}) },
	"ansi": func(w io.Writer, in report.Input) error { return report.Text(w, in, report.Style{Color: true}) },
	"json": report.JSON,
	"md":   report.Markdown,
	"check": func(w io.Writer, in report.Input) error {
		return report.Findings(w, in, in.Diagnostics(), report.Style{})
	},
}

func golden(t *testing.T, name string, in report.Input) {
	t.Helper()
	for ext, write := range writers {
		var b bytes.Buffer
		if err := write(&b, in); err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(b.String(), filepath.ToSlash(in.Root()), "/workspace")
		compare(t, name+"."+ext, got)
		b.Reset()
		if err := write(&b, in); err != nil || strings.ReplaceAll(b.String(), filepath.ToSlash(in.Root()), "/workspace") != got {
			t.Errorf("%s.%s: not the same when written again (%v)", name, ext, err)
		}
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	p := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(p, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (run with -update if this is meant):\n%s", name, diff)
	}
}

func TestByHand(t *testing.T) {
	in := byHand()
	golden(t, "hand", in)
	var b bytes.Buffer
	found, err := report.Explain(&b, in, "eval/main.py", 3, 0, report.Style{})
	if err != nil || !found {
		t.Fatal(found, err)
	}
	compare(t, "hand.explain", b.String())
	if found, _ := report.Explain(io.Discard, in, "eval/main.py", 1, 0, report.Style{}); found {
		t.Error("explained a line that has nothing to do with a topic")
	}
	b.Reset()
	if found, _ := report.Explain(&b, in, "compose.yaml", 4, 0, report.Style{}); !found || !strings.Contains(b.String(), "eval/main.py:3") {
		t.Errorf("a line that a name passes through: %v %s", found, b.String())
	}
}

func TestNothing(t *testing.T) {
	golden(t, "nothing", &hand{root: "/workspace"})
}

// A workspace from files, by the engine.
func TestWorkspaces(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no workspaces", err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".txtar")
		t.Run(name, func(t *testing.T) {
			a, err := txtar.ParseFile(f)
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), name)
			for _, f := range a.Files {
				p := filepath.Join(dir, filepath.FromSlash(f.Name))
				if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(p, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			golden(t, name, open(t, dir))
		})
	}
}

func open(t *testing.T, dir string) report.Input {
	t.Helper()
	w, err := index.Open(context.Background(), dir, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return w.Snapshot().Report()
}

// What JSON writes fits docs/scan.schema.json, and the schemas in it are schemas.
func TestSchema(t *testing.T) {
	c := jsonschema.NewCompiler()
	schema, err := c.Compile(filepath.Join("..", "..", "docs", "scan.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string]report.Input{
		"hand": byHand(), "nothing": &hand{root: "/"},
		"example": open(t, filepath.Join("..", "..", "examples", "forecasting-pipeline")),
	}
	for name, in := range inputs {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.JSON(&b, in); err != nil {
				t.Fatal(err)
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("%v", err)
			}
			if strings.Contains(b.String(), "null,\n      \"services\"") || strings.Contains(b.String(), `"via": null`) {
				t.Error("a list is null")
			}
		})
	}
}

// Messages that fit no single shape fit the topic's schema all the same.
func TestTopicSchema(t *testing.T) {
	topic := byHand().Topic("model-training")
	data, err := json.Marshal(report.TopicSchema(topic))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("topic.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("topic.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		message string
		ok      bool
	}{
		{`{"run_id": "1", "status": "RUNNING", "started_at": "now"}`, true},
		{`{"run_id": "1", "status": "SUCCESS", "bucket": "b", "object": "o", "size": 1, "metrics": {"rmse": 0.5}}`, true},
		{`{"status": "RUNNING", "started_at": "now"}`, false},
		{`{"run_id": "1", "status": "RUNNING", "other": 1}`, false},
		{`{"run_id": 1, "status": "RUNNING"}`, false},
		{`{"run_id": "1", "status": "SUCCESS", "metrics": {"rmse": "x"}}`, false},
	} {
		m, err := jsonschema.UnmarshalJSON(strings.NewReader(x.message))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(m); (err == nil) != x.ok {
			t.Errorf("%s: %v, want ok %v", x.message, err, x.ok)
		}
	}
	if report.TopicSchema(&topology.Topic{}) != nil {
		t.Error("a schema without a payload")
	}
}

func TestSummary(t *testing.T) {
	d := func(s topology.Severity) topology.Diagnostic { return topology.Diagnostic{Severity: s} }
	for _, c := range []struct {
		list []topology.Diagnostic
		want string
	}{
		{nil, "no findings"},
		{[]topology.Diagnostic{d(topology.Warning)}, "1 warning"},
		{[]topology.Diagnostic{d(topology.Hint), d(topology.Error), d(topology.Hint), d(topology.Information)}, "1 error, 1 information, 2 hints"},
	} {
		if got := report.Summary(c.list); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

// A writer that fails is told of.
func TestWriteError(t *testing.T) {
	for ext, write := range writers {
		if err := write(failing{}, byHand()); err == nil {
			t.Errorf("%s: no error", ext)
		}
	}
}
