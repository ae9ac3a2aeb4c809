package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"topicls/index"
	"topicls/index/bench"
	"topicls/index/topology"
)

// The workspace of a large repository, of which a small part has to do with Kafka.
const (
	largeEndpoints = 1000
	largeFiles     = 20000
)

// firstHover is how long after the start of the server a hover on a topic that
// somebody produces was answered.
type firstHover struct {
	Name   string  `json:"name"`
	Cold   float64 `json:"coldMs"`
	Second float64 `json:"secondMs"`
	Budget float64 `json:"coldBudgetMs"`
}

// firstHovers measures the first hover on the example and on a large workspace,
// with nothing kept and when the server is started again.
func (r *results) firstHovers(ctx context.Context, o options) error {
	large := filepath.Join(o.dir, fmt.Sprintf("files-%d", largeFiles))
	if _, err := os.Stat(large); errors.Is(err, os.ErrNotExist) {
		note("making a workspace of %d files", largeFiles)
		if err := bench.Write(large, bench.Padded(largeEndpoints, largeFiles, bench.PythonOnly)); err != nil {
			return err
		}
	}
	note("first hover")
	for _, w := range []struct {
		name, root string
		budget     float64
	}{{"example", o.example, 1000}, {fmt.Sprintf("generated, %d files", largeFiles), large, 3000}} {
		if w.root == "" {
			continue
		}
		root, err := filepath.Abs(w.root)
		if err != nil {
			return err
		}
		at, err := producedAt(ctx, root)
		if err != nil {
			return err
		}
		h := firstHover{Name: w.name, Budget: w.budget}
		var colds, seconds []float64
		for range min(o.rounds, 5) {
			settle()
			cold, second, err := hoverTwice(ctx, o.server, root, at)
			if err != nil {
				return err
			}
			colds, seconds = append(colds, cold), append(seconds, second)
		}
		h.Cold, h.Second = median(colds), median(seconds)
		note("  %s: %.0f ms, again %.0f ms", h.Name, h.Cold, h.Second)
		r.First = append(r.First, h)
	}
	return nil
}

// position is a place in a file as editors ask about it. The files that are made
// are ASCII.
type position struct {
	uri             string
	line, character int
}

func positionOf(s *index.Snapshot, root string, p topology.Place) position {
	text, _ := s.Text(p.File)
	before := string(text[:p.Start])
	return position{fileURI(filepath.Join(root, p.File)), strings.Count(before, "\n"), int(p.Start) - 1 - strings.LastIndexByte(before, '\n')}
}

// producedAt is the topic of a produce call that has consumers.
func producedAt(ctx context.Context, root string) (position, error) {
	w, err := index.Open(ctx, root, index.Options{})
	if err != nil {
		return position{}, err
	}
	s := w.Snapshot()
	for _, name := range s.Topics() {
		t := s.Topic(name)
		if len(t.Producers) > 0 && len(t.Consumers) > 0 && t.Producers[0].Endpoint.Arg.File != "" {
			return positionOf(s, root, t.Producers[0].Endpoint.Arg), nil
		}
	}
	return position{}, fmt.Errorf("%s: no topic with both sides", root)
}

// hoverTwice starts a server with nothing kept, and another one after it.
func hoverTwice(ctx context.Context, program, root string, at position) (cold, second float64, err error) {
	cache, err := os.MkdirTemp("", "topicls-cache")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = os.RemoveAll(cache) }()
	start := time.Now()
	s, err := startServer(ctx, program, cache, root)
	if err != nil {
		return 0, 0, err
	}
	defer s.stop()
	if err := untilAnswered(func() (json.RawMessage, error) { return s.ask("hover", at) }); err != nil {
		return 0, 0, err
	}
	cold = ms(time.Since(start))
	s.stop()
	second, err = secondServer(ctx, program, cache, root, func(s *server) (json.RawMessage, error) { return s.ask("hover", at) })
	return cold, second, err
}

// ask sends a request about a position.
func (s *server) ask(method string, p position) (json.RawMessage, error) {
	return s.request("textDocument/"+method, map[string]any{
		"textDocument": map[string]any{"uri": p.uri}, "position": map[string]any{"line": p.line, "character": p.character},
		"context": map[string]any{"includeDeclaration": true},
	})
}
