package flow

import "topicls/index/facts"

// A function or class that stands in a map or list is called under another
// name: `HANDLERS[kind](event)`, `cls = CLASSES.get(kind); cls(topic)`,
// `for job in JOBS: job()`. Who looks for its callers by name finds that it is
// kept, and then asks the calls through a container what they call.

// indirectCall is the name under which calls through containers are indexed.
const indirectCall = "()"

// findIndirect records the functions and classes that a file keeps in maps and
// lists, and its calls of what comes out of one.
func (x *body) findIndirect() {
	f := x.facts
	for id := range f.Exprs {
		switch e := &f.Exprs[id]; e.Kind {
		case facts.Map:
			for _, k := range f.Operands(e) {
				if en := f.At(k); en.Kind == facts.Entry && en.Flag&facts.SpreadMap == 0 {
					x.keep(en.X, facts.ExprID(id), e.Scope)
				}
			}
		case facts.List:
			for _, k := range f.Operands(e) {
				x.keep(k, facts.ExprID(id), e.Scope)
			}
		}
	}
	for _, i := range x.toIndex {
		if b := &f.Bindings[i]; b.Value != 0 {
			x.keep(b.Value, b.Value, b.Scope)
		}
	}
	for _, c := range f.Calls {
		if x.callsElement(f.At(c)) {
			x.indirect = append(x.indirect, c)
		}
	}
}

// keep records that a container holds v, if v names a function or class.
func (x *body) keep(v, container facts.ExprID, scope facts.ScopeID) {
	f := x.facts
	e := f.At(v)
	switch e.Kind {
	case facts.Name:
		if !x.isDefined(e.Name) {
			return
		}
	case facts.Attr:
		o := f.At(e.X)
		if o.Kind != facts.Name {
			return
		}
		if _, cls := x.selfClass(scope); (cls == 0 || x.method(cls, e.Name) == 0) && !x.isDefined(o.Name) {
			return
		}
	default:
		return
	}
	x.kept = append(x.kept, callName{e.Name, container})
}

// isDefined reports whether the module defines or imports a name.
func (x *body) isDefined(name facts.Sym) bool {
	for _, i := range x.bindings(0, name) {
		switch x.facts.At(x.facts.Bindings[i].Value).Kind {
		case facts.Func, facts.Class, facts.ImportRef:
			return true
		}
	}
	return false
}

// callsElement reports whether a call's callee comes out of a container, in
// the call itself or by the name that it was bound to in the same function.
func (x *body) callsElement(call *facts.Expr) bool {
	f := x.facts
	callee := f.At(call.X)
	if callee.Kind == facts.Attr && x.tasks[callee.Name] {
		callee = f.At(callee.X)
	}
	if callee.Kind != facts.Name {
		return x.isElement(callee)
	}
	for s := call.Scope; ; s = f.Scopes[s].Parent {
		if bs := x.bindings(s, callee.Name); len(bs) > 0 {
			for _, i := range bs {
				if x.isElement(f.At(f.Bindings[i].Value)) {
					return true
				}
			}
			return false
		}
		if s == 0 {
			return false
		}
	}
}

func (x *body) isElement(e *facts.Expr) bool {
	f := x.facts
	switch e.Kind {
	case facts.Index, facts.Element, facts.Item:
		return true
	case facts.Call: // handlers.get(kind)
		callee := f.At(e.X)
		return callee.Kind == facts.Attr && (f.Text(callee.Name) == "get" || f.Text(callee.Name) == "pop")
	case facts.Alt:
		for _, k := range f.Operands(e) {
			if x.isElement(f.At(k)) {
				return true
			}
		}
	}
	return false
}

// isKept reports whether code related to near keeps a function or class of
// that name in a container.
func (ev *evaluator) isKept(name string, near *file) bool {
	return len(ev.filesNear(depKept, name, near)) > 0
}

// elementCalls is what calls through containers call, as one evaluator knows it.
type elementCalls struct {
	sites map[calledKey][]ref
	tries int // how often recursion cut the answer short
	whole bool
}

// maxTries bounds how often calls through containers are asked again because
// recursion cut the answer short.
const maxTries = 3

// indirectSites returns the calls, in all files related to x, that enter
// function (x, s) through a container.
func (ev *evaluator) indirectSites(x *file, s facts.ScopeID) []ref {
	ec := ev.byElement[x.project]
	if ec == nil {
		ec = &elementCalls{}
		ev.byElement[x.project] = ec
	}
	k := activeKey{guard: guardElements, ref: ref{x, 0}}
	if !ec.whole && !ev.asked(k) {
		fuel, m := ev.fuel, ev.mark()
		ev.pose(k)
		ec.tries++
		ec.sites = map[calledKey][]ref{}
		for _, y := range ev.filesNear(depCallers, indirectCall, x) {
			for _, c := range y.open().indirect {
				ev.fuel = fuelElement
				ev.noteElement(ec, ref{y, c})
			}
		}
		ec.whole = ev.isWhole(m) || ec.tries >= maxTries
		ev.fuel = fuel
		ev.answered(k)
	}
	return ec.sites[calledKey{file: x, scope: s}]
}

func (ev *evaluator) noteElement(ec *elementCalls, site ref) {
	seen := map[calledKey]bool{}
	for _, en := range ev.entered(site, nil, false) {
		if k := (calledKey{file: en.fn.file, scope: en.fn.scope}); !seen[k] {
			seen[k] = true
			ec.sites[k] = append(ec.sites[k], site)
		}
	}
}
