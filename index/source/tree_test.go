package source

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestTree makes random changes to a tree and to a plain sorted slice.
func TestTree(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var model []Problem
		tr := tree[Problem]{}
		key := func() string { return fmt.Sprintf("%05d", rng.IntN(5000)) }
		for step := range 300 {
			before := tr
			snapshot := tr.slice()
			lo, hi := key(), key()
			if lo > hi {
				lo, hi = hi, lo
			}
			var items []Problem
			switch rng.IntN(4) {
			case 0: // one item
				hi = lo + "\x00"
				items = []Problem{{lo, fmt.Sprint(step)}}
			case 1: // none
				hi = lo + "\x00"
			case 2: // a range
				for i := range rng.IntN(1500) {
					items = append(items, Problem{fmt.Sprintf("%s.%04d", lo, i), fmt.Sprint(step)})
				}
				if hi <= lo+".~" {
					hi = lo + ".~"
				}
			case 3:
				if rng.IntN(10) > 0 {
					hi = lo + "~"
				}
			}
			tr = tr.replace(lo, hi, items)
			from, _ := slices.BinarySearchFunc(model, lo, func(p Problem, k string) int { return strings.Compare(p.Path, k) })
			to, _ := slices.BinarySearchFunc(model, hi, func(p Problem, k string) int { return strings.Compare(p.Path, k) })
			model = slices.Concat(model[:from], items, model[to:])

			if !slices.Equal(tr.slice(), model) || tr.size != len(model) {
				t.Fatalf("seed %d step %d: %d items, want %d", seed, step, tr.size, len(model))
			}
			if !slices.Equal(before.slice(), snapshot) {
				t.Fatalf("seed %d step %d: the old tree changed", seed, step)
			}
			for _, chunk := range tr.chunks {
				if len(chunk) == 0 || len(chunk) > chunkMax {
					t.Fatalf("seed %d step %d: a chunk of %d", seed, step, len(chunk))
				}
			}
			for range 5 {
				k := key()
				got, ok := tr.get(k)
				at, found := slices.BinarySearchFunc(model, k, func(p Problem, k string) int { return strings.Compare(p.Path, k) })
				if ok != found || ok && got != model[at] {
					t.Fatalf("get %s: %v %v", k, got, ok)
				}
			}
			if got := slices.Collect(tr.between(lo, hi)); !slices.Equal(got, items) {
				t.Fatalf("between: %d items, want %d", len(got), len(items))
			}
		}
	}
}
