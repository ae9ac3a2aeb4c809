package flow

import (
	"strings"

	"topicls/index/facts"
)

// In languages whose code names members of its class without a receiver, a
// name that no local scope binds is asked of the class around it.

// memberName evaluates a name as a member of the class whose scope s is, used
// in code below it; nothing when the class has no such member.
func (ev *evaluator) memberName(x *file, s facts.ScopeID, name string, from facts.ScopeID, use *facts.Expr, fr *frame) set {
	c := ev.whole(&class{x, s})
	if !ev.hasMember(c, name) {
		return nil
	}
	recv := ev.receiverIn(x, s, from, c, fr)
	ev.fieldMeant(x, use)
	return ev.attr(recv, name, usedAt(x, use), fr)
}

// receiverIn is the receiver of the members of class c that code in scope
// `from` names: what the method around it was called on, or the class itself
// where there is none.
func (ev *evaluator) receiverIn(x *file, cls, from facts.ScopeID, c *class, fr *frame) value {
	f := x.facts()
	for s := from; s != cls && s != 0; s = f.Scopes[s].Parent {
		if x.classOf(s) != cls {
			continue
		}
		if ev.isStatic(x, s) {
			return c
		}
		if local := fr.of(x, s); local != nil && local.self != nil {
			return local.self
		}
		return &selfValue{c}
	}
	if f.Scopes[cls].Flag&facts.Static != 0 {
		return c
	}
	return &selfValue{c}
}

// hasMember reports whether a class, or one that it extends, declares a member.
func (ev *evaluator) hasMember(c *class, name string) bool {
	for _, k := range ev.lookedIn(c, name) {
		ev.noteFile(k.file)
		sym := k.file.sym(name)
		if sym == 0 {
			continue
		}
		if len(k.file.bindings(k.scope, sym)) > 0 {
			return true
		}
		for _, i := range k.file.attrBindings(sym) {
			if _, cls := k.file.selfClass(k.file.facts().Bindings[i].Scope); cls == k.scope {
				return true
			}
		}
	}
	return false
}

// overload picks, among the functions of one name that stand side by side, the
// one whose parameters fit the arguments of a call best.
func (ev *evaluator) overload(fn *function, args []arg) *function {
	if !ev.l.lang.overloads() {
		return fn
	}
	x := fn.file
	f := x.facts()
	sc := &f.Scopes[fn.scope]
	list := x.bindings(sc.Parent, sc.Name)
	if len(list) < 2 {
		return fn
	}
	best, bestFit := fn.scope, -1
	for _, i := range list {
		v := f.At(f.Bindings[i].Value)
		if v.Kind != facts.Func {
			continue
		}
		if s := facts.ScopeID(v.Lo); ev.fits(x, s, args) > bestFit {
			best, bestFit = s, ev.fits(x, s, args)
		}
	}
	if best == fn.scope {
		return fn
	}
	c := *fn
	c.scope = best
	return &c
}

// fits says how well a function's parameters take arguments: -1 when they
// can't, more where declared types are those of the arguments.
func (ev *evaluator) fits(x *file, s facts.ScopeID, args []arg) int {
	f := x.facts()
	params := f.ScopeParams(&f.Scopes[s])
	if x.classOf(s) != 0 && f.Scopes[s].Flag&facts.Static == 0 && len(params) > 0 {
		params = params[1:]
	}
	fit, n := 1, 0
	for _, a := range args {
		if a.flag != 0 {
			return 0
		}
		if strings.HasPrefix(a.name, "<") { // a type argument
			continue
		}
		if a.name != "" {
			if namedParam(f, &f.Scopes[s], a.name) < 0 {
				return -1
			}
			continue
		}
		if n >= len(params) {
			return -1
		}
		p := &params[n]
		if p.Kind == facts.Rest {
			continue
		}
		n++
		fit += likelyType(f, p.Annot, a)
	}
	for _, p := range params[n:] {
		if p.Default == 0 && p.Kind == facts.Positional && !givenByName(f, p, args) {
			return -1
		}
	}
	return max(fit, 0)
}

func givenByName(f *facts.File, p facts.Param, args []arg) bool {
	for _, a := range args {
		if a.name != "" && a.name == f.Text(p.Name) {
			return true
		}
	}
	return false
}

// likelyType compares a declared type with an argument by how both are
// written: 1 when they agree, -1 when they can't, 0 when that can't be told.
func likelyType(f *facts.File, annot facts.ExprID, a arg) int {
	if annot == 0 || a.ref.id == 0 {
		return 0
	}
	t := f.At(annot)
	if t.Kind == facts.Index {
		t = f.At(t.X)
	}
	text := t.Kind == facts.Name && isTextType(f.Text(t.Name))
	e := a.ref.expr()
	switch e.Kind {
	case facts.Name:
		g := a.ref.file.facts()
		return likelySame(f, annot, g, declaredType(a.ref.file, e))
	case facts.String, facts.Interp:
		if text {
			return 1
		}
		if t.Kind == facts.Name {
			return -1
		}
	case facts.Call, facts.List, facts.Map, facts.Func:
		if text && e.Kind != facts.Call {
			return -1
		}
		if callee := a.ref.file.facts().At(e.X); e.Kind == facts.Call && callee.Kind == facts.Name && t.Kind == facts.Name && a.ref.file.facts().Text(callee.Name) == f.Text(t.Name) {
			return 2
		}
	}
	return 0
}

// likelySame compares the declared types of a parameter and of what is given for
// it, as likelyType does.
func likelySame(f *facts.File, param facts.ExprID, g *facts.File, given facts.ExprID) int {
	if given == 0 {
		return 0
	}
	want, many := typeHead(f, param)
	got, manyGot := typeHead(g, given)
	switch {
	case want == "" || got == "":
		return 0
	case want == got && many == manyGot:
		return 1
	case isTextType(want) && !many && (manyGot || isNumberType(got)), isTextType(got) && !manyGot && (many || isNumberType(want)):
		return -1
	}
	return 0
}

// typeHead is the name of a declared type without its type arguments, and
// whether it has some.
func typeHead(f *facts.File, t facts.ExprID) (name string, generic bool) {
	e := f.At(t)
	for e.Kind == facts.Index {
		if head := f.Text(lastName(f, e.X)); head != "Optional" {
			return head, true
		}
		e = f.At(e.Y)
	}
	if e.Kind != facts.Name {
		return "", false
	}
	return f.Text(e.Name), false
}

func isTextType(name string) bool { return name == "String" || name == "string" }

func isNumberType(name string) bool {
	switch name {
	case "int", "Int", "Integer", "long", "Long", "short", "Short", "byte", "Byte", "double", "Double", "float", "Float", "decimal", "bool", "boolean", "Boolean":
		return true
	}
	return false
}

// declaredType finds the type that a local name is declared with: as a
// parameter, or where it is bound; 0 if none is written.
func declaredType(x *file, use *facts.Expr) facts.ExprID {
	f := x.facts()
	for s := use.Scope; s != 0; s = f.Scopes[s].Parent {
		sc := &f.Scopes[s]
		if sc.Kind == facts.ClassScope {
			break
		}
		if i := paramIndex(f, sc, use.Name); i >= 0 {
			return f.Params[i].Annot
		}
		if bs := x.bindings(s, use.Name); len(bs) > 0 {
			return f.Bindings[bs[0]].Annot
		}
	}
	return 0
}
