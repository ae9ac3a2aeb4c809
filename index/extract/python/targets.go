package python

import (
	"bytes"

	"topicls/index/facts"
)

// assignment visits `t = v`, `t = u = v`, `t: T = v` and `t: T`. A chain has
// one value.
func (x *Extractor) assignment(i uint32) {
	last := i // the assignment of a chain that has the value
	for {
		r := x.Child(last, fRight)
		if r == 0 || x.Nodes[r].Kind != kAssignment {
			break
		}
		last = r
	}
	var value facts.ExprID
	if r := x.Child(last, fRight); r != 0 {
		value = x.expr(r)
	}
	for a := i; ; {
		left, right := x.Child(a, fLeft), x.Child(a, fRight)
		if left != 0 {
			var annot facts.ExprID
			if t := x.Child(a, fType); t != 0 {
				annot = x.typeExpr(t)
			}
			if value != 0 || annot != 0 {
				x.assign(left, value, annot)
			}
		}
		if a == last {
			return
		}
		a = right
	}
}

// augmented visits `t += v`. The value is v for += and |=, and Unknown for
// operators that leave nothing of v.
func (x *Extractor) augmented(i uint32) {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 {
		x.visitChildren(i)
		return
	}
	var value facts.ExprID
	switch op := x.Src[x.Nodes[left].End:x.Nodes[right].Start]; {
	case containsOp(op, "+="), containsOp(op, "|="):
		value = x.expr(right)
	default:
		value = x.Row(facts.Unknown, right)
		x.visit(right)
	}
	before := len(x.F.Bindings)
	x.assign(left, value, 0)
	for k := before; k < len(x.F.Bindings); k++ {
		x.F.Bindings[k].Flag |= facts.Augmented
	}
}

// containsOp reports whether the text between two operands is the given
// operator, with space and comments around it.
func containsOp(text []byte, op string) bool {
	for i := range text {
		switch text[i] {
		case ' ', '\t', '\\', '\r', '\n', '\f':
			continue
		}
		return len(text)-i >= len(op) && string(text[i:i+len(op)]) == op
	}
	return false
}

// assign binds the target at node i to a value.
func (x *Extractor) assign(i uint32, value, annot facts.ExprID) {
	n := &x.Nodes[i]
	b := facts.Binding{Scope: x.Scope, Block: x.Block, Value: value, Annot: annot, Span: facts.Span{Start: n.Start, End: n.End}}
	if annot != 0 {
		b.Flag = facts.Annotated
	}
	if n.Missing() || n.Deep() {
		return
	}
	switch n.Kind {
	case kIdentifier:
		b.Name = x.Ident(i)
	case kAttribute:
		object, name := x.Child(i, fObject), x.Child(i, fAttribute)
		if object == 0 || name == 0 || x.Nodes[name].Missing() {
			return
		}
		b.Target, b.Obj, b.Name = facts.ToAttr, x.expr(object), x.Ident(name)
		b.Span = x.Span(name)
	case kSubscript:
		object := x.Child(i, fValue)
		if object == 0 {
			return
		}
		b.Target, b.Obj = facts.ToIndex, x.expr(object)
		b.Key = x.subscripts(i)
	case kTuplePattern, kTuple:
		if c := x.parenthesizedTarget(i); c != 0 {
			x.assign(c, value, annot)
			return
		}
		x.unpack(i, value)
		return
	case kPatternList, kListPattern, kList, kExpressionList:
		x.unpack(i, value)
		return
	case kParenthesized, kAsPatternTarget, kType:
		if c := x.first(i); c != 0 {
			x.assign(c, value, annot)
		}
		return
	case kListSplatPattern, kListSplat:
		if c := x.first(i); c != 0 {
			x.assign(c, x.Over(facts.Unknown, 0, i, value), annot)
		}
		return
	default:
		x.visit(i)
		return
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// parenthesizedTarget returns the target in `(t) = v`, which the grammar takes
// for a tuple; 0 if node i is a tuple.
func (x *Extractor) parenthesizedTarget(i uint32) uint32 {
	c := i + 1
	if c >= x.Nodes[i].Next || x.Nodes[c].Next != x.Nodes[i].Next {
		return 0
	}
	switch x.Nodes[c].Kind {
	case kListSplat, kListSplatPattern:
		return 0
	}
	if bytes.IndexByte(x.Src[x.Nodes[c].End:x.Nodes[i].End], ',') >= 0 {
		return 0
	}
	return c
}

// unpack binds the elements of a target list to those of value. Behind a
// starred target they count from the end, which has the number -1.
func (x *Extractor) unpack(i uint32, value facts.ExprID) {
	end := x.Nodes[i].Next
	count, starred := int32(0), false
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		count++
	}
	k := int32(0)
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch kind := x.Nodes[c].Kind; {
		case kind == kListSplatPattern || kind == kListSplat:
			starred = true
			x.assign(c, value, 0)
		default:
			item := x.Over(facts.Item, 0, c, value)
			x.F.Exprs[item].Lo = k
			if starred {
				x.F.Exprs[item].Lo = k - count
			}
			x.assign(c, item, 0)
		}
		k++
	}
}

// typeAlias visits `type X = T`.
func (x *Extractor) typeAlias(i uint32) {
	left := x.first(i)
	if left == 0 {
		return
	}
	right := x.Nodes[left].Next
	if right >= x.Nodes[i].Next {
		return
	}
	x.assign(left, x.typeExpr(right), 0)
}
