package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// Annotations of parameters say that a function which a framework writes sends
// to the topic that is given for one: `fun send(@Topic topic: String, text: String)`.
// Such a function is a wrapper like any other.

// parameterSinks lists the sinks of a file whose topic is a parameter with an
// annotation.
func (ev *evaluator) parameterSinks(x *file) []*sink {
	if len(ev.l.models.ParameterNames) == 0 {
		return nil
	}
	f := x.facts()
	var out []*sink
	for s := range f.Scopes {
		sc := &f.Scopes[s]
		for i := sc.ParamLo; sc.Kind == facts.FuncScope && i < sc.ParamLo+sc.ParamN; i++ {
			for _, a := range annotationsOf(f, f.Params[i].Annot) {
				if ev.l.models.ParameterNames[f.Text(lastName(f, a))] {
					out = append(out, ev.parameterSink(ref{x, a}, facts.ScopeID(s), int(i))...)
				}
			}
		}
	}
	return out
}

func (ev *evaluator) parameterSink(site ref, scope facts.ScopeID, param int) []*sink {
	var out []*sink
	for _, a := range ev.eval(site, nil) {
		v, ok := a.v.(*external)
		if !ok {
			continue
		}
		c := ev.l.models.Functions[v.path]
		if c == nil {
			continue
		}
		for _, action := range c.Decorators {
			if !action.Parameter {
				continue
			}
			if beside, ok := ev.decoratesAs(site.file, scope, action); ok {
				typ := &client.Type{Name: "annotation", Library: c.Library}
				out = append(out, &sink{site: site, action: action, typ: typ, method: "annotation." + lastDotted(v.path), decorates: scope, beside: beside, param: param + 1})
			}
		}
	}
	return out
}

// isParameter reports whether a hole is the parameter that a sink is annotated
// at.
func (s *sink) isParameter(h *param) bool {
	return s.param > 0 && h.file == s.site.file && h.index == s.param-1
}

// withoutParameters drops the actions that annotations of parameters have.
func withoutParameters(list []*client.Action) []*client.Action {
	return slices.DeleteFunc(slices.Clone(list), func(a *client.Action) bool { return a != nil && a.Parameter })
}
