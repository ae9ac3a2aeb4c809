package kotlin

import (
	"slices"

	"topicls/index/extract/build"
	"topicls/index/facts"
)

// function is what the walk knows of a function or lambda that it is in.
type function struct {
	name     facts.Sym
	scope    facts.ScopeID
	locals   int       // where its names begin in Extractor.locals
	lambda   bool      // an unlabelled return leaves the function around it
	implicit bool      // a lambda without parameters, which has `it` if it uses it
	used     bool      // and it does
	receiver bool      // a lambda with a receiver of its own
	globals  int       // mark in Builder.Globals
	field    facts.Sym // the property whose accessor this is: `field` in it
}

// extension is a class that functions of a file are added to.
type extension struct {
	parent facts.ScopeID
	class  facts.Sym
}

// function reads a function behind its modifiers.
func (x *Extractor) function(m *modifiers) {
	x.next()
	generic := x.pos
	x.typeParameters()
	s := facts.Scope{Kind: facts.FuncScope, Span: facts.Span{Start: m.start}}
	s.DecorLo, s.DecorN = x.decorators(m)
	outer := build.Place{Scope: x.Scope, Block: x.Block}
	var receiver facts.Span
	if dot := x.receiverEnd(x.pos); dot != 0 {
		receiver = x.openReceiver(dot, generic)
	}
	if x.at(tIdent) {
		t := x.next()
		s.Name, s.NameSpan = x.ident(t), t.span()
	} else {
		x.unexpected()
		s.NameSpan = facts.Span{Start: x.tok().start, End: x.tok().start}
	}
	x.typeParameters()
	method := receiver != (facts.Span{})
	if !method && x.inBody() {
		if method = !x.here().static; !method {
			s.Flag |= facts.Static
		}
	}
	s.ParamLo, s.ParamN = x.parameters(s.NameSpan, method)
	if x.accept(tColon) {
		s.Result = x.typeExpr()
	}
	x.constraints()
	s.End = x.since(s.Start).End
	if !x.at(tLBrace) && !x.at(tAssign) && x.inBody() {
		s.Flag |= facts.Abstract
	}
	class := x.openFunction(s, false)
	if receiver != (facts.Span{}) {
		// What is added to a class from elsewhere mostly calls that.
		of := x.F.Scopes[class.Scope].Name
		x.funcs[len(x.funcs)-1].receiver = slices.ContainsFunc(x.F.Imports, func(m facts.Import) bool { return m.Local == of || m.Star && !x.declaredHere(of, false) })
	}
	x.functionBody(x.Scope)
	x.closeFunction(class)
	if s.Name != 0 && x.F.Main == (facts.Span{}) && x.isMain(&s, outer) {
		x.F.Main = x.since(s.Start)
	}
	x.GoTo(outer)
}

// isMain reports whether s is where a program starts.
func (x *Extractor) isMain(s *facts.Scope, outer build.Place) bool {
	if !x.symIs(s.Name, []byte("main")) {
		return false
	}
	return outer.Scope == 0 || len(x.classes) > 0 && (x.here().static || x.F.Scopes[x.here().scope].Flag&facts.Static != 0)
}

// functionBody reads the body of the function whose scope is given: a block,
// or an expression that it returns.
func (x *Extractor) functionBody(scope facts.ScopeID) {
	x.F.Blocks[x.Block].Span = facts.Span{Start: x.tok().start, End: x.tok().start}
	switch {
	case x.at(tLBrace):
		x.body()
	case x.accept(tAssign):
		value := x.expr()
		if value != x.jump {
			x.F.Returns = append(x.F.Returns, facts.Return{Scope: scope, Block: x.Block, Value: value})
		}
	}
}

// receiverEnd returns the dot behind the receiver's type of the function or
// property whose declaration goes on at token i, or 0 if it has none.
func (x *Extractor) receiverEnd(i int) int {
	dot := 0
	for i < x.end {
		switch t := &x.toks[i]; t.kind {
		case tAt:
			i = x.pastAnnotation(i)
			continue
		case tIdent:
			if x.toks[i+1].kind == tLParen && (x.toks[i-1].kind == tDot || x.toks[i-1].kind == tSafe || dot == 0) {
				return dot
			}
		case tDot, tSafe:
			dot = i
		case tQuest:
		case tLt:
			j, ok := x.pastAngles(i)
			if !ok {
				return dot
			}
			i = j
			continue
		case tLParen:
			if t.pair == 0 || x.toks[t.pair+1].kind != tDot {
				return dot
			}
			i = int(t.pair) + 1
			continue
		default:
			return dot
		}
		i++
	}
	return dot
}

// openReceiver reads the receiver's type, up to the dot behind it, and goes to
// the class that the function is added to. Its type parameters begin at token
// generic.
func (x *Extractor) openReceiver(dot, generic int) facts.Span {
	for x.at(tAt) {
		x.pos = x.pastAnnotation(x.pos)
	}
	start := x.tok().start
	name, span := x.receiverName(dot, generic)
	x.typeEnd = dot
	x.extended = x.typeExpr()
	x.typeEnd = 0
	x.pos = dot
	x.next()
	key := extension{x.Scope, name}
	place, ok := x.more[key]
	if !ok {
		s := facts.Scope{Kind: facts.ClassScope, Flag: facts.Partial, Name: name, NameSpan: span, Span: x.since(start)}
		_, _ = x.OpenScope(s, s.Span)
		place = build.Place{Scope: x.Scope, Block: x.Block}
		if x.more == nil {
			x.more = map[extension]build.Place{}
		}
		x.more[key] = place
	}
	x.GoTo(place)
	return facts.Span{Start: start, End: max(span.End, start+1)}
}

// receiverName returns the class that a receiver's type names, without type
// arguments: the last of a dotted name, Any for a type parameter.
func (x *Extractor) receiverName(dot, generic int) (facts.Sym, facts.Span) {
	var name *token
	for i := x.pos; i < dot; {
		t := &x.toks[i]
		if t.kind == tIdent {
			name = t
		}
		if j, ok := x.pastAngles(i); t.kind == tLt && ok {
			i = j
			continue
		}
		i = x.past(i)
	}
	if name == nil {
		return x.Sym([]byte("Function")), facts.Span{Start: x.tok().start, End: x.tok().start}
	}
	for i := generic + 1; i < x.pos; i++ {
		if t := &x.toks[i]; t.kind == tIdent && x.toks[i-1].kind != tColon && string(x.word(t)) == string(x.word(name)) {
			return x.Sym([]byte("Any")), name.span()
		}
	}
	return x.ident(name), name.span()
}

// openFunction binds a function with its parameters and enters its scope.
func (x *Extractor) openFunction(s facts.Scope, lambda bool) build.Place {
	value := x.Add(facts.Func, 0, s.Span)
	if s.Name != 0 {
		x.Bind(s.Name, s.NameSpan, value)
	}
	return x.enterFunction(s, value, lambda)
}

// enterFunction enters the scope of a function that has a value.
func (x *Extractor) enterFunction(s facts.Scope, value facts.ExprID, lambda bool) build.Place {
	id, outer := x.OpenScope(s, s.Span)
	x.F.Exprs[value].Lo = int32(id)
	x.funcs = append(x.funcs, function{name: s.Name, scope: id, locals: len(x.locals), lambda: lambda, globals: len(x.Globals)})
	for _, p := range x.F.Params[s.ParamLo : s.ParamLo+s.ParamN] {
		x.locals = append(x.locals, p.Name)
	}
	return outer
}

// closeFunction leaves the scope of a function, which ends with the last token
// taken.
func (x *Extractor) closeFunction(outer build.Place) {
	f := &x.funcs[len(x.funcs)-1]
	s := &x.F.Scopes[f.scope]
	s.End = x.since(s.Start).End
	b := &x.F.Blocks[s.Body]
	b.End = max(b.Start, s.End)
	x.FlushGlobals(f.scope, f.globals)
	x.popFunction()
	x.GoTo(outer)
}

// popFunction forgets the innermost function.
func (x *Extractor) popFunction() {
	last := len(x.funcs) - 1
	x.locals = x.locals[:x.funcs[last].locals]
	x.funcs = x.funcs[:last]
}

// parameters reads the parameters of a function, with a receiver, made up at
// the function's name, if it has one.
func (x *Extractor) parameters(name facts.Span, receiver bool) (lo, n int32) {
	mark := len(x.params)
	if receiver {
		x.params = append(x.params, facts.Param{Name: x.Sym(nameThis), Span: name, Annot: x.extended})
		x.extended = 0
	}
	if open := x.pos; x.expect(tLParen) {
		for !x.closing() && !x.beginsDeclaration() {
			before := x.pos
			m := x.modifiers()
			if x.at(kwVal) || x.at(kwVar) { // no Kotlin
				x.next()
			}
			if x.at(tIdent) {
				x.params = append(x.params, x.parameter(&m))
			}
			x.drop(&m)
			if !x.accept(tComma) || x.pos == before {
				break
			}
		}
		x.close(open, tRParen)
	}
	lo, n = int32(len(x.F.Params)), int32(len(x.params)-mark)
	x.F.Params = append(x.F.Params, x.params[mark:]...)
	x.params = x.params[:mark]
	return lo, n
}

// parameter reads `name: T = default` behind its modifiers.
func (x *Extractor) parameter(m *modifiers) facts.Param {
	t := x.next()
	p := facts.Param{Name: x.ident(t), Span: t.span()}
	var typ facts.ExprID
	if x.accept(tColon) {
		typ = x.typeExpr()
	}
	if m.vararg {
		p.Kind = facts.Rest
	}
	p.Annot = x.annotated(typ, m.annotations, p.Span)
	if x.accept(tAssign) {
		p.Default = x.expr()
	}
	return p
}

// body reads a block, at its opening brace, into the block that the walk is
// in.
func (x *Extractor) body() {
	open := x.pos
	start := x.next().start
	lambda := x.noLambda
	x.noLambda = false
	x.statements(false)
	x.noLambda = lambda
	x.close(open, tRBrace)
	x.F.Blocks[x.Block].Span = x.since(start)
}

// anonymous reads `fun(a: A): R { ... }`.
func (x *Extractor) anonymous() facts.ExprID {
	start := x.next().start
	receiver := false
	if dot := x.receiverEnd(x.pos); dot != 0 {
		x.pos = dot + 1
		receiver = true
	}
	s := facts.Scope{Kind: facts.FuncScope, Span: x.since(start), NameSpan: facts.Span{Start: start, End: start}}
	s.ParamLo, s.ParamN = x.parameters(s.NameSpan, receiver)
	if x.accept(tColon) {
		s.Result = x.typeExpr()
	}
	value := x.Add(facts.Func, 0, s.Span)
	outer := x.enterFunction(s, value, false)
	id := x.Scope
	x.functionBody(id)
	x.closeFunction(outer)
	x.F.Exprs[value].End = x.F.Scopes[id].End
	return value
}

// withReceiver are the functions of Kotlin's library whose lambda has a
// receiver of its own and no parameter; onReceiver those that have one if they
// are called on something.
var (
	withReceiver = map[string]bool{
		"apply": true, "with": true, "buildString": true, "buildList": true, "buildMap": true, "buildSet": true,
	}
	onReceiver = map[string]bool{"run": true, "runCatching": true}
	// withoutParameter are others whose lambda has none: `it` in it is that of
	// the lambda around it.
	withoutParameter = map[string]bool{
		"run": true, "runCatching": true, "launch": true, "async": true, "withContext": true, "runBlocking": true, "coroutineScope": true,
		"supervisorScope": true, "lazy": true, "thread": true, "synchronized": true, "measureTimeMillis": true, "measureTime": true,
		"withTimeout": true, "withTimeoutOrNull": true, "withLock": true, "flow": true, "sequence": true, "runTest": true, "getOrPut": true,
		"ifEmpty": true, "ifBlank": true, "orElseGet": true, "orElse": true, "check": true, "require": true, "requireNotNull": true, "checkNotNull": true,
	}
)

// lambda reads a lambda that is given to the function of the given name (nil
// if that isn't known), called on something or not.
func (x *Extractor) lambda(callee []byte, on bool) facts.ExprID {
	if !x.enter() {
		return x.Add(facts.Unknown, 0, x.since(x.toks[x.pos-1].start))
	}
	defer x.leave()
	open := x.pos
	start := x.next().start
	s := facts.Scope{Kind: facts.LambdaScope, Span: x.since(start)}
	if p := int(x.toks[open].pair); p != 0 {
		s.End = x.toks[p].end
	}
	receiver := withReceiver[string(callee)] || on && onReceiver[string(callee)]
	mark := len(x.params)
	if receiver {
		x.params = append(x.params, facts.Param{Name: x.Sym(nameThis), Span: facts.Span{Start: start, End: start + 1}})
	}
	arrow, from := x.lambdaArrow(), x.pos
	patterns := 0
	if arrow != 0 {
		patterns = x.lambdaParameters(arrow)
	}
	s.ParamLo, s.ParamN = int32(len(x.F.Params)), int32(len(x.params)-mark)
	x.F.Params = append(x.F.Params, x.params[mark:]...)
	x.params = x.params[:mark]
	value := x.Add(facts.Func, 0, s.Span)
	outer := x.enterFunction(s, value, true)
	id := x.Scope
	f := &x.funcs[len(x.funcs)-1]
	f.receiver = receiver
	f.implicit = arrow == 0 && !withReceiver[string(callee)] && !withoutParameter[string(callee)]
	if patterns > 0 {
		x.unpackParameters(from, arrow, s)
	}
	lambda := x.noLambda
	x.noLambda = false
	result, _ := x.statements(true)
	x.noLambda = lambda
	if result != 0 {
		x.F.Returns = append(x.F.Returns, facts.Return{Scope: id, Block: x.F.Scopes[id].Body, Value: result})
	}
	x.close(open, tRBrace)
	if f := &x.funcs[len(x.funcs)-1]; f.used {
		x.F.Scopes[id].ParamLo, x.F.Scopes[id].ParamN = int32(len(x.F.Params)), 1
		x.F.Params = append(x.F.Params, facts.Param{Name: x.Sym(nameIt), Span: facts.Span{Start: start, End: start + 1}})
	}
	x.closeFunction(outer)
	x.F.Exprs[value].End = x.F.Scopes[id].End
	return value
}

// lambdaArrow returns the arrow behind the parameters that a lambda begins
// with, or 0 if it has none.
func (x *Extractor) lambdaArrow() int {
	from, problems := x.pos, len(x.F.Problems)
	defer func() {
		x.pos = from
		x.F.Problems = x.F.Problems[:problems]
	}()
	for {
		for x.at(tAt) {
			x.pos = x.pastAnnotation(x.pos)
		}
		switch t := x.tok(); {
		case t.kind == tArrow:
			return x.pos
		case t.kind == tIdent:
			x.next()
		case t.kind == tLParen && t.pair != 0:
			x.skipBalanced()
		default:
			return 0
		}
		if x.accept(tColon) {
			x.skipType()
		}
		if !x.accept(tComma) && !x.at(tArrow) {
			return 0
		}
	}
}

// lambdaParameters puts the parameters of a lambda on Extractor.params and
// goes behind the arrow. It returns how many of them are unpacked, which have
// no name.
func (x *Extractor) lambdaParameters(arrow int) (patterns int) {
	for x.pos < arrow {
		before := x.pos
		for x.at(tAt) {
			x.pos = x.pastAnnotation(x.pos)
		}
		t := x.tok()
		p := facts.Param{Span: t.span()}
		if t.kind == tLParen {
			patterns++
			x.skipBalanced()
			p.Span = x.since(t.start)
		} else {
			x.next()
			p.Name = x.ident(t)
		}
		if x.accept(tColon) {
			p.Annot = x.typeExpr()
		}
		x.params = append(x.params, p)
		if !x.accept(tComma) || x.pos == before {
			break
		}
	}
	x.pos = arrow + 1
	return patterns
}

// unpackParameters binds the names in parameters that are unpacked, between
// the given tokens.
func (x *Extractor) unpackParameters(from, arrow int, s facts.Scope) {
	at := int(s.ParamLo)
	if x.F.Params[at].Name != 0 && x.funcs[len(x.funcs)-1].receiver {
		at++
	}
	for i := from; i < arrow; i++ {
		if x.toks[i].kind == tLParen {
			value := x.Add(facts.ParamRef, 0, x.F.Params[at].Span)
			x.F.Exprs[value].Lo = int32(at)
			x.pos = i
			x.pattern(value)
			i = x.past(i) - 1
		}
		if x.toks[i].kind == tComma {
			at++
		}
		if x.toks[i].kind == tColon { // a type has commas of its own
			x.pos = i + 1
			x.skipType()
			i = x.pos - 1
		}
	}
	x.pos = arrow + 1
}

// usesIt notes that `it` is used, and finds the lambda whose parameter that
// is.
func (x *Extractor) usesIt() {
	top := len(x.locals)
	for i := len(x.funcs) - 1; i >= 0; i-- {
		f := &x.funcs[i]
		if slices.Contains(x.locals[f.locals:top], x.Sym(nameIt)) {
			return
		}
		if f.implicit {
			f.used = true
			return
		}
		top = f.locals
	}
}
