package flow

import "topicls/index/facts"

// putsAside reports whether a function puts what its parameter holds into a
// map or a list (`self.handlers[topic] = handler`), to be called from there.
func (x *file) putsAside(scope facts.ScopeID, sym facts.Sym) bool {
	f := x.facts()
	for _, i := range x.open().toIndex {
		if b := &f.Bindings[i]; isInside(x, b.Scope, scope) && x.holdsName(b.Value, sym, 0) {
			return true
		}
	}
	for _, method := range []string{"append", "add", "appendleft", "insert", "setdefault"} {
		for _, c := range named(x.open().calls, x.sym(method)) {
			e := f.At(c.call)
			if f.At(e.X).Kind != facts.Attr || !isInside(x, e.Scope, scope) {
				continue
			}
			for _, k := range f.Operands(e) {
				if x.holdsName(f.At(k).X, sym, 0) {
					return true
				}
			}
		}
	}
	return false
}

// holdsName reports whether an expression is a name, or a map or list literal
// that has it in it.
func (x *file) holdsName(id facts.ExprID, sym facts.Sym, depth int) bool {
	f := x.facts()
	switch e := f.At(id); e.Kind {
	case facts.Name:
		return e.Name == sym
	case facts.List, facts.Map:
		for _, k := range f.Operands(e) {
			if v := f.At(k); v.Kind == facts.Entry {
				k = v.X
			}
			if depth < 3 && x.holdsName(k, sym, depth+1) {
				return true
			}
		}
	}
	return false
}
