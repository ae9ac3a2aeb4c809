package flow

import (
	"maps"
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// topicOf evaluates the topic of a message that was read: whatever its consumer
// reads, as in `record.topic + ".retry"`.
func (ev *evaluator) topicOf(m *message, at place) set {
	var out set
	switch {
	case m.at.file != nil:
		out = ev.topicsOfCall(m.at)
	case m.src != nil && m.src.call != nil && m.src.typ != nil:
		out = ev.topicsOfConsumer(m.src)
	}
	if len(out) == 0 || len(out) >= maxAlts { // not known, or not all
		return one(&unknown{topicOfMessage, at}, nil)
	}
	return out.through(at, topicOfMessage)
}

// topicOfParam evaluates the topic of the messages that an open parameter is
// given; nothing when it is given anything else.
func (ev *evaluator) topicOfParam(p *param, at place) set {
	var out set
	for _, a := range ev.expanded(func() set { return ev.paramOf(p.file, p.scope, p.index, nil) }) {
		m, ok := a.v.(*message)
		if !ok || m.kind != "record" {
			return nil
		}
		out = out.add(ev.topicOf(m, at)...)
	}
	return out
}

// topicsOfCall evaluates the topics that a decorator, or a call that consumes
// by itself, names.
func (ev *evaluator) topicsOfCall(site ref) set {
	k := activeKey{guard: guardTopic, ref: ref{site.file, site.id}}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	decorates := facts.ScopeID(0)
	for s := range site.file.facts().Scopes {
		if slices.Contains(site.file.facts().Decorators(&site.file.facts().Scopes[s]), site.id) {
			decorates = facts.ScopeID(s)
		}
	}
	var out set
	for _, s := range ev.sinksAt(site, decorates) {
		if s.action.Role == client.Consume {
			topics, _ := ev.expandedTopics(s, ev.sinkReceiver(s, nil), nil)
			out = out.add(fillHoles(topics)...)
		}
	}
	return out
}

// topicsOfConsumer evaluates the topics that a consumer was made with, or
// subscribes to anywhere.
func (ev *evaluator) topicsOfConsumer(in *instance) set {
	k := activeKey{guard: guardSubscribed, ref: ref{in.call.ref.file, in.call.ref.id}, fr: in.call.fr}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	var out set
	add := func(s *sink, recv value, fr *frame) {
		topics, given := ev.expandedTopics(s, recv, fr)
		switch {
		case len(topics) > 0:
			out = out.add(fillHoles(topics)...)
		case given:
			out = out.add(alt{&unknown{topicOfMessage, s.site.place()}, nil})
		}
	}
	if c := ev.l.models.Constructor(in.typ); c != nil && c.Action != nil && c.Action.Role == client.Consume {
		add(&sink{site: in.call.ref, action: c.Action, typ: in.typ}, in.recv, in.call.fr)
	}
	for t, n := in.typ, 0; t != nil && n < 8; t, n = ev.l.models.Types[t.Extends], n+1 {
		for _, name := range slices.Sorted(maps.Keys(t.Methods)) {
			c := t.Methods[name]
			if c.Action == nil || c.Action.Role != client.Consume || len(c.Action.Topic) == 0 {
				continue
			}
			for _, site := range ev.sitesNamed(name, in.call.ref.file) {
				callee := site.file.facts().At(site.expr().X)
				if callee.Kind != facts.Attr || site.file.facts().Text(callee.Name) != name {
					continue
				}
				for _, a := range ev.expanded(func() set { return ev.eval(site.at(callee.X), nil) }) {
					if v, ok := a.v.(*instance); ok && v.call != nil && v.call.ref == in.call.ref {
						ev.noteFile(site.file)
						add(&sink{site: site, action: c.Action, typ: in.typ}, v, ev.openFrame(site, in))
						break
					}
				}
			}
		}
	}
	return out
}

// openFrame returns the frame of a method on the object that a consumer was
// made for, so that what the object was made with is seen; nil when the site
// stands elsewhere.
func (ev *evaluator) openFrame(site ref, in *instance) *frame {
	fr := in.call.fr
	if fr == nil || fr.self == nil {
		return nil
	}
	m, cls := site.file.selfClass(site.file.enclosingFunc(site.expr().Scope))
	if cls == 0 || site.file != fr.file || fr.file.classOf(fr.scope) != cls {
		return nil
	}
	return ev.frame(frame{file: site.file, scope: m, self: fr.self, open: true, depth: fr.depth})
}
