package flow

import (
	"maps"
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// Libraries call functions that they are given: a consumer group the method
// ConsumeClaim of its handler, a batch of records a function for each of them.
// What these get is said by the models (client.Given).

// givenByLibrary evaluates a parameter of a function that a library calls
// because it, or an object whose method it is, was handed to a call; nothing for
// other parameters.
func (ev *evaluator) givenByLibrary(x *file, s facts.ScopeID, pi int) set {
	if len(ev.l.models.GiverNames) == 0 {
		return nil
	}
	f := x.facts()
	sc := &f.Scopes[s]
	name := f.Text(sc.Name)
	pos := pi - int(sc.ParamLo)
	cls := x.classOf(s)
	if cls != 0 && sc.Flag&facts.Static == 0 {
		pos--
	}
	var sites []ref
	if givers := ev.l.models.GiverNames[name]; cls != 0 && name != "" && len(givers) > 0 {
		for _, g := range slices.Sorted(maps.Keys(givers)) {
			sites = append(sites, ev.sitesNamed(g, x)...)
		}
		return ev.givenAt(sites, name, pos, x, s)
	}
	givers := ev.l.models.GiverNames[""]
	if len(givers) == 0 {
		return nil
	}
	if name == "" {
		sites = slices.DeleteFunc(slices.Clone(x.holding(s)), func(r ref) bool { return !givers[calledName(r)] })
	} else {
		sites = ev.sitesHanding(name, x)
	}
	return ev.givenAt(sites, "", pos, x, s)
}

// sitesHanding lists the calls that may hand a function of a name to a library
// which calls it.
func (ev *evaluator) sitesHanding(name string, near *file) []ref {
	sites := ev.sitesNamed(name, near)
	key := ev.l.nameKey(depCallers, name, near.project)
	out, ok := ev.handing[key]
	if !ok {
		givers := ev.l.models.GiverNames[""]
		for _, r := range sites {
			if givers[calledName(r)] {
				out = append(out, r)
			}
		}
		ev.handing[key] = out
	}
	return out
}

// calledName is the last name of what a call calls.
func calledName(r ref) string {
	f := r.file.facts()
	return f.Text(lastName(f, r.expr().X))
}

// givenAt evaluates what the calls at some sites hand to parameter number pos
// of function (x, s), which is the given method of an object, or a function.
func (ev *evaluator) givenAt(sites []ref, method string, pos int, x *file, s facts.ScopeID) set {
	var out set
	for _, site := range sites {
		ev.spend(1)
		in, c := ev.modelOf(site)
		for _, g := range c.AllGiven() {
			if g.Method != method || g.Param != pos || g.Params > 0 && g.Params != parameters(x, s) || !ev.isHanded(g, site, x, s) {
				continue
			}
			tr := &trace{place: site.place(), what: "handed over by " + site.file.facts().Text(lastName(site.file.facts(), site.expr().X))}
			if g.Fills() {
				if t, ok := ev.typeArgument(g.As[len("type:"):], nil, site); ok {
					out = out.add(ev.annotated(t, nil)...)
				}
				continue
			}
			switch t := ev.l.models.Types[g.As]; {
			case isMessage(g.As) && in != nil && c.Action == nil: // of what another call got
				out = out.add(alt{&message{kind: g.As, src: in}, tr})
			case isMessage(g.As):
				out = out.add(alt{&message{kind: g.As, at: site}, tr})
			case t != nil && in != nil && c.Action == nil:
				out = out.add(alt{&instance{typ: t, path: t.Name, call: in.call, recv: in.recv}, tr})
			case t != nil:
				out = out.add(alt{&instance{typ: t, path: t.Name, call: &callSite{ref: site}}, tr})
			}
		}
		if len(out) >= maxAlts {
			break
		}
	}
	return out
}

// parameters counts the parameters of a function, without the receiver and type
// parameters.
func parameters(x *file, s facts.ScopeID) int {
	f := x.facts()
	sc := &f.Scopes[s]
	n := 0
	for i := range int(sc.ParamN) {
		if f.Params[int(sc.ParamLo)+i].Kind != facts.KeywordOnly {
			n++
		}
	}
	if x.classOf(s) != 0 && sc.Flag&facts.Static == 0 {
		n--
	}
	return n
}

// modelOf finds what the models say of a call, and the object that it is a
// method of.
func (ev *evaluator) modelOf(site ref) (*instance, *client.Call) {
	f := site.file.facts()
	callee := f.At(site.expr().X)
	if callee.Kind == facts.Attr {
		name := f.Text(callee.Name)
		recv := ev.expanded(func() set { return ev.eval(site.at(callee.X), nil) })
		for _, a := range recv {
			switch v := a.v.(type) {
			case *instance:
				if v.typ != nil {
					if c := ev.l.models.Method(v.typ, name); c != nil {
						return v, c
					}
				}
			case *external:
				if c := ev.l.models.Functions[v.path+"."+name]; c != nil {
					return nil, c
				}
			}
		}
		if c := ev.l.models.Functions["."+name]; c != nil && ev.foreign(recv) { // a method of any type
			return nil, c
		}
		return nil, nil
	}
	for _, a := range ev.eval(site.at(site.expr().X), nil) {
		if v, ok := a.v.(*external); ok {
			if c := ev.l.models.Functions[v.path]; c != nil {
				return nil, c
			}
		}
	}
	return nil, nil
}

// isHanded reports whether a call hands something to function (x, s): it is, or
// is the method of, what the slot holds.
func (ev *evaluator) isHanded(g *client.Given, site ref, x *file, s facts.ScopeID) bool {
	for _, slot := range g.To {
		for _, a := range ev.expanded(func() set { return ev.slot(slot, site, nil, nil) }) {
			switch v := a.v.(type) {
			case *function:
				if v.file == x && v.scope == s {
					return true
				}
			case *object, *selfValue, *paramSelf:
				if g.Method == "" {
					continue
				}
				if m := ev.methodOf(&object{class: classOfValue(v)}, g.Method); m != nil && m.file == x && m.scope == s {
					return true
				}
			}
		}
	}
	return false
}

// isMet reports whether an action's condition can be true: what the slot holds
// may be an object of the type.
func (ev *evaluator) isMet(w *client.When, s *sink, recv value, fr *frame) bool {
	got := ev.expanded(func() set { v, _ := ev.sinkSlot(s, w.Slot, recv, fr); return v })
	for _, a := range got {
		switch v := a.v.(type) {
		case *instance:
			if v.typ != nil && v.typ.Name == w.Is {
				return true
			}
		case *object:
			if slices.ContainsFunc(ev.externalBases(v.class), func(b string) bool {
				t := ev.l.models.Types[b]
				return t != nil && t.Name == w.Is
			}) {
				return true
			}
		}
	}
	return false
}
