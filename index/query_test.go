package index

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"topicls/index/source"
	"topicls/index/topology"
)

func openFiles(t testing.TB, files map[string]string) *Workspace {
	t.Helper()
	return openFilesAt(t, writeFiles(t, files))
}

func openFilesAt(t testing.TB, root string) *Workspace {
	t.Helper()
	w, err := Open(context.Background(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// writeFiles writes files to a new folder.
func writeFiles(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		p := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// offset finds a text in a file.
func offset(t testing.TB, s *Snapshot, path, text string) uint32 {
	t.Helper()
	data, err := s.Files().ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(data, []byte(text))
	if i < 0 {
		t.Fatalf("no %q in %s", text, path)
	}
	return uint32(i)
}

func TestOccurrenceKinds(t *testing.T) {
	s := openFiles(t, map[string]string{
		"app/main.py": `import os

from kafka import KafkaProducer

TOPIC = os.environ.get("OUT", "orders")
producer = KafkaProducer()
producer.send(TOPIC, {"id": 1})
print("nothing")
`,
		"app/Dockerfile":      "FROM python\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n",
		"docker-compose.yaml": "services:\n  app:\n    build: app\n    environment:\n      OUT: orders\n      LEVEL: info\n",
	}).Snapshot()
	for _, c := range []struct {
		path, text string
		kind       OccurrenceKind
		names      string
	}{
		{"app/main.py", "TOPIC, {", TopicOccurrence, "orders"},
		{"app/main.py", "TOPIC =", TopicOccurrence, "orders"},
		{"app/main.py", `"id"`, FieldOccurrence, "id"},
		{"app/main.py", "print", "", ""},
		{"docker-compose.yaml", "orders", TopicOccurrence, "orders"},
		{"docker-compose.yaml", "OUT", VariableOccurrence, "OUT"},
		{"docker-compose.yaml", "info", VariableOccurrence, "LEVEL"},
		{"docker-compose.yaml", "app:", ServiceOccurrence, "compose:app"},
		{"docker-compose.yaml", "build", "", ""},
		{"missing.py", "", "", ""},
	} {
		off := uint32(0)
		if c.text != "" {
			off = offset(t, s, c.path, c.text)
		}
		o, ok := s.At(c.path, off)
		if ok != (c.kind != "") || o.Kind != c.kind || strings.Join(o.Names, ",") != c.names {
			t.Errorf("%s at %q: %v %s %v", c.path, c.text, ok, o.Kind, o.Names)
		}
	}
}

// TestTouchesFollowEdits holds the reverse map of random edits against one
// built from scratch.
func TestTouchesFollowEdits(t *testing.T) {
	const modules = 4
	body := func(r *rand.Rand) string {
		var b strings.Builder
		b.WriteString("from kafka import KafkaProducer\n")
		for i := range r.Intn(3) {
			fmt.Fprintf(&b, "import m%d\nKafkaProducer().send(m%d.T%d, b'')\n", r.Intn(modules), r.Intn(modules), i)
		}
		for i := range r.Intn(3) {
			fmt.Fprintf(&b, "T%d = 'topic-%d'\n", i, r.Intn(5))
		}
		return b.String()
	}
	for seed := range int64(20) {
		r := rand.New(rand.NewSource(seed))
		files := map[string]string{}
		for i := range modules {
			files[fmt.Sprintf("m%d.py", i)] = body(r)
		}
		w := openFiles(t, files)
		for range 10 {
			p := fmt.Sprintf("m%d.py", r.Intn(modules))
			files[p] = body(r)
			w.Apply(source.Opened(p, []byte(files[p])))
		}
		got, want := w.Snapshot().touchedBy.Slice(), openFiles(t, files).Snapshot().touchedBy.Slice()
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d:\n got %v\nwant %v", seed, got, want)
		}
	}
}

func TestMatchPattern(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"orders-*", "orders-eu", true},
		{"orders-*", "orders", false},
		{"*-orders", "eu-orders", true},
		{"a*bcd*e", "a1bcd2e", true},
		{"a*bcd*e", "abce", false},
		{"abc*cba", "abcba", false},
		{"*", "orders", false},
		{"*-*", "a-b", false},
		{"orders", "orders", false},
		{"orders-*", "orders-*", false},
	} {
		if got := MatchPattern(c.pattern, c.name); got != c.want {
			t.Errorf("%s, %s: %v", c.pattern, c.name, got)
		}
	}
}

func TestMatchQuery(t *testing.T) {
	for _, c := range []struct {
		query, name string
		rank        int
		ok          bool
	}{
		{"orders", "orders", 0, true},
		{"ORD", "orders", 1, true},
		{"ders", "orders", 2, true},
		{"rds", "orders", 3, true},
		{"", "orders", 1, true},
		{"rdx", "orders", 0, false},
		{"ö", "größe", 2, true},
	} {
		if rank, ok := matchQuery(c.query, c.name); ok != c.ok || rank != c.rank {
			t.Errorf("%q in %q: %d, %v", c.query, c.name, rank, ok)
		}
	}
}

func TestRender(t *testing.T) {
	p := Page{Title: Line{text("topic "), quoted("a`b")}}
	p.add(
		Section{Title: "One", Lines: []Line{{text("a_b __init__ *x* [y]"), link(topology.Place{File: "f.py", Start: 3})}}},
		Section{Title: "Nothing"},
		Section{Title: "Code", Code: "x\n```", Lang: "go"},
		Section{Head: Line{text("more")}},
		Section{Title: "Two", Lines: []Line{{text("a")}, {text("b\nc")}}},
	)
	at := func(p topology.Place) (string, string) { return p.File + ":1", "file:///" + p.File + "#L1" }
	const markdown = "**topic `` a`b ``**\n\n**One** a_b \\_\\_init\\_\\_ \\*x\\* \\[y\\][f.py:1](file:///f.py#L1)\n\n**Code**\n````go\nx\n```\n````\n\n---\n\n**more**\n\n**Two**\n- a\n- b c"
	if got := p.Markdown(at); got != markdown {
		t.Errorf("Markdown:\n%s\nwant\n%s", got, markdown)
	}
	const plain = "topic a`b\nOne: a_b __init__ *x* [y]f.py:1\nCode:\nx\n```\n\nmore\nTwo:\n  a\n  b c"
	if got := p.Plain(at); got != plain {
		t.Errorf("Plain:\n%s\nwant\n%s", got, plain)
	}
}
