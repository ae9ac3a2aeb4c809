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
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"topicls/index/check"
	"topicls/index/client"
	"topicls/index/flow"
	"topicls/index/source"
	"topicls/index/topology"
	"topicls/index/workspacefile"
)

// Options change how a workspace is read. The zero value is right for most.
type Options struct {
	Tests       bool          // take test code in
	Exclude     []string      // further ignore patterns, as in .gitignore
	Environment string        // the environment that answers; "" = the default ones
	Grading     check.Grading // how much findings matter, where not as their rules say
	Logger      *slog.Logger
	Store       *Store                              // what is kept between runs; nil for nothing
	Progress    func(stage string, done, total int) // called now and then while opening; may be nil

	racy time.Duration // for tests: see cache.isRacy
}

// Workspace is one indexed folder.
type Workspace struct {
	mu          sync.Mutex
	opts        Options
	log         *slog.Logger
	set         *source.Set
	code        *code
	linkers     *linkers
	cache       *cache // nil when nothing is kept between runs
	looked      looked
	packed      bool // the facts were packed once
	deployments *deployments
	deployed    *deployState
	runs        map[string][]string // code file -> ids of the services that run it, sorted
	resolved    map[string]*resolvedFile
	programs    map[string]map[string]bool         // main program that is not deployed -> its files with endpoints
	reads       map[string][]topology.VariableRead // code file -> its reads of variables, as the code has them
	topics      map[string]map[string]bool         // topic -> files whose endpoints name it
	mentions    *mentions
	checker     *check.Checker
	own         *ownFile
	ownModels   *ownModels
	imports     *imports
	declaring   *declaring
	schemas     *schemaFiles
	grading     check.Grading // that the last findings were given
	configs     *configs

	askedBy     map[string]askedStores                        // code file -> stores that its names asked
	configReads map[string]map[string][]topology.VariableRead // service -> configuration file -> variables that it refers to
	keyReads    map[string][]flow.Variable                    // code file -> keys of stores that it reads

	serviceStores map[string][]storeKey // service -> stores that its modules have
	builds        imageBuilds
	imageFolders  map[string][]string // see setImageFolders
	imageFiles    map[string][]string // see dockerfileFor

	deadLetters map[string][]string             // topic -> dead-letter topics that are named after it, sorted
	secrets     map[string]map[secretOwner]bool // value -> who has it as a secret
	masked      map[string][]string             // service -> the values of its secrets
	seq         uint64
	current     atomic.Pointer[Snapshot]

	kept    bool // the state of keptSeq is kept for the next start
	keptSeq uint64
	frozen  *frozen // nil for a workspace that was not opened from a state
}

// Open indexes the folder root. The error says that root is no folder or that
// ctx ended; all else is in the snapshot's problems.
//
// With a store, and when nothing changed since, the state is what was kept in
// it. The workspace answers all the same, and its first change, or Thaw, makes
// it whole.
func Open(ctx context.Context, root string, opts Options) (*Workspace, error) {
	w := newWorkspace(opts)
	w.progress("reading the workspace", 0, 0)
	data, err := source.ReadFile(root, workspacefile.Name)
	if err != nil {
		data = nil // there is none, or the folder is none either
	}
	w.own = readOwn(data, nil)
	w.ownModels, w.imports = readModels(w.own, ownTexts(root)), readImports(w.own, ownTexts(root))
	w.code.more = w.ownModels.models
	w.cache = newCache(opts.Store, root, w.stateName(), &opts, w.log)
	w.cache.with(w.ownModels)
	kept := w.cache.read()
	set, err := source.Open(ctx, root, source.Options{Exclude: w.own.exclude(&opts)})
	found := <-kept
	if err != nil {
		return nil, err // says what it was about
	}
	w.set = set
	if w.openFrozen(found) {
		w.log.Info("indexed", "kept", true, "root", root, "files", w.set.Len(), "endpoints", w.Snapshot().stats.Endpoints, "dur", time.Since(w.looked.at))
		return w, nil
	}
	if err := w.build(ctx); err != nil {
		return nil, err
	}
	return w, nil
}

// newWorkspace returns a workspace without files.
func newWorkspace(opts Options) *Workspace {
	w := &Workspace{
		opts: opts, log: opts.Logger, deployments: newDeployments(),
		code:     newCode(opts.Tests),
		resolved: map[string]*resolvedFile{},
		reads:    map[string][]topology.VariableRead{},
		topics:   map[string]map[string]bool{},
		deployed: &deployState{}, runs: map[string][]string{}, programs: map[string]map[string]bool{},
		configs: newConfigs(opts.Tests), declaring: newDeclaring(), schemas: newSchemaFiles(), ownModels: &ownModels{}, imports: &imports{}, askedBy: map[string]askedStores{}, configReads: map[string]map[string][]topology.VariableRead{}, keyReads: map[string][]flow.Variable{}, serviceStores: map[string][]storeKey{},
		deadLetters: map[string][]string{}, secrets: map[string]map[secretOwner]bool{}, masked: map[string][]string{},
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	w.linkers = newLinkers(w.code)
	w.looked.at = time.Now()
	return w
}

// build finds out all there is to know of the files of w.set.
func (w *Workspace) build(ctx context.Context) error {
	w.code.set, w.code.cache = w.set, w.cache
	w.looked.all(w.cache, w.set)
	w.code.setDocuments()
	var paths []string
	for e := range w.set.All() {
		if !w.code.supported(e) {
			continue
		}
		paths = append(paths, e.Path)
		if err := w.code.loadFamily(client.FamilyOf(string(e.Lang))); err != nil {
			return err
		}
	}
	w.code.readAll(ctx, paths, func(begun int) { w.progress("reading code", begun, len(paths)) })
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	w.progress("following topics", 0, 0)
	for _, p := range paths {
		if w.code.files[p].matters {
			w.linkers.want(p)
		}
	}
	w.linkers.runUntil(func() bool { return ctx.Err() != nil })
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	w.progress("reading deployments", 0, 0)
	w.deployments.load(w.set, nil, nil, true)
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	w.readSchemas()
	w.readMentions()
	w.readBuilds()
	for p, cf := range w.code.files {
		w.declaring.code(p, cf)
	}
	w.setImageFolders()
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	linked, d := w.linkers.take(), w.redeploy(nil, true)
	w.reconfigure(nil, nil, linked, &d)
	linked = append(linked, w.mentions.connectors()...)
	w.refresh(linked, d, nil)
	if u := w.Unsettled(); len(u) > 0 {
		w.log.Warn("some files do not settle", "root", w.set.Root(), "paths", u)
	}
	w.log.Info("indexed", "root", w.set.Root(), "files", w.set.Len(), "endpoints", w.Snapshot().stats.Endpoints, "dur", time.Since(w.looked.at))
	return nil
}

// stopped is the error of a workspace whose opening ctx ended.
func stopped(ctx context.Context) error { return fmt.Errorf("open workspace: %w", context.Cause(ctx)) }

func (w *Workspace) progress(stage string, done, total int) {
	if w.opts.Progress != nil {
		w.opts.Progress(stage, done, total)
	}
}

// Unsettled lists the files on which the search for values gave up because it
// went on changing its mind, sorted. That costs time and may cost names; there
// should be none.
func (w *Workspace) Unsettled() []string {
	if w.frozen != nil {
		w = w.frozen.whole()
	}
	return w.linkers.unsettled()
}

// Snapshot returns the current state.
func (w *Workspace) Snapshot() *Snapshot {
	for w.frozen != nil {
		if x := w.frozen.made.Load(); x != nil {
			return x.Snapshot()
		}
		if s := w.current.Load(); s != nil { // it was not made meanwhile
			return s
		}
	}
	return w.current.Load()
}

// ApplyNow is Apply, unless that has to wait until the workspace is whole (see
// Thaw); then it does nothing and returns false.
func (w *Workspace) ApplyNow(changes ...source.Change) (*Snapshot, bool) {
	if w.frozen != nil && w.frozen.made.Load() == nil {
		if s, ok := w.applyFrozen(changes); ok {
			return s, true
		}
		if w.frozen.made.Load() == nil {
			return nil, false
		}
	}
	return w.Apply(changes...), true
}

// Apply takes changes and returns the state after them.
func (w *Workspace) Apply(changes ...source.Change) *Snapshot {
	if w.frozen != nil {
		if s, ok := w.applyFrozen(changes); ok {
			return s
		}
		return w.frozen.whole().Apply(changes...)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	began := time.Now()
	next := w.set.With(changes...)
	var texts []check.Text
	diff := source.Diff(w.set, next)
	for _, c := range changes { // an overlay with the same size and time is a change too
		diff = append(diff, c.Path())
	}
	diff = uniqueSorted(diff)
	next, diff, deploys := w.updateOwn(next, diff)
	diff = w.updateImports(next, diff)
	w.looked.again(w.cache, next, diff, began)
	var moved []string // came or went
	marked, folders := false, false
	for _, p := range diff {
		if w.set.Has(p) != next.Has(p) {
			moved, marked = append(moved, p), marked || isProgramMarker(p)
			folders = folders || marksFolder(p)
		}
	}
	marked = marked || folders
	for _, p := range moved { // what was made from them becomes code, or is none any more
		for _, q := range compiledFrom(p) {
			if w.set.Has(q) || next.Has(q) {
				diff = append(diff, q)
			}
		}
	}
	diff = uniqueSorted(diff)
	before := w.set
	type signatures struct {
		code  source.Signature
		other *source.Signature
	}
	words := map[string]signatures{} // that changed files had
	for _, p := range diff {
		var had signatures
		if cf := w.code.files[p]; cf != nil {
			had.code = cf.signature
		}
		if m, ok := w.mentions.files.Get(p); ok {
			had.other = m.words
		}
		words[p] = had
	}
	w.set = next
	w.code.set = next
	w.deployments.forget(diff, moved)
	var touched []string
	change := newCodeChange()
	reproject := false // what makes a folder a project came or went
	for _, p := range diff {
		e, ok := next.Get(p)
		old := w.code.files[p]
		if ok != before.Has(p) || ok && (old != nil) != w.code.supported(e) {
			reproject = reproject || marksProject(p)
		}
		if !ok || !w.code.supported(e) {
			if old != nil {
				w.code.put(p, nil)
				touched = append(touched, p)
				change.add(p, old, nil)
			}
			continue
		}
		if err := w.code.loadFamily(client.FamilyOf(string(e.Lang))); err != nil {
			w.log.Error("load client models", "err", err) // they are part of the program
			continue
		}
		cf := w.code.read(p)
		if old != nil && old.hash == cf.hash && old.problem == cf.problem && (!old.stale && !old.torn || old.stale && e.Overlay) {
			continue // a torn one was read while it was another: being the same again is a change
		}
		if old != nil && old.extracted && !cf.extracted {
			w.code.put(p, cf)
			w.code.Facts(p)
			w.code.keepGood(p, before, old, cf)
		} else {
			w.code.keepGood(p, before, old, cf)
			w.code.put(p, cf)
		}
		touched = append(touched, p)
		change.add(p, old, cf)
	}
	if slices.ContainsFunc(diff, isGoModule) {
		w.code.gomods = nil
		w.linkers.importsChanged(client.Go)
	}
	if docs := w.code.documentsChanged(diff); len(docs) > 0 {
		w.linkers.documentsChanged(docs)
	}
	if reproject {
		clear(w.code.projects)
		w.code.dotnet = nil
		w.linkers.reproject()
	}
	var again []string
	if w.readOwnModels(diff) {
		again, deploys = w.remodel(), true
	} else if reproject || len(touched) > 0 || slices.ContainsFunc(diff, isGoModule) {
		w.linkers.update(change)
	}
	connectors := w.mentions.connectorsIn(diff)
	w.updateSchemas(diff)
	w.updateMentions(diff)
	w.updateBuilds(diff)
	if len(moved) > 0 {
		w.deployments.uncomplete()
	} else if len(touched) > 0 {
		w.deployments.searched(func(word string) bool {
			wanted := source.NewWord(word)
			return slices.ContainsFunc(touched, func(p string) bool {
				cf := w.code.files[p]
				return words[p].code.MayContainWord(wanted) || cf != nil && cf.signature.MayContainWord(wanted)
			})
		})
	}
	for _, p := range touched {
		w.declaring.code(p, w.code.files[p])
	}
	connectors = append(connectors, w.mentions.connectorsIn(diff)...)
	if folders {
		w.setImageFolders()
	}
	d := w.deploy(diff, moved, touched, change, marked, deploys)
	for _, p := range diff {
		texts = append(texts, w.textOf(p, words[p].code, words[p].other))
	}
	linked := uniqueSorted(append(w.linkers.take(), again...))
	w.reconfigure(diff, moved, linked, &d)
	linked = append(linked, connectors...)
	if len(d.services) > 0 || marked { // the program that a connector counts as may have another name
		d.files = append(d.files, w.mentions.connectors()...)
	}
	w.refresh(linked, d, texts)
	return w.Snapshot()
}

// deploy brings what is deployed up to date with changed files, those among
// them that came or went, the code that has other bytes, and what became of
// code. marked says that other folders look like a main program's, all that every
// service is to be computed again.
func (w *Workspace) deploy(diff, moved, touched []string, code *codeChange, marked, all bool) redeployed {
	loaded := w.deployments.load(w.set, diff, moved, false)
	stale := w.staleImports(diff, touched)
	if slices.ContainsFunc(diff, isDotnetProject) || !w.addMoved(stale, code.moved) { // references may find it, or found it
		stale = nil
	}
	if all {
		marked, stale = true, nil
	}
	if !loaded && !marked && stale != nil && stale.isEmpty() {
		return w.unread(moved)
	}
	d := w.redeploy(stale, marked)
	for id := range w.unread(moved).services {
		d.services[id] = true
	}
	return d
}

// unread lists the services without code that files came or went for: code in
// a language that is not read makes a difference.
func (w *Workspace) unread(moved []string) redeployed {
	d := redeployed{services: map[string]bool{}}
	if len(moved) == 0 {
		return d
	}
	for _, s := range w.deployed.services {
		if len(s.files) == 0 && !s.Infra {
			d.services[s.ID] = true
		}
	}
	return d
}

// Choose lets another environment answer, "" the default ones, and returns the
// state then. The error says that there is none of that id.
func (w *Workspace) Choose(environment string) (*Snapshot, error) {
	if w.frozen != nil {
		if x := w.frozen.made.Load(); x == nil && environment == w.opts.Environment {
			return w.Snapshot(), nil
		}
		return w.frozen.whole().Choose(environment)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if environment == w.opts.Environment {
		return w.Snapshot(), nil
	}
	if environment != "" {
		if err := UnknownEnvironment(environment, w.Snapshot().Environments()); err != nil {
			return nil, err
		}
	}
	w.opts.Environment = environment
	d := w.redeploy(nil, true)
	w.reconfigure(nil, nil, nil, &d)
	d.files = uniqueSorted(append(d.files, w.mentions.connectors()...))
	w.refresh(nil, d, nil)
	return w.Snapshot(), nil
}

// UnknownEnvironment is the error that says that an id is none of the
// environments; nil when it is one.
func UnknownEnvironment(id string, all []topology.Environment) error {
	var ids []string
	for _, e := range all {
		if e.ID == id {
			return nil
		}
		ids = append(ids, e.ID)
	}
	if len(ids) == 0 {
		return fmt.Errorf("no environment %q: the workspace describes none", id)
	}
	return fmt.Errorf("no environment %q: there are %s", id, strings.Join(ids, ", "))
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

func toPlace(p flow.Place) topology.Place {
	return topology.Place{File: p.Path, Start: p.Start, End: p.End}
}
