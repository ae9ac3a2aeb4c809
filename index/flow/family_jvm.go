package flow

import (
	"strings"

	"topicls/index/facts"
)

// jvm is the language of Java and Kotlin: names of the own package need no
// import, members need no receiver, functions are told apart by their parameters.
type jvm struct{}

func (jvm) imported(ev *evaluator, x *file, i int) set {
	f := x.facts()
	im := &f.Imports[i]
	at := place{x, im.Span}
	dotted := f.Text(im.Module)
	if im.Member != 0 {
		dotted += "." + f.Text(im.Member)
	}
	if got := ev.qualified(x, dotted, at); len(got) > 0 {
		return got
	}
	return ev.outside(dotted, nil, at)
}

func (jvm) starred(ev *evaluator, x *file, im *facts.Import, name string, n typeCount) set {
	mod := x.facts().Text(im.Module)
	at := place{x, im.Span}
	if got := ev.packageName(x, mod, name, n, at); len(got) > 0 {
		return got
	}
	if ev.l.models.Knows(mod + "." + name) {
		return ev.outside(mod+"."+name, nil, at)
	}
	var out set
	for _, a := range ev.qualified(x, mod, at) { // the members of a class
		if c, ok := a.v.(*class); ok && ev.hasMember(c, name) {
			out = out.add(ev.attr(c, name, at, nil)...)
		}
	}
	return out
}

func (jvm) free(ev *evaluator, x *file, name string, n typeCount, at place) set {
	return ev.packageName(x, ev.l.src.PackageOf(x.path), name, n, at)
}

// member is a name that the package declares of which a file, the module, is part.
func (jvm) member(ev *evaluator, m *module, name string, at place) set {
	if m.file == nil {
		return nil
	}
	return ev.unqualified(m.file, name, at)
}

func (jvm) leads(l *Linker, x *file, im *facts.Import) []string {
	pkg := x.facts().Text(im.Module)
	files := l.src.PackageFiles(pkg)
	if len(files) == 0 { // a member of a class
		i := strings.LastIndexByte(pkg, '.')
		if i < 0 {
			return nil
		}
		return filesCalled(l.src.PackageFiles(pkg[:i]), pkg[i+1:])
	}
	if im.Member == 0 {
		return files
	}
	if got := filesCalled(files, x.facts().Text(im.Member)); len(got) > 0 {
		return got
	}
	return files
}

func (jvm) members() bool { return true }

func (jvm) results() bool { return false }

func (jvm) bodies() bool { return true }

func (jvm) structural() bool { return false }

func (jvm) initialisers() bool { return false }

func (jvm) qualifies() bool { return false }

func (jvm) overloads() bool { return true }

// filesCalled picks the files of a name.
func filesCalled(files []string, name string) []string {
	var out []string
	for _, p := range files {
		if stem(p) == name {
			out = append(out, p)
		}
	}
	return out
}

func (jvm) moduleKeys(l *Linker, x *file, im *facts.Import) []string { return dottedKeys(l, x, im) }

func (jvm) configures(string) bool { return false }

func (jvm) values() bool { return false }
