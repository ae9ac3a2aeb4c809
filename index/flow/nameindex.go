package flow

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"topicls/index/facts"
)

// names gives numbers to strings. Several goroutines may ask at once.
type names struct {
	mu  sync.RWMutex
	ids map[string]uint32
}

// id returns the number of a string, a new one if need be; never 0.
func (n *names) id(s string) uint32 {
	n.mu.RLock()
	id, ok := n.ids[s]
	n.mu.RUnlock()
	if ok {
		return id
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok := n.ids[s]; ok {
		return id
	}
	id = uint32(len(n.ids) + 1)
	n.ids[strings.Clone(s)] = id
	return id
}

// known returns the number of a string that has one.
func (n *names) known(s string) (uint32, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	id, ok := n.ids[s]
	return id, ok
}

// nameIndex finds the files of a project that call a name, assign an attribute
// of a name or define a method of a name: by what, and sorted by project and
// number of the file.
type nameIndex map[nameID][]posting

// nameID is a name in one of the ways to find files by it (depCallers ...).
type nameID struct {
	kind depKind
	name uint32
}

// near is the dependency on which files near a project are found so.
func (n nameID) near(project uint32) dep { return dep{n.kind, n.name, project} }

type posting struct{ project, file uint32 }

func comparePostings(a, b posting) int {
	return cmp.Or(cmp.Compare(a.project, b.project), cmp.Compare(a.file, b.file))
}

func (ix nameIndex) add(n nameID, p posting) {
	list := ix[n]
	if len(list) == 0 || comparePostings(list[len(list)-1], p) < 0 { // as when a workspace is opened
		ix[n] = append(list, p)
		return
	}
	if i, had := slices.BinarySearchFunc(list, p, comparePostings); !had {
		ix[n] = slices.Insert(list, i, p)
	}
}

func (ix nameIndex) remove(n nameID, p posting) {
	list := ix[n]
	i, had := slices.BinarySearchFunc(list, p, comparePostings)
	switch {
	case had && len(list) == 1:
		delete(ix, n)
	case had:
		ix[n] = slices.Delete(list, i, i+1)
	}
}

// in returns the postings of a project.
func (ix nameIndex) in(n nameID, project uint32) []posting {
	list := ix[n]
	lo, _ := slices.BinarySearchFunc(list, posting{project: project}, comparePostings)
	hi := lo
	for hi < len(list) && list[hi].project == project {
		hi++
	}
	return list[lo:hi]
}

// eachName names everything that a file is found by, each name of a kind once.
func (x *file) eachName(do func(depKind, string)) {
	x.eachCallName(func(n string) { do(depCallers, n) })
	x.eachSetAttr(func(n string) { do(depAttr, n) })
	x.eachSetKey(func(n string) { do(depAttr, n) })
	x.eachMethod(func(n string) { do(depMethods, n) })
	x.eachBase(func(n string) { do(depBases, n) })
	x.eachProvided(func(n string) { do(depBases, n) })
	x.eachComposed(func(n string) { do(depBases, n) })
	x.eachKept(func(n string) { do(depKept, n) })
}

// eachCallName names every function the file may call, local aliases under
// the imported name too.
func (x *file) eachCallName(do func(string)) {
	seen := make(map[facts.Sym]bool, len(x.open().calls))
	each := func(n facts.Sym) {
		if n != 0 && !seen[n] {
			seen[n] = true
			do(x.facts().Text(n))
		}
	}
	for _, list := range [][]callName{x.open().calls, x.open().mentions, x.open().kept} {
		for _, c := range list {
			each(c.name)
		}
	}
	if len(x.open().indirect) > 0 {
		do(indirectCall)
	}
	for i := range x.facts().Imports {
		im := &x.facts().Imports[i]
		if im.Member != 0 && im.Local != im.Member {
			each(im.Member)
		}
		if n := x.importedAs(im); n != "" && seen[im.Local] {
			do(n)
		}
	}
}

// eachBase names the classes that those of the file extend, under the names
// that they are imported by too.
func (x *file) eachBase(do func(string)) {
	seen := map[facts.Sym]bool{}
	each := func(n facts.Sym) {
		if n != 0 && !seen[n] {
			seen[n] = true
			do(x.facts().Text(n))
		}
	}
	for s := range x.facts().Scopes {
		for _, b := range x.facts().Bases(&x.facts().Scopes[s]) {
			each(baseName(x.facts(), b))
		}
	}
	for i := range x.facts().Imports { // extended under another name
		if im := &x.facts().Imports[i]; im.Local != im.Member && seen[im.Local] {
			each(im.Member)
		}
	}
}

// eachKept names the functions and classes that the file keeps in containers.
func (x *file) eachKept(do func(string)) {
	var last facts.Sym
	for _, c := range x.open().kept {
		if c.name != last {
			last = c.name
			do(x.facts().Text(c.name))
		}
	}
}

func (x *file) eachSetAttr(do func(string)) {
	var last facts.Sym
	for _, i := range x.open().toAttr {
		if n := x.facts().Bindings[i].Name; n != last {
			last = n
			do(x.facts().Text(n))
		}
	}
}

// eachMethod names the methods of the file's classes.
func (x *file) eachMethod(do func(string)) {
	seen := map[facts.Sym]bool{}
	for s := range x.facts().Scopes {
		if n := x.facts().Scopes[s].Name; x.classOf(facts.ScopeID(s)) != 0 && !seen[n] {
			seen[n] = true
			do(x.facts().Text(n))
		}
	}
}

// nameKey is the dependency on which files near a project use a name.
func (l *Linker) nameKey(k depKind, name string, project uint32) dep {
	return dep{k, l.names.id(name), project}
}

// keysOf lists what a file is found by, each once.
func (l *Linker) keysOf(x *file) []nameID {
	l.keys = l.keys[:0]
	x.eachName(func(k depKind, n string) { l.keys = append(l.keys, nameID{k, l.names.id(n)}) })
	slices.SortFunc(l.keys, func(a, b nameID) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name)) })
	return slices.Clone(slices.Compact(l.keys))
}

// enter puts a file into the index by name.
func (l *Linker) enter(x *file) {
	x.keys, x.entered = l.keysOf(x), true
	for _, n := range x.keys {
		l.index.add(n, posting{x.project, x.id})
		l.touchName(n, x.project)
	}
}

// leave takes a file out of the index by name.
func (l *Linker) leave(x *file) {
	for _, n := range x.keys {
		l.index.remove(n, posting{x.project, x.id})
		l.touchName(n, x.project)
	}
	x.keys, x.entered = nil, false
}

// reenter puts a file in the place of one that it replaces: only the names
// that came or went concern anybody.
func (l *Linker) reenter(old, x *file) {
	x.keys, x.entered = l.keysOf(x), true
	before := make(map[nameID]bool, len(old.keys))
	for _, n := range old.keys {
		before[n] = true
	}
	for _, n := range x.keys {
		if before[n] {
			delete(before, n)
			continue
		}
		l.index.add(n, posting{x.project, x.id})
		l.touchName(n, x.project)
	}
	for n := range before {
		l.index.remove(n, posting{x.project, x.id})
		l.touchName(n, x.project)
	}
	old.keys, old.entered = nil, false
}

// touchName queues the units that searched for a name near where a file is
// seen: from its own project and from those related to it.
func (l *Linker) touchName(n nameID, project uint32) {
	l.touch(n.near(project))
	for p := range l.neighbours[project] {
		l.touch(n.near(p))
	}
}

// filesNear is Linker.filesNear, noted. The answer is shared: it must not be
// changed.
func (ev *evaluator) filesNear(k depKind, name string, near *file) []*file {
	key := ev.l.nameKey(k, name, near.project)
	ev.note(key)
	out, ok := ev.near[key]
	if !ok {
		out = ev.l.filesNear(k, name, near)
		ev.near[key] = out
	}
	return out
}

// filesNear lists the files related to near that are found under a name, by
// path.
func (l *Linker) filesNear(k depKind, name string, near *file) []*file {
	n, ok := l.names.known(name)
	if !ok {
		return nil
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	var out []*file
	add := func(project uint32) {
		for _, p := range l.index.in(nameID{k, n}, project) {
			if x := l.byID[p.file]; x != nil {
				out = append(out, x)
			}
		}
	}
	add(near.project)
	for p := range l.neighbours[near.project] {
		add(p)
	}
	slices.SortFunc(out, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	return out
}
