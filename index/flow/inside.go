package flow

import "topicls/index/facts"

// Libraries have their parts described by functions that they call with a
// builder: `AddConsumer(c => c.Topic("orders").WithGroupId("shop"))`. What such a
// function says is found by the names of the calls in it.

// innerCalls lists the calls of functions of a name in the functions that a call
// is given; those in functions further inside are theirs.
func (ev *evaluator) innerCalls(name string, site ref, fr *frame) []callSite {
	var out []callSite
	for _, g := range ev.givenFunctions(site, fr) {
		f := g.fn.file.facts()
		for _, c := range named(g.fn.file.open().calls, g.fn.file.sym(name)) {
			if e := f.At(c.call); e.Kind == facts.Call && f.Text(lastName(f, e.X)) == name && g.fn.file.enclosingFunc(e.Scope) == g.fn.scope {
				out = append(out, callSite{ref{g.fn.file, c.call}, g.fr})
			}
		}
	}
	return out
}

// givenFunction is a function among the arguments of a call, and the frame that
// surrounds it.
type givenFunction struct {
	fn *function
	fr *frame
}

// givenFunctions lists the functions among the arguments of a call.
func (ev *evaluator) givenFunctions(site ref, fr *frame) []givenFunction {
	var out []givenFunction
	for _, a := range callArgs(site, fr) {
		if a.ref.id == 0 {
			continue
		}
		for _, v := range ev.argValue(a) {
			fn, ok := v.v.(*function)
			if !ok {
				continue
			}
			inner := fr // what surrounds a lambda is as it is there
			if fn.file != site.file || fr != nil && !isInside(fn.file, fn.scope, fr.scope) {
				inner = nil
			}
			out = append(out, givenFunction{fn, inner})
		}
	}
	return out
}

// assignedIn evaluates what the functions that a call is given assign to a field
// of their own parameters.
func (ev *evaluator) assignedIn(field string, site ref, fr *frame) set {
	var out set
	for _, g := range ev.givenFunctions(site, fr) {
		x := g.fn.file
		f := x.facts()
		sc := &f.Scopes[g.fn.scope]
		for _, i := range x.attrBindings(x.sym(field)) {
			b := &f.Bindings[i]
			obj := f.At(b.Obj)
			if b.Value != 0 && obj.Kind == facts.Name && paramIndex(f, sc, obj.Name) >= 0 && isInside(x, b.Scope, g.fn.scope) {
				out = out.add(ev.binding(x, b, g.fr)...)
			}
		}
	}
	return out
}
