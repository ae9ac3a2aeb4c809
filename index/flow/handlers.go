package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// Functions that a library calls with messages because a call gives them to
// it: `consumer.run({ eachMessage: async ({ message }) => ... })`,
// `consumer.on("data", handle)`.

// handlerParam evaluates parameter number pos of such a function; nil for any
// other function. fr is the frame of the function around it.
func (ev *evaluator) handlerParam(x *file, s facts.ScopeID, pos int, at place, fr *frame) set {
	if len(ev.l.models.HandlerNames) == 0 {
		return nil
	}
	var out set
	for _, site := range ev.handlerSites(x, s) {
		if site.file != x {
			fr = nil
		}
		for _, h := range ev.handlersAt(site, fr) {
			if pos >= len(h.model.Params) || !ev.takes(h, site, x, s) {
				continue
			}
			ev.noteFile(site.file)
			out = out.add(ev.result(h.model.Params[pos], h.recv, ref{}, nil, at)...)
		}
	}
	return out
}

// handlerSites lists the calls that may give function (x, s) to a library.
func (ev *evaluator) handlerSites(x *file, s facts.ScopeID) []ref {
	var out []ref
	takes := func(r ref) {
		f := r.file.facts()
		if n := lastName(f, r.expr().X); n != 0 && ev.l.models.HandlerNames[f.Text(n)] && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	if c := x.open().givenTo[s]; c != 0 {
		takes(ref{x, c})
	}
	names := []string{x.facts().Text(x.facts().Scopes[s].Name)}
	for _, n := range append(names, x.otherNames(s)...) {
		if n != "" {
			for _, site := range ev.sitesNamed(n, x) {
				takes(site)
			}
		}
	}
	return out
}

// handlerAt is a handler that a call takes, and whose messages it gets.
type handlerAt struct {
	model *client.Handler
	recv  *instance
}

// handlersAt lists the handlers that the method takes which a call calls.
func (ev *evaluator) handlersAt(site ref, fr *frame) []handlerAt {
	f := site.file.facts()
	callee := f.At(site.expr().X)
	if callee.Kind != facts.Attr {
		return nil
	}
	var out []handlerAt
	for _, a := range ev.expanded(func() set { return ev.eval(site.at(callee.X), fr) }) {
		in, ok := a.v.(*instance)
		if !ok || in.typ == nil {
			continue
		}
		c := ev.l.models.Method(in.typ, f.Text(callee.Name))
		if c == nil {
			continue
		}
		for _, h := range c.Handlers {
			if ev.agrees(h, site) {
				out = append(out, handlerAt{h, in})
			}
		}
	}
	return out
}

// agrees reports whether a call has the texts that a handler's model asks for.
func (ev *evaluator) agrees(h *client.Handler, site ref) bool {
	for slot, want := range h.When {
		s, err := client.ParseSlot(slot)
		if err != nil {
			return false
		}
		got := false
		for _, a := range ev.slot(s, site, nil, nil) {
			if t, ok := constOf(a.v); ok && t == want {
				got = true
			}
		}
		if !got {
			return false
		}
	}
	return true
}

// takes reports whether function (x, s) is what a call gives as a handler.
func (ev *evaluator) takes(h handlerAt, site ref, x *file, s facts.ScopeID) bool {
	for _, slot := range h.model.Function {
		if functionIn(ev.slot(slot, site, nil, nil), x, s) != nil {
			return true
		}
	}
	return false
}
