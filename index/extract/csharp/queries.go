package csharp

import "topicls/index/facts"

// query appends a query expression as a comprehension: the variables of its
// clauses are bound in a scope of their own.
func (x *Extractor) query(i uint32) facts.ExprID {
	first := x.first(i)
	if first == 0 {
		return x.opaque(i)
	}
	var source facts.ExprID
	if x.Nodes[first].Kind == kFrom {
		if v := x.last(first); v != 0 {
			source = x.expr(v) // evaluated outside
		}
	}
	_, outer := x.OpenScope(facts.Scope{Kind: facts.CompScope, Span: x.Span(i)}, x.Span(i))
	mark := len(x.locals.stack)
	if source != 0 {
		x.bindRange(first, source)
	}
	var element facts.ExprID
	for c := x.from(i, x.Nodes[first].Next); c != 0; c = x.from(i, x.Nodes[c].Next) {
		switch x.Nodes[c].Kind {
		case kFrom:
			if v := x.last(c); v != 0 {
				x.bindRange(c, x.expr(v))
			}
		case kJoin:
			x.join(c)
		case kLet:
			name, v := x.first(c), x.last(c)
			if name != 0 && v != 0 && name != v && x.Nodes[name].Kind == kIdentifier {
				x.bindLocal(name, x.expr(v), 0)
			}
		case kSelect:
			if v := x.first(c); v != 0 {
				element = x.expr(v)
			}
		case kGroup:
			x.visitChildren(c)
			element = x.Row(facts.Unknown, c)
		case kIdentifier: // into h: what was selected goes on under a name
			if element != 0 {
				x.bindLocal(c, element, 0)
				element = 0
			}
		default:
			x.visit(c)
		}
	}
	x.undeclare(mark)
	list := len(x.Kids)
	if element != 0 {
		x.Push(element)
	}
	x.GoTo(outer)
	return x.Group(facts.List, facts.Comp, x.Span(i), list)
}

// bindRange binds the variable of a from clause to an element of source.
func (x *Extractor) bindRange(i uint32, source facts.ExprID) {
	name := x.Child(i, fName)
	if name == 0 {
		return
	}
	x.bindLocal(name, x.Over(facts.Element, 0, name, source), 0)
}

// join binds the variable of a join clause.
func (x *Extractor) join(i uint32) {
	end := x.Nodes[i].Next
	var name uint32
	bound := false
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch {
		case x.Nodes[c].Kind == kJoinInto:
			if g := x.first(c); g != 0 {
				x.bindLocal(g, x.Row(facts.Unknown, g), 0)
			}
		case name == 0 && x.Nodes[c].Kind == kIdentifier && x.Nodes[c].Field() != fType:
			name = c
		case name != 0 && !bound:
			x.bindLocal(name, x.Over(facts.Element, 0, name, x.expr(c)), 0)
			bound = true
		default:
			x.visit(c)
		}
	}
}
