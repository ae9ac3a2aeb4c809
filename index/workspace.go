// Package index is the engine's face. A Workspace takes changes of files and
// gives immutable Snapshots; a Snapshot answers what editors and reports ask,
// in plain data and byte offsets. It knows no protocol and no editor.
//
// One goroutine at a time applies changes; any number read snapshots without
// locks. After any series of changes the snapshot should equal one built from
// scratch on the same files; see docs/architecture.md for how far it does.
package index

import (
	"context"
	"fmt"
	"log/slog"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"topicls/index/check"
	"topicls/index/client"
	"topicls/index/deploy"
	"topicls/index/deploy/compose"
	"topicls/index/flow"
	"topicls/index/source"
	"topicls/index/topology"
)

// Options change how a workspace is read. The zero value is right for most.
type Options struct {
	Tests       bool     // take test code in
	Exclude     []string // further ignore patterns, as in .gitignore
	Environment string   // the environment that answers; "" = the default ones
	Logger      *slog.Logger
	Progress    func(stage string, done, total int) // called now and then while opening; may be nil
}

// Workspace is one indexed folder.
type Workspace struct {
	mu       sync.Mutex
	opts     Options
	log      *slog.Logger
	set      *source.Set
	code     *code
	linker   *flow.Linker
	composer *compose.Reader
	sets     []loadedSet
	deployed deployState
	resolved map[string]*resolvedFile
	reads    map[string][]topology.VariableRead // code file -> its reads of variables, as the code has them
	topics   map[string]map[string]bool         // topic -> files whose endpoints name it
	mentions *mentions
	seq      uint64
	current  atomic.Pointer[Snapshot]
}

// loadedSet is a compose file set and what it says. A broken edit keeps the
// last good result.
type loadedSet struct {
	set    compose.FileSet
	loaded compose.Loaded
	good   compose.Loaded
	hasOK  bool
}

// Open indexes the folder root. The error says that root is no folder or that
// ctx ended; all else is in the snapshot's problems.
func Open(ctx context.Context, root string, opts Options) (*Workspace, error) {
	start := time.Now()
	models, err := client.ForLanguage("python")
	if err != nil {
		return nil, fmt.Errorf("load client models: %w", err)
	}
	w := &Workspace{
		opts: opts, log: opts.Logger, composer: compose.NewReader(),
		code:     newCode(source.NewPrefilter(models.Prefilter...), opts.Tests),
		resolved: map[string]*resolvedFile{},
		reads:    map[string][]topology.VariableRead{},
		topics:   map[string]map[string]bool{},
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	w.linker = flow.NewLinker(models, w.code)
	w.progress("reading the workspace", 0, 0)
	w.set, err = source.Open(ctx, root, source.Options{Exclude: opts.Exclude})
	if err != nil {
		return nil, err // says what it was about
	}
	w.code.set = w.set
	w.code.setDocuments()
	var paths []string
	for e := range w.set.All() {
		if w.code.supported(e) {
			paths = append(paths, e.Path)
		}
	}
	w.code.readAll(ctx, paths, func(begun int) { w.progress("reading code", begun, len(paths)) })
	if ctx.Err() != nil {
		return nil, stopped(ctx)
	}
	w.progress("following topics", 0, 0)
	for _, p := range paths {
		if w.code.files[p].matters {
			w.linker.Want(p)
		}
	}
	w.linker.RunUntil(func() bool { return ctx.Err() != nil })
	if ctx.Err() != nil {
		return nil, stopped(ctx)
	}
	w.progress("reading deployments", 0, 0)
	w.loadDeployments(nil, nil, true)
	if ctx.Err() != nil {
		return nil, stopped(ctx)
	}
	w.updateMentions(nil, true)
	if ctx.Err() != nil {
		return nil, stopped(ctx)
	}
	w.refresh(w.linker.Take(), delta{deployed: true}, check.Change{})
	w.log.Info("indexed", "root", root, "files", w.set.Len(), "endpoints", len(w.Snapshot().endpoints), "dur", time.Since(start))
	return w, nil
}

// stopped is the error of a workspace whose opening ctx ended.
func stopped(ctx context.Context) error { return fmt.Errorf("open workspace: %w", context.Cause(ctx)) }

func (w *Workspace) progress(stage string, done, total int) {
	if w.opts.Progress != nil {
		w.opts.Progress(stage, done, total)
	}
}

// Snapshot returns the current state.
func (w *Workspace) Snapshot() *Snapshot { return w.current.Load() }

// Apply takes changes and returns the state after them.
func (w *Workspace) Apply(changes ...source.Change) *Snapshot {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := w.set.With(changes...)
	diff := source.Diff(w.set, next)
	for _, c := range changes { // an overlay with the same size and time is a change too
		diff = append(diff, c.Path())
	}
	diff = uniqueSorted(diff)
	var moved []string // came or went
	marked := false
	for _, p := range diff {
		if w.set.Has(p) != next.Has(p) {
			moved, marked = append(moved, p), marked || isProgramMarker(p)
		}
	}
	before := w.set
	w.set = next
	w.code.set = next
	var touched []string
	var code []string  // code files that came or went
	reproject := false // what makes a folder a project came or went
	for _, p := range diff {
		e, ok := next.Get(p)
		old := w.code.files[p]
		if ok != before.Has(p) || ok && (old != nil) != w.code.supported(e) {
			reproject = reproject || marksProject(p)
			if old != nil || ok && w.code.supported(e) {
				code = append(code, p)
			}
		}
		if !ok || !w.code.supported(e) {
			if old != nil {
				w.code.put(p, nil)
				touched = append(touched, p)
			}
			continue
		}
		cf := w.code.read(p)
		if old != nil && old.hash == cf.hash && old.problem == cf.problem {
			continue
		}
		if old != nil && old.extracted && !cf.extracted {
			w.code.put(p, cf)
			w.code.Facts(p)
		} else {
			w.code.put(p, cf)
		}
		touched = append(touched, p)
	}
	if docs := w.code.documentsChanged(diff); len(docs) > 0 {
		w.linker.Changed(docs)
		w.linker.Run()
	}
	if reproject {
		clear(w.code.projects)
		w.linker.Reproject()
	}
	if reproject || len(touched) > 0 {
		w.linker.Update(touched, code)
		w.linker.Run()
	}
	redeployed := w.loadDeployments(diff, moved, false) || marked || len(touched) > 0 && w.importsChanged(touched)
	unread := w.updateMentions(diff, false)
	w.refresh(w.linker.Take(), delta{deployed: redeployed, listing: len(moved) > 0}, check.Change{Files: diff, Services: w.running(touched), Unread: unread})
	return w.Snapshot()
}

func uniqueSorted(s []string) []string {
	sort.Strings(s)
	out := s[:0:0]
	for i, x := range s {
		if x != "" && (i == 0 || s[i-1] != x) {
			out = append(out, x)
		}
	}
	return out
}

// loadDeployments reads the deployment files again as far as the changed paths,
// or those that came or went where images are built from,
// concern them. It reports whether anything may have changed.
func (w *Workspace) loadDeployments(diff, moved []string, all bool) bool {
	rediscover := all
	changed := map[string]bool{}
	for _, p := range diff {
		changed[p] = true
		rediscover = rediscover || compose.Matters(p)
	}
	if rediscover {
		old := map[string]loadedSet{}
		for _, s := range w.sets {
			old[s.set.ID] = s
		}
		w.sets = w.sets[:0:0]
		for _, s := range w.composer.Discover(w.set) {
			ls := loadedSet{set: s}
			if o, ok := old[s.ID]; ok {
				ls.good, ls.hasOK = o.good, o.hasOK
				if sameSet(o.set, s) {
					ls.loaded = o.loaded
				}
			}
			w.sets = append(w.sets, ls)
		}
	}
	dirty := rediscover
	for i := range w.sets {
		s := &w.sets[i]
		need := s.loaded.Read == nil
		for _, p := range s.loaded.Read {
			need = need || changed[p]
		}
		need = need || len(moved) > 0 && builtFrom(&s.loaded.Environment, moved)
		if !need {
			continue
		}
		dirty = true
		s.loaded = w.composer.Load(w.set, s.set)
		if len(s.loaded.Environment.Services) > 0 || len(s.loaded.Problems) == 0 {
			s.good, s.hasOK = s.loaded, true
		}
	}
	return dirty
}

// builtFrom reports whether a service's image is built from a folder with one
// of the paths: what a Dockerfile copies and what a command starts goes by the
// files there are.
func builtFrom(e *deploy.Environment, paths []string) bool {
	for i := range e.Services {
		dir := e.Services[i].Context
		for _, p := range paths {
			if dir == "." || dir != "" && strings.HasPrefix(p, dir+"/") {
				return true
			}
		}
	}
	return false
}

func sameSet(a, b compose.FileSet) bool {
	return a.ID == b.ID && a.Default == b.Default && a.Dir == b.Dir && strings.Join(a.Files, "\x00") == strings.Join(b.Files, "\x00")
}

// environments returns the loaded environments, the last good state of each.
func (w *Workspace) environments() []deploy.Environment {
	var out []deploy.Environment
	for _, s := range w.sets {
		if s.hasOK {
			out = append(out, s.good.Environment)
		} else {
			out = append(out, s.loaded.Environment)
		}
	}
	return out
}

// chosen reports whether an environment answers.
func (w *Workspace) chosen(e *deploy.Environment) bool {
	if w.opts.Environment != "" {
		return e.ID == w.opts.Environment
	}
	return e.Default
}

func toPlace(p flow.Place) topology.Place {
	return topology.Place{File: p.Path, Start: p.Start, End: p.End}
}
