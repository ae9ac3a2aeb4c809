package flow

import (
	"slices"

	"topicls/index/facts"
)

// Objects that a framework makes by calling functions which an annotation marks
// (Spring's @Bean), and hands to whoever declares a parameter or field of their
// type.

// called notes the name of the field or parameter that objects of a library's
// types are declared by: it tells several of a type apart.
func called(s set, name string) set {
	var out set
	for i, a := range s {
		in, ok := a.v.(*instance)
		if !ok || in.typ == nil || in.call != nil || in.named != "" {
			continue
		}
		if out == nil {
			out = slices.Clone(s)
		}
		c := *in
		c.named = name
		out[i].v = &c
	}
	if out == nil {
		return s
	}
	return out
}

// provided finds the object of a library's type that is handed over, which
// nothing else tells: what the one function gives that makes such objects, or
// that of the field's or parameter's name among several. nil if there is none.
func (ev *evaluator) provided(in *instance, at place) *instance {
	if in.call != nil || in.typ == nil || at.file == nil || len(ev.l.models.Providers) == 0 {
		return nil
	}
	var all, same []*function
	project := ev.l.src.Project(at.file.path)
	for _, y := range ev.filesNear(depBases, providedName(lastDotted(in.typ.Name)), at.file) {
		if ev.l.src.Project(y.path) != project {
			continue
		}
		ev.noteFile(y)
		f := y.facts()
		for s := range f.Scopes {
			sc := &f.Scopes[s]
			if sc.Result == 0 || sc.DecorN == 0 || f.Text(lastName(f, sc.Result)) != lastDotted(in.typ.Name) || ev.decoratorAmong(y, facts.ScopeID(s), ev.l.models.Providers) == nil {
				continue
			}
			fn := &function{file: y, scope: facts.ScopeID(s)}
			if cls := y.classOf(fn.scope); cls != 0 {
				fn.self = &selfValue{&class{y, cls}}
			}
			all = append(all, fn)
			if f.Text(sc.Name) == in.named {
				same = append(same, fn)
			}
		}
	}
	if len(same) == 1 {
		all = same
	}
	if len(all) != 1 {
		return nil
	}
	for _, a := range ev.callFunction(all[0], nil, nil, at) {
		if made, ok := a.v.(*instance); ok && made.typ != nil && made.call != nil {
			return made
		}
	}
	return nil
}

// providedName is the name by which files are found that have annotated
// functions which are declared to give objects of a type.
func providedName(typ string) string { return "= " + typ }

// eachProvided names the types that annotated functions of a file are declared
// to give.
func (x *file) eachProvided(do func(string)) {
	f := x.facts()
	seen := map[facts.Sym]bool{}
	for i := range f.Scopes {
		sc := &f.Scopes[i]
		if sc.Kind != facts.FuncScope || sc.DecorN == 0 || sc.Result == 0 {
			continue
		}
		if n := lastName(f, sc.Result); n != 0 && !seen[n] {
			seen[n] = true
			do(providedName(f.Text(n)))
		}
	}
}

// providedText evaluates a text that a framework hands to a class's constructor by
// its name: what the one function gives that is called so, or the one that the
// parameter's annotation names. nil if there is none.
func (ev *evaluator) providedText(x *file, ctor facts.ScopeID, pi int) set {
	f := x.facts()
	p := &f.Params[pi]
	if len(ev.l.models.Providers) == 0 || p.Annot == 0 || !isConstructor(f.Text(f.Scopes[ctor].Name)) || !isText(f, p.Annot) {
		return nil
	}
	name := f.Text(p.Name)
	for _, a := range annotationsOf(f, p.Annot) {
		if n := f.Text(lastName(f, calleeOf(f, a))); n != "Qualifier" && n != "Named" || f.At(a).Kind != facts.Call {
			continue
		}
		if first, ok := firstArg(ref{x, a}, nil); ok {
			for _, t := range ev.texts(ev.argValue(first)) {
				name = t
			}
		}
	}
	if ev.seeks() { // it need not mention Kafka
		ev.sought = append(ev.sought, name+" Bean")
	}
	files := ev.filesNear(depBases, providedName("String"), x)
	if len(files) == 0 {
		return nil
	}
	k := activeKey{guard: guardText, ref: ref{x, facts.ExprID(pi)}}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	var found []*function
	project := ev.l.src.Project(x.path)
	for _, y := range files {
		if ev.l.src.Project(y.path) != project {
			continue
		}
		ev.noteFile(y)
		g := y.facts()
		for s := range g.Scopes {
			sc := &g.Scopes[s]
			if sc.Kind != facts.FuncScope || g.Text(sc.Name) != name || sc.Result == 0 || !isText(g, sc.Result) || ev.decoratorAmong(y, facts.ScopeID(s), ev.l.models.Providers) == nil {
				continue
			}
			fn := &function{file: y, scope: facts.ScopeID(s)}
			if cls := y.classOf(fn.scope); cls != 0 {
				fn.self = &selfValue{&class{y, cls}}
			}
			found = append(found, fn)
		}
	}
	if len(found) != 1 {
		return nil
	}
	at := place{x, p.Span}
	if got := ev.expanded(func() set { return ev.callFunction(found[0], nil, nil, at) }); !nothingKnown(got) {
		return got.through(at, "parameter "+f.Text(p.Name))
	}
	return nil
}

// isText reports whether a declared type is a text, whatever annotates it.
func isText(f *facts.File, declared facts.ExprID) bool {
	if e := f.At(declared); e.Kind == facts.Index && f.Text(lastName(f, e.X)) == "Annotated" {
		if y := f.At(e.Y); y.Kind == facts.List && y.N > 0 {
			declared = f.Operands(y)[0]
		}
	}
	return f.Text(lastName(f, declared)) == "String"
}
