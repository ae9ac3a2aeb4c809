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
	"unicode/utf8"

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
	bad := func(format string, args ...any) {
		tb.Helper()
		tb.Errorf(format, args...)
	}
	span := func(what string, i int, s facts.Span) {
		if s.Start > s.End || int(s.End) > len(src) {
			bad("%s %d: span %v out of bounds", what, i, s)
		}
	}
	expr := func(what string, i int, id facts.ExprID) {
		if id < 0 || int(id) >= len(f.Exprs) {
			bad("%s %d: no expression %d", what, i, id)
		}
	}
	name := func(what string, i int, s facts.Sym) {
		if int(s) >= len(f.Names) {
			bad("%s %d: no name %d", what, i, s)
		}
	}
	kids := func(what string, i int, lo, n int32) {
		if lo < 0 || n < 0 || int(lo+n) > len(f.Kids) {
			bad("%s %d: kids %d+%d out of bounds", what, i, lo, n)
		}
	}
	place := func(what string, i int, s facts.ScopeID, b facts.BlockID) {
		if int(s) >= len(f.Scopes) || int(b) >= len(f.Blocks) {
			bad("%s %d: no scope %d or block %d", what, i, s, b)
		} else if f.Blocks[b].Scope != s {
			bad("%s %d: block %d isn't of scope %d", what, i, b, s)
		}
	}
	if f.Lang != "python" || len(f.Names) == 0 || f.Names[0] != "" || len(f.Exprs) == 0 || len(f.Scopes) == 0 || len(f.Blocks) == 0 {
		tb.Fatal("reserved rows are missing")
	}
	for i, s := range f.Names {
		if !utf8.ValidString(s) {
			bad("name %d isn't UTF-8: %q", i, s)
		}
		if i > 0 && s == "" {
			bad("name %d is empty", i)
		}
	}
	for i, id := range f.Kids {
		expr("kid", i, id)
		if id == 0 {
			bad("kid %d is none", i)
		}
	}
	for i := 1; i < len(f.Exprs); i++ {
		e := &f.Exprs[i]
		span("expr", i, e.Span)
		name("expr", i, e.Name)
		expr("expr", i, e.X)
		expr("expr", i, e.Y)
		place("expr", i, e.Scope, e.Block)
		switch e.Kind {
		case facts.Func, facts.Class:
			if e.Lo <= 0 || int(e.Lo) >= len(f.Scopes) {
				bad("expr %d: no scope %d", i, e.Lo)
			}
		case facts.ImportRef:
			if int(e.Lo) >= len(f.Imports) {
				bad("expr %d: no import %d", i, e.Lo)
			}
		case facts.Item:
		default:
			kids("expr", i, e.Lo, e.N)
			for _, k := range f.Operands(e) {
				switch is := f.Exprs[k].Kind; {
				case e.Kind == facts.Call && is != facts.Arg, e.Kind == facts.Map && is != facts.Entry:
					bad("expr %d (kind %d) has a kid of kind %d", i, e.Kind, is)
				}
			}
		}
	}
	for i := range f.Scopes {
		s := &f.Scopes[i]
		span("scope", i, s.Span)
		span("scope name", i, s.NameSpan)
		kids("scope decorators", i, s.DecorLo, s.DecorN)
		kids("scope bases", i, s.BaseLo, s.BaseN)
		expr("scope", i, s.Result)
		place("scope", i, s.Parent, s.Block)
		if i > 0 && int(s.Parent) >= i || f.Blocks[s.Body].Scope != facts.ScopeID(i) || f.Blocks[s.Body].Kind != facts.Body {
			bad("scope %d: parent %d, body %d", i, s.Parent, s.Body)
		}
		if int(s.ParamLo+s.ParamN) > len(f.Params) || int(s.GlobalLo+s.GlobalN) > len(f.Globals) {
			bad("scope %d: parameters or globals out of bounds", i)
		}
	}
	for i, p := range f.Params {
		span("param", i, p.Span)
		name("param", i, p.Name)
		expr("param", i, p.Default)
		expr("param", i, p.Annot)
	}
	for i := 1; i < len(f.Blocks); i++ {
		b := &f.Blocks[i]
		span("block", i, b.Span)
		expr("block", i, b.Cond)
		if int(b.Parent) >= i || int(b.Scope) >= len(f.Scopes) {
			bad("block %d: parent %d, scope %d", i, b.Parent, b.Scope)
		}
	}
	for i := range f.Bindings {
		b := &f.Bindings[i]
		span("binding", i, b.Span)
		name("binding", i, b.Name)
		place("binding", i, b.Scope, b.Block)
		for _, id := range []facts.ExprID{b.Obj, b.Key, b.Value, b.Annot} {
			expr("binding", i, id)
		}
		if (b.Target == facts.ToIndex) == (b.Name != 0) || (b.Target == facts.ToName) != (b.Obj == 0) {
			bad("binding %d: %+v", i, b)
		}
	}
	for i, r := range f.Returns {
		expr("return", i, r.Value)
		place("return", i, r.Scope, r.Block)
	}
	for i, m := range f.Imports {
		span("import", i, m.Span)
		for _, s := range []facts.Sym{m.Module, m.Member, m.Local} {
			name("import", i, s)
		}
	}
	for i, s := range f.Globals {
		name("global", i, s)
	}
	calls := 0
	for i, id := range f.Calls {
		expr("call", i, id)
		if f.Exprs[id].Kind != facts.Call {
			bad("call %d is of kind %d", i, f.Exprs[id].Kind)
		}
		if i > 0 && f.Exprs[id].Start < f.Exprs[f.Calls[i-1]].Start {
			bad("call %d is out of order", i)
		}
	}
	for i := range f.Exprs {
		if f.Exprs[i].Kind == facts.Call {
			calls++
		}
	}
	if calls != len(f.Calls) {
		bad("%d calls listed of %d", len(f.Calls), calls)
	}
	for i, d := range f.Directives {
		span("directive", i, d.Span)
	}
	for i, p := range f.Problems {
		span("problem", i, p.Span)
	}
	span("main", 0, f.Main)
	if !slices.IsSorted(f.LineStarts) || len(f.LineStarts) == 0 || f.LineStarts[0] != 0 {
		bad("line starts: %v", f.LineStarts)
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
