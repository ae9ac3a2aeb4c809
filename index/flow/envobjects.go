package flow

import (
	"topicls/index/facts"
)

// Programs check their variables at start and read them from the result:
// `cleanEnv(process.env, { TOPIC: str({ default: 'orders' }) }).TOPIC`,
// `z.object({ TOPIC: z.string().default('orders') }).parse(process.env)`. Which
// library it is makes no difference: what is given all variables and has an
// attribute of a variable's name gives that variable, with the default that the
// description of its fields has.

// checkedVariable evaluates an attribute of an object that was made of the
// environment; nothing for other objects.
func (ev *evaluator) checkedVariable(in *instance, name string, at place) set {
	if in.call == nil || in.typ != nil || !in.call.ref.file.open().valued {
		return nil
	}
	renames := ev.renames(in.recv)
	if !renames && (!isUpper(name) || !looksLikeVariable(name)) {
		return nil
	}
	k := activeKey{guard: guardEnvironment, ref: in.call.ref, fr: in.call.fr}
	if schema, ok := in.recv.(*instance); ok && schema.call != nil { // which of its parts
		k.ref, k.fr = schema.call.ref, schema.call.fr
	}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	given := callArgs(in.call.ref, in.call.fr)
	if renames {
		if whole, _ := ev.environmentIn(given, name); whole {
			left := maxSchema
			if got := ev.schemaField(in, in.recv, name, at, &left); len(got) > 0 {
				return got
			}
		}
		if !isUpper(name) || !looksLikeVariable(name) {
			return nil
		}
	}
	fields := append([]arg(nil), given...)
	for r, n := in.recv, 0; n < 4; n++ { // z.object({...}).parse(...)
		maker, ok := r.(*instance)
		if !ok || maker.call == nil {
			break
		}
		fields = append(fields, callArgs(maker.call.ref, maker.call.fr)...)
		r = maker.recv
	}
	whole, own := ev.environmentIn(given, name)
	switch {
	case len(own) > 0:
		return orElse(own, ev.schemaDefault(fields, name))
	case !whole:
		return nil
	}
	return orElse(ev.variable(name, false, place{at.file, nameSpan(at, name)}), ev.schemaDefault(fields, name))
}

// nameSpan is the span of a name that a place ends in.
func nameSpan(at place, name string) facts.Span {
	if at.End < uint32(len(name)) {
		return at.Span
	}
	return facts.Span{Start: at.End - uint32(len(name)), End: at.End}
}

// environmentIn reports whether arguments hold all variables, and evaluates
// the variable that they give under a name.
func (ev *evaluator) environmentIn(args []arg, name string) (whole bool, own set) {
	for _, a := range args {
		for _, v := range ev.argValue(a) {
			if ev.allVariables(v.v) {
				return true, nil
			}
			m, ok := v.v.(*mapping)
			if !ok {
				continue
			}
			for _, en := range ev.entries(m) {
				for _, w := range ev.entryValue(en) {
					if ev.allVariables(w.v) { // { runtimeEnv: process.env }
						return true, nil
					}
					if inner, ok := w.v.(*mapping); ok {
						for _, b := range ev.underKey(one(inner, nil), name) {
							if s, ok := b.v.(*stringValue); ok && s.loneEnv() != nil {
								own = own.add(b)
							}
						}
					}
				}
			}
		}
	}
	return false, own
}

// allVariables reports whether a value is what has variables as attributes.
func (ev *evaluator) allVariables(v value) bool {
	x, ok := v.(*external)
	if !ok {
		return false
	}
	rd := ev.l.models.Reads[x.path]
	return rd != nil && rd.Attribute
}

// schemaDefault evaluates the default that a description of fields has for one.
func (ev *evaluator) schemaDefault(args []arg, name string) set {
	find := func(s set) ref {
		for _, v := range s {
			if m, ok := v.v.(*mapping); ok {
				for _, en := range ev.entries(m) {
					if en.key == name && en.ref.id != 0 {
						return en.ref
					}
				}
			}
		}
		return ref{}
	}
	for _, a := range args {
		got := ev.argValue(a)
		if r := find(got); r.id != 0 {
			return ev.describedDefault(r, a.fr)
		}
		for _, v := range got { // { server: {...}, client: {...} }
			if m, ok := v.v.(*mapping); ok {
				for _, en := range ev.entries(m) {
					if r := find(ev.entryValue(en)); r.id != 0 {
						if out := ev.describedDefault(r, a.fr); len(out) > 0 {
							return out
						}
					}
				}
			}
		}
	}
	return nil
}

// describedDefault evaluates the default in the description of a field:
// `str({ default: 'orders' })`, `z.string().default('orders')`.
func (ev *evaluator) describedDefault(r ref, fr *frame) set {
	f := r.file.facts()
	for depth := 0; depth < 12; depth++ {
		e := r.expr()
		if e.Kind != facts.Call {
			return nil
		}
		callee := f.At(e.X)
		if a, ok := firstArg(r, fr); ok {
			if callee.Kind == facts.Attr && f.Text(callee.Name) == "default" {
				return ev.argValue(a)
			}
			if got := ev.underKey(ev.argValue(a), "default"); len(got) > 0 {
				return got
			}
		}
		if callee.Kind != facts.Attr {
			return nil
		}
		r = r.at(callee.X)
	}
	return nil
}
