package flow

import (
	"slices"

	"topicls/index/facts"
)

// Programs of .NET fill a class of settings by a function that is given an
// object of it: `services.Configure<KafkaOptions>(o => { o.Topic = "orders"; })`. The
// object that others get has what such functions assign to its fields.

// filler is a function that fills objects of a class, and which of its
// parameters they are.
type filler struct {
	fn    *function
	param facts.Sym
}

// fillers lists the functions that fill objects of a class.
func (ev *evaluator) fillers(c *class) []filler {
	if len(ev.l.models.FillerNames) == 0 {
		return nil
	}
	if got, ok := ev.filledBy[*c]; ok {
		ev.noteFile(c.file)
		return got
	}
	k := activeKey{guard: guardFiller, ref: ref{c.file, facts.ExprID(c.scope)}}
	if ev.recurs(k) {
		return nil
	}
	m := ev.mark()
	ev.pose(k)
	var out []filler
	ev.expanded(func() set {
		for _, n := range ev.l.models.FillerNames {
			for _, site := range ev.sitesNamed(n, c.file) {
				out = append(out, ev.fillersAt(site, c)...)
			}
		}
		return nil
	})
	ev.answered(k)
	if ev.isWhole(m) {
		ev.filledBy[*c] = out
	}
	return out
}

// fillersAt lists the functions that a call has fill objects of a class.
func (ev *evaluator) fillersAt(site ref, c *class) []filler {
	t, ok := lastTypeOf(site)
	if !ok {
		t, ok = filledType(site)
	}
	if ok && t.expr().Kind == facts.Index { // Settings<T>
		t = t.at(t.expr().X)
	}
	if !ok || !slices.ContainsFunc(ev.eval(t, nil), func(a alt) bool { k, is := a.v.(*class); return is && *k == *c }) {
		return nil
	}
	var out []filler
	_, call := ev.modelOf(site)
	for _, g := range call.AllGiven() {
		if !g.Fills() {
			continue
		}
		for _, slot := range g.To {
			for _, a := range ev.slot(slot, site, nil, nil) {
				fn, ok := a.v.(*function)
				if !ok {
					continue
				}
				sc := &fn.file.facts().Scopes[fn.scope]
				if g.Param < int(sc.ParamN) {
					out = append(out, filler{fn, fn.file.facts().Params[int(sc.ParamLo)+g.Param].Name})
				}
			}
		}
	}
	return out
}

// filledType is the type that a call without type arguments leaves to be
// inferred: T, where the function that it is given is declared as an Action<T>.
func filledType(site ref) (ref, bool) {
	f := site.file.facts()
	for _, k := range f.Operands(site.expr()) {
		v := f.At(f.At(k).X)
		if v.Kind != facts.Name {
			continue
		}
		t := f.At(declaredType(site.file, v))
		for t.Kind == facts.Index && f.Text(lastName(f, t.X)) == "Optional" {
			t = f.At(t.Y)
		}
		if t.Kind == facts.Index && f.Text(lastName(f, t.X)) == "Action" && f.At(t.Y).Kind != facts.List {
			return site.at(t.Y), true
		}
	}
	return ref{}, false
}

// filledField evaluates a field of an object that a container makes, where
// functions fill it.
func (ev *evaluator) filledField(o *object, name string) set {
	if o.site != nil || o.ctor != nil || o.bound != nil {
		return nil
	}
	var out set
	for _, fl := range ev.fillers(o.class) {
		x := fl.fn.file
		f := x.facts()
		for _, i := range x.attrBindings(x.sym(name)) {
			b := &f.Bindings[i]
			obj := f.At(b.Obj)
			if b.Value != 0 && obj.Kind == facts.Name && obj.Name == fl.param && isInside(x, b.Scope, fl.fn.scope) {
				out = out.add(ev.binding(x, b, nil)...)
			}
		}
	}
	return out
}
