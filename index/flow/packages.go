package flow

import (
	"slices"
	"strings"
	"sync"

	"topicls/index/facts"
)

// In languages with packages (or namespaces) a file sees what other files of
// its package declare, wherever they stand. A package is found by its key, see
// Source.PackageFiles; files of it are only read when they may contain the
// word that is looked for.
//
// A workspace of many programs may have the same package in several of them:
// what the own project declares comes first, then the nearest one that does;
// where two are equally near, none is meant.

// packages answers which files declare a name in a package. Answers are kept
// until a file changes. Several goroutines may ask at once.
type packages struct {
	mu    sync.RWMutex
	found map[packageQuery][]string
}

// packageQuery is a name ("T", or "T.m" for what a part of T has) in a package,
// as seen from a project.
type packageQuery struct{ project, pkg, name string }

func (p *packages) reset() {
	p.mu.Lock()
	clear(p.found)
	p.mu.Unlock()
}

// declaring lists the files that declare a name in a package, as seen from a
// file, sorted. A lazy evaluation leaves out files that are not looked at
// anyway; unread says that there are such.
func (ev *evaluator) declaring(from *file, pkg, name string) (files []string, unread bool) {
	l := ev.l
	ev.note(dep{kind: depDeclared, a: l.names.id(name), b: l.names.id(pkg)})
	q := packageQuery{l.src.Project(from.path), pkg, name}
	l.packages.mu.RLock()
	out, ok := l.packages.found[q]
	l.packages.mu.RUnlock()
	if ok {
		return out, false
	}
	if out, ok := ev.unread[q]; ok && ev.care == lazy {
		return out, true
	}
	first, member, _ := strings.Cut(name, ".")
	var own, others []string
	for _, p := range l.src.PackageFiles(pkg) {
		if !l.src.MayMention(p, first) || member != "" && !l.src.MayMention(p, member) {
			continue
		}
		if ev.care == lazy && !l.src.Matters(p) {
			if y := l.file(p); y == nil || !y.entered {
				ev.note(dep{kind: depUnread, a: l.fileID(p)})
				unread = true
				continue
			}
		}
		if f := l.src.Facts(p); f == nil || !declares(f.File(), first, member) {
			continue
		}
		if l.src.Project(p) == q.project {
			own = append(own, p)
		} else {
			others = append(others, p)
		}
	}
	if out = own; len(out) == 0 {
		out = nearest(others, from.path, l.src.Project)
	}
	slices.SortStableFunc(out, func(a, b string) int { // a file of the name first
		return boolInt(stem(b) == first) - boolInt(stem(a) == first)
	})
	if unread {
		ev.unread[q] = out
		return out, true
	}
	l.packages.mu.Lock()
	l.packages.found[q] = out
	l.packages.mu.Unlock()
	return out, false
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// nearest picks the files of the project that shares the most folders with a
// path; none when two projects do.
func nearest(files []string, from string, project func(string) string) []string {
	best, bestN, tie := "", -1, false
	for _, p := range files {
		q := project(p)
		switch n := commonFolders(q+"/", from); {
		case n > bestN:
			best, bestN, tie = q, n, false
		case n == bestN && q != best:
			tie = true
		}
	}
	if tie {
		return nil
	}
	return slices.DeleteFunc(files, func(p string) bool { return project(p) != best })
}

// declares reports whether a file declares a name at its top; with a member,
// whether a class of that name which is one of several parts has it.
func declares(f *facts.File, name, member string) bool {
	if member == "" {
		for i := range f.Bindings {
			b := &f.Bindings[i]
			if b.Scope == 0 && b.Target == facts.ToName && f.Text(b.Name) == name && (b.Value == 0 || f.At(b.Value).Kind != facts.ImportRef) {
				return true
			}
		}
		return false
	}
	for s := range f.Scopes {
		if sc := &f.Scopes[s]; sc.Flag&facts.Partial != 0 && f.Text(sc.Name) == name && partHas(f, facts.ScopeID(s), member) {
			return true
		}
	}
	return false
}

// partHas reports whether a class's scope binds a name, or its methods assign
// an attribute of that name.
func partHas(f *facts.File, cls facts.ScopeID, name string) bool {
	for i := range f.Bindings {
		b := &f.Bindings[i]
		if f.Text(b.Name) != name {
			continue
		}
		switch b.Target {
		case facts.ToName:
			if b.Scope == cls {
				return true
			}
		case facts.ToAttr:
			for s := b.Scope; s != 0; s = f.Scopes[s].Parent {
				if s == cls {
					return true
				}
			}
		}
	}
	return false
}

// eachDeclared names what other files of the package can see of a file.
func eachDeclared(f *facts.File, do func(string)) {
	for i := range f.Bindings {
		b := &f.Bindings[i]
		if b.Scope == 0 && b.Target == facts.ToName && (b.Value == 0 || f.At(b.Value).Kind != facts.ImportRef) {
			do(f.Text(b.Name))
			continue
		}
		for s := b.Scope; s != 0; s = f.Scopes[s].Parent {
			if sc := &f.Scopes[s]; sc.Kind == facts.ClassScope && sc.Flag&facts.Partial != 0 {
				if b.Target == facts.ToAttr || b.Target == facts.ToName && b.Scope == s {
					do(f.Text(sc.Name) + "." + f.Text(b.Name))
				}
				break
			}
		}
	}
}

// packageName evaluates a name that a package declares, as seen from a file;
// nothing when it declares none. Of several classes of the name it is the one
// with n type parameters, if there is one.
func (ev *evaluator) packageName(from *file, pkg, name string, n typeCount, at place) set {
	files, unread := ev.declaring(from, pkg, name)
	if len(files) == 0 {
		if unread {
			return one(&unknown{"not looked at", at}, nil)
		}
		return nil
	}
	var other set
	for i, p := range files {
		y := ev.take(p)
		if y == nil {
			continue
		}
		got, bound := ev.boundName(y, y.sym(name), n)
		if !bound {
			got, _ = ev.boundName(y, y.sym(name), anyTypes)
		}
		if hasTypes(got, n) {
			return got
		}
		if i == 0 {
			other = got
		}
	}
	return other
}

// take has a file taken in that is needed, and returns it.
func (ev *evaluator) take(p string) *file {
	ev.note(dep{kind: depLoad, a: ev.l.fileID(p)})
	x := ev.l.load(p)
	if x != nil {
		ev.noteFile(x)
	}
	return x
}

// qualified evaluates a dotted name that begins with a package: the longest
// package of the workspace, then a name that it declares, then attributes.
// Nothing when there is no such package.
func (ev *evaluator) qualified(from *file, dotted string, at place) set {
	for pkg := dotted; ; {
		i := strings.LastIndexByte(pkg, '.')
		if i < 0 {
			return nil
		}
		pkg = pkg[:i]
		if len(ev.l.src.PackageFiles(pkg)) == 0 {
			ev.note(dep{kind: depDeclared, a: ev.l.names.id(anyName), b: ev.l.names.id(pkg)})
			continue
		}
		name, rest, _ := strings.Cut(dotted[i+1:], ".")
		s := ev.packageName(from, pkg, name, anyTypes, at)
		for part := range strings.SplitSeq(rest, ".") {
			if part != "" && len(s) > 0 {
				s = ev.attrs(s, part, at, nil)
			}
		}
		return s
	}
}

// anyName stands for every name of a package: what asks for it is told when
// the package gets files.
const anyName = "*"

// parts lists the other parts of a class that have a name, the class's own
// scope not among them.
func (ev *evaluator) parts(c *class, name string) []*class {
	f := c.file.facts()
	if f.Scopes[c.scope].Flag&facts.Partial == 0 {
		return nil
	}
	t := c.name()
	files, _ := ev.declaring(c.file, ev.l.src.PackageOf(c.file.path), t+"."+name)
	var out []*class
	for _, p := range files {
		y := ev.take(p)
		if y == nil {
			continue
		}
		for s := range y.facts().Scopes {
			sc := &y.facts().Scopes[s]
			k := &class{y, facts.ScopeID(s)}
			if sc.Flag&facts.Partial != 0 && y.facts().Text(sc.Name) == t && *k != *c && partHas(y.facts(), k.scope, name) {
				out = append(out, k)
			}
		}
	}
	return out
}

// whole returns the declaration of a class, of which c may be a part that only
// adds to it.
func (ev *evaluator) whole(c *class) *class {
	f := c.file.facts()
	sc := &f.Scopes[c.scope]
	if sc.Flag&facts.Partial == 0 || sc.Parent != 0 {
		return c
	}
	files, _ := ev.declaring(c.file, ev.l.src.PackageOf(c.file.path), c.name())
	for _, p := range files {
		y := ev.take(p)
		if y == nil {
			continue
		}
		bs := y.bindings(0, y.sym(c.name()))
		for _, i := range bs {
			if v := y.facts().At(y.facts().Bindings[i].Value); v.Kind == facts.Class {
				return &class{y, facts.ScopeID(v.Lo)}
			}
		}
	}
	return c
}

// lookedIn lists the classes whose scopes may say what a member of c is: c and
// its bases, nearest first, each followed by its other parts that have it.
func (ev *evaluator) lookedIn(c *class, name string) []*class {
	line := ev.ancestry(c)
	var out []*class
	for i, k := range line {
		parts := ev.parts(k, name)
		if len(parts) > 0 && out == nil {
			out = append(out, line[:i]...)
		}
		if out != nil || len(parts) > 0 {
			out = append(append(out, k), parts...)
		}
	}
	if out == nil {
		return line
	}
	return out
}

// declarationsChanged queues what asked for names that a file declares now or
// declared before.
func (l *Linker) declarationsChanged(p string, before, now *facts.Kept) {
	pkg, ok := l.names.known(l.src.PackageOf(p))
	if !ok || len(l.asked[pkg]) == 0 {
		return
	}
	if before == nil || now == nil { // not looked at before: it may have any name that is asked for
		for name := range l.asked[pkg] {
			l.touch(dep{depDeclared, name, pkg})
		}
		return
	}
	had := map[string]bool{}
	eachDeclared(before.File(), func(n string) { had[n] = true })
	touch := func(n string) {
		if id, ok := l.names.known(n); ok {
			l.touch(dep{depDeclared, id, pkg})
		}
	}
	has := map[string]bool{}
	eachDeclared(now.File(), func(n string) {
		if !had[n] && !has[n] {
			touch(n)
		}
		has[n] = true
	})
	for n := range had {
		if !has[n] {
			touch(n)
		}
	}
}

// packagesChanged queues what asked for anything of packages whose files came
// or went.
func (l *Linker) packagesChanged(packages []string) {
	for _, p := range packages {
		if id, ok := l.names.known(p); ok {
			for name := range l.asked[id] {
				l.touch(dep{depDeclared, name, id})
			}
		}
	}
}

// askFor counts (n = 1) or discounts (n = -1) that a unit depends on what a
// package declares.
func (l *Linker) askFor(d dep, n int) {
	if d.kind != depDeclared {
		return
	}
	names := l.asked[d.b]
	if names == nil {
		names = map[uint32]int{}
		l.asked[d.b] = names
	}
	if names[d.a] += n; names[d.a] <= 0 {
		delete(names, d.a)
	}
}
