package java

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

var language = extracttest.Language{Name: "java", Source: "In.java", Extract: Extract}

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
	src := []byte("class A { String TOPIC = \"orders\"; void f() { send(TOPIC); } } // topicls: ignore\n")
	f := x.Extract(src)
	want := extracttest.Dump(f)
	for i := range src {
		src[i] = 'z'
	}
	x.Extract([]byte("class B {\n  Object f() { return \"other\"; }\n}\n// topicls: other\n"))
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
		{"new A(", ")"},
		{"!", ""},
		{"-", ""},
		{"() -> ", ""},
		{"(A) ", ""},
		{"x[", "]"},
		{"a+", ""},
		{"a && ", ""},
		{"a ? b : ", ""},
		{"new int[] {", "}"},
		{"new A() { int x = ", "; }"},
		{"switch (x) { default -> ", "; }"},
		{"y = ", ""},
	} {
		for _, n := range []int{100, 1500, 20_000} {
			src := []byte("class A {\n  Object x = " + strings.Repeat(c[0], n) + "1" + strings.Repeat(c[1], n) + ";\n  Object y = \"after\";\n}\n")
			language.Check(t, src, Extract(src))
		}
	}
	for _, c := range [][2]string{
		{"if (x) {", "}"},
		{"{", "}"},
		{"for (;;) {", "}"},
		{"class A { void f() {", "} }"},
		{"if (x) y(); else ", ""},
		{"try {", "} finally { }"},
	} {
		for _, n := range []int{100, 5_000} {
			src := []byte("class A { void f() { " + strings.Repeat(c[0]+"\n", n) + "z();" + strings.Repeat(c[1], n) + " } }")
			language.Check(t, src, Extract(src))
		}
	}
	src := []byte("class A { List<" + strings.Repeat("List<", 10_000) + "A" + strings.Repeat(">", 10_000) + "> x; }")
	language.Check(t, src, Extract(src))
	deep := "class A {\n  Object x = 1" + strings.Repeat("+a", 5000) + ";\n  Object y = \"after\";\n}\n"
	if got := extracttest.Dump(Extract([]byte(deep))); !strings.Contains(got, `y: Object = "after"`) || !strings.Contains(got, "problem 2:14-") {
		t.Error("facts behind a deep expression are lost")
	}
}

func TestBadFiles(t *testing.T) {
	for _, c := range []struct {
		name string
		src  string
		want facts.ProblemKind
	}{
		{"binary", "class A {}\x00", facts.Binary},
		{"utf16", "\xff\xfec\x00l\x00", facts.NotUTF8},
		{"large", strings.Repeat("class A {}\n", 1<<20), facts.TooLarge},
		{"long line", "class A { String a = \"" + strings.Repeat("x", 1<<20) + "\"; }\n", facts.TooLarge},
		{"latin1", "// caf\xe9\nclass A { String a = \"caf\xe9\"; }\n", facts.NotUTF8},
		{"syntax", "class A { String a = ; }\n", facts.SyntaxError},
		{"unicode escapes", "class A { String t\\u006fpic = \"a\"; }\n", facts.SyntaxError},
	} {
		f := Extract([]byte(c.src))
		language.Check(t, []byte(c.src), f)
		if len(f.Problems) == 0 || f.Problems[0].Kind != c.want {
			t.Errorf("%s: problems %v", c.name, f.Problems)
		}
	}
	got := extracttest.Dump(Extract([]byte("// caf\xe9\nclass C\xe9 { String x = \"caf\xe9\", y = \"\u00e9\"; }\n")))
	for _, want := range []string{"x: String = \"caf\ufffd\"", "y: String = \"\u00e9\"", "problem 1:7-1:8 utf8"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if f := Extract([]byte("\ufeffclass A {}\n")); f.ASCII || len(f.Problems) > 0 || len(f.Bindings) != 1 || f.Bindings[0].Start != 9 {
		t.Errorf("byte order mark: %s", extracttest.Dump(f))
	}
	if f := Extract(nil); len(f.Problems) > 0 || !f.ASCII || !slices.Equal(f.LineStarts, []uint32{0}) {
		t.Errorf("empty: %+v", f)
	}
}

// Where lines end, and that a whole file stands on one, changes nothing but
// places.
func TestLines(t *testing.T) {
	for path, src := range language.Samples(t) {
		if strings.Contains(path, "strings") || strings.Contains(path, "errors") || strings.Contains(path, "half-typed") {
			continue
		}
		want := shape(Extract(src))
		crlf := bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n"))
		if got := shape(Extract(crlf)); got != want {
			t.Errorf("%s with CRLF:\n%s", path, cmp.Diff(want, got))
		}
		if bytes.Contains(src, []byte("//")) {
			continue
		}
		minified := bytes.Join(bytes.Fields(src), []byte(" "))
		if got := shape(Extract(minified)); got != want {
			t.Errorf("%s on one line:\n%s", path, cmp.Diff(want, got))
		}
	}
}

// shape is what a file says but for places.
func shape(f *facts.File) string {
	var b strings.Builder
	for _, e := range f.Exprs {
		fmt.Fprintln(&b, e.Kind, e.Flag, f.Text(e.Name), e.X, e.Y, e.N)
	}
	fmt.Fprintln(&b, len(f.Scopes), len(f.Bindings), len(f.Calls), len(f.Returns), len(f.Blocks), len(f.Problems))
	return b.String()
}

// Long strings are data, not names.
func TestLongString(t *testing.T) {
	src := []byte("class A { String a = \"\"\"\n" + strings.Repeat("text\n", 20000) + "\"\"\", b = \"" + strings.Repeat("x", 100_000) + "\"; }\n")
	f := Extract(src)
	language.Check(t, src, f)
	for _, b := range f.Bindings[1:] {
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
