package flow

import (
	"topicls/index/facts"
)

// maxHanded bounds through how many functions a function is handed on before
// it is called.
const maxHanded = 4

// handedFrames returns the frames by which function (x, s), which a call hands
// over under a name, is called inside what the call enters.
func (ev *evaluator) handedFrames(site ref, fr *frame, name string, x *file, s facts.ScopeID, depth int) []*frame {
	if depth >= maxHanded || ev.fuel <= 0 || !ev.handsOver(site, fr, name, x, s) {
		return nil
	}
	var out []*frame
	cs := &callSite{site, fr}
	for _, en := range ev.entered(site, fr, false) {
		if en.fn.file == x && en.fn.scope == s {
			if depth > 0 { // handed on to what calls it: Config().apply(configure)
				out = append(out, ev.enterFunc(en.fn, en.args, cs))
			}
			continue
		}
		out = append(out, ev.framesInside(ev.enterFunc(en.fn, en.args, cs), x, s, depth)...)
	}
	return out
}

// framesInside returns the frames by which function (x, s), an argument of the
// entered function, is called there: by its parameter's name, by a function
// that it is handed on to, or by the attribute that keeps it.
func (ev *evaluator) framesInside(in *frame, x *file, s facts.ScopeID, depth int) []*frame {
	y := in.file
	f := y.facts()
	sc := &f.Scopes[in.scope]
	var out []*frame
	for pi := int(sc.ParamLo); pi < int(sc.ParamLo+sc.ParamN); pi++ {
		sym := f.Params[pi].Name
		if !y.isUsed(in.scope, sym) {
			continue
		}
		fn := functionIn(ev.paramOf(y, in.scope, pi, in), x, s)
		if fn == nil {
			continue
		}
		ev.noteFile(y)
		if y.putsAside(in.scope, sym) { // self.handlers[topic] = handler
			for _, site := range ev.indirectSites(x, s) {
				out = append(out, ev.framesAt(site, nil, x, s)...)
			}
		}
		enter := func(call facts.ExprID, fr *frame) {
			args := callArgs(ref{y, call}, fr)
			if _, open := ev.flat(args); !open {
				out = append(out, ev.enterFunc(fn, args, &callSite{ref{y, call}, fr}))
			}
		}
		within := func(call facts.ExprID) *frame {
			g := in.of(y, f.At(call).Scope)
			if g == nil || !isInside(y, f.At(call).Scope, in.scope) {
				return nil
			}
			return ev.frame(*g)
		}
		for _, c := range named(y.open().calls, sym) {
			switch callee := f.At(f.At(c.call).X); {
			case callee.Kind == facts.Name:
				if g := within(c.call); g != nil {
					enter(c.call, g)
				}
			case callee.Kind == facts.Attr && isKotlin(y): // config.configure(): a function with a receiver
				if g := within(c.call); g != nil {
					args := append([]arg{{ref: ref{y, callee.X}, fr: g}}, callArgs(ref{y, c.call}, g)...)
					out = append(out, ev.enterFunc(fn, args, &callSite{ref{y, c.call}, g}))
				}
			}
		}
		for _, c := range named(y.open().mentions, sym) {
			if g := within(c.call); g != nil {
				out = append(out, ev.handedFrames(ref{y, c.call}, g, f.Text(sym), x, s, depth+1)...)
			}
		}
		_, cls := y.selfClass(in.scope)
		if cls == 0 || in.self == nil {
			continue
		}
		for _, i := range y.open().toAttr { // self.handler = handler; later self.handler(message)
			b := &f.Bindings[i]
			if b.Scope != in.scope || b.Value == 0 || f.At(b.Value).Kind != facts.Name || f.At(b.Value).Name != sym || !isSelf(f, in.scope, b.Obj) {
				continue
			}
			for _, c := range named(y.open().calls, b.Name) {
				callee := f.At(f.At(c.call).X)
				m, k := y.selfClass(f.At(c.call).Scope)
				if k == cls && callee.Kind == facts.Attr && isSelf(f, m, callee.X) {
					enter(c.call, ev.frame(frame{file: y, scope: m, self: in.self, open: true, depth: in.depth}))
				}
			}
		}
	}
	return out
}

// handsOver reports whether one of a call's arguments is function (x, s).
func (ev *evaluator) handsOver(site ref, fr *frame, name string, x *file, s facts.ScopeID) bool {
	f := site.file.facts()
	for _, k := range f.Operands(site.expr()) {
		v := f.At(k).X
		switch e := f.At(v); e.Kind {
		case facts.Func:
			if site.file == x && facts.ScopeID(e.Lo) == s {
				return true
			}
		case facts.Name, facts.Attr:
			if name != "" && site.file.means(e.Name, name) && functionIn(ev.eval(site.at(v), fr), x, s) != nil {
				return true
			}
		}
	}
	return false
}

// isUsed reports whether what a parameter holds is called in its function,
// handed on, or kept.
func (x *file) isUsed(scope facts.ScopeID, sym facts.Sym) bool {
	for _, list := range [][]callName{named(x.open().calls, sym), named(x.open().mentions, sym)} {
		for _, c := range list {
			if isInside(x, x.facts().At(c.call).Scope, scope) {
				return true
			}
		}
	}
	if x.putsAside(scope, sym) {
		return true
	}
	for _, i := range x.open().toAttr {
		b := &x.facts().Bindings[i]
		if v := x.facts().At(b.Value); b.Scope == scope && v.Kind == facts.Name && v.Name == sym {
			return true
		}
	}
	return false
}

// functionIn picks function (x, s) out of a set.
func functionIn(set set, x *file, s facts.ScopeID) *function {
	for _, a := range set {
		if fn, ok := a.v.(*function); ok && fn.file == x && fn.scope == s {
			return fn
		}
	}
	return nil
}

// decoratorFrames returns the frames by which a decorator of the workspace's
// own calls the function under it.
func (ev *evaluator) decoratorFrames(x *file, s facts.ScopeID) []*frame {
	f := x.facts()
	var out []*frame
	for _, d := range f.Decorators(&f.Scopes[s]) {
		for _, in := range ev.applied(ref{x, d}, x, s) {
			out = append(out, ev.framesInside(in, x, s, 0)...)
		}
	}
	return out
}

// applied returns the frames in which a decorator is given function (x, s).
func (ev *evaluator) applied(d ref, x *file, s facts.ScopeID) []*frame {
	var out []*frame
	for _, a := range ev.eval(d, nil) {
		if w, ok := a.v.(*function); ok {
			given := []arg{{val: one(&function{file: x, scope: s}, nil)}}
			out = append(out, ev.enterFunc(w, given, &callSite{d, nil}))
		}
	}
	return out
}

// decorating returns the frames in which a function nested in another, and
// returned by it, is given the functions that it decorates.
func (ev *evaluator) decorating(x *file, s facts.ScopeID) []*frame {
	f := x.facts()
	outer := f.Scopes[s].Parent
	if outer == 0 || f.Scopes[outer].Kind != facts.FuncScope || f.Scopes[s].ParamN != 1 || isConstructor(f.Text(f.Scopes[outer].Name)) {
		return nil
	}
	var out []*frame
	for _, site := range ev.sitesNamed(f.Text(f.Scopes[outer].Name), x) {
		y := site.file
		for d := range y.facts().Scopes {
			for _, e := range y.facts().Decorators(&y.facts().Scopes[d]) {
				if e != site.id {
					continue
				}
				for _, in := range ev.applied(site, y, facts.ScopeID(d)) {
					if in.file == x && in.scope == s {
						ev.noteFile(y)
						out = append(out, in)
					}
				}
			}
		}
	}
	return out
}

// holding returns the calls that have a lambda among their arguments.
func (x *file) holding(s facts.ScopeID) []ref {
	if x.open().valued {
		if c := x.open().givenTo[s]; c != 0 {
			return []ref{{x, c}}
		}
		return nil
	}
	f := x.facts()
	for _, c := range f.Calls {
		for _, k := range f.Operands(f.At(c)) {
			if v := f.At(f.At(k).X); v.Kind == facts.Func && facts.ScopeID(v.Lo) == s {
				return []ref{{x, c}}
			}
		}
	}
	return nil
}
