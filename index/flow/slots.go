package flow

import (
	"strings"

	"topicls/index/facts"
)

// optionCalls lists the calls of functions of a name among the arguments of a
// call, as libraries have them that take options as functions.
func (ev *evaluator) optionCalls(name string, site ref, fr *frame) []*instance {
	args, _ := ev.flat(callArgs(site, fr))
	var out []*instance
	var take func(s set, depth int)
	take = func(s set, depth int) {
		for _, a := range s {
			switch v := a.v.(type) {
			case *instance:
				if v.call != nil && (v.path == name || strings.HasSuffix(v.path, "."+name)) {
					out = append(out, v)
				}
			case *listing:
				if depth > 0 {
					continue
				}
				for _, it := range ev.items(v) {
					take(it, depth+1)
				}
			}
		}
	}
	for _, a := range args {
		take(ev.argValue(a), 0)
	}
	return out
}

// recordField evaluates a field of a library's record: what its literal gives
// for it, or what is assigned to it later.
func (ev *evaluator) recordField(in *instance, field string) set {
	if in.call == nil {
		return nil
	}
	for _, a := range callArgs(in.call.ref, in.call.fr) {
		if a.name == field {
			return ev.argValue(a)
		}
	}
	x := in.call.ref.file
	f := x.facts()
	fn := x.enclosingFunc(in.call.ref.expr().Scope)
	var out set
	for _, i := range x.attrBindings(x.sym(field)) {
		b := &f.Bindings[i]
		if b.Value == 0 || f.At(b.Obj).Kind != facts.Name || x.enclosingFunc(b.Scope) != fn {
			continue
		}
		for _, o := range ev.eval(ref{x, b.Obj}, in.call.fr) {
			if p, ok := o.v.(*instance); ok && p.call.same(in.call) {
				out = out.add(ev.binding(x, b, in.call.fr)...)
			}
		}
	}
	return out
}

// assignedField evaluates what is assigned to a field of a library's object where
// one of its methods is called, or beside where it is made: `w.Topic = topic`. What
// the function of the call assigns counts, if that assigns something.
func (ev *evaluator) assignedField(in *instance, field string, site ref, fr *frame) set {
	if !ev.l.lang.structural() {
		return nil
	}
	at := func(x *file, fn facts.ScopeID, g *frame) set {
		f := x.facts()
		var out set
		for _, i := range x.attrBindings(x.sym(field)) {
			b := &f.Bindings[i]
			if b.Value == 0 || b.Obj == 0 || x.enclosingFunc(b.Scope) != fn {
				continue
			}
			for _, o := range ev.expanded(func() set { return ev.eval(ref{x, b.Obj}, g) }) {
				if p, ok := o.v.(*instance); ok && p.call != nil && p.call.ref == in.call.ref {
					out = out.add(ev.binding(x, b, g)...)
					break
				}
			}
		}
		return out
	}
	if got := at(site.file, site.file.enclosingFunc(site.expr().Scope), fr); len(got) > 0 {
		return got
	}
	made := in.call.ref
	return at(made.file, made.file.enclosingFunc(made.expr().Scope), in.call.fr)
}

// textFunction evaluates the call of a function that makes a text; ok is false
// for other functions.
func (ev *evaluator) textFunction(path string, r ref, fr *frame) (s set, ok bool) {
	first := func(slots []set) set {
		for _, s := range slots {
			if len(s) > 0 {
				return s
			}
		}
		return nil
	}
	t := ev.l.models.Texts[path]
	if t == nil {
		return nil, false
	}
	var given [3]set
	for i, slots := range [...][]set{ev.slotSets(t.Value, r, fr), ev.slotSets(t.A, r, fr), ev.slotSets(t.B, r, fr)} {
		given[i] = first(slots)
	}
	text := func(s set) (string, bool) {
		if len(s) != 1 {
			return "", false
		}
		return constOf(s[0].v)
	}
	a, okA := text(given[1])
	b, okB := text(given[2])
	if t.Op == "join" {
		sep := literal(a)
		if !okA {
			return one(&unknown{"a joined list that can't be told", r.place()}, nil), true
		}
		return ev.joined(sep, given[0], r), true
	}
	var out set
	for _, v := range given[0] {
		sv, isText := v.v.(*stringValue)
		switch {
		case !isText:
			out = out.add(v)
		case t.Op == "split" && okA, t.Op == "replace" && okA && okB, t.Op == "lower", t.Op == "upper", t.Op == "strip":
			out = out.add(alt{sv.with(strOp{op: t.Op, a: a, b: b}), v.tr})
		default:
			out = out.add(alt{&unknown{"a text changed by " + lastDotted(path), r.place()}, v.tr})
		}
	}
	return out, true
}
