package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// Programs call topics after types: `typeof(T).Name`, `message.GetType().Name`. Which
// method gives the type of an object, and which member of a type its name, is
// said by the models (client.Values).

// ofTypes evaluates a method that gives the type of an object, or the name of a
// type; nothing for others.
func (ev *evaluator) ofTypes(recv alt, name string, r ref) set {
	switch v := recv.v.(type) {
	case *object, *selfValue, *paramSelf:
		if ev.l.models.Methods[name] == "type" {
			return ev.givenType(recv, r.place())
		}
	case *class:
		if ev.l.models.TypeNames[name] != "" && !ev.hasMember(v, name) {
			return ev.typeName(v, name, r.place())
		}
	}
	return nil
}

// givenType evaluates a call that gives the type of the object that it is called
// on. Of an object that others make, the type is known when its class has no
// descendants.
func (ev *evaluator) givenType(recv alt, at place) set {
	c := classOfValue(recv.v)
	switch v := recv.v.(type) {
	case *object:
		if v.site != nil || v.ctor != nil {
			return one(c, recv.tr)
		}
	case *paramSelf:
		return one(v.p, recv.tr)
	}
	if c.file.facts().Scopes[c.scope].Flag&facts.Abstract != 0 || len(ev.subclasses(c)) > 0 {
		return one(&unknown{"the type of an object that may be of several classes", at}, recv.tr)
	}
	return one(c, recv.tr)
}

// ownType evaluates a call that gives the type of the object in whose code it
// stands: `GetType()` without a receiver. ok is false for other calls.
func (ev *evaluator) ownType(r ref, fr *frame) (set, bool) {
	x := r.file
	f := x.facts()
	name := f.At(r.expr().X).Name
	if r.expr().N > 0 || ev.l.models.Methods[f.Text(name)] != "type" {
		return nil, false
	}
	scope := r.expr().Scope
	_, cls := x.selfClass(scope)
	if cls == 0 {
		return nil, false
	}
	c := ev.whole(&class{x, cls})
	if ev.hasMember(c, f.Text(name)) {
		return nil, false
	}
	recv := ev.receiverIn(x, cls, scope, c, fr)
	if classOfValue(recv) == nil {
		return nil, false
	}
	return ev.givenType(alt{recv, nil}, r.place()), true
}

// typeName evaluates a member of a type that is the type's name.
func (ev *evaluator) typeName(c *class, member string, at place) set {
	how := ev.l.models.TypeNames[member]
	if how == "" {
		return nil
	}
	name := c.name()
	if how == client.FullName {
		if ns := c.file.facts().Text(c.file.facts().Package); ns != "" {
			name = ns + "." + name
		}
	}
	return one(literal(name), &trace{place: at, what: "name of class " + c.name()})
}

// nameOfType evaluates `x.GetType().Name`, whatever members the class of x has;
// nothing for other expressions.
func (ev *evaluator) nameOfType(r ref, fr *frame) set {
	f := r.file.facts()
	e := r.expr()
	call := f.At(e.X)
	if call.Kind != facts.Call {
		return nil
	}
	member := f.Text(e.Name)
	if ev.l.models.TypeNames[member] == "" || ev.l.models.Methods[f.Text(lastName(f, call.X))] != "type" {
		return nil
	}
	var out set
	for _, a := range ev.eval(r.at(e.X), fr) {
		c, ok := a.v.(*class)
		if !ok {
			return nil
		}
		out = out.add(ev.typeName(c, member, r.place()).after(a.tr)...)
	}
	return out
}

// inferredType evaluates a type parameter of a function that a call leaves to
// be inferred: the type of an argument whose parameter is declared with it.
func (ev *evaluator) inferredType(x *file, s facts.ScopeID, pi int, fr *frame) set {
	f := x.facts()
	sc := &f.Scopes[s]
	name := facts.Sym(0)
	for i := range f.Bindings {
		b := &f.Bindings[i]
		if v := f.At(b.Value); b.Scope == s && b.Target == facts.ToName && v.Kind == facts.Name && v.Name == f.Params[pi].Name {
			name = b.Name
		}
	}
	if name == 0 {
		return nil
	}
	for i := int(sc.ParamLo); i < int(sc.ParamLo+sc.ParamN); i++ {
		an := f.At(f.Params[i].Annot)
		if f.Params[i].Annot == 0 || an.Kind != facts.Name || an.Name != name {
			continue
		}
		var out set
		for _, a := range ev.boundParam(x, s, i, fr) {
			switch v := a.v.(type) {
			case *object, *selfValue:
				out = out.add(ev.givenType(a, place{x, f.Params[i].Span})...)
			case *param:
				out = out.add(alt{v, a.tr})
			}
		}
		return out
	}
	return nil
}
