package facts_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/facts"
)

func TestKept(t *testing.T) {
	for _, f := range real(t) {
		k := facts.Keep(f)
		if k.File() != f || k.Packed() {
			t.Fatal("what is kept is not at hand")
		}
		for range 2 {
			k.Pack()
			if !k.Packed() {
				t.Fatal("not packed")
			}
			if diff := cmp.Diff(f, k.File()); diff != "" {
				t.Fatalf("differs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(f.Problems, k.Problems()); diff != "" {
				t.Fatalf("other problems (-want +got):\n%s", diff)
			}
		}
	}
}

// TestKeptAtOnce is for the race detector: readers and some who pack.
func TestKeptAtOnce(t *testing.T) {
	f := real(t)[0]
	for range 20 {
		k := facts.Keep(f)
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				if i%2 == 0 {
					k.Pack()
				}
				if len(k.File().Exprs) != len(f.Exprs) {
					t.Error("other facts")
				}
			})
		}
		wg.Wait()
	}
}
