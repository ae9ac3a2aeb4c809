package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// chainSinks finds the chains of calls in a file that act on Kafka as a whole.
// The sink is the call that names the topic.
func (ev *evaluator) chainSinks(x *file) []*sink {
	var out []*sink
	var outer map[facts.ExprID]facts.ExprID // from a call to the one on its result
	f := x.facts()
	for _, model := range ev.l.models.Chains {
		var calls []callName
		for _, n := range []string{model.Option, model.Options} {
			if s := x.sym(n); n != "" && s != 0 {
				calls = append(calls, named(x.open().calls, s)...)
			}
		}
		if len(calls) == 0 || !slices.ContainsFunc(model.Through, func(n string) bool { return x.sym(n) != 0 }) {
			continue
		}
		if outer == nil {
			outer = map[facts.ExprID]facts.ExprID{}
			for _, c := range f.Calls {
				id := f.At(c).X
				for f.At(id).Kind == facts.Attr {
					id = f.At(id).X
				}
				outer[id] = c
			}
		}
		for _, c := range calls {
			ev.fuel = fuelUnit
			if s := ev.chainSink(model, ref{x, c.call}, outer); s != nil {
				out = append(out, s)
			}
		}
	}
	return out
}

// chainSink returns the sink of one call in a chain; nil when it names no topic
// or the chain is another.
func (ev *evaluator) chainSink(model *client.Chain, site ref, outer map[facts.ExprID]facts.ExprID) *sink {
	f := site.file.facts()
	topic := false
	own := ev.chainOptions(model, site)
	for _, slot := range append(slices.Clone(model.Action.Topic), model.Action.Pattern...) {
		topic = topic || slices.ContainsFunc(own, func(a arg) bool { return a.name == slot.Keyword })
	}
	if !topic {
		return nil
	}
	last := site.id
	for outer[last] != 0 {
		last = outer[last]
	}
	through := false
	missing := len(model.With)
	var options []arg
	for id := last; id != 0; {
		e := f.At(id)
		switch e.Kind {
		case facts.Call:
			method := f.Text(lastName(f, e.X))
			if want, ok := model.With[method]; ok {
				if a, given := firstArg(site.at(id), nil); given {
					for _, v := range ev.argValue(a) {
						if t, known := constOf(v.v); known && t == want {
							missing--
							break
						}
					}
				}
			}
			options = append(options, ev.chainOptions(model, site.at(id))...)
			id = e.X
		case facts.Attr:
			through = through || slices.Contains(model.Through, f.Text(e.Name))
			id = e.X
		default:
			id = 0
		}
	}
	if !through || missing > 0 {
		return nil
	}
	return &sink{
		site: site, action: model.Action, method: model.Name, chained: true,
		typ: &client.Type{Name: model.Name, Library: model.Library}, bound: append(own, options...),
	}
}

// chainOptions lists the options that one call of a chain sets, by their names.
func (ev *evaluator) chainOptions(model *client.Chain, call ref) []arg {
	f := call.file.facts()
	args := callArgs(call, nil)
	switch f.Text(lastName(f, call.expr().X)) {
	case model.Option:
		if len(args) != 2 || args[0].name != "" || args[1].name != "" {
			return nil
		}
		for _, v := range ev.argValue(args[0]) {
			if name, ok := constOf(v.v); ok {
				a := args[1]
				a.name = name
				return []arg{a}
			}
		}
	case model.Options:
		if model.Options == "" {
			return nil
		}
		args, _ = ev.flat(args)
		return slices.DeleteFunc(slices.Clone(args), func(a arg) bool { return a.name == "" })
	}
	return nil
}

// sinkSpan is where a sink's call is shown: for a chain, which may be long,
// from the name of its own method on.
func sinkSpan(s *sink, at ref) facts.Span {
	span := at.expr().Span
	f := at.file.facts()
	callee := f.At(at.expr().X)
	if at.expr().Kind != facts.Call || callee.Kind != facts.Attr {
		return span
	}
	// Where the calls of a chain stand on lines of their own, each is shown on its own.
	name := callee.End - uint32(len(f.Text(callee.Name)))
	if s.chained && at == s.site || at == s.site && at.file.lineOf(name) != at.file.lineOf(f.At(callee.X).Start) && f.At(callee.X).Kind == facts.Call {
		span.Start = name
	}
	return span
}

// lineOf returns the line that holds an offset, counted from 0.
func (x *file) lineOf(off uint32) int {
	i, found := slices.BinarySearch(x.facts().LineStarts, off)
	if !found {
		i--
	}
	return i
}
