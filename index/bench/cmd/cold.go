package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"topicls/index"
	"topicls/index/client"
	"topicls/index/source"
	"topicls/index/syntax"
)

// cold is what indexing a folder takes beside raw work on the same files.
type cold struct {
	Name  string      `json:"name"`
	Stats index.Stats `json:"stats"`
	Index float64     `json:"indexMs"` // medians
	Raw   float64     `json:"rawMs"`
	Ratio float64     `json:"ratio"` // median of the rounds' ratios
}

// measureCold indexes a folder and does the raw work on it in turns.
func measureCold(ctx context.Context, root string, rounds int) (cold, error) {
	var c cold
	models, err := client.ForFamily(client.Python)
	if err != nil {
		return c, err
	}
	filter := source.NewPrefilter(models.Prefilter...)
	w, err := index.Open(ctx, root, index.Options{}) // warms the page cache too
	if err != nil {
		return c, err
	}
	parsed := map[string]bool{}
	for _, p := range w.Parsed() {
		parsed[p] = true
	}
	c.Stats = w.Snapshot().Stats()
	w = nil
	var indexed, raw, ratios []float64
	for range rounds {
		settle()
		start := time.Now()
		if w, err = index.Open(ctx, root, index.Options{}); err != nil {
			return c, err
		}
		took := ms(time.Since(start))
		runtime.KeepAlive(w)
		w = nil
		settle()
		start = time.Now()
		rawWork(ctx, root, filter, parsed)
		base := ms(time.Since(start))
		indexed, raw, ratios = append(indexed, took), append(raw, base), append(ratios, took/base)
		note("  index %.0f ms, raw %.0f ms: %.2f", took, base, took/base)
	}
	c.Index, c.Raw, c.Ratio = median(indexed), median(raw), median(ratios)
	return c, nil
}

// settle lets no round pay for the garbage of the one before.
func settle() {
	runtime.GC()
	debug.FreeOSMemory()
}

// bare parses and does nothing with the tree.
var bare = syntax.Python.View(syntax.Spec{})

// rawWork is what no index can leave out: walk, read each file, look for the
// words of client libraries, and parse the files whose facts are needed.
func rawWork(ctx context.Context, root string, filter *source.Prefilter, parsed map[string]bool) {
	entries, _ := source.Walk(ctx, root, source.Options{})
	next := make(chan string, 64)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for p := range next {
				data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(p)))
				if err != nil {
					continue
				}
				_ = filter.ContainsAny(data)
				if parsed[p] {
					bare.ParseOnly(data)
				}
			}
		})
	}
	for _, e := range entries {
		next <- e.Path
	}
	close(next)
	wg.Wait()
}
