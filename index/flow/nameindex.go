package flow

import (
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
// of a name or define a method of a name.
type nameIndex map[dep]postings

// postings are file numbers. Most names of a project stand in one file.
type postings struct {
	first uint32
	more  *[]uint32
}

func (p postings) each(do func(uint32)) {
	if p.first != 0 {
		do(p.first)
	}
	if p.more != nil {
		for _, id := range *p.more {
			do(id)
		}
	}
}

func (ix nameIndex) add(k dep, id uint32) {
	p := ix[k]
	switch {
	case p.first == 0:
		p.first = id
	case p.more == nil:
		p.more = &[]uint32{id}
	default:
		*p.more = append(*p.more, id)
		return
	}
	ix[k] = p
}

func (ix nameIndex) remove(k dep, id uint32) {
	p := ix[k]
	if p.more != nil {
		if i := slices.Index(*p.more, id); i >= 0 {
			*p.more = slices.Delete(*p.more, i, i+1)
		} else if p.first == id {
			p.first = (*p.more)[0]
			*p.more = (*p.more)[1:]
		}
		if len(*p.more) == 0 {
			p.more = nil
		}
	} else if p.first == id {
		p.first = 0
	}
	if p.first == 0 {
		delete(ix, k)
		return
	}
	ix[k] = p
}

// eachName names everything that a file is found by, each name of a kind once.
func (x *file) eachName(do func(depKind, string)) {
	x.eachCallName(func(n string) { do(depCallers, n) })
	x.eachSetAttr(func(n string) { do(depAttr, n) })
	x.eachSetKey(func(n string) { do(depAttr, n) })
	x.eachMethod(func(n string) { do(depMethods, n) })
	x.eachBase(func(n string) { do(depBases, n) })
	x.eachProvided(func(n string) { do(depBases, n) })
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
			each(lastName(x.facts(), x.facts().At(b).X))
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

// enter puts a file into the index by name and returns the keys.
func (l *Linker) enter(x *file) []dep {
	x.keys = x.keys[:0]
	x.eachName(func(k depKind, n string) {
		key := l.nameKey(k, n, x.project)
		x.keys = append(x.keys, key)
		l.index.add(key, x.id)
	})
	x.entered = true
	return x.keys
}

// leave takes a file out of the index by name and returns the keys.
func (l *Linker) leave(x *file) []dep {
	for _, k := range x.keys {
		l.index.remove(k, x.id)
	}
	x.entered = false
	return x.keys
}

// touchName queues the units that searched for a name near where a file is
// seen: from its own project and from those related to it.
func (l *Linker) touchName(k dep) {
	l.touch(k)
	for p := range l.neighbours[k.b] {
		l.touch(dep{k.kind, k.a, p})
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
	add := func(id uint32) {
		if x := l.byID[id]; x != nil {
			out = append(out, x)
		}
	}
	l.index[dep{k, n, near.project}].each(add)
	for p := range l.neighbours[near.project] {
		l.index[dep{k, n, p}].each(add)
	}
	slices.SortFunc(out, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	return out
}
