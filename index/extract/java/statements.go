package java

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// visit walks a statement, or an expression that nothing refers to.
func (x *Extractor) visit(i uint32) {
	switch x.Nodes[i].Kind {
	case kIdentifier, kTypeIdentifier, kScopedIdentifier, kThis, kInteger, kFloat, kTrue, kFalse, kNull, kCharacter, kBreak, kContinue,
		kSuper, kScopedType, kGenericType, kArrayType, kPrimitive, kVoid, kTypeArguments:
	case kInvocation, kNew, kFieldAccess, kArrayAccess, kLambda, kMethodReference, kAssignment, kInstanceof:
		x.expr(i)
	case kLocal:
		x.local(i)
	case kReturn:
		x.returnStatement(i)
	case kYield:
		x.yieldStatement(i)
	case kBlock:
		outer, mark := x.OpenBlock(facts.With, x.NewGroup(), 0, x.Span(i)), len(x.locals)
		x.visitChildren(i)
		x.locals, x.Block = x.locals[:mark], outer

	case kIf:
		x.ifStatement(i)
	case kWhile, kDo, kFor:
		x.loop(i)
	case kForEach:
		x.forEach(i)
	case kTry, kTryResources:
		x.tryStatement(i)
	case kSwitch:
		x.switchStatement(i)

	case kPackage:
		x.packageDeclaration(i)
	case kImport:
		x.importDeclaration(i)
	case kClass, kInterface, kEnum, kRecord, kAnnotationType:
		x.definition(i)
	case kConstructorCall:
		x.constructorCall(i)
	// Members that went astray, as in a file with a syntax error or a class body
	// that is cut off.
	case kMethod, kAnnotationElement:
		x.method(i)
	case kField, kConstant:
		x.fieldDeclaration(i)
	case kConstructor:
		x.constructor(i, 0)
	case kMarkerAnnotation, kAnnotation:
		x.annotation(i)
	default:
		x.visitChildren(i)
	}
}

// visitChildren visits the parts of a node that means nothing by itself, an
// Error among them.
func (x *Extractor) visitChildren(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		x.visit(c)
	}
}

// arm visits node i, the body of a compound statement, as a block.
func (x *Extractor) arm(kind facts.BlockKind, group, arm int32, cond facts.ExprID, i uint32) {
	outer, mark := x.OpenBlock(kind, group, arm, x.Span(i)), len(x.locals)
	x.F.Blocks[x.Block].Cond = cond
	x.F.Blocks[x.Block].Leaves = x.leaves(i)
	x.body(i)
	x.locals, x.Block = x.locals[:mark], outer
}

// body visits what a compound statement holds, in the block that was opened
// for it: the statements of a block, or one statement.
func (x *Extractor) body(i uint32) {
	if x.Nodes[i].Kind == kBlock {
		x.visitChildren(i)
		return
	}
	x.visit(i)
}

// leaves reports whether statement i ends by going elsewhere than behind it.
func (x *Extractor) leaves(i uint32) bool {
	for x.Nodes[i].Kind == kBlock {
		last := uint32(0)
		end := x.Nodes[i].Next
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			last = c
		}
		if last == 0 {
			return false
		}
		i = last
	}
	switch x.Nodes[i].Kind {
	case kReturn, kThrow, kBreak, kContinue:
		return true
	}
	return false
}

// returnStatement records a return.
func (x *Extractor) returnStatement(i uint32) {
	var value facts.ExprID
	if v := x.first(i); v != 0 {
		value = x.expr(v)
	}
	x.returns(value)
}

// ifStatement visits the arms of if, else if and else. What the pattern of a
// condition declares may be seen behind the statement.
func (x *Extractor) ifStatement(i uint32) {
	group := x.NewGroup()
	for arm := int32(0); ; arm++ {
		cond, yes, no := x.Child(i, fCondition), x.Child(i, fConsequence), x.Child(i, fAlternative)
		var condition facts.ExprID
		if cond != 0 {
			condition = x.expr(cond)
		}
		if yes != 0 {
			x.arm(facts.Branch, group, arm, condition, yes)
		}
		x.visitErrors(i)
		if no == 0 {
			return
		}
		if x.Nodes[no].Kind != kIf {
			x.arm(facts.Branch, group, arm+1, 0, no)
			return
		}
		i = no
	}
}

// visitErrors visits what went astray among the children of node i.
func (x *Extractor) visitErrors(i uint32) {
	if !x.Tree.Flawed {
		return
	}
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == syntax.Error {
			x.visitChildren(c)
		}
	}
}

// loop visits while, do and for. What a for declares is seen in it alone.
func (x *Extractor) loop(i uint32) {
	group, mark := x.NewGroup(), len(x.locals)
	outer := x.Block
	if x.Nodes[i].Kind == kFor {
		x.OpenBlock(facts.With, group, 0, x.Span(i))
	}
	around := x.Block
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Field() != fBody {
			x.visit(c)
			continue
		}
		x.OpenBlock(facts.Loop, group, 0, x.Span(c))
		x.body(c)
		x.Block = around
	}
	x.locals, x.Block = x.locals[:mark], outer
}

// forEach visits `for (T v : xs)`. The variable is bound in the loop's body.
func (x *Extractor) forEach(i uint32) {
	group, mark := x.NewGroup(), len(x.locals)
	name, t, value, body := x.Child(i, fName), x.Child(i, fType), x.Child(i, fValue), x.Child(i, fBody)
	var iterable, annot facts.ExprID
	if value != 0 {
		iterable = x.expr(value)
	}
	if t != 0 {
		annot = x.annotated(x.declared(t, i), x.Tree.First(i, kModifiers))
	}
	x.visitErrors(i)
	if body != 0 {
		outer := x.OpenBlock(facts.Loop, group, 0, x.Span(body))
		if x.usable(name) && iterable != 0 {
			x.variable(name, x.Over(facts.Element, 0, name, iterable), annot)
		}
		x.body(body)
		x.Block = outer
	}
	x.locals = x.locals[:mark]
}

// tryStatement visits try, its resources, its handlers and what follows.
func (x *Extractor) tryStatement(i uint32) {
	group, arm, mark, outer := x.NewGroup(), int32(0), len(x.locals), x.Block
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kResources:
			x.OpenBlock(facts.With, x.NewGroup(), 0, x.Span(i))
			last := x.Nodes[c].Next
			for r := c + 1; r < last; r = x.Nodes[r].Next {
				x.resource(r)
			}
		case kBlock:
			x.arm(facts.Try, group, 0, 0, c)
		case kCatch:
			arm++
			x.handler(c, group, arm)
		case kFinally:
			arm++
			if body := x.Tree.First(c, kBlock); body != 0 {
				x.arm(facts.Finally, group, arm, 0, body)
			}
			x.visitErrors(c)
		default:
			x.visit(c)
		}
	}
	x.locals, x.Block = x.locals[:mark], outer
}

// resource visits what a try opens and closes.
func (x *Extractor) resource(i uint32) {
	name, value := x.Child(i, fName), x.Child(i, fValue)
	if x.Nodes[i].Kind != kResource || !x.usable(name) || value == 0 {
		x.visitChildren(i)
		return
	}
	annot := x.annotated(x.declared(x.Child(i, fType), i), x.Tree.First(i, kModifiers))
	x.variable(name, x.expr(value), annot)
}

// handler visits a catch clause. The exception is bound in the handler.
func (x *Extractor) handler(i uint32, group, arm int32) {
	body := x.Child(i, fBody)
	span := x.Span(i)
	if body != 0 {
		span = x.Span(body)
	}
	outer, mark := x.OpenBlock(facts.Handler, group, arm, span), len(x.locals)
	if p := x.Tree.First(i, kCatchParameter); p != 0 {
		t, name := x.Tree.First(p, kCatchType), x.Child(p, fName)
		if t != 0 && x.usable(name) {
			x.variable(name, x.Over(facts.Raised, 0, name, x.typeExpr(t)), 0)
		}
	}
	x.visitErrors(i)
	if body != 0 {
		x.F.Blocks[x.Block].Leaves = x.leaves(body)
		x.body(body)
	}
	x.locals, x.Block = x.locals[:mark], outer
}
