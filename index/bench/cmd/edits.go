package main

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"topicls/index"
	"topicls/index/source"
	"topicls/index/topology"
)

// indexed is an open workspace with what is asked of it.
type indexed struct {
	w     *index.Workspace
	live  float64 // MB of live heap
	files []string
	texts map[string][]byte
}

func open(ctx context.Context, root string) (*indexed, error) {
	before := liveHeap()
	w, err := index.Open(ctx, root, index.Options{})
	if err != nil {
		return nil, err
	}
	x := &indexed{w: w, live: liveHeap() - before, texts: map[string][]byte{}}
	for e := range w.Snapshot().Files().All() {
		x.files = append(x.files, e.Path)
	}
	return x, nil
}

// liveHeap is the live heap in MB.
func liveHeap() float64 {
	settle()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// edit is a kind of edit: in files of the given names, and what to type there.
type edit struct {
	name string
	base []string
	// change returns the i-th version of a text; nil when it has no place for it.
	change func(text []byte, i int) []byte
}

// after puts text behind a mark.
func after(mark, text string) func([]byte, int) []byte {
	return func(b []byte, i int) []byte {
		at := bytes.Index(b, []byte(mark))
		if at < 0 {
			return nil
		}
		at += len(mark)
		return slices.Concat(b[:at], fmt.Appendf(nil, text, i), b[at:])
	}
}

// kinds are the edits that are measured, those of the design first.
var kinds = []edit{
	{"typing where no message is, in a file that matters", []string{"handlers.py", "reports.py"}, after("\ndef summarize(rows):\n", "    x%d = 1\n")},
	{"topic constant", []string{"topics.py", "config.py"}, after(`"CHANGED_TOPIC", "`, "v%d.")},
	{"call of a handler", []string{"handlers.py", "outbox.py"}, after(`"action": "created", `, `"extra_%d": 1, `)},
	{"unrelated file", []string{"page3.py", "cache.py"}, after("def ", "f%d")},
	{"value in a compose file", []string{"docker-compose.yaml"}, after("CONSUMER_GROUP_ID=", "x%d-")},
	{"topic in a compose file", []string{"docker-compose.yaml"}, after("- PRODUCER_TOPIC=", "x%d.")},
	{"helpers that a service imports", []string{"kafka_utils.py"}, after("RETRIES = ", "%d")},
	{"library that many services import", []string{"messaging.py"}, after("RETRIES = ", "%d")},
	{"new import", []string{"jobs.py", "reports.py"}, after("import logging\n", "import util.cache as c%d\n")},
}

// deployedKinds are the edits that are measured where charts and manifests deploy.
var deployedKinds = []edit{
	{"group in a values file of a chart of 50 templates", []string{"values.yaml"}, after("    group: ", "x%d-")},
	{"topic in a values file of a chart of 50 templates", []string{"values.yaml"}, after("      PRODUCER_TOPIC: ", "x%d.")},
	{"template of a chart of 50 templates", []string{"order-service-deployment.yaml", "invoice-service-deployment.yaml"}, after("            - name: CONSUMER_GROUP_ID\n              value: ", "x%d-")},
	{"group in an overlay's patch", []string{"patch.yaml"}, after("              value: ", "x%d-")},
	{"topic in a manifest", []string{"order-service.yaml", "invoice-service.yaml"}, after("            - name: PRODUCER_TOPIC\n              value: ", "x%d.")},
}

// edits measures edits of every kind whose name matches only, from the change
// to the first answer.
func (x *indexed) edits(kinds []edit, total string, n int, only string, r *results) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		note("%v", err)
		return
	}
	var all []time.Duration
	for _, k := range kinds {
		if !pattern.MatchString(k.name) {
			continue
		}
		var took []time.Duration
		var files []string
		for _, p := range x.files {
			if slices.Contains(k.base, path.Base(p)) && k.change(x.text(p), 0) != nil {
				files = append(files, p)
			}
		}
		if len(files) == 0 {
			continue
		}
		limit := time.Now().Add(10 * time.Second)
		for i := range n {
			p := files[i*7919%len(files)]
			text := k.change(x.text(p), i)
			x.w.Apply(source.Opened(p, x.text(p))) // opening it is no edit
			settleSometimes(i)
			start := time.Now()
			s := x.w.Apply(source.Opened(p, text))
			_, _ = s.Hover(p, uint32(len(text)/2))
			took = append(took, time.Since(start))
			start = time.Now()
			x.w.Apply(source.Opened(p, x.text(p)))
			took = append(took, time.Since(start))
			x.w.Apply(source.Closed(p))
			if time.Now().After(limit) {
				note("  only %d edits of %s", i+1, k.name)
				break
			}
		}
		r.Edits = append(r.Edits, timesOf(k.name, took))
		note("  %s", r.Edits[len(r.Edits)-1])
		all = append(all, took...)
	}
	r.Edits = append(r.Edits, timesOf(total, all))
}

func settleSometimes(i int) {
	if i%20 == 0 {
		runtime.GC()
	}
}

func (x *indexed) text(p string) []byte {
	if t := x.texts[p]; t != nil {
		return t
	}
	t, _ := x.w.Snapshot().Text(p)
	t = slices.Clone(t)
	x.texts[p] = t
	return t
}

// questions are the questions of editors, asked of the index.
var questions = []struct {
	name string
	ask  func(s *index.Snapshot, p topology.Place) int
}{
	{"hover", func(s *index.Snapshot, p topology.Place) int {
		h, _ := s.Hover(p.File, p.Start)
		return len(h.Markdown(func(p topology.Place) (string, string) { return p.File, p.File }))
	}},
	{"definition", func(s *index.Snapshot, p topology.Place) int { return len(s.Definition(p.File, p.Start)) }},
	{"references", func(s *index.Snapshot, p topology.Place) int { return len(s.References(p.File, p.Start, true)) }},
}

// places are positions that questions are asked about: topics in code, of all
// kinds of services, and values in compose files.
func places(s *index.Snapshot) (out []topology.Place) {
	eps := s.Endpoints()
	for i := 0; i < len(eps); i += max(1, len(eps)/500) {
		e := eps[i]
		if e.Arg.File != "" {
			out = append(out, e.Arg)
		} else {
			out = append(out, e.Place)
		}
	}
	vars := s.Variables()
	for i := 0; i < len(vars); i += max(1, len(vars)/200) {
		if strings.HasSuffix(vars[i].ValueAt.File, ".yaml") {
			out = append(out, vars[i].ValueAt)
		}
	}
	return out
}

func (x *indexed) queries(r *results) {
	s := x.w.Snapshot()
	at := places(s)
	for _, q := range questions {
		var took []time.Duration
		answered := 0
		for _, p := range at {
			start := time.Now()
			if q.ask(s, p) > 0 {
				answered++
			}
			took = append(took, time.Since(start))
		}
		r.Queries = append(r.Queries, timesOf(fmt.Sprintf("%s in the index (%d of %d answered)", q.name, answered, len(at)), took))
	}
}
