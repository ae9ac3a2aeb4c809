package flow

import (
	"slices"

	"topicls/index/facts"
)

// superFrame returns the frame of base class c's constructor for object o: the
// arguments of the super().__init__() call of a class nearer to o.
func (ev *evaluator) superFrame(o *object, base *class) *frame {
	cur := o.class
	fr := o.ctor
	for range 8 {
		init := ev.constructorOf(cur)
		if init == 0 { // inherits the constructor: same arguments
			for _, b := range ev.ancestry(cur)[1:] {
				if fr != nil {
					g := *fr
					g.file, g.scope = b.file, ev.constructorOf(b)
					fr = ev.frame(g)
				}
				if *b == *base {
					return fr
				}
				if ev.constructorOf(b) != 0 {
					cur = b
					break
				}
			}
			if ev.constructorOf(cur) == 0 {
				return nil
			}
			continue
		}
		if fr != nil && fr.file == cur.file && cur.file.classOf(fr.scope) == cur.scope { // one of several
			for i := 0; i < 4; i++ {
				other := ev.delegates(cur, fr, ev.receiver(o))
				if other == nil {
					break
				}
				fr = other
			}
			init = fr.scope
		}
		f := cur.file.facts()
		var next *class
		for _, c := range cur.file.callsIn(init) {
			e := f.At(c)
			callee := f.At(e.X)
			if callee.Kind != facts.Attr || f.Text(callee.Name) != "__init__" {
				continue
			}
			for _, b := range ev.ancestry(cur)[1:] {
				if bi := ev.constructorOf(b); bi != 0 {
					next = b
					inner := fr
					if inner == nil {
						inner = ev.frame(frame{file: cur.file, scope: init, open: true, self: ev.receiver(o)})
					} else {
						g := *inner
						g.self = ev.receiver(o)
						inner = ev.frame(g)
					}
					args := callArgs(ref{cur.file, c}, inner)
					if x := f.At(callee.X); x.Kind == facts.Name && len(args) > 0 && f.Text(x.Name) != "super" {
						args = args[1:] // Base.__init__(self, ...)
					}
					bi = ev.overload(&function{file: b.file, scope: bi}, args).scope
					fr = ev.frame(frame{file: b.file, scope: bi, args: args, site: &callSite{ref{cur.file, c}, inner}, depth: inner.depth + 1})
					break
				}
			}
			break
		}
		if next == nil {
			return nil
		}
		if *next == *base {
			return fr
		}
		cur = next
	}
	return nil
}

// delegates is the frame of the constructor of a class that another one of it,
// entered in frame fr, calls as `this(...)`; nil if it calls none.
func (ev *evaluator) delegates(c *class, fr *frame, self value) *frame {
	f := c.file.facts()
	if !ev.l.lang.overloads() {
		return nil
	}
	for _, id := range c.file.callsIn(fr.scope) {
		callee := f.At(f.At(id).X)
		if callee.Kind != facts.Attr || f.Text(callee.Name) != "__init__" || !isSelf(f, fr.scope, callee.X) {
			continue
		}
		site := ref{c.file, id}
		args := callArgs(site, fr)
		fn := ev.overload(&function{file: c.file, scope: ev.constructorOf(c)}, args)
		if fn.scope == fr.scope {
			return nil
		}
		return ev.frame(frame{file: c.file, scope: fn.scope, self: self, args: args, site: &callSite{site, fr}, depth: fr.depth + 1})
	}
	return nil
}

// givenByOverrides evaluates what the methods return that a class's descendants
// have in place of an abstract one, or the types that have an interface's methods:
// of those, what is known. Nothing when none of it is.
func (ev *evaluator) givenByOverrides(fn *function, args []arg, site *callSite, at place) set {
	cls := class{fn.file, fn.file.classOf(fn.scope)}
	if cls.scope == 0 {
		return nil
	}
	var out set
	for _, m := range ev.implementations(fn) {
		if ev.l.lang.structural() {
			if got := ev.callFunction(m, args, site, at); !nothingKnown(got) {
				out = out.add(got...)
			}
			continue
		}
		if slices.ContainsFunc(ev.ancestry(&class{m.file, m.file.classOf(m.scope)}), func(c *class) bool { return *c == cls }) {
			out = out.add(ev.callFunction(m, args, site, at)...)
		}
	}
	if nothingKnown(out) {
		return nil
	}
	return out
}

// superCall returns the super().__init__ call of an object whose class extends
// a library's type, so that the library constructor's arguments are seen.
func (ev *evaluator) superCall(o *object) *callSite {
	init := ev.constructorOf(o.class)
	if init == 0 {
		return o.site
	}
	f := o.class.file.facts()
	for _, c := range o.class.file.callsIn(init) {
		callee := f.At(f.At(c).X)
		if callee.Kind == facts.Attr && f.Text(callee.Name) == "__init__" {
			fr := o.ctor
			if fr == nil {
				fr = ev.frame(frame{file: o.class.file, scope: init, open: true})
			} else if fr.self == nil {
				g := *fr
				g.self = ev.receiver(o)
				fr = ev.frame(g)
			}
			return &callSite{ref{o.class.file, c}, fr}
		}
	}
	return nil
}

// super evaluates super(): the receiver seen as its base class.
func (ev *evaluator) super(r ref, fr *frame) set {
	_, cls := r.file.selfClass(r.expr().Scope)
	if cls == 0 {
		return nil
	}
	var out set
	self := &class{r.file, cls}
	for _, b := range ev.bases(self) {
		switch v := b.v.(type) {
		case *class:
			o := &object{class: v}
			for g := fr; g != nil; g = g.closure {
				if so, ok := g.self.(*object); ok {
					o.ctor, o.site = ev.superFrame(so, v), so.site
				}
			}
			out = out.add(alt{o, nil})
		case *external:
			if t := ev.l.models.Types[v.path]; t != nil {
				out = out.add(alt{&instance{typ: t, path: t.Name, call: ev.superCall(&object{class: self})}, nil})
			}
		}
	}
	return out
}

// baseConstructor is the entry by which a constructor calls that of a base
// class (`super().__init__(topic)`, `Base.__init__(self, topic)`): it goes on
// with the object that is being made, so that what the base keeps is what this
// call gives, and not what any other subclass does.
func (ev *evaluator) baseConstructor(fn *function, site ref, fr *frame) (entry, bool) {
	f := site.file.facts()
	callee := f.At(site.expr().X)
	if callee.Kind != facts.Attr || f.Text(callee.Name) != "__init__" || fn.file.facts().Text(fn.file.facts().Scopes[fn.scope].Name) != "__init__" {
		return entry{}, false
	}
	if o, ok := fn.self.(*object); ok && (o.ctor != nil || o.site != nil) {
		return entry{}, false
	}
	m, cls := site.file.selfClass(site.expr().Scope)
	c := &class{site.file, cls}
	if cls == 0 || m != ev.constructorOf(c) && !(ev.l.lang.overloads() && isConstructor(f.Text(f.Scopes[m].Name))) {
		return entry{}, false
	}
	args := callArgs(site, fr)
	if fn.self == nil { // called on the class
		if len(args) == 0 || !isSelf(f, m, args[0].ref.id) {
			return entry{}, false
		}
		args = args[1:]
	}
	in := *ev.overload(fn, args)
	in.self = ev.object(&object{class: c, ctor: ev.frame(frame{file: site.file, scope: m, open: true})})
	if g := fr.of(site.file, m); g != nil {
		if o, ok := g.self.(*object); ok {
			in.self = o
		} else {
			in.self = ev.object(&object{class: c, ctor: ev.frame(*g)})
		}
	}
	return entry{fn: &in, args: args}, true
}
