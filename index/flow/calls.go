package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// call evaluates a call expression.
func (ev *evaluator) call(r ref, e *facts.Expr, fr *frame) set {
	f := r.file.facts()
	callee := f.At(e.X)
	var out set
	var callees set
	if callee.Kind == facts.Attr {
		name := f.Text(callee.Name)
		recv := ev.eval(r.at(callee.X), fr)
		if len(recv) == 0 {
			got, ok := ev.anyMethod(&unknown{}, name, r, fr)
			if !ok && ev.l.lang.members() { // what a function makes of each element may be known
				got, _ = ev.callbackMethod(alt{&unknown{"a list that nobody is known to give", r.place()}, nil}, ev.l.models.Methods[name], r, fr)
			}
			return got
		}
		for _, a := range recv {
			if got, ok := ev.attributesAsked(a, name, r, fr); ok {
				out = out.add(got...)
				continue
			}
			if got, ok := ev.anyMethod(a.v, name, r, fr); ok {
				out = out.add(got...)
				continue
			}
			if fns := ev.extensions(a.v, name, r.file, len(f.Operands(e))); len(fns) > 0 && !ev.hasMethod(a.v, name) {
				args := extensionArgs(r, callee, fr)
				for _, fn := range fns {
					out = out.add(ev.callFunction(fn, args, &callSite{r, fr}, r.place())...)
				}
				continue
			}
			if got, ok := ev.scopeFunction(a, name, r, fr); ok {
				out = out.add(got...)
				continue
			}
			if got, ok := ev.valueMethod(a, name, r, fr); ok {
				out = out.add(got...)
				continue
			}
			if got, ok := ev.accessed(a.v, name, r, fr); ok {
				out = out.add(got.after(a.tr)...)
				continue
			}
			if p, ok := a.v.(*param); ok && (name == "topic" || ev.l.models.Attributes[name] == "topic") {
				if got := ev.topicOfParam(p, r.place()); len(got) > 0 {
					out = out.add(got...)
					continue
				}
			}
			members := ev.attr(a.v, name, r.at(e.X).place(), fr)
			if _, open := a.v.(*param); open && e.N == 0 && ev.l.lang.members() {
				var read set
				read, members = fieldsAmong(members)
				out = out.add(read...)
			}
			callees = callees.add(members...)
		}
	} else if got, ok := ev.ownType(r, fr); callee.Kind == facts.Name && ok {
		return got
	} else {
		callees = ev.asType(r.at(e.X), fr)
		if fns := ev.added(r, callee, callees); len(fns) > 0 {
			for _, fn := range fns {
				out = out.add(ev.callFunction(fn, ev.addedArgs(fn, r, fr), &callSite{r, fr}, r.place())...)
			}
			return out
		}
	}
	for _, a := range callees {
		out = out.add(ev.invoke(a.v, r, fr)...)
	}
	return out
}

// scopeFunction evaluates a method that any value has and that gives the value
// itself to a function, as `x.let { f(it) }`: what that returns, or, aside, the
// value. ok is false for others.
func (ev *evaluator) scopeFunction(recv alt, name string, r ref, fr *frame) (set, bool) {
	fw := ev.l.models.Forwards["."+name]
	if fw == nil || len(fw.Given) == 0 || fw.Given[0].Keyword != client.Receiver || ev.hasMethod(recv.v, name) {
		return nil, false
	}
	if fw.Aside {
		if o, ok := recv.v.(*object); ok && !o.handed && ev.givenByCaller(fw, r, fr) { // Config().apply(configure)
			c := *o
			c.handed = true
			recv.v = &c
		}
		return set{recv}, true
	}
	var out set
	for _, slot := range fw.Function {
		a, ok := ev.slotArg(r, fr, slot)
		if !ok {
			continue
		}
		for _, t := range ev.argValue(a) {
			switch fn := t.v.(type) {
			case *function:
				out = out.add(ev.callFunction(fn, []arg{{val: set{recv}}}, &callSite{r, fr}, r.place())...)
			case *class:
				out = out.add(alt{ev.construct(fn, r, fr), nil})
			}
		}
		break
	}
	if len(out) == 0 {
		return one(&unknown{"the result of a call that can't be followed", r.place()}, nil), true
	}
	return out, true
}

// anyMethod evaluates a method that the models know by its name alone, whatever
// foreign object it is called on; ok is false for others.
func (ev *evaluator) anyMethod(recv value, name string, r ref, fr *frame) (set, bool) {
	c := ev.l.models.Functions["."+name]
	if c == nil {
		return nil, false
	}
	switch v := recv.(type) {
	case *param, *unknown, *external:
	case *instance:
		if v.typ != nil && ev.l.models.Method(v.typ, name) != nil {
			return nil, false
		}
	default:
		return nil, false
	}
	return ev.result(c.Result, &instance{path: name}, r, fr, r.place()), true
}

// invoke evaluates the call r of the given callee.
func (ev *evaluator) invoke(v value, r ref, fr *frame) set {
	at := r.place()
	site := &callSite{r, fr}
	switch v := v.(type) {
	case *function:
		args := callArgs(r, fr)
		return ev.callFunction(ev.overload(v, args), args, site, at)
	case *class:
		if isEnum(ev, v) && !ev.l.lang.members() {
			if a, ok := firstArg(r, fr); ok {
				return ev.argValue(a)
			}
		}
		if s, ok := ev.conversion(v, r, fr); ok {
			return s
		}
		return one(ev.construct(v, r, fr), &trace{place: at, what: "object of " + v.name()})
	case *object:
		if fn := ev.methodOf(v, "__call__"); fn != nil {
			return ev.callFunction(fn, callArgs(r, fr), site, at)
		}
		return one(&unknown{"the result of a call that can't be followed", at}, nil)
	case *instance:
		if rd := ev.l.models.Reads[v.path]; rd != nil {
			return ev.readEnv(rd, r, fr, v)
		}
		return one(&instance{path: v.path + "()", call: site, recv: v}, nil)
	case *external:
		return ev.callExternal(v, r, fr)
	case *param:
		return one(v, nil)
	case *message:
		return one(v, nil)
	case *unknown:
		return one(v, nil)
	case *mapping, *listing, *stringValue, *constant, *document:
		return nil
	}
	return one(&unknown{"the result of a call that can't be followed", at}, nil)
}

// callFunction evaluates what a workspace function returns.
func (ev *evaluator) callFunction(fn *function, args []arg, site *callSite, at place) set {
	if s := ev.boundGetter(fn); len(s) > 0 {
		return s
	}
	fr := ev.enterFunc(fn, args, site)
	if fr.depth > maxFrames {
		ev.limited()
		return one(&unknown{"too many nested calls", at}, nil)
	}
	k := activeKey{guard: guardReturns, ref: ref{fn.file, facts.ExprID(fn.scope)}}
	if ev.recurs(k) { // recursion adds nothing
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	f := fn.file.facts()
	sc := &f.Scopes[fn.scope]
	if sc.Flag&facts.Abstract != 0 {
		if s := ev.givenByOverrides(fn, args, site, at); len(s) > 0 {
			return s
		}
	}
	var out, yields set
	var all []given
	for _, i := range fn.file.returnsOf(fn.scope) {
		rt := &f.Returns[i]
		if rt.Value == 0 {
			continue
		}
		holds, told := ev.toldByNil(fn.file, rt.Block, fr)
		if told && !holds {
			continue
		}
		s := ev.eval(ref{fn.file, rt.Value}, fr)
		if rt.Yield {
			yields = yields.add(s...)
			continue
		}
		all = append(all, given{rt.Block, s})
		out = out.add(s...)
		if told && f.Blocks[rt.Block].Parent == sc.Body {
			break
		}
	}
	// What comes behind a return is reached where that isn't.
	out = ev.settled(fn.file, all, out, fr, nil)
	if sc.Generator {
		return one(&listing{items: []set{yields}}, nil)
	}
	out = usable(out)
	if nothingKnown(out) && sc.Result != 0 {
		if t := ev.annotated(ref{fn.file, sc.Result}, nil); len(t) > 0 {
			if sc.Flag&facts.Abstract != 0 { // made by whoever reads the annotations
				return askedBy(t, fn.file, f.Decorators(sc))
			}
			return t
		}
	}
	return out.through(place{fn.file, sc.NameSpan}, "returned by "+f.Text(sc.Name))
}
