package csharp

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// visit walks a statement or declaration, or an expression that nothing refers
// to.
func (x *Extractor) visit(i uint32) {
	if x.Nodes[i].Deep() {
		return
	}
	switch kind := x.Nodes[i].Kind; kind {
	case kIdentifier, kInteger, kReal, kBoolean, kNull, kString, kVerbatim, kRawString, kCharacter, kModifier, kPredefined, kBreak,
		kContinue, kThis, kVar, kQualified, kTypeArguments, kToken:
	case kInvocation, kMember, kElement, kConditionalAccess, kNew, kImplicitNew, kLambda, kDelegateExpression, kIsPattern, kQuery,
		kAnonymous, kInterpolated, kSwitchExpression, kAssignment, kDeclaration, kWith, kElementBinding, kBase, kConditional:
		x.expr(i)
	case kClass, kStruct, kRecord, kInterface, kEnum:
		x.typeDeclaration(i, kind)
	case kMethod:
		if x.class != nil {
			x.method(i)
		} else { // astray in a broken file
			x.localFunction(i)
		}
	case kConstructor, kProperty, kField, kIndexer, kEvent, kEventField, kDestructor, kOperator, kConversion, kEnumMember:
		if x.class != nil && x.Scope == x.class.scope {
			x.member(i)
		} else {
			x.visitChildren(i)
		}
	case kUsing:
		x.using(i)
	case kNamespace, kFileNamespace, kDelegate, kAttributes:
	case kIfDirective:
		x.directive(i, x.visitArm)
	case syntax.Error:
		x.broken(i)

	case kLocal, kVariables:
		x.localVariables(i)
	case kLocalFunction:
		x.localFunction(i)
	case kReturn:
		x.returnStatement(i)
	case kYield:
		x.yield(i)
	case kIf:
		x.ifStatement(i, x.NewGroup(), 0)
	case kFor, kWhile, kDo:
		x.loop(i)
	case kForeach:
		x.foreach(i)
	case kTry:
		x.tryStatement(i)
	case kUsingStatement, kLock:
		x.guarded(i)
	case kSwitch:
		x.switchStatement(i)
	default:
		x.visitChildren(i)
	}
}

// visitChildren visits the parts of a node that means nothing by itself.
func (x *Extractor) visitChildren(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		x.visit(c)
	}
}

// visitArm visits the content of an arm of #if.
func (x *Extractor) visitArm(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if f := x.Nodes[c].Field(); f != fCondition && f != fAlternative {
			x.visit(c)
		}
	}
}

// arm visits node i, the body of a compound statement, as a block.
func (x *Extractor) arm(kind facts.BlockKind, group, arm int32, cond facts.ExprID, i uint32) {
	outer := x.OpenBlock(kind, group, arm, x.Span(i))
	x.F.Blocks[x.Block].Cond = cond
	x.F.Blocks[x.Block].Leaves = x.leaves(i)
	x.inBlock(i)
	x.Block = outer
}

// inBlock visits a block's statements, or the statement that stands for one.
func (x *Extractor) inBlock(i uint32) {
	if x.Nodes[i].Kind == kBlock && !x.Nodes[i].Deep() {
		x.visitChildren(i)
		return
	}
	x.visit(i)
}

// leaves reports whether body i ends by going elsewhere than behind it.
func (x *Extractor) leaves(i uint32) bool {
	last := i
	if x.Nodes[i].Kind == kBlock {
		last = 0
		end := x.Nodes[i].Next
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			last = c
		}
	}
	if last == 0 {
		return false
	}
	switch x.Nodes[last].Kind {
	case kReturn, kThrow, kBreak, kContinue, kGoto:
		return true
	case kYield:
		return x.first(last) == 0 // yield break
	}
	return false
}

// localVariables visits the declaration of variables.
func (x *Extractor) localVariables(i uint32) {
	vars := i
	if x.Nodes[i].Kind == kLocal {
		if vars = x.Tree.First(i, kVariables); vars == 0 {
			x.visitChildren(i)
			return
		}
	}
	typ := x.Child(vars, fType)
	var annot facts.ExprID
	if typ != 0 {
		annot = x.typeExpr(typ)
	}
	end := x.Nodes[vars].Next
	for c := vars + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kVariable {
			x.variable(c, typ, annot)
		}
	}
}

// variable visits one declared variable.
func (x *Extractor) variable(i, typ uint32, annot facts.ExprID) {
	name := x.first(i)
	if name == 0 {
		return
	}
	var value facts.ExprID
	if v := x.from(i, x.Nodes[name].Next); v != 0 {
		value = x.wanted(v, typ)
	}
	if x.Nodes[name].Kind == kTuplePattern {
		x.unpack(name, value)
		return
	}
	if x.Nodes[name].Kind != kIdentifier || x.Nodes[name].Missing() {
		return
	}
	x.bindLocal(name, value, annot)
}

// bindLocal declares the variable that node i names.
func (x *Extractor) bindLocal(i uint32, value, annot facts.ExprID) {
	sym := x.ident(i)
	if sym == 0 {
		return
	}
	x.declare(sym)
	if value == 0 && annot == 0 {
		return
	}
	b := facts.Binding{Scope: x.Scope, Block: x.Block, Name: sym, Flag: facts.Scoped, Value: value, Annot: annot, Span: x.Span(i)}
	if annot != 0 {
		b.Flag |= facts.Annotated
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// returnStatement records a return.
func (x *Extractor) returnStatement(i uint32) {
	var value facts.ExprID
	if v := x.first(i); v != 0 {
		value = x.wanted(v, x.result)
	}
	x.returns(value)
}

// yield records `yield return v`.
func (x *Extractor) yield(i uint32) {
	v := x.first(i)
	if v == 0 {
		return
	}
	value := x.expr(v)
	x.Over(facts.Await, facts.Yield, i, value)
	x.F.Scopes[x.Scope].Generator = true
	x.F.Returns = append(x.F.Returns, facts.Return{Yield: true, Scope: x.Scope, Block: x.Block, Value: value})
}

// ifStatement visits the arms of if and else from the given one on.
func (x *Extractor) ifStatement(i uint32, group, arm int32) {
	for {
		var cond facts.ExprID
		if c := x.Child(i, fCondition); c != 0 {
			cond = x.expr(c)
		}
		if c := x.Child(i, fConsequence); c != 0 {
			x.arm(facts.Branch, group, arm, cond, c)
		}
		other := x.Child(i, fAlternative)
		switch {
		case other == 0:
			return
		case x.Nodes[other].Kind == kIf && !x.Nodes[other].Deep():
			i, arm = other, arm+1
		default:
			x.arm(facts.Branch, group, arm+1, 0, other)
			return
		}
	}
}

// loop visits for, while and do. What `for` declares belongs to a block around
// it.
func (x *Extractor) loop(i uint32) {
	group := x.NewGroup()
	outer := x.Block
	if x.Nodes[i].Kind == kFor {
		x.OpenBlock(facts.With, group, 0, x.Span(i))
	}
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch n := &x.Nodes[c]; {
		case n.Field() == fBody:
			x.arm(facts.Loop, group, 0, 0, c)
		default:
			x.visit(c)
		}
	}
	x.Block = outer
}

// foreach visits foreach. The loop variable is bound in the loop's body.
func (x *Extractor) foreach(i uint32) {
	group := x.NewGroup()
	target, over, body := x.Child(i, fLeft), x.Child(i, fRight), x.Child(i, fBody)
	var flag facts.Flag
	if x.Has(i, kAwaitToken) {
		flag = facts.Async
	}
	var iterable, annot facts.ExprID
	if over != 0 {
		iterable = x.expr(over)
	}
	if t := x.Child(i, fType); t != 0 {
		annot = x.typeExpr(t)
	}
	span := x.Span(i)
	if body != 0 {
		span = x.Span(body)
	}
	outer := x.OpenBlock(facts.Loop, group, 0, span)
	if target != 0 && iterable != 0 {
		element := x.Over(facts.Element, flag, target, iterable)
		if x.Nodes[target].Kind == kIdentifier {
			x.bindLocal(target, element, annot)
		} else {
			x.unpack(target, element)
		}
	}
	if body != 0 {
		x.F.Blocks[x.Block].Leaves = x.leaves(body)
		x.inBlock(body)
	}
	x.Block = outer
}

// tryStatement visits try, its handlers and what follows.
func (x *Extractor) tryStatement(i uint32) {
	group, arm := x.NewGroup(), int32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kBlock:
			x.arm(facts.Try, group, 0, 0, c)
		case kCatch:
			arm++
			x.handler(c, group, arm)
		case kFinally:
			arm++
			if b := x.Tree.First(c, kBlock); b != 0 {
				x.arm(facts.Finally, group, arm, 0, b)
			}
		default:
			x.visit(c)
		}
	}
}

// handler visits a catch clause. The exception is bound in it.
func (x *Extractor) handler(i uint32, group, arm int32) {
	span := x.Span(i)
	body := x.Child(i, fBody)
	if body != 0 {
		span = x.Span(body)
	}
	outer := x.OpenBlock(facts.Handler, group, arm, span)
	if d := x.Tree.First(i, kCatchDeclaration); d != 0 {
		typ, name := x.Child(d, fType), x.Child(d, fName)
		if typ != 0 && name != 0 {
			t := x.typeArgument(typ)
			x.bindLocal(name, x.Over(facts.Raised, 0, name, t), 0)
		}
	}
	if f := x.Tree.First(i, kCatchFilter); f != 0 {
		x.visitChildren(f)
	}
	if body != 0 {
		x.F.Blocks[x.Block].Leaves = x.leaves(body)
		x.inBlock(body)
	}
	x.Block = outer
}

// guarded visits using and lock statements.
func (x *Extractor) guarded(i uint32) {
	outer := x.OpenBlock(facts.With, x.NewGroup(), 0, x.Span(i))
	body := x.Child(i, fBody)
	if body == 0 {
		body = x.last(i)
	}
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if c == body {
			x.F.Blocks[x.Block].Leaves = x.leaves(c)
			x.inBlock(c)
			continue
		}
		x.visit(c)
	}
	x.Block = outer
}
