package flow

import "topicls/index/facts"

// A function that the one around it returns is called by the name that what is
// returned has there: `handle = make_handler(queue); handle(message)`.

// returnedFrames returns the frames by which such a function is called.
func (ev *evaluator) returnedFrames(x *file, s facts.ScopeID) []*frame {
	f := x.facts()
	outer := f.Scopes[s].Parent
	if f.Scopes[s].Kind != facts.FuncScope || outer == 0 || f.Scopes[outer].Kind != facts.FuncScope || !returnsNested(x, outer, s) {
		return nil
	}
	var out []*frame
	for _, site := range ev.sitesNamed(f.Text(f.Scopes[outer].Name), x) {
		y := site.file
		g := y.facts()
		for i := range g.Bindings {
			b := &g.Bindings[i]
			if b.Value != site.id || b.Target != facts.ToName {
				continue
			}
			for _, c := range named(y.open().calls, b.Name) {
				if e := g.At(c.call); g.At(e.X).Kind == facts.Name && isInside(y, e.Scope, b.Scope) {
					ev.noteFile(y)
					out = append(out, ev.framesAt(ref{y, c.call}, nil, x, s)...)
				}
			}
		}
	}
	return out
}

// returnsNested reports whether a function returns one that it defines.
func returnsNested(x *file, outer, s facts.ScopeID) bool {
	f := x.facts()
	for _, i := range x.returnsOf(outer) {
		switch v := f.At(f.Returns[i].Value); v.Kind {
		case facts.Name:
			if v.Name == f.Scopes[s].Name {
				return true
			}
		case facts.Func:
			if facts.ScopeID(v.Lo) == s {
				return true
			}
		}
	}
	return false
}
