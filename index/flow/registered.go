package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// Some clients are registered under a type or a name, with the topic that they
// send to: `AddProducer<OrderPlaced>("orders")` for an `ITopicProducer<OrderPlaced>`,
// `AddProducer("orders", p => p.DefaultTopic("shop.orders"))` for what
// `GetProducer("orders")` gives (client.Registered).

// registeredTopics evaluates the topics of a sink that are given where its
// client is registered: near the sink, or else in the projects around.
func (ev *evaluator) registeredTopics(s *sink, recv value) (set, bool) {
	how := s.action.Registered
	in, ok := recv.(*instance)
	if how == nil || !ok {
		return nil, false
	}
	is := ev.registration(how, s, in)
	if is == nil {
		return nil, false
	}
	var own, others set
	for _, site := range ev.sitesNamed(how.Call, s.site.file) {
		if !is(site) {
			continue
		}
		var got set
		ev.expanded(func() set {
			for _, slot := range how.Topic {
				if got = ev.slot(slot, site, nil, nil); len(got) > 0 {
					break
				}
			}
			return nil
		})
		if site.file.project == s.site.file.project {
			own = own.add(got...)
		} else {
			others = others.add(got...)
		}
	}
	if len(own) == 0 {
		own = others
	}
	return own, len(own) > 0
}

// registration tells which calls register the client of a sink; nil when that
// can't be told.
func (ev *evaluator) registration(how *client.Registered, s *sink, in *instance) func(site ref) bool {
	want, typed := ev.lastTypeArgument(in)
	if typed {
		of := ev.eval(want, nil)
		return func(site ref) bool {
			last, ok := lastTypeOf(site)
			return ok && sameTypes(of, ev.eval(last, nil))
		}
	}
	name := ev.firstOf(how.Is, s.site, in)
	if len(name) == 0 {
		return nil
	}
	return func(site ref) bool { return ev.sameName(name, ev.firstOf(how.Name, site, nil)) }
}

// firstOf evaluates the first of some slots that a call fills, with what its
// callers give.
func (ev *evaluator) firstOf(slots client.Slots, site ref, recv value) set {
	return ev.expanded(func() set {
		for _, slot := range slots {
			if got := ev.slot(slot, site, nil, recv); len(got) > 0 {
				return got
			}
		}
		return nil
	})
}

// lastTypeArgument is the last type argument of the type that an object is
// declared with, or of the call that gave it.
func (ev *evaluator) lastTypeArgument(in *instance) (ref, bool) {
	if in.args.file == nil {
		if in.call == nil {
			return ref{}, false
		}
		return lastTypeOf(in.call.ref)
	}
	e := in.args.expr()
	if e.Kind != facts.List || e.N == 0 {
		return in.args, true
	}
	kids := in.args.file.facts().Operands(e)
	return in.args.at(kids[len(kids)-1]), true
}

// lastTypeOf is the last type argument of a call.
func lastTypeOf(site ref) (ref, bool) {
	f := site.file.facts()
	last := facts.ExprID(0)
	if site.expr().Kind == facts.Call {
		for _, k := range f.Operands(site.expr()) {
			if a := f.At(k); len(f.Text(a.Name)) > 0 && f.Text(a.Name)[0] == '<' {
				last = a.X
			}
		}
	}
	return site.at(last), last != 0
}

// sameTypes reports whether two sets name one type.
func sameTypes(a, b set) bool {
	for _, x := range a {
		for _, y := range b {
			switch x.v.(type) {
			case *class, *external:
				if same(x.v, y.v) {
					return true
				}
			}
		}
	}
	return false
}
