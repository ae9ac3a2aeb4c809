package flow

import (
	"slices"

	"topicls/index/facts"
)

// paramOf evaluates a parameter (an index into File.Params) of scope s.
func (ev *evaluator) paramOf(x *file, s facts.ScopeID, pi int, fr *frame) set {
	f := x.facts()
	sc := &f.Scopes[s]
	p := &f.Params[pi]
	at := place{x, p.Span}
	pos := pi - int(sc.ParamLo)
	local := fr.of(x, s)
	cls := x.classOf(s)
	receiver := cls != 0 && pos == 0 && p.Kind == facts.Positional && !ev.isStatic(x, s) && !ev.isExtension(x, s)
	if receiver {
		if local != nil && local.self != nil {
			return one(local.self, nil)
		}
		if ev.isClassMethod(x, s) {
			return one(&class{x, cls}, nil)
		}
		return one(&selfValue{ev.whole(&class{x, cls})}, nil)
	}
	if s, ok := ev.commandLineParam(x, s, pi); ok {
		return s
	}
	if s, ok := ev.injectedParam(x, pi); ok && (local == nil || local.open) {
		return s
	}
	if local == nil || local.open {
		if t := ev.providedText(x, s, pi); len(t) > 0 {
			return t
		}
	}
	if local == nil || local.open {
		if ev.expand {
			if m := ev.handledMessage(x, s, pi, local); len(m) > 0 {
				return m
			}
			if m := ev.givenByLibrary(x, s, pi); len(m) > 0 {
				return m
			}
			var declared set // asked before callers are, as these may be too many to ask all
			if p.Annot != 0 && ev.l.lang.members() {
				declared = ev.annotated(ref{x, p.Annot}, nil)
			}
			if p.Annot != 0 && ev.isWithoutMessage(x, s, declared) {
				return called(declared, f.Text(p.Name))
			}
			got := ev.fromCallers(x, s, pi, local)
			if !nothingKnown(got) {
				return declaredFor(got, declared, f.Text(p.Name))
			}
			if p.Default != 0 {
				if d := ev.eval(ref{x, p.Default}, outerFrame(local)); !nothingKnown(d) {
					return d.through(at, "default of parameter "+f.Text(p.Name))
				}
			}
			if len(declared) > 0 {
				return called(declared, f.Text(p.Name))
			}
			if p.Annot != 0 {
				if t := ev.annotated(ref{x, p.Annot}, nil); len(t) > 0 {
					return called(t, f.Text(p.Name))
				}
			}
			return got
		}
		if p.Default != 0 { // injected by a framework, whoever calls
			if d := f.At(p.Default); d.Kind == facts.Call {
				if got := ev.eval(ref{x, p.Default}, outerFrame(local)); len(got) > 0 && !nothingKnown(got) {
					switch got[0].v.(type) {
					case *instance, *object:
						return got
					}
				}
			}
		}
		if got := ev.givenWhereItStands(x, s, pi, local); len(got) > 0 {
			return got
		}
		return one(&param{file: x, scope: s, index: pi}, &trace{place: at, what: "parameter " + f.Text(p.Name)})
	}
	return ev.boundParam(x, s, pi, local)
}

// declaredFor replaces what callers give of which nothing is known by objects of
// the parameter's declared type, where that is a class of the workspace: some
// callers give what can be told, others what a framework makes.
func declaredFor(got, declared set, name string) set {
	if !slices.ContainsFunc(declared, func(a alt) bool { return classOfValue(a.v) != nil }) {
		return got
	}
	out := got[:0:0]
	open := false
	for _, a := range got {
		switch v := a.v.(type) {
		case *unknown:
			open = true
		case *external:
			open = true
		case *instance:
			if v.typ == nil {
				open = true
				continue
			}
			out = out.add(a)
		default:
			out = out.add(a)
		}
	}
	if !open {
		return got
	}
	return out.add(called(declared, name)...)
}

// givenWhereItStands evaluates a parameter of a function that is written as an
// argument of the call that calls it, and nowhere else called: in
// `topics.forEach((topic) => ...)` whoever gives the topics decides.
func (ev *evaluator) givenWhereItStands(x *file, s facts.ScopeID, pi int, local *frame) set {
	if !x.open().valued && x.facts().Lang != "csharp" || x.facts().Scopes[s].Kind != facts.LambdaScope {
		return nil
	}
	var out set
	for _, site := range x.holding(s) {
		for _, fr := range ev.framesAt(site, outerFrame(local), x, s) {
			out = out.add(ev.boundParam(x, s, pi, fr)...)
		}
	}
	return out
}

func outerFrame(fr *frame) *frame {
	if fr == nil {
		return nil
	}
	return fr.closure
}

// boundParam evaluates a parameter from a frame's arguments.
func (ev *evaluator) boundParam(x *file, s facts.ScopeID, pi int, fr *frame) set {
	f := x.facts()
	sc := &f.Scopes[s]
	p := &f.Params[pi]
	name := f.Text(p.Name)
	at := place{x, p.Span}
	pos := pi - int(sc.ParamLo)
	if x.classOf(s) != 0 && !ev.isStatic(x, s) && fr.self != nil {
		pos--
	}
	args, open := ev.flat(fr.args)
	what := "argument " + name + " of " + f.Text(sc.Name)
	switch p.Kind {
	case facts.Rest:
		var items []set
		n := 0
		for _, a := range args {
			if a.name == "" {
				if n >= pos {
					items = append(items, ev.argValue(a))
				}
				n++
			}
		}
		return one(&listing{items: append([]set{}, items...), ref: ref{}}, &trace{place: at, what: "arguments " + name})
	case facts.RestMap:
		m := &mapping{computed: true}
		for _, a := range args {
			if a.name != "" && namedParam(f, sc, a.name) < 0 {
				m.entries = append(m.entries, mapEntry{key: a.name, val: ev.argValue(a), at: a.ref})
			}
		}
		return one(m, &trace{place: at, what: "arguments " + name})
	}
	n := 0
	for _, a := range args {
		if a.flag&(facts.SpreadOne|facts.SpreadMap) != 0 && hasHole(a.val) && (p.Kind == facts.Positional || a.flag&facts.SpreadMap != 0) {
			return a.val // whoever fills the list or map decides
		}
		if a.name == "" {
			if n == pos && p.Kind == facts.Positional {
				return ev.argValue(a).through(at, what)
			}
			n++
		} else if a.name == name {
			return ev.argValue(a).through(at, what)
		}
	}
	if p.Default != 0 {
		return ev.eval(ref{x, p.Default}, fr.closure).through(at, "default of parameter "+name)
	}
	if isTypeParameter(name) {
		if t := ev.inferredType(x, s, pi, fr); len(t) > 0 {
			return t
		}
	}
	if p.Annot != 0 {
		if t := ev.annotated(ref{x, p.Annot}, nil); len(t) > 0 {
			return called(t, name)
		}
	}
	if open {
		return one(&unknown{"arguments given as *args or **kwargs that can't be told", at}, nil)
	}
	if x.open().valued { // undefined
		return one(&constant{kind: facts.None}, &trace{place: at, what: what})
	}
	return one(&unknown{"argument " + name + " is not given", at}, nil)
}

func namedParam(f *facts.File, sc *facts.Scope, name string) int {
	for i := sc.ParamLo; i < sc.ParamLo+sc.ParamN; i++ {
		if f.Text(f.Params[i].Name) == name && f.Params[i].Kind != facts.RestMap {
			return int(i)
		}
	}
	return -1
}

// decorated reports whether a function has a decorator of one of the names.
func decorated(x *file, s facts.ScopeID, names ...string) bool {
	f := x.facts()
	for _, d := range f.Decorators(&f.Scopes[s]) {
		e := f.At(d)
		if e.Kind == facts.Call {
			e = f.At(e.X)
		}
		if e.Kind != facts.Name && e.Kind != facts.Attr {
			continue
		}
		for _, n := range names {
			if f.Text(e.Name) == n {
				return true
			}
		}
	}
	return false
}

func (ev *evaluator) isStatic(x *file, s facts.ScopeID) bool {
	return x.facts().Scopes[s].Flag&facts.Static != 0 || decorated(x, s, "staticmethod")
}

func (ev *evaluator) isClassMethod(x *file, s facts.ScopeID) bool {
	return x.facts().Scopes[s].Flag&facts.OfClass != 0 || decorated(x, s, "classmethod", "validator", "field_validator", "root_validator", "model_validator")
}
