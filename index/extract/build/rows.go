package build

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// Add appends an expression that stands where the walk stands.
func (x *Builder) Add(kind facts.Kind, flag facts.Flag, span facts.Span) facts.ExprID {
	id := facts.ExprID(len(x.F.Exprs))
	x.F.Exprs = append(x.F.Exprs, facts.Expr{Kind: kind, Flag: flag, Scope: x.Scope, Block: x.Block, Span: span})
	return id
}

// Row appends an expression for node i.
func (x *Builder) Row(kind facts.Kind, i uint32) facts.ExprID {
	n := &x.Nodes[i]
	return x.Add(kind, 0, facts.Span{Start: n.Start, End: n.End})
}

// Named appends an expression for node i with a name.
func (x *Builder) Named(kind facts.Kind, i uint32, name facts.Sym) facts.ExprID {
	id := x.Row(kind, i)
	x.F.Exprs[id].Name = name
	return id
}

// Over appends an expression for node i with one operand.
func (x *Builder) Over(kind facts.Kind, flag facts.Flag, i uint32, operand facts.ExprID) facts.ExprID {
	n := &x.Nodes[i]
	id := x.Add(kind, flag, facts.Span{Start: n.Start, End: n.End})
	x.F.Exprs[id].X = operand
	return id
}

// Both appends an expression for node i with two operands.
func (x *Builder) Both(kind facts.Kind, i uint32, a, b facts.ExprID) facts.ExprID {
	id := x.Over(kind, 0, i, a)
	x.F.Exprs[id].Y = b
	return id
}

// Push puts an operand on the stack of unfinished lists.
func (x *Builder) Push(id facts.ExprID) { x.Kids = append(x.Kids, id) }

// Pop moves the operands pushed since mark to File.Kids.
func (x *Builder) Pop(mark int) (lo, n int32) {
	lo, n = int32(len(x.F.Kids)), int32(len(x.Kids)-mark)
	x.F.Kids = append(x.F.Kids, x.Kids[mark:]...)
	x.Kids = x.Kids[:mark]
	return lo, n
}

// Group appends an expression with the operands pushed since mark.
func (x *Builder) Group(kind facts.Kind, flag facts.Flag, span facts.Span, mark int) facts.ExprID {
	id := x.Add(kind, flag, span)
	x.F.Exprs[id].Lo, x.F.Exprs[id].N = x.Pop(mark)
	return id
}

// Span returns the byte range of node i.
func (x *Builder) Span(i uint32) facts.Span {
	return facts.Span{Start: x.Nodes[i].Start, End: x.Nodes[i].End}
}

// Source returns the text of node i.
func (x *Builder) Source(i uint32) []byte { return x.Src[x.Nodes[i].Start:x.Nodes[i].End] }

// Ident interns the text of node i.
func (x *Builder) Ident(i uint32) facts.Sym { return x.Sym(x.Source(i)) }

// Child returns the first child of node i with the given field, or 0.
func (x *Builder) Child(i uint32, f syntax.Field) uint32 { return x.Tree.Child(i, f) }

// Has reports whether node i has a child of the given kind.
func (x *Builder) Has(i uint32, k syntax.Kind) bool { return x.Tree.First(i, k) != 0 }

// OpenBlock enters a block within the current one; the result is the block to
// go back to.
func (x *Builder) OpenBlock(kind facts.BlockKind, group, arm int32, span facts.Span) facts.BlockID {
	outer := x.Block
	x.Block = facts.BlockID(len(x.F.Blocks))
	x.F.Blocks = append(x.F.Blocks, facts.Block{
		Kind: kind, Parent: outer, Scope: x.Scope, Group: group, Arm: arm, Span: span,
	})
	return outer
}

// NewGroup numbers a statement with blocks.
func (x *Builder) NewGroup() int32 {
	x.groups++
	return x.groups
}

// Place is where the walk stands.
type Place struct {
	Scope facts.ScopeID
	Block facts.BlockID
}

// OpenScope enters a scope with its outermost block. The result is the place
// to go back to.
func (x *Builder) OpenScope(s facts.Scope, body facts.Span) (facts.ScopeID, Place) {
	outer := Place{x.Scope, x.Block}
	id := facts.ScopeID(len(x.F.Scopes))
	s.Parent, s.Block = x.Scope, x.Block
	s.Body = facts.BlockID(len(x.F.Blocks))
	x.F.Scopes = append(x.F.Scopes, s)
	x.Scope = id
	x.OpenBlock(facts.Body, x.NewGroup(), 0, body)
	return id, outer
}

// GoTo goes back to a place.
func (x *Builder) GoTo(p Place) { x.Scope, x.Block = p.Scope, p.Block }

// Bind appends a binding of a name.
func (x *Builder) Bind(name facts.Sym, span facts.Span, value facts.ExprID) {
	x.F.Bindings = append(x.F.Bindings, facts.Binding{
		Target: facts.ToName, Scope: x.Scope, Block: x.Block, Name: name, Value: value, Span: span,
	})
}

// FlushGlobals gives scope s the names declared global since mark.
func (x *Builder) FlushGlobals(s facts.ScopeID, mark int) {
	if len(x.Globals) == mark {
		return
	}
	scope := &x.F.Scopes[s]
	scope.GlobalLo, scope.GlobalN = int32(len(x.F.Globals)), int32(len(x.Globals)-mark)
	x.F.Globals = append(x.F.Globals, x.Globals[mark:]...)
	x.Globals = x.Globals[:mark]
}
