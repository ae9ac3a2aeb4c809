package python

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// add appends an expression that stands where the walk stands.
func (x *Extractor) add(kind facts.Kind, flag facts.Flag, span facts.Span) facts.ExprID {
	id := facts.ExprID(len(x.f.Exprs))
	x.f.Exprs = append(x.f.Exprs, facts.Expr{Kind: kind, Flag: flag, Scope: x.scope, Block: x.block, Span: span})
	return id
}

// row appends an expression for node i.
func (x *Extractor) row(kind facts.Kind, i uint32) facts.ExprID {
	n := &x.nodes[i]
	return x.add(kind, 0, facts.Span{Start: n.Start, End: n.End})
}

// named appends an expression for node i with a name.
func (x *Extractor) named(kind facts.Kind, i uint32, name facts.Sym) facts.ExprID {
	id := x.row(kind, i)
	x.f.Exprs[id].Name = name
	return id
}

// over appends an expression for node i with one operand.
func (x *Extractor) over(kind facts.Kind, flag facts.Flag, i uint32, operand facts.ExprID) facts.ExprID {
	n := &x.nodes[i]
	id := x.add(kind, flag, facts.Span{Start: n.Start, End: n.End})
	x.f.Exprs[id].X = operand
	return id
}

// both appends an expression for node i with two operands.
func (x *Extractor) both(kind facts.Kind, i uint32, a, b facts.ExprID) facts.ExprID {
	id := x.over(kind, 0, i, a)
	x.f.Exprs[id].Y = b
	return id
}

// push puts an operand on the stack of unfinished lists.
func (x *Extractor) push(id facts.ExprID) { x.kids = append(x.kids, id) }

// pop moves the operands pushed since mark to File.Kids.
func (x *Extractor) pop(mark int) (lo, n int32) {
	lo, n = int32(len(x.f.Kids)), int32(len(x.kids)-mark)
	x.f.Kids = append(x.f.Kids, x.kids[mark:]...)
	x.kids = x.kids[:mark]
	return lo, n
}

// group appends an expression with the operands pushed since mark.
func (x *Extractor) group(kind facts.Kind, flag facts.Flag, span facts.Span, mark int) facts.ExprID {
	id := x.add(kind, flag, span)
	x.f.Exprs[id].Lo, x.f.Exprs[id].N = x.pop(mark)
	return id
}

// span returns the byte range of node i.
func (x *Extractor) span(i uint32) facts.Span {
	return facts.Span{Start: x.nodes[i].Start, End: x.nodes[i].End}
}

// source returns the text of node i.
func (x *Extractor) source(i uint32) []byte { return x.src[x.nodes[i].Start:x.nodes[i].End] }

// ident interns the text of node i.
func (x *Extractor) ident(i uint32) facts.Sym { return x.sym(x.source(i)) }

// child returns the first child of node i with the given field, or 0.
func (x *Extractor) child(i uint32, f syntax.Field) uint32 { return x.tree.Child(i, f) }

// first returns the first child of node i that is an expression, or 0.
func (x *Extractor) first(i uint32) uint32 {
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		if x.nodes[c].Kind != kAsync && x.nodes[c].Kind != syntax.Error {
			return c
		}
	}
	return 0
}

// has reports whether node i has a child of the given kind.
func (x *Extractor) has(i uint32, k syntax.Kind) bool { return x.tree.First(i, k) != 0 }

// openBlock enters a block within the current one; the result is the block to
// go back to.
func (x *Extractor) openBlock(kind facts.BlockKind, group, arm int32, span facts.Span) facts.BlockID {
	outer := x.block
	x.block = facts.BlockID(len(x.f.Blocks))
	x.f.Blocks = append(x.f.Blocks, facts.Block{
		Kind: kind, Parent: outer, Scope: x.scope, Group: group, Arm: arm, Span: span,
	})
	return outer
}

// newGroup numbers a statement with blocks.
func (x *Extractor) newGroup() int32 {
	x.groups++
	return x.groups
}

// place is where the walk stands.
type place struct {
	scope facts.ScopeID
	block facts.BlockID
}

// openScope enters a scope with its outermost block. The result is the place
// to go back to.
func (x *Extractor) openScope(s facts.Scope, body facts.Span) (facts.ScopeID, place) {
	outer := place{x.scope, x.block}
	id := facts.ScopeID(len(x.f.Scopes))
	s.Parent, s.Block = x.scope, x.block
	s.Body = facts.BlockID(len(x.f.Blocks))
	x.f.Scopes = append(x.f.Scopes, s)
	x.scope = id
	x.openBlock(facts.Body, x.newGroup(), 0, body)
	return id, outer
}

// goTo goes back to a place.
func (x *Extractor) goTo(p place) { x.scope, x.block = p.scope, p.block }

// bind appends a binding of a name.
func (x *Extractor) bind(name facts.Sym, span facts.Span, value facts.ExprID) {
	x.f.Bindings = append(x.f.Bindings, facts.Binding{
		Target: facts.ToName, Scope: x.scope, Block: x.block, Name: name, Value: value, Span: span,
	})
}

// flushGlobals gives scope s the names declared global since mark.
func (x *Extractor) flushGlobals(s facts.ScopeID, mark int) {
	if len(x.globals) == mark {
		return
	}
	scope := &x.f.Scopes[s]
	scope.GlobalLo, scope.GlobalN = int32(len(x.f.Globals)), int32(len(x.globals)-mark)
	x.f.Globals = append(x.f.Globals, x.globals[mark:]...)
	x.globals = x.globals[:mark]
}
