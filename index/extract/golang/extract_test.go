package golang

import (
	"bytes"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/extract/extracttest"
	"topicls/index/facts"
)

var update = flag.Bool("update", false, "rewrite the facts in testdata")

var language = extracttest.Language{Name: "go", Source: "in.go", Extract: Extract}

// Each file in testdata has a source and what it says.
func TestGolden(t *testing.T) { language.Golden(t, *update) }

// Whatever is cut off or changed in a file, its facts hold together, and an
// Extractor that has seen other files says the same as a new one.
func TestDamaged(t *testing.T) {
	x := New()
	used := language
	used.Extract = x.Extract
	used.Damaged(t)
	for path, src := range language.Samples(t) {
		if diff := cmp.Diff(New().Extract(src), x.Extract(src)); diff != "" {
			t.Errorf("%s: a used Extractor differs:\n%s", path, diff)
		}
	}
}

func TestGrammarHasAllNames(t *testing.T) {
	if names := view.Unknown(); len(names) > 0 {
		t.Errorf("the grammar has no %q", names)
	}
}

// The result shares nothing with the source or the Extractor.
func TestNoSharedMemory(t *testing.T) {
	x := New()
	src := []byte("package p\n//go:build x\nconst topic = \"orders\"\nfunc f() { send(topic) } // topicls: ignore\n")
	f := x.Extract(src)
	want := extracttest.Dump(f)
	for i := range src {
		src[i] = 'z'
	}
	x.Extract([]byte("package q\ntype A struct{ x map[int]string }\nfunc (a A) f() any { return map[int]string{1: `other`} }\n// topicls: other\n"))
	if got := extracttest.Dump(f); got != want {
		t.Errorf("changed from\n%s\nto\n%s", want, got)
	}
}

func TestConcurrent(t *testing.T) {
	sources := language.Samples(t)
	want := map[string]string{}
	for path, src := range sources {
		want[path] = extracttest.Dump(Extract(src))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for path, src := range sources {
				if extracttest.Dump(Extract(src)) != want[path] {
					t.Errorf("%s differs", path)
				}
			}
		})
	}
	wg.Wait()
}

// Hostile nesting costs a problem, not the stack.
func TestNesting(t *testing.T) {
	for _, c := range [][2]string{
		{"(", ")"},
		{"f(", ")"},
		{"[]T{", "}"},
		{"T{a: ", "}"},
		{"{", "}"},
		{"!", ""},
		{"-", ""},
		{"<-", ""},
		{"&", ""},
		{"func() int { return ", "}"},
		{"x[", "]"},
		{"a+", ""},
		{"a || ", ""},
		{"a.", "b"},
		{"[]", "int"},
		{"map[string]", "int"},
		{"struct{ a ", "}"},
		{"interface{ a(", ")}"},
		{"chan ", "int"},
		{"func(", ")"},
		{"a[", "]"},
	} {
		for _, n := range []int{100, 1500, 20_000} {
			for _, before := range []string{"var x = ", "var x ", "type x "} {
				src := []byte("package p\n" + before + strings.Repeat(c[0], n) + "1" + strings.Repeat(c[1], n) + "\nconst y = `after`\n")
				language.Check(t, src, Extract(src))
			}
		}
	}
	for _, statement := range [][2]string{{"if x {", "}"}, {"for {", "}"}, {"{", "}"}, {"switch { case x: ", "}"}, {"if x {} else ", "{}"}, {"go func() {", "}()"}} {
		for _, n := range []int{100, 3000} {
			src := []byte("package p\nfunc f() {\n" + strings.Repeat(statement[0], n) + "y()" + strings.Repeat(statement[1], n) + "\n}\nconst y = `after`\n")
			language.Check(t, src, Extract(src))
		}
	}
	src := []byte("package p\nvar x = " + strings.Repeat("(", 100_000) + strings.Repeat(")", 100_000) + "\n")
	f := Extract(src)
	language.Check(t, src, f)
	if !slices.ContainsFunc(f.Problems, func(p facts.Problem) bool { return p.Kind == facts.TooDeep || p.Kind == facts.SyntaxError }) {
		t.Errorf("no problem: %v", f.Problems)
	}
	deep := "package p\nvar x = 1" + strings.Repeat("+a", 5000) + "\nconst y = `after`\n"
	if got := extracttest.Dump(Extract([]byte(deep))); !strings.Contains(got, `y = "after"`) || !strings.Contains(got, "problem 2:9-") {
		t.Error("facts behind a deep expression are lost")
	}
}

func TestBadFiles(t *testing.T) {
	for _, c := range []struct {
		name string
		src  string
		want facts.ProblemKind
	}{
		{"binary", "package p\nvar a = 1\x00", facts.Binary},
		{"utf16", "\xff\xfep\x00a\x00", facts.NotUTF8},
		{"large", "package p\n" + strings.Repeat("var a = 1\n", 1<<20), facts.TooLarge},
		{"long line", "package p\nvar a = `" + strings.Repeat("x", 1<<20) + "`\n", facts.TooLarge},
		{"latin1", "package p // caf\xe9\nvar a = `caf\xe9`\n", facts.NotUTF8},
		{"syntax", "package p\nvar a = (\nvar b = `ok`\n", facts.SyntaxError},
	} {
		f := Extract([]byte(c.src))
		language.Check(t, []byte(c.src), f)
		if len(f.Problems) == 0 || f.Problems[0].Kind != c.want {
			t.Errorf("%s: problems %v", c.name, f.Problems)
		}
	}
	got := extracttest.Dump(Extract([]byte("package p // caf\xe9\nvar x = `caf\xe9`\nvar y = \"\\u00e9\\xe9\"\n")))
	for _, want := range []string{"x = \"caf\ufffd\"", "y = \"\u00e9\ufffd\"", "problem 1:17-1:18 utf8"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if f := Extract([]byte("\ufeffpackage p\nvar x = `bom`\n")); f.ASCII || len(f.Problems) > 0 || len(f.Bindings) != 1 || f.Bindings[0].Start != 17 {
		t.Errorf("byte order mark: %s", extracttest.Dump(f))
	}
	if f := Extract(nil); len(f.Problems) > 0 || !f.ASCII || !slices.Equal(f.LineStarts, []uint32{0}) {
		t.Errorf("empty: %+v", f)
	}
	crlf := bytes.ReplaceAll([]byte("package p\n\n//go:build a && b\n\nvar x = `a\nb`\n"), []byte("\n"), []byte("\r\n"))
	if got := extracttest.Dump(Extract(crlf)); !strings.Contains(got, `x = "a\nb"`) {
		t.Errorf("carriage returns:\n%s", got)
	}
}

// Generated code of several megabytes is read like any other.
func TestGenerated(t *testing.T) {
	var b strings.Builder
	b.WriteString("package p\n")
	for i := range 40_000 {
		fmt.Fprintf(&b, "func (m *Message%d) GetTopic() string { if m != nil { return m.Topic }; return \"\" }\n", i)
		if b.Len() > 5<<20-1000 {
			break
		}
	}
	src := []byte(b.String())
	f := Extract(src)
	language.Check(t, src, f)
	if len(f.Problems) > 0 {
		t.Errorf("%d bytes: %v", len(src), f.Problems[0])
	}
}

func TestLines(t *testing.T) {
	f := Extract([]byte("a\nb\r\nc\rd\n"))
	if want := []uint32{0, 2, 5, 7, 9}; !slices.Equal(f.LineStarts, want) {
		t.Errorf("lines start at %v, want %v", f.LineStarts, want)
	}
}

// Long strings are data, not names.
func TestLongString(t *testing.T) {
	src := []byte("package p\nvar a = `" + strings.Repeat("text\n", 20000) + "`\n")
	f := Extract(src)
	language.Check(t, src, f)
	for _, b := range f.Bindings {
		if f.At(b.Value).Kind != facts.Unknown {
			t.Errorf("kind %d", f.At(b.Value).Kind)
		}
	}
}

func TestPackageName(t *testing.T) {
	for path, want := range map[string]string{
		"fmt": "fmt", "github.com/segmentio/kafka-go": "kafka", "github.com/confluentinc/confluent-kafka-go/v2/kafka": "kafka",
		"gopkg.in/yaml.v3": "yaml", "github.com/twmb/franz-go/pkg/kgo": "kgo", "github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka": "kafka",
		"github.com/gofiber/fiber/v2": "fiber", "gopkg.in/confluentinc/confluent-kafka-go.v1/kafka": "kafka", "github.com/nats-io/nats.go": "nats",
		"github.com/redis/go-redis/v9": "redis", "v2": "v2", "a/v2": "a", "github.com/bsm/sarama-cluster": "cluster",
	} {
		if got := string(packageName([]byte(path))); got != want {
			t.Errorf("%s is called %s, want %s", path, got, want)
		}
	}
}

func FuzzExtract(f *testing.F) {
	for _, src := range language.Samples(f) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got := Extract(src)
		language.Check(t, src, got)
		if again := New().Extract(slices.Clone(src)); !bytes.Equal([]byte(extracttest.Dump(again)), []byte(extracttest.Dump(got))) {
			t.Error("not deterministic")
		}
	})
}
