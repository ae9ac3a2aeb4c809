package python

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/facts"
)

var update = flag.Bool("update", false, "rewrite the facts in testdata")

// samples returns the sources in testdata by name.
func samples(tb testing.TB) map[string][]byte {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		tb.Fatal("no testdata")
	}
	out := map[string][]byte{}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil || a.Files[0].Name != "in.py" {
			tb.Fatalf("%s: no in.py: %v", path, err)
		}
		out[path] = a.Files[0].Data
	}
	return out
}

// Each file in testdata has a source and what it says.
func TestGolden(t *testing.T) {
	for path, src := range samples(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			f := Extract(src)
			checkFile(t, src, f)
			got := dump(f)
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "facts", Data: []byte(got)})
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(a.Files) != 2 {
				t.Fatal("no facts; run with -update")
			}
			if diff := cmp.Diff(string(a.Files[1].Data), got); diff != "" {
				t.Errorf("facts differ (-want +got); if they should, raise Version:\n%s", diff)
			}
		})
	}
}

func TestGrammarHasAllNames(t *testing.T) {
	if names := view.Unknown(); len(names) > 0 {
		t.Errorf("the grammar has no %q", names)
	}
}

// checkFile checks what every reader of facts relies on.
func checkFile(tb testing.TB, src []byte, f *facts.File) {
	tb.Helper()
	if err := f.Check(); err != nil {
		tb.Error(err)
	}
	if f.Lang != "python" || int(f.Scopes[0].End) != len(src) {
		tb.Errorf("language %q, %d bytes", f.Lang, f.Scopes[0].End)
	}
}

// Whatever is cut off or changed in a file, its facts hold together, and an
// Extractor that has seen other files says the same as a new one.
func TestTruncatedAndMutated(t *testing.T) {
	x := New()
	try := func(src []byte) {
		t.Helper()
		f := x.Extract(src)
		checkFile(t, src, f)
		if t.Failed() {
			t.Fatalf("source: %q", src)
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	sources := samples(t)
	var all []byte
	for _, path := range sortedKeys(sources) {
		all = append(all, sources[path]...)
	}
	for _, path := range sortedKeys(sources) {
		src := sources[path]
		for i := 0; i < len(src); i += 5 {
			try(src[:i])
			try(src[i:])
		}
		for range 150 {
			try(mutate(r, src, all))
		}
	}
	for _, path := range sortedKeys(sources) {
		if diff := cmp.Diff(New().Extract(sources[path]), x.Extract(sources[path])); diff != "" {
			t.Errorf("%s: a used Extractor differs:\n%s", path, diff)
		}
	}
}

func sortedKeys(m map[string][]byte) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// mutate changes some bytes of src and splices in parts of donor.
func mutate(r *rand.Rand, src, donor []byte) []byte {
	b := slices.Clone(src)
	for range 1 + r.IntN(5) {
		if len(b) == 0 {
			return b
		}
		at := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b[at] = byte(1 + r.IntN(255))
		case 1:
			b = slices.Delete(b, at, min(len(b), at+r.IntN(30)))
		case 2:
			from := r.IntN(len(donor))
			b = slices.Insert(b, at, donor[from:min(len(donor), from+r.IntN(40))]...)
		case 3:
			b = slices.Insert(b, at, "()[]{}:,=\"'f\\\n\t*@"[r.IntN(17)])
		}
	}
	return b
}

// The result shares nothing with the source or the Extractor.
func TestNoSharedMemory(t *testing.T) {
	x := New()
	src := []byte("TOPIC = 'orders'\nsend(TOPIC)  # topicls: ignore\n")
	f := x.Extract(src)
	want := dump(f)
	for i := range src {
		src[i] = 'z'
	}
	x.Extract([]byte("class A:\n  def f(self): return {1: 'other'}\n# topicls: other\n"))
	if got := dump(f); got != want {
		t.Errorf("changed from\n%s\nto\n%s", want, got)
	}
}

func TestConcurrent(t *testing.T) {
	sources := samples(t)
	want := map[string]string{}
	for path, src := range sources {
		want[path] = dump(Extract(src))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for path, src := range sources {
				if dump(Extract(src)) != want[path] {
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
			checkFile(t, src, Extract(src))
		}
	}
	src := []byte("x = " + strings.Repeat("(", 100_000) + strings.Repeat(")", 100_000) + "\ny = 'after'\n")
	f := Extract(src)
	checkFile(t, src, f)
	if !slices.ContainsFunc(f.Problems, func(p facts.Problem) bool { return p.Kind == facts.TooDeep || p.Kind == facts.SyntaxError }) {
		t.Errorf("no problem: %v", f.Problems)
	}
	deep := "x = 1" + strings.Repeat("+a", 5000) + "\ny = 'after'\n"
	if got := dump(Extract([]byte(deep))); !strings.Contains(got, `y = "after"`) || !strings.Contains(got, "problem 1:5-") {
		t.Error("facts behind a deep expression are lost")
	}
	var b strings.Builder
	for i := range 300 {
		b.WriteString(strings.Repeat(" ", i) + "if x:\n")
	}
	b.WriteString(strings.Repeat(" ", 300) + "y = 1\n")
	checkFile(t, []byte(b.String()), Extract([]byte(b.String())))
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
		checkFile(t, []byte(c.src), f)
		if len(f.Problems) == 0 || f.Problems[0].Kind != c.want {
			t.Errorf("%s: problems %v", c.name, f.Problems)
		}
	}
	got := dump(Extract([]byte("# caf\xe9\nclass C\xe9: x = 'caf\xe9'\ny = '\u00e9'\n")))
	for _, want := range []string{"x = \"caf\ufffd\"", "y = \"\u00e9\"", "problem 1:6-1:7 utf8"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if f := Extract([]byte("\ufeffx = 'bom'\n")); f.ASCII || len(f.Problems) > 0 || len(f.Bindings) != 1 || f.Bindings[0].Start != 3 {
		t.Errorf("byte order mark: %s", dump(f))
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
	for _, s := range []string{"", "1234567", "12345678", "123456789abcdefgh"} {
		if !isASCII([]byte(s)) || isASCII([]byte(s+"\x80")) || isASCII([]byte("\xc3"+s)) {
			t.Errorf("isASCII is wrong around %q", s)
		}
	}
}

// Long strings are data, not names.
func TestLongString(t *testing.T) {
	src := []byte("a = '''" + strings.Repeat("text\n", 20000) + "'''\nb = f'{x}' '''" + strings.Repeat("text\n", 20000) + "''' f'{y}'\n")
	f := Extract(src)
	checkFile(t, src, f)
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
	for _, src := range samples(f) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got := Extract(src)
		checkFile(t, src, got)
		if again := New().Extract(slices.Clone(src)); !bytes.Equal([]byte(dump(again)), []byte(dump(got))) {
			t.Error("not deterministic")
		}
	})
}
