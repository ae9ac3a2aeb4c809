package build

import (
	"fmt"
	"strings"
	"testing"

	"topicls/index/facts"
)

func TestASCII(t *testing.T) {
	for _, s := range []string{"", "1234567", "12345678", "123456789abcdefgh"} {
		if !isASCII([]byte(s)) || isASCII([]byte(s+"\x80")) || isASCII([]byte("\xc3"+s)) {
			t.Errorf("isASCII is wrong around %q", s)
		}
	}
}

// Equal texts have equal symbols, also after the table grew, and a Builder
// forgets those of the file before.
func TestSym(t *testing.T) {
	var b Builder
	for range 2 {
		b.Start(nil)
		want := map[string]facts.Sym{"": 0}
		for i := range 5000 {
			s := fmt.Sprintf("name%d", i%3000)
			got := b.Sym([]byte(s))
			if old, seen := want[s]; seen && old != got || got == 0 {
				t.Fatalf("%s is %d, then %d", s, old, got)
			}
			want[s] = got
		}
		f := b.Finish("x")
		if len(f.Names) != 3001 {
			t.Errorf("%d names", len(f.Names))
		}
		for s, sym := range want {
			if f.Text(sym) != s {
				t.Fatalf("%d is %q, want %q", sym, f.Text(sym), s)
			}
		}
	}
	b.Start([]byte("\xff"))
	if f := b.Finish("x"); len(f.Problems) != 1 || f.Check() != nil {
		t.Errorf("%+v", f)
	}
}

// A Builder that has seen a large file doesn't keep its memory.
func TestForgetsLarge(t *testing.T) {
	var b Builder
	b.Start([]byte(strings.Repeat("x", 100)))
	for range maxKept + 1 {
		b.Add(facts.Unknown, 0, facts.Span{})
	}
	b.Finish("x")
	if cap(b.F.Exprs) != 0 {
		t.Error("kept")
	}
}
