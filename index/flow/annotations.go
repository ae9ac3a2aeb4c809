package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// Annotations that act only where something else says so: another annotation
// of the same function or of its class, or a declared type.

// decoratesAs reports whether a decorator of a function (or class) acts as the
// action says, and beside which other decorator.
func (ev *evaluator) decoratesAs(x *file, s facts.ScopeID, a *client.Action) (beside *instance, ok bool) {
	if len(a.Declared) > 0 && !ev.declares(x, s, a.Declared) {
		return nil, false
	}
	if len(a.With) == 0 && len(a.Within) == 0 {
		return nil, true
	}
	beside = ev.decoratorAmong(x, s, a.With)
	cls := x.classOf(s)
	if x.facts().Scopes[s].Kind == facts.ClassScope {
		cls = s
	}
	if beside == nil && cls != 0 {
		beside = ev.decoratorAmong(x, cls, a.Within)
	}
	return beside, beside != nil
}

// declares reports whether a function is declared to give one of some types, or
// a class to be one.
func (ev *evaluator) declares(x *file, s facts.ScopeID, types []string) bool {
	f := x.facts()
	sc := &f.Scopes[s]
	if sc.Kind != facts.ClassScope {
		return ev.isDeclared(ref{x, sc.Result}, types)
	}
	return slices.ContainsFunc(f.Bases(sc), func(b facts.ExprID) bool { return ev.isDeclared(ref{x, f.At(b).X}, types) })
}

// decoratorAmong finds a decorator of a scope among those of the given dotted
// names.
func (ev *evaluator) decoratorAmong(x *file, s facts.ScopeID, paths []string) *instance {
	f := x.facts()
	for _, d := range f.Decorators(&f.Scopes[s]) {
		callee := d
		if e := f.At(d); e.Kind == facts.Call {
			callee = e.X
		}
		last := f.Text(lastName(f, callee))
		if !slices.ContainsFunc(paths, func(p string) bool { return lastDotted(p) == last }) {
			continue
		}
		for _, a := range ev.eval(ref{x, callee}, nil) {
			if v, ok := a.v.(*external); ok && slices.Contains(paths, v.path) {
				in := &instance{path: v.path}
				if callee != d {
					in.call = &callSite{ref{x, d}, nil}
				}
				return in
			}
		}
	}
	return nil
}

// isDeclared reports whether a declared type is one of the given ones, by their
// dotted names.
func (ev *evaluator) isDeclared(r ref, types []string) bool {
	if r.id == 0 {
		return false
	}
	f := r.file.facts()
	e := r.expr()
	for e.Kind == facts.Index {
		head := e.X
		if f.Text(lastName(f, e.X)) == "Annotated" {
			if y := f.At(e.Y); y.Kind == facts.List && y.N > 0 {
				head = f.Operands(y)[0]
			}
		}
		r, e = r.at(head), f.At(head)
	}
	last := f.Text(lastName(f, r.id))
	if !slices.ContainsFunc(types, func(p string) bool { return lastDotted(p) == last }) {
		return false
	}
	for _, a := range ev.eval(r, nil) {
		if v, ok := a.v.(*external); ok && slices.Contains(types, v.path) {
			return true
		}
	}
	return false
}

// standsInType reports whether a call is an annotation of a variable or
// parameter that is declared to have one of the given types.
func (ev *evaluator) standsInType(site ref, types []string) bool {
	f := site.file.facts()
	among := func(annot facts.ExprID) bool {
		e := f.At(annot)
		if annot == 0 || e.Kind != facts.Index || f.At(e.Y).Kind != facts.List {
			return false
		}
		return slices.Contains(f.Operands(f.At(e.Y)), site.id) && ev.isDeclared(site.at(annot), types)
	}
	for i := range f.Bindings {
		if among(f.Bindings[i].Annot) {
			return true
		}
	}
	for i := range f.Params {
		if among(f.Params[i].Annot) {
			return true
		}
	}
	return false
}

// suffixed puts the action's suffix behind the names of topics.
func (ev *evaluator) suffixed(s *sink, topics set, recv value, fr *frame) set {
	if s.action.Suffix == "" {
		return topics
	}
	at := s.site.place()
	suffix, ok := ev.sinkSlot(s, s.action.SuffixFrom, recv, fr)
	if !ok {
		suffix = one(literal(s.action.Suffix), nil)
	}
	topics = concat(topics, ev.withPlaceholders(s.action.Store, suffix), at)
	if more, ok := ev.attempts(s, fr); ok {
		topics = concat(topics, more, at)
	} else if s.action.SuffixMore {
		topics = concat(topics, one(&unknown{"what the library puts behind it", at}, nil), at)
	}
	return topics.normal()
}

// eachHeld calls do with the annotations that an annotation holds:
// `@KafkaListeners({@KafkaListener(...), ...})`.
func eachHeld(f *facts.File, d facts.ExprID, do func(facts.ExprID)) {
	e := f.At(d)
	if e.Kind != facts.Call {
		return
	}
	for _, k := range f.Operands(e) {
		switch v := f.At(f.At(k).X); v.Kind {
		case facts.Call:
			do(f.At(k).X)
		case facts.List:
			for _, c := range f.Operands(v) {
				if f.At(c).Kind == facts.Call {
					do(c)
				}
			}
		}
	}
}

// handled says as what a function under a decorator gets one of its parameters:
// "payload", "payloads", "record" or "records"; "" for something else. Where
// types are declared they tell: a record, a list of them, the payload itself
// unless an annotation says that it is another part of the message.
func (ev *evaluator) handled(x *file, pi int, kind string, decoded bool) string {
	f := x.facts()
	p := &f.Params[pi]
	if p.Annot == 0 {
		return kind
	}
	t := ref{x, p.Annot}
	if e := t.expr(); e.Kind == facts.Index && f.Text(lastName(f, e.X)) == "Annotated" {
		y := f.At(e.Y)
		if y.Kind != facts.List || y.N == 0 {
			return ""
		}
		for _, k := range f.Operands(y)[1:] {
			callee := k
			if f.At(k).Kind == facts.Call {
				callee = f.At(k).X
			}
			for _, a := range ev.eval(t.at(callee), nil) {
				if v, ok := a.v.(*external); ok && ev.l.models.Parts[v.path] {
					return ""
				}
			}
		}
		t = t.at(f.Operands(y)[0])
	}
	many := false
	if e := t.expr(); e.Kind == facts.Index && isList(f, t.id) {
		many = true
		if t = t.at(e.Y); t.expr().Kind == facts.List {
			return ""
		}
	}
	head := t
	for head.expr().Kind == facts.Index {
		head = head.at(head.expr().X)
	}
	for _, a := range ev.eval(head, nil) {
		switch v := a.v.(type) {
		case *external:
			switch as := ev.l.models.Messages[v.path]; {
			case as == "record" && many:
				return "records"
			case as != "":
				return as
			}
			if ev.l.models.KnowsModule(v.path) {
				return ""
			}
		case *class:
			if !decoded {
				return "" // its fields are its class's
			}
		}
	}
	if many && kind == "payload" {
		return "payloads"
	}
	return kind
}

// referredSinks finds references to methods that act on a topic which no
// argument gives, handed over to be called: `.invoke(emitter::send)`.
func (ev *evaluator) referredSinks(x *file, names map[facts.Sym]bool) []*sink {
	if !ev.l.lang.members() {
		return nil
	}
	f := x.facts()
	var out []*sink
	for _, id := range f.Calls {
		for _, k := range f.Operands(f.At(id)) {
			a := f.At(k)
			if v := f.At(a.X); v.Kind != facts.Attr || !names[v.Name] {
				continue
			}
			ev.fuel = fuelUnit
			for _, s := range ev.sinksAt(ref{x, a.X}, 0) {
				if len(s.action.Topic) == 0 && s.action.Keys != nil {
					out = append(out, s)
				}
			}
		}
	}
	return out
}
