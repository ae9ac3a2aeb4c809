package flow

import (
	"fmt"
	"strings"

	"topicls/index/facts"
)

// callSite is a call expression in the frame it is evaluated in.
type callSite struct {
	ref ref
	fr  *frame
}

func (c *callSite) same(d *callSite) bool {
	if c == nil || d == nil {
		return c == d
	}
	return c.ref == d.ref && c.fr.sameCalls(d.fr)
}

// frame is one entry into a function: which arguments its parameters have. A
// nil frame leaves all parameters open.
type frame struct {
	file    *file
	scope   facts.ScopeID
	self    value     // bound receiver, or nil
	args    []arg     // actual arguments
	open    bool      // parameters are not known: holes
	site    *callSite // the call, or nil
	closure *frame    // frame of the function around it, or nil
	depth   int
	fixed   fixedName // a name whose value is known in it
}

// fixedName is the variable of a loop in the turn in which it has a value.
type fixedName struct {
	scope facts.ScopeID // 0 for none
	name  facts.Sym
	text  string
}

// inTurn is the frame in which the variable of a loop, which a name stands for, has
// a value; nil for other names.
func (ev *evaluator) inTurn(name ref, text string, fr *frame) *frame {
	e, x := name.expr(), name.file
	fn := x.enclosingFunc(e.Scope)
	if e.Kind != facts.Name || fn == 0 || !ev.l.lang.structural() {
		return nil
	}
	for _, i := range x.bindings(e.Scope, e.Name) {
		b := &x.facts().Bindings[i]
		if b.Value == 0 || x.facts().At(b.Value).Kind != facts.Element {
			return nil
		}
	}
	g := frame{file: x, scope: fn, open: true}
	if fr != nil {
		g = *fr
	}
	if g.file != x || g.scope != fn {
		return nil
	}
	g.fixed = fixedName{e.Scope, e.Name, text}
	return ev.frame(g)
}

// fixedText is the value that a frame gives to a name of a scope.
func (fr *frame) fixedText(x *file, s facts.ScopeID, name facts.Sym) (string, bool) {
	for g := fr; g != nil; g = g.closure {
		if g.fixed.scope != 0 && g.file == x && g.fixed.name == name && g.fixed.scope == s {
			return g.fixed.text, true
		}
	}
	return "", false
}

// sameCalls reports whether two frames stand for the same chain of calls.
func (fr *frame) sameCalls(g *frame) bool {
	for fr != nil && g != nil {
		if fr == g {
			return true
		}
		if fr.file != g.file || fr.scope != g.scope || fr.open != g.open || fr.fixed != g.fixed || (fr.site == nil) != (g.site == nil) {
			return false
		}
		if fr.site != nil && fr.site.ref != g.site.ref {
			return false
		}
		if fr.site == nil {
			return fr.closure.sameCalls(g.closure)
		}
		fr, g = fr.site.fr, g.site.fr
	}
	return fr == nil && g == nil
}

// of returns the frame, among fr and those around it, in which the names of
// scope s are evaluated; nil when none is entered.
func (fr *frame) of(x *file, s facts.ScopeID) *frame {
	fn := x.enclosingFunc(s)
	for g := fr; g != nil; g = g.closure {
		if g.file == x && (g.scope == fn || isInside(x, fn, g.scope)) {
			if g.scope == fn {
				return g
			}
		}
	}
	if fn == 0 {
		return nil
	}
	// An open function inside an entered one keeps what surrounds it.
	for g := fr; g != nil; g = g.closure {
		if g.file == x && isInside(x, fn, g.scope) {
			return &frame{file: x, scope: fn, open: true, closure: g, self: nil, depth: g.depth}
		}
	}
	return nil
}

// isInside reports whether scope s lies within scope around.
func isInside(x *file, s, around facts.ScopeID) bool {
	for s != 0 {
		if s == around {
			return true
		}
		s = x.facts().Scopes[s].Parent
	}
	return around == 0
}

// enterFunc makes the frame of a call of fn with the given arguments.
func (ev *evaluator) enterFunc(fn *function, args []arg, site *callSite) *frame {
	depth := 0
	if site != nil && site.fr != nil {
		depth = site.fr.depth
	}
	if fn.closure != nil && fn.closure.depth > depth {
		depth = fn.closure.depth
	}
	all := args
	if len(fn.bound) > 0 {
		all = append(append([]arg(nil), fn.bound...), args...)
	}
	return ev.frame(frame{file: fn.file, scope: fn.scope, self: fn.self, args: all, site: site, closure: fn.closure, depth: depth + 1})
}

// frameKey identifies a frame by what it was made from. Frames are interned,
// so that what was evaluated in one is found again by the next that enters the
// same function by the same calls.
type frameKey struct {
	file   *file
	scope  facts.ScopeID
	open   bool
	site   ref
	siteFr *frame
	self   any
	// The class of a receiver that is not one object.
	selfClass class
	closure   *frame
	args      *arg
	n         int
	fixed     fixedName
}

// frame returns the one frame equal to f.
func (ev *evaluator) frame(f frame) *frame {
	k := frameKey{file: f.file, scope: f.scope, open: f.open, closure: f.closure, n: len(f.args), fixed: f.fixed}
	if f.site != nil {
		k.site, k.siteFr = f.site.ref, f.site.fr
	} else if len(f.args) > 0 {
		k.args = &f.args[0]
	}
	switch v := f.self.(type) {
	case *object:
		o := ev.object(v)
		f.self, k.self = o, o
	case *selfValue:
		k.self = "self"
		k.selfClass = *v.class
	case *paramSelf:
		k.self, k.selfClass = *v.p, *v.class
	case *class:
		k.selfClass = *v
	case nil:
	default:
		k.self = v
	}
	if g := ev.interned[k]; g != nil {
		return g
	}
	g := &f
	ev.interned[k] = g
	return g
}

type objectKey struct {
	class  class
	nested string // the prefix of its variables
	member string
	site   ref
	fr     *frame
	ctor   *frame
}

// object returns the one object equal to o.
func (ev *evaluator) object(o *object) *object {
	k := objectKey{class: *o.class, member: o.member}
	if o.nested != nil {
		k.nested = o.nested.prefix
	}
	if o.bound != nil {
		k.nested += "\x00" + o.bound.prefix
	}
	if o.handed {
		k.nested += "\x00handed"
	}
	if o.from != nil {
		for _, c := range o.from.origins() {
			k.nested += fmt.Sprintf("\x00from %s %d", c.path, c.id)
		}
		k.nested += "\x00" + strings.Join(o.from.path, "\x00")
	}
	if o.site != nil {
		k.site, k.fr = o.site.ref, o.site.fr
	}
	if o.ctor != nil && (o.site == nil || o.ctor.site == nil || o.ctor.site.ref != o.site.ref) {
		k.ctor = o.ctor
	}
	if p := ev.objects[k]; p != nil {
		return p
	}
	ev.objects[k] = o
	return o
}
