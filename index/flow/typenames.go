package flow

import "topicls/index/facts"

// asType evaluates a name that stands where a type does. A member may have the
// name of its own type (`Retry Retry { get; } = new Retry();`): then the type is
// what code around the class means by it.
func (ev *evaluator) asType(r ref, fr *frame) set {
	got := ev.eval(r, fr)
	f := r.file.facts()
	e := r.expr()
	if e.Kind != facts.Name || !ev.l.lang.members() || !isUpper(f.Text(e.Name)) || namesType(got) {
		return got
	}
	for s := e.Scope; s != 0; s = f.Scopes[s].Parent {
		if f.Scopes[s].Kind != facts.ClassScope || len(r.file.bindings(s, e.Name)) == 0 {
			continue
		}
		if t := ev.lookup(r.file, e.Name, f.Scopes[s].Parent, nil, fr); namesType(t) {
			return t
		}
	}
	return got
}

// namesType reports whether one of some values is a type, or a function.
func namesType(s set) bool {
	for _, a := range s {
		switch a.v.(type) {
		case *class, *external, *function:
			return true
		}
	}
	return false
}
