package ecmascript

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// visit walks a statement, or an expression that nothing refers to.
func (x *Extractor) visit(i uint32) {
	switch x.Nodes[i].Kind {
	case kIdentifier, kPropertyIdentifier, kStatementIdentifier, kNumber, kString, kTrue, kFalse, kNull, kUndefined, kThis, kSuper, kRegex,
		kBreak, kContinue, kTypeArguments, kTypeParameters, kTypeAnnotation, kJSXClosing, kJSXText:
	case kCall, kNew, kMember, kSubscript, kYield, kArrow, kFunctionExpression, kGenerator, kClassExpression, kObject, kAssignment:
		x.expr(i)
	case kAugmented:
		x.augmented(i)

	case kLexical, kVariable:
		x.declarations(i)
	case kFunction, kGeneratorFunction:
		x.functionDeclaration(i)
	case kClass, kAbstractClass:
		x.classDeclaration(i, nil)
	case kInterface:
		x.interfaceDeclaration(i)
	case kEnum:
		x.enumDeclaration(i)
	case kNamespace, kModule:
		x.namespace(i)
	case kAmbient:
		x.ambient(i)
	case kTypeAlias:
		x.typeAlias(i)
	case kFunctionSignature, kMethodSignature, kCallSignature, kConstructSignature, kIndexSignature, kPropertySignature:
		// Overloads and types: what is behind them says it all.
	case kImport:
		x.importStatement(i)
	case kImportAlias:
		x.importAlias(i)
	case kExport:
		x.exportStatement(i)

	case kReturn:
		var value facts.ExprID
		if v := x.first(i); v != 0 {
			value = x.expr(v)
		}
		x.F.Returns = append(x.F.Returns, facts.Return{Scope: x.Scope, Block: x.Block, Value: value})
	case kIf:
		x.ifStatement(i)
	case kFor:
		x.forStatement(i)
	case kForIn:
		x.forIn(i)
	case kWhile, kDo:
		x.whileStatement(i)
	case kSwitch:
		x.switchStatement(i)
	case kTry:
		x.tryStatement(i)
	default:
		x.visitChildren(i)
	}
}

// visitChildren visits the parts of a node that means nothing by itself, an
// Error among them.
func (x *Extractor) visitChildren(i uint32) {
	var decorators []uint32
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kDecorator: // half typed: its class is a statement of its own
			decorators = append(decorators, c)
		case kClass, kAbstractClass:
			x.classDeclaration(c, decorators)
			decorators = nil
		default:
			x.visit(c)
		}
	}
	for _, d := range decorators {
		x.visitChildren(d)
	}
}

// arm visits statement i, the body of a compound statement, as a block.
func (x *Extractor) arm(kind facts.BlockKind, group, arm int32, cond facts.ExprID, i uint32) {
	outer := x.OpenBlock(kind, group, arm, x.Span(i))
	x.F.Blocks[x.Block].Cond = cond
	x.F.Blocks[x.Block].Leaves = x.leaves(i)
	x.body(i)
	x.Block = outer
}

// body visits a statement, or the statements of a block.
func (x *Extractor) body(i uint32) {
	if x.Nodes[i].Kind == kBlock {
		x.visitChildren(i)
	} else {
		x.visit(i)
	}
}

// leaves reports whether statement i ends by going elsewhere than behind it.
func (x *Extractor) leaves(i uint32) bool {
	for i != 0 && x.Nodes[i].Kind == kBlock && !x.Nodes[i].Deep() {
		i = x.last(i)
	}
	if i == 0 {
		return false
	}
	switch x.Nodes[i].Kind {
	case kReturn, kThrow, kBreak, kContinue:
		return true
	}
	return false
}

// ifStatement visits the arms of if, else if and else.
func (x *Extractor) ifStatement(i uint32) {
	group := x.NewGroup()
	for arm := int32(0); ; arm += 2 {
		var cond facts.ExprID
		guarded := false
		if c := x.Child(i, fCondition); c != 0 {
			guarded = x.Scope == 0 && x.isMainGuard(c)
			cond = x.expr(c)
		}
		if c := x.Child(i, fConsequence); c != 0 {
			if guarded && x.F.Main == (facts.Span{}) {
				x.F.Main = x.Span(c)
			}
			x.arm(facts.Branch, group, arm, cond, c)
		}
		x.visitErrors(i)
		alternative := x.Child(i, fAlternative)
		if alternative == 0 {
			return
		}
		next := x.first(alternative)
		if next == 0 {
			return
		}
		if x.Nodes[next].Kind != kIf || x.Nodes[next].Deep() {
			x.arm(facts.Branch, group, arm+1, 0, next)
			return
		}
		i = next
	}
}

// visitErrors visits what went astray in node i.
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

// isMainGuard recognises `require.main === module` and `import.meta.main`.
func (x *Extractor) isMainGuard(i uint32) bool {
	text := x.Source(i)
	return bytes.Contains(text, []byte("require.main")) && bytes.Contains(text, []byte("module")) && !bytes.Contains(text, []byte("!=")) ||
		bytes.Contains(text, []byte("import.meta.main")) && !bytes.Contains(text, []byte("!"))
}

// forStatement visits `for (init; cond; step) body`. What it declares is its own.
func (x *Extractor) forStatement(i uint32) {
	around := x.OpenBlock(facts.With, x.NewGroup(), 0, x.Span(i))
	if c := x.Child(i, fInitializer); c != 0 {
		x.visit(c)
	}
	if c := x.Child(i, fCondition); c != 0 {
		x.visit(c)
	}
	x.OpenBlock(facts.Loop, x.NewGroup(), 0, x.Span(i))
	if c := x.Child(i, fBody); c != 0 {
		x.F.Blocks[x.Block].Span = x.Span(c)
		x.body(c)
	}
	if c := x.Child(i, fIncrement); c != 0 {
		x.visit(c)
	}
	x.visitErrors(i)
	x.Block = around
}

// forIn visits `for (const x of xs) body` and `for (k in o) body`. What it binds
// is bound in the body.
func (x *Extractor) forIn(i uint32) {
	target, over, body := x.Child(i, fLeft), x.Child(i, fRight), x.Child(i, fBody)
	if target == 0 || over == 0 {
		x.visitChildren(i)
		return
	}
	iterable := x.expr(over)
	outer := x.OpenBlock(facts.Loop, x.NewGroup(), 0, x.Span(i))
	flag, how := x.forHead(i, target, over)
	x.assign(target, x.Over(facts.Element, flag, target, iterable), 0, how)
	if body != 0 {
		x.F.Blocks[x.Block].Span = x.Span(body)
		x.body(body)
	}
	x.visitErrors(i)
	x.Block = outer
}

// forHead reads what stands around the target of a loop.
func (x *Extractor) forHead(i, target, over uint32) (flag facts.Flag, how declares) {
	if string(x.between(x.Nodes[target].End, x.Nodes[over].Start)) == "in" {
		flag = facts.Keys
	}
	head := bytes.TrimSpace(x.Src[x.Nodes[i].Start+uint32(len("for")) : x.Nodes[target].Start])
	if bytes.HasPrefix(head, []byte("await")) {
		flag |= facts.Async
	}
	switch {
	case bytes.HasSuffix(head, []byte("const")), bytes.HasSuffix(head, []byte("let")):
		how = ofBlock
	case bytes.HasSuffix(head, []byte("var")):
		how = ofProgram
	}
	return flag, how
}

// whileStatement visits while and do.
func (x *Extractor) whileStatement(i uint32) {
	if c := x.Child(i, fCondition); c != 0 {
		x.visit(c)
	}
	if c := x.Child(i, fBody); c != 0 {
		x.arm(facts.Loop, x.NewGroup(), 0, 0, c)
		x.F.Blocks[len(x.F.Blocks)-1].Leaves = false
	}
	x.visitErrors(i)
}

// switchStatement visits the arms of a switch. Labels without statements share
// the arm behind them.
func (x *Extractor) switchStatement(i uint32) {
	value, body := x.Child(i, fValue), x.Child(i, fBody)
	if value == 0 || body == 0 {
		x.visitChildren(i)
		return
	}
	subject := x.expr(value)
	group, arm := x.NewGroup(), int32(0)
	mark := len(x.Kids)
	start := uint32(0) // of the labels that have no statements yet
	otherwise := false
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kCase:
			if v := x.Child(c, fValue); v != 0 {
				if len(x.Kids) == mark {
					start = x.Nodes[v].Start
				}
				x.Push(x.expr(v))
			}
		case kDefault:
			otherwise = true
		default:
			x.visit(c)
			continue
		}
		if x.Child(c, fBody) == 0 {
			continue
		}
		number, cond := arm, facts.ExprID(0)
		if otherwise {
			number = int32(x.count(body, kCase))
			x.Kids = x.Kids[:mark]
		} else {
			cond = x.isOneOf(subject, mark, start)
		}
		otherwise = false
		x.switchArm(c, group, number, cond)
		arm++
	}
	x.Kids = x.Kids[:mark]
}

// count returns the number of children of node i of a kind.
func (x *Extractor) count(i uint32, k syntax.Kind) (n int) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == k {
			n++
		}
	}
	return n
}

// isOneOf appends the comparison of a switch's subject with the labels pushed
// since mark.
func (x *Extractor) isOneOf(subject facts.ExprID, mark int, start uint32) facts.ExprID {
	if len(x.Kids) == mark {
		return 0
	}
	last := x.Kids[len(x.Kids)-1]
	span := facts.Span{Start: start, End: x.F.At(last).End}
	op := facts.Equal
	if len(x.Kids) > mark+1 {
		op, last = facts.In, x.Group(facts.List, 0, span, mark)
	}
	x.Kids = x.Kids[:mark]
	id := x.Add(facts.Compare, 0, span)
	x.F.Exprs[id].X, x.F.Exprs[id].Y, x.F.Exprs[id].Lo = subject, last, int32(op)
	return id
}

// switchArm visits the statements behind a label.
func (x *Extractor) switchArm(i uint32, group, arm int32, cond facts.ExprID) {
	outer := x.OpenBlock(facts.Branch, group, arm, x.Span(i))
	at := x.Block
	x.F.Blocks[at].Cond = cond
	end := x.Nodes[i].Next
	last := uint32(0)
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Field() == fBody {
			x.body(c)
			last = c
		}
	}
	// A break leaves the switch, and what is behind it goes on.
	x.F.Blocks[at].Leaves = last != 0 && x.Nodes[last].Kind != kBreak && x.leaves(last)
	x.Block = outer
	x.visitErrors(i)
}

// tryStatement visits try, its handler and what follows.
func (x *Extractor) tryStatement(i uint32) {
	group := x.NewGroup()
	if c := x.Child(i, fBody); c != 0 {
		x.arm(facts.Try, group, 0, 0, c)
	}
	if c := x.Child(i, fHandler); c != 0 {
		body := x.Child(c, fBody)
		span := x.Span(c)
		if body != 0 {
			span = x.Span(body)
		}
		outer := x.OpenBlock(facts.Handler, group, 1, span)
		if p := x.Child(c, fParameter); p != 0 {
			x.assign(p, x.Row(facts.Raised, p), 0, ofBlock)
		}
		if body != 0 {
			x.body(body)
		}
		x.Block = outer
		x.visitErrors(c)
	}
	if c := x.Child(i, fFinalizer); c != 0 {
		if body := x.Child(c, fBody); body != 0 {
			x.arm(facts.Finally, group, 2, 0, body)
		}
	}
	x.visitErrors(i)
}
