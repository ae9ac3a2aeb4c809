package kotlin

import "topicls/index/facts"

// Names of types that Kotlin writes in another way, as package facts has them.
var (
	nameOptional  = []byte("Optional")
	nameCallable  = []byte("Callable")
	nameReceiver  = []byte("Receiver")
	nameAnnotated = []byte("Annotated")
	nameEnum      = []byte("Enum")
	nameThis      = []byte("this")
	nameSuper     = []byte("super")
	nameIt        = []byte("it")
	nameShared    = []byte("ClassVar")
	nameField     = []byte("field")
)

// typeExpr reads a type.
func (x *Extractor) typeExpr() facts.ExprID {
	if !x.enter() {
		return x.Add(facts.Unknown, 0, x.since(x.tok().start))
	}
	defer x.leave()
	start := x.tok().start
	x.typeModifiers()
	id := x.typeBase()
	for {
		switch t := x.tok(); {
		case x.typeEnd != 0 && x.pos >= x.typeEnd:
			return id
		case t.kind == tQuest:
			x.next()
			id = x.applied(nameOptional, id, start)
		case t.kind == tSafe && x.typeEnd == 0, t.kind == tSafe && x.pos+1 < x.typeEnd:
			// `T?.() -> R`
			x.next()
			return x.functionType(start, x.applied(nameOptional, id, start))
		case t.kind == tDot && x.peek(1).kind == tLParen:
			x.next()
			return x.functionType(start, id)
		case t.kind == tAmp:
			x.next()
			x.typeBase()
		default:
			return id
		}
	}
}

// typeModifiers takes the annotations and `suspend` in front of a type.
func (x *Extractor) typeModifiers() {
	for {
		switch t := x.tok(); {
		case t.kind == tAt:
			x.pos = x.pastAnnotation(x.pos)
		case x.is(t, "suspend") && !x.peek(1).nl && (x.peek(1).kind == tLParen || x.peek(1).kind == tIdent):
			x.next()
		case (t.kind == kwIn || x.is(t, "out")) && (x.peek(1).kind == tIdent || x.peek(1).kind == tLParen):
			x.next()
		default:
			return
		}
	}
}

// typeBase reads a type without what follows it.
func (x *Extractor) typeBase() facts.ExprID {
	t := x.tok()
	switch t.kind {
	case tIdent:
		return x.userType()
	case tLParen:
		if p := int(t.pair); p > 0 && p+1 < len(x.toks) && x.toks[p+1].kind == tArrow {
			return x.functionType(t.start, 0)
		}
		open := x.pos
		x.next()
		id := x.typeExpr()
		x.close(open, tRParen)
		return id
	case tStar:
		x.next()
		return x.Add(facts.Unknown, 0, t.span())
	}
	x.unexpected()
	return x.Add(facts.Unknown, 0, facts.Span{Start: t.start, End: t.start})
}

// userType reads `a.b.C<D>`.
func (x *Extractor) userType() facts.ExprID {
	start := x.tok().start
	t := x.next()
	id := x.named(facts.Name, x.ident(t), t.span())
	for {
		if x.at(tLt) && (x.typeEnd == 0 || x.pos < x.typeEnd) {
			id = x.typeArguments(start, id)
		}
		if !x.at(tDot) || x.peek(1).kind != tIdent || x.typeEnd != 0 && x.pos >= x.typeEnd {
			return id
		}
		x.next()
		t = x.next()
		id = x.attr(id, x.ident(t), x.since(start))
	}
}

// typeArguments reads `<A, B>` behind a type or function.
func (x *Extractor) typeArguments(start uint32, of facts.ExprID) facts.ExprID {
	x.next()
	outer := x.typeEnd
	x.typeEnd = 0
	mark := len(x.Kids)
	first := x.tok().start
	for !x.at(tGt) && !x.closing() {
		before := x.pos
		x.Push(x.typeExpr())
		if !x.accept(tComma) || x.pos == before {
			break
		}
	}
	list := x.since(first)
	x.expect(tGt)
	x.typeEnd = outer
	switch len(x.Kids) - mark {
	case 0:
		return of
	case 1:
		arg := x.Kids[mark]
		x.Kids = x.Kids[:mark]
		return x.both(facts.Index, start, of, arg)
	}
	args := x.Group(facts.List, facts.Tuple, list, mark)
	return x.both(facts.Index, start, of, args)
}

// functionType reads `(A, b: B) -> C`, behind its receiver if it has one.
func (x *Extractor) functionType(start uint32, receiver facts.ExprID) facts.ExprID {
	outer := x.typeEnd
	x.typeEnd = 0
	mark := len(x.Kids)
	if receiver != 0 {
		x.Push(x.applied(nameReceiver, receiver, start))
	}
	params, open := x.tok().start, x.pos
	if x.expect(tLParen) {
		for !x.closing() && !x.beginsDeclaration() {
			before := x.pos
			if x.at(tIdent) && x.peek(1).kind == tColon {
				x.pos += 2
			}
			x.Push(x.typeExpr())
			if !x.accept(tComma) || x.pos == before {
				break
			}
		}
		x.close(open, tRParen)
	}
	list := x.Group(facts.List, 0, x.since(params), mark)
	if x.expect(tArrow) {
		x.Push(list)
		x.Push(x.typeExpr())
		list = x.Group(facts.List, facts.Tuple, x.since(params), mark)
	}
	x.typeEnd = outer
	return x.applied(nameCallable, list, start)
}

// applied appends the type `name<argument>`.
func (x *Extractor) applied(name []byte, argument facts.ExprID, start uint32) facts.ExprID {
	span := x.since(start)
	generic := x.named(facts.Name, x.Sym(name), facts.Span{Start: span.Start, End: span.Start})
	id := x.Add(facts.Index, 0, span)
	x.F.Exprs[id].X, x.F.Exprs[id].Y = generic, argument
	return id
}

// annotated appends a type with the annotations that what it is the type of
// has; typ is 0 where none is written.
func (x *Extractor) annotated(typ facts.ExprID, annotations []facts.ExprID, at facts.Span) facts.ExprID {
	if len(annotations) == 0 {
		return typ
	}
	if typ == 0 {
		typ = x.Add(facts.Unknown, 0, at)
	}
	mark := len(x.Kids)
	x.Push(typ)
	for _, a := range annotations {
		x.Push(a)
	}
	list := x.Group(facts.List, facts.Tuple, at, mark)
	generic := x.named(facts.Name, x.Sym(nameAnnotated), facts.Span{Start: at.Start, End: at.Start})
	id := x.Add(facts.Index, 0, at)
	x.F.Exprs[id].X, x.F.Exprs[id].Y = generic, list
	return id
}

// skipType takes a type that no row is needed for.
func (x *Extractor) skipType() {
	x.typeModifiers()
	for {
		parentheses := false
		switch t := x.tok(); t.kind {
		case tIdent:
			x.next()
		case tLParen:
			if t.pair == 0 {
				return
			}
			x.skipBalanced()
			parentheses = true
		default:
			x.unexpected()
			return
		}
		for {
			if x.at(tLt) {
				i, ok := x.pastAngles(x.pos)
				if !ok {
					break
				}
				x.pos = i
				continue
			}
			if x.at(tQuest) || x.at(tAmp) && x.peek(1).kind == tIdent {
				x.next()
				continue
			}
			break
		}
		switch {
		case x.at(tDot) && (x.peek(1).kind == tIdent || x.peek(1).kind == tLParen), x.at(tArrow) && parentheses:
			x.next()
			x.typeModifiers()
		case x.at(tIdent) && x.toks[x.pos-1].kind == tAmp:
		default:
			return
		}
	}
}
