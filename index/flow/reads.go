package flow

import (
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// originKey names a call across units: where messages come from.
type originKey struct {
	path string
	id   facts.ExprID
}

// messageUse is a use of a message: a field read, or a function that a message
// is handed to.
type messageUse struct {
	origin  []originKey // the calls that made the message's consumer, innermost first
	path    []string    // the field read; nil for a handler
	at      Place
	handler bool
	body    facts.Span // handler: the function
	// optional says that the read stands a missing field.
	optional bool
	asked    []Asked  // what is known of the topic there
	types    []string // JSON types that the use of the value needs
}

// origins lists the calls that made the consumer a message comes from.
func (m *message) origins() []originKey {
	if m.at.file != nil {
		return []originKey{{m.at.file.path, m.at.id}}
	}
	if m.src == nil {
		return nil
	}
	return m.src.origins()
}

func (in *instance) origins() []originKey {
	var out []originKey
	for c := in.call; c != nil && len(out) < maxFrames; {
		out = append(out, originKey{c.ref.file.path, c.ref.id})
		if c.fr == nil {
			break
		}
		c = c.fr.site
	}
	if len(out) == 0 && in.args.file != nil { // handed over: where it is declared, `IConsumer<string, Order> consumer`
		return []originKey{{in.args.file.path, in.args.id}}
	}
	return out
}

// handledMessage evaluates the first parameter of a function that a library
// calls with messages because of its decorator; nil for any other parameter, and for
// one that is declared with a class of the workspace, whose fields are that class's.
func (ev *evaluator) handledMessage(x *file, s facts.ScopeID, pi int, local *frame) set {
	return ev.handledAs(x, s, pi, local, false)
}

// handledAs is handledMessage; with decoded, a parameter that is declared with a
// class of the workspace is the message too.
func (ev *evaluator) handledAs(x *file, s facts.ScopeID, pi int, local *frame, decoded bool) set {
	f := x.facts()
	sc := &f.Scopes[s]
	pos := pi - int(sc.ParamLo)
	number := pos
	if x.classOf(s) != 0 && !ev.isStatic(x, s) {
		number--
	}
	if f.Params[pi].Kind == facts.Positional {
		if m := ev.handlerParam(x, s, number, place{x, f.Params[pi].Span}, outerFrame(local)); len(m) > 0 {
			return m
		}
	}
	typed := ev.l.lang.members() // the declared type tells, wherever the parameter stands
	switch {
	case typed && len(f.Decorators(sc)) == 0,
		!typed && !ev.hasPart(f, sc) && (pos > 1 || pos == 1 && x.classOf(s) == 0 || ev.isLibraryObject(x, pi)):
		return nil
	}
	given := func(sinks []*sink, at ref) set {
		for _, k := range sinks {
			kind := ""
			switch k.action.Handler {
			case "payload", "record":
				kind = k.action.Handler
			case "stream":
				kind = "payloads"
			default:
				continue
			}
			if typed {
				if kind = ev.handled(x, pi, kind, decoded); kind == "" {
					return nil
				}
			} else if kind == "payload" && ev.inBatches(k) {
				kind = "payloads"
			}
			if k.action.Part != "" {
				if m, ok := ev.messagePart(k, x, s, pi, &message{kind: kind, at: at}); ok {
					return m
				}
			}
			return one(&message{kind: kind, at: at}, &trace{place: place{x, f.Params[pi].Span}, what: "message"})
		}
		return nil
	}
	for _, d := range f.Decorators(sc) {
		e := f.At(d)
		if e.Kind == facts.Call && ev.l.models.MethodNames[f.Text(lastName(f, e.X))] || e.Kind != facts.Call && ev.l.models.MethodNames[f.Text(lastName(f, d))] {
			if m := given(ev.sinksAt(ref{x, d}, s), ref{x, d}); len(m) > 0 {
				return m
			}
			continue
		}
		if typed {
			if m := given(ev.composedAt(ref{x, d}, s), ref{x, d}); len(m) > 0 {
				return m
			}
		}
		if e.Kind == facts.Call {
			d = e.X
		}
		if ev.makesDecorators(x) {
			for _, k := range ev.madeDecorator(ref{x, d}) {
				return given([]*sink{k}, k.site)
			}
		}
	}
	for _, k := range ev.appliedBy(x, s) {
		return given([]*sink{k}, k.site)
	}
	return nil
}

// hasPart reports whether annotations may say which parameter of a function
// gets a message.
func (ev *evaluator) hasPart(f *facts.File, sc *facts.Scope) bool {
	if len(ev.l.models.Parts) == 0 {
		return false
	}
	for _, p := range f.ScopeParams(sc) {
		for _, k := range annotationsOf(f, p.Annot) {
			if ev.l.models.Parts[f.Text(lastName(f, f.At(k).X))] {
				return true
			}
		}
	}
	return false
}

// messagePart evaluates a parameter of a function some parameter of which has
// the annotation that asks for the message; ok is false where none has.
func (ev *evaluator) messagePart(k *sink, x *file, s facts.ScopeID, pi int, m *message) (set, bool) {
	f := x.facts()
	sc := &f.Scopes[s]
	if k.action.Context != "" && ev.hasAnnotation(x, pi, k.action.Context) {
		return one(m.as("record"), &trace{place: place{x, f.Params[pi].Span}, what: "message"}), true
	}
	some := false
	for i := int(sc.ParamLo); i < int(sc.ParamLo+sc.ParamN); i++ {
		for _, id := range annotationsOf(f, f.Params[i].Annot) {
			if f.At(id).Kind != facts.Call || !ev.calls(ref{x, id}, k.action.Part) {
				continue
			}
			some = true
			if i != pi {
				continue
			}
			at := place{x, f.Params[pi].Span}
			if a, ok := firstArg(ref{x, id}, nil); ok {
				for _, v := range ev.argValue(a) {
					if name, ok := constOf(v.v); ok {
						return one(m.field(name), &trace{place: at, what: "field of a message"}), true
					}
				}
			}
			return one(m, &trace{place: at, what: "message"}), true
		}
	}
	return nil, some
}

// hasAnnotation reports whether a parameter is annotated with a call of a name.
func (ev *evaluator) hasAnnotation(x *file, pi int, name string) bool {
	for _, id := range annotationsOf(x.facts(), x.facts().Params[pi].Annot) {
		if x.facts().At(id).Kind == facts.Call && ev.calls(ref{x, id}, name) {
			return true
		}
	}
	return false
}

// isLibraryObject reports whether a parameter is declared as something of a
// client library, which is no payload.
func (ev *evaluator) isLibraryObject(x *file, pi int) bool {
	an := x.facts().Params[pi].Annot
	if k := x.facts().At(an).Kind; an == 0 || k != facts.Name && k != facts.Attr {
		return false
	}
	for _, a := range ev.eval(ref{x, an}, nil) {
		if e, ok := a.v.(*external); ok && ev.l.models.KnowsModule(e.path) {
			return true
		}
	}
	return false
}

// inBatches reports whether a consumer's handler gets a list of messages.
func (ev *evaluator) inBatches(s *sink) bool {
	got, _ := ev.sinkSlot(s, s.action.Batch, nil, nil)
	for _, a := range got {
		if c, ok := a.v.(*constant); ok && c.text == "true" {
			return true
		}
	}
	return false
}

// messageUses finds the fields that a file reads from messages, and the
// functions that it hands messages to.
func (ev *evaluator) messageUses(x *file) []messageUse {
	f := x.facts()
	var out []messageUse
	add := func(m *message, u messageUse) {
		if u.origin = m.origins(); len(u.origin) > 0 {
			out = append(out, u)
		}
	}
	ev.care = lazy
	defer func() { ev.care = seeks }()
	ev.total = min(ev.total, fuelReads)
	uses := &fieldUses{ev: ev, x: x}
	var asked *askedFields
	callees := map[facts.ExprID]bool{}
	for _, c := range f.Calls {
		callees[f.At(c).X] = true
	}
	ev.expanded(func() set {
		for id := facts.ExprID(1); int(id) < len(f.Exprs); id++ {
			e := f.At(id)
			var obj facts.ExprID
			key, optional := "", false
			var getter func() string
			switch e.Kind {
			case facts.Index:
				if k := f.At(e.Y); k.Kind == facts.String {
					obj, key = e.X, f.Text(k.Name)
				}
			case facts.Attr:
				if !callees[id] { // a method call is no read
					obj, key = e.X, f.Text(e.Name)
				}
			case facts.Call:
				callee := f.At(e.X)
				if callee.Kind == facts.Attr && ev.l.models.Methods[f.Text(callee.Name)] == "get" && e.N > 0 {
					if k := f.At(f.At(f.Operands(e)[0]).X); k.Kind == facts.String {
						obj, key, optional = callee.X, f.Text(k.Name), true
					}
				}
				if obj == 0 {
					obj, getter = ev.getterRead(x, e)
				}
				ev.handedOver(ref{x, id}, add)
			}
			if obj == 0 || key == "" && getter == nil || !mayBeMessage(f, obj, e.Kind == facts.Attr) {
				continue
			}
			if e.Kind == facts.Attr && (ev.l.models.Methods[key] != "" || ev.l.queueMethod(key) || strings.HasPrefix(key, "_")) {
				continue
			}
			ev.fuel = fuelUnit
			values := func() set { return ev.eval(ref{x, obj}, nil) }
			if getter != nil {
				values = func() set { return ev.decoded(x, obj) }
			}
			for _, a := range values() {
				m, ok := a.v.(*message)
				field, optional := key, optional
				if e.Kind == facts.Attr {
					if ok && ev.l.lang.members() && ev.l.models.Family == client.DotNet {
						continue // an attribute of something whose class is not known: nor is what it is called in messages
					}
					if from, sent := ev.readOfObject(a.v, key); from != nil {
						m, field, ok, optional = from, sent, true, true // decoders leave a missing field as its class has it
					}
				}
				if !ok || m.kind != "payload" || len(m.origins()) == 0 {
					continue
				}
				if getter != nil {
					if key, getter = getter(), nil; key == "" {
						break
					}
					field = key
					optional = true // decoders leave a missing field as its class has it
				}
				at := Place{Path: x.path, Span: e.Span, Label: field}
				if callee := f.At(e.X); e.Kind == facts.Call && callee.X == obj && e.N == 0 {
					at.Span = callee.Span
					at.Start = at.End - uint32(len(f.Text(callee.Name)))
				} else if e.Kind == facts.Index {
					at.Span = f.At(e.Y).Span
				} else if e.Kind == facts.Call {
					at.Span = f.At(f.At(f.Operands(e)[0]).X).Span
				} else {
					at.Start = at.End - uint32(len(key))
				}
				if asked == nil {
					asked = ev.askedFields(x)
				}
				optional = optional || asked.stands(id, key)
				add(m, messageUse{path: append(append([]string(nil), m.path...), field), at: at, optional: optional, types: uses.needs(id), asked: m.questions()})
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b messageUse) int { return int(a.at.Start) - int(b.at.Start) })
	return out
}

// mayBeMessage excludes what can't be a message by its form alone.
// plain says that an attribute is read, which objects of all kinds have: then
// an attribute of the receiver is no candidate.
func mayBeMessage(f *facts.File, id facts.ExprID, plain bool) bool {
	for depth := 0; depth < 12; depth++ {
		switch e := f.At(id); e.Kind {
		case facts.Name:
			n := f.Text(e.Name)
			return n != "os" && n != "cls" && n != "logger" && (n != "self" && n != "this" || depth > 0 && !plain)
		case facts.Attr, facts.Call, facts.Index, facts.Await:
			id = e.X
		case facts.Alt:
			return true
		default:
			return false
		}
	}
	return false
}

// fuelReads bounds the evaluations for the reads of one file: where it cuts,
// reads are incomplete, names are not.
const fuelReads = 8000

// handedOver notes the functions that a call gives a message to.
func (ev *evaluator) handedOver(site ref, add func(*message, messageUse)) {
	f := site.file.facts()
	e := site.expr()
	for _, k := range f.Operands(e) {
		v := f.At(k).X
		switch a := f.At(v); a.Kind {
		case facts.Map:
			if site.file.open().valued {
				ev.handedWithin(site, a)
			}
			continue
		case facts.Name, facts.Attr:
		case facts.Call, facts.Index:
			if !mayBeMessage(f, v, true) || a.Kind == facts.Call && !ev.passesOn(f, a) && !ev.readsPart(f, a) && !ev.l.models.MakerNames[f.Text(lastName(f, a.X))] {
				continue
			}
		default:
			continue
		}
		ev.fuel = fuelUnit
		var given []*message
		part := false
		for _, a := range ev.eval(site.at(v), nil) {
			if in, ok := a.v.(*instance); ok && in.typ != nil {
				// A client is handed to code that need not mention Kafka: have it looked at.
				ev.handOver(site)
				break
			}
			if m, ok := a.v.(*message); ok {
				part = true
				if len(m.path) == 0 {
					given = append(given, m)
				}
			}
			if o, ok := a.v.(*object); ok && o.from != nil && len(o.from.path) == 0 {
				given = append(given, o.from)
			}
			if _, one := a.v.(*message); !one && ev.holdsMessage(a.v, 0) { // several at once
				ev.handOver(site)
				break
			}
		}
		if len(given) == 0 {
			if part {
				ev.handOver(site)
			}
			continue
		}
		entries := ev.handOver(site)
		for _, en := range entries {
			sc := &en.fn.file.facts().Scopes[en.fn.scope]
			span := sc.NameSpan
			if span == (facts.Span{}) { // a lambda
				span = sc.Span
			}
			ev.noteFile(en.fn.file)
			for _, m := range given {
				add(m, messageUse{handler: true, body: sc.Span, at: Place{Path: en.fn.file.path, Span: span, Label: en.fn.file.qualified(en.fn.scope)}})
			}
		}
		return
	}
}

// handedWithin has the code looked at that is given a client, or a message, within
// an object.
func (ev *evaluator) handedWithin(site ref, m *facts.Expr) {
	f := site.file.facts()
	for _, k := range f.Operands(m) {
		v := f.At(k).X
		if e := f.At(v); e.Kind != facts.Name && e.Kind != facts.Attr {
			continue
		}
		ev.fuel = fuelUnit
		for _, a := range ev.eval(site.at(v), nil) {
			in, client := a.v.(*instance)
			if _, m := a.v.(*message); m || client && in.typ != nil {
				ev.handOver(site)
				return
			}
		}
	}
}

// passesOn reports whether a call may yield a message by its name alone: an
// accessor or a decoder.
func (ev *evaluator) passesOn(f *facts.File, call *facts.Expr) bool {
	n := f.Text(lastName(f, call.X))
	return ev.l.models.Methods[n] != "" || ev.l.models.Decoders[n]
}

// readsPart reports whether a call may give a part of a message: a getter.
func (ev *evaluator) readsPart(f *facts.File, call *facts.Expr) bool {
	return call.N == 0 && ev.l.lang.members() && f.At(call.X).Kind == facts.Attr
}

func (l *Linker) queueMethod(name string) bool {
	for _, q := range l.models.Queues {
		if _, ok := q.Get[name]; ok {
			return true
		}
		if _, ok := q.Put[name]; ok {
			return true
		}
	}
	return false
}

func sameUses(a, b []messageUse) bool {
	return slices.EqualFunc(a, b, func(x, y messageUse) bool {
		return x.at == y.at && x.handler == y.handler && x.optional == y.optional && slices.Equal(x.types, y.types) && sameAsked(x.asked, y.asked) && slices.Equal(x.path, y.path) && slices.Equal(x.origin, y.origin)
	})
}

// usesOf gathers the uses of the messages that a consume endpoint reads: those
// whose consumer was made by the endpoint's library call, and, where that is
// in a helper, on the way that the endpoint's outermost known call takes.
func (l *Linker) usesOf(e *Endpoint) (reads []Read, handlers []Place) {
	var given []messageUse
	seen := map[Place]bool{}
	for _, k := range e.origins {
		paths := make([]string, 0, len(l.usesBy[k]))
		for p := range l.usesBy[k] {
			paths = append(paths, p)
		}
		slices.Sort(paths)
		for _, p := range paths {
			for _, u := range l.units[p].messages {
				if u.origin[0] != k || seen[u.at] || !slices.Contains(e.origins, u.origin[len(u.origin)-1]) {
					continue
				}
				seen[u.at] = true
				if u.handler {
					given = append(given, u)
				} else {
					reads = append(reads, Read{Name: u.path[len(u.path)-1], Path: u.path, At: u.at, Optional: u.optional, Types: u.types, Asked: u.asked})
				}
			}
		}
	}
	// A function that is handed the message but reads nothing of it (a logger,
	// a sender of dead letters) handles it only if nobody else does.
	for _, u := range given {
		for _, r := range reads {
			if r.At.Path == u.at.Path && u.body.Start <= r.At.Start && r.At.End <= u.body.End {
				handlers = append(handlers, u.at)
				break
			}
		}
	}
	if len(handlers) == 0 && len(reads) == 0 {
		for _, u := range given {
			handlers = append(handlers, u.at)
		}
	}
	return reads, handlers
}

// setUses replaces a unit's message uses in the index by origin.
func (l *Linker) setUses(p string, old, now []messageUse) {
	if sameUses(old, now) {
		return
	}
	for _, u := range old {
		if m := l.usesBy[u.origin[0]]; m != nil {
			delete(m, p)
			if len(m) == 0 {
				delete(l.usesBy, u.origin[0])
			}
		}
	}
	for _, u := range now {
		m := l.usesBy[u.origin[0]]
		if m == nil {
			m = map[string]bool{}
			l.usesBy[u.origin[0]] = m
		}
		m[p] = true
	}
	for _, list := range [][]messageUse{old, now} {
		for _, u := range list {
			for f := range l.consumers[u.origin[0]] {
				l.changed[f] = true
			}
		}
	}
}

// setOrigins replaces a unit's consume endpoints in the index by origin.
func (l *Linker) setOrigins(p string, old, now []*Endpoint) {
	for _, e := range old {
		for _, k := range e.origins {
			delete(l.consumers[k], p)
			if len(l.consumers[k]) == 0 {
				delete(l.consumers, k)
			}
		}
	}
	for _, e := range now {
		for _, k := range e.origins {
			m := l.consumers[k]
			if m == nil {
				m = map[string]bool{}
				l.consumers[k] = m
			}
			m[p] = true
		}
	}
	if sameEndpoints(old, now) {
		return
	}
	for _, list := range [][]*Endpoint{old, now} {
		for _, e := range list {
			for _, k := range e.origins {
				for f := range l.copiers[k] {
					l.changed[f] = true
				}
			}
		}
	}
}
