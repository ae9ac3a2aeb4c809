package csharp

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// isPattern reports whether a node is a pattern.
func isPattern(k syntax.Kind) bool { return k >= kConstantPattern && k <= kDiscard }

// pattern appends the condition that subject matches the pattern at node i,
// and binds the names that it declares. 0 stands for a pattern that everything
// matches.
func (x *Extractor) pattern(i uint32, subject facts.ExprID) facts.ExprID {
	if x.Nodes[i].Deep() {
		return x.Row(facts.Unknown, i)
	}
	switch x.Nodes[i].Kind {
	case kDiscard:
		return 0
	case kConstantPattern:
		if c := x.first(i); c != 0 {
			return x.constantPattern(i, c, subject)
		}
	case kTypePattern:
		if t := x.Child(i, fType); t != 0 {
			return x.isOfType(i, t, subject)
		}
	case kDeclarationPattern, kVarPattern:
		typ, name := x.Child(i, fType), x.Child(i, fName)
		var annot facts.ExprID
		if typ != 0 {
			annot = x.typeExpr(typ)
		}
		if name != 0 {
			x.bindLocal(name, x.same(name, subject), annot)
		}
		if typ == 0 || annot == 0 {
			return 0
		}
		return x.isOf(i, annot, subject)
	case kRelationalPattern:
		if c := x.first(i); c != 0 {
			op, known := comparisons[string(x.between(x.Nodes[i].Start, x.Nodes[c].Start))]
			value := x.expr(c)
			if known {
				return x.compare(i, op, subject, value)
			}
			return x.Row(facts.Unknown, i)
		}
	case kOrPattern, kAndPattern:
		return x.patterns(i, subject)
	case kNegatedPattern:
		if c := x.first(i); c != 0 {
			return x.negated(i, c, subject)
		}
	case kParenthesizedPattern:
		if c := x.first(i); c != 0 {
			return x.pattern(c, subject)
		}
	case kRecursivePattern:
		return x.recursivePattern(i, subject)
	case kListPattern:
		end := x.Nodes[i].Next
		n := int32(0)
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			if isPattern(x.Nodes[c].Kind) {
				item := x.Over(facts.Item, 0, c, subject)
				x.F.Exprs[item].Lo = n
				x.pattern(c, item)
				n++
			}
		}
	}
	return x.Row(facts.Unknown, i)
}

// same appends another row for a value, with a place of its own.
func (x *Extractor) same(i uint32, value facts.ExprID) facts.ExprID {
	if value == 0 {
		return x.Row(facts.Unknown, i)
	}
	return value
}

// compare appends a comparison.
func (x *Extractor) compare(i uint32, op facts.Op, a, b facts.ExprID) facts.ExprID {
	id := x.Both(facts.Compare, i, a, b)
	x.F.Exprs[id].Lo = int32(op)
	return id
}

// constantPattern appends the comparison with a constant. A name without a
// qualifier is a constant or a type; only its use tells.
func (x *Extractor) constantPattern(i, c uint32, subject facts.ExprID) facts.ExprID {
	switch x.Nodes[c].Kind {
	case kIdentifier, kGeneric:
		return x.isOfType(i, c, subject)
	}
	return x.compare(i, facts.Equal, subject, x.expr(c))
}

// isOfType appends `subject is T`.
func (x *Extractor) isOfType(i, typ uint32, subject facts.ExprID) facts.ExprID {
	return x.isOf(i, x.typeArgument(typ), subject)
}

func (x *Extractor) isOf(i uint32, typ, subject facts.ExprID) facts.ExprID {
	id := x.Both(facts.Compute, i, subject, typ)
	x.F.Exprs[id].Name = x.symOf("is")
	return id
}

// patterns appends `a or b` and `a and b`.
func (x *Extractor) patterns(i uint32, subject facts.ExprID) facts.ExprID {
	flag := facts.Or
	if x.Nodes[i].Kind == kAndPattern {
		flag = facts.And
	}
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 {
		return x.Row(facts.Unknown, i)
	}
	mark := len(x.Kids)
	for _, c := range [...]uint32{left, right} {
		cond := x.pattern(c, subject)
		if cond == 0 {
			cond = x.Named(facts.Bool, c, x.Sym(textTrue))
		}
		x.Push(cond)
	}
	return x.Group(facts.Alt, flag, x.Span(i), mark)
}

// negated appends `not p`.
func (x *Extractor) negated(i, c uint32, subject facts.ExprID) facts.ExprID {
	cond := x.pattern(c, subject)
	if cond == 0 {
		return x.Row(facts.Unknown, i)
	}
	if e := &x.F.Exprs[cond]; e.Kind == facts.Compare && facts.Op(e.Lo) == facts.Equal {
		e.Lo = int32(facts.NotEqual)
		return cond
	}
	return x.Over(facts.Not, 0, i, cond)
}

// recursivePattern appends `T { A: p } name`.
func (x *Extractor) recursivePattern(i uint32, subject facts.ExprID) facts.ExprID {
	mark := len(x.Kids)
	var annot facts.ExprID
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch n := &x.Nodes[c]; {
		case n.Field() == fType:
			annot = x.typeArgument(c)
			x.Push(x.isOf(c, annot, subject))
		case n.Kind == kPropertyClause, n.Kind == kPositionalClause:
			x.subpatterns(c, subject)
		case n.Field() == fName:
			x.bindLocal(c, subject, annot)
		}
	}
	switch len(x.Kids) - mark {
	case 0: // `{ }`: there is a value
		none := x.Row(facts.None, i)
		return x.compare(i, facts.NotEqual, subject, none)
	case 1:
		cond := x.Kids[mark]
		x.Kids = x.Kids[:mark]
		return cond
	}
	return x.Group(facts.Alt, facts.And, x.Span(i), mark)
}

// subpatterns pushes the conditions of `{ A: p, B.C: q }` and `(p, q)`.
func (x *Extractor) subpatterns(i uint32, subject facts.ExprID) {
	n := int32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kSubpattern {
			continue
		}
		part := subject
		var p uint32
		last := x.Nodes[c].Next
		for k := c + 1; k < last; k = x.Nodes[k].Next {
			if isPattern(x.Nodes[k].Kind) {
				p = k
			}
		}
		if p == 0 {
			continue
		}
		if k := x.first(c); k != p {
			part = x.path(k, subject)
		} else {
			part = x.Over(facts.Item, 0, c, subject)
			x.F.Exprs[part].Lo = n
		}
		n++
		if cond := x.pattern(p, part); cond != 0 {
			x.Push(cond)
		}
	}
}

// path appends the member of subject that a property pattern names.
func (x *Extractor) path(i uint32, subject facts.ExprID) facts.ExprID {
	if x.Nodes[i].Kind == kMember {
		object, name := x.Child(i, fExpression), x.Child(i, fName)
		if object != 0 && name != 0 && !x.Nodes[object].Deep() {
			return x.attr(i, x.path(object, subject), x.ident(name))
		}
	}
	return x.attr(i, subject, x.ident(i))
}

// isExpression appends `v is p`.
func (x *Extractor) isExpression(i uint32) facts.ExprID {
	value, p := x.Child(i, fExpression), x.Child(i, fPattern)
	if value == 0 || p == 0 {
		return x.opaque(i)
	}
	subject := x.expr(value)
	if cond := x.pattern(p, subject); cond != 0 {
		return cond
	}
	return x.Named(facts.Bool, i, x.Sym(textTrue))
}

// switchStatement visits switch. Sections without statements share the arm
// behind them.
func (x *Extractor) switchStatement(i uint32) {
	var subject facts.ExprID
	if v := x.Child(i, fValue); v != 0 {
		subject = x.expr(v)
	}
	body := x.Child(i, fBody)
	if body == 0 {
		return
	}
	group, arm := x.NewGroup(), int32(0)
	var pending []facts.ExprID
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kSection {
			x.visit(c)
			continue
		}
		label, first := x.labels(c)
		if first == 0 { // falls into the next section
			cond := facts.ExprID(0)
			if label != 0 {
				cond = x.label(c, label, subject)
			}
			pending = append(pending, cond)
			continue
		}
		outer := x.OpenBlock(facts.Branch, group, arm, x.Span(c))
		here := x.Block
		if label != 0 {
			cond := x.anyOf(c, pending, x.label(c, label, subject))
			x.F.Blocks[here].Cond = cond
		}
		pending = pending[:0]
		for k := first; k != 0 && k < x.Nodes[c].Next; k = x.Nodes[k].Next {
			x.visit(k)
			switch x.Nodes[k].Kind {
			case kReturn, kThrow, kContinue, kGoto:
				x.F.Blocks[here].Leaves = true
			}
		}
		x.Block = outer
		arm++
	}
}

// labels returns the pattern of a section (0 for default) and its first
// statement.
func (x *Extractor) labels(i uint32) (label, first uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch k := x.Nodes[c].Kind; {
		case isPattern(k) && label == 0 && first == 0:
			label = c
		case k == kWhen, k == syntax.Error && first == 0:
		case first == 0:
			first = c
		}
	}
	return label, first
}

// label appends the condition of a section or of an arm: its pattern and what
// `when` asks.
func (x *Extractor) label(i, p uint32, subject facts.ExprID) facts.ExprID {
	var cond facts.ExprID
	if subject != 0 {
		cond = x.pattern(p, subject)
	}
	when := x.Tree.First(i, kWhen)
	if when == 0 {
		return cond
	}
	c := x.first(when)
	if c == 0 {
		return cond
	}
	guard := x.expr(c)
	if cond == 0 {
		return guard
	}
	mark := len(x.Kids)
	x.Push(cond)
	x.Push(guard)
	return x.Group(facts.Alt, facts.And, x.Span(when), mark)
}

// anyOf appends the condition that one of several labels matches: 0 if one of
// them is default.
func (x *Extractor) anyOf(i uint32, before []facts.ExprID, cond facts.ExprID) facts.ExprID {
	if len(before) == 0 || cond == 0 {
		return cond
	}
	mark := len(x.Kids)
	equal := true
	for _, c := range append(before, cond) {
		if c == 0 {
			x.Kids = x.Kids[:mark]
			return 0
		}
		e := &x.F.Exprs[c]
		equal = equal && e.Kind == facts.Compare && facts.Op(e.Lo) == facts.Equal
		x.Push(c)
	}
	if !equal {
		return x.Group(facts.Alt, facts.Or, x.Span(i), mark)
	}
	subject := x.F.Exprs[cond].X
	for k := mark; k < len(x.Kids); k++ {
		x.Kids[k] = x.F.Exprs[x.Kids[k]].Y
	}
	list := x.Group(facts.List, 0, x.Span(i), mark)
	return x.compare(i, facts.In, subject, list)
}

// maxArms is the number of arms up to which a switch expression says when it
// has which value.
const maxArms = 8

// switchExpression appends a switch: a chain of conditional values, or plain
// alternatives if the arms are many. Arms that throw have no value.
func (x *Extractor) switchExpression(i uint32) facts.ExprID {
	v := x.first(i)
	if v == 0 {
		return x.opaque(i)
	}
	subject := x.expr(v)
	mark := len(x.Kids) // condition and value of each arm
	plain := false
	for c := x.from(i, x.Nodes[v].Next); c != 0; c = x.from(i, x.Nodes[c].Next) {
		if x.Nodes[c].Kind != kSwitchArm {
			x.visit(c)
			continue
		}
		p, value := x.first(c), x.last(c)
		if p == 0 || value == p || !isPattern(x.Nodes[p].Kind) {
			x.visitChildren(c)
			continue
		}
		cond := x.label(c, p, subject)
		if x.Nodes[value].Kind == kThrowExpression {
			x.visitChildren(value)
			continue
		}
		result := x.expr(value)
		x.Push(cond)
		x.Push(result)
	}
	arms := (len(x.Kids) - mark) / 2
	switch {
	case arms == 0:
		x.Kids = x.Kids[:mark]
		return x.Row(facts.Unknown, i)
	case arms > maxArms:
		plain = true
	}
	for k := mark; k+2 < len(x.Kids); k += 2 {
		plain = plain || x.Kids[k] == 0 // what follows is never reached
	}
	if plain {
		for k := range arms {
			x.Kids[mark+k] = x.Kids[mark+2*k+1]
		}
		x.Kids = x.Kids[:mark+arms]
		return x.Group(facts.Alt, 0, x.Span(i), mark)
	}
	value := x.Kids[len(x.Kids)-1]
	for k := len(x.Kids) - 4; k >= mark; k -= 2 {
		cond, own := x.Kids[k], x.Kids[k+1]
		inner := len(x.Kids)
		x.Push(own)
		x.Push(value)
		value = x.Group(facts.Alt, facts.Ternary, x.Span(i), inner)
		x.F.Exprs[value].Y = cond
	}
	x.Kids = x.Kids[:mark]
	return value
}
