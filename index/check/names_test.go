package check

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The index finds the names that looking at all of them finds.
func TestNameIndex(t *testing.T) {
	near := 0
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2))
		letter := func() byte { return "aabbcdeRS-_.1"[r.IntN(13)] }
		index, names := nameIndex{}, map[string]bool{}
		list := []string{"orders", "user.created", "user_created", "User-Created", "user.cretaed"}
		for range 120 {
			b := []byte(list[r.IntN(len(list))])
			switch i := r.IntN(len(b)); r.IntN(4) {
			case 0:
				b[i] = letter()
			case 1:
				b = slices.Insert(b, i, letter())
			case 2:
				if len(b) > 1 {
					b = slices.Delete(b, i, i+1)
				}
			default:
				j := max(i-1, 0)
				b[i], b[j] = b[j], b[i]
			}
			list = append(list, string(b))
		}
		for _, n := range list {
			if !names[n] {
				names[n] = true
				index.add(n)
			}
		}
		for i, n := range list {
			if i%5 == 0 && names[n] {
				delete(names, n)
				index.remove(n)
			}
		}
		for _, n := range list {
			var want []string
			for o := range names {
				if nearNames(n, o) {
					want = append(want, o)
				}
			}
			slices.Sort(want)
			near += len(want)
			if got := index.near(n); !slices.Equal(got, want) {
				t.Fatalf("near %q: %q, want %q", n, got, want)
			}
		}
	}
	if near < 1000 {
		t.Errorf("only %d names were near", near)
	}
}
