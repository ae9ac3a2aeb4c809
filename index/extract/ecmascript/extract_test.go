package ecmascript

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

func extractAs(d Dialect) func(src []byte) *facts.File {
	return func(src []byte) *facts.File { return Extract(d, src) }
}

var (
	javascript = extracttest.Language{Name: "javascript", Source: "in.js", Dir: "testdata/js", Extract: extractAs(JavaScript)}
	typescript = extracttest.Language{Name: "typescript", Source: "in.ts", Dir: "testdata/ts", Extract: extractAs(TypeScript)}
	tsx        = extracttest.Language{Name: "typescript", Source: "in.tsx", Dir: "testdata/tsx", Extract: extractAs(TSX)}
	languages  = []extracttest.Language{JavaScript: javascript, TypeScript: typescript, TSX: tsx}
)

// Each file in testdata has a source and what it says.
func TestGolden(t *testing.T) {
	for _, l := range languages {
		t.Run(l.Source, func(t *testing.T) { l.Golden(t, *update) })
	}
}

// Whatever is cut off or changed in a file, its facts hold together, and an
// Extractor that has seen other files says the same as a new one.
func TestDamaged(t *testing.T) {
	for d, l := range languages {
		t.Run(l.Source, func(t *testing.T) {
			x := New(Dialect(d))
			used := l
			used.Extract = x.Extract
			used.Damaged(t)
			for path, src := range l.Samples(t) {
				if diff := cmp.Diff(New(Dialect(d)).Extract(src), x.Extract(src)); diff != "" {
					t.Errorf("%s: a used Extractor differs:\n%s", path, diff)
				}
			}
		})
	}
}

// One spec serves all dialects: each name is one of some grammar's, and TSX
// has those of both others.
func TestGrammarHasAllNames(t *testing.T) {
	js, ts := views[JavaScript]().Unknown(), views[TypeScript]().Unknown()
	for _, name := range js {
		if slices.Contains(ts, name) {
			t.Errorf("no grammar has %q", name)
		}
	}
	if names := views[TSX]().Unknown(); !slices.Equal(names, []string{"field_definition", "type_assertion"}) {
		t.Errorf("TSX has no %q", names)
	}
}

// The result shares nothing with the source or the Extractor.
func TestNoSharedMemory(t *testing.T) {
	x := New(TypeScript)
	src := []byte("const TOPIC = 'orders';\nsend(TOPIC);  // topicls: ignore\n")
	f := x.Extract(src)
	want := extracttest.Dump(f)
	for i := range src {
		src[i] = 'z'
	}
	x.Extract([]byte("class A { f() { return {1: 'other'} } }\n// topicls: other\n"))
	if got := extracttest.Dump(f); got != want {
		t.Errorf("changed from\n%s\nto\n%s", want, got)
	}
}

func TestConcurrent(t *testing.T) {
	for _, l := range languages {
		sources := l.Samples(t)
		want := map[string]string{}
		for path, src := range sources {
			want[path] = extracttest.Dump(l.Extract(src))
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for path, src := range sources {
					if extracttest.Dump(l.Extract(src)) != want[path] {
						t.Errorf("%s differs", path)
					}
				}
			})
		}
		wg.Wait()
	}
}

// Hostile nesting costs a problem, not the stack.
func TestNesting(t *testing.T) {
	for _, c := range [][2]string{
		{"(", ")"},
		{"[", "]"},
		{"f(", ")"},
		{"({a:", "})"},
		{"!", ""},
		{"- ", ""},
		{"()=>", ""},
		{"x[", "]"},
		{"a+", ""},
		{"`${", "}`"},
		{"await ", ""},
		{"a||", ""},
		{"a?b:", ""},
		{"function(){return this.x+", "}"},
		{"class{a=", "}"},
		{"new ", ""},
		{"a=", ""},
	} {
		for _, n := range []int{100, 1500, 20_000} {
			src := []byte("x = " + strings.Repeat(c[0], n) + "1" + strings.Repeat(c[1], n) + "\ny = 'after'\n")
			for _, l := range languages[:2] {
				l.Check(t, src, l.Extract(src))
			}
		}
	}
	for _, src := range []string{
		strings.Repeat("if (x) {\n", 3000) + strings.Repeat("}", 3000),
		strings.Repeat("if (x) {} else ", 3000) + ";",
		"type T = " + strings.Repeat("A | ", 3000) + "B;",
		"type T = " + strings.Repeat("{ a: ", 1500) + "B" + strings.Repeat("}", 1500),
		"let x: " + strings.Repeat("P<", 1500) + "B" + strings.Repeat(">", 1500),
		"let " + strings.Repeat("{a:", 1500) + "b" + strings.Repeat("}", 1500) + "=c",
		"namespace " + strings.Repeat("a.", 3000) + "b {}",
		strings.Repeat("namespace a {", 1500) + strings.Repeat("}", 1500),
	} {
		typescript.Check(t, []byte(src), typescript.Extract([]byte(src)))
	}
	deep := "x = 1" + strings.Repeat("+a", 5000) + "\ny = 'after'\n"
	if got := extracttest.Dump(javascript.Extract([]byte(deep))); !strings.Contains(got, `y = "after"`) || !strings.Contains(got, "problem 1:5-") {
		t.Error("facts behind a deep expression are lost")
	}
}

func TestBadFiles(t *testing.T) {
	for _, c := range []struct {
		name string
		src  string
		want facts.ProblemKind
	}{
		{"binary", "a = 1\x00", facts.Binary},
		{"utf16", "\xff\xfea\x00 \x00=\x00", facts.NotUTF8},
		{"generated", strings.Repeat("a({b:1});\n", 1<<19), facts.TooLarge},
		{"minified", strings.Repeat("a({b:1});", 1<<16), facts.TooLarge},
		{"latin1", "// caf\xe9\na = 'caf\xe9'\nb = 'ok'\n", facts.NotUTF8},
		{"syntax", "a = (\nb = 'ok'\n", facts.SyntaxError},
	} {
		for _, l := range languages {
			f := l.Extract([]byte(c.src))
			l.Check(t, []byte(c.src), f)
			if len(f.Problems) == 0 || f.Problems[0].Kind != c.want {
				t.Errorf("%s: problems %v", c.name, f.Problems)
			}
		}
	}
	if f := javascript.Extract([]byte(strings.Repeat("a({b:1});", 1<<13))); len(f.Problems) > 0 || len(f.Calls) != 1<<13 {
		t.Errorf("minified: %d calls, %v", len(f.Calls), f.Problems)
	}
	if f := javascript.Extract([]byte("\ufeffx = 'bom'\n")); f.ASCII || len(f.Problems) > 0 || len(f.Bindings) != 1 || f.Bindings[0].Start != 3 {
		t.Errorf("byte order mark: %s", extracttest.Dump(f))
	}
	if f := javascript.Extract(nil); len(f.Problems) > 0 || !f.ASCII || !slices.Equal(f.LineStarts, []uint32{0}) {
		t.Errorf("empty: %+v", f)
	}
}

// A file with CRLF says what it says with LF.
func TestLineEnds(t *testing.T) {
	for _, l := range languages {
		for path, src := range l.Samples(t) {
			crlf := bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n"))
			f := l.Extract(crlf)
			l.Check(t, crlf, f)
			if want := extracttest.Dump(l.Extract(src)); len(strings.Split(extracttest.Dump(f), "\n")) != len(strings.Split(want, "\n")) {
				t.Errorf("%s differs with CRLF", path)
			}
		}
	}
}

// Long strings are data, not names.
func TestLongString(t *testing.T) {
	long := strings.Repeat("text ", 20000)
	src := []byte("a = '" + long + "'\nb = `" + long + "${x}`\n")
	f := javascript.Extract(src)
	javascript.Check(t, src, f)
	for _, b := range f.Bindings {
		if f.At(b.Value).Kind != facts.Unknown {
			t.Errorf("kind %d", f.At(b.Value).Kind)
		}
	}
	if n := len(f.Names); n > 4 {
		t.Errorf("%d names", n)
	}
}

func FuzzExtract(f *testing.F) {
	for d, l := range languages {
		for _, src := range l.Samples(f) {
			f.Add(uint8(d), src)
		}
	}
	f.Fuzz(func(t *testing.T, d uint8, src []byte) {
		l := languages[int(d)%len(languages)]
		got := l.Extract(src)
		l.Check(t, src, got)
		if again := New(Dialect(int(d) % len(languages))).Extract(slices.Clone(src)); extracttest.Dump(again) != extracttest.Dump(got) {
			t.Error("not deterministic")
		}
	})
}
