package facts_test

import (
	"bytes"
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

// Facts that are elsewhere are fetched once, by whoever comes first.
func TestKeptElsewhere(t *testing.T) {
	for _, f := range real(t) {
		fetched := 0
		k := facts.KeepElsewhere(f.Problems, func() (*facts.File, []byte) {
			fetched++
			return f, facts.Encode(f)
		})
		if fetched != 0 || !k.Packed() {
			t.Fatal("fetched before anybody asked")
		}
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				if i == 0 {
					k.Pack()
				}
				if diff := cmp.Diff(f, k.File()); diff != "" {
					t.Errorf("differs (-want +got):\n%s", diff)
				}
			})
		}
		wg.Wait()
		if !bytes.Equal(k.Bytes(), facts.Encode(f)) || fetched != 1 {
			t.Errorf("other bytes, or fetched %d times", fetched)
		}
	}
}
