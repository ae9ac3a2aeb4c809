package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// What decorates a handler can be applied to it as a plain object, too:
// `subscribe = broker.subscriber("orders"); subscribe(handle)`.

// makesDecorators reports whether the file calls a method whose result
// decorates functions.
func (ev *evaluator) makesDecorators(x *file) bool {
	got, ok := ev.decorates[x]
	if !ok {
		for n := range ev.l.models.DecoratorNames {
			if s := x.sym(n); s != 0 && len(named(x.open().calls, s)) > 0 {
				got = true
				break
			}
		}
		ev.decorates[x] = got
	}
	return got
}

// appliedTo lists the functions that the object made by a call is applied to:
// by its name, as a decorator or in a call, or at once.
func (ev *evaluator) appliedTo(made ref) []*function {
	x := made.file
	f := x.facts()
	var out []*function
	add := func(s set) {
		for _, a := range s {
			if fn, ok := a.v.(*function); ok {
				out = append(out, fn)
			}
		}
	}
	for _, c := range f.Calls {
		if e := f.At(c); e.X == made.id && e.N > 0 {
			add(ev.eval(ref{x, f.Operands(e)[0]}, nil))
		}
	}
	h, ok := x.holderOf(made.id)
	if !ok {
		return out
	}
	for _, c := range named(x.open().calls, h.name) {
		if e := f.At(c.call); e.N > 0 && ev.held(x, h, e.X, e.Scope) {
			add(ev.eval(ref{x, f.Operands(e)[0]}, nil))
		}
	}
	for s := range f.Scopes {
		for _, d := range f.Decorators(&f.Scopes[s]) {
			e := f.At(d)
			if e.Kind == facts.Call {
				d = e.X
			}
			if ev.held(x, h, d, e.Scope) {
				out = append(out, &function{file: x, scope: facts.ScopeID(s)})
			}
		}
	}
	return out
}

// usedLater reports whether the object that a call makes is seen at work: it
// decorates a function, or one of its methods is called.
func (ev *evaluator) usedLater(made ref, t *client.Type) bool {
	if len(ev.appliedTo(made)) > 0 {
		return true
	}
	methods := make([]string, 0, 4)
	for n, c := range t.Methods {
		if c.Action != nil {
			methods = append(methods, n)
		}
	}
	slices.Sort(methods)
	for _, n := range methods {
		for _, site := range ev.sitesNamed(n, made.file) {
			callee := site.file.facts().At(site.expr().X)
			if callee.Kind != facts.Attr {
				continue
			}
			for _, a := range ev.expanded(func() set { return ev.eval(site.at(callee.X), nil) }) {
				if in, ok := a.v.(*instance); ok && in.call != nil && in.call.ref == made {
					return true
				}
			}
		}
	}
	return false
}

// plainDecorator finds the sink of an object that could decorate, made by a
// call that is no decorator. A consumer consumes whoever handles its messages;
// an object that produces stands for itself only where nobody is seen to use it.
func (ev *evaluator) plainDecorator(site ref, t *client.Type, c *client.Call, method string) []*sink {
	s := &sink{site: site, action: c.Decorator, typ: t, method: method}
	switch c.Decorator.Role {
	case client.Consume:
		s.applied = ev.appliedTo(site)
	default:
		made := ev.l.models.Types[c.Result]
		if made == nil || ev.usedLater(site, made) {
			return nil
		}
	}
	return []*sink{s}
}

// appliedBy returns the sinks of the objects that a function is handed to as
// the handler of messages.
func (ev *evaluator) appliedBy(x *file, s facts.ScopeID) []*sink {
	k := calledKey{x, s, ev.expand, ev.care}
	out, ok := ev.appliers[k]
	if !ok {
		m := ev.mark()
		if out = ev.findAppliers(x, s); ev.isWhole(m) {
			ev.appliers[k] = out
		}
	}
	return out
}

func (ev *evaluator) findAppliers(x *file, s facts.ScopeID) []*sink {
	var out []*sink
	name := x.facts().Text(x.facts().Scopes[s].Name)
	if isConstructor(name) { // is handed over under its class's name
		return nil
	}
	for _, site := range ev.sitesNamed(name, x) {
		f := site.file.facts()
		e := site.expr()
		if e.N == 0 || !ev.makesDecorators(site.file) {
			continue
		}
		given := f.At(f.Operands(e)[0]).X
		if !site.file.means(lastName(f, given), name) || functionIn(ev.eval(site.at(given), nil), x, s) == nil {
			continue // called, not given
		}
		out = append(out, ev.madeDecorator(site.at(e.X))...)
	}
	return out
}

// madeDecorator returns the sinks of an object that was made to decorate.
func (ev *evaluator) madeDecorator(r ref) []*sink {
	for _, a := range ev.expanded(func() set { return ev.eval(r, nil) }) {
		in, ok := a.v.(*instance)
		if !ok || in.call == nil {
			continue
		}
		maker, ok := in.recv.(*instance)
		if !ok || maker.typ == nil {
			continue
		}
		name := ev.makerMethod(in)
		if c := ev.l.models.Method(maker.typ, name); c != nil && c.Decorator != nil && c.Decorator.Role == client.Consume {
			return []*sink{{site: in.call.ref, action: c.Decorator, typ: maker.typ, method: lastDotted(maker.typ.Name) + "." + name}}
		}
	}
	return nil
}

// means reports whether a name is text or, by an import, an alias of it.
func (x *file) means(sym facts.Sym, text string) bool {
	if sym == 0 || x.facts().Text(sym) == text {
		return sym != 0
	}
	for i := range x.facts().Imports {
		if im := &x.facts().Imports[i]; im.Local == sym && x.facts().Text(im.Member) == text {
			return true
		}
	}
	return false
}
