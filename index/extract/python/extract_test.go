package python

import (
	"bytes"
	"flag"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/extract/extracttest"
	"topicls/index/facts"
)

var update = flag.Bool("update", false, "rewrite the facts in testdata")

var language = extracttest.Language{Name: "python", Source: "in.py", Extract: Extract}

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
	src := []byte("TOPIC = 'orders'\nsend(TOPIC)  # topicls: ignore\n")
	f := x.Extract(src)
	want := extracttest.Dump(f)
	for i := range src {
		src[i] = 'z'
	}
	x.Extract([]byte("class A:\n  def f(self): return {1: 'other'}\n# topicls: other\n"))
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
		{"[", "]"},
		{"f(", ")"},
		{"{1:", "}"},
		{"not ", ""},
		{"-", ""},
		{"lambda:", ""},
		{"x[", "]"},
		{"a+", ""},
		{"f'{", "}'"},
		{"await ", ""},
		{"a or ", ""},
		{"a if b else ", ""},
	} {
		for _, n := range []int{100, 1500, 20_000} {
			src := []byte("x = " + strings.Repeat(c[0], n) + "1" + strings.Repeat(c[1], n) + "\ny = 'after'\n")
			language.Check(t, src, Extract(src))
		}
	}
	src := []byte("x = " + strings.Repeat("(", 100_000) + strings.Repeat(")", 100_000) + "\ny = 'after'\n")
	f := Extract(src)
	language.Check(t, src, f)
	if !slices.ContainsFunc(f.Problems, func(p facts.Problem) bool { return p.Kind == facts.TooDeep || p.Kind == facts.SyntaxError }) {
		t.Errorf("no problem: %v", f.Problems)
	}
	deep := "x = 1" + strings.Repeat("+a", 5000) + "\ny = 'after'\n"
	if got := extracttest.Dump(Extract([]byte(deep))); !strings.Contains(got, `y = "after"`) || !strings.Contains(got, "problem 1:5-") {
		t.Error("facts behind a deep expression are lost")
	}
	var b strings.Builder
	for i := range 300 {
		b.WriteString(strings.Repeat(" ", i) + "if x:\n")
	}
	b.WriteString(strings.Repeat(" ", 300) + "y = 1\n")
	language.Check(t, []byte(b.String()), Extract([]byte(b.String())))
}

func TestBadFiles(t *testing.T) {
	for _, c := range []struct {
		name string
		src  string
		want facts.ProblemKind
	}{
		{"binary", "a = 1\x00", facts.Binary},
		{"utf16", "\xff\xfea\x00 \x00=\x00", facts.NotUTF8},
		{"large", strings.Repeat("a = 1\n", 1<<20), facts.TooLarge},
		{"long line", "a = '" + strings.Repeat("x", 1<<20) + "'\n", facts.TooLarge},
		{"latin1", "# caf\xe9\na = 'caf\xe9'\nb = 'ok'\n", facts.NotUTF8},
		{"syntax", "a = (\nb = 'ok'\n", facts.SyntaxError},
	} {
		f := Extract([]byte(c.src))
		language.Check(t, []byte(c.src), f)
		if len(f.Problems) == 0 || f.Problems[0].Kind != c.want {
			t.Errorf("%s: problems %v", c.name, f.Problems)
		}
	}
	got := extracttest.Dump(Extract([]byte("# caf\xe9\nclass C\xe9: x = 'caf\xe9'\ny = '\u00e9'\n")))
	for _, want := range []string{"x = \"caf\ufffd\"", "y = \"\u00e9\"", "problem 1:6-1:7 utf8"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if f := Extract([]byte("\ufeffx = 'bom'\n")); f.ASCII || len(f.Problems) > 0 || len(f.Bindings) != 1 || f.Bindings[0].Start != 3 {
		t.Errorf("byte order mark: %s", extracttest.Dump(f))
	}
	if f := Extract(nil); len(f.Problems) > 0 || !f.ASCII || !slices.Equal(f.LineStarts, []uint32{0}) {
		t.Errorf("empty: %+v", f)
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
	src := []byte("a = '''" + strings.Repeat("text\n", 20000) + "'''\nb = f'{x}' '''" + strings.Repeat("text\n", 20000) + "''' f'{y}'\n")
	f := Extract(src)
	language.Check(t, src, f)
	for _, b := range f.Bindings {
		if f.At(b.Value).Kind != facts.Unknown {
			t.Errorf("kind %d", f.At(b.Value).Kind)
		}
	}
	if n := len(f.Names); n > 5 {
		t.Errorf("%d names", n)
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
