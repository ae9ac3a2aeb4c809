package ordered

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

type item struct{ key, text string }

func (i item) Key() string { return i.key }

// TestTree makes random changes to a tree and to a plain sorted slice.
func TestTree(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var model []item
		tr := Tree[item]{}
		key := func() string { return fmt.Sprintf("%05d", rng.IntN(5000)) }
		for step := range 300 {
			before := tr
			snapshot := tr.Slice()
			lo, hi := key(), key()
			if lo > hi {
				lo, hi = hi, lo
			}
			var items []item
			switch rng.IntN(4) {
			case 0: // one item
				hi = lo + "\x00"
				items = []item{{lo, fmt.Sprint(step)}}
			case 1: // none
				hi = lo + "\x00"
			case 2: // a range
				for i := range rng.IntN(1500) {
					items = append(items, item{fmt.Sprintf("%s.%04d", lo, i), fmt.Sprint(step)})
				}
				if hi <= lo+".~" {
					hi = lo + ".~"
				}
			case 3:
				if rng.IntN(10) > 0 {
					hi = lo + "~"
				}
			}
			tr = tr.Replace(lo, hi, items)
			from, _ := slices.BinarySearchFunc(model, lo, func(p item, k string) int { return strings.Compare(p.key, k) })
			to, _ := slices.BinarySearchFunc(model, hi, func(p item, k string) int { return strings.Compare(p.key, k) })
			model = slices.Concat(model[:from], items, model[to:])

			if !slices.Equal(tr.Slice(), model) || tr.size != len(model) {
				t.Fatalf("seed %d step %d: %d items, want %d", seed, step, tr.size, len(model))
			}
			if !slices.Equal(before.Slice(), snapshot) {
				t.Fatalf("seed %d step %d: the old tree changed", seed, step)
			}
			for _, chunk := range tr.chunks {
				if len(chunk) == 0 || len(chunk) > chunkMax {
					t.Fatalf("seed %d step %d: a chunk of %d", seed, step, len(chunk))
				}
			}
			for range 5 {
				k := key()
				got, ok := tr.Get(k)
				at, found := slices.BinarySearchFunc(model, k, func(p item, k string) int { return strings.Compare(p.key, k) })
				if ok != found || ok && got != model[at] {
					t.Fatalf("get %s: %v %v", k, got, ok)
				}
			}
			if changed := Diff(before, tr); step%10 == 0 && !slices.Equal(changed, differing(before.Slice(), model)) {
				t.Fatalf("seed %d step %d: Diff gives %v", seed, step, changed)
			}
			if got := slices.Collect(tr.Between(lo, hi)); !slices.Equal(got, items) {
				t.Fatalf("between: %d items, want %d", len(got), len(items))
			}
		}
	}
}

// differing is Diff by looking at everything.
func differing(a, b []item) []string {
	var keys []string
	for _, list := range [][2][]item{{a, b}, {b, a}} {
		m := map[item]bool{}
		for _, x := range list[1] {
			m[x] = true
		}
		for _, x := range list[0] {
			if !m[x] {
				keys = append(keys, x.key)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// TestPutAll puts many items at once, and one after the other.
func TestPutAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 60 {
		items := func(n int, text string) (out []item) {
			for range n {
				out = append(out, item{fmt.Sprintf("%05d", rng.IntN(3000)), text})
			}
			slices.SortFunc(out, func(a, b item) int { return strings.Compare(a.key, b.key) })
			return slices.CompactFunc(out, func(a, b item) bool { return a.key == b.key })
		}
		tr := New(items(rng.IntN(1500), "old"))
		before := tr.Slice()
		put := items(rng.IntN(2)*rng.IntN(2000)+rng.IntN(20), "new")
		want := tr
		for _, x := range put {
			want = want.Put(x)
		}
		got := tr.PutAll(put)
		if !slices.Equal(got.Slice(), want.Slice()) || got.Len() != want.Len() {
			t.Fatalf("%d items, want %d", got.Len(), want.Len())
		}
		if !slices.Equal(tr.Slice(), before) {
			t.Fatal("the old tree changed")
		}
	}
}
