package flow

import (
	"path"
	"slices"
	"strings"
)

// Two files can only call each other when they are parts of one program. A
// workspace has many programs whose functions bear the same names, so a search
// for callers by name looks at related files only: those of the same project
// (the nearest folder around a file that looks like a program's, see
// Source.Project), and those of projects one of which imports the other.

// projectOf is the project of a file.
func (x *file) projectOf(l *Linker) string {
	if !x.hasProject {
		x.hasProject, x.project = true, l.src.Project(x.path)
	}
	return x.project
}

// connect notes (n = 1) or forgets (n = -1) which projects a file imports. It
// reports through touched that two projects became, or are no longer, related.
func (l *Linker) connect(x *file, n int) {
	own := x.projectOf(l)
	if n > 0 {
		x.imports = l.importedProjects(x)
		l.inProject[own] = append(l.inProject[own], x.path)
	} else {
		l.inProject[own] = slices.DeleteFunc(l.inProject[own], func(p string) bool { return p == x.path })
	}
	for _, p := range x.imports {
		if p == own {
			continue
		}
		k := projectPair(own, p)
		before := l.related[k] > 0
		l.related[k] += n
		if l.related[k] <= 0 {
			delete(l.related, k)
		}
		if before != (l.related[k] > 0) {
			for _, q := range [][2]string{{own, p}, {p, own}} {
				if before {
					delete(l.neighbours[q[0]], q[1])
					continue
				}
				if l.neighbours[q[0]] == nil {
					l.neighbours[q[0]] = map[string]bool{}
				}
				l.neighbours[q[0]][q[1]] = true
			}
			for _, q := range []string{own, p} {
				for _, f := range l.inProject[q] {
					if l.units[f] != nil {
						l.enqueue(f)
					}
				}
			}
		}
	}
}

func projectPair(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}

// importedProjects lists the other projects whose modules a file imports.
func (l *Linker) importedProjects(x *file) []string {
	f := x.facts
	var out []string
	own := x.projectOf(l)
	for i := range f.Imports {
		im := &f.Imports[i]
		if im.Level > 0 {
			continue
		}
		mod := f.Text(im.Module)
		if top, _, _ := strings.Cut(mod, "."); l.stdlib(top) {
			continue
		}
		add := func(p string) {
			if q := l.src.Project(p); q != own && !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
		rel := strings.ReplaceAll(mod, ".", "/")
		if p := l.moduleFile(x.path, rel); p != "" {
			add(p)
			continue
		}
		if im.Member == 0 || l.models.KnowsModule(mod) {
			continue
		}
		for _, p := range l.src.Stems(path.Base(rel)) { // see copiedFunction
			if m := strings.TrimSuffix(strings.TrimSuffix(p, ".py"), "/__init__"); m == rel || strings.HasSuffix(m, "/"+rel) {
				add(p)
			}
		}
	}
	return out
}

// moduleFile finds the file of a module by path alone, as absoluteModule does.
func (l *Linker) moduleFile(from, rel string) string {
	for dir := path.Dir(from); ; dir = path.Dir(dir) {
		for _, base := range []string{path.Join(dir, rel), path.Join(dir, "src", rel)} {
			for _, p := range []string{base + ".py", base + "/__init__.py"} {
				if l.src.Has(p) {
					return p
				}
			}
		}
		if dir == "." || dir == "/" {
			break
		}
	}
	if l.models.KnowsModule(strings.ReplaceAll(rel, "/", ".")) {
		return ""
	}
	if m, ok := l.uniqueModule(rel, from); ok {
		if l.src.Has(m + ".py") {
			return m + ".py"
		}
		return m + "/__init__.py"
	}
	return ""
}

// Reconnect takes it that the folders that make a project, or the modules that
// imports lead to, changed.
func (l *Linker) Reconnect() {
	files := l.Files()
	for _, p := range files {
		x := l.files[p]
		for range l.leave(x) { // out of the indexes, which go by project
		}
		l.connect(x, -1)
		x.hasProject = false
	}
	for _, p := range files {
		x := l.files[p]
		l.connect(x, 1)
		for range l.enter(x) {
		}
		l.enqueue(p)
	}
}
