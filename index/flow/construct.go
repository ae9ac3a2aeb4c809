package flow

import (
	"slices"

	"topicls/index/facts"
)

// construct makes the object that calling a class yields.
func (ev *evaluator) construct(c *class, r ref, fr *frame) *object {
	site := &callSite{r, fr}
	depth := 1
	if fr != nil {
		depth = fr.depth + 1
	}
	args := callArgs(r, fr)
	ctor := ev.constructorOf(c)
	if ctor != 0 {
		ctor = ev.overload(&function{file: c.file, scope: ctor}, args).scope
	}
	return ev.object(&object{class: c, site: site, ctor: ev.frame(frame{file: c.file, scope: ctor, args: args, site: site, depth: depth})})
}

// receiver is what `self` is inside a method of o.
func (ev *evaluator) receiver(o *object) value {
	if o.ctor == nil && o.site == nil && o.nested == nil && o.bound == nil && o.member == "" {
		return &selfValue{o.class}
	}
	return o
}

// fieldArgument evaluates a declared field of a class without a constructor of
// its own (a data class, a model): the constructor call's argument, else the
// field's default. named says that only an argument of its name is the field's.
func (ev *evaluator) fieldArgument(o *object, c *class, sym facts.Sym, named bool, fr *frame) set {
	f := c.file.facts()
	name := f.Text(sym)
	if o.site == nil && o.ctor == nil && declaresField(c, sym) && !ev.isEntity(c) { // some object: as it is made anywhere
		var out set
		if ev.seeks() && ev.l.lang.initialisers() { // start-up code that makes it need not mention Kafka
			ev.sought = append(ev.sought, o.class.name()+" new")
		}
		for _, p := range ev.constructions(o.class) {
			if *p.class != *o.class && ev.constructorOf(p.class) != 0 { // its constructor says
				out = out.add(ev.objectAttr(p, name, place{c.file, f.Scopes[c.scope].Span})...)
				continue
			}
			out = out.add(ev.fieldArgument(p, c, sym, named, fr)...)
		}
		if !nothingKnown(out) {
			return usable(out)
		}
	}
	var args []arg
	if o.site != nil {
		args, _ = ev.flat(callArgs(o.site.ref, o.site.fr))
	}
	given := 0
	for _, a := range args {
		if a.name == "" {
			given++
		}
	}
	pos := slices.Index(ev.constructed(c, given), sym)
	k := 0
	for _, a := range args {
		if a.name == name {
			return ev.argValue(a)
		}
		if a.name == "" && !named && !c.file.open().valued { // no constructor of JavaScript's takes fields
			if k == pos {
				return ev.argValue(a)
			}
			k++
		}
	}
	// field(default=...) and Field("...")
	for _, i := range c.file.bindings(c.scope, sym) {
		if s := ev.fieldDefault(c.file, &f.Bindings[i]); len(s) > 0 {
			return s
		}
	}
	return nil
}

// constructed lists the fields that the arguments of a call without names fill,
// in order: those that are declared and that not all objects share. Where
// constructors are written by annotations, one takes all of them or those that
// have no value; a call with another number of arguments is none of either.
func (ev *evaluator) constructed(c *class, given int) []facts.Sym {
	f := c.file.facts()
	var all, open []facts.Sym
	for i := range f.Bindings {
		b := &f.Bindings[i]
		if b.Scope != c.scope || b.Target != facts.ToName || b.Annot == 0 || isShared(f, b.Annot) {
			continue
		}
		all = append(all, b.Name)
		if b.Value == 0 {
			open = append(open, b.Name)
		}
	}
	switch {
	case !ev.l.lang.members() || given == len(all):
		return all
	case given == len(open):
		return open
	}
	return nil
}

// declaresField reports whether a class declares a field with a type.
func declaresField(c *class, sym facts.Sym) bool {
	for _, i := range c.file.bindings(c.scope, sym) {
		if c.file.facts().Bindings[i].Annot != 0 {
			return true
		}
	}
	return false
}

// constructions lists the objects that the workspace makes of a class and of
// those that descend from it.
func (ev *evaluator) constructions(c *class) []*object {
	k := activeKey{guard: guardConstruct, ref: ref{c.file, facts.ExprID(c.scope)}}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	classes := append([]*class{c}, ev.subclasses(c)...)
	var out []*object
	for _, k := range classes {
		for _, site := range ev.sitesNamed(k.name(), c.file) {
			if lastName(site.file.facts(), site.expr().X) == 0 {
				continue
			}
			for _, a := range ev.eval(site.at(site.expr().X), nil) {
				if got, ok := a.v.(*class); ok && *got == *k {
					out = append(out, ev.construct(k, site, nil))
				}
			}
			if len(out) >= maxCallers {
				return out
			}
		}
	}
	return out
}

// fieldDefault evaluates `field(default=x, default_factory=f)` and `Field(x)`.
func (ev *evaluator) fieldDefault(x *file, b *facts.Binding) set {
	f := x.facts()
	if b.Value == 0 || f.At(b.Value).Kind != facts.Call {
		return nil
	}
	fn := f.Text(lastName(f, f.At(b.Value).X))
	if fn != "field" && fn != "Field" {
		return nil
	}
	for _, a := range callArgs(ref{x, b.Value}, nil) {
		switch {
		case a.name == "default", a.name == "" && fn == "Field":
			return ev.argValue(a)
		case a.name == "default_factory":
			var out set
			for _, v := range ev.argValue(a) {
				switch fn := v.v.(type) {
				case *function:
					out = out.add(ev.callFunction(fn, nil, nil, place{x, b.Span})...)
				case *class:
					out = out.add(alt{&object{class: fn}, nil})
				}
			}
			return out
		}
	}
	return nil
}
