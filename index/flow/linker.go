// Package flow links facts across files and follows values: from the calls of
// a Kafka client library back through wrappers, constants, objects, threads
// and queues to the expressions that name topics, groups, keys and payloads.
//
// It sees facts, client models and nothing else: it reads no file, knows no
// editor, and leaves variables of the deployment open (see Resolve). Unknown
// stays unknown: where a value can't be told, the result says why.
//
// The unit of work is a file. A Linker keeps, per file, the endpoints that
// stand in it and the wrappers it defines, together with everything that was
// looked at on the way. When a file changes, the units that looked at it are
// computed again until nothing changes, so that the state after any series of
// edits equals the state computed from scratch.
package flow

import (
	"maps"
	"path"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"topicls/index/client"
	"topicls/index/confdoc"
	"topicls/index/facts"
)

// Source gives the linker the code of one family of languages. All but Mentions
// may be called by several goroutines at once.
type Source interface {
	// Has reports whether a code file exists at path.
	Has(path string) bool
	// IsPackage reports whether path is a folder with code below it.
	IsPackage(path string) bool
	// Facts returns the facts of a code file, extracting them if need be; nil
	// when the file can't be read.
	Facts(path string) *facts.Kept
	// Stems lists the code files whose module is called stem, sorted.
	Stems(stem string) []string
	// Matters reports whether a code file says a word of a client library.
	Matters(path string) bool
	// Project is the nearest folder around a file that looks like a program's.
	Project(path string) string
	// Documents lists the configuration documents of a base name, sorted.
	Documents(base string) []string
	// Document returns a configuration document, or nil.
	Document(path string) *confdoc.Doc
	// Mentions lists the code files that may contain the identifier, sorted.
	Mentions(name string) []string
	// MayMention reports whether Mentions has a file. Several goroutines may ask
	// at once.
	MayMention(path, name string) bool
	// PackageFiles lists the code files of a package, sorted. Packages have keys:
	// their dotted names, or their folders where languages have it so.
	PackageFiles(key string) []string
	// ImportFolder is the folder that an import path of a file leads to, in
	// languages whose imports are paths of packages; "" outside of the workspace.
	ImportFolder(from, importPath string) string
	// PackageOf is the key of the package that a code file is part of.
	PackageOf(path string) string
}

// Linker holds the linked state of a workspace. It has one user at a time; it
// computes units with several goroutines.
type Linker struct {
	models   *client.Set
	lang     language
	src      Source
	modules  *modules
	packages packages
	names    *names // names of code and of projects

	mu    sync.RWMutex // guards the next three while units are computed
	files map[string]*file
	byID  []*file // by number; nil for those that are not taken in
	ids   map[string]uint32

	fresh   []*file // taken in since the round began, not yet in the indexes
	index   nameIndex
	keys    []nameID // room for keysOf
	units   map[string]*unit
	rdeps   map[dep][]half // what depends on something
	workers []*evaluator
	warm    warm
	stop    func() bool

	wrappers  map[fnKey][]*wrapper
	byName    map[string]int                // how many wrappers are called by a name
	carried   map[carrier]int               // how many units have such a carrier
	relays    []*relay                      // of all units, see records.go
	sought    map[string]int                // by words, how many units want the files that have them all
	used      map[fnKey]int                 // how many call sites apply a wrapper
	handed    map[fnKey]int                 // how many units give a function a message or a client
	handedIn  map[string]int                // the same by file
	usesBy    map[originKey]map[string]bool // files that use messages of a consumer made by a call
	consumers map[originKey]map[string]bool // files with consume endpoints of such a consumer

	copiers map[originKey]map[string]bool // files that pass on fields of messages of such a consumer
	keepers map[originKey]map[string]bool // files that keep something of messages of such a consumer
	held    map[string]map[string]bool    // by file, those that ask for what they keep before it runs

	asked map[uint32]map[uint32]int // by package, the names that units asked it for, and how many did

	related    map[[2]uint32]int          // projects one of which imports the other
	neighbours map[uint32]map[uint32]bool // projects related to a project
	inProject  map[uint32][]uint32        // files taken in, by project
	importers  map[uint32][]uint32        // files that import a module of a last name

	unreadable map[string]bool // files that were looked for and could not be read

	queued    map[string]halves
	suspects  map[string]bool // files that may have no reason to be taken in any more
	changed   map[string]bool // units whose endpoints changed since the last Take
	unsettled map[string]bool // files that went on changing in some Run
	orphans   map[string]bool // units whose wrappers' use changed
}

// fnKey identifies a function across versions of its file.
type fnKey struct {
	path  string
	scope facts.ScopeID
}

// NewLinker returns a linker without files.
func NewLinker(models *client.Set, src Source) *Linker {
	return &Linker{
		models: models, lang: languageOf(models.Family), src: src, modules: newModules(models, src),
		packages: packages{found: map[packageQuery][]string{}}, asked: map[uint32]map[uint32]int{},
		names: &names{ids: map[string]uint32{}},
		files: map[string]*file{}, byID: make([]*file, 1), ids: map[string]uint32{},
		index: nameIndex{}, units: map[string]*unit{}, rdeps: map[dep][]half{},
		wrappers: map[fnKey][]*wrapper{}, byName: map[string]int{}, carried: map[carrier]int{}, sought: map[string]int{}, used: map[fnKey]int{}, handed: map[fnKey]int{}, handedIn: map[string]int{},
		usesBy: map[originKey]map[string]bool{}, consumers: map[originKey]map[string]bool{}, copiers: map[originKey]map[string]bool{}, keepers: map[originKey]map[string]bool{}, held: map[string]map[string]bool{},
		related: map[[2]uint32]int{}, neighbours: map[uint32]map[uint32]bool{},
		inProject: map[uint32][]uint32{}, importers: map[uint32][]uint32{},
		queued: map[string]halves{}, suspects: map[string]bool{}, changed: map[string]bool{}, orphans: map[string]bool{}, unsettled: map[string]bool{},
	}
}

// fileID returns the number of a path, a new one if need be. Numbers are never
// given twice.
func (l *Linker) fileID(p string) uint32 {
	l.mu.RLock()
	id, ok := l.ids[p]
	l.mu.RUnlock()
	if ok {
		return id
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.newID(p)
}

func (l *Linker) newID(p string) uint32 {
	id, ok := l.ids[p]
	if !ok {
		id = uint32(len(l.byID))
		l.ids[p] = id
		l.byID = append(l.byID, nil)
	}
	return id
}

// file returns a file that was taken in, or nil.
func (l *Linker) file(p string) *file {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.files[p]
}

// Update takes files whose facts changed, those of them that appeared or went
// away, and the packages that got or lost files. Call Run afterwards.
func (l *Linker) Update(changed, moved, packages []string) {
	if len(moved) > 0 {
		l.modules.reset()
	}
	l.packages.reset()
	l.packagesChanged(packages)
	for _, p := range moved {
		l.touchModule(p)
	}
	for _, p := range changed {
		old := l.files[p]
		switch {
		case old == nil:
			l.declarationsChanged(p, nil, nil)
			if l.unreadable[p] { // who looked for it did without
				delete(l.unreadable, p)
				l.modules.reset()
				l.touchModule(p)
			}
		case !l.src.Has(p):
			l.remove(old)
		default:
			l.declarationsChanged(p, old.kept, l.src.Facts(p))
			l.replace(old)
			l.touch(dep{kind: depFile, a: old.id})
		}
	}
	l.reconnect(moved)
	for _, p := range changed {
		if l.src.Has(p) {
			l.Want(p)
		}
	}
}

// touchModule queues the units that looked for a module which a path may be,
// or be inside of.
func (l *Linker) touchModule(p string) {
	touch := func(name string) {
		if id, ok := l.names.known(name); ok {
			l.touch(dep{kind: depModule, a: id})
		}
	}
	touch(stem(p))
	for d := path.Dir(p); d != "." && d != "/"; d = path.Dir(d) {
		touch(path.Base(d))
	}
}

// Changed takes configuration documents that changed, appeared or went away.
func (l *Linker) Changed(paths []string) {
	if slices.ContainsFunc(paths, func(p string) bool { return l.lang.configures(path.Base(p)) }) {
		l.modules.reset()
		l.reimportAll()
	}
	for _, p := range paths {
		if id, ok := l.ids[p]; ok {
			l.touch(dep{kind: depFile, a: id})
		}
		if id, ok := l.names.known(path.Base(p)); ok {
			l.touch(dep{kind: depModule, a: id})
		}
	}
}

// Want takes in a file if it matters, or mentions what those that do made
// worth looking for.
func (l *Linker) Want(p string) {
	if l.files[p] == nil && l.wanted(p) {
		l.load(p)
	}
}

// load returns a file, taking it in when it was not looked at before; nil when
// it can't be read. Several goroutines may load at once.
func (l *Linker) load(p string) *file {
	if x := l.file(p); x != nil {
		return x
	}
	f := l.src.Facts(p)
	if f == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.unreadable == nil {
			l.unreadable = map[string]bool{}
		}
		l.unreadable[p] = true
		return nil
	}
	project := l.names.id(l.src.Project(p))
	l.mu.Lock()
	defer l.mu.Unlock()
	if x := l.files[p]; x != nil {
		return x
	}
	x := &file{id: l.newID(p), path: p, kept: f, warm: &l.warm, tasks: l.models.Tasks, project: project}
	l.files[p], l.byID[x.id] = x, x
	l.fresh = append(l.fresh, x)
	return x
}

// settleFresh takes files that were loaded into the indexes and queues them.
func (l *Linker) settleFresh() {
	fresh := l.fresh
	l.fresh = nil
	slices.SortFunc(fresh, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	for _, x := range fresh {
		l.connect(x)
		l.enter(x)
		l.touch(dep{kind: depUnread, a: x.id})
		l.enqueue(x.path, nameHalf|useHalf)
	}
}

// remove forgets a file, and what was computed from it.
func (l *Linker) remove(x *file) {
	l.leave(x)
	l.disconnect(x)
	delete(l.files, x.path)
	l.byID[x.id] = nil
	l.touch(dep{kind: depFile, a: x.id})
	if u := l.units[x.path]; u != nil {
		l.setOrigins(x.path, u.orphans, nil)
		u.orphans = nil
		l.storeNames(x, nameUnit{})
		l.storeUses(x, useUnit{})
		l.dependLate(x, u, nil)
		delete(l.units, x.path)
		l.changed[x.path] = true
	}
	delete(l.queued, x.path)
}

// replace takes the new facts of a file. Only the names that came or went
// concern those who look for callers by name: who looked at the file itself is
// told by its own dependency.
func (l *Linker) replace(old *file) {
	f := l.src.Facts(old.path)
	if f == nil {
		l.remove(old)
		return
	}
	x := &file{id: old.id, path: old.path, kept: f, warm: &l.warm, tasks: old.tasks, project: old.project, imports: old.imports}
	l.files[old.path], l.byID[x.id] = x, x
	l.reenter(old, x)
	l.importsOf(old, x)
	l.suspects[x.path] = true
	l.enqueue(old.path, nameHalf|useHalf)
}

func (l *Linker) enqueue(p string, h halves) { l.queued[p] |= h }

// touch queues what depends on d.
func (l *Linker) touch(d dep) {
	for _, h := range l.rdeps[d] {
		if x := l.byID[h.file()]; x != nil {
			l.enqueue(x.path, h.which())
		}
	}
}

const maxRounds = 20

// Run computes until nothing changes.
//
// A round computes queued units at once: they see the wrappers and the indexes
// as they were when it began, so that neither their order nor the number of
// workers matters. A unit that goes on changing (code that calls itself
// through names in ways that no order settles) is computed maxRounds times,
// then kept.
func (l *Linker) Run() { l.RunUntil(func() bool { return false }) }

// RunUntil is Run that gives up when stop says so, which it asks before each
// unit, from several goroutines. A linker that gave up is of no more use.
func (l *Linker) RunUntil(stop func() bool) {
	rounds, dropped := map[string]int{}, map[string]bool{}
	l.stop = stop
	for {
		l.settleFresh()
		for len(l.queued) > 0 {
			batch, h := l.next()
			batch = slices.DeleteFunc(batch, func(x *file) bool {
				rounds[x.path]++
				if rounds[x.path] > 2*maxRounds {
					l.unsettled[x.path] = true
				}
				return rounds[x.path] > 2*maxRounds
			})
			if h == nameHalf {
				l.nameRound(batch)
			} else {
				l.useRound(batch)
			}
			if stop() {
				return
			}
			l.settleFresh()
		}
		if l.settleOrphans() {
			continue
		}
		if !l.sweep(dropped) {
			return
		}
	}
}

// next takes the next batch from the queue: first the names of units that
// define wrappers, or may do so, then those of units that only use them, then
// uses.
func (l *Linker) next() ([]*file, halves) {
	var define, use, first, again []*file
	for p, h := range l.queued {
		x, u := l.files[p], l.units[p]
		switch {
		case x == nil:
			delete(l.queued, p)
		case h&nameHalf == 0:
			if u == nil || u.useDeps == nil {
				first = append(first, x)
			} else {
				again = append(again, x)
			}
		case u == nil || len(u.wrappers) > 0:
			define = append(define, x)
		default:
			use = append(use, x)
		}
	}
	batch, h := again, useHalf
	if len(first) > 0 {
		batch = first
	}
	if len(define) > 0 {
		batch, h = define, nameHalf
	} else if len(use) > 0 {
		batch, h = use, nameHalf
	}
	for _, x := range batch {
		if l.queued[x.path] &^= h; l.queued[x.path] == 0 {
			delete(l.queued, x.path)
		}
	}
	slices.SortFunc(batch, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	return batch, h
}

// nameRound computes what files name and takes over the results in order.
func (l *Linker) nameRound(batch []*file) {
	units := make([]nameUnit, len(batch))
	stale := make([]bool, len(batch))
	l.parallel(len(batch), func(ev *evaluator, i int) {
		units[i], stale[i] = l.computeNames(ev, batch[i])
	})
	if l.stop() {
		return
	}
	for i, x := range batch {
		l.storeNames(x, units[i])
		if stale[i] {
			l.enqueue(x.path, nameHalf)
		}
	}
}

// useRound does the same for what files do with messages and variables.
func (l *Linker) useRound(batch []*file) {
	units := make([]useUnit, len(batch))
	l.parallel(len(batch), func(ev *evaluator, i int) {
		units[i] = l.computeUses(ev, batch[i])
	})
	if l.stop() {
		return
	}
	for i, x := range batch {
		l.storeUses(x, units[i])
	}
}

// parallel does n pieces of work, each with an evaluator of its own worker.
func (l *Linker) parallel(n int, do func(ev *evaluator, i int)) {
	count := min(runtime.GOMAXPROCS(0), (n+3)/4)
	for len(l.workers) < max(count, 1) {
		l.workers = append(l.workers, newEvaluator(l))
	}
	for _, ev := range l.workers {
		ev.beginRound()
	}
	if count <= 1 {
		for i := 0; i < n && !l.stop(); i++ {
			do(l.workers[0], i)
		}
		return
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	for _, ev := range l.workers[:count] {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && !l.stop(); i = int(next.Add(1)) - 1 {
				do(ev, i)
			}
		})
	}
	wg.Wait()
}

// Take returns the paths of the files whose endpoints may have changed since
// the last call, sorted.
func (l *Linker) Take() []string {
	out := make([]string, 0, len(l.changed))
	for p := range l.changed {
		out = append(out, p)
	}
	clear(l.changed)
	sort.Strings(out)
	return out
}

// Unsettled returns the paths of the files that went on changing in some run
// until it gave up on them, sorted: there should be none.
func (l *Linker) Unsettled() []string { return slices.Sorted(maps.Keys(l.unsettled)) }

// Endpoints returns the endpoints that stand in a file, in source order.
func (l *Linker) Endpoints(p string) []*Endpoint {
	u := l.units[p]
	if u == nil {
		return nil
	}
	out := append(append([]*Endpoint(nil), u.endpoints...), u.orphans...)
	for i, e := range out {
		if len(e.origins) > 0 {
			c := *e
			var handlers []Place
			c.Reads, handlers = l.usesOf(e)
			c.State = l.stateOf(e)
			if len(e.Handlers) == 0 {
				c.Handlers = handlers
			}
			out[i] = &c
		}
		if e.Payload != nil && copies(e.Payload.Fields) {
			c := *out[i]
			c.Payload = l.sourced(e.Payload)
			out[i] = &c
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Span.Start != out[j].Span.Start {
			return out[i].Span.Start < out[j].Span.Start
		}
		return out[i].Role < out[j].Role
	})
	return out
}

// Files returns the paths of all files taken in, sorted.
func (l *Linker) Files() []string {
	out := make([]string, 0, len(l.files))
	for p := range l.files {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}

// Facts returns the facts of a file that was taken in, or nil.
func (l *Linker) Facts(p string) *facts.File {
	if x := l.files[p]; x != nil {
		return x.facts()
	}
	return nil
}
