package flow

import (
	"slices"

	"topicls/index/facts"
)

// A message that is decoded into an object: `json.Unmarshal(m.Value, &order)` fills
// one, `JsonSerializer.Deserialize<Order>(text)` returns one. The object is what it
// is for all questions; besides, its fields are those of the message, under the names
// that its class says they have there. Which calls decode, models say (client.Decode).

// decodedInto returns the objects that a variable holds as those that a call in the
// same function fills from messages.
func (ev *evaluator) decodedInto(x *file, b *facts.Binding, s set, fr *frame) set {
	if len(ev.l.models.DecodeNames) == 0 || b.Target != facts.ToName || !slices.ContainsFunc(s, isOpenObject) {
		return s
	}
	f := x.facts()
	var messages []*message
	for name := range ev.l.models.DecodeNames {
		sym := x.sym(name)
		if sym == 0 {
			continue
		}
		for _, c := range named(x.open().calls, sym) {
			e := f.At(c.call)
			if x.enclosingFunc(e.Scope) != x.enclosingFunc(b.Scope) || !givesName(f, e, b.Name) {
				continue
			}
			messages = append(messages, ev.filledFrom(ref{x, c.call}, b, fr)...)
		}
	}
	return ev.decodedFrom(s, messages)
}

// givesName reports whether an argument of a call is a name.
func givesName(f *facts.File, call *facts.Expr, name facts.Sym) bool {
	return slices.ContainsFunc(f.Operands(call), func(k facts.ExprID) bool {
		v := f.At(f.At(k).X)
		return v.Kind == facts.Name && v.Name == name
	})
}

// filledFrom lists the messages that a call decodes into the variable of a binding.
func (ev *evaluator) filledFrom(call ref, b *facts.Binding, fr *frame) []*message {
	k := activeKey{guard: guardDecoded, ref: call, fr: fr}
	if ev.asked(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	f := call.file.facts()
	callee := call.expr().X
	how := ev.l.models.Decodes["."+f.Text(lastName(f, callee))]
	var data set
	if how != nil && len(how.Data) == 0 && f.At(callee).Kind == facts.Attr {
		data = ev.eval(call.at(f.At(callee).X), fr)
	} else {
		for _, a := range ev.eval(call.at(callee), fr) {
			if v, ok := a.v.(*external); ok && v.recv == nil {
				how = ev.l.models.Decodes[v.path]
			}
		}
	}
	if how == nil {
		return nil
	}
	into := false
	for _, slot := range how.Into {
		if a, ok := ev.slotArg(call, fr, slot); ok && a.ref.file == call.file && a.ref.id != 0 {
			e := a.ref.expr()
			into = into || e.Kind == facts.Name && e.Name == b.Name
		}
	}
	if !into {
		return nil
	}
	for _, slot := range how.Data {
		if a, ok := ev.slotArg(call, fr, slot); ok {
			data = data.add(ev.argValue(a)...)
		}
	}
	return messagesIn(data)
}

// messagesIn are the messages, or parts of them, among some values.
func messagesIn(s set) (out []*message) {
	for _, a := range s {
		if m, ok := a.v.(*message); ok && m.kind == "payload" && len(m.origins()) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// decodedAs evaluates a call that returns an object made of a message.
func (ev *evaluator) decodedAs(path string, r ref, fr *frame) (set, bool) {
	how := ev.l.models.Decodes[path]
	if how == nil || how.Class == "" || len(how.Data) == 0 {
		return nil, false
	}
	class, ok := ev.typeArgument(how.Class, nil, r)
	if !ok {
		return nil, false
	}
	var objects set
	ev.with(follows, func() { objects = ev.annotated(class, fr) }) // the class need not mention Kafka
	if !slices.ContainsFunc(objects, isOpenObject) {
		return nil, false
	}
	var data set
	for _, slot := range how.Data {
		if a, ok := ev.slotArg(r, fr, slot); ok {
			data = data.add(ev.argValue(a)...)
		}
	}
	return ev.decodedFrom(objects, messagesIn(data)), true
}

// typedValue is the value of a record: an object of the class that the consumer
// was made or declared with, where libraries have such type arguments.
func (ev *evaluator) typedValue(m *message) set {
	for in, ok := m.src, m.src != nil; ok && in != nil; in, ok = in.recv.(*instance) {
		if in.typ == nil {
			continue
		}
		how := ev.l.models.Decodes[in.typ.Name]
		if how == nil {
			continue
		}
		class, ok := ev.typeArgument(how.Class, in, ref{})
		if !ok {
			continue
		}
		var objects set
		ev.with(follows, func() { objects = ev.annotated(class, nil) })
		if slices.ContainsFunc(objects, isOpenObject) {
			return ev.decodedFrom(objects, []*message{m})
		}
	}
	return one(m, nil)
}

// decodedFrom returns values with the objects among them as decoded from messages.
func (ev *evaluator) decodedFrom(s set, messages []*message) set {
	if len(messages) == 0 {
		return s
	}
	var out set
	for _, a := range s {
		if !isOpenObject(a) {
			out = append(out, a)
			continue
		}
		for _, m := range messages {
			o := *a.v.(*object)
			o.from = m
			out = out.add(alt{ev.object(&o), a.tr})
		}
	}
	return out
}

// isOpenObject reports whether an alternative is an object whose fields nothing but
// its class tells.
func isOpenObject(a alt) bool {
	o, ok := a.v.(*object)
	return ok && o.member == "" && o.nested == nil && o.bound == nil && o.from == nil
}

// partOfMessage is an attribute of an object that was decoded: objects in it are
// parts of the message, and what its class does not tell is the message's field.
func (ev *evaluator) partOfMessage(o *object, name string, s set, at place) set {
	if o.from == nil {
		return s
	}
	sent := ev.sentAs(o.class, name)
	if sent == "" {
		return s
	}
	part := o.from.field(sent)
	if nothingKnown(s) {
		return one(part, &trace{place: at, what: "field of a message"})
	}
	return ev.decodedFrom(s, []*message{part})
}

// readOfObject tells which field of a message is read as an attribute of an object
// that was decoded from it.
func (ev *evaluator) readOfObject(v value, attr string) (m *message, field string) {
	o, ok := v.(*object)
	if !ok || o.from == nil {
		return nil, ""
	}
	if field = ev.sentAs(o.class, attr); field == "" {
		return nil, ""
	}
	return o.from, field
}

// sameFrom reports whether two objects are of the same message, or of none.
func sameFrom(a, b *message) bool {
	if a == nil || b == nil {
		return a == b
	}
	return same(a, b)
}
