package ecmascript

import (
	"topicls/index/facts"
)

// declares says how a statement declares the names in it.
type declares uint8

const (
	assigns   declares = iota // it doesn't
	ofBlock                   // let, const, and the like
	ofProgram                 // var, parameters
)

// declarations visits `const a = v, {b} = w`.
func (x *Extractor) declarations(i uint32) {
	how := ofBlock
	if x.Nodes[i].Kind == kVariable {
		how = ofProgram
	}
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kDeclarator {
			x.declarator(c, how)
		} else {
			x.visit(c)
		}
	}
}

// declarator visits `a: T = v`.
func (x *Extractor) declarator(i uint32, how declares) {
	name := x.Child(i, fName)
	if name == 0 {
		x.visitChildren(i)
		return
	}
	var annot, value facts.ExprID
	if t := x.Child(i, fType); t != 0 {
		annot = x.typeExpr(t)
	}
	v := x.Child(i, fValue)
	if v != 0 && annot == 0 {
		annot = x.asserted(v)
	}
	switch {
	case v != 0 && x.required(name, v):
		return
	case v != 0 && x.isName(name):
		x.declare(x.Ident(name)) // the value may use it
		value = x.namedValue(v, x.Ident(name), x.Span(name))
	case v != 0:
		value = x.expr(v)
	}
	x.assign(name, value, annot, how)
	x.visitErrors(i)
}

// asserted appends the type of `v as T` and its likes, which a variable that
// is bound to it then has.
func (x *Extractor) asserted(i uint32) facts.ExprID {
	switch x.Nodes[i].Kind {
	case kAs, kSatisfies:
		if v := x.first(i); v != 0 && x.Nodes[v].Next < x.Nodes[i].Next { // not `as const`
			return x.typeExpr(x.Nodes[v].Next)
		}
	case kTypeAssertion:
		if t := x.Tree.First(i, kTypeArguments); t != 0 && x.first(t) != 0 {
			return x.typeArguments(t)
		}
	}
	return 0
}

// declare notes that a name is declared in the function that the walk is in.
func (x *Extractor) declare(name facts.Sym) {
	if x.Scope != 0 {
		x.declared = append(x.declared, name)
	}
}

// assignmentExpr visits `t = v` and is the value.
func (x *Extractor) assignmentExpr(i uint32) facts.ExprID {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 {
		return x.opaque(i)
	}
	name, span := x.targetName(left)
	if value, ok := x.exported(left, right); ok {
		return value
	}
	value := x.namedValue(right, name, span)
	x.assign(left, value, 0, assigns)
	return value
}

// targetName returns the last name of what is assigned to, which a function
// that is assigned to it takes as its own.
func (x *Extractor) targetName(i uint32) (facts.Sym, facts.Span) {
	switch x.Nodes[i].Kind {
	case kMember:
		if p := x.Child(i, fProperty); p != 0 && x.isName(p) {
			return x.Ident(p), x.Span(p)
		}
	case kIdentifier:
		return x.Ident(i), x.Span(i)
	}
	return 0, facts.Span{}
}

// augmented visits `t += v`, and `t ||= v` as `t = t || v`. The value of other
// operators is Unknown: nothing of v is left.
func (x *Extractor) augmented(i uint32) facts.ExprID {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 {
		x.visitChildren(i)
		return x.Row(facts.Unknown, i)
	}
	var value facts.ExprID
	flag := facts.Augmented
	switch string(x.between(x.Nodes[left].End, x.Nodes[right].Start)) {
	case "+=":
		value = x.expr(right)
	case "||=", "??=":
		mark := len(x.Kids)
		x.Push(x.expr(left))
		x.Push(x.expr(right))
		value, flag = x.Group(facts.Alt, facts.Or, x.Span(i), mark), 0
	default:
		value = x.Row(facts.Unknown, right)
		x.visit(right)
	}
	before := len(x.F.Bindings)
	x.assign(left, value, 0, assigns)
	for k := before; k < len(x.F.Bindings); k++ {
		x.F.Bindings[k].Flag |= flag
	}
	return value
}

// assign binds the target at node i to a value.
func (x *Extractor) assign(i uint32, value, annot facts.ExprID, how declares) {
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() {
		return
	}
	b := facts.Binding{Scope: x.Scope, Block: x.Block, Value: value, Annot: annot, Span: facts.Span{Start: n.Start, End: n.End}}
	if annot != 0 {
		b.Flag = facts.Annotated
	}
	switch n.Kind {
	case kIdentifier, kShorthandPattern:
		if n.Start == n.End {
			return
		}
		b.Name = x.Ident(i)
		switch {
		case how == assigns && x.Scope != 0:
			x.assigned = append(x.assigned, b.Name)
		case how != assigns:
			x.declare(b.Name)
		}
		if how == ofBlock && (x.Scope != 0 || x.Block != 0) {
			b.Flag |= facts.Scoped
		}
	case kMember:
		object, name := x.Child(i, fObject), x.Child(i, fProperty)
		if object == 0 || name == 0 || !x.isName(name) {
			return
		}
		b.Target, b.Obj, b.Name = facts.ToAttr, x.expr(object), x.Ident(name)
		b.Span = x.Span(name)
	case kSubscript:
		object, key := x.Child(i, fObject), x.Child(i, fIndex)
		if object == 0 || key == 0 {
			return
		}
		b.Target, b.Obj = facts.ToIndex, x.expr(object)
		b.Key = x.expr(key)
	case kObjectPattern:
		x.takeApart(i, value, how)
		return
	case kArrayPattern:
		x.unpack(i, value, how)
		return
	case kAssignmentPattern, kObjectAssignmentPattern:
		left, right := x.Child(i, fLeft), x.Child(i, fRight)
		if left == 0 {
			return
		}
		if right != 0 && value != 0 {
			value = x.defaulted(i, value, right)
		}
		x.assign(left, value, annot, how)
		return
	case kRestPattern:
		if c := x.first(i); c != 0 {
			x.assign(c, x.Over(facts.Unknown, 0, i, value), annot, how)
		}
		return
	case kParenthesized, kNonNull, kAs:
		if c := x.first(i); c != 0 {
			x.assign(c, value, annot, how)
		}
		return
	default:
		x.visit(i)
		return
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// defaulted appends what a target with a default is bound to.
func (x *Extractor) defaulted(i uint32, value facts.ExprID, right uint32) facts.ExprID {
	mark := len(x.Kids)
	x.Push(value)
	x.Push(x.expr(right))
	return x.Group(facts.Alt, facts.Or, x.Span(i), mark)
}

// takeApart binds `{a, b: c, ...rest}` to the attributes of a value.
func (x *Extractor) takeApart(i uint32, value facts.ExprID, how declares) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kShorthandPattern:
			x.assign(c, x.part(c, c, value), 0, how)
		case kObjectAssignmentPattern:
			left := x.Child(c, fLeft)
			if left == 0 {
				continue
			}
			x.assign(c, x.part(left, left, value), 0, how)
		case kPairPattern:
			key, target := x.Child(c, fKey), x.Child(c, fValue)
			if key == 0 || target == 0 {
				continue
			}
			x.assign(target, x.part(c, key, value), 0, how)
		case kRestPattern:
			if name := x.first(c); name != 0 {
				x.assign(name, x.rest(c, value), 0, how)
			}
		default:
			x.visit(c)
		}
	}
}

// part appends the attribute of a value that key names, at node i.
func (x *Extractor) part(i, key uint32, value facts.ExprID) facts.ExprID {
	if x.isName(key) {
		id := x.Over(facts.Attr, 0, key, value)
		x.F.Exprs[id].Name = x.Ident(key)
		return id
	}
	k := x.key(key)
	return x.Both(facts.Index, i, value, k)
}

// rest appends what `...rest` at node c has: all of the value, as far as
// anything is known of it.
func (x *Extractor) rest(c uint32, value facts.ExprID) facts.ExprID {
	if value == 0 {
		return x.Row(facts.Unknown, c)
	}
	mark := len(x.Kids)
	x.Push(x.Over(facts.Entry, facts.SpreadMap, c, value))
	return x.Group(facts.Map, 0, x.Span(c), mark)
}

// unpack binds `[a, , b, ...rest]` to the elements of a value.
func (x *Extractor) unpack(i uint32, value facts.ExprID, how declares) {
	at := x.Nodes[i].Start + 1
	k := int32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		for _, b := range x.between(at, x.Nodes[c].Start) {
			if b == ',' {
				k++
			}
		}
		at = x.Nodes[c].End
		if x.Nodes[c].Kind == kRestPattern {
			x.assign(c, value, 0, how)
			continue
		}
		item := x.Over(facts.Item, 0, c, value)
		x.F.Exprs[item].Lo = k
		x.assign(c, item, 0, how)
	}
}
