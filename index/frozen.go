package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"topicls/index/check"
	"topicls/index/client"
	"topicls/index/facts"
	"topicls/index/flow"
	"topicls/index/source"
)

// A second start on a workspace in which nothing changed takes the snapshot as
// it was kept (state.go) and makes nothing else: that takes little more than the
// walk that shows that nothing changed. Such a workspace is frozen. It answers;
// what only the whole workspace knows is made when somebody asks for it, and
// what an editor opens that has the text of the file changes nothing. Any other
// change, and Thaw, make it whole: it is then opened as it would have been
// without a state, on facts that are kept, and the frozen one hands all on to it.

// frozen is what a frozen workspace has beside its snapshot.
type frozen struct {
	w    *Workspace
	made atomic.Pointer[Workspace] // the whole one; nil until it is

	making  sync.Mutex      // for one at a time
	pending []source.Change // under w.mu: since the set that the whole one begins with

	problems []Problem // of the snapshot
	keyReads map[string][]flow.Variable
	configs  []string // files that are configuration of some store, sorted
	beside   []string // what was looked at beside the set
	mu       sync.Mutex
	code     map[string]codeEntry // under mu: files of code that were asked for
}

// openFrozen takes the state that was kept, if it is that of the files there
// are now.
func (w *Workspace) openFrozen(found found) bool {
	if w.cache == nil {
		return false
	}
	st := w.cache.take(w.set, found)
	if st == nil {
		return false
	}
	snap := st.Snapshot
	f := &frozen{w: w, problems: st.Problems, keyReads: st.KeyReads, configs: st.Configs, beside: st.beside, code: map[string]codeEntry{}}
	w.frozen, w.code.set = f, w.set
	snap.set, snap.frozen, snap.Seq = w.set, f, 1
	snap.imports = w.imports
	snap.own, w.grading = w.own, w.own.grading(&w.opts)
	snap.found = snap.found.Graded(w.grading)
	snap.view()
	w.seq = snap.Seq
	w.current.Store(snap)
	n := int64(0)
	for i := range w.cache.rows {
		if w.cache.rows[i].code {
			n++
		}
	}
	w.cache.files.Store(n)
	w.cache.hits.Store(n)
	return true
}

// Thaw makes a workspace whole that was taken as it was kept, so that the first
// change need not wait for it. The error says that ctx ended.
func (w *Workspace) Thaw(ctx context.Context) error {
	if w.frozen == nil {
		return nil
	}
	return w.frozen.thaw(ctx)
}

func (f *frozen) thaw(ctx context.Context) error {
	f.making.Lock()
	defer f.making.Unlock()
	if f.made.Load() != nil {
		return nil
	}
	w := f.w
	w.mu.Lock()
	opts := w.opts
	x := newWorkspace(opts)
	x.ownModels, x.imports, x.code.more = w.ownModels, w.imports, w.code.more
	x.set, x.own, x.cache, x.looked.at, x.seq = w.set, w.own, w.cache, w.looked.at, w.seq
	f.pending = nil
	w.mu.Unlock()
	x.opts.Progress = nil
	w.cache.files.Store(0)
	w.cache.hits.Store(0)
	if err := x.build(ctx); err != nil {
		return err
	}
	x.opts.Progress = opts.Progress
	x.kept, x.keptSeq = !slices.ContainsFunc(x.cache.rows, func(r fileRow) bool { return !r.trusted }), x.seq
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(f.pending) > 0 {
		x.Apply(f.pending...)
		f.pending = nil
	}
	x.Grade(w.opts.Grading)
	f.made.Store(x)
	w.current.Store(nil) // whoever holds the frozen snapshot may go on using it
	return nil
}

// whole returns the whole workspace.
func (f *frozen) whole() *Workspace {
	if err := f.thaw(context.Background()); err != nil { // the models of clients are part of the program
		panic(fmt.Sprintf("make the workspace whole: %v", err))
	}
	return f.made.Load()
}

// applyFrozen takes changes that change nothing but where the bytes of files
// come from. It reports whether they are such.
func (w *Workspace) applyFrozen(changes []source.Change) (*Snapshot, bool) {
	f := w.frozen
	w.mu.Lock()
	defer w.mu.Unlock()
	if f.made.Load() != nil {
		return nil, false
	}
	next := w.set.With(changes...)
	diff := source.Diff(w.set, next)
	for _, c := range changes {
		diff = append(diff, c.Path())
	}
	for _, p := range uniqueSorted(diff) {
		if _, in := next.Get(p); !in && (slices.Contains(w.ownModels.files, p) || slices.Contains(w.imports.files, p)) {
			return nil, false
		}
		if !f.same(w.set, next, p) {
			return nil, false
		}
	}
	if !slices.Equal(w.set.Problems(), next.Problems()) {
		return nil, false
	}
	w.set = next
	f.pending = append(f.pending, changes...)
	w.seq++
	snap := *w.current.Load()
	snap.set, snap.Seq = next, w.seq
	snap.view()
	w.current.Store(&snap)
	return &snap, true
}

// grade is Grade, for which the whole workspace is not needed.
func (f *frozen) grade(grading check.Grading) *Snapshot {
	w := f.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if x := f.made.Load(); x != nil {
		return x.Grade(grading)
	}
	w.opts.Grading = grading
	snap := *w.current.Load()
	found := snap.found.Graded(w.own.grading(&w.opts))
	if found == snap.found {
		return w.current.Load()
	}
	w.seq++
	snap.found, snap.Seq = found, w.seq
	snap.view()
	w.current.Store(&snap)
	return &snap
}

// same reports whether a path is the same to the index in two sets.
func (f *frozen) same(before, after *source.Set, p string) bool {
	a, had := before.Get(p)
	b, has := after.Get(p)
	if !had && !has {
		return p == "." || !slices.ContainsFunc(f.beside, func(q string) bool {
			return q == p || strings.HasPrefix(q, p+"/") || strings.HasPrefix(p, q+"/")
		})
	}
	if had != has || a.Kind != b.Kind || a.Lang != b.Lang || a.Test != b.Test || a.Mode != b.Mode {
		return false
	}
	row := f.w.cache.row(p)
	if row == nil {
		return false
	}
	if row.looksLike(b) && row.trusted {
		return true
	}
	hash, err := after.Hash(p)
	return err == nil && hash == row.hash
}

// codeFile returns what is known of a file of code.
func (f *frozen) codeFile(p string) codeEntry {
	f.mu.Lock()
	defer f.mu.Unlock()
	e, ok := f.code[p]
	if !ok {
		if row := f.w.cache.row(p); row != nil && row.code {
			e = codeEntry{p, f.readCode(p, row)}
		}
		f.code[p] = e
	}
	return e
}

// readCode makes a file of code from what is kept or, where that is missing,
// from the file.
func (f *frozen) readCode(p string, row *fileRow) *codeFile {
	c := f.w.cache
	e, _ := c.set.Get(p)
	cf := &codeFile{lang: e.Lang, family: client.FamilyOf(string(e.Lang))}
	if c.fill(f.w.code, p, cf, row.hash, row.facts) {
		if !row.facts {
			cf.facts = nil
		}
		return cf
	}
	data, err := c.set.ReadFile(p)
	if err != nil || source.HashBytes(data) != row.hash {
		return cf // it could not be read then, or changed just now
	}
	cf.hash, cf.signature = row.hash, source.Sign(data)
	if row.facts {
		cf.facts = facts.Keep(f.w.code.extract(e.Lang, data))
	}
	return cf
}

// codeOf returns what is known of a file of code.
func (s *Snapshot) codeOf(p string) codeEntry {
	if s.frozen != nil {
		return s.frozen.codeFile(p)
	}
	cf, _ := s.wholeCode.Get(p)
	return cf
}

// inFull returns the snapshot of the whole workspace, which says the same.
func (s *Snapshot) inFull() *Snapshot {
	if s.frozen != nil {
		return s.frozen.whole().Snapshot()
	}
	return s
}

// conf is what the snapshot knows of configuration files.
func (s *Snapshot) conf() *configView { return s.inFull().wholeConfig }

// isConfig reports whether a file is configuration of some store.
func (s *Snapshot) isConfig(p string) bool {
	if s.frozen != nil {
		_, ok := slices.BinarySearch(s.frozen.configs, p)
		return ok
	}
	return s.wholeConfig.files[p] != nil
}

// keyReads are the keys that files of code read.
func (s *Snapshot) keyReads() map[string][]flow.Variable {
	if s.frozen != nil {
		return s.frozen.keyReads
	}
	return s.wholeConfig.reads
}
