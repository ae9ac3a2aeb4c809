package flow

import (
	"slices"
	"strings"
)

// valueMethod evaluates a method call on a plain value: strings, maps, lists,
// messages and queues. ok is false when the receiver is something else.
func (ev *evaluator) valueMethod(recv alt, name string, r ref, fr *frame) (set, bool) {
	what := ev.l.models.Methods[name]
	args := callArgs(r, fr)
	constArg := func(i int) (string, bool) {
		if i >= len(args) {
			return "", false
		}
		for _, a := range ev.argValue(args[i]) {
			return constOf(a.v)
		}
		return "", false
	}
	if got, ok := ev.callbackMethod(recv, what, r, fr); ok {
		return got, true
	}
	if got := ev.ofTypes(recv, name, r); len(args) == 0 && len(got) > 0 {
		return got, true
	}
	switch v := recv.v.(type) {
	case *stringValue:
		if ev.l.models.ValueNames[name] {
			if p := v.loneEnv(); p != nil && p.store != "" {
				return set{recv}, true
			}
		}
		switch what {
		case "self":
			return set{recv}, true
		case "strip", "lower", "upper":
			return set{{v.with(strOp{op: what}), recv.tr}}, true
		case "replace":
			a, ok1 := constArg(0)
			b, ok2 := constArg(1)
			if ok1 && ok2 {
				return set{{v.with(strOp{op: "replace", a: a, b: b}), recv.tr}}, true
			}
		case "split":
			sep, ok := constArg(0)
			if !ok && len(args) > 0 {
				break
			}
			return set{{v.with(strOp{op: "split", a: sep}), recv.tr}}, true
		case "format":
			return ev.format(v, recv.tr, r, fr), true
		case "printf":
			var fill []set
			for _, a := range args {
				fill = append(fill, ev.argValue(a).orUnknown(r))
			}
			return ev.filled(set{recv}, fill, r), true
		case "concat":
			if len(args) == 1 {
				return concat(set{recv}, ev.argValue(args[0]).orUnknown(r), r.place()).normal().through(r.place(), "concatenation"), true
			}
		case "else":
			if len(args) == 1 {
				return orElse(set{recv}, ev.argValue(args[0])), true
			}
		case "join":
			return ev.joinList(v, r, fr), true
		}
		return one(&unknown{"a string changed by " + name + "()", r.place()}, nil), true
	case *mapping:
		if ev.hasEntry(v, name) { // an object of functions
			return nil, false
		}
		switch what {
		case "get":
			var def set
			if len(args) > 1 {
				def = ev.argValue(args[1])
			}
			if len(args) > 0 {
				return ev.indexMap(v, ev.argValue(args[0]), def, r.place()), true
			}
		case "values", "items", "keys":
			return ev.partOfMap(v, what), true
		case "self":
			return set{recv}, true
		}
		return nil, true
	case *listing:
		if what == "self" {
			return set{recv}, true
		}
		if what == "get" { // pop
			return ev.elements(v, r.place()), true
		}
		return nil, true
	case *message:
		if as := ev.l.models.Attributes[name]; as != "" && v.kind == "record" {
			name = as
		}
		switch {
		case v.kind == "record" && name == "self":
			return set{recv}, true
		case v.kind == "record" && (name == "value" || name == "json"):
			return one(v.as("payload"), recv.tr), true
		case v.kind == "record" && name == "topic":
			if ev.asking {
				return one(v.as("topic"), recv.tr), true
			}
			return ev.topicOf(v, r.place()), true
		case v.kind == "topic":
			if what == "self" {
				return set{recv}, true
			}
			return one(&unknown{topicOfMessage, r.place()}, nil), true
		case v.kind == "record" && (name == "key" || name == "headers" || name == "error" || name == "offset" || name == "partition"):
			return one(&unknown{"the " + name + " of a message", r.place()}, nil), true
		case v.kind == "batches" && what == "items":
			return one(v.as("batch.items"), nil), true
		case v.kind == "batches" && what == "values":
			return one(v.as("batch.values"), nil), true
		case v.kind == "payloads":
			if name == "events" {
				return one(v.as("records"), nil), true
			}
			if name == "items" {
				return one(v.as("payload.items"), nil), true
			}
			return one(v, nil), true
		case v.kind == "payload":
			if what == "get" && len(args) > 0 {
				return ev.payloadField(v, ev.argValue(args[0]), recv.tr, r.place()), true
			}
			if what == "values" || what == "items" || what == "keys" {
				return one(&unknown{"all of a message", r.place()}, nil), true
			}
			if what == "" && len(args) == 0 && isGetter(name) {
				return one(&unknown{"a part of a message", r.place()}, nil), true
			}
			return set{recv}, true
		}
		return set{recv}, true
	case *document:
		return ev.docMethod(v, false, name, r, fr), true
	case *layered:
		return ev.layeredGet(v, name, r, fr)
	case *section:
		return ev.sectionMethod(v, name, r, fr), true
	case *stored:
		if got, ok := ev.storedMethod(v.owner, v.depth, what, len(args)); ok {
			return got, true
		}
		return nil, true
	case *instance:
		if ev.layers(v) != nil {
			return ev.layeredGet(&layered{in: v}, name, r, fr)
		}
		if c := ev.container(v); c.id != 0 && ev.l.models.Queues[v.path] == nil && len(ev.putsInto(c)) > 0 && what != "self" {
			if got, ok := ev.storedMethod(c, 0, what, len(args)); ok {
				return got, true
			}
		}
		if d := ev.parserDocument(v); d != nil && strings.HasPrefix(name, "get") {
			return ev.docMethod(d, true, name, r, fr), true
		}
		if q := ev.l.models.Queues[v.path]; q != nil {
			if i, ok := q.Get[name]; ok {
				return ev.dequeued(v, q, i, r.place()), true
			}
			if q.Put[name] != nil {
				return nil, true
			}
		}
		if v.typ == nil && what == "self" && v.recv == nil && ev.l.models.Reads[v.path] == nil && v.call != nil {
			return set{recv}, true
		}
	case *object:
		if v.member != "" && name == "ToString" && isEnum(ev, v.class) { // its name
			return one(literal(v.member), recv.tr), true
		}
		if what == "self" && ev.methodOf(v, name) == nil {
			return set{recv}, true
		}
	}
	return nil, false
}

func (s *stringValue) with(op strOp) *stringValue {
	if t, ok := s.constText(); ok && op.op != "split" {
		return literal(op.apply(t))
	}
	return &stringValue{parts: s.parts, ops: append(append([]strOp(nil), s.ops...), op)}
}

// hasEntry reports whether a map has an entry of a name.
func (ev *evaluator) hasEntry(m *mapping, name string) bool {
	return slices.ContainsFunc(ev.entries(m), func(en mapEntry) bool { return en.key == name && en.pat == nil })
}

// apply carries out a string operation; split and item are carried out by resolve.
func (o strOp) apply(s string) string {
	switch o.op {
	case "lower":
		return strings.ToLower(s)
	case "upper":
		return strings.ToUpper(s)
	case "strip":
		return strings.TrimSpace(s)
	case "replace":
		return strings.ReplaceAll(s, o.a, o.b)
	}
	return s
}

// isGetter reports whether a method of a message's class gives a part of it, by its
// name; not one by which the whole comes out of what holds it.
func isGetter(name string) bool {
	rest, ok := strings.CutPrefix(name, "get")
	if !ok || rest == "" || rest[0] < 'A' || rest[0] > 'Z' {
		return false
	}
	switch rest {
	case "Payload", "Value", "Body", "Bytes", "Data", "Message", "Content", "Object", "AsJsonObject", "Event":
		return false
	}
	return true
}
