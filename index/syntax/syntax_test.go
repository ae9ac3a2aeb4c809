package syntax

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"topicls/index/facts"
)

// Three views of Python: everything, much left out, and next to no depth.
var (
	everything = Python.View(Spec{
		Nodes:  map[string]Kind{"identifier": 2, "call": 3, "string": 4, "block": 5, "as_pattern": 6, "comment": 7},
		Tokens: map[string]Kind{"+": 20, "(": 21, ")": 22, ",": 23, ":": 24, "=": 25},
		Fields: map[string]Field{"left": 1, "right": 2, "function": 3, "arguments": 4, "body": 5, "name": 6, "consequence": 7},
	})
	lean = Python.View(Spec{
		Nodes:          map[string]Kind{"identifier": 2, "call": 3, "string": 4, "block": 5},
		Fields:         map[string]Field{"function": 3, "arguments": 4},
		Leaves:         []string{"dotted_name", "lambda"},
		Drop:           []string{"comment", "string_start", "string_end", "import_statement"},
		LeafStart:      []string{"string"},
		LeafStartBytes: `"'`,
	})
	shallow = func() *View {
		v := Python.View(Spec{Nodes: map[string]Kind{"identifier": 2}})
		v.Limits.Depth = 6
		return v
	}()
	views = map[string]*View{"everything": everything, "lean": lean, "shallow": shallow}
)

const sample = `import os, a.b as c
# a comment
@dec(1)
async def f(a, b: int = 1, *args, **kw) -> str:
    x = f"{a!r:>10} {b['k']}" "tail" + 'x'
    with open(x) as y, z:
        return {"a": [1, *b], **kw}

class A(B, metaclass=C):
    def g(self): return lambda q: self.x[1:2]

if __name__ == "__main__":
    for i, (j, k) in xs: print(i or j and k)
`

// inputs are good, broken and odd texts.
func inputs(tb testing.TB) [][]byte {
	out := [][]byte{
		nil, []byte("\n"), []byte("x"), []byte("\ufeffx = 1\n"), []byte("a = (\n"), []byte("def f(:\n  é = '\xff'\n"),
		[]byte(strings.ReplaceAll(sample, "\n", "\r\n")), []byte("\fx = 1\n\ty = 2\n"), []byte("print 'a' % b\n"),
		[]byte("x = " + strings.Repeat("(", 300) + strings.Repeat(")", 300)),
		[]byte("x = " + strings.Repeat("[", 5000)),
		[]byte("x = a" + strings.Repeat("+a", 5000)),
		[]byte(sample),
	}
	for i := 0; i < len(sample); i += 7 {
		out = append(out, []byte(sample[:i]))
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		b := []byte(sample)
		for range 1 + r.IntN(6) {
			at := r.IntN(len(b))
			switch r.IntN(3) {
			case 0:
				b[at] = byte(1 + r.IntN(255))
			case 1:
				b = slices.Delete(b, at, min(len(b), at+r.IntN(20)))
			case 2:
				b = slices.Insert(b, at, b[r.IntN(at+1):at+1]...)
			}
			if len(b) == 0 {
				b = []byte("x")
			}
		}
		out = append(out, b)
	}
	return append(out, realFiles(40)...)
}

// realFiles returns some of the Python files installed here.
func realFiles(n int) (files [][]byte) {
	roots, _ := filepath.Glob("/usr/lib/python3*")
	for _, root := range roots {
		_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".py") {
				return nil
			}
			if b, err := os.ReadFile(path); err == nil && len(files) < n {
				files = append(files, b)
			}
			return nil
		})
	}
	return files
}

// The copy in C and the walk through the binding agree on everything.
func TestFlatSameAsWalk(t *testing.T) {
	for name, v := range views {
		var a, b Buffer
		for i, src := range inputs(t) {
			tree, p := v.parse(src)
			if p != nil {
				t.Fatalf("%s, input %d: %v", name, i, p)
			}
			flat, walk := v.copy(tree, src, &a), v.walk(tree, src, &b)
			tree.Close()
			if !slices.Equal(flat.Nodes, walk.Nodes) || flat.Flawed != walk.Flawed || flat.Deep != walk.Deep {
				t.Fatalf("%s, input %d: copy and walk differ\n%q", name, i, src)
			}
			checkShape(t, flat)
		}
	}
}

// checkShape checks what every reader of a tree relies on.
func checkShape(t *testing.T, tree Tree) {
	t.Helper()
	n := uint32(len(tree.Nodes))
	if n == 0 || tree.Nodes[0].Next != n {
		t.Fatalf("the root holds %d of %d nodes", tree.Nodes[0].Next, n)
	}
	deep := false
	for i := range n {
		node := &tree.Nodes[i]
		if node.Start > node.End || node.End > uint32(len(tree.Src)) || node.Next <= i || node.Next > n {
			t.Fatalf("node %d is out of bounds: %+v", i, node)
		}
		end := i + 1
		for c := i + 1; c < node.Next; c = tree.Nodes[c].Next {
			end = tree.Nodes[c].Next
		}
		if end != node.Next {
			t.Fatalf("node %d: children end at %d, subtree at %d", i, end, node.Next)
		}
		deep = deep || node.Deep()
		if node.Deep() && node.Next != i+1 {
			t.Fatalf("node %d was cut off and has children", i)
		}
	}
	if deep != tree.Deep {
		t.Fatal("Deep is wrong")
	}
}

func TestKindsAndFields(t *testing.T) {
	tree, p := everything.Parse([]byte("f(a)\n"), new(Buffer))
	if p != nil {
		t.Fatal(p)
	}
	call := uint32(slices.IndexFunc(tree.Nodes, func(n Node) bool { return n.Kind == 3 }))
	if got := string(tree.Text(tree.Child(call, 3))); got != "f" {
		t.Errorf("function is %q", got)
	}
	args := tree.Child(call, 4)
	if got := string(tree.Text(tree.First(args, 2))); got != "a" {
		t.Errorf("argument is %q", got)
	}
	if tree.Child(args, 4) != 0 || tree.First(args, 3) != 0 {
		t.Error("found what isn't there")
	}
	if got := tree.Span(args); got != (facts.Span{Start: 1, End: 4}) {
		t.Errorf("span is %v", got)
	}
}

// A name that several symbols of the grammar have means all of them:
// as_pattern is one node in with statements and another in cases.
func TestAliases(t *testing.T) {
	tree, _ := everything.Parse([]byte("with a as b: pass\nmatch x:\n  case [a] as b: pass\n"), new(Buffer))
	n := 0
	for i := range tree.Nodes {
		if tree.Nodes[i].Kind == 6 {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d as_patterns, want 2", n)
	}
}

func TestUnknownNames(t *testing.T) {
	v := Python.View(Spec{
		Nodes: map[string]Kind{"call": 2, "nonsense": 3}, Tokens: map[string]Kind{"<=>": 4},
		Fields: map[string]Field{"lef": 1}, Drop: []string{"remark"},
	})
	want := []string{"<=> token", "field lef", "nonsense", "remark"}
	if !slices.Equal(v.Unknown(), want) {
		t.Errorf("unknown: %q, want %q", v.Unknown(), want)
	}
	if len(everything.Unknown())+len(lean.Unknown()) > 0 {
		t.Errorf("unknown: %q %q", everything.Unknown(), lean.Unknown())
	}
}

func TestLimits(t *testing.T) {
	v := Python.View(Spec{})
	v.Limits.Bytes, v.Limits.Line = 1000, 100
	for _, c := range []struct {
		name string
		src  string
		want facts.Problem
	}{
		{"large", strings.Repeat("x\n", 501), Problem{Kind: facts.TooLarge, Span: facts.Span{End: 1002}}},
		{"binary", "x = 'a\x00b'", Problem{Kind: facts.Binary, Span: facts.Span{Start: 6, End: 7}}},
		{"long line", "a\n" + strings.Repeat("b", 101) + "\nc", Problem{Kind: facts.TooLarge, Span: facts.Span{Start: 2, End: 103}}},
		{"long last line", "a\n" + strings.Repeat("b", 101), Problem{Kind: facts.TooLarge, Span: facts.Span{Start: 2, End: 103}}},
	} {
		if _, p := v.Parse([]byte(c.src), new(Buffer)); p == nil || *p != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, p, c.want)
		}
	}
	for _, ok := range []string{"", strings.Repeat("x\n", 500), strings.Repeat("b", 100) + "\n" + strings.Repeat("c", 100)} {
		if _, p := v.Parse([]byte(ok), new(Buffer)); p != nil {
			t.Errorf("%d bytes: %+v", len(ok), p)
		}
	}
}

// A parse that ran out of time leaves nothing behind for the next one.
func TestTimeout(t *testing.T) {
	v := Python.View(Spec{})
	v.Limits.Time, v.Limits.Rate = time.Microsecond, 0
	big := bytes.Repeat([]byte("f(a, b)[1](2)\n"), 20000)
	if _, p := v.Parse(big, new(Buffer)); p == nil || p.Kind != facts.TimedOut {
		t.Fatalf("%+v, want a timeout", p)
	}
	for range 20 {
		tree, p := everything.Parse([]byte("x = 1\n"), new(Buffer))
		if p != nil || tree.Nodes[0].End != 6 {
			t.Fatalf("after a timeout: %+v %+v", p, tree)
		}
	}
}

// Hostile nesting costs time and memory in proportion to the text, no stack.
func TestNesting(t *testing.T) {
	v := Python.View(Spec{})
	v.Limits.Line = v.Limits.Bytes
	v.Limits.Time = time.Hour // how fast the machine is now is no question here
	for _, open := range []string{"(", "[", "{", "f(", "lambda: ", "not ", "x[", "a if ", "-", "{1:"} {
		src := []byte("x = " + strings.Repeat(open, 100_000))
		tree, p := v.Parse(src, new(Buffer))
		if p != nil {
			t.Errorf("%q: %+v", open, p)
			continue
		}
		checkShape(t, tree)
	}
	for _, pair := range []string{"()", "[]"} {
		src := []byte(strings.Repeat(pair[:1], 100_000) + strings.Repeat(pair[1:], 100_000))
		tree, p := v.Parse(src, new(Buffer))
		if p != nil || !tree.Deep {
			t.Errorf("%s: %+v, deep %v", pair, p, tree.Deep)
		}
	}
}

// Many goroutines parse at once, with the collector running; trees are plain
// memory, so one that outlives its parse stays as it was.
func TestConcurrent(t *testing.T) {
	srcs := inputs(t)[:60]
	want := make([]Tree, len(srcs))
	for i, src := range srcs {
		want[i], _ = lean.Parse(src, new(Buffer))
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			var buf Buffer
			for i := range srcs {
				i = (i*7 + g) % len(srcs)
				got, p := lean.Parse(srcs[i], &buf)
				if p != nil || !slices.Equal(got.Nodes, want[i].Nodes) {
					t.Errorf("input %d differs", i)
					return
				}
				if i%20 == 0 {
					runtime.GC()
				}
			}
		})
	}
	wg.Wait()
	if n := len(Python.pool.idle); n > maxIdle {
		t.Errorf("%d idle parsers", n)
	}
}

// A reused buffer shows nothing of the tree before.
func TestBufferReuse(t *testing.T) {
	var buf Buffer
	for _, src := range inputs(t) {
		got, _ := everything.Parse(src, &buf)
		want, _ := everything.Parse(src, new(Buffer))
		if !slices.Equal(got.Nodes, want.Nodes) {
			t.Fatalf("differs with a used buffer: %q", src)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	src := []byte(strings.Repeat(sample, 100))
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"parse", func() { everything.ParseOnly(src) }},
		{"parse+copy all", func() { everything.Parse(src, &benchBuffer) }},
		{"parse+copy lean", func() { lean.Parse(src, &benchBuffer) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				c.run()
			}
		})
	}
}

var benchBuffer Buffer

func ExampleView_Parse() {
	const name, call Kind = FirstKind, FirstKind + 1
	view := Python.View(Spec{Nodes: map[string]Kind{"identifier": name, "call": call}})
	tree, problem := view.Parse([]byte("send(topic, 1)\n"), new(Buffer))
	if problem != nil {
		return
	}
	for i := range tree.Nodes {
		if tree.Nodes[i].Kind == name {
			fmt.Println(string(tree.Text(uint32(i))))
		}
	}
	// Output:
	// send
	// topic
}
