package flow

import (
	"path"
	"slices"
	"strings"

	"topicls/index/facts"
)

// Two files can only call each other when they are parts of one program. A
// workspace has many programs whose functions bear the same names, so a search
// for callers by name looks at related files only: those of the same project
// (the nearest folder around a file that looks like a program's, see
// Source.Project), and those of projects one of which imports the other.

// connect notes the projects that a file imports.
func (l *Linker) connect(x *file) {
	l.inProject[x.project] = append(l.inProject[x.project], x.id)
	for _, n := range l.importedNames(x) {
		l.importers[n] = append(l.importers[n], x.id)
	}
	x.imports = l.importedProjects(x)
	l.relate(x.project, x.imports, 1)
}

// disconnect forgets the projects that a file imports.
func (l *Linker) disconnect(x *file) {
	l.inProject[x.project] = without(l.inProject[x.project], x.id)
	for _, n := range l.importedNames(x) {
		l.importers[n] = without(l.importers[n], x.id)
	}
	l.relate(x.project, x.imports, -1)
}

// importsOf takes the imports of a file's new facts.
func (l *Linker) importsOf(old, x *file) {
	was, now := l.importedNames(old), l.importedNames(x)
	if !slices.Equal(was, now) {
		for _, n := range was {
			l.importers[n] = without(l.importers[n], x.id)
		}
		for _, n := range now {
			l.importers[n] = append(l.importers[n], x.id)
		}
	}
	l.reimport(x)
}

// reimport looks again where a file's imports lead.
func (l *Linker) reimport(x *file) {
	now := l.importedProjects(x)
	if slices.Equal(now, x.imports) {
		return
	}
	// The new ones first: a relation that stays never goes.
	l.relate(x.project, now, 1)
	l.relate(x.project, x.imports, -1)
	x.imports = now
}

func without(list []uint32, id uint32) []uint32 {
	if i := slices.Index(list, id); i >= 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}

// relate counts (n = 1) or discounts (n = -1) imports of a project. The units
// of two projects that became, or are no longer, related are queued.
func (l *Linker) relate(own uint32, imports []uint32, n int) {
	for _, p := range imports {
		k := [2]uint32{min(own, p), max(own, p)}
		before := l.related[k] > 0
		l.related[k] += n
		if l.related[k] <= 0 {
			delete(l.related, k)
		}
		if before == (l.related[k] > 0) {
			continue
		}
		for _, q := range [][2]uint32{{own, p}, {p, own}} {
			if before {
				delete(l.neighbours[q[0]], q[1])
				continue
			}
			if l.neighbours[q[0]] == nil {
				l.neighbours[q[0]] = map[uint32]bool{}
			}
			l.neighbours[q[0]][q[1]] = true
		}
		for _, q := range []uint32{own, p} {
			for _, id := range l.inProject[q] {
				if x := l.byID[id]; x != nil && l.units[x.path] != nil {
					l.enqueue(x.path, nameHalf|useHalf)
				}
			}
		}
	}
}

// importedNames lists the last names of the modules that a file imports.
func (l *Linker) importedNames(x *file) []uint32 {
	var out []uint32
	for i := range x.facts().Imports {
		for _, key := range l.lang.moduleKeys(l, x, &x.facts().Imports[i]) {
			if n := l.names.id(key); !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// dottedKeys are the module keys of languages whose modules have dotted names.
func dottedKeys(l *Linker, x *file, im *facts.Import) []string {
	mod := x.facts().Text(im.Module)
	if im.Level > 0 || mod == "" {
		return nil
	}
	top, _, _ := strings.Cut(mod, ".")
	if l.models.Builtin[top] {
		return nil
	}
	return []string{lastDotted(mod)}
}

// importedProjects lists the other projects whose modules a file imports.
func (l *Linker) importedProjects(x *file) []uint32 {
	f := x.facts()
	var out []uint32
	add := func(p string) {
		if q := l.names.id(l.src.Project(p)); q != x.project && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	for i := range f.Imports {
		for _, p := range l.lang.leads(l, x, &f.Imports[i]) {
			add(p)
		}
	}
	return out
}

// Move takes code files that came or went, for the imports that lead to them
// now or did so before.
func (l *Linker) reconnect(moved []string) {
	for _, p := range moved {
		again := func(name string) {
			id, ok := l.names.known(name)
			if !ok {
				return
			}
			for _, f := range slices.Clone(l.importers[id]) {
				if x := l.byID[f]; x != nil {
					l.reimport(x)
				}
			}
		}
		again(stem(p))
		for d := path.Dir(p); d != "." && d != "/"; d = path.Dir(d) {
			again(path.Base(d))
		}
	}
}

// Reproject takes it that the folders that make a project changed.
func (l *Linker) Reproject() {
	for _, x := range l.byID {
		if x == nil {
			continue
		}
		project := l.names.id(l.src.Project(x.path))
		if project == x.project {
			continue
		}
		l.leave(x)
		l.disconnect(x)
		x.project = project
		l.connect(x)
		l.enter(x)
		l.enqueue(x.path, nameHalf|useHalf)
	}
	for _, x := range l.byID {
		if x != nil {
			l.reimport(x)
		}
	}
}

// reimportAll looks again where all imports lead, since what says so changed.
func (l *Linker) reimportAll() {
	clear(l.importers)
	for _, x := range l.byID {
		if x == nil {
			continue
		}
		for _, n := range l.importedNames(x) {
			l.importers[n] = append(l.importers[n], x.id)
		}
		l.reimport(x)
	}
}

// ImportsChanged has all files looked at again, since what their imports lead
// to may be another. Call Run afterwards.
func (l *Linker) ImportsChanged() {
	l.reimportAll()
	for _, x := range l.byID {
		if x != nil {
			l.enqueue(x.path, nameHalf|useHalf)
		}
	}
}
