package kotlin

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

var language = extracttest.Language{Name: "kotlin", Source: "in.kt", Extract: Extract}

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

// Code that compiles has no problems.
func TestNoProblems(t *testing.T) {
	for path, src := range language.Samples(t) {
		if strings.Contains(path, "errors") || strings.Contains(path, "odd") || strings.Contains(path, "classes") {
			continue
		}
		if f := Extract(src); len(f.Problems) > 0 {
			p := f.Problems[0]
			t.Errorf("%s: %q", path, src[p.Start:min(int(p.End)+20, len(src))])
		}
	}
}

// The result shares nothing with the source or the Extractor.
func TestNoSharedMemory(t *testing.T) {
	x := New()
	src := []byte("val TOPIC = \"orders\"\nfun f() { send(TOPIC) } // topicls: ignore\n")
	f := x.Extract(src)
	want := extracttest.Dump(f)
	for i := range src {
		src[i] = 'z'
	}
	x.Extract([]byte("class A { fun f() = mapOf(1 to \"other\") }\n// topicls: other\n"))
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

// Hostile nesting costs a problem, not the stack, and not what stands behind.
func TestNesting(t *testing.T) {
	for _, c := range [][2]string{
		{"(", ")"},
		{"[", "]"},
		{"f(", ")"},
		{"{", "}"},
		{"!", ""},
		{"-", ""},
		{"{ a -> ", "}"},
		{"x[", "]"},
		{"a + ", ""},
		{"\"${", "}\""},
		{"a || ", ""},
		{"a ?: b || ", ""},
		{"if (a) b else ", ""},
		{"a to ", ""},
		{"a.b().", "c"},
		{"object : A { val x = ", "}"},
		{"when (x) { else -> ", "}"},
		{"@A ", ""},
		{"try { ", "} finally {}"},
		{"f<", ">()"},
		{"fun() = ", ""},
		{"return ", ""},
	} {
		for _, n := range []int{100, 1500, 20_000} {
			src := []byte("val x = " + strings.Repeat(c[0], n) + "1" + strings.Repeat(c[1], n) + "\nval y = \"after\"\n")
			f := Extract(src)
			language.Check(t, src, f)
			if n == 1500 && c[1] != "}\"" && !strings.Contains(extracttest.Dump(f), `"after"`) {
				t.Errorf("%q: what stands behind is lost", c[0])
			}
		}
	}
	for _, open := range []string{"(", "{", "[", "class A {", "fun f() {", "\"${", "val x: A<", "/*", "\"\"\"", "@A(", "if (", "`", "'"} {
		src := []byte(strings.Repeat(open, 20_000))
		language.Check(t, src, Extract(src))
	}
	types := "val x: " + strings.Repeat("List<", 3000) + "A" + strings.Repeat(">", 3000) + "\nval y = \"after\"\n"
	language.Check(t, []byte(types), Extract([]byte(types)))
	deep := "val x = 1" + strings.Repeat("+a", 5000) + "\nval y = \"after\"\n"
	if got := extracttest.Dump(Extract([]byte(deep))); !strings.Contains(got, `y = "after"`) || !strings.Contains(got, " deep") {
		t.Error("facts behind a deep expression are lost")
	}
}

func TestBadFiles(t *testing.T) {
	for _, c := range []struct {
		name string
		src  string
		want facts.ProblemKind
	}{
		{"binary", "val a = 1\x00", facts.Binary},
		{"utf16", "\xff\xfev\x00a\x00 \x00=\x00", facts.NotUTF8},
		{"large", strings.Repeat("val a = 1\n", 1<<19), facts.TooLarge},
		{"long line", "val a = \"" + strings.Repeat("x", 1<<20) + "\"\n", facts.TooLarge},
		{"latin1", "// caf\xe9\nval a = \"caf\xe9\"\nval b = \"ok\"\n", facts.NotUTF8},
		{"syntax", "val a = (\nval b = \"ok\"\n", facts.SyntaxError},
	} {
		f := Extract([]byte(c.src))
		language.Check(t, []byte(c.src), f)
		if len(f.Problems) == 0 || f.Problems[0].Kind != c.want {
			t.Errorf("%s: problems %v", c.name, f.Problems)
		}
	}
	if f := Extract(nil); len(f.Problems) > 0 || !f.ASCII || !slices.Equal(f.LineStarts, []uint32{0}) {
		t.Errorf("empty: %+v", f)
	}
}

// Long strings are data, not names.
func TestLongString(t *testing.T) {
	src := []byte("val a = \"\"\"" + strings.Repeat("text\n", 20000) + "\"\"\"\nval b = \"\"\"$x " + strings.Repeat("text\n", 20000) + " $y\"\"\"\n")
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
