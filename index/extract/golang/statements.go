package golang

import (
	"topicls/index/facts"
)

// visit walks a statement, or an expression that nothing refers to.
func (x *Extractor) visit(i uint32) {
	switch k := x.Nodes[i].Kind; k {
	case kIdentifier, kBlank, kFieldName, kPackageName, kTypeName, kLabelName, kDot, kInt, kFloat, kImaginary, kRune, kString,
		kRawString, kTrue, kFalse, kNil, kIota, kBreak, kContinue, kGoto:
	case kQualifiedType, kGenericType, kPointerType, kArrayType, kImplicitArrayType, kSliceType, kMapType, kChannelType,
		kFunctionType, kStructType, kInterfaceType, kParenthesizedType, kTypeParameters:
	case kCall, kSelector, kIndex, kSlice, kFuncLiteral, kComposite, kConversion, kInstantiation:
		x.expr(i)
	case kUnary:
		if op := x.Child(i, fOperator); op != 0 && x.Nodes[op].Kind == kReceive {
			x.expr(i)
			return
		}
		x.visitChildren(i)
	case kSend:
		x.send(i)

	case kPackage:
		if n := x.Tree.First(i, kPackageName); n != 0 && x.pkg == 0 {
			x.pkg = x.Ident(n)
		}
	case kImport:
		x.importDeclaration(i)
	case kConst, kVar, kTypeDecl:
		x.declarations(i)
	case kFunction:
		x.function(i, x.Child(i, fName), 0)
	case kMethod:
		x.methodDeclaration(i)

	case kShortVar:
		x.shortVar(i)
	case kAssignment:
		x.assignment(i)
	case kInc, kDec:
		if v := x.first(i); v != 0 {
			x.augment(v, x.Row(facts.Unknown, i))
		}
	case kReceiveStatement:
		x.receive(i)
	case kReturn:
		x.returnStatement(i)

	case kBlock:
		x.block(i)
	case kIf:
		x.within(i, x.ifStatement)
	case kFor:
		x.loop(i)
	case kSwitch:
		x.within(i, x.switchStatement)
	case kTypeSwitch:
		x.within(i, x.typeSwitch)
	case kSelect:
		x.selectStatement(i)
	default:
		x.visitChildren(i)
	}
}

// visitChildren visits the parts of a node that means nothing by itself, an
// Error among them.
func (x *Extractor) visitChildren(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if !isToken(x.Nodes[c].Kind) {
			x.visit(c)
		}
	}
}

// block visits a block that stands for itself.
func (x *Extractor) block(i uint32) {
	if x.Scope == 0 {
		x.visitChildren(i)
		return
	}
	x.arm(facts.With, x.NewGroup(), 0, 0, i)
}

// within visits a statement in a block of its own if it has variables of its
// own.
func (x *Extractor) within(i uint32, visit func(uint32)) {
	init := x.Child(i, fInitializer)
	if init == 0 {
		visit(i)
		return
	}
	outer := x.OpenBlock(facts.With, x.NewGroup(), 0, x.Span(i))
	x.visit(init)
	visit(i)
	x.Block = outer
}

// arm visits node i, the body of a compound statement, as a block.
func (x *Extractor) arm(kind facts.BlockKind, group, arm int32, cond facts.ExprID, i uint32) {
	outer := x.openArm(kind, group, arm, cond, i)
	x.visitChildren(i)
	x.Block = outer
}

// openArm enters the block of an arm whose statements are children of node i.
func (x *Extractor) openArm(kind facts.BlockKind, group, arm int32, cond facts.ExprID, i uint32) facts.BlockID {
	outer := x.OpenBlock(kind, group, arm, x.Span(i))
	x.F.Blocks[x.Block].Cond = cond
	x.F.Blocks[x.Block].Leaves = x.leaves(i)
	return outer
}

// leaves reports whether the statements of node i end by going elsewhere than
// behind it.
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
	case kReturn, kBreak, kContinue, kGoto:
		return true
	case kExpressionStatement:
		c := x.first(last)
		if c == 0 || x.Nodes[c].Kind != kCall {
			return false
		}
		if f := x.Child(c, fFunction); f != 0 {
			return endsProgram[string(x.Source(f))]
		}
	}
	return false
}

// endsProgram are the calls that don't return: packages builtin, log and os
// of Go 1.
var endsProgram = map[string]bool{
	"panic": true, "os.Exit": true,
	"log.Fatal": true, "log.Fatalf": true, "log.Fatalln": true, "log.Panic": true, "log.Panicf": true, "log.Panicln": true,
}

// ifStatement visits the arms of if, else if and else.
func (x *Extractor) ifStatement(i uint32) {
	group := x.NewGroup()
	for arm := int32(0); ; arm++ {
		var cond facts.ExprID
		var next uint32
		end := x.Nodes[i].Next
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			switch n := &x.Nodes[c]; {
			case n.Field() == fInitializer, isToken(n.Kind):
			case n.Field() == fCondition:
				cond = x.expr(c)
			case n.Field() == fConsequence:
				x.arm(facts.Branch, group, arm, cond, c)
			case n.Field() == fAlternative:
				next = c
			default:
				x.visit(c)
			}
		}
		if next == 0 {
			return
		}
		if x.Nodes[next].Kind == kBlock {
			x.arm(facts.Branch, group, arm+1, 0, next)
			return
		}
		if x.Nodes[next].Kind != kIf || x.Child(next, fInitializer) != 0 {
			outer := x.OpenBlock(facts.Branch, group, arm+1, x.Span(next))
			x.visit(next)
			x.Block = outer
			return
		}
		i = next
	}
}

// loop visits for. Its variables are bound in the loop's body, where its
// clauses are evaluated too.
func (x *Extractor) loop(i uint32) {
	span := x.Span(i)
	if b := x.Child(i, fBody); b != 0 {
		span = x.Span(b)
	}
	var clause uint32
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kRangeClause {
			clause = c
		}
	}
	var over facts.ExprID
	if clause != 0 {
		if r := x.Child(clause, fRight); r != 0 {
			over = x.expr(r)
		}
	}
	outer := x.OpenBlock(facts.Loop, x.NewGroup(), 0, span)
	if clause != 0 && over != 0 {
		x.rangeOver(clause, over)
	}
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch n := &x.Nodes[c]; {
		case c == clause, isToken(n.Kind):
		case n.Field() == fBody:
			x.visitChildren(c)
		default:
			x.visit(c)
		}
	}
	x.Block = outer
}

// rangeOver binds the variables of `for k, v := range over`.
func (x *Extractor) rangeOver(i uint32, over facts.ExprID) {
	left := x.Child(i, fLeft)
	if left == 0 {
		return
	}
	give := x.assign
	if x.Has(i, kDeclare) {
		give = x.declare
	}
	flag := facts.Keys
	target, list := x.targets(left)
	for ; target != 0; target = x.nextTarget(list, target) {
		if !x.blank(target) {
			give(target, x.Over(facts.Element, flag, target, over))
		}
		flag = 0
		if target == list {
			return
		}
	}
}

// send visits `ch <- v`.
func (x *Extractor) send(i uint32) {
	channel, value := x.Child(i, fChannel), x.Child(i, fValue)
	if channel == 0 || value == 0 {
		x.visitChildren(i)
		return
	}
	x.channelCall(i, channel, value, x.Tree.First(i, kReceive))
}

// receive visits `v, ok := <-ch` and `<-ch` of a select statement.
func (x *Extractor) receive(i uint32) {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 {
		x.visitChildren(i)
		return
	}
	give := x.assign
	if x.Has(i, kDeclare) {
		give = x.declare
	}
	target, list := x.targets(left)
	x.given(target, list, right, give, x.nextTarget)
}
