package flow

import (
	"topicls/index/facts"
)

// Enumerations: classes whose attributes are constants of their own, with a
// name and a value. A member is evaluated to its value, which keeps its name.

func isEnum(ev *evaluator, c *class) bool {
	for _, b := range ev.externalBases(c) {
		switch lastDotted(b) {
		case "Enum", "StrEnum", "IntEnum":
			return true
		}
		if ev.l.models.Enums[b] != nil {
			return true
		}
	}
	return false
}

// isStrEnum reports whether auto() gives a class's members their names in lower case.
func (ev *evaluator) isStrEnum(c *class) bool {
	for _, b := range ev.externalBases(c) {
		if lastDotted(b) == "StrEnum" {
			return true
		}
	}
	return false
}

// enumMembers lists the values of an enumeration.
func (ev *evaluator) enumMembers(c *class) set {
	var out set
	ev.eachMember(c, func(_ string, v set) { out = out.add(v...) })
	return out
}

// eachMember gives the members of an enumeration, with their names, in source
// order; none for other classes.
func (ev *evaluator) eachMember(c *class, do func(name string, v set)) {
	if !isEnum(ev, c) {
		return
	}
	f := c.file.facts()
	for _, i := range c.file.scopeBindings(c.scope) {
		if ev.l.lang.members() {
			if o := ev.enumMember(c.file, &f.Bindings[i]); o != nil {
				do(f.Text(f.Bindings[i].Name), set{alt{o, nil}})
			}
			continue
		}
		if b := &f.Bindings[i]; b.Value != 0 && f.At(b.Value).Kind != facts.Func && f.At(b.Value).Kind != facts.Class {
			name := f.Text(b.Name)
			do(name, ev.asMember(c, name, ev.binding(c.file, b, nil)))
		}
	}
}

// asMember makes what a class binds to a name a member of that name, if the
// class is an enumeration.
func (ev *evaluator) asMember(c *class, name string, s set) set {
	if ev.l.lang.members() || !isEnum(ev, c) {
		return s
	}
	labelled := false
	for _, b := range ev.externalBases(c) {
		m := ev.l.models.Enums[b]
		labelled = labelled || m != nil && m.Labels
	}
	out := make(set, len(s))
	for i, a := range s {
		if l, ok := a.v.(*listing); ok && labelled { // ORDERS = "orders", "Orders of customers"
			if items := ev.items(l); len(items) == 2 && len(items[0]) == 1 {
				a.v = items[0][0].v
			}
		}
		switch v := a.v.(type) {
		case *stringValue:
			m := *v
			m.member = name
			a.v = &m
		case *constant:
			m := *v
			m.member = name
			a.v = &m
		case *instance: // auto()
			if v.typ == nil {
				a.v = &constant{kind: facts.Number, member: name}
			}
		}
		out[i] = a
	}
	return out
}

// enumAttr evaluates what an enumeration has beside its members: lists of
// their values and names, and the map from names to members.
func (ev *evaluator) enumAttr(c *class, name string) (set, bool) {
	if !isEnum(ev, c) {
		return nil, false
	}
	if name == "__members__" {
		m := &mapping{computed: true}
		ev.eachMember(c, func(n string, v set) { m.entries = append(m.entries, mapEntry{key: n, val: v}) })
		return one(m, nil), true
	}
	for _, b := range ev.externalBases(c) {
		m := ev.l.models.Enums[b]
		if m == nil {
			continue
		}
		l := &listing{items: []set{}}
		switch name {
		case m.Values:
			ev.eachMember(c, func(_ string, v set) { l.items = append(l.items, v) })
		case m.Names:
			ev.eachMember(c, func(n string, _ set) { l.items = append(l.items, one(literal(n), nil)) })
		case m.Choices:
			ev.eachMember(c, func(_ string, v set) {
				l.items = append(l.items, one(&listing{items: []set{v, one(&unknown{"the label of a constant", place{}}, nil)}}, nil))
			})
		default:
			continue
		}
		return one(l, nil), true
	}
	return nil, false
}
