package flow

// callbackMethod evaluates the methods of lists that call a function with each
// element, as `events.map(e => ({ value: e }))`, and those that make a list of
// some of the elements. ok is false for other methods, and for receivers that
// may have such a method of their own.
func (ev *evaluator) callbackMethod(recv alt, what string, r ref, fr *frame) (set, bool) {
	switch what {
	case "map", "elements", "element":
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
