package flow

import (
	"path"
	"strings"

	"topicls/index/facts"
)

// python is the language whose modules are files and folders, found by their
// paths (modules.go, imports.go).
type python struct{}

func (python) imported(ev *evaluator, x *file, i int) set { return ev.importedByPath(x, i) }

func (python) starred(ev *evaluator, x *file, im *facts.Import, name string, _ typeCount) set {
	f := x.facts()
	for _, m := range ev.importedModule(x, im) {
		if mod, ok := m.v.(*module); ok {
			if got := ev.member(mod, name, place{x, im.Span}); len(got) > 0 {
				return got
			}
		}
	}
	if ev.l.models.KnowsModule(f.Text(im.Module)) { // of a client library
		p := f.Text(im.Module) + "." + name
		if ev.l.models.Types[p] != nil || ev.l.models.Functions[p] != nil {
			return one(&external{path: p}, nil)
		}
	}
	return nil
}

func (python) free(*evaluator, *file, string, typeCount, place) set { return nil }

func (python) member(ev *evaluator, m *module, name string, at place) set {
	return ev.memberByPath(m, name, at)
}

func (python) leads(l *Linker, x *file, im *facts.Import) []string {
	f := x.facts()
	mod := f.Text(im.Module)
	top, _, _ := strings.Cut(mod, ".")
	if im.Level > 0 || mod == "" || l.models.Builtin[top] {
		return nil
	}
	rel := strings.ReplaceAll(mod, ".", "/")
	if m, ok := l.modules.absolute(x.path, rel); ok {
		if m.file != "" {
			return []string{m.file}
		}
		if im.Member != 0 { // a part of a package without a file of its own
			if m, ok := l.modules.absolute(x.path, rel+"/"+f.Text(im.Member)); ok && m.file != "" {
				return []string{m.file}
			}
		}
		return nil
	}
	if im.Member == 0 || l.models.KnowsModule(mod) {
		return nil
	}
	var out []string
	for _, p := range l.src.Stems(path.Base(rel)) { // see copiedFunction
		if m := modulePathOf(p); m == rel || strings.HasSuffix(m, "/"+rel) {
			out = append(out, p)
		}
	}
	return out
}

func (python) members() bool { return false }

func (python) results() bool { return false }

func (python) bodies() bool { return true }

func (python) structural() bool { return false }

func (python) initialisers() bool { return false }

func (python) qualifies() bool { return false }

func (python) overloads() bool { return false }

func (python) moduleKeys(l *Linker, x *file, im *facts.Import) []string { return dottedKeys(l, x, im) }

func (python) configures(string) bool { return false }

func (python) values() bool { return false }
