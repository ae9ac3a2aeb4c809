package flow

import (
	"topicls/index/facts"
)

// A message that is decoded into an object of a class is read by methods of that
// class, whether they are written down or made. Which field of the message one
// reads, the class says that the message is declared with.

// getterRead tells which field of a message a call may read: what the method is
// called on, where the message must be found, and a function that then names the
// field, or says "" where the call reads none.
func (ev *evaluator) getterRead(x *file, call *facts.Expr) (obj facts.ExprID, field func() string) {
	f := x.facts()
	callee := f.At(call.X)
	if !ev.l.lang.members() || call.N > 0 || callee.Kind != facts.Attr || f.At(callee.X).Kind != facts.Name {
		return 0, nil
	}
	method := f.Text(callee.Name)
	declared := declaredWith(x, f.At(callee.X))
	if declared == 0 || ev.l.models.Methods[method] != "" || ev.l.queueMethod(method) {
		return 0, nil
	}
	return callee.X, func() string {
		var classes set
		ev.with(follows, func() { classes = ev.annotated(ref{x, declared}, nil) }) // the class need not mention Kafka
		name := ""
		for _, a := range classes {
			o, ok := a.v.(*object)
			if !ok || isEnum(ev, o.class) {
				return ""
			}
			n := ev.sentAs(o.class, ev.fieldRead(o.class, method))
			if n == "" || name != "" && n != name {
				return ""
			}
			name = n
		}
		return name
	}
}

// decoded evaluates a variable or parameter as the message that it was decoded from.
func (ev *evaluator) decoded(x *file, obj facts.ExprID) set {
	s, pi, list := declarationOf(x, x.facts().At(obj))
	if pi >= 0 {
		return ev.handledAs(x, s, pi, nil, true)
	}
	var out set
	for _, b := range list {
		if v := x.facts().Bindings[b].Value; v != 0 {
			out = out.add(ev.eval(ref{x, v}, nil)...)
		}
	}
	return out
}

// declarationOf finds what a name stands for in the functions around it: a
// parameter (its number, else -1), or what is bound to it.
func declarationOf(x *file, name *facts.Expr) (s facts.ScopeID, pi int, bindings []int32) {
	f := x.facts()
	for s = x.enclosingFunc(name.Scope); s != 0; s = x.enclosingFunc(f.Scopes[s].Parent) {
		if list := x.bindings(s, name.Name); len(list) > 0 {
			return s, -1, list
		}
		if pi := paramIndex(f, &f.Scopes[s], name.Name); pi >= 0 {
			return s, pi, nil
		}
	}
	return 0, -1, nil
}

// declaredWith returns the declared type of a variable or parameter, 0 where it has
// none or several.
func declaredWith(x *file, name *facts.Expr) facts.ExprID {
	f := x.facts()
	_, pi, list := declarationOf(x, name)
	if pi >= 0 {
		return f.Params[pi].Annot
	}
	var declared facts.ExprID
	for _, b := range list {
		switch a := f.Bindings[b].Annot; {
		case a == 0, a == declared:
		case declared != 0:
			return 0
		default:
			declared = a
		}
	}
	return declared
}

// sentAs is what a field of a class is called in messages, "" where it isn't there.
func (ev *evaluator) sentAs(c *class, field string) string {
	if field == "" {
		return ""
	}
	for _, k := range ev.lookedIn(c, field) {
		ev.noteFile(k.file)
		f := k.file.facts()
		for _, i := range k.file.bindings(k.scope, k.file.sym(field)) {
			if b := &f.Bindings[i]; b.Target == facts.ToName && b.Annot != 0 {
				name, _, ok := ev.serialized(k.file, b)
				if !ok {
					return ""
				}
				return name
			}
		}
	}
	return ""
}
