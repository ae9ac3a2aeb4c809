package flow

import (
	"strings"

	"topicls/index/facts"
)

// dotnet is the language of C#: names of the own namespace and of those around
// it need no import, usings bring in whole namespaces, for a file or (global) for
// a project, members need no receiver. The rest is as on the JVM.
type dotnet struct{ jvm }

func (dotnet) starred(ev *evaluator, x *file, im *facts.Import, name string, n typeCount) set {
	if got := (jvm{}).starred(ev, x, im, name, n); len(got) > 0 {
		return got
	}
	if p := x.facts().Text(im.Module) + "." + name; ev.l.models.KnowsPart(p) {
		return one(&external{path: p}, nil)
	}
	return nil
}

// free finds a name in the own namespace and those around it, then in those
// that the file uses, that its project uses everywhere, and that every project
// does. A class with another number of type parameters than it is used with is
// only meant where there is nothing else of the name.
func (dotnet) free(ev *evaluator, x *file, name string, n typeCount, at place) set {
	var other set
	meant := func(got set) bool {
		if len(got) == 0 || hasTypes(got, n) {
			return len(got) > 0
		}
		if other == nil {
			other = got
		}
		return false
	}
	for ns := ev.l.src.PackageOf(x.path); ; {
		if got := ev.packageName(x, ns, name, n, at); meant(got) {
			return got
		}
		below := strings.TrimPrefix(ns+"."+name, ".")
		if ns != "" && ev.l.models.KnowsPart(below) { // inside of a library's namespace
			return one(&external{path: below}, nil)
		}
		if len(ev.l.src.PackageFiles(below)) > 0 { // a namespace, named from beside it
			return one(&external{path: below}, nil)
		}
		ev.note(dep{kind: depDeclared, a: ev.l.names.id(anyName), b: ev.l.names.id(below)})
		if ns == "" {
			break
		}
		ns = ns[:max(strings.LastIndexByte(ns, '.'), 0)]
	}
	// Of the usings, one of a namespace of the workspace that declares the name
	// counts before libraries, some of which once had a type of it.
	var foreign set
	used := func(y *file, level int32) set {
		for i := range y.facts().Imports {
			im := &y.facts().Imports[i]
			if im.Level != level {
				continue
			}
			if im.Star {
				if got := ev.l.lang.starred(ev, y, im, name, n); meant(got) {
					if !isForeign(got) {
						return got
					}
					if foreign == nil {
						foreign = got
					}
				}
			} else if level > 0 && y.facts().Text(im.Local) == name {
				return ev.l.lang.imported(ev, y, i)
			}
		}
		return nil
	}
	if got := used(x, 0); len(got) > 0 {
		return got
	}
	for _, y := range ev.globalUsings(x) {
		if got := used(y, 1); len(got) > 0 {
			return got
		}
	}
	if foreign != nil {
		return foreign
	}
	for _, ns := range ev.l.models.Implicit {
		if p := ns + "." + name; ev.l.models.KnowsPart(p) {
			return one(&external{path: p}, nil)
		}
	}
	return other
}

// isForeign reports whether all that a name may be comes from outside of the
// workspace.
func isForeign(s set) bool {
	for _, a := range s {
		if _, ok := a.v.(*external); !ok {
			return false
		}
	}
	return true
}

// globalUsings lists the files of x's project with usings that hold for all of
// it. They have no namespace, as a rule; others are not looked for.
func (ev *evaluator) globalUsings(x *file) []*file {
	if got, ok := ev.globals[x.project]; ok {
		return got
	}
	ev.note(dep{kind: depDeclared, a: ev.l.names.id(anyName), b: ev.l.names.id("")})
	project := ev.l.src.Project(x.path)
	var out []*file
	for _, p := range ev.l.src.PackageFiles("") {
		if ev.l.src.Project(p) != project || !ev.l.src.MayMention(p, "global") {
			continue
		}
		kept := ev.l.src.Facts(p)
		if kept == nil {
			continue
		}
		f := kept.File()
		for i := range f.Imports {
			if f.Imports[i].Level > 0 {
				if y := ev.take(p); y != nil {
					out = append(out, y)
				}
				break
			}
		}
	}
	ev.globals[x.project] = out
	return out
}

// initialisers: `new Options(group) { Topic = "orders" }`.
func (dotnet) initialisers() bool { return true }

func (dotnet) qualifies() bool { return false }

func (dotnet) moduleKeys(_ *Linker, x *file, im *facts.Import) []string {
	if mod := x.facts().Text(im.Module); mod != "" {
		return []string{lastDotted(mod)}
	}
	return nil
}
