package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// What code tells an object in the statements before it uses it counts, however
// the object came there: `template.setDefaultTopic(TOPIC); template.sendDefault(m)`.

// setBefore evaluates an argument of the calls of a method on the receiver of a
// call, in the same function and before it, or in its arguments: the last one
// that is always passed through, and those behind it.
func (ev *evaluator) setBefore(s client.Slot, site ref, fr *frame) set {
	x := site.file
	f := x.facts()
	at := site.expr()
	callee := f.At(at.X)
	if at.Kind != facts.Call || callee.Kind != facts.Attr {
		return nil
	}
	fn := x.enclosingFunc(at.Scope)
	before := slices.Clone(named(x.open().calls, x.sym(s.Method)))
	slices.SortFunc(before, func(a, b callName) int { return int(f.At(b.call).Start) - int(f.At(a.call).Start) })
	var out set
	for _, c := range before {
		e := f.At(c.call)
		told := f.At(e.X)
		if e.Start >= at.End || c.call == site.id || fn == 0 || !isInside(x, fn, e.Scope) || exclusive(f, e.Block, at.Block) ||
			told.Kind != facts.Attr || !sameNamed(f, told.X, callee.X) || !ev.firstIs(&callSite{ref{x, c.call}, fr}, s.MethodKey) {
			continue
		}
		out = out.add(ev.slotIn(s, ref{x, c.call}, fr)...)
		if encloses(f, e.Block, at.Block) {
			break
		}
	}
	return out
}

// sameNamed reports whether two expressions are the same name or attribute; a
// member is the same with and without its receiver.
func sameNamed(f *facts.File, a, b facts.ExprID) bool {
	x, y := f.At(a), f.At(b)
	switch {
	case x.Name != y.Name || x.Kind != facts.Name && x.Kind != facts.Attr:
		return false
	case x.Kind != y.Kind:
		return x.Kind == facts.Attr && isThis(f, x.X) || y.Kind == facts.Attr && isThis(f, y.X)
	}
	return x.Kind == facts.Name || sameNamed(f, x.X, y.X)
}

// isThis reports whether an expression is the receiver where members need none.
func isThis(f *facts.File, id facts.ExprID) bool {
	e := f.At(id)
	return e.Kind == facts.Name && f.Text(e.Name) == "this"
}
