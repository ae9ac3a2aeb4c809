package flow

// Schemas that check variables may be put together and may rename what they
// checked: `A.and(B).transform((c) => ({ ...c, ordersTopic: c.ORDERS_TOPIC }))`.
// What the whole has under a name, one of its parts says.

// maxSchema bounds how many parts of a schema are looked at.
const maxSchema = 400

// renames reports whether a schema changes what it checked, as far as the
// calls that made it say.
func (ev *evaluator) renames(v value) bool {
	for n := 0; n < 12; n++ {
		in, ok := v.(*instance)
		if !ok || in.call == nil || in.typ != nil {
			return false
		}
		switch ev.makerMethod(in) {
		case "transform", "and", "merge", "extend", "intersection":
			return true
		}
		v = in.recv
	}
	return false
}

// schemaField evaluates what the result of checking variables by a schema has
// under a name: a variable, or what a function makes of it. whole is the result.
func (ev *evaluator) schemaField(whole *instance, schema value, name string, at place, left *int) set {
	in, ok := schema.(*instance)
	if *left--; !ok || in.call == nil || in.typ != nil || *left < 0 {
		return nil
	}
	parts := func(args []arg) set {
		for _, a := range args {
			for _, v := range ev.argValue(a) {
				if got := ev.schemaField(whole, v.v, name, at, left); len(got) > 0 {
					return got
				}
			}
		}
		return nil
	}
	args := callArgs(in.call.ref, in.call.fr)
	switch ev.makerMethod(in) {
	case "transform":
		if got := ev.transformed(whole, in, args, name, at); len(got) > 0 {
			return got
		}
	case "object", "extend", "strictObject", "looseObject":
		if got := ev.declaredVariable(args, name, at); len(got) > 0 {
			return got
		}
	case "and", "merge":
		if got := parts(args); len(got) > 0 {
			return got
		}
	case "intersection":
		return parts(args)
	}
	return ev.schemaField(whole, in.recv, name, at, left)
}

// transformed evaluates what a schema's function makes of the variables that
// were checked, under a name.
func (ev *evaluator) transformed(whole, in *instance, args []arg, name string, at place) set {
	if len(args) == 0 {
		return nil
	}
	checked := *whole // by the schema as it was before
	checked.recv = in.recv
	given := []arg{{val: one(&checked, nil)}}
	var out set
	for _, a := range ev.argValue(args[0]) {
		fn, ok := a.v.(*function)
		if !ok {
			continue
		}
		for _, r := range ev.callFunction(fn, given, in.call, at) {
			if m, ok := r.v.(*mapping); ok && ev.hasEntry(m, name) {
				out = out.add(ev.indexMap(m, one(literal(name), nil), nil, at)...)
			}
		}
	}
	return out
}

// declaredVariable evaluates the variable of a name that an object of fields
// describes.
func (ev *evaluator) declaredVariable(args []arg, name string, at place) set {
	if !looksLikeVariable(name) || !isUpper(name) {
		return nil
	}
	for _, a := range args {
		for _, v := range ev.argValue(a) {
			if m, ok := v.v.(*mapping); ok && ev.hasEntry(m, name) {
				return orElse(ev.variable(name, false, place{at.file, nameSpan(at, name)}), ev.schemaDefault(args, name))
			}
		}
	}
	return nil
}
