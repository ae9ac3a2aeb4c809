package index

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// TestOpenStops ends the context in each stage of opening: no later stage begins.
func TestOpenStops(t *testing.T) {
	var all []string
	note := func(list *[]string, then func(stage string)) Options {
		return Options{Progress: func(stage string, _, _ int) {
			if !slices.Contains(*list, stage) {
				*list = append(*list, stage)
			}
			then(stage)
		}}
	}
	const dir = "../examples/forecasting-pipeline"
	if _, err := Open(t.Context(), dir, note(&all, func(string) {})); err != nil || len(all) < 4 {
		t.Fatalf("stages %v, %v", all, err)
	}
	for i, last := range all {
		ctx, cancel := context.WithCancel(t.Context())
		var seen []string
		w, err := Open(ctx, dir, note(&seen, func(stage string) {
			if stage == last {
				cancel()
			}
		}))
		if w != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, %v", last, w, err)
		}
		if !slices.Equal(seen, all[:i+1]) {
			t.Errorf("%s: stages %v", last, seen)
		}
		cancel()
	}
}
