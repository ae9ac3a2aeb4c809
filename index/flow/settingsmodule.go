package flow

import (
	"path"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// A framework has a name for the settings of the program that it runs
// (`from django.conf import settings`). They are a module of the program, which
// a variable names; manage.py and its like give the variable a default.

// fromSettings evaluates an attribute of such a name; ok is false when v is
// none, or when its module is not in the workspace.
func (ev *evaluator) fromSettings(v *external, name string, at place) (s set, ok bool) {
	model, ok := ev.l.models.Applications.Modules[v.path]
	if !ok || at.file == nil {
		return nil, false
	}
	modules := ev.settingsModules(model, at.file)
	if len(modules) == 0 {
		return nil, false
	}
	for _, m := range modules {
		k := activeKey{guard: guardSettings, ref: ref{at.file, facts.ExprID(ev.l.names.id(m.dir + "." + name))}}
		if ev.recurs(k) { // settings that are read while they are made
			continue
		}
		ev.pose(k)
		s = s.add(ev.member(m, name, at)...)
		ev.answered(k)
	}
	if len(s) == 0 {
		return one(&unknown{name + " is not found in " + modules[0].dir, at}, nil), true
	}
	return usable(s), true
}

// settingsModules lists the modules that the variable names in the program
// around file x, by what its nearest files set; else the only one that bears
// the usual name.
func (ev *evaluator) settingsModules(model client.SettingsModule, x *file) []*module {
	if ev.fields != nil {
		ev.sought = append(ev.sought, model.Variable)
	}
	var out []*module
	near := -1
	take := func(y *file, v facts.ExprID) {
		e := y.facts().At(v)
		if e.Kind != facts.String {
			return
		}
		n := commonFolders(y.path, x.path)
		if n < near {
			return
		}
		for _, a := range ev.moduleNamed(y, y.facts().Text(e.Name), 0, "") {
			if m, ok := a.v.(*module); ok {
				ev.noteFile(y)
				if n > near {
					near, out = n, nil
				}
				for _, o := range out {
					if o.dir == m.dir {
						return
					}
				}
				out = append(out, m)
			}
		}
	}
	search := func(near *file) {
		for _, site := range ev.sitesNamed("setdefault", near) {
			f := site.file.facts()
			args := f.Operands(site.expr())
			if len(args) == 2 && f.At(f.At(args[0]).X).Kind == facts.String && f.Text(f.At(f.At(args[0]).X).Name) == model.Variable {
				take(site.file, f.At(args[1]).X)
			}
		}
		index := keyName(model.Variable)
		for _, y := range ev.filesNear(depAttr, index, near) {
			for _, i := range y.open().toIndex {
				b := &y.facts().Bindings[i]
				if k := y.facts().At(b.Key); k.Kind == facts.String && y.facts().Text(k.Name) == model.Variable {
					take(y, b.Value)
				}
			}
		}
	}
	search(x)
	if root := ev.l.names.id("."); len(out) == 0 && x.project != root {
		// The application stands in a folder beside manage.py, and neither imports the other.
		search(&file{project: root})
	}
	if len(out) > 0 {
		return out
	}
	ev.note(dep{kind: depModule, a: ev.l.names.id(model.Usual)})
	for _, p := range ev.l.src.Stems(model.Usual) {
		if ev.l.src.Project(p) != ev.l.src.Project(x.path) {
			continue
		}
		if m := ev.moduleAt(strings.TrimSuffix(strings.TrimSuffix(p, "/__init__.py"), path.Ext(p))); m != nil {
			out = append(out, m)
		}
	}
	if len(out) == 1 {
		return out
	}
	return nil
}
