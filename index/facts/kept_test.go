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
		if k.File() != f || k.Size() != f.Size() {
			t.Fatal("what is kept is not at hand")
		}
		for range 2 {
			k.Pack()
			k.Pack()
			if k.Size() != 0 {
				t.Fatal("packed facts have tables")
			}
			if diff := cmp.Diff(f, k.File()); diff != "" {
				t.Fatalf("differs (-want +got):\n%s", diff)
			}
		}
	}
}

// TestKeptAtOnce is for the race detector: readers and one who packs.
func TestKeptAtOnce(t *testing.T) {
	f := real(t)[0]
	k := facts.Keep(f)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				if len(k.File().Exprs) != len(f.Exprs) {
					t.Error("other facts")
				}
			}
		})
	}
	for range 100 {
		k.Pack()
	}
	wg.Wait()
}
