package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"topicls/index"
	"topicls/index/source"
)

// warm is what a second start takes beside a walk of the same files, which
// looks at each of them.
type warm struct {
	Name    string  `json:"name"`
	Open    float64 `json:"openMs"` // medians
	Walk    float64 `json:"walkMs"`
	Ratio   float64 `json:"ratio"`     // median of the rounds' ratios
	Changed float64 `json:"changedMs"` // after one file changed
}

// measureWarm opens a folder whose index was kept, and walks it, in turns.
func measureWarm(ctx context.Context, root string, rounds int) (c warm, err error) {
	dir, err := os.MkdirTemp("", "topicls-store")
	if err != nil {
		return c, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	kept, err := index.OpenStore(dir)
	if err != nil {
		return c, err
	}
	open := func() (*index.Workspace, float64, error) {
		settle()
		start := time.Now()
		w, err := index.Open(ctx, root, index.Options{Store: kept})
		return w, ms(time.Since(start)), err
	}
	w, _, err := open()
	if err != nil {
		return c, err
	}
	if err := w.Save(); err != nil {
		return c, err
	}
	var opened, walked, ratios []float64
	for range rounds {
		var took float64
		if w, took, err = open(); err != nil {
			return c, err
		}
		runtime.KeepAlive(w)
		w = nil
		settle()
		start := time.Now()
		source.Walk(ctx, root, source.Options{})
		base := ms(time.Since(start))
		opened, walked, ratios = append(opened, took), append(walked, base), append(ratios, took/base)
		note("  second start %.0f ms, walk %.0f ms: %.2f", took, base, took/base)
	}
	c.Open, c.Walk, c.Ratio = median(opened), median(walked), median(ratios)
	c.Changed, err = afterChange(root, open)
	return c, err
}

func (r *results) warm(ctx context.Context, name, root string, rounds int) error {
	c, err := measureWarm(ctx, root, rounds)
	c.Name = name
	r.Warm = append(r.Warm, c)
	return err
}

// afterChange opens a folder in which one file changed since its index was kept.
func afterChange(root string, open func() (*index.Workspace, float64, error)) (took float64, err error) {
	w, _, err := open()
	if err != nil {
		return 0, err
	}
	var p string
	for _, e := range w.Snapshot().Endpoints() {
		if strings.HasSuffix(e.Place.File, ".py") {
			p = filepath.Join(root, filepath.FromSlash(e.Place.File))
			break
		}
	}
	text, err := os.ReadFile(p)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(p, append(bytes.Clone(text), "\n# changed\n"...), 0o644); err != nil {
		return 0, err
	}
	_, took, err = open()
	if err2 := os.WriteFile(p, text, 0o644); err == nil {
		err = err2
	}
	return took, err
}

// secondServer starts the server on a folder whose index was kept, and takes the
// time to the first hover that says something.
func secondServer(ctx context.Context, program, cache, root string, hover func(*server) (json.RawMessage, error)) (float64, error) {
	scan := exec.CommandContext(ctx, program, "scan", "--quiet", "--cache-dir", cache, root)
	scan.Stderr = os.Stderr
	if err := scan.Run(); err != nil {
		return 0, fmt.Errorf("keep the index: %w", err)
	}
	start := time.Now()
	s, err := startServer(ctx, program, cache, root)
	if err != nil {
		return 0, err
	}
	defer s.stop()
	if err := untilAnswered(func() (json.RawMessage, error) { return hover(s) }); err != nil {
		return 0, err
	}
	return ms(time.Since(start)), nil
}

// untilAnswered asks until there is an answer.
func untilAnswered(ask func() (json.RawMessage, error)) error {
	for {
		got, err := ask()
		if err != nil || string(got) != "null" {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}
