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
	"iter"
	"path"
	"slices"
	"sort"
	"strings"

	"topicls/index/client"
	"topicls/index/confdoc"
	"topicls/index/facts"
)

// Source gives the linker the workspace's code.
type Source interface {
	// Has reports whether a code file exists at path.
	Has(path string) bool
	// IsPackage reports whether path is a folder with code below it.
	IsPackage(path string) bool
	// Facts returns the facts of a code file, extracting them if need be; nil
	// when the file can't be read.
	Facts(path string) *facts.File
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
}

type depKind uint8

const (
	depFile    depKind = iota // the facts of a file
	depCallers                // which files call a name
	depModule                 // which files are modules of a name
	depAttr                   // which files assign an attribute of a name
	depMethods                // which files define a method of a name
)

// dep is something that a unit's result depends on.
type dep struct {
	kind depKind
	id   uint32
}

// Linker holds the linked state of a workspace. It has one user at a time.
type Linker struct {
	models     *client.Set
	src        Source
	files      map[string]*file
	ids        map[string]uint32
	names      map[string]uint32
	calling    map[string][]*file
	setting    map[string][]*file
	methods    map[string][]*file // files that define a method of a name
	units      map[string]*unit
	rdeps      map[dep]map[string]struct{}
	wrappers   map[fnKey][]*wrapper
	byName     map[string]int                // how many wrappers are called by a name
	used       map[fnKey]int                 // how many call sites apply a wrapper
	usesBy     map[originKey]map[string]bool // files that use messages of a consumer made by a call
	consumers  map[originKey]map[string]bool // files with consume endpoints of such a consumer
	related    map[[2]string]int             // projects one of which imports the other
	neighbours map[string]map[string]bool    // projects related to a project
	inProject  map[string][]string           // files taken in, by project
	queue      []string
	queued     map[string]bool
	changed    map[string]bool // units whose endpoints changed since the last Take
	orphans    map[string]bool // units whose wrappers' use changed
}

// fnKey identifies a function across versions of its file.
type fnKey struct {
	path  string
	scope facts.ScopeID
}

// unit is what was computed from one file.
type unit struct {
	endpoints []*Endpoint
	orphans   []*Endpoint // endpoints in functions that nobody calls
	wrappers  []*wrapper
	uses      []fnKey
	messages  []messageUse
	reads     []Variable
	carriers  []string // names by which other files get hold of a client
	deps      []dep
}

// NewLinker returns a linker without files.
func NewLinker(models *client.Set, src Source) *Linker {
	return &Linker{
		models: models, src: src,
		files: map[string]*file{}, ids: map[string]uint32{}, names: map[string]uint32{},
		calling: map[string][]*file{}, setting: map[string][]*file{}, methods: map[string][]*file{},
		units: map[string]*unit{}, rdeps: map[dep]map[string]struct{}{},
		wrappers: map[fnKey][]*wrapper{}, byName: map[string]int{}, used: map[fnKey]int{}, related: map[[2]string]int{}, neighbours: map[string]map[string]bool{}, inProject: map[string][]string{}, usesBy: map[originKey]map[string]bool{}, consumers: map[originKey]map[string]bool{},
		queued: map[string]bool{}, changed: map[string]bool{}, orphans: map[string]bool{},
	}
}

func (l *Linker) intern(name string) uint32 {
	id, ok := l.names[name]
	if !ok {
		id = uint32(len(l.names) + 1)
		l.names[name] = id
	}
	return id
}

func (l *Linker) fileID(p string) uint32 {
	id, ok := l.ids[p]
	if !ok {
		id = uint32(len(l.ids) + 1)
		l.ids[p] = id
	}
	return id
}

// Update takes files whose facts changed, that appeared or that went away.
// Call Run afterwards.
func (l *Linker) Update(paths []string) {
	for _, p := range paths {
		old := l.files[p]
		switch {
		case !l.src.Has(p):
			l.touch(dep{depModule, l.intern(stem(p))})
			if old != nil {
				l.remove(old)
			}
			l.drop(p)
		case old != nil:
			l.replace(old)
		default:
			l.touch(dep{depModule, l.intern(stem(p))})
		}
		l.touch(dep{depFile, l.fileID(p)})
	}
}

// Changed takes configuration documents that changed, appeared or went away.
func (l *Linker) Changed(paths []string) {
	for _, p := range paths {
		if id, ok := l.ids[p]; ok {
			l.touch(dep{depFile, id})
		}
		if id, ok := l.names[path.Base(p)]; ok {
			l.touch(dep{depModule, id})
		}
	}
}

// Want adds a file that matters from the start.
func (l *Linker) Want(p string) {
	if l.files[p] == nil {
		l.add(p)
	}
}

// load returns a file's facts, taking it in when it was not looked at before.
func (l *Linker) load(p string) *file {
	if x := l.files[p]; x != nil {
		return x
	}
	return l.add(p)
}

func (l *Linker) add(p string) *file {
	f := l.src.Facts(p)
	if f == nil {
		return nil
	}
	x := newFile(l.fileID(p), p, f)
	l.files[p] = x
	l.connect(x, 1)
	for k, n := range l.enter(x) {
		l.touchName(k, n, x)
	}
	l.touch(dep{depFile, x.id})
	l.enqueue(p)
	return x
}

func (l *Linker) remove(x *file) {
	for k, n := range l.leave(x) {
		l.touchName(k, n, x)
	}
	delete(l.files, x.path)
	l.connect(x, -1)
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
	x := newFile(old.id, old.path, f)
	x.project, x.hasProject = old.project, old.hasProject
	before := map[nameUse]bool{}
	for k, n := range l.leave(old) {
		before[nameUse{k, n}] = true
	}
	if imports := l.importedProjects(x); slices.Equal(imports, old.imports) {
		x.imports = imports
		l.files[old.path] = x
	} else {
		l.connect(old, -1)
		l.files[old.path] = x
		l.connect(x, 1)
	}
	for k, n := range l.enter(x) {
		u := nameUse{k, n}
		if before[u] {
			delete(before, u)
			continue
		}
		l.touchName(k, n, x)
	}
	for u := range before {
		l.touchName(u.kind, u.name, x)
	}
	l.enqueue(old.path)
}

// nameUse is a name that a file calls, assigns as an attribute or defines as a method.
type nameUse struct {
	kind depKind
	name string
}

// uses yields every name that a file is found by.
func (x *file) uses() iter.Seq2[depKind, string] {
	return func(yield func(depKind, string) bool) {
		ok := true
		each := func(kind depKind) func(string) {
			return func(name string) { ok = ok && yield(kind, name) }
		}
		x.eachCallName(each(depCallers))
		x.eachSetAttr(each(depAttr))
		x.eachMethod(each(depMethods))
	}
}

// enter puts a file into the indexes by name and yields the names.
func (l *Linker) enter(x *file) iter.Seq2[depKind, string] {
	return func(yield func(depKind, string) bool) {
		for k, n := range x.uses() {
			m, key := l.indexOf(k), n+"\x00"+x.projectOf(l)
			m[key] = insertFile(m[key], x)
			if !yield(k, n) {
				return
			}
		}
	}
}

// leave takes a file out of the indexes by name and yields the names.
func (l *Linker) leave(x *file) iter.Seq2[depKind, string] {
	return func(yield func(depKind, string) bool) {
		for k, n := range x.uses() {
			m, key := l.indexOf(k), n+"\x00"+x.projectOf(l)
			if m[key] = removeFile(m[key], x); len(m[key]) == 0 {
				delete(m, key)
			}
			if !yield(k, n) {
				return
			}
		}
	}
}

func (l *Linker) indexOf(k depKind) map[string][]*file {
	switch k {
	case depAttr:
		return l.setting
	case depMethods:
		return l.methods
	}
	return l.calling
}

// noteName notes that a search for a name was made near a file.
func (ev *evaluator) noteName(k depKind, name string, near *file) {
	ev.note(dep{k, ev.l.intern(name + "\x00" + near.projectOf(ev.l))})
}

// touchName queues the units that searched for a name near where x is seen.
func (l *Linker) touchName(k depKind, name string, x *file) {
	touch := func(project string) {
		if id, ok := l.names[name+"\x00"+project]; ok {
			l.touch(dep{k, id})
		}
	}
	own := x.projectOf(l)
	touch(own)
	for p := range l.neighbours[own] {
		touch(p)
	}
}

// eachMethod names the methods of the file's classes.
func (x *file) eachMethod(do func(string)) {
	seen := map[facts.Sym]bool{}
	for s := range x.facts.Scopes {
		if n := x.facts.Scopes[s].Name; x.classOf(facts.ScopeID(s)) != 0 && !seen[n] {
			seen[n] = true
			do(x.facts.Text(n))
		}
	}
}

// drop forgets everything about a file that is gone.
func (l *Linker) drop(p string) {
	if l.units[p] != nil {
		l.store(p, &unit{})
		delete(l.units, p)
		l.changed[p] = true
	}
}

func insertFile(list []*file, x *file) []*file {
	i, ok := slices.BinarySearchFunc(list, x.path, func(f *file, p string) int { return strings.Compare(f.path, p) })
	if ok {
		list[i] = x
		return list
	}
	return slices.Insert(list, i, x)
}

func removeFile(list []*file, x *file) []*file {
	i, ok := slices.BinarySearchFunc(list, x.path, func(f *file, p string) int { return strings.Compare(f.path, p) })
	if ok {
		return slices.Delete(list, i, i+1)
	}
	return list
}

// eachCallName names every function the file may call, local aliases under
// the imported name too.
func (x *file) eachCallName(do func(string)) {
	var last facts.Sym
	for _, list := range [][]callName{x.calls, x.mentions} {
		for _, c := range list {
			if c.name != last {
				last = c.name
				do(x.facts.Text(c.name))
			}
		}
	}
	for i := range x.facts.Imports {
		if im := &x.facts.Imports[i]; im.Member != 0 && im.Local != im.Member {
			do(x.facts.Text(im.Member))
		}
	}
	for s := range x.facts.Scopes { // a subclass calls its base's constructor
		for _, b := range x.facts.Bases(&x.facts.Scopes[s]) {
			if n := lastName(x.facts, x.facts.At(b).X); n != 0 {
				do(x.facts.Text(n))
			}
		}
	}
}

func (x *file) eachSetAttr(do func(string)) {
	var last facts.Sym
	for _, i := range x.toAttr {
		if n := x.facts.Bindings[i].Name; n != last {
			last = n
			do(x.facts.Text(n))
		}
	}
}

// filesNear lists the files related to near that an index has under a name,
// by path.
func (l *Linker) filesNear(k depKind, name string, near *file) []*file {
	m := l.indexOf(k)
	own := near.projectOf(l)
	// A copy: what the caller evaluates may take further files in.
	out := slices.Clone(m[name+"\x00"+own])
	if len(l.neighbours[own]) == 0 {
		return out
	}
	for p := range l.neighbours[own] {
		out = append(out, m[name+"\x00"+p]...)
	}
	slices.SortFunc(out, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	return out
}

func (l *Linker) enqueue(p string) {
	if !l.queued[p] {
		l.queued[p] = true
		l.queue = append(l.queue, p)
	}
}

// touch queues the units that depend on d.
func (l *Linker) touch(d dep) {
	for p := range l.rdeps[d] {
		l.enqueue(p)
	}
}

const maxRounds = 64

// Run computes until nothing changes.
//
// A unit that goes on changing (code that calls itself through names in ways
// that no order settles) is computed maxRounds times, then kept.
func (l *Linker) Run() {
	rounds := map[string]int{}
	for {
		for len(l.queue) > 0 {
			batch := l.queue
			l.queue = nil
			sort.Strings(batch)
			for _, p := range batch {
				delete(l.queued, p)
				if rounds[p]++; rounds[p] > maxRounds {
					continue
				}
				x := l.files[p]
				if x == nil {
					if l.src.Has(p) {
						x = l.add(p)
						delete(l.queued, p)
						l.queue = slices.DeleteFunc(l.queue, func(q string) bool { return q == p })
					}
					if x == nil {
						l.drop(p)
						continue
					}
				}
				l.store(p, l.compute(x))
			}
		}
		if !l.settleOrphans() {
			return
		}
	}
}

// store replaces a unit and queues what its wrappers concern.
func (l *Linker) store(p string, u *unit) {
	old := l.units[p]
	if old == nil {
		old = &unit{}
	}
	for _, d := range old.deps {
		delete(l.rdeps[d], p)
		if len(l.rdeps[d]) == 0 {
			delete(l.rdeps, d)
		}
	}
	for _, d := range u.deps {
		m := l.rdeps[d]
		if m == nil {
			m = map[string]struct{}{}
			l.rdeps[d] = m
		}
		m[p] = struct{}{}
	}
	for _, k := range old.uses {
		l.used[k]--
		if l.used[k] <= 0 {
			delete(l.used, k)
		}
		l.orphans[k.path] = true
	}
	for _, k := range u.uses {
		l.used[k]++
		l.orphans[k.path] = true
	}
	l.orphans[p] = true
	u.orphans = old.orphans
	l.setOrigins(p, old.endpoints, u.endpoints)
	l.units[p] = u
	l.setUses(p, old.messages, u.messages)
	if !slices.Equal(old.reads, u.reads) {
		l.changed[p] = true
	}
	l.units[p] = u
	for _, n := range u.carriers {
		if !slices.Contains(old.carriers, n) {
			l.growTied(n, p)
		}
	}
	if !sameEndpoints(old.endpoints, u.endpoints) {
		l.changed[p] = true
	}
	if !sameWrappers(old.wrappers, u.wrappers) {
		names := map[string]bool{}
		for _, w := range old.wrappers {
			delete(l.wrappers, w.fn)
			for _, n := range w.names {
				names[n] = true
				l.byName[n]--
				if l.byName[n] <= 0 {
					delete(l.byName, n)
				}
			}
		}
		for _, w := range u.wrappers {
			l.wrappers[w.fn] = append(l.wrappers[w.fn], w)
			for _, n := range w.names {
				names[n] = true
				l.byName[n]++
			}
		}
		for n := range names {
			l.grow(n, p)
			for _, x := range l.filesNear(depCallers, n, l.fileOrStub(p)) {
				l.enqueue(x.path)
			}
		}
	} else {
		u.wrappers = old.wrappers
	}
}

// maxMentions bounds how many files are read only because they mention a
// wrapper's name, when nothing else ties them to it.
const maxMentions = 200

// grow takes in the files that may call a wrapper of that name.
func (l *Linker) grow(name, from string) {
	cands := l.src.Mentions(name)
	if len(cands) > maxMentions {
		tied := l.src.Mentions(stem(from))
		keep := cands[:0:0]
		for _, c := range cands {
			if _, ok := slices.BinarySearch(tied, c); ok {
				keep = append(keep, c)
			}
		}
		cands = keep
	}
	for _, c := range cands {
		if l.files[c] == nil {
			l.add(c)
		}
	}
}

// fileOrStub returns a file, or where it was when it is gone.
func (l *Linker) fileOrStub(p string) *file {
	if x := l.files[p]; x != nil {
		return x
	}
	return &file{path: p}
}

// growTied takes in the files that mention a name and the module it is in.
func (l *Linker) growTied(name, from string) {
	tied := l.src.Mentions(stem(from))
	for _, c := range l.src.Mentions(name) {
		if _, ok := slices.BinarySearch(tied, c); ok && l.files[c] == nil {
			l.add(c)
		}
	}
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
			if len(e.Handlers) == 0 {
				c.Handlers = handlers
			}
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
		return x.facts
	}
	return nil
}

// constructorNames returns the names by which a class's constructor is called:
// its own, those of classes that inherit it, and explicit calls.
func (l *Linker) constructorNames(ev *evaluator, x *file, cls facts.ScopeID) []string {
	names := []string{x.facts.Text(x.facts.Scopes[cls].Name), "__init__"}
	seen := map[string]bool{names[0]: true}
	for i := 0; i < len(names) && i < 8; i++ {
		if names[i] == "__init__" {
			continue
		}
		ev.noteName(depCallers, names[i], x)
		for _, y := range l.filesNear(depCallers, names[i], x) {
			sym := y.sym(names[i])
			if sym == 0 {
				continue
			}
			f := y.facts
			for s := range f.Scopes {
				sc := &f.Scopes[s]
				if sc.Kind != facts.ClassScope {
					continue
				}
				for _, b := range f.Bases(sc) {
					if lastName(f, f.At(b).X) == sym && !seen[f.Text(sc.Name)] {
						seen[f.Text(sc.Name)] = true
						names = append(names, f.Text(sc.Name))
						ev.note(dep{depFile, y.id})
					}
				}
			}
		}
	}
	return names
}

// methodsNamed lists the methods of that name in the classes of the code
// around file x.
func (l *Linker) methodsNamed(ev *evaluator, x *file, name string) []*function {
	ev.noteName(depMethods, name, x)
	var out []*function
	for _, y := range l.filesNear(depMethods, name, x) {
		sym := y.sym(name)
		for s := range y.facts.Scopes {
			if y.facts.Scopes[s].Name == sym && y.classOf(facts.ScopeID(s)) != 0 {
				out = append(out, &function{file: y, scope: facts.ScopeID(s), self: &selfValue{&class{y, y.classOf(facts.ScopeID(s))}}})
			}
		}
	}
	return out
}

// onlyMethod returns the only method of that name among the classes that the
// code around file x can see, for receivers of unknown type; nil when there
// are several, or when the name is a single word that any class may have.
func (l *Linker) onlyMethod(ev *evaluator, x *file, name string) *function {
	if !strings.Contains(strings.Trim(name, "_"), "_") && strings.ToLower(name) == name {
		return nil
	}
	var found *function
	for _, m := range l.methodsNamed(ev, x, name) {
		if isAbstract(m) {
			continue
		}
		if found != nil {
			return nil
		}
		found = m
	}
	return found
}

// uniqueModule finds the one workspace module that a dotted name can mean when
// no folder around the importing file has it: the nearest, if that is one.
func (l *Linker) uniqueModule(rel, from string) (string, bool) {
	best, bestN, ties := "", -1, 0
	for _, p := range l.src.Stems(path.Base(rel)) {
		m := strings.TrimSuffix(strings.TrimSuffix(p, ".py"), "/__init__")
		if m != rel && !strings.HasSuffix(m, "/"+rel) {
			continue
		}
		n := commonFolders(m, from)
		switch {
		case n > bestN:
			best, bestN, ties = m, n, 1
		case n == bestN:
			ties++
		}
	}
	return best, ties == 1
}

// UniqueModule returns the file of the one workspace module that a dotted name
// can mean when no folder around the importing file has it, or "".
func (l *Linker) UniqueModule(from, dotted string) string {
	if l.models.KnowsModule(dotted) || dotted == "" {
		return ""
	}
	if top, _, _ := strings.Cut(dotted, "."); l.stdlib(top) {
		return ""
	}
	m, ok := l.uniqueModule(strings.ReplaceAll(dotted, ".", "/"), from)
	if !ok {
		return ""
	}
	if l.src.Has(m + ".py") {
		return m + ".py"
	}
	return m + "/__init__.py"
}

// Concerns reports whether a file that was not taken in mentions a wrapper.
func (l *Linker) Concerns(p string, mentions func(string) bool) bool {
	for name := range l.byName {
		if mentions(name) {
			return true
		}
	}
	return false
}

func commonFolders(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x)-1 && n < len(y)-1 && x[n] == y[n] {
		n++
	}
	return n
}

func (l *Linker) stdlib(top string) bool { return l.models.Builtin[top] }
