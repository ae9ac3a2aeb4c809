package golang

import (
	"bytes"
	"strconv"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// bind binds the name at node i. In a function it declares a variable of the
// block.
func (x *Extractor) bind(i uint32, value, annot facts.ExprID) {
	n := &x.Nodes[i]
	if n.Missing() || n.Kind == kBlank || isBlank(x.Source(i)) {
		return
	}
	b := facts.Binding{Scope: x.Scope, Block: x.Block, Name: x.Ident(i), Value: value, Annot: annot, Span: x.Span(i)}
	if annot != 0 {
		b.Flag = facts.Annotated
	}
	if k := x.F.Scopes[x.Scope].Kind; k == facts.FuncScope || k == facts.LambdaScope {
		b.Flag |= facts.Scoped
		x.declared = append(x.declared, b.Name)
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// blank reports whether the target at node i is `_`.
func (x *Extractor) blank(i uint32) bool { return isBlank(x.Source(i)) }

func isBlank(b []byte) bool { return len(b) == 1 && b[0] == '_' }

// declarations visits `const ( ... )`, `var ( ... )` and `type ( ... )`.
func (x *Extractor) declarations(i uint32) {
	end := x.Nodes[i].Next
	var constants repeated
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kConstSpec:
			x.constSpec(c, &constants)
		case kVarSpec:
			x.varSpec(c)
		case kTypeSpec, kTypeAlias:
			x.typeSpec(c)
		default:
			if k := x.Nodes[c].Kind; !isToken(k) {
				x.declarations(c) // var_spec_list, errors
			}
		}
	}
}

// varSpec visits `a, b T = v, w`.
func (x *Extractor) varSpec(i uint32) {
	var annot facts.ExprID
	if t := x.Child(i, fType); t != 0 {
		annot = x.typeExpr(t)
	}
	x.given(x.Child(i, fName), i, x.Child(i, fValue), func(target uint32, value facts.ExprID) {
		if value != 0 || annot != 0 {
			x.bind(target, value, annot)
		}
	}, x.nextNamed)
}

// given calls assign with each target and what it is given. targets are the
// first one and, through next, the others; list is where they stand and values
// the expression list, or 0.
func (x *Extractor) given(target, list, values uint32, assign func(target uint32, value facts.ExprID), next func(list, target uint32) uint32) {
	if target == 0 {
		return
	}
	count := 0
	for t := target; t != 0; t = next(list, t) {
		count++
	}
	if values == 0 {
		for t := target; t != 0; t = next(list, t) {
			assign(t, 0)
		}
		return
	}
	single := values
	if x.Nodes[values].Kind == kExpressions {
		single = x.only(values)
	}
	if single != 0 && count > 1 { // a, b := f()
		value := x.expr(single)
		pair := x.withOK(single)
		k := int32(0)
		for t := target; t != 0; t = next(list, t) {
			switch {
			case x.blank(t):
			case !pair:
				item := x.Over(facts.Item, 0, t, value)
				x.F.Exprs[item].Lo = k
				assign(t, item)
			case k == 0:
				assign(t, value)
			default:
				assign(t, x.Row(facts.Unknown, t))
			}
			k++
		}
		return
	}
	if single != 0 {
		assign(target, x.expr(single))
		return
	}
	// All values are evaluated before the first assignment.
	mark := len(x.pending)
	for v := x.first(values); v != 0; v = x.after(values, x.Nodes[v].Next) {
		x.pending = append(x.pending, x.expr(v))
	}
	k := mark
	for t := target; t != 0; t = next(list, t) {
		var value facts.ExprID
		if k < len(x.pending) {
			value = x.pending[k]
		}
		assign(t, value)
		k++
	}
	x.pending = x.pending[:mark]
}

// withOK reports whether node i is an expression whose second value says
// whether there is a first one: of maps, channels and types.
func (x *Extractor) withOK(i uint32) bool {
	for x.Nodes[i].Kind == kParenthesized && x.only(i) != 0 {
		i = x.only(i)
	}
	switch x.Nodes[i].Kind {
	case kIndex, kAssertion:
		return true
	case kUnary:
		op := x.Child(i, fOperator)
		return op != 0 && x.Nodes[op].Kind == kReceive
	}
	return false
}

// nextTarget returns the target behind t in an expression list, or 0.
func (x *Extractor) nextTarget(list, t uint32) uint32 { return x.after(list, x.Nodes[t].Next) }

// targets returns the first target of the left side at node i and the list
// that it stands in.
func (x *Extractor) targets(i uint32) (first, list uint32) {
	if x.Nodes[i].Kind == kExpressions {
		return x.first(i), i
	}
	return i, i
}

// shortVar visits `a, b := v`.
func (x *Extractor) shortVar(i uint32) {
	left := x.Child(i, fLeft)
	if left == 0 {
		x.visitChildren(i)
		return
	}
	target, list := x.targets(left)
	x.given(target, list, x.Child(i, fRight), x.declare, x.nextTarget)
}

// declare binds a target of `:=`.
func (x *Extractor) declare(target uint32, value facts.ExprID) {
	if x.Nodes[target].Kind == kIdentifier {
		x.bind(target, value, 0)
		return
	}
	x.assign(target, value)
}

// assignment visits `a, b = v, w` and `a += v`. What operators other than +=
// and |= make of the value is unknown.
func (x *Extractor) assignment(i uint32) {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 {
		x.visitChildren(i)
		return
	}
	target, list := x.targets(left)
	if target == 0 {
		x.visitChildren(i)
		return
	}
	op := bytes.TrimSpace(x.Src[x.Nodes[left].End:x.Nodes[right].Start])
	if len(op) == 0 || op[0] == '=' {
		x.given(target, list, right, x.assign, x.nextTarget)
		return
	}
	var value facts.ExprID
	if op[0] == '+' || op[0] == '|' {
		value = x.expr(right)
	} else {
		value = x.Row(facts.Unknown, right)
		x.visit(right)
	}
	x.augment(target, value)
}

// augment binds a target to something made of its value before.
func (x *Extractor) augment(target uint32, value facts.ExprID) {
	before := len(x.F.Bindings)
	x.assign(target, value)
	for k := before; k < len(x.F.Bindings); k++ {
		x.F.Bindings[k].Flag |= facts.Augmented
	}
}

// assign binds the target at node i to a value.
func (x *Extractor) assign(i uint32, value facts.ExprID) {
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() || value == 0 {
		return
	}
	b := facts.Binding{Scope: x.Scope, Block: x.Block, Value: value, Span: x.Span(i)}
	switch n.Kind {
	case kIdentifier:
		if isBlank(x.Source(i)) {
			return
		}
		b.Name = x.Ident(i)
		x.assigned = append(x.assigned, b.Name)
	case kSelector:
		object, name := x.Child(i, fOperand), x.Child(i, fField)
		if object == 0 || name == 0 || x.Nodes[name].Missing() {
			return
		}
		b.Target, b.Obj, b.Name = facts.ToAttr, x.expr(object), x.Ident(name)
		b.Span = x.Span(name)
	case kIndex:
		object, key := x.Child(i, fOperand), x.Child(i, fIndex)
		if object == 0 || key == 0 {
			return
		}
		b.Target, b.Obj = facts.ToIndex, x.expr(object)
		b.Key = x.expr(key)
	case kParenthesized, kUnary: // *p
		for c := i + 1; c < n.Next; c = x.Nodes[c].Next {
			if k := x.Nodes[c].Kind; !isToken(k) && k != syntax.Error {
				x.assign(c, value)
				return
			}
		}
		return
	case kBlank:
		return
	default:
		x.visit(i)
		return
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// repeated is what constants without values of their own repeat.
type repeated struct {
	values uint32
	typ    facts.ExprID
	count  int // constants before
}

// constSpec visits one line of a declaration of constants.
func (x *Extractor) constSpec(i uint32, r *repeated) {
	if v := x.Child(i, fValue); v != 0 {
		r.values, r.typ = v, 0
		if t := x.Child(i, fType); t != 0 {
			r.typ = x.typeExpr(t)
		}
	}
	was := x.iota
	x.iota = r.count
	r.count++
	x.given(x.Child(i, fName), i, r.values, func(target uint32, value facts.ExprID) {
		if value != 0 {
			x.bind(target, value, r.typ)
		}
	}, x.nextNamed)
	x.iota = was
}

// iotaExpr appends the number that iota is in a declaration of constants.
func (x *Extractor) iotaExpr(i uint32) facts.ExprID {
	if x.iota < 0 {
		return x.Named(facts.Name, i, x.Ident(i))
	}
	x.text = strconv.AppendInt(x.text[:0], int64(x.iota), 10)
	return x.Named(facts.Number, i, x.Sym(x.text))
}
