package flow

import (
	"path"
	"strings"

	"topicls/index/facts"
)

// imported evaluates what an import binds.
func (ev *evaluator) imported(x *file, i int) set { return ev.l.lang.imported(ev, x, i) }

// importedByPath evaluates what an import binds whose module is a path.
func (ev *evaluator) importedByPath(x *file, i int) set {
	f := x.facts()
	im := &f.Imports[i]
	at := place{x, im.Span}
	if im.Member == 0 {
		if f.Text(im.Local) != "" && im.Level == 0 {
			full := f.Text(im.Module)
			top, _, dotted := strings.Cut(full, ".")
			if dotted && f.Text(im.Local) == top { // `import a.b.c` binds a
				return ev.moduleNamed(x, top, 0, full)
			}
		}
		return ev.importedModule(x, im)
	}
	member := f.Text(im.Member)
	var out set
	for _, m := range ev.importedModule(x, im) {
		switch v := m.v.(type) {
		case *module:
			got := ev.member(v, member, at)
			if len(got) == 0 && v.file == nil && !v.unread && im.Level == 0 { // other folders may hold parts of the package
				if sub := ev.absoluteModule(x, strings.ReplaceAll(f.Text(im.Module), ".", "/")+"/"+member); sub != nil {
					got = one(sub, nil)
				}
			}
			if len(got) == 0 && ev.l.models.KnowsModule(f.Text(im.Module)) && im.Level == 0 {
				got = one(&external{path: f.Text(im.Module) + "." + member}, nil)
			}
			out = out.add(got.through(at, "imported from "+strings.Repeat(".", int(im.Level))+f.Text(im.Module))...)
		case *external:
			if fn := ev.copiedFunction(x, v.path, member); fn != nil {
				out = out.add(alt{fn, nil})
				continue
			}
			out = out.add(alt{&external{path: v.path + "." + member}, nil})
		default:
			out = out.add(m)
		}
	}
	if len(out) == 0 {
		out = one(&unknown{member + " is not found in " + strings.Repeat(".", int(im.Level)) + f.Text(im.Module), at}, nil)
	}
	return out
}

// copiedFunction finds a function in a module that several folders have a copy
// of, none of them nearer than the others: copies of one helper do the same
// thing. Only functions: a constant of the same name may differ between copies.
func (ev *evaluator) copiedFunction(x *file, dotted, member string) *function {
	if ev.l.models.KnowsModule(dotted) || ev.l.models.Builtin[dotted] {
		return nil
	}
	rel := strings.ReplaceAll(dotted, ".", "/")
	var first *function
	for _, p := range ev.l.src.Stems(path.Base(rel)) {
		m := modulePathOf(p)
		if m != rel && !strings.HasSuffix(m, "/"+rel) {
			continue
		}
		mod := ev.moduleAt(m)
		if mod == nil {
			return nil
		}
		got := ev.member(mod, member, place{x, facts.Span{}})
		if len(got) != 1 {
			return nil
		}
		fn, ok := got[0].v.(*function)
		if !ok {
			return nil
		}
		if first == nil {
			first = fn
		}
	}
	return first
}

// importedModule finds the module an import names.
func (ev *evaluator) importedModule(x *file, im *facts.Import) set {
	return ev.moduleNamed(x, x.facts().Text(im.Module), int(im.Level), "")
}

// moduleNamed finds a module by its dotted name as seen from file x. A name
// that no workspace file has is external.
func (ev *evaluator) moduleNamed(x *file, dotted string, level int, whole string) set {
	rel := strings.ReplaceAll(dotted, ".", "/")
	dir := path.Dir(x.path)
	if level > 0 {
		for i := 1; i < level; i++ {
			dir = path.Dir(dir)
		}
		p := path.Join(dir, rel)
		if m := ev.moduleAt(p); m != nil {
			return one(m, nil)
		}
		return one(&unknown{"module " + strings.Repeat(".", level) + dotted + " is not in the workspace", place{x, facts.Span{}}}, nil)
	}
	if m := ev.absoluteModule(x, rel); m != nil {
		return one(m, nil)
	}
	return one(&external{path: dotted}, nil)
}

// absoluteModule resolves an absolute import.
func (ev *evaluator) absoluteModule(x *file, rel string) *module {
	ev.note(dep{kind: depModule, a: ev.l.names.id(path.Base(rel))})
	if m, ok := ev.l.modules.absolute(x.path, rel); ok {
		return ev.takeModule(m)
	}
	return nil
}

// moduleAt returns the module or package at a path without extension.
func (ev *evaluator) moduleAt(p string) *module {
	ev.note(dep{kind: depModule, a: ev.l.names.id(path.Base(p))})
	if m, ok := ev.l.modules.at(p); ok {
		return ev.takeModule(m)
	}
	return nil
}

// takeModule has the file of a module taken in, unless the evaluation is lazy
// and nothing else needs it.
func (ev *evaluator) takeModule(m modulePath) *module {
	if m.file == "" {
		return &module{dir: m.dir}
	}
	if ev.care == lazy && !ev.l.src.Matters(m.file) {
		if x := ev.l.file(m.file); x == nil || !x.entered {
			ev.note(dep{kind: depUnread, a: ev.l.fileID(m.file)})
			return &module{dir: m.dir, unread: true}
		}
	} else {
		ev.note(dep{kind: depLoad, a: ev.l.fileID(m.file)})
	}
	x := ev.l.load(m.file)
	if x != nil {
		ev.noteFile(x)
	}
	return &module{file: x, dir: m.dir}
}

// member finds a name in a module or package.
func (ev *evaluator) member(m *module, name string, at place) set {
	if m.unread {
		return one(&unknown{"not looked at", at}, nil)
	}
	return ev.l.lang.member(ev, m, name, at)
}

// memberByPath finds a name in a module: what it binds, or a submodule.
func (ev *evaluator) memberByPath(m *module, name string, at place) set {
	if m.file != nil {
		ev.noteFile(m.file)
		if sym := m.file.sym(name); sym != 0 {
			s := ev.moduleName(m.file, sym, anyTypes)
			if !onlyExternalName(s, name) {
				return s
			}
		} else if hasStar(m.file) {
			for i := range m.file.facts().Imports {
				im := &m.file.facts().Imports[i]
				if !im.Star {
					continue
				}
				k := activeKey{guard: guardStar, ref: ref{m.file, facts.ExprID(i)}}
				if ev.asked(k) {
					continue
				}
				ev.pose(k)
				for _, sub := range ev.importedModule(m.file, im) {
					if mod, ok := sub.v.(*module); ok {
						if got := ev.member(mod, name, at); len(got) > 0 {
							ev.answered(k)
							return got
						}
					}
				}
				ev.answered(k)
			}
		}
	}
	if sub := ev.moduleAt(path.Join(m.dir, name)); sub != nil {
		return one(sub, nil)
	}
	return ev.includedName(m.file, name, at)
}

func hasStar(x *file) bool {
	for i := range x.facts().Imports {
		if x.facts().Imports[i].Star {
			return true
		}
	}
	return false
}

// onlyExternalName reports whether a look-up only fell through to the builtin
// of that name.
func onlyExternalName(s set, name string) bool {
	if len(s) != 1 {
		return len(s) == 0
	}
	e, ok := s[0].v.(*external)
	return ok && e.path == name
}
