package tree

import (
	"strings"
	"testing"
)

// TestPlaces: every key and text stands where its span says, in both forms.
func TestPlaces(t *testing.T) {
	for name, src := range map[string]string{
		"a.json": "\ufeff{ // note\n\t\"näme\": \"grüße\", /* x */ \"list\": [1, -2.5e3, true, null, {\"deep\": \"x\"}],\n}",
		"a.yaml": "# note\nnäme: grüße\nlist: [1, -2.5e3, true, null, {deep: 'x'}]\n",
	} {
		n, problem := Parse(name, []byte(src))
		if problem != nil {
			t.Fatalf("%s: %+v", name, problem)
		}
		var check func(n *Node)
		check = func(n *Node) {
			if n.Kind == String && src[n.Start:n.End] != n.Text {
				t.Errorf("%s: %q stands at %q", name, n.Text, src[n.Start:n.End])
			}
			for _, e := range n.Entries {
				if src[e.At.Start:e.At.End] != e.Key {
					t.Errorf("%s: key %q stands at %q", name, e.Key, src[e.At.Start:e.At.End])
				}
				check(e.Value)
			}
			for _, i := range n.Items {
				check(i)
			}
		}
		check(n)
		if got := n.Str("näme"); got != "grüße" {
			t.Errorf("%s: %q", name, got)
		}
		if deep, in := n.At("/list/4/deep"); deep == nil || deep.Text != "x" || in.Key != "deep" {
			t.Errorf("%s: /list/4/deep is %+v", name, deep)
		}
		var kinds []Kind
		for _, i := range n.Get("list").Items {
			kinds = append(kinds, i.Kind)
		}
		if want := []Kind{Number, Number, Bool, Null, Map}; len(kinds) != len(want) || kinds[0] != want[0] || kinds[2] != want[2] || kinds[3] != want[3] || kinds[4] != want[4] {
			t.Errorf("%s: kinds %v", name, kinds)
		}
	}
}

func TestEscapes(t *testing.T) {
	n, _ := Parse("a.json", []byte(`{"a\/b": "x\ny"}`))
	if got := n.Str("a/b"); got != "x\ny" {
		t.Errorf("%q", got)
	}
	n, _ = Parse("a.json", []byte(`{"a/b": {"c~d": {"e f": 1}}}`))
	if got, _ := n.At("/a~1b/c~0d/e%20f"); !got.Is(Number) {
		t.Errorf("%+v", got)
	}
}

func TestBroken(t *testing.T) {
	for _, src := range []string{``, `{`, `{"a"`, `{"a":`, `{"a": 1`, `[1`, `[1 2]`, `"a`, `{"a": }`, `nul`, `{} {}`, strings.Repeat("[", 100000), "\xff"} {
		if n, problem := Parse("a.json", []byte(src)); n != nil || problem == nil {
			t.Errorf("%.20q: no problem", src)
		}
	}
	if n, problem := Parse("a.yaml", []byte("a: [")); n != nil || problem == nil {
		t.Error("broken YAML: no problem")
	}
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'j'; c++ {
		p := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [*" + strings.TrimSuffix(strings.Repeat(p+",*", 10), ",*") + "]\n"
	}
	if n, problem := Parse("a.yaml", []byte(bomb)); n != nil || problem == nil {
		t.Error("aliases of aliases: no problem")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a.json", []byte(`{"a": [1, true, null, "x\u0041"], // c
}`))
	f.Add("a.yaml", []byte("a: &x {b: 1}\nc: *x\n<<: *x\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		n, _ := Parse(name, data)
		var check func(n *Node)
		check = func(n *Node) {
			if n == nil {
				t.Fatal("a node is missing")
			}
			if n.Start > n.End || int(n.End) > len(data) {
				t.Fatalf("place %v of %d bytes", n.Span, len(data))
			}
			for _, e := range n.Entries {
				if e.At.Start > e.At.End || int(e.At.End) > len(data) {
					t.Fatalf("place %v of %d bytes", e.At, len(data))
				}
				check(e.Value)
			}
			for _, i := range n.Items {
				check(i)
			}
		}
		if n != nil {
			check(n)
		}
	})
}
