package python

import (
	"bytes"

	"topicls/index/facts"
)

// visit walks a statement, or an expression that nothing refers to.
func (x *Extractor) visit(i uint32) {
	switch x.Nodes[i].Kind {
	case kIdentifier, kInteger, kFloat, kTrue, kFalse, kNone, kDottedName, kBreak, kContinue:
	case kCall, kAttribute, kSubscript, kNamedExpression, kLambda, kYield,
		kListComprehension, kSetComprehension, kDictionaryComprehension, kGeneratorExpression:
		x.expr(i)
	case kKeywordArgument:
		if v := x.Child(i, fValue); v != 0 {
			x.visit(v)
		}

	case kAssignment:
		x.assignment(i)
	case kAugmentedAssignment:
		x.augmented(i)
	case kReturn:
		x.returnStatement(i)
	case kDelete:
		x.deleteTargets(i)
	case kGlobal, kNonlocal:
		end := x.Nodes[i].Next
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			if x.Nodes[c].Kind == kIdentifier {
				x.Globals = append(x.Globals, x.Ident(c))
			}
		}
	case kImport:
		x.importStatement(i)
	case kImportFrom:
		x.importFrom(i)
	case kFutureImport:
	case kTypeAlias:
		x.typeAlias(i)

	case kIf:
		x.ifStatement(i)
	case kFor, kWhile:
		x.loop(i)
	case kTry:
		x.tryStatement(i)
	case kWith:
		x.withStatement(i)
	case kMatch:
		x.matchStatement(i)
	case kFunction, kClass:
		x.definition(i, i)
	case kDecorated:
		x.decorated(i)
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
	outer := x.OpenBlock(kind, group, arm, x.Span(i))
	x.F.Blocks[x.Block].Cond = cond
	x.F.Blocks[x.Block].Leaves = x.leaves(i)
	x.visitChildren(i)
	x.Block = outer
}

// leaves reports whether body i ends by going elsewhere than behind it.
func (x *Extractor) leaves(i uint32) bool {
	last := uint32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		last = c
	}
	if last == 0 {
		return false
	}
	switch x.Nodes[last].Kind {
	case kReturn, kRaise, kBreak, kContinue:
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
	x.F.Returns = append(x.F.Returns, facts.Return{Scope: x.Scope, Block: x.Block, Value: value})
}

// deleteTargets visits what is evaluated to find the targets of a del.
func (x *Extractor) deleteTargets(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kExpressionList, kTuple, kList, kParenthesized:
			x.deleteTargets(c)
		default:
			x.visitChildren(c)
		}
	}
}

// ifStatement visits the arms of if, elif and else.
func (x *Extractor) ifStatement(i uint32) {
	group, arm := x.NewGroup(), int32(0)
	var cond facts.ExprID
	guarded := false
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case n.Kind == kElif:
			cond = 0
			if e := x.Child(c, fCondition); e != 0 {
				cond = x.expr(e)
			}
			x.armBodies(facts.Branch, group, arm+1, cond, c)
			arm++
		case n.Kind == kElse:
			x.armBodies(facts.Branch, group, arm+1, 0, c)
			arm++
		case n.Kind == kBlock:
			if guarded && x.F.Main == (facts.Span{}) {
				x.F.Main = x.Span(c)
			}
			x.arm(facts.Branch, group, arm, cond, c)
		case n.Field() == fCondition:
			guarded = x.Scope == 0 && x.isMainGuard(c)
			cond = x.expr(c)
		default:
			x.visit(c)
		}
	}
}

// armBodies visits the blocks of clause i as one arm, and what else went
// astray in it.
func (x *Extractor) armBodies(kind facts.BlockKind, group, arm int32, cond facts.ExprID, i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch n := &x.Nodes[c]; {
		case n.Kind == kBlock:
			x.arm(kind, group, arm, cond, c)
		case n.Field() == fCondition:
		default:
			x.visit(c)
		}
	}
}

// isMainGuard recognises `__name__ == "__main__"`.
func (x *Extractor) isMainGuard(i uint32) bool {
	for x.Nodes[i].Kind == kParenthesized && x.first(i) != 0 {
		i = x.first(i)
	}
	if x.Nodes[i].Kind != kComparison {
		return false
	}
	text := x.Source(i)
	return bytes.Contains(text, []byte("__name__")) && bytes.Contains(text, []byte("__main__")) && bytes.Contains(text, []byte("=="))
}

// loop visits for and while. The loop variable is bound in the loop's body.
func (x *Extractor) loop(i uint32) {
	group := x.NewGroup()
	async := x.Has(i, kAsync)
	var target uint32
	var iterable facts.ExprID
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case n.Kind == kBlock:
			outer := x.OpenBlock(facts.Loop, group, 0, x.Span(c))
			if target != 0 && iterable != 0 {
				x.bindElement(target, iterable, async)
				target = 0
			}
			x.visitChildren(c)
			x.Block = outer
		case n.Kind == kElse:
			// Entered unless the loop was left by a break.
			x.armBodies(facts.Branch, x.NewGroup(), 0, 0, c)
		case n.Field() == fLeft:
			target = c
		case n.Field() == fRight:
			iterable = x.expr(c)
		default:
			x.visit(c) // the condition of a while
		}
	}
}

// bindElement binds the variables of a loop or comprehension.
func (x *Extractor) bindElement(target uint32, iterable facts.ExprID, async bool) {
	var flag facts.Flag
	if async {
		flag = facts.Async
	}
	x.assign(target, x.Over(facts.Element, flag, target, iterable), 0)
}

// tryStatement visits try, its handlers and what follows.
func (x *Extractor) tryStatement(i uint32) {
	group, arm := x.NewGroup(), int32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kBlock:
			x.arm(facts.Try, group, 0, 0, c)
		case kExcept, kExceptGroup:
			arm++
			x.handler(c, group, arm)
		case kElse:
			// Goes on where the try's body ended.
			x.armBodies(facts.Try, group, 0, 0, c)
		case kFinally:
			arm++
			x.armBodies(facts.Finally, group, arm, 0, c)
		default:
			x.visit(c)
		}
	}
}

// handler visits an except clause. The exception is bound in the handler.
func (x *Extractor) handler(i uint32, group, arm int32) {
	span := x.Span(i)
	if b := x.Tree.First(i, kBlock); b != 0 {
		span = x.Span(b)
	}
	outer := x.OpenBlock(facts.Handler, group, arm, span)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kAsPattern:
		case kIdentifier, kAttribute, kTuple: // what is caught
			x.expr(c)
			continue
		default:
			x.visit(c)
			continue
		}
		value, target := x.asPattern(c)
		if value != 0 && target != 0 {
			x.assign(target, x.Over(facts.Raised, 0, target, x.expr(value)), 0)
		} else if value != 0 {
			x.visit(value)
		}
	}
	x.Block = outer
}

// asPattern returns the parts of `value as target`; 0 for one that is missing.
func (x *Extractor) asPattern(i uint32) (value, target uint32) {
	value = x.first(i)
	if alias := x.Child(i, fAlias); alias != 0 && alias != value {
		target = alias
		if x.Nodes[alias].Kind == kAsPatternTarget {
			target = x.first(alias)
		}
	}
	return value, target
}

// withStatement visits with. What it binds is bound in front of its body.
func (x *Extractor) withStatement(i uint32) {
	group := x.NewGroup()
	async := x.Has(i, kAsync)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kBlock:
			x.arm(facts.With, group, 0, 0, c)
		case kWithClause:
			last := x.Nodes[c].Next
			for item := c + 1; item < last; item = x.Nodes[item].Next {
				x.withItem(item, async)
			}
		default:
			x.visit(c)
		}
	}
}

// withItem visits `x as v`.
func (x *Extractor) withItem(i uint32, async bool) {
	v := i
	if x.Nodes[i].Kind == kWithItem {
		if v = x.Child(i, fValue); v == 0 {
			x.visitChildren(i)
			return
		}
	}
	if x.Nodes[v].Kind != kAsPattern {
		x.visit(v)
		return
	}
	value, target := x.asPattern(v)
	if value == 0 || target == 0 {
		x.visitChildren(v)
		return
	}
	var flag facts.Flag
	if async {
		flag = facts.Async
	}
	entered := x.expr(value)
	x.assign(target, x.Over(facts.Enter, flag, v, entered), 0)
}
