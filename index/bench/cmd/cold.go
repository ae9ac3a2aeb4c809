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
	filters := map[client.Family]*source.Prefilter{}
	for _, f := range client.Families {
		models, err := client.ForFamily(f)
		if err != nil {
			return c, err
		}
		filters[f] = source.NewPrefilter(models.Prefilter...)
	}
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
		rawWork(ctx, root, filters, parsed)
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
var bare = map[source.Language]*syntax.View{
	source.Python: syntax.Python.View(syntax.Spec{}), source.Java: syntax.Java.View(syntax.Spec{}), source.Kotlin: syntax.Kotlin.View(syntax.Spec{}),
	source.Go: syntax.Go.View(syntax.Spec{}), source.JavaScript: syntax.JavaScript.View(syntax.Spec{}),
	source.TypeScript: syntax.TypeScript.View(syntax.Spec{}), source.TSX: syntax.TSX.View(syntax.Spec{}), source.CSharp: syntax.CSharp.View(syntax.Spec{}),
}

// rawWork is what no index can leave out: walk, read each file, look for the
// words of client libraries, and parse the files whose facts are needed.
func rawWork(ctx context.Context, root string, filters map[client.Family]*source.Prefilter, parsed map[string]bool) {
	entries, _ := source.Walk(ctx, root, source.Options{})
	next := make(chan source.Entry, 64)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for e := range next {
				data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(e.Path)))
				if err != nil {
					continue
				}
				if filter := filters[client.FamilyOf(string(e.Lang))]; filter != nil {
					_ = filter.ContainsAny(data)
				}
				if parsed[e.Path] {
					bare[e.Lang].ParseOnly(data)
				}
			}
		})
	}
	for _, e := range entries {
		next <- e
	}
	close(next)
	wg.Wait()
}
