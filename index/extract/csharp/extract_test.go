package csharp

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

var language = extracttest.Language{Name: "csharp", Source: "in.cs", Extract: Extract}

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
	src := []byte("namespace A;\nclass P { const string Topic = \"orders\"; void F() { Send(Topic); } } // topicls: ignore\n")
	f := x.Extract(src)
	want := extracttest.Dump(f)
	for i := range src {
		src[i] = 'z'
	}
	x.Extract([]byte("namespace B;\nrecord A(string X) { object F() => new { other = 1 }; }\n// topicls: other\n"))
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
		{"new A { B = ", "}"},
		{"new() { ", "}"},
		{"[", "]"},
		{"!", ""},
		{"-", ""},
		{"x => ", ""},
		{"() => { return ", "; }"},
		{"x[", "]"},
		{"x?[", "]"},
		{"a?.b(", ")"},
		{"a+", ""},
		{"a || ", ""},
		{"a ?? ", ""},
		{"a ? b : ", ""},
		{"a.", "b"},
		{"$\"{", "}\""},
		{"await ", ""},
		{"(A)", ""},
		{"x switch { 1 => ", "}"},
		{"x is (", ")"},
		{"x is not ", ""},
		{"from a in ", " select a"},
		{"A<", ">"},
		{"{", "}"},
	} {
		for _, before := range []string{"var x = ", "class A { B x = ", "class A : "} {
			for _, n := range []int{100, 1500} {
				src := []byte(before + strings.Repeat(c[0], n) + "1" + strings.Repeat(c[1], n) + ";\n}\nclass Y { string y = \"after\"; }\n")
				language.Check(t, src, Extract(src))
			}
		}
	}
	for _, nest := range [][2]string{
		{"if (x) {", "}"},
		{"while (x) {", "}"},
		{"{", "}"},
		{"switch (x) { case 1: ", "}"},
		{"if (x) {} else ", "{}"},
		{"void F() {", "}"},
		{"class A {", "}"},
		{"namespace A {", "}"},
		{"try {", "} catch {}"},
		{"#if A\n", "\n#endif\n"},
		{"#if A\n#else\n", "\n#endif\n"},
	} {
		for _, n := range []int{100, 3000} {
			src := []byte(strings.Repeat(nest[0], n) + "y();" + strings.Repeat(nest[1], n) + "\n")
			language.Check(t, src, Extract(src))
		}
	}
	deep := "var x = 1" + strings.Repeat("+a", 5000) + ";\nvar y = \"after\";\n"
	f := Extract([]byte(deep))
	language.Check(t, []byte(deep), f)
	if !slices.ContainsFunc(f.Problems, func(p facts.Problem) bool { return p.Kind == facts.TooDeep }) {
		t.Errorf("no problem: %v", f.Problems)
	}
	if got := extracttest.Dump(f); !strings.Contains(got, `y = "after"`) {
		t.Error("facts behind a deep expression are lost")
	}
}

func TestBadFiles(t *testing.T) {
	for _, c := range []struct {
		name string
		src  string
		want facts.ProblemKind
	}{
		{"binary", "var a = 1;\x00", facts.Binary},
		{"utf16", "\xff\xfev\x00a\x00", facts.NotUTF8},
		{"large", strings.Repeat("var a = 1;\n", 1<<20), facts.TooLarge},
		{"long line", "var a = \"" + strings.Repeat("x", 1<<20) + "\";\n", facts.TooLarge},
		{"latin1", "// caf\xe9\nvar a = \"caf\xe9\";\n", facts.NotUTF8},
		{"syntax", "var a = (\nvar b = \"ok\";\n", facts.SyntaxError},
	} {
		f := Extract([]byte(c.src))
		language.Check(t, []byte(c.src), f)
		if len(f.Problems) == 0 || f.Problems[0].Kind != c.want {
			t.Errorf("%s: problems %v", c.name, f.Problems)
		}
	}
	got := extracttest.Dump(Extract([]byte("// caf\xe9\nvar x = \"caf\xe9\";\nvar y = \"\\u00e9\";\n")))
	for _, want := range []string{"x = \"caf\ufffd\"", "y = \"\u00e9\"", "problem 1:7-1:8 utf8"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if f := Extract([]byte("\ufeffusing A;\nvar x = \"bom\";\n")); f.ASCII || len(f.Problems) > 0 || len(f.Bindings) != 1 || len(f.Imports) != 1 || f.Imports[0].Start != 9 {
		t.Errorf("byte order mark: %s", extracttest.Dump(f))
	}
	if f := Extract(nil); len(f.Problems) > 0 || !f.ASCII || !slices.Equal(f.LineStarts, []uint32{0}) {
		t.Errorf("empty: %+v", f)
	}
	crlf := bytes.ReplaceAll([]byte("var x = \"\"\"\n    a\n    b\n    \"\"\";\n"), []byte("\n"), []byte("\r\n"))
	if got := extracttest.Dump(Extract(crlf)); !strings.Contains(got, `x = "a\r\nb"`) {
		t.Errorf("carriage returns:\n%s", got)
	}
}

// Generated code of megabytes is read like any other.
func TestGenerated(t *testing.T) {
	var b strings.Builder
	for i := 0; b.Len() < 3<<20; i++ {
		fmt.Fprintf(&b, "public partial class Message%d { public string Topic => \"t%d\"; public void Set(string v) { if (v != null) { value = v; } } }\n", i, i)
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
	src := []byte("var a = @\"" + strings.Repeat("text\n", 20000) + "\";\n")
	f := Extract(src)
	language.Check(t, src, f)
	for _, b := range f.Bindings {
		if f.At(b.Value).Kind != facts.Unknown {
			t.Errorf("kind %d", f.At(b.Value).Kind)
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
