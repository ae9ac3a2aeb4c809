package flow

// callbackMethod evaluates the methods of lists that call a function with each
// element, as `events.map(e => ({ value: e }))`, and those that make a list of
// some of the elements. ok is false for other methods, and for receivers that
// may have such a method of their own.
func (ev *evaluator) callbackMethod(recv alt, what string, r ref, fr *frame) (set, bool) {
	switch what {
	case "map", "elements", "element":
	case "toMap":
		if l, ok := recv.v.(*listing); ok {
			return ev.mapOf(l, r, fr), true
		}
		return nil, false
	case "ofType":
		if l, ok := recv.v.(*listing); ok {
			return ev.ofTypeAsked(l, r, fr), true
		}
		what = "elements"
	default:
		return nil, false
	}
	switch v := recv.v.(type) {
	case *listing, *param, *unknown, *stored, *message, *stringValue:
	case *instance:
		if v.typ != nil {
			return nil, false
		}
	default:
		return nil, false
	}
	switch what {
	case "elements":
		return set{recv}, true
	case "element":
		return ev.elements(recv.v, r.place()), true
	}
	a, ok := firstArg(r, fr)
	if !ok {
		return nil, false
	}
	elements := ev.elements(recv.v, r.place())
	var items set
	for _, t := range ev.argValue(a) {
		if fn, ok := t.v.(*function); ok {
			items = items.add(ev.callFunction(fn, []arg{{val: elements}}, &callSite{r, fr}, r.place())...)
		}
	}
	if len(items) == 0 {
		return one(&unknown{"a computed list", r.place()}, nil), true
	}
	return one(&listing{items: []set{items}}, nil), true
}

// mapOf evaluates a method that makes a map of a list: by the key that a function
// gives for each element, with what another one gives, or else the element.
func (ev *evaluator) mapOf(l *listing, r ref, fr *frame) set {
	var by []arg
	for _, a := range callArgs(r, fr) {
		if a.name == "" {
			by = append(by, a)
		}
	}
	if len(by) == 0 {
		return one(&unknown{"a computed map", r.place()}, nil)
	}
	apply := func(fn arg, to alt) set {
		var out set
		for _, t := range ev.argValue(fn) {
			if f, ok := t.v.(*function); ok {
				out = out.add(ev.callFunction(f, []arg{{val: set{to}}}, nil, r.place())...) // a frame for each element
			}
		}
		return out
	}
	m := &mapping{computed: true}
	for _, e := range ev.elements(l, r.place()) {
		val := set{e}
		if len(by) > 1 {
			if got := apply(by[1], e); len(got) > 0 {
				val = got
			}
		}
		for _, k := range apply(by[0], e) {
			en, ok := entryOf(k)
			if !ok {
				return one(&unknown{"a computed map", r.place()}, nil)
			}
			en.val = val
			m.entries = append(m.entries, en)
		}
	}
	return one(m, nil)
}
