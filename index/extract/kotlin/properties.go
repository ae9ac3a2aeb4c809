package kotlin

import (
	"bytes"
	"slices"

	"topicls/index/extract/build"
	"topicls/index/facts"
)

// property reads a property or a local variable behind its modifiers.
func (x *Extractor) property(m *modifiers) {
	x.next()
	generic := x.pos
	x.typeParameters()
	if x.at(tLParen) {
		x.unpacked()
		return
	}
	outer := build.Place{Scope: x.Scope, Block: x.Block}
	var receiver facts.Span
	if dot := x.propertyReceiver(); dot != 0 {
		receiver = x.openReceiver(dot, generic)
	}
	if !x.at(tIdent) {
		x.unexpected()
		x.GoTo(outer)
		return
	}
	t := x.next()
	p := declared{name: x.ident(t), span: t.span(), start: m.start, extends: receiver != facts.Span{}}
	if x.accept(tColon) {
		p.annot = x.typeExpr()
	}
	x.constraints()
	if !p.extends && x.inBody() && x.here().static {
		p.annot = x.shared(p.annot, p.span)
	}
	p.annot = x.annotated(p.annot, m.annotations, p.span)
	switch {
	case x.is(x.tok(), "by"):
		x.next()
		x.initialised(&p, x.delegated)
	case x.accept(tAssign):
		x.initialised(&p, x.expr)
	default:
		p.bare = true
	}
	if !p.bound && !(p.bare && x.hasGetter()) {
		x.bindProperty(&p, 0)
	}
	if !x.local() {
		x.accessors(&p)
	}
	x.GoTo(outer)
}

// shared appends the type of a field that all objects of a class share; typ is
// 0 where none is written.
func (x *Extractor) shared(typ facts.ExprID, at facts.Span) facts.ExprID {
	if typ == 0 {
		return x.named(facts.Name, x.Sym(nameShared), facts.Span{Start: at.Start, End: at.Start})
	}
	return x.applied(nameShared, typ, x.F.Exprs[typ].Start)
}

// declared is a property that is being read.
type declared struct {
	name    facts.Sym
	span    facts.Span
	start   uint32
	annot   facts.ExprID
	extends bool // it is added to a class
	bare    bool // it has no initialiser
	bound   bool
}

// local reports whether the walk stands in a function.
func (x *Extractor) local() bool {
	switch x.F.Scopes[x.Scope].Kind {
	case facts.FuncScope, facts.LambdaScope:
		return true
	}
	return x.Block != x.F.Scopes[x.Scope].Body // of a script
}

// initialised reads the initialiser of p and binds it. One that uses the
// parameters of a constructor stands in it.
func (x *Extractor) initialised(p *declared, read func() facts.ExprID) {
	if x.inBody() && len(x.classes) > 0 && !x.here().static && !p.extends && x.usesParameters() {
		x.bindProperty(p, 0)
		outer := build.Place{Scope: x.Scope, Block: x.Block}
		x.GoTo(x.constructor())
		x.funcs = append(x.funcs, function{scope: x.Scope, locals: len(x.locals)})
		for _, q := range x.here().params {
			x.locals = append(x.locals, q.Name)
		}
		value := read()
		x.setAttr(x.this(p.span), p.name, p.span, value, 0)
		x.popFunction()
		x.GoTo(outer)
		return
	}
	x.bindProperty(p, read())
}

// bindProperty binds a property or variable.
func (x *Extractor) bindProperty(p *declared, value facts.ExprID) {
	p.bound = true
	if p.annot == 0 && value != 0 && value == x.cast.value {
		p.annot = x.cast.cond // `val x = y as T`
	}
	x.bindField(p.name, p.span, value, p.annot)
	if x.local() {
		x.scoped()
		x.locals = append(x.locals, p.name)
	}
}

// scoped marks the last binding as that of a variable that its block has.
func (x *Extractor) scoped() {
	x.F.Bindings[len(x.F.Bindings)-1].Flag |= facts.Scoped
}

// usesParameters reports whether the expression at the next token names a
// parameter of the innermost class's primary constructor.
func (x *Extractor) usesParameters() bool {
	params := x.here().params
	return len(params) > 0 && x.namesParameter(x.pos, x.expressionEnd(), params)
}

// expressionEnd returns the place behind the expression at the next token, as
// far as its lines and brackets tell.
func (x *Extractor) expressionEnd() int {
	i := x.pos
	for i < x.end {
		t := &x.toks[i]
		if i > x.pos && t.nl && !x.continues(i) || t.kind == tSemi || t.closes() {
			return i
		}
		i = x.past(i)
	}
	return i
}

// namesParameter reports whether one of the tokens from i to end names a
// parameter.
func (x *Extractor) namesParameter(i, end int, params []constructed) bool {
	for ; i < end; i++ {
		t := &x.toks[i]
		if t.kind != tIdent && t.kind != tRef {
			continue
		}
		if k := x.toks[i-1].kind; k == tDot || k == tSafe || k == tColons {
			continue
		}
		if x.toks[i+1].kind == tAssign && (x.toks[i-1].kind == tLParen || x.toks[i-1].kind == tComma) {
			continue
		}
		name := x.word(t)
		if slices.ContainsFunc(params, func(p constructed) bool { return x.symIs(p.Name, name) }) {
			return true
		}
	}
	return false
}

// symIs reports whether a symbol is the given text.
func (x *Extractor) symIs(s facts.Sym, text []byte) bool {
	return s != 0 && bytes.Equal(x.Text(s), text)
}

// continues reports whether the line that begins at token i goes on with the
// expression of the one before.
func (x *Extractor) continues(i int) bool {
	switch x.toks[i].kind {
	case tDot, tSafe, tElvis, tAndAnd, tOrOr, kwAs, kwAsSafe, kwElse:
		return true
	}
	switch x.toks[i-1].kind { // an operator that lacks its right side
	case tPlus, tMinus, tStar, tSlash, tPercent, tElvis, tAndAnd, tOrOr, tAssign, tEq, tNe, tEqq, tNee, tLt, tGt, tLe, tGe, tDot, tSafe, tArrow, kwElse, kwIn, kwIs:
		return true
	}
	return false
}

// delegated reads what a property is delegated to: the value is what its
// getValue returns. A lazy value is what its lambda returns.
func (x *Extractor) delegated() facts.ExprID {
	t := x.tok()
	value := x.expr()
	if e := &x.F.Exprs[value]; x.is(t, "lazy") && e.Kind == facts.Call && e.N > 0 {
		last := x.F.Exprs[x.F.Kids[e.Lo+e.N-1]].X
		if x.F.Exprs[last].Kind == facts.Func {
			return x.call(last, x.since(t.start), len(x.Kids))
		}
	}
	get := x.attr(value, x.Sym([]byte("getValue")), x.since(t.start))
	return x.call(get, x.since(t.start), len(x.Kids))
}

// propertyReceiver returns the dot behind the receiver's type of a property,
// or 0.
func (x *Extractor) propertyReceiver() int {
	dot := 0
	for i := x.pos; i < x.end; {
		switch t := &x.toks[i]; t.kind {
		case tIdent, tQuest:
			if i > x.pos && (t.nl || t.kind == tIdent && x.toks[i-1].kind == tIdent) { // `x by y.z`
				return dot
			}
			i++
		case tDot, tSafe:
			dot = i
			i++
		case tAt:
			i = x.pastAnnotation(i)
		case tLt:
			j, ok := x.pastAngles(i)
			if !ok {
				return dot
			}
			i = j
		case tLParen:
			if t.pair == 0 || x.toks[t.pair+1].kind != tDot {
				return dot
			}
			i = int(t.pair) + 1
		default:
			return dot
		}
	}
	return dot
}

// hasGetter reports whether the property in front of the next token has a
// getter.
func (x *Extractor) hasGetter() bool {
	for i := x.pos; i < x.end; {
		switch t := &x.toks[i]; {
		case t.kind == tAt:
			i = x.pastAnnotation(i)
		case x.isOne(t, modifierWords):
			i++
		case x.is(t, "get"):
			return x.toks[i+1].kind == tLParen && x.toks[i+1].pair == int32(i+2)
		case x.is(t, "set") && x.toks[i+1].kind == tLParen && x.toks[i+1].pair != 0:
			// The getter may stand behind the setter.
			i = int(x.toks[i+1].pair) + 1
			if x.toks[i].kind != tLBrace || x.toks[i].pair == 0 {
				return false
			}
			i = x.past(i)
		default:
			return false
		}
	}
	return false
}

// accessors reads the getter and setter of a property.
func (x *Extractor) accessors(p *declared) {
	for {
		from := x.pos
		if x.at(tSemi) && (x.is(x.peek(1), "get") || x.is(x.peek(1), "set")) {
			x.next()
		}
		first := x.pos
		for x.at(tAt) || x.isOne(x.tok(), modifierWords) {
			if x.at(tAt) {
				x.pos = x.pastAnnotation(x.pos)
			} else {
				x.next()
			}
		}
		t := x.tok()
		getter := x.is(t, "get")
		if !getter && !x.is(t, "set") || x.peek(1).kind != tLParen && x.pos == first || getter && x.peek(1).kind == tLParen && x.peek(2).kind != tRParen {
			x.pos = from
			return
		}
		x.next()
		if !x.at(tLParen) {
			continue // `private set`
		}
		x.accessor(p, t, getter)
	}
}

// accessor reads a getter or setter behind its word.
func (x *Extractor) accessor(p *declared, word *token, getter bool) {
	s := facts.Scope{Kind: facts.FuncScope, Flag: facts.Accessor, Name: p.name, NameSpan: p.span, Span: x.since(p.start)}
	method := p.extends
	if !method && x.inBody() {
		if method = !x.here().static; !method {
			s.Flag |= facts.Static
		}
	}
	s.ParamLo, s.ParamN = x.parameters(word.span(), method)
	s.Result = p.annot
	if x.accept(tColon) {
		s.Result = x.typeExpr()
	}
	if !getter {
		s.Result = 0
	}
	outer := x.openFunction(s, false)
	x.funcs[len(x.funcs)-1].field = p.name
	x.functionBody(x.Scope)
	x.closeFunction(outer)
}

// unpacked reads `val (a, b) = value`.
func (x *Extractor) unpacked() {
	from := x.pos
	x.skipBalanced()
	if !x.expect(tAssign) {
		return
	}
	value := x.expr()
	after := x.pos
	x.pos = from
	x.pattern(value)
	x.pos = after
}

// pattern binds the names in the parentheses at the next token to the
// components of a value.
func (x *Extractor) pattern(value facts.ExprID) {
	open := x.pos
	x.next()
	for n := int32(0); !x.closing(); n++ {
		before := x.pos
		for x.at(tAt) {
			x.pos = x.pastAnnotation(x.pos)
		}
		if x.at(kwVal) || x.at(kwVar) {
			x.next()
		}
		if t := x.tok(); x.accept(tIdent) {
			var annot facts.ExprID
			if x.accept(tColon) {
				annot = x.typeExpr()
			}
			if name := x.ident(t); string(x.word(t)) != "_" {
				item := x.Add(facts.Item, 0, t.span())
				x.F.Exprs[item].X, x.F.Exprs[item].Lo = value, n
				x.bindLocal(name, t.span(), item, annot)
			}
		}
		if !x.accept(tComma) || x.pos == before {
			break
		}
	}
	x.close(open, tRParen)
}

// bindLocal binds a variable of the block that the walk is in.
func (x *Extractor) bindLocal(name facts.Sym, span facts.Span, value, annot facts.ExprID) {
	if name == 0 {
		return
	}
	x.bindField(name, span, value, annot)
	if x.local() {
		x.scoped()
		x.locals = append(x.locals, name)
	}
}
