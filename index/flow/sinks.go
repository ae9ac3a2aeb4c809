package flow

import (
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// sink is a call of a client library that acts on a topic.
type sink struct {
	site   ref // the call; for a decorator, the decorator's call
	action *client.Action
	typ    *client.Type
	method string // "KafkaProducer.send"
	// decorates is the function under a decorator, or 0.
	decorates facts.ScopeID
	made      *instance   // for decorators made elsewhere: the instance
	ctor      bool        // the call constructs the client itself
	chained   bool        // a chain of calls; bound are its options
	kept      bool        // called by a name that keeps the method
	bound     []arg       // arguments bound to it before
	applied   []*function // for objects that could decorate: the functions they are given
	beside    *instance   // for a decorator that counts beside another one: that
	record    record      // for a sink that writes a record which a relay sends
	param     int         // for an annotation of a parameter: its index, counted from 1
}

// findSinks lists the sinks that stand in a file.
func (ev *evaluator) findSinks(x *file) []*sink {
	f := x.facts()
	names := map[facts.Sym]bool{}
	for n := range ev.l.models.MethodNames {
		if s := x.sym(n); s != 0 {
			names[s] = true
		}
	}
	for i := range f.Imports {
		if im := &f.Imports[i]; im.Member != 0 && names[im.Member] {
			names[im.Local] = true
		}
	}
	composed := ev.composedSinks(x)
	if len(names) == 0 {
		return append(append(ev.chainSinks(x), ev.recordSinks(x)...), composed...)
	}
	ev.keptMethods(x, names)
	decorators := map[facts.ExprID]facts.ScopeID{}
	for s := range f.Scopes {
		if f.Scopes[s].IsAnnotationType() { // what it says, it says of what it annotates
			continue
		}
		for _, d := range f.Decorators(&f.Scopes[s]) {
			decorators[d] = facts.ScopeID(s)
			eachHeld(f, d, func(k facts.ExprID) { decorators[k] = facts.ScopeID(s) })
		}
	}
	var calls []facts.ExprID
	for n := range names {
		for _, c := range named(x.open().calls, n) {
			calls = append(calls, c.call)
		}
	}
	slices.Sort(calls)
	var out []*sink
	for _, c := range calls {
		e := f.At(c)
		if e.N == 0 && ev.l.models.Given[f.Text(lastName(f, e.X))] && decorators[c] == 0 {
			continue
		}
		ev.fuel = fuelSink
		for _, k := range ev.sinksAt(ref{x, c}, decorators[c]) {
			if k.action.Host == "" || ev.hosted(k) {
				out = append(out, k)
			}
		}
	}
	out = append(out, ev.referredSinks(x, names)...)
	out = append(out, ev.parameterSinks(x)...)
	out = append(out, composed...)
	// super().__init__(...) of a class that extends a client
	for _, c := range named(x.open().calls, x.sym("__init__")) {
		out = append(out, ev.sinksAt(ref{x, c.call}, 0)...)
	}
	out = append(out, ev.chainSinks(x)...)
	for d, s := range decorators { // decorators that are names: @publisher
		e := f.At(d)
		if e.Kind == facts.Name || e.Kind == facts.Attr {
			if names[e.Name] {
				ev.fuel = fuelUnit
				out = append(out, ev.sinksAt(ref{x, d}, s)...)
			}
			out = append(out, ev.namedDecorator(ref{x, d}, s)...)
		}
	}
	slices.SortStableFunc(out, func(a, b *sink) int { return int(a.site.id) - int(b.site.id) })
	out = append(out, ev.recordSinks(x)...)
	slices.SortStableFunc(out, func(a, b *sink) int { return int(a.site.id) - int(b.site.id) })
	return out
}

func (ev *evaluator) sinksAt(site ref, decorates facts.ScopeID) []*sink {
	f := site.file.facts()
	called := site // what is called, or the decorator that is a name
	if e := site.expr(); e.Kind == facts.Call {
		called = site.at(e.X)
	}
	callee := called.expr()
	var out []*sink
	add := func(t *client.Type, c *client.Call, name string, ctor bool) {
		if c == nil {
			return
		}
		m, _, _ := strings.Cut(lastDotted(t.Name), "`") // without the number of type arguments
		if name != "" {
			m = strings.TrimPrefix(m+"."+name, ".")
		}
		if decorates != 0 && (c.Decorator != nil || len(c.Decorators) > 0) {
			for _, a := range append([]*client.Action{c.Decorator}, withoutParameters(c.Decorators)...) {
				if a == nil {
					continue
				}
				if beside, ok := ev.decoratesAs(site.file, decorates, a); ok {
					out = append(out, &sink{site: site, action: a, typ: t, method: m, decorates: decorates, beside: beside})
				}
			}
			return
		}
		if c.Action != nil && len(c.Action.Declared) > 0 && !ev.standsInType(site, c.Action.Declared) {
			return
		}
		if c.Action != nil {
			out = append(out, &sink{site: site, action: c.Action, typ: t, method: m, ctor: ctor})
		}
		for _, a := range c.Also {
			out = append(out, &sink{site: site, action: a, typ: t, method: m})
		}
		if c.Action == nil && c.Decorator != nil && c.Result != "" {
			out = append(out, ev.plainDecorator(site, t, c, m)...)
		}
	}
	addFunc := func(path string, c *client.Call) { // shown as its module's
		i := strings.LastIndexByte(path, '.')
		module := path[:max(i, 0)]
		add(&client.Type{Name: module[strings.LastIndexByte(module, '/')+1:], Library: c.Library}, c, path[i+1:], false)
	}
	if callee.Kind == facts.Attr {
		name := f.Text(callee.Name)
		recv := ev.expanded(func() set { return ev.eval(site.at(callee.X), nil) })
		for _, a := range recv {
			switch v := a.v.(type) {
			case *instance:
				if v.typ != nil {
					if name == "__init__" {
						add(v.typ, ev.l.models.Constructor(v.typ), "", true)
					} else if c := ev.l.models.Method(v.typ, name); c == nil || !ev.isAdded(v, name, c, site) {
						add(v.typ, c, name, false)
					}
				}
			case *external:
				if t := ev.l.models.Types[v.path+"."+name]; t != nil {
					add(t, ev.l.models.Constructor(t), "", true)
				} else if c := ev.l.models.Functions[v.path+"."+name]; c != nil {
					addFunc(v.path+"."+name, c)
				}
			case *function:
				if in := ev.becomes(v); in != nil {
					add(in.typ, ev.l.models.Method(in.typ, name), name, false)
				}
			case *object, *selfValue, *paramSelf:
				c := classOfValue(v)
				if name == "__init__" || ev.methodOf(&object{class: c}, name) != nil {
					continue
				}
				for _, b := range ev.externalBases(c) {
					if t := ev.l.models.Types[b]; t != nil {
						add(t, ev.l.models.Method(t, name), name, false)
					}
				}
			}
			if len(out) > 0 {
				break
			}
		}
		if c := ev.l.models.Functions["."+name]; len(out) == 0 && c != nil && c.Action != nil && ev.foreign(recv) {
			addFunc("."+name, c)
		}
		if len(out) == 0 && !ev.l.models.MethodNames[name] {
			if in, method, bound := ev.keptMethod(called); in != nil {
				add(in.typ, ev.l.models.Method(in.typ, method), method, false)
				out = keep(out, bound)
			}
		}
		return out
	}
	if decorates != 0 && !ev.l.models.MethodNames[f.Text(lastName(f, called.id))] {
		return ev.composedAt(site, decorates)
	}
	for _, a := range ev.expanded(func() set { return ev.eval(called, nil) }) {
		if v, ok := a.v.(*external); ok {
			if t := ev.l.models.Types[v.path]; t != nil {
				add(t, ev.l.models.Constructor(t), "", true)
				break
			}
			if c := ev.l.models.Functions[v.path]; c != nil {
				addFunc(v.path, c)
				break
			}
			if in, ok := v.recv.(*instance); ok && in.typ != nil { // send = producer.send; send(...)
				name := lastDotted(v.path)
				add(in.typ, ev.l.models.Method(in.typ, name), name, false)
				out = keep(out, v.bound)
				break
			}
		}
	}
	return out
}

// keep marks sinks as called by a name that keeps the method.
func keep(sinks []*sink, bound []arg) []*sink {
	for _, s := range sinks {
		s.kept, s.bound = true, bound
	}
	return sinks
}

func classOfValue(v value) *class {
	switch v := v.(type) {
	case *object:
		return v.class
	case *selfValue:
		return v.class
	case *paramSelf:
		return v.class
	}
	return nil
}

// namedDecorator finds the sink of a decorator that was made elsewhere.
func (ev *evaluator) namedDecorator(r ref, scope facts.ScopeID) []*sink {
	for _, a := range ev.expanded(func() set { return ev.eval(r, nil) }) {
		in, ok := a.v.(*instance)
		if !ok || in.call == nil || in.typ == nil {
			continue
		}
		maker, ok := in.recv.(*instance)
		if !ok || maker.typ == nil {
			continue
		}
		name := ev.makerMethod(in)
		if c := ev.l.models.Method(maker.typ, name); c != nil && c.Decorator != nil && c.Decorator.Role == client.Produce {
			return []*sink{{site: r, action: c.Decorator, typ: maker.typ, method: lastDotted(maker.typ.Name) + "." + name, decorates: scope, made: in}}
		}
	}
	return nil
}

// makerMethod is the method by whose call an instance was made.
func (ev *evaluator) makerMethod(in *instance) string {
	f := in.call.ref.file.facts()
	return f.Text(lastName(f, in.call.ref.expr().X))
}

// receiver evaluates the object that a sink's method is called on, as an
// instance of the sink's type.
func (ev *evaluator) sinkReceiver(s *sink, fr *frame) (v value) {
	ev.with(follows, func() { v = ev.findReceiver(s, fr) })
	return v
}

func (ev *evaluator) findReceiver(s *sink, fr *frame) value {
	if s.made != nil {
		return s.made.recv
	}
	if s.beside != nil {
		return s.beside
	}
	if s.record.topic.id != 0 {
		return nil
	}
	callee := s.site.file.facts().At(s.site.expr().X)
	pick := func(list set) value {
		for _, a := range list {
			switch v := a.v.(type) {
			case *instance:
				if v.typ != nil {
					return v
				}
			case *function:
				if in := ev.becomes(v); in != nil {
					return in
				}
			case *object, *selfValue, *paramSelf:
				o, ok := v.(*object)
				if !ok {
					o = &object{class: classOfValue(v)}
				}
				for _, b := range ev.externalBases(o.class) {
					if t := ev.l.models.Types[b]; t != nil {
						return &instance{typ: t, path: t.Name, call: ev.superCall(o)}
					}
				}
			}
		}
		return nil
	}
	if e := s.site.expr(); e.Kind == facts.Attr && s.decorates == 0 { // a reference to the method
		return pick(ev.expanded(func() set { return ev.eval(s.site.at(e.X), fr) }))
	}
	if callee.Kind != facts.Attr || s.kept {
		for _, a := range ev.expanded(func() set { return ev.eval(s.site.at(s.site.expr().X), fr) }) {
			if v, ok := a.v.(*external); ok && v.recv != nil {
				return v.recv
			}
		}
		return nil
	}
	if v := pick(ev.eval(s.site.at(callee.X), fr)); v != nil {
		return v
	}
	return pick(ev.expanded(func() set { return ev.eval(s.site.at(callee.X), fr) }))
}

// sinkSlot evaluates one of a sink's slots; ok is false when none is given.
func (ev *evaluator) sinkSlot(s *sink, slots client.Slots, recv value, fr *frame) (set, bool) {
	if s.record.topic.id != 0 {
		return nil, false
	}
	site := s.site
	if s.made != nil {
		site = s.made.call.ref
		fr = s.made.call.fr
	}
	for _, slot := range slots {
		if len(s.bound) > 0 && slot.New == 0 && !slot.Rest && slot.Key == "" && slot.Option == "" && slot.Inside == "" && slot.Assigned == "" && len(slot.Deeper) == 0 {
			if a, ok := ev.sinkArg(s, slot, site, fr); ok {
				if s.chained {
					a.fr = fr
				}
				if got := ev.argValue(a); len(got) > 0 {
					return got, true
				}
			}
			continue
		}
		if got := ev.slot(slot, site, fr, recv); len(got) > 0 {
			return got, true
		}
	}
	return nil, false
}

// isWritten reports whether a sink's call has an argument for one of its slots,
// whatever that is.
func (ev *evaluator) isWritten(s *sink, slots client.Slots, fr *frame) bool {
	for _, slot := range slots {
		if _, ok := ev.sinkArg(s, slot, s.site, fr); ok {
			return true
		}
	}
	return false
}

// receiverHoles are the parameters that decide which client a sink is called on,
// where the client has the topic: `func send(w *kafka.Writer, m Message)`, or the
// key under which a map holds it.
func (ev *evaluator) receiverHoles(s *sink, recv value, fr *frame) set {
	if !ev.l.lang.structural() || ev.expand || s.site.expr().Kind != facts.Call {
		return nil
	}
	own := slices.DeleteFunc(slices.Clone(s.action.Topic), func(slot client.Slot) bool { return slot.New > 0 })
	callee := s.site.file.facts().At(s.site.expr().X)
	if len(own) == len(s.action.Topic) || callee.Kind != facts.Attr {
		return nil
	}
	var out set
	for _, a := range ev.eval(s.site.at(callee.X), fr) {
		if p, ok := a.v.(*param); ok && !p.self {
			out = out.add(a)
		}
	}
	if len(out) > 0 {
		if _, given := ev.sinkSlot(s, own, recv, fr); given {
			return nil
		}
	}
	return out
}

// foreign reports whether nothing says that a receiver is an object of the
// workspace.
func (ev *evaluator) foreign(recv set) bool {
	for _, a := range recv {
		switch a.v.(type) {
		case *param, *unknown, *external, *instance:
		default:
			return false
		}
	}
	return true
}
