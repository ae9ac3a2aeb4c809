package flow

import (
	"path"
	"strings"

	"topicls/index/facts"
)

// ecma is the language of JavaScript and TypeScript, whose modules are files
// that give some of their names to others (ecma_modules.go finds them).
type ecma struct{}

// commonJS is the name under which a module has what it gives as a whole:
// `module.exports = v`, `export = v`.
const commonJS = "module.exports"

func (ecma) imported(ev *evaluator, x *file, i int) set {
	f := x.facts()
	im := &f.Imports[i]
	spec := f.Text(im.Module)
	at := place{x, im.Span}
	mod, doc := ev.ecmaModule(x, spec)
	if doc != nil {
		got := ev.docValue(doc.Path, doc.Root, "")
		if m := f.Text(im.Member); m != "" && m != "default" {
			got = ev.attrs(got, m, at, nil)
		}
		return got.through(at, "imported from "+spec)
	}
	member := f.Text(im.Member)
	if mod == nil {
		if isRelative(spec) {
			return one(&unknown{"module " + spec + " is not in the workspace", at}, nil)
		}
		return one(&external{path: externalName(spec, member)}, nil)
	}
	if member == "" {
		return ev.wholeModule(mod, at)
	}
	got := ev.member(mod, member, at)
	if len(got) == 0 {
		return one(&unknown{member + " is not found in " + spec, at}, nil)
	}
	return got.through(at, "imported from "+spec)
}

// externalName is the dotted name of a member of a package: the package's own
// for what it gives by default, which is all of it.
func externalName(spec, member string) string {
	spec = strings.TrimPrefix(spec, "node:")
	if member == "" || member == "default" {
		return spec
	}
	return spec + "." + member
}

func isRelative(spec string) bool {
	return spec == "." || spec == ".." || strings.HasPrefix(spec, "./") || strings.HasPrefix(spec, "../")
}

// wholeModule evaluates a module as a value: what it gives as a whole, unless
// that is an object, whose entries are the module's names.
func (ev *evaluator) wholeModule(m *module, at place) set {
	if m.file == nil || m.unread {
		return one(m, nil)
	}
	ev.noteFile(m.file)
	sym := m.file.sym(commonJS)
	if sym == 0 || len(m.file.bindings(0, sym)) == 0 {
		return one(m, nil)
	}
	k := activeKey{guard: guardStar, ref: ref{m.file, -1}}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	got := ev.moduleName(m.file, sym, anyTypes)
	for _, a := range got {
		switch a.v.(type) {
		case *mapping, *unknown, *module:
			return one(m, nil)
		}
	}
	if len(got) == 0 {
		return one(m, nil)
	}
	return got.through(at, "what the module exports")
}

func (ecma) starred(ev *evaluator, x *file, im *facts.Import, name string, n typeCount) set {
	if name == "default" {
		return nil
	}
	mod, _ := ev.ecmaModule(x, x.facts().Text(im.Module))
	if mod == nil {
		if p := externalName(x.facts().Text(im.Module), name); ev.l.models.Knows(p) {
			return one(&external{path: p}, nil)
		}
		return nil
	}
	k := activeKey{guard: guardStar, ref: ref{mod.file, facts.ExprID(ev.l.names.id(name))}}
	if ev.asked(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	return ev.member(mod, name, place{x, im.Span})
}

func (ecma) free(*evaluator, *file, string, typeCount, place) set { return nil }

// member finds what a module gives under a name.
func (ecma) member(ev *evaluator, m *module, name string, at place) set {
	x := m.file
	if x == nil {
		return nil
	}
	ev.noteFile(x)
	if sym := x.sym(name); sym != 0 && len(x.bindings(0, sym)) > 0 || hasGlobal(x, sym) {
		return ev.moduleName(x, sym, anyTypes)
	}
	for i := range x.facts().Imports {
		if im := &x.facts().Imports[i]; im.Star {
			if got := ev.l.lang.starred(ev, x, im, name, anyTypes); len(got) > 0 {
				return got
			}
		}
	}
	if name == "default" { // of a module without one: all of it
		return ev.wholeModule(m, at)
	}
	if sym := x.sym(commonJS); sym != 0 { // what a value that is not written out has under the name
		k := activeKey{guard: guardStar, ref: ref{x, -1}}
		if ev.asked(k) {
			return nil
		}
		ev.pose(k)
		defer ev.answered(k)
		if got := ev.attrs(ev.moduleName(x, sym, anyTypes), name, at, nil); !nothingKnown(got) {
			return got
		}
	}
	return nil
}

// hasGlobal reports whether some function assigns to a variable of the module.
func hasGlobal(x *file, sym facts.Sym) bool {
	if sym == 0 {
		return false
	}
	for s := 1; s < len(x.facts().Scopes); s++ {
		if sc := &x.facts().Scopes[s]; sc.GlobalN > 0 && declaresGlobal(x.facts(), sc, sym) {
			return true
		}
	}
	return false
}

func (ecma) leads(l *Linker, x *file, im *facts.Import) []string {
	if m, ok := l.modules.ecma(x.path, x.facts().Text(im.Module)); ok && m.file != "" {
		return []string{m.file}
	}
	return nil
}

func (ecma) moduleKeys(l *Linker, x *file, im *facts.Import) []string {
	spec := x.facts().Text(im.Module)
	bases := l.modules.ecmaBases(x.path, spec)
	if len(bases) == 0 {
		return nil
	}
	out := []string{"index"}
	for _, b := range bases {
		out = append(out, stemOfModule(b))
	}
	return out
}

// stemOfModule is the name of the files that a module's path may mean.
func stemOfModule(p string) string {
	b := path.Base(p)
	switch ext := path.Ext(b); ext {
	case ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".json":
		return strings.TrimSuffix(b, ext)
	}
	return b
}

// configures reports whether a document of a name says where imports lead.
func (ecma) configures(base string) bool {
	return base == "package.json" || base == "jsconfig.json" || strings.HasPrefix(base, "tsconfig") && path.Ext(base) == ".json"
}

func (ecma) members() bool { return false }

func (ecma) results() bool { return false }

func (ecma) bodies() bool { return true }

func (ecma) structural() bool { return false }

func (ecma) initialisers() bool { return false }

func (ecma) qualifies() bool { return false }

func (ecma) overloads() bool { return false }

func (ecma) values() bool { return true }

// ModuleFile returns the file that a file of this family imports by a module's
// name, or "".
func (l *Linker) ModuleFile(from, name string) string {
	m, _ := l.modules.ecma(from, name)
	return m.file
}
