package golang

import "topicls/index/facts"

// last is the arm of a default case, which is entered if no other is, wherever
// it stands.
const last = 1 << 20

// switchStatement visits `switch v { case a, b: ... }`. An arm's condition is
// that the subject equals its label, or is in the list of them; without a
// subject it is the label itself.
func (x *Extractor) switchStatement(i uint32) {
	var subject facts.ExprID
	if v := x.Child(i, fValue); v != 0 {
		subject = x.expr(v)
	}
	group, arm := x.NewGroup(), int32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kCase:
			var cond facts.ExprID
			if v := x.Child(c, fValue); v != 0 {
				cond = x.label(c, v, subject)
			}
			x.caseBody(group, arm, cond, c)
			arm++
		case kDefault:
			x.caseBody(group, last, 0, c)
		default:
			if f := x.Nodes[c].Field(); f != fValue && f != fInitializer && !isToken(x.Nodes[c].Kind) {
				x.visit(c)
			}
		}
	}
}

// label appends the condition of a case with the labels v.
func (x *Extractor) label(i, v uint32, subject facts.ExprID) facts.ExprID {
	single := x.only(v)
	if x.Nodes[v].Kind != kExpressions {
		single = v
	}
	if single != 0 {
		value := x.expr(single)
		if subject == 0 {
			return value
		}
		id := x.Both(facts.Compare, single, subject, value)
		x.F.Exprs[id].Lo = int32(facts.Equal)
		return id
	}
	mark := len(x.Kids)
	for c := x.first(v); c != 0; c = x.after(v, x.Nodes[c].Next) {
		x.Push(x.expr(c))
	}
	if subject == 0 {
		return x.Group(facts.Alt, facts.Or, x.Span(v), mark)
	}
	list := x.Group(facts.List, 0, x.Span(v), mark)
	id := x.Both(facts.Compare, v, subject, list)
	x.F.Exprs[id].Lo = int32(facts.In)
	return id
}

// caseBody visits the statements of a case as an arm.
func (x *Extractor) caseBody(group, arm int32, cond facts.ExprID, i uint32) {
	outer := x.openArm(facts.Branch, group, arm, cond, i)
	x.caseStatements(i)
	x.Block = outer
}

// caseStatements visits what stands behind the colon of a case.
func (x *Extractor) caseStatements(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		if f := n.Field(); f == fValue || f == fType || f == fCommunication || isToken(n.Kind) {
			continue
		}
		x.visit(c)
	}
}

var textType = []byte("type")

// typeSwitch visits `switch x := v.(type) { case T: ... }`. Its variable is
// bound in each arm, with the arm's type.
func (x *Extractor) typeSwitch(i uint32) {
	var subject facts.ExprID
	if v := x.Child(i, fValue); v != 0 {
		subject = x.expr(v)
	}
	alias := x.Child(i, fAlias)
	if alias != 0 {
		if alias, _ = x.targets(alias); alias != 0 && x.Nodes[alias].Kind != kIdentifier {
			alias = 0
		}
	}
	group, arm := x.NewGroup(), int32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		var types []facts.ExprID
		var cond facts.ExprID
		number := arm
		switch x.Nodes[c].Kind {
		case kTypeCase:
			types, cond = x.typeCase(c, subject)
			arm++
		case kDefault:
			number = last
		default:
			if f := x.Nodes[c].Field(); f != fValue && f != fAlias && f != fInitializer && !isToken(x.Nodes[c].Kind) {
				x.visit(c)
			}
			continue
		}
		outer := x.openArm(facts.Branch, group, number, cond, c)
		if alias != 0 && subject != 0 {
			var annot facts.ExprID
			if len(types) == 1 && x.F.Exprs[types[0]].Kind != facts.None {
				annot = types[0]
			}
			x.bind(alias, subject, annot)
		}
		x.caseStatements(c)
		x.Block = outer
	}
}

// typeCase appends the types of a case and the condition that the subject is
// of one of them.
func (x *Extractor) typeCase(i uint32, subject facts.ExprID) (types []facts.ExprID, cond facts.ExprID) {
	end := x.Nodes[i].Next
	mark := len(x.Kids)
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Field() != fType || isToken(x.Nodes[c].Kind) {
			continue
		}
		t := x.typeExpr(c)
		types = append(types, t)
		if subject != 0 {
			id := x.Both(facts.Compute, c, subject, t)
			x.F.Exprs[id].Name = x.Sym(textType)
			x.Push(id)
		}
	}
	switch len(x.Kids) - mark {
	case 0:
	case 1:
		cond = x.Kids[mark]
		x.Kids = x.Kids[:mark]
	default:
		cond = x.Group(facts.Alt, facts.Or, x.Span(i), mark)
	}
	return types, cond
}

// selectStatement visits select. Of its arms one is entered.
func (x *Extractor) selectStatement(i uint32) {
	group, arm := x.NewGroup(), int32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kCommCase, kDefault:
			outer := x.openArm(facts.Branch, group, arm, 0, c)
			if m := x.Child(c, fCommunication); m != 0 {
				x.visit(m)
			}
			x.caseStatements(c)
			x.Block = outer
			arm++
		default:
			if !isToken(x.Nodes[c].Kind) {
				x.visit(c)
			}
		}
	}
}
