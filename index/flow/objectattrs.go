package flow

import (
	"slices"

	"topicls/index/facts"
)

// ofSome is what is known of an attribute of an object of which only the class is
// known: nothing, where such objects are made with several texts. Those of a class
// with type parameters are as many as there are type arguments, which aren't known.
func (ev *evaluator) ofSome(o *object, s set, at place) set {
	if !ev.l.lang.members() || len(s) < 2 || o.site != nil || o.ctor != nil || o.nested != nil || o.bound != nil || o.member != "" || isEnum(ev, o.class) {
		return s
	}
	generic := o.class.file.facts().Scopes[o.class.scope].ParamN > 0
	for _, a := range s {
		if _, ok := constOf(a.v); !ok && !(generic && isString(a.v)) {
			return s
		}
	}
	return one(&unknown{"which " + o.class.name() + " it is can't be told", at}, nil)
}

// objectAttr evaluates an attribute of an object: what its constructor and
// methods assign to it, what its class declares, its methods.
func (ev *evaluator) objectAttr(o *object, name string, at place) set {
	field := ev.takeFieldMeant()
	if o.nested != nil {
		if s := ev.nestedField(o, name, at); len(s) > 0 {
			return s
		}
	}
	to := o.bound
	if to == nil {
		to = ev.boundClass(o.class)
	}
	if to != nil {
		if s := ev.boundField(o, to, name); len(s) > 0 {
			return ev.setAfterwards(o, name, s)
		}
	}
	if s := ev.filledField(o, name); len(s) > 0 {
		return s
	}
	settings := ev.settingsOf(o.class)
	fr := o.ctor
	for _, c := range ev.lookedIn(o.class, name) {
		x := c.file
		ev.noteFile(x)
		if *c != *o.class {
			fr = ev.superFrame(o, c)
		}
		sym := x.sym(name)
		if sym == 0 {
			continue
		}
		if m := x.method(c.scope, sym); m != 0 && !(field && hasField(c, sym)) {
			fn := &function{file: x, scope: m, self: ev.receiver(o)}
			if ev.isStatic(x, m) {
				fn.self = nil
			} else if ev.isClassMethod(x, m) {
				fn.self = o.class
			}
			if x.facts().Scopes[m].Flag&facts.Accessor != 0 || decorated(x, m, "property", "cached_property", "computed_field", "setter") {
				s := ev.callFunction(fn, nil, nil, at)
				if o.ctor == nil && o.site == nil && nothingKnown(s) { // declared here, given by subclasses
					break
				}
				return s
			}
			return one(fn, nil)
		}
		var out set
		if settings != nil {
			if s := ev.settingsField(settings, o.class, c, sym); len(s) > 0 {
				return s
			}
		}
		set, sure := ev.setOutside(o, c, name)
		if sure {
			return set
		}
		out = out.add(ev.selfBindings(o, c, sym, fr)...)
		out = out.add(set...)
		if len(out) == 0 || nothingKnown(out) {
			if own := ev.constructorOf(o.class) == 0 && ev.constructorOf(c) == 0; (own || ev.l.lang.initialisers()) && len(x.bindings(c.scope, sym)) > 0 {
				if s := ev.fieldArgument(o, c, sym, !own, fr); len(s) > 0 {
					return s
				}
				if s := ev.assignedWhereMade(o, name); !nothingKnown(s) {
					return s
				}
			}
			first := ev.classBinding(c, sym)
			if o.handed && !nothingKnown(first) {
				first = one(&unknown{"field " + name + " of " + o.class.name() + " may be set by a function that is given", at}, nil)
			}
			out = out.add(first...)
			out = out.add(ev.assignedThroughClass(c, sym)...)
			if o.ctor == nil && o.site == nil && ev.leavesOpen(out) {
				ev.seekHeirs(o.class)
			}
			if o.ctor == nil && o.site == nil && !nothingKnown(out) { // subclasses may give another
				for _, sub := range ev.subclasses(o.class) {
					if s := sub.file.sym(name); s != 0 && sub.file.method(sub.scope, s) == 0 {
						ev.noteFile(sub.file)
						out = out.add(ev.classBinding(sub, s)...)
					}
				}
			}
		}
		if len(out) > 0 {
			if o.ctor == nil && o.site == nil && nothingKnown(out) { // declared here, given by subclasses
				break
			}
			return usable(out)
		}
	}
	if o.ctor == nil && o.site == nil { // the receiver may be of a subclass
		var out set
		for _, c := range ev.subclasses(o.class) {
			if s := ev.ownAttr(&object{class: c}, c, name); len(s) > 0 {
				out = out.add(s...)
			}
		}
		if len(out) > 0 {
			return usable(out)
		}
	}
	for _, b := range ev.externalBases(o.class) {
		if t := ev.l.models.Types[b]; t != nil {
			in := &instance{typ: t, path: t.Name, call: ev.superCall(o)}
			if res := ev.l.models.Field(t, name); res != "" {
				return ev.result(res, in, ref{}, nil, at)
			}
			return one(&external{path: t.Name + "." + name, recv: in}, nil)
		}
	}
	if s := ev.assignedFromOutside(o, name); len(s) > 0 {
		return s
	}
	if ev.l.lang.members() && ev.declaresFieldOf(o.class, name) {
		return one(&unknown{"field " + name + " of " + o.class.name() + " is set at run time", at}, nil)
	}
	return one(&unknown{name + " is not found in " + o.class.called(), at}, nil)
}

// leavesOpen reports whether what a class says of a field is as good as nothing:
// a declaration, or a value that is empty.
func (ev *evaluator) leavesOpen(s set) bool {
	for _, a := range s {
		switch v := a.v.(type) {
		case *unknown:
		case *constant:
			if v.kind != facts.None {
				return false
			}
		case *stringValue:
			if t, ok := v.constText(); !ok || t != "" {
				return false
			}
		case *listing:
			if len(ev.items(v)) > 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// seekHeirs has the files taken in that may have subclasses of a class which
// leaves them to name a topic: those need not mention Kafka.
func (ev *evaluator) seekHeirs(c *class) {
	if name := c.name(); name != "" && ev.seeks() {
		ev.sought = append(ev.sought, name)
	}
}

// delegated is the frame in which a constructor is entered from another one of
// its class, `this(...)`; nil if it is not.
func (ev *evaluator) delegated(ctor *frame, m facts.ScopeID, self value) *frame {
	x := ctor.file
	f := x.facts()
	for _, c := range named(x.open().calls, x.sym(facts.Constructor)) {
		e := f.At(c.call)
		callee := f.At(e.X)
		if e.Scope != ctor.scope || callee.Kind != facts.Attr || !isSelf(f, ctor.scope, callee.X) {
			continue
		}
		site := ref{x, c.call}
		args := callArgs(site, ctor)
		if fn := ev.overload(&function{file: x, scope: m}, args); fn.scope != m {
			continue
		}
		return ev.frame(frame{file: x, scope: m, self: self, args: args, site: &callSite{site, ctor}, depth: ctor.depth + 1})
	}
	return nil
}

// ownAttr evaluates what one class itself says of an attribute of its objects.
func (ev *evaluator) ownAttr(o *object, c *class, name string) set {
	sym := c.file.sym(name)
	if sym == 0 {
		return nil
	}
	ev.noteFile(c.file)
	if m := c.file.method(c.scope, sym); m != 0 {
		fn := &function{file: c.file, scope: m, self: &selfValue{c}}
		if c.file.facts().Scopes[m].Flag&facts.Accessor != 0 || decorated(c.file, m, "property", "cached_property") {
			return ev.callFunction(fn, nil, nil, place{c.file, c.file.facts().Scopes[m].NameSpan})
		}
		return one(fn, nil)
	}
	out := ev.selfBindings(o, c, sym, nil)
	if len(out) == 0 {
		out = ev.classBinding(c, sym)
	}
	return out
}

// assignedWhereMade finds `obj.name = value` in the functions that make such
// objects, in languages without constructors.
func (ev *evaluator) assignedWhereMade(o *object, name string) set {
	if !ev.l.lang.structural() {
		return nil
	}
	made := []*object{o}
	if o.site == nil {
		made = ev.constructions(o.class)
	}
	var out set
	for _, m := range made {
		if m.site == nil {
			continue
		}
		x := m.site.ref.file
		f := x.facts()
		h, ok := x.holderOf(m.site.ref.id)
		if !ok || h.attr {
			continue
		}
		for _, i := range x.attrBindings(x.sym(name)) {
			b := &f.Bindings[i]
			if obj := f.At(b.Obj); b.Value != 0 && obj.Kind == facts.Name && obj.Name == h.name && x.enclosingFunc(b.Scope) == x.enclosingFunc(h.scope) {
				ev.noteFile(x)
				out = out.add(ev.binding(x, b, m.site.fr)...)
			}
		}
	}
	return usable(out)
}

// assignedFromOutside finds `obj.name = value` outside the class, in its file.
func (ev *evaluator) assignedFromOutside(o *object, name string) set {
	x := o.class.file
	f := x.facts()
	var out set
	for _, i := range x.attrBindings(x.sym(name)) {
		b := &f.Bindings[i]
		obj := f.At(b.Obj)
		if obj.Kind != facts.Name || b.Value == 0 {
			continue
		}
		if _, cls := x.selfClass(b.Scope); cls != 0 {
			continue
		}
		for _, a := range ev.eval(ref{x, b.Obj}, nil) {
			if p, ok := a.v.(*object); ok && *p.class == *o.class {
				out = out.add(ev.binding(x, b, nil)...)
			}
		}
	}
	return out
}

// selfBindings evaluates the assignments to self.name in the methods of c.
func (ev *evaluator) selfBindings(o *object, c *class, sym facts.Sym, ctor *frame) set {
	x := c.file
	f := x.facts()
	var out set
	var all []given
	var method facts.ScopeID // that gives them, and its frame
	var local *frame
	several := false
	for _, i := range x.attrBindings(sym) {
		b := &f.Bindings[i]
		m, cls := x.selfClass(b.Scope)
		if cls != c.scope {
			continue
		}
		if !isSelf(f, m, b.Obj) && f.Text(f.Scopes[m].Name) != "__new__" { // __new__ makes the object itself
			continue
		}
		var fr *frame
		switch {
		case ctor != nil && ctor.file == x && ctor.scope == m:
			g := *ctor
			g.self = ev.receiver(o)
			fr = ev.frame(g)
		case ctor != nil && ctor.file == x && ctor.scope != m && isConstructor(f.Text(f.Scopes[m].Name)) && x.classOf(ctor.scope) == cls && ev.l.lang.overloads():
			// Another constructor: entered if the one that was called calls it.
			if fr = ev.delegated(ctor, m, ev.receiver(o)); fr == nil {
				continue
			}
		default:
			g := frame{file: x, scope: m, self: ev.receiver(o), open: true}
			if ctor != nil {
				g.depth = ctor.depth
			}
			fr = ev.frame(g)
		}
		if fr.depth > maxFrames {
			ev.limited()
			continue
		}
		got := ev.binding(x, b, fr)
		out = out.add(got...)
		several = several || method != 0 && method != m
		all, method, local = append(all, given{b.Block, got}), m, fr
	}
	if len(all) > 1 && !several {
		slices.Reverse(all)
		out = ev.settled(x, all, out, local, func(r ref) bool {
			e := r.expr()
			return e.Kind == facts.Attr && e.Name == sym && isSelf(f, method, e.X)
		})
	}
	return usable(out)
}

// isSelf reports whether an expression is the first parameter of method m.
func isSelf(f *facts.File, m facts.ScopeID, obj facts.ExprID) bool {
	sc := &f.Scopes[m]
	o := f.At(obj)
	return o.Kind == facts.Name && sc.ParamN > 0 && f.Params[sc.ParamLo].Name == o.Name
}
