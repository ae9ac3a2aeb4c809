package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// keyReadHere is the one key of a configuration that a sink's topic is, whoever
// hands the configuration on to the function around the sink that others than
// this workspace call too, as a framework does what overrides its methods:
// callers are no better places then, and the key is that of the sink's own program.
func (ev *evaluator) keyReadHere(s *sink, recv value, fr *frame, holes []*param, chain *link) set {
	if chain != nil || len(holes) != 1 || !holes[0].part || !ev.overridesForeign(holes[0]) {
		return nil
	}
	topics, _ := ev.expandedTopics(s, recv, fr)
	if len(topics) != 1 {
		return nil
	}
	v, ok := topics[0].v.(*stringValue)
	if !ok || v.loneEnv() == nil || v.loneEnv().store == "" {
		return nil
	}
	return topics
}

// overridesForeign reports whether a parameter is one of a method of a class whose
// base is not of this workspace.
func (ev *evaluator) overridesForeign(p *param) bool {
	cls := p.file.classOf(p.scope)
	return cls != 0 && !isConstructor(p.file.facts().Text(p.file.facts().Scopes[p.scope].Name)) && len(ev.externalBases(&class{p.file, cls})) > 0
}

// areTold reports whether those who fill open parameters may tell the topics of
// a sink. Where a topic is an attribute of an object that is handed on, as a
// configuration is, and no caller says what it is, or where the receiver was
// given it and nobody makes one, they are no better places than the sink itself.
func (ev *evaluator) areTold(s *sink, recv value, fr *frame, holes []*param) bool {
	part := false
	if ev.areMade(holes) {
		return false
	}
	for _, h := range holes {
		if !h.part && !h.self {
			return true
		}
		part = part || h.part
	}
	if !part {
		return slices.ContainsFunc(holes, func(h *param) bool {
			cls := h.file.classOf(h.scope)
			return cls == 0 || len(ev.constructions(&class{h.file, cls})) > 0
		})
	}
	ev.seekFillers(holes)
	topics, _ := ev.expandedTopics(s, recv, fr)
	asked := len(topics) == 0 && !slices.ContainsFunc(holes, func(h *param) bool { return !ev.isForeignReceiver(h) })
	for _, a := range topics {
		switch a.v.(type) {
		case *unknown:
			asked = true
		case *param:
		default:
			return true
		}
	}
	return !asked
}

// isForeignReceiver reports whether a parameter is what an extension function of
// Kotlin is called on, of a type of another library: what such an object has
// (`call.parameters["topic"]` in `fun Route.messages()`) is asked of it where the
// function's code does, and no caller says it.
func (ev *evaluator) isForeignReceiver(p *param) bool {
	f := p.file.facts()
	q := &f.Params[p.index]
	return isKotlin(p.file) && q.Annot != 0 && f.Text(q.Name) == "this" && !slices.ContainsFunc(ev.annotated(ref{p.file, q.Annot}, nil), func(a alt) bool {
		return classOfValue(a.v) != nil
	})
}

// seekFillers has the files taken in that may call the functions whose parameters
// have a topic as an attribute, as an event that is handed on has: those need not
// mention Kafka, and until one is there nobody says what the attribute is. Whether it
// is asked may not depend on what is found then, see seekGivers.
func (ev *evaluator) seekFillers(holes []*param) {
	if !ev.seeks() {
		return
	}
	for _, h := range holes {
		if name := h.file.facts().Text(h.file.facts().Scopes[h.scope].Name); h.part && name != "" && !isConstructor(name) {
			ev.sought = append(ev.sought, name)
		}
	}
}

// ofOtherClasses picks the topics of a consumer that a base class makes which
// subclasses give by themselves, where others are given theirs by whoever makes
// them: the calls of the latter's constructors are the endpoints of those alone.
func (ev *evaluator) ofOtherClasses(s *sink, topics set, holes []*param, at ref) set {
	_, cls := at.file.selfClass(at.file.enclosingFunc(at.expr().Scope))
	if s.action.Role != client.Consume || cls == 0 {
		return nil
	}
	for _, h := range holes {
		if c := h.file.classOf(h.scope); c == 0 || h.file == at.file && c == cls {
			return nil
		}
	}
	var out set
	for _, a := range topics {
		switch a.v.(type) {
		case *param, *unknown:
		default:
			out = append(out, a)
		}
	}
	return out
}

// givenNone reports whether a sink has no topic on purpose: what stands for it
// is a channel in memory, or its caller leaves it out (`if topics: self.subscribe(topics)`).
func (ev *evaluator) givenNone(s *sink, recv value, fr *frame, called bool) bool {
	got, ok := ev.sinkSlot(s, s.action.Topic, recv, fr)
	return ok && (called && isNone(got) || slices.ContainsFunc(got, func(a alt) bool {
		in, ok := a.v.(*instance)
		return ok && in.typ != nil && in.typ.Local
	}))
}

func (ev *evaluator) expandedTopics(s *sink, recv value, fr *frame) (t set, given bool) {
	ev.naming = true
	ev.expanded(func() set { t, given = ev.sinkTopics(s, recv, fr); return nil })
	ev.naming = false
	return t, given
}

func holesOf(s set) []*param {
	var out []*param
	for _, a := range s {
		if p, ok := a.v.(*param); ok {
			out = append(out, p)
		}
	}
	return out
}

// fillHoles replaces parameters that nobody fills by unknowns.
func fillHoles(s set) set {
	var out set
	for _, a := range s {
		if p, ok := a.v.(*param); ok {
			out = out.add(alt{&unknown{"no caller is known that gives " + p.file.facts().Text(p.file.facts().Params[p.index].Name), place{p.file, p.file.facts().Params[p.index].Span}}, a.tr})
			continue
		}
		out = out.add(a)
	}
	return out
}

// madeByFramework reports whether a constructor's parameter, which decides the topic
// of a sink, is known without a caller: nobody here makes the object, a
// framework does and hands over what the parameter's type says.
func (ev *evaluator) madeByFramework(s *sink, recv value, fr *frame, h *param) bool {
	cls := h.file.classOf(h.scope)
	if !h.self || cls == 0 || len(ev.constructions(&class{h.file, cls})) > 0 {
		return false
	}
	topics, _ := ev.expandedTopics(s, recv, fr)
	return len(topics) > 0 && len(holesOf(topics)) == 0 && !nothingKnown(topics)
}

// relays reports whether the message that a sink sends comes from a parameter
// of method m: then m is a sender, and what calls it is the endpoint.
func (ev *evaluator) relays(s *sink, recv value, fr *frame, x *file, m facts.ScopeID) bool {
	v, ok := ev.sinkSlot(s, s.action.Value, recv, fr)
	if !ok {
		return false
	}
	return ev.dependsOn(v, x, m, 0)
}

// dependsOn reports whether a value is, or is made from, a parameter of m.
func (ev *evaluator) dependsOn(s set, x *file, m facts.ScopeID, depth int) bool {
	for _, a := range s {
		switch v := a.v.(type) {
		case *param:
			if v.file == x && v.scope == m {
				return true
			}
		case *instance: // encoded by a call that no model knows
			if v.typ == nil && v.call != nil && depth < 3 {
				for _, g := range callArgs(v.call.ref, v.call.fr) {
					if ev.dependsOn(ev.argValue(g), x, m, depth+1) {
						return true
					}
				}
				if callee := v.call.ref.file.facts().At(v.call.ref.expr().X); callee.Kind == facts.Attr {
					if ev.dependsOn(ev.eval(v.call.ref.at(callee.X), v.call.fr), x, m, depth+1) {
						return true
					}
				}
			}
		}
	}
	return false
}
