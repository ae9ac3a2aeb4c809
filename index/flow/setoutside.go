package flow

import "topicls/index/facts"

// Fields that code outside of a class sets, where a language has such: what an
// object's class says of one is then only what it begins with, as in
// `Config().apply { topic = "orders" }` and `config.topic = "orders"`.

// setOutside evaluates what code sets a field of an object to that is not of its
// class. sure says that it is this very object whose field is set.
func (ev *evaluator) setOutside(o *object, c *class, name string) (out set, sure bool) {
	if !setsFields(c.file) {
		return nil, false
	}
	k := activeKey{guard: guardOutside, ref: ref{c.file, facts.ExprID(c.file.sym(name))}}
	if ev.recurs(k) {
		return nil, false
	}
	ev.pose(k)
	defer ev.answered(k)
	for _, y := range ev.filesNear(depAttr, name, c.file) {
		if !setsFields(y) {
			continue
		}
		f := y.facts()
		for _, i := range y.attrBindings(y.sym(name)) {
			b := &f.Bindings[i]
			if b.Value == 0 || b.Obj == 0 || ev.ofItself(y, b) {
				continue
			}
			for _, a := range ev.expanded(func() set { return ev.eval(ref{y, b.Obj}, nil) }) {
				p, ok := a.v.(*object)
				if !ok || *p.class != *o.class && *p.class != *c {
					continue
				}
				switch {
				case o.site != nil && p.site != nil && o.site.ref != p.site.ref:
					continue // another one
				case o.site != nil && p.site != nil:
					if !sure {
						out, sure = nil, true
					}
				case sure:
					continue
				}
				ev.noteFile(y)
				out = out.add(ev.binding(y, b, nil)...)
			}
		}
	}
	return usable(out), sure
}

// setIsFollowed reports whether all of a value are objects that are known one by
// one and of which setOutside finds what sets their fields, whatever they are called.
func setIsFollowed(s set) bool {
	for _, a := range s {
		if o, ok := a.v.(*object); !ok || o.site == nil || !setsFields(o.class.file) {
			return false
		}
	}
	return len(s) > 0
}

// setsFields reports whether a file's language has fields that others set, and
// lets this be followed.
func setsFields(x *file) bool { return x.facts().Lang == "kotlin" || x.facts().Lang == "java" }

// ofItself reports whether an attribute is set in a method of the object that has
// it.
func (ev *evaluator) ofItself(x *file, b *facts.Binding) bool {
	m, cls := x.selfClass(b.Scope)
	return cls != 0 && isSelf(x.facts(), m, b.Obj)
}
