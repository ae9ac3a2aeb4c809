package kotlin

import (
	"slices"

	"topicls/index/facts"
)

// statements reads statements up to the brace that ends them. The result is
// the value of the last one, if it is wanted, or 0, and whether the end is
// never reached.
func (x *Extractor) statements(want bool) (value facts.ExprID, leaves bool) {
	for !x.closing() {
		before := x.pos
		if x.accept(tSemi) {
			continue
		}
		value, leaves = x.statement(want)
		x.ended(before)
	}
	return value, leaves
}

// statement reads a statement. Its value is of use only if it is wanted.
func (x *Extractor) statement(want bool) (value facts.ExprID, leaves bool) {
	x.label()
	switch x.tok().kind {
	case kwFor:
		x.forLoop()
		return 0, false
	case kwWhile:
		x.whileLoop()
		return 0, false
	case kwDo:
		x.doLoop()
		return 0, false
	}
	if x.declare() {
		return 0, false
	}
	for x.at(tAt) { // of an expression
		x.pos = x.pastAnnotation(x.pos)
	}
	if !want {
		x.discard = x.pos
	}
	start, rows := x.pos, len(x.F.Exprs)
	value = x.expr()
	if x.pos == start {
		return 0, false
	}
	switch x.tok().kind {
	case tAssign, tPlusEq, tOpEq:
		if !x.tok().nl {
			x.assignment(value, rows)
			return 0, false
		}
	}
	if value == x.jump {
		return 0, true
	}
	return value, false
}

// label takes the label in front of a statement or lambda.
func (x *Extractor) label() {
	for x.at(tIdent) && x.peek(1).kind == tAt && x.peek(1).start == x.tok().end {
		x.pos += 2
	}
}

// assignment reads `= value` behind the target, whose rows begin at the given
// one. The last of them, which reads the target, is taken back.
func (x *Extractor) assignment(target facts.ExprID, rows int) {
	last := x.toks[x.pos-1].span() // of a member's name
	op := x.next().kind
	e := x.F.Exprs[target]
	if int(target) == len(x.F.Exprs)-1 && int(target) >= rows && (e.Kind == facts.Name || e.Kind == facts.Attr || e.Kind == facts.Index) {
		x.F.Exprs = x.F.Exprs[:target]
	}
	value := x.expr()
	var flag facts.Flag
	if op != tAssign {
		flag = facts.Augmented
		if op == tOpEq { // nothing of the value is left
			value = x.Add(facts.Unknown, 0, x.F.Exprs[value].Span)
		}
	}
	switch e.Kind {
	case facts.Name:
		x.assignName(e.Name, e.Span, value, flag)
	case facts.Attr:
		if of := &x.F.Exprs[e.X]; of.Kind == facts.Receiver {
			of.Kind, of.Name = facts.Name, x.Sym(nameThis)
		}
		x.setAttr(e.X, e.Name, last, value, flag)
	case facts.Index:
		x.F.Bindings = append(x.F.Bindings, facts.Binding{
			Target: facts.ToIndex, Flag: flag, Scope: x.Scope, Block: x.Block, Obj: e.X, Key: e.Y, Value: value, Span: e.Span,
		})
	}
}

// assignName binds a name that is assigned to: a variable of the functions
// around, a property of the receiver or of the file.
func (x *Extractor) assignName(name facts.Sym, span facts.Span, value facts.ExprID, flag facts.Flag) {
	if name == 0 {
		return
	}
	top := len(x.locals)
	for i := len(x.funcs) - 1; i >= 0; i-- {
		f := &x.funcs[i]
		if slices.Contains(x.locals[f.locals:top], name) {
			if i < len(x.funcs)-1 { // of a function around a lambda
				x.Globals = append(x.Globals, name)
			}
			x.Bind(name, span, value)
			x.F.Bindings[len(x.F.Bindings)-1].Flag = flag
			return
		}
		if f.field != 0 && x.symIs(name, nameField) {
			x.setAttr(x.this(span), f.field, span, value, flag)
			return
		}
		if f.receiver && x.owner(name) < 0 {
			x.setAttr(x.this(span), name, span, value, flag)
			return
		}
		top = f.locals
	}
	if at := x.owner(name); at >= 0 || len(x.classes) > 0 && !slices.Contains(x.tops, name) && !x.here().static {
		x.setAttr(x.receiver(at, name, span), name, span, value, flag)
		return
	}
	if x.local() {
		x.Globals = append(x.Globals, name)
	}
	x.Bind(name, span, value)
	x.F.Bindings[len(x.F.Bindings)-1].Flag = flag
}

// owner returns the innermost of the classes that the walk is in that declares
// a property, or -1.
func (x *Extractor) owner(name facts.Sym) int {
	for i := len(x.classes) - 1; i >= 0; i-- {
		if c := &x.classes[i]; slices.Contains(c.fields, name) || slices.Contains(c.statics, name) {
			return i
		}
	}
	return -1
}

// receiver appends what a property of the class at the given index is a member
// of: the object, the one around it, or the class itself. -1 is a class that
// the innermost one extends.
func (x *Extractor) receiver(at int, name facts.Sym, span facts.Span) facts.ExprID {
	here := facts.Span{Start: span.Start, End: span.Start}
	if at < 0 || at == len(x.classes)-1 && !slices.Contains(x.classes[at].statics, name) {
		return x.this(span)
	}
	class := x.named(facts.Name, x.classes[at].name, here)
	if slices.Contains(x.classes[at].statics, name) {
		return class
	}
	return x.attr(class, x.Sym(nameThis), here)
}

// forLoop reads `for (v in xs) body`. The variable is bound in the body.
func (x *Extractor) forLoop() {
	x.next()
	open := x.pos
	if !x.expect(tLParen) {
		return
	}
	from := x.pos
	for !x.at(kwIn) && !x.closing() && !x.tok().nl {
		x.skipBalanced()
	}
	if !x.accept(kwIn) {
		x.unexpected()
		x.pos = from
		x.expr()
		x.close(open, tRParen)
		return
	}
	iterable := x.expr()
	x.close(open, tRParen)
	after := x.pos
	outer := x.OpenBlock(facts.Loop, x.NewGroup(), 0, x.tok().span())
	block := x.Block
	x.pos = from
	for x.at(tAt) {
		x.pos = x.pastAnnotation(x.pos)
	}
	if x.at(kwVal) || x.at(kwVar) {
		x.next()
	}
	t := x.tok()
	element := x.Add(facts.Element, 0, t.span())
	x.F.Exprs[element].X = iterable
	switch {
	case t.kind == tLParen:
		x.pattern(element)
	case x.accept(tIdent):
		var annot facts.ExprID
		if x.accept(tColon) {
			annot = x.typeExpr()
		}
		x.bindLocal(x.ident(t), t.span(), element, annot)
	}
	x.pos = after
	x.loopBody(block)
	x.Block = outer
}

// loopBody reads the body of a loop into its block.
func (x *Extractor) loopBody(block facts.BlockID) {
	start := x.tok().start
	switch {
	case x.at(tLBrace):
		x.bracedStatements(false)
	case x.at(tSemi):
	default:
		x.statement(false)
	}
	x.F.Blocks[block].Span = x.since(start)
}

// bracedStatements reads `{ ... }` into the block that the walk is in.
func (x *Extractor) bracedStatements(want bool) (value facts.ExprID, leaves bool) {
	if !x.enter() {
		return 0, false
	}
	defer x.leave()
	open := x.pos
	x.next()
	lambda := x.noLambda
	x.noLambda = false
	value, leaves = x.statements(want)
	x.noLambda = lambda
	x.close(open, tRBrace)
	return value, leaves
}

// condition reads an expression in parentheses.
func (x *Extractor) condition() facts.ExprID {
	open := x.pos
	if !x.expect(tLParen) {
		return 0
	}
	lambda := x.noLambda
	x.noLambda = false
	id := x.expr()
	x.noLambda = lambda
	x.close(open, tRParen)
	return id
}

// whileLoop reads `while (c) body`.
func (x *Extractor) whileLoop() {
	x.next()
	x.condition()
	outer := x.OpenBlock(facts.Loop, x.NewGroup(), 0, x.tok().span())
	x.loopBody(x.Block)
	x.Block = outer
}

// doLoop reads `do body while (c)`.
func (x *Extractor) doLoop() {
	x.next()
	outer := x.OpenBlock(facts.Loop, x.NewGroup(), 0, x.tok().span())
	x.loopBody(x.Block)
	if x.at(kwWhile) {
		x.next()
		x.condition()
	}
	x.Block = outer
}

// arm reads the body of an arm of if or when as a block of its own.
func (x *Extractor) arm(group, arm int32, cond facts.ExprID, want bool) (value facts.ExprID, leaves bool) {
	start := x.tok().start
	outer := x.OpenBlock(facts.Branch, group, arm, x.tok().span())
	block := x.Block
	x.F.Blocks[block].Cond = cond
	switch {
	case x.at(tLBrace):
		value, leaves = x.bracedStatements(want)
	case x.at(tSemi), x.closing():
	default:
		value, leaves = x.statement(want)
	}
	x.F.Blocks[block].Span, x.F.Blocks[block].Leaves = x.since(start), leaves
	x.Block = outer
	return value, leaves
}

// choice is an arm that has a value.
type choice struct{ cond, value facts.ExprID }

// ifExpr reads if, else if and else.
func (x *Extractor) ifExpr() facts.ExprID {
	want := x.discard != x.pos
	start := x.next().start
	group := x.NewGroup()
	var arms [8]choice
	list := arms[:0]
	cond, whole, out := x.condition(), false, true
	for n := int32(0); ; n++ {
		value, leaves := x.arm(group, n, cond, want)
		out = out && leaves
		if value != 0 && n < maxNesting {
			list = append(list, choice{cond, value})
		}
		if whole {
			break
		}
		if x.at(tSemi) && x.peek(1).kind == kwElse {
			x.next()
		}
		if !x.accept(kwElse) {
			break
		}
		if x.at(kwIf) {
			x.next()
			cond = x.condition()
			continue
		}
		cond, whole = 0, true
	}
	if whole && out {
		return x.gone(start)
	}
	if !want || !whole {
		list = list[:0]
	}
	return x.chosen(start, list)
}

// gone appends the row of an expression that has no value, since it goes
// elsewhere.
func (x *Extractor) gone(start uint32) facts.ExprID {
	x.jump = x.Add(facts.Unknown, 0, x.since(start))
	return x.jump
}

// chosen appends the value of if: each arm's, under its condition.
func (x *Extractor) chosen(start uint32, list []choice) facts.ExprID {
	if len(list) == 0 {
		return x.Add(facts.Unknown, 0, x.since(start))
	}
	id := list[len(list)-1].value
	for i := len(list) - 2; i >= 0; i-- {
		mark := len(x.Kids)
		x.Push(list[i].value)
		x.Push(id)
		id = x.Group(facts.Alt, facts.Ternary, x.since(start), mark)
		x.F.Exprs[id].Y = list[i].cond
	}
	return id
}

// when reads a when, with or without a subject.
func (x *Extractor) when() facts.ExprID {
	want := x.discard != x.pos
	start := x.next().start
	outer := x.Block
	var subject facts.ExprID
	if x.at(tLParen) {
		subject = x.whenSubject()
	}
	var values []facts.ExprID
	out, whole := true, false
	if open := x.pos; x.expect(tLBrace) {
		lambda := x.noLambda
		x.noLambda = false
		group := x.NewGroup()
		for n := int32(0); !x.closing(); {
			before := x.pos
			if x.accept(tSemi) {
				continue
			}
			whole = whole || x.at(kwElse)
			cond := x.whenConditions(subject)
			if !x.expect(tArrow) {
				if x.pos == before {
					x.skipBalanced()
				}
				continue
			}
			value, leaves := x.arm(group, n, cond, want)
			n++
			out = out && leaves
			if value != 0 {
				values = append(values, value)
			}
			x.ended(before)
		}
		x.noLambda = lambda
		x.close(open, tRBrace)
	}
	x.Block = outer
	switch {
	case out && whole:
		return x.gone(start)
	case !want || len(values) == 0:
		return x.Add(facts.Unknown, 0, x.since(start))
	case len(values) == 1:
		return values[0]
	}
	mark := len(x.Kids)
	for _, v := range values {
		x.Push(v)
	}
	return x.Group(facts.Alt, 0, x.since(start), mark)
}

// whenSubject reads `(x)` or `(val y = x)`, which is bound in a block around
// the when.
func (x *Extractor) whenSubject() facts.ExprID {
	for i := x.pos + 1; ; {
		if x.toks[i].kind == tAt {
			i = x.pastAnnotation(i)
			continue
		}
		if x.toks[i].kind != kwVal {
			return x.condition()
		}
		break
	}
	open := x.pos
	x.next()
	for x.at(tAt) {
		x.pos = x.pastAnnotation(x.pos)
	}
	x.next()
	t := x.tok()
	if !x.expect(tIdent) {
		x.close(open, tRParen)
		return 0
	}
	var annot facts.ExprID
	if x.accept(tColon) {
		annot = x.typeExpr()
	}
	var value facts.ExprID
	if x.expect(tAssign) {
		value = x.expr()
	}
	x.close(open, tRParen)
	x.OpenBlock(facts.With, x.NewGroup(), 0, x.since(t.start))
	name := x.ident(t)
	x.bindLocal(name, t.span(), value, annot)
	return x.named(facts.Name, name, t.span())
}

// whenConditions reads what stands in front of an arm of when.
func (x *Extractor) whenConditions(subject facts.ExprID) facts.ExprID {
	start := x.tok().start
	var cond facts.ExprID
	if x.accept(kwElse) {
		if x.at(kwIf) { // a guard
			x.next()
			return x.expr()
		}
		return 0
	}
	mark, labels := len(x.Kids), x.labelsOnly()
	for !x.at(tArrow) && !x.closing() {
		before := x.pos
		x.Push(x.whenCondition(subject, labels))
		if !x.accept(tComma) || x.pos == before {
			break
		}
	}
	switch {
	case len(x.Kids) == mark+1:
		cond = x.Kids[mark]
		x.Kids = x.Kids[:mark]
		if labels && subject != 0 {
			cond = x.compare(facts.Equal, start, subject, cond)
		}
	case labels && subject != 0:
		cond = x.compare(facts.In, start, subject, x.Group(facts.List, 0, x.since(start), mark))
	default:
		cond = x.Group(facts.Alt, facts.Or, x.since(start), mark)
	}
	if x.accept(kwIf) { // a guard
		mark = len(x.Kids)
		x.Push(cond)
		x.Push(x.expr())
		cond = x.Group(facts.Alt, facts.And, x.since(start), mark)
	}
	return cond
}

// labelsOnly reports whether the conditions of an arm are all values.
func (x *Extractor) labelsOnly() bool {
	for i := x.pos; i < x.end && x.toks[i].kind != tArrow && !x.toks[i].closes(); i = x.past(i) {
		if first := i == x.pos || x.toks[i-1].kind == tComma; !first {
			continue
		}
		switch x.toks[i].kind {
		case kwIs, tNotIs, kwIn, tNotIn:
			return false
		}
	}
	return true
}

// whenCondition reads one condition of an arm. One of several that are not all
// labels is compared to the subject here.
func (x *Extractor) whenCondition(subject facts.ExprID, labels bool) facts.ExprID {
	t := x.tok()
	switch t.kind {
	case kwIs, tNotIs:
		x.next()
		id := x.both(facts.Compute, t.start, subject, x.typeExpr())
		x.F.Exprs[id].Name = x.Sym([]byte("is"))
		if t.kind == tNotIs {
			id = x.row(facts.Not, t.start, id)
		}
		return id
	case kwIn, tNotIn:
		x.next()
		op := facts.In
		if t.kind == tNotIn {
			op = facts.NotIn
		}
		return x.compare(op, t.start, subject, x.expr())
	}
	id := x.expr()
	if subject == 0 || labels {
		return id
	}
	return x.compare(facts.Equal, t.start, subject, id)
}

// compare appends a comparison.
func (x *Extractor) compare(op facts.Op, start uint32, a, b facts.ExprID) facts.ExprID {
	id := x.both(facts.Compare, start, a, b)
	x.F.Exprs[id].Lo = int32(op)
	return id
}

// try reads try, its handlers and what follows.
func (x *Extractor) try() facts.ExprID {
	want := x.discard != x.pos
	start := x.next().start
	group, arm := x.NewGroup(), int32(0)
	var values []facts.ExprID
	out := true
	block := func(kind facts.BlockKind, before func()) {
		from := x.tok().start
		outer := x.OpenBlock(kind, group, arm, x.tok().span())
		b := x.Block
		if before != nil {
			before()
		}
		var value facts.ExprID
		leaves := false
		if x.at(tLBrace) {
			value, leaves = x.bracedStatements(want && kind != facts.Finally)
		} else {
			x.unexpected()
		}
		x.F.Blocks[b].Span, x.F.Blocks[b].Leaves = x.since(from), leaves
		if kind != facts.Finally {
			out = out && leaves
			if value != 0 {
				values = append(values, value)
			}
		}
		x.Block = outer
	}
	block(facts.Try, nil)
	for x.is(x.tok(), "catch") && x.peek(1).kind == tLParen {
		x.next()
		arm++
		block(facts.Handler, x.caught)
	}
	if x.is(x.tok(), "finally") && x.peek(1).kind == tLBrace {
		x.next()
		arm++
		block(facts.Finally, nil)
	}
	switch {
	case out:
		return x.gone(start)
	case !want || len(values) == 0:
		return x.Add(facts.Unknown, 0, x.since(start))
	case len(values) == 1:
		return values[0]
	}
	mark := len(x.Kids)
	for _, v := range values {
		x.Push(v)
	}
	return x.Group(facts.Alt, 0, x.since(start), mark)
}

// caught binds the exception of `catch (e: T)`.
func (x *Extractor) caught() {
	open := x.pos
	x.next()
	for x.at(tAt) {
		x.pos = x.pastAnnotation(x.pos)
	}
	if t := x.tok(); x.expect(tIdent) {
		var typ facts.ExprID
		if x.accept(tColon) {
			typ = x.typeExpr()
		}
		raised := x.Add(facts.Raised, 0, t.span())
		x.F.Exprs[raised].X = typ
		if string(x.word(t)) != "_" {
			x.bindLocal(x.ident(t), t.span(), raised, 0)
		}
	}
	x.close(open, tRParen)
}

// jumpExpr reads return, throw, break or continue.
func (x *Extractor) jumpExpr() facts.ExprID {
	t := x.next()
	var label *token
	if x.at(tAt) && x.tok().start == t.end && x.peek(1).kind == tIdent {
		x.next()
		label = x.next()
	}
	var value facts.ExprID
	if (t.kind == kwReturn || t.kind == kwThrow) && !x.tok().nl && x.beginsExpr() {
		value = x.expr()
	}
	if t.kind == kwReturn && value != x.jump || t.kind == kwReturn && value == 0 {
		x.returned(value, label)
	}
	return x.gone(t.start)
}

// returned records a return from the function or lambda that it leaves.
func (x *Extractor) returned(value facts.ExprID, label *token) {
	scope, block := x.Scope, x.Block
	for i := len(x.funcs) - 1; i >= 0; i-- {
		f := &x.funcs[i]
		for scope != f.scope && scope != 0 {
			s := &x.F.Scopes[scope]
			scope, block = s.Parent, s.Block
		}
		if !f.lambda || label != nil && !x.namesFunction(label) {
			x.F.Returns = append(x.F.Returns, facts.Return{Scope: scope, Block: block, Value: value})
			return
		}
	}
}

// namesFunction reports whether a label is the name of a function, not of what
// is given a lambda.
func (x *Extractor) namesFunction(label *token) bool {
	name := x.word(label)
	return slices.ContainsFunc(x.funcs, func(f function) bool { return !f.lambda && x.symIs(f.name, name) })
}
