package kotlin

import (
	"slices"

	"topicls/index/extract/build"
	"topicls/index/facts"
)

// class is what the walk knows of a class that it is in.
type class struct {
	name    facts.Sym
	span    facts.Span // of the name
	scope   facts.ScopeID
	fields  []facts.Sym   // its properties
	statics []facts.Sym   // those of its companion
	params  []constructed // parameters of its primary constructor
	made    build.Place   // in its primary constructor, if that has been opened
	opened  bool
	static  bool // the walk is in its companion
}

// constructed is a parameter of a primary constructor.
type constructed struct {
	facts.Param
	property bool
}

// classDeclaration reads a class, interface or object behind its modifiers.
func (x *Extractor) classDeclaration(m *modifiers) {
	s := facts.Scope{Kind: facts.ClassScope, Span: facts.Span{Start: m.start}}
	word := x.next()
	switch word.kind {
	case kwInterface:
		s.Flag = facts.Abstract
	case kwObject:
		s.Flag = facts.Static
	}
	if m.annotation {
		s.Flag |= facts.AnnotationType
	}
	s.NameSpan = facts.Span{Start: word.end, End: word.end}
	if x.at(tIdent) {
		t := x.next()
		s.Name, s.NameSpan = x.ident(t), t.span()
	} else {
		x.unexpected()
	}
	s.DecorLo, s.DecorN = x.decorators(m)
	s.End = s.NameSpan.End
	value := x.Add(facts.Class, 0, s.Span)
	if s.Name != 0 {
		x.Bind(s.Name, s.NameSpan, value)
	}
	x.typeParameters()
	outer := x.openClass(s, value)
	if word.kind == kwClass {
		x.primaryConstructor()
	}
	mark := len(x.Kids)
	if m.enum {
		x.Push(x.row(facts.Arg, s.NameSpan.End, x.named(facts.Name, x.Sym(nameEnum), facts.Span{Start: s.NameSpan.Start, End: s.NameSpan.Start})))
	}
	x.bases(outer, nil)
	x.closeBases(mark)
	x.constraints()
	x.classBody(m.enum)
	x.closeClass(outer)
}

// openClass enters the scope of a class.
func (x *Extractor) openClass(s facts.Scope, value facts.ExprID) build.Place {
	id, outer := x.OpenScope(s, s.Span)
	if value != 0 {
		x.F.Exprs[value].Lo = int32(id)
	}
	x.classes = append(x.classes, class{name: s.Name, span: s.NameSpan, scope: id})
	return outer
}

// closeClass leaves the scope of a class, which ends with the last token taken.
func (x *Extractor) closeClass(outer build.Place) {
	last := len(x.classes) - 1
	c := &x.classes[last]
	s := &x.F.Scopes[c.scope]
	s.End = x.since(s.Start).End
	x.F.Blocks[s.Body].End = s.End
	x.classes = x.classes[:last]
	x.GoTo(outer)
}

// here returns the innermost class.
func (x *Extractor) here() *class { return &x.classes[len(x.classes)-1] }

// primaryConstructor reads the constructor in the head of a class: fields for
// what it declares as properties, and the constructor that sets them.
func (x *Extractor) primaryConstructor() {
	if !x.at(tLParen) {
		m := modifiers{mark: len(x.args)}
		if !x.is(x.tok(), "constructor") {
			i, ok := x.constructorWord(x.pos)
			if !ok {
				return
			}
			m = x.modifiers()
			x.pos = i
		}
		x.next()
		x.drop(&m)
		if !x.at(tLParen) {
			x.unexpected()
			return
		}
	}
	open := x.pos
	x.next()
	for !x.closing() && !x.beginsFunction() {
		before := x.pos
		m := x.modifiers()
		p := constructed{property: x.at(kwVal) || x.at(kwVar)}
		if p.property {
			x.next()
		}
		if x.at(tIdent) {
			p.Param = x.parameter(&m)
			c := x.here()
			c.params = append(c.params, p)
		}
		x.drop(&m)
		if !x.accept(tComma) || x.pos == before {
			break
		}
	}
	x.close(open, tRParen)
	c := x.here()
	for i := range c.params {
		if p := &c.params[i]; p.property {
			c.fields = append(c.fields, p.Name)
			x.bindField(p.Name, p.Span, 0, p.Annot)
		}
	}
	if len(c.params) > 0 {
		x.constructor()
	}
}

// beginsFunction reports whether the next token begins a function on a line of
// its own, so that a list of properties was not finished.
func (x *Extractor) beginsFunction() bool {
	t := x.tok()
	return t.line && (t.kind == kwFun || t.kind == kwClass || t.kind == kwInterface || t.kind == tSemi)
}

// constructorWord finds the word `constructor` behind its modifiers.
func (x *Extractor) constructorWord(i int) (int, bool) {
	for i < x.end {
		switch t := &x.toks[i]; {
		case x.is(t, "constructor"):
			return i, x.toks[i+1].kind == tLParen
		case t.kind == tAt:
			i = x.pastAnnotation(i)
		case x.isOne(t, modifierWords):
			i++
		default:
			return i, false
		}
	}
	return i, false
}

// constructor opens the scope of the innermost class's primary constructor,
// unless it has been, and returns where the walk goes on in it. The walk stays
// where it is.
func (x *Extractor) constructor() build.Place {
	c := x.here()
	if c.opened {
		return c.made
	}
	outer := build.Place{Scope: x.Scope, Block: x.Block}
	x.GoTo(build.Place{Scope: c.scope, Block: x.F.Scopes[c.scope].Body})
	s := facts.Scope{Kind: facts.FuncScope, Name: x.Sym([]byte(facts.Constructor)), NameSpan: c.span, Span: x.since(c.span.Start)}
	s.ParamLo = int32(len(x.F.Params))
	x.F.Params = append(x.F.Params, facts.Param{Name: x.Sym(nameThis), Span: c.span})
	for i := range c.params {
		x.F.Params = append(x.F.Params, c.params[i].Param)
	}
	s.ParamN = int32(1 + len(c.params))
	value := x.Add(facts.Func, 0, s.Span)
	x.Bind(s.Name, c.span, value)
	id, _ := x.OpenScope(s, s.Span)
	x.F.Exprs[value].Lo = int32(id)
	c.opened, c.made = true, build.Place{Scope: x.Scope, Block: x.Block}
	for i := range c.params {
		if p := &c.params[i]; p.property {
			this := x.this(p.Span)
			x.setAttr(this, p.Name, p.Span, x.named(facts.Name, p.Name, p.Span), 0)
		}
	}
	x.GoTo(outer)
	return c.made
}

// this appends the receiver, made up at the start of a span.
func (x *Extractor) this(at facts.Span) facts.ExprID {
	return x.named(facts.Name, x.Sym(nameThis), facts.Span{Start: at.Start, End: at.Start})
}

// setAttr appends the binding `obj.name = value`.
func (x *Extractor) setAttr(obj facts.ExprID, name facts.Sym, span facts.Span, value facts.ExprID, flag facts.Flag) {
	x.F.Bindings = append(x.F.Bindings, facts.Binding{
		Target: facts.ToAttr, Flag: flag, Scope: x.Scope, Block: x.Block, Name: name, Obj: obj, Value: value, Span: span,
	})
}

// bindField appends the binding of a field or variable with its type.
func (x *Extractor) bindField(name facts.Sym, span facts.Span, value, annot facts.ExprID) {
	if name == 0 {
		return
	}
	x.Bind(name, span, value)
	if annot != 0 {
		b := &x.F.Bindings[len(x.F.Bindings)-1]
		b.Annot, b.Flag = annot, b.Flag|facts.Annotated
	}
}

// bases reads what stands behind the colon of a class and pushes its bases:
// the class that it extends first. They are evaluated outside, at outer;
// arguments and delegates in the constructor. made, if it isn't nil, is told
// the class that is extended, and its arguments are pushed first of all: what
// an object expression calls.
func (x *Extractor) bases(outer build.Place, made *facts.ExprID) {
	if !x.accept(tColon) {
		return
	}
	mark := len(x.Kids)
	for {
		for x.at(tAt) {
			x.pos = x.pastAnnotation(x.pos)
		}
		if !x.at(tIdent) && !x.at(tLParen) {
			x.unexpected()
			return
		}
		start := x.tok().start
		inside := build.Place{Scope: x.Scope, Block: x.Block}
		x.GoTo(outer)
		base := x.typeExpr()
		x.GoTo(inside)
		arg := x.Add(facts.Arg, 0, x.since(start))
		x.F.Exprs[arg].X = base
		x.Push(arg)
		switch {
		case x.at(tLParen):
			// It extends this one, which comes first.
			copy(x.Kids[mark+1:], x.Kids[mark:len(x.Kids)-1])
			x.Kids[mark] = arg
			if made != nil {
				x.GoTo(outer)
				args := len(x.Kids)
				x.arguments()
				*made = x.call(base, x.since(start), args)
				x.GoTo(inside)
			} else {
				x.superCall(start)
			}
		case x.is(x.tok(), "by"):
			x.next()
			x.delegate()
		}
		if !x.accept(tComma) {
			return
		}
	}
}

// closeBases makes what was pushed since mark the bases of the innermost class.
func (x *Extractor) closeBases(mark int) {
	s := &x.F.Scopes[x.here().scope]
	s.BaseLo, s.BaseN = x.Pop(mark)
}

// superCall reads the arguments for the constructor of the class that is
// extended: `super().__init__(a)` in the constructor.
func (x *Extractor) superCall(start uint32) {
	if x.peek(1).kind == tRParen && len(x.here().params) == 0 {
		x.skipBalanced()
		return
	}
	outer := build.Place{Scope: x.Scope, Block: x.Block}
	x.GoTo(x.constructor())
	callee := x.superInit(facts.Span{Start: start, End: start})
	mark := len(x.Kids)
	x.arguments()
	x.call(callee, x.since(start), mark)
	x.GoTo(outer)
}

// superInit appends `super().__init__`.
func (x *Extractor) superInit(at facts.Span) facts.ExprID {
	super := x.call(x.named(facts.Name, x.Sym(nameSuper), at), at, len(x.Kids))
	return x.attr(super, x.Sym([]byte(facts.Constructor)), at)
}

// delegate reads the expression that members of an interface are delegated to.
func (x *Extractor) delegate() {
	outer, lambda := build.Place{Scope: x.Scope, Block: x.Block}, x.noLambda
	if x.F.Scopes[x.here().scope].Name != 0 {
		x.GoTo(x.constructor())
	}
	x.noLambda = true
	x.expr()
	x.noLambda = lambda
	x.GoTo(outer)
}

// classBody reads the members of the innermost class, if it has a body.
func (x *Extractor) classBody(enum bool) {
	if !x.at(tLBrace) {
		return
	}
	open := x.pos
	x.next()
	x.properties(open)
	lambda := x.noLambda
	x.noLambda = false
	if enum {
		x.entries()
	}
	x.members()
	x.noLambda = lambda
	x.close(open, tRBrace)
}

// members reads declarations up to the brace that ends them.
func (x *Extractor) members() {
	for !x.closing() {
		before := x.pos
		if !x.accept(tSemi) && !x.declare() {
			// No declaration: what is left of one.
			if t := x.tok(); t.kind != tBad {
				x.unexpected()
			}
			x.skipMember()
		}
		x.ended(before)
	}
}

// skipMember takes what is no declaration, up to where one may begin. The
// expressions in it are read.
func (x *Extractor) skipMember() {
	for first := true; !x.closing(); first = false {
		if !first && (x.tok().line && x.beginsDeclaration() || x.at(tSemi)) {
			return
		}
		before := x.pos
		x.expr()
		if x.pos == before {
			x.skipBalanced()
		}
		if x.tok().nl {
			return
		}
	}
}

// properties notes the properties of the innermost class, whose body begins at
// token open, before its code is read.
func (x *Extractor) properties(open int) {
	c := x.here()
	c.fields, c.statics = x.declared(open+1, c.fields, c.statics)
}

// declared appends the names of the properties that are declared from token i
// to the end of what it is in, and those of a companion.
func (x *Extractor) declared(i int, names, statics []facts.Sym) (all, shared []facts.Sym) {
	for i < x.end && !x.toks[i].closes() {
		switch t := &x.toks[i]; t.kind {
		case kwVal, kwVar:
			if n := &x.toks[i+1]; n.kind == tIdent && x.toks[i+2].kind != tDot {
				names = append(names, x.ident(n))
			}
			i++
		case kwObject:
			if !x.is(&x.toks[i-1], "companion") {
				i++
				continue
			}
			for i++; i < x.end && !x.toks[i].closes() && x.toks[i].kind != tLBrace && !x.toks[i].line; {
				i = x.past(i)
			}
			if x.toks[i].kind == tLBrace {
				statics, _ = x.declared(i+1, statics, nil)
				i = x.past(i)
			}
		default:
			i = x.past(i)
		}
	}
	return names, statics
}

// topNames notes the properties at the top of the file.
func (x *Extractor) topNames() { x.tops, _ = x.declared(x.pos, x.tops[:0], nil) }

// entries reads the members of an enum.
func (x *Extractor) entries() {
	for !x.closing() && !x.at(tSemi) {
		before := x.pos
		m := x.modifiers()
		if !x.at(tIdent) {
			x.drop(&m)
			return
		}
		t := x.next()
		name, span := x.ident(t), t.span()
		var value facts.ExprID
		if x.at(tLParen) {
			class := x.named(facts.Name, x.here().name, facts.Span{Start: span.Start, End: span.Start})
			mark := len(x.Kids)
			x.arguments()
			value = x.call(class, x.since(span.Start), mark)
		}
		x.bindField(name, span, value, x.annotated(0, m.annotations, span))
		x.drop(&m)
		if x.at(tLBrace) {
			s := facts.Scope{Kind: facts.ClassScope, Span: x.since(span.Start), NameSpan: facts.Span{Start: span.End, End: span.End}}
			outer := x.openClass(s, 0)
			x.classBody(false)
			x.closeClass(outer)
		}
		if !x.accept(tComma) || x.pos == before {
			break
		}
	}
	if !x.closing() && !x.accept(tSemi) && !x.beginsDeclaration() {
		x.unexpected()
	}
}

// companion reads a companion object: static members of the class around it.
func (x *Extractor) companion() {
	x.next()
	if len(x.classes) == 0 { // no Kotlin
		return
	}
	if t := x.tok(); x.at(tIdent) && !t.nl {
		x.next()
		x.Bind(x.ident(t), t.span(), x.named(facts.Name, x.here().name, t.span()))
	}
	c := x.here()
	static := c.static
	c.static = true
	if x.at(tColon) {
		mark := len(x.Kids)
		var made facts.ExprID
		x.bases(build.Place{Scope: x.Scope, Block: x.Block}, &made)
		x.Kids = x.Kids[:mark]
	}
	if x.at(tLBrace) {
		open := x.pos
		x.next()
		x.members()
		x.close(open, tRBrace)
	}
	x.here().static = static
}

// secondaryConstructor reads `constructor(a: A) : this(a) { ... }`.
func (x *Extractor) secondaryConstructor(m *modifiers) {
	t := x.next()
	s := facts.Scope{Kind: facts.FuncScope, Name: x.Sym([]byte(facts.Constructor)), NameSpan: t.span(), Span: facts.Span{Start: m.start, End: t.end}}
	s.DecorLo, s.DecorN = x.decorators(m)
	s.ParamLo, s.ParamN = x.parameters(t.span(), true)
	outer := x.openFunction(s, false)
	if x.accept(tColon) {
		switch t := x.tok(); {
		case (t.kind == kwThis || t.kind == kwSuper) && x.peek(1).kind == tLParen:
			x.next()
			var callee facts.ExprID
			if t.kind == kwSuper {
				callee = x.superInit(t.span())
			} else {
				callee = x.attr(x.named(facts.Name, x.Sym(nameThis), t.span()), s.Name, t.span())
			}
			mark := len(x.Kids)
			x.arguments()
			x.call(callee, x.since(t.start), mark)
		default:
			x.unexpected()
		}
	}
	if x.at(tLBrace) {
		x.body()
	}
	x.closeFunction(outer)
}

// initBlock reads `init { ... }`, which is part of the primary constructor.
func (x *Extractor) initBlock() {
	x.next()
	outer := build.Place{Scope: x.Scope, Block: x.Block}
	if !x.here().static {
		x.GoTo(x.constructor())
	}
	x.funcs = append(x.funcs, function{scope: x.Scope, locals: len(x.locals)})
	for _, p := range x.here().params {
		x.locals = append(x.locals, p.Name)
	}
	x.body()
	x.popFunction()
	x.GoTo(outer)
}

// objectLiteral reads `object : Base(a) { ... }`: a call of what it extends,
// with a class of its own beside it.
func (x *Extractor) objectLiteral() facts.ExprID {
	start := x.next().start
	outer := build.Place{Scope: x.Scope, Block: x.Block}
	s := facts.Scope{Kind: facts.ClassScope, Span: x.since(start), NameSpan: facts.Span{Start: x.toks[x.pos-1].end, End: x.toks[x.pos-1].end}}
	class := x.Add(facts.Class, 0, s.Span)
	x.openClass(s, class)
	mark := len(x.Kids)
	var made facts.ExprID
	x.bases(outer, &made)
	bases := slices.Clone(x.Kids[mark:])
	x.closeBases(mark)
	x.classBody(false)
	x.closeClass(outer)
	if made != 0 {
		x.F.Exprs[made].End = x.since(start).End
		return made
	}
	if len(bases) > 0 {
		class = x.F.Exprs[bases[0]].X
	}
	return x.call(class, x.since(start), len(x.Kids))
}
