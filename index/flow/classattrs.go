package flow

import (
	"topicls/index/facts"
)

// classAttr evaluates an attribute of a class itself.
func (ev *evaluator) classAttr(c *class, name string, at place) set {
	field := ev.takeFieldMeant()
	for _, k := range ev.lookedIn(c, name) {
		ev.noteFile(k.file)
		sym := k.file.sym(name)
		if sym == 0 {
			continue
		}
		if m := k.file.method(k.scope, sym); m != 0 && !(field && hasField(k, sym)) {
			fn := &function{file: k.file, scope: m}
			if ev.isClassMethod(k.file, m) {
				fn.self = c
			}
			if f := k.file.facts(); f.Scopes[k.scope].Flag&facts.Static != 0 { // the one object of its class
				fn.self = &selfValue{c}
			}
			if k.file.facts().Scopes[m].Flag&facts.Accessor != 0 {
				return ev.callFunction(fn, nil, nil, at)
			}
			return one(fn, nil)
		}
		if onlyDeclared(k, sym) { // set by the class's own code
			if s := usable(ev.assignedThroughClass(k, sym)); len(s) > 0 && !nothingKnown(s) {
				return s
			}
		}
		if s := ev.classBinding(k, sym); len(s) > 0 {
			if set := ev.settingsOf(c); set != nil {
				return ev.settingsField(set, c, k, sym)
			}
			if nothingKnown(s) { // producer = None, made on first use
				s = usable(s.add(ev.assignedThroughClass(k, sym)...))
			}
			return ev.asMember(c, name, s)
		}
		if s := ev.assignedThroughClass(k, sym); len(s) > 0 {
			return s
		}
	}
	if s, ok := ev.enumAttr(c, name); ok {
		return s
	}
	if s, ok := ev.enumProperty(c, name, at); ok {
		return s
	}
	for _, b := range ev.externalBases(c) {
		if ev.l.models.Types[b] != nil {
			return one(&external{path: b + "." + name, recv: &instance{typ: ev.l.models.Types[b], path: b}}, nil)
		}
	}
	if s := ev.typeName(c, name, at); len(s) > 0 {
		return s
	}
	return one(&unknown{name + " is not found in " + c.called(), at}, nil)
}

// onlyDeclared reports whether a class declares an attribute and gives it no
// value there.
func onlyDeclared(c *class, sym facts.Sym) bool {
	f := c.file.facts()
	bs := c.file.bindings(c.scope, sym)
	for _, i := range bs {
		if f.Bindings[i].Value != 0 {
			return false
		}
	}
	return len(bs) > 0
}

// assignedThroughClass finds `Class.name = value` and `cls.name = value`.
func (ev *evaluator) assignedThroughClass(c *class, sym facts.Sym) set {
	f := c.file.facts()
	var out set
	for _, i := range c.file.attrBindings(sym) {
		b := &f.Bindings[i]
		o := f.At(b.Obj)
		if o.Kind != facts.Name || b.Value == 0 {
			continue
		}
		if o.Name == f.Scopes[c.scope].Name {
			out = out.add(ev.binding(c.file, b, nil)...)
		} else if m, k := c.file.selfClass(b.Scope); k == c.scope && ev.isClassMethod(c.file, m) {
			out = out.add(ev.binding(c.file, b, nil)...)
		}
	}
	return usable(out)
}

func (ev *evaluator) classBinding(c *class, sym facts.Sym) set {
	f := c.file.facts()
	bs := c.file.bindings(c.scope, sym)
	field := ev.l.lang.members() && hasField(c, sym)
	for i := len(bs) - 1; i >= 0; i-- {
		if v := f.Bindings[bs[i]].Value; field && v != 0 && f.At(v).Kind == facts.Func {
			continue
		}
		if s := ev.binding(c.file, &f.Bindings[bs[i]], nil); len(s) > 0 {
			return s
		}
	}
	return nil
}
