package flow

import "topicls/index/facts"

// Libraries have their parts described by functions that they call with a
// builder: `AddConsumer(c => c.Topic("orders").WithGroupId("shop"))`. What such a
// function says is found by the names of the calls in it.

// innerCalls lists the calls of functions of a name in the functions that a call
// is given; those in functions further inside are theirs.
func (ev *evaluator) innerCalls(name string, site ref, fr *frame) []callSite {
	var out []callSite
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
			f := fn.file.facts()
			for _, c := range named(fn.file.open().calls, fn.file.sym(name)) {
				if e := f.At(c.call); e.Kind == facts.Call && f.Text(lastName(f, e.X)) == name && fn.file.enclosingFunc(e.Scope) == fn.scope {
					out = append(out, callSite{ref{fn.file, c.call}, inner})
				}
			}
		}
	}
	return out
}
