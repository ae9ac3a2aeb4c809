package kotlin

import (
	"fmt"

	"topicls/index/facts"
)

// Binding powers of binary operators, from the loosest.
const (
	pOr = 1 + iota
	pAnd
	pEquality
	pComparison
	pNamed // in, is
	pElvis
	pInfix
	pRange
	pAdd
	pMultiply
	pAs
)

// expr reads an expression.
func (x *Extractor) expr() facts.ExprID {
	if !x.enter() {
		return x.Add(facts.Unknown, 0, x.since(x.toks[x.pos-1].start))
	}
	defer x.leave()
	return x.binary(pOr)
}

// power is how tight the operator t binds: 0 if it is none that goes on with
// the expression in front of it.
func (x *Extractor) power(t *token) int {
	switch t.kind {
	case tOrOr:
		return pOr
	case tAndAnd:
		return pAnd
	case tElvis:
		return pElvis
	case kwAs, kwAsSafe:
		return pAs
	}
	if t.nl {
		return 0
	}
	switch t.kind {
	case tEq, tNe, tEqq, tNee:
		return pEquality
	case tLt, tLe, tGt, tGe:
		return pComparison
	case kwIn, tNotIn, kwIs, tNotIs:
		return pNamed
	case tIdent:
		if x.peek(1).kind == tAt && x.peek(1).start == t.end { // a label
			return 0
		}
		return pInfix
	case tRange:
		return pRange
	case tPlus, tMinus:
		return pAdd
	case tStar, tSlash, tPercent:
		return pMultiply
	}
	return 0
}

// binary reads operators that bind at least as tight as min, and what they
// are between.
func (x *Extractor) binary(min int) facts.ExprID {
	start := x.tok().start
	left := x.prefix()
	for n := 0; ; n++ {
		t := x.tok()
		power := x.power(t)
		if power < min || power == 0 {
			return left
		}
		if n == maxNesting {
			x.problem(facts.TooDeep, t.span())
			left, n = x.Add(facts.Unknown, 0, x.since(start)), 0
		}
		switch power {
		case pOr, pAnd, pElvis:
			left = x.alternatives(start, left, t.kind, power)
			continue
		case pInfix:
			if !x.infixFollows() {
				return left
			}
		}
		x.next()
		switch t.kind {
		case kwAs, kwAsSafe:
			x.cast = choice{cond: x.typeExpr(), value: left}
		case kwIs, tNotIs:
			left = x.both(facts.Compute, start, left, x.typeExpr())
			x.F.Exprs[left].Name = x.Sym([]byte("is"))
			if t.kind == tNotIs {
				left = x.row(facts.Not, start, left)
			}
		case tIdent:
			left = x.infix(start, left, t)
		default:
			right := x.binary(power + 1)
			left = x.operation(start, t, left, right)
		}
	}
}

// infixFollows reports whether the identifier that comes next is an infix
// function: an operand stands behind it.
func (x *Extractor) infixFollows() bool {
	t := x.tok()
	if x.is(t, "by") || x.is(t, "where") {
		return false
	}
	switch after := x.peek(1); after.kind {
	case tIdent, tNumber, tChar, tStr, tRawStr, tLParen, tLBrace, tLBrack, kwThis, kwSuper, kwNull, kwTrue, kwFalse, kwObject, kwFun, kwIf, kwWhen, kwTry, kwThrow, kwReturn, tColons:
		return !after.line || !x.declares(after)
	case tMinus, tNot, tPlus:
		return after.start > t.end && x.peek(2).start == after.end
	}
	return false
}

// declares reports whether a declaration begins at t, which is behind the next
// token.
func (x *Extractor) declares(t *token) bool {
	switch t.kind {
	case kwFun, kwObject, tIdent:
		_, ok := x.declaration(x.pos + 1)
		return ok
	}
	return false
}

// infix reads the operand behind an infix function: `a to b` is a pair, others
// are calls.
func (x *Extractor) infix(start uint32, left facts.ExprID, name *token) facts.ExprID {
	right := x.binary(pInfix + 1)
	if x.is(name, "to") {
		mark := len(x.Kids)
		x.Push(left)
		x.Push(right)
		return x.Group(facts.List, facts.Tuple, x.since(start), mark)
	}
	callee := x.attr(left, x.ident(name), facts.Span{Start: start, End: name.end})
	mark := len(x.Kids)
	x.pushArg(right, 0, 0, x.F.Exprs[right].Span)
	return x.call(callee, x.since(start), mark)
}

// alternatives reads a chain of one of `||`, `&&` and `?:` as one row. What
// goes elsewhere is no alternative.
func (x *Extractor) alternatives(start uint32, first facts.ExprID, op kind, power int) facts.ExprID {
	flag := facts.Or
	if op == tAndAnd {
		flag = facts.And
	}
	mark := len(x.Kids)
	x.Push(first)
	for n := 0; x.at(op) && n < maxNesting; n++ {
		x.next()
		if kid := x.binary(power + 1); kid != x.jump || op != tElvis {
			x.Push(kid)
		}
	}
	if len(x.Kids) == mark+1 {
		x.Kids = x.Kids[:mark]
		return first
	}
	return x.Group(facts.Alt, flag, x.since(start), mark)
}

var comparisons = map[kind]facts.Op{
	tEq: facts.Equal, tNe: facts.NotEqual, tEqq: facts.Same, tNee: facts.NotSame, kwIn: facts.In, tNotIn: facts.NotIn,
	tLt: facts.Less, tLe: facts.AtMost, tGt: facts.Greater, tGe: facts.AtLeast,
}

// operation appends `left op right`.
func (x *Extractor) operation(start uint32, op *token, left, right facts.ExprID) facts.ExprID {
	if c, ok := comparisons[op.kind]; ok {
		return x.compare(c, start, left, right)
	}
	if op.kind == tPlus {
		return x.both(facts.Concat, start, left, right)
	}
	id := x.both(facts.Compute, start, left, right)
	x.F.Exprs[id].Name = x.Sym(x.Src[op.start:op.end])
	return id
}

// prefix reads an expression with the operators in front of it.
func (x *Extractor) prefix() facts.ExprID {
	x.label()
	t := x.tok()
	switch t.kind {
	case tAt:
		x.pos = x.pastAnnotation(x.pos)
		if x.pos >= x.end || x.closing() {
			return x.missing()
		}
		return x.nested(x.prefix)
	case tMinus:
		x.next()
		if n := x.tok(); n.kind == tNumber && n.start == t.end {
			x.next()
			id := x.named(facts.Number, x.Sym(x.Src[t.start:n.end]), x.since(t.start))
			return x.postfix(t.start, id, nil)
		}
		return x.unary(t)
	case tPlus, tInc, tDec:
		x.next()
		return x.unary(t)
	case tNot, tNotNull: // `!!x` is twice not
		x.next()
		operand := x.nested(x.prefix)
		id := x.row(facts.Not, t.start, operand)
		if t.kind == tNotNull {
			id = x.row(facts.Not, t.start, id)
		}
		return id
	}
	id, name := x.primary()
	return x.postfix(t.start, id, name)
}

// nested reads with one level of nesting more.
func (x *Extractor) nested(read func() facts.ExprID) facts.ExprID {
	if !x.enter() {
		return x.Add(facts.Unknown, 0, x.since(x.toks[x.pos-1].start))
	}
	defer x.leave()
	return read()
}

// unary reads the operand of a sign.
func (x *Extractor) unary(op *token) facts.ExprID {
	operand := x.nested(x.prefix)
	if op.kind == tInc || op.kind == tDec {
		return operand
	}
	id := x.row(facts.Compute, op.start, operand)
	x.F.Exprs[id].Name = x.Sym(x.Src[op.start:op.end])
	return id
}

// missing records that an expression should stand here.
func (x *Extractor) missing() facts.ExprID {
	x.unexpected()
	at := x.tok().start
	return x.Add(facts.Unknown, 0, facts.Span{Start: at, End: at})
}

// beginsExpr reports whether an expression can begin with the next token.
func (x *Extractor) beginsExpr() bool {
	switch x.tok().kind {
	case tIdent, tNumber, tChar, tStr, tRawStr, tLParen, tLBrace, tLBrack, kwThis, kwSuper, kwNull, kwTrue, kwFalse, kwObject, kwFun,
		kwIf, kwWhen, kwTry, kwThrow, kwReturn, kwBreak, kwContinue, tColons, tMinus, tNot, tNotNull, tPlus, tInc, tDec, tAt:
		return true
	}
	return false
}

// primary reads an expression without operators. name is the simple name that
// it is, if it is one.
func (x *Extractor) primary() (id facts.ExprID, name []byte) {
	t := x.tok()
	switch t.kind {
	case tIdent, tRef:
		x.next()
		if x.is(t, "it") {
			x.usesIt()
		}
		if x.ofReceiver(t) {
			return x.attr(x.named(facts.Receiver, x.ident(t), facts.Span{Start: t.start, End: t.start}), x.ident(t), t.span()), x.word(t)
		}
		return x.named(facts.Name, x.ident(t), t.span()), x.word(t)
	case tNumber:
		x.next()
		return x.named(facts.Number, x.Sym(x.Src[t.start:t.end]), t.span()), nil
	case tChar:
		x.next()
		return x.char(t), nil
	case tStr, tRawStr:
		return x.string(), nil
	case kwTrue, kwFalse:
		x.next()
		return x.named(facts.Bool, x.Sym(x.Src[t.start:t.end]), t.span()), nil
	case kwNull:
		x.next()
		return x.Add(facts.None, 0, t.span()), nil
	case kwThis:
		return x.thisExpr(), nil
	case kwSuper:
		return x.superExpr(), nil
	case tLParen:
		return x.condition(), nil
	case tLBrack:
		return x.collection(), nil
	case tLBrace:
		return x.lambda(nil, false), nil
	case kwFun:
		if !x.beginsDeclaration() {
			return x.anonymous(), nil
		}
	case kwObject:
		if x.peek(1).kind == tColon || x.peek(1).kind == tLBrace {
			return x.objectLiteral(), nil
		}
	case kwIf:
		return x.ifExpr(), nil
	case kwWhen:
		return x.when(), nil
	case kwTry:
		return x.try(), nil
	case kwReturn, kwThrow, kwBreak, kwContinue:
		return x.jumpExpr(), nil
	case tColons:
		x.next()
		if n := x.tok(); n.kind == tIdent {
			x.next()
			return x.named(facts.Name, x.ident(n), n.span()), nil
		}
	}
	return x.missing(), nil
}

// thisExpr reads `this` and `this@Name`, which is `Name.this`: that of the
// innermost class is the receiver itself unless a lambda in between has one of
// its own.
func (x *Extractor) thisExpr() facts.ExprID {
	t := x.next()
	name := x.Sym(nameThis)
	if x.at(tAt) && x.tok().start == t.end && x.peek(1).kind == tIdent {
		x.next()
		label := x.next()
		outer := len(x.classes) == 0 || !x.symIs(x.here().name, x.word(label))
		for i := range x.funcs {
			outer = outer || x.funcs[i].receiver && x.funcs[i].scope > x.here().scope
		}
		if outer && !x.namesFunction(label) {
			return x.attr(x.named(facts.Name, x.ident(label), label.span()), name, x.since(t.start))
		}
	}
	return x.named(facts.Name, name, x.since(t.start))
}

// superExpr reads `super` and `super<Base>` as `super()`.
func (x *Extractor) superExpr() facts.ExprID {
	t := x.next()
	if x.at(tLt) {
		if i, ok := x.pastAngles(x.pos); ok {
			x.pos = i
		}
	}
	if x.at(tAt) && x.tok().start == x.toks[x.pos-1].end && x.peek(1).kind == tIdent {
		x.pos += 2
	}
	return x.call(x.named(facts.Name, x.Sym(nameSuper), t.span()), x.since(t.start), len(x.Kids))
}

// collection reads `[a, b]`.
func (x *Extractor) collection() facts.ExprID {
	open, start := x.pos, x.tok().start
	mark := len(x.Kids)
	x.elements(tRBrack)
	x.close(open, tRBrack)
	return x.Group(facts.List, 0, x.since(start), mark)
}

// elements pushes the expressions in the brackets at the next token.
func (x *Extractor) elements(end kind) {
	lambda := x.noLambda
	x.noLambda = false
	x.next()
	for !x.at(end) && !x.closing() && !x.beginsDeclaration() {
		before := x.pos
		x.Push(x.expr())
		if !x.accept(tComma) || x.pos == before {
			break
		}
	}
	x.noLambda = lambda
}

// postfix reads what stands behind an expression: members, calls, indexes.
// name is that of the function that a call behind it calls, if it is known.
func (x *Extractor) postfix(start uint32, id facts.ExprID, name []byte) facts.ExprID {
	on := false // name is a member
	var types []facts.ExprID
	for n := 0; ; n++ {
		if n == maxNesting {
			x.problem(facts.TooDeep, x.tok().span())
			id, n = x.Add(facts.Unknown, 0, x.since(start)), 0
		}
		t := x.tok()
		switch {
		case t.kind == tDot || t.kind == tSafe:
			x.next()
			member := x.tok()
			switch {
			case member.kind == tIdent && !(member.line && x.beginsDeclaration()):
				x.next()
				id, name, on = x.member(start, id, member), x.word(member), true
			case member.kind == kwClass: // half-typed or a class of bytes
				x.next()
			case member.kind == tLParen && !member.nl: // a.(f)() is no Kotlin
				x.unexpected()
				return id
			default:
				x.unexpected()
				return id
			}
			continue
		case t.kind == tColons && !t.nl:
			x.next()
			id, name = x.reference(start, id), nil
			continue
		case t.kind == tQuest && x.peek(1).kind == tColons: // String?::f
			x.next()
			continue
		case t.kind == tNotNull && !t.nl:
			x.next()
			continue
		case (t.kind == tInc || t.kind == tDec) && !t.nl:
			x.next()
			continue
		case t.kind == tLBrack && !t.nl:
			id, name, on = x.index(start, id), nil, false
			continue
		case t.kind == tLt && !t.nl && x.takesTypes():
			types = x.callTypes(name)
			continue
		case t.kind == tLParen && !t.nl, x.trailing() && (name != nil || types != nil || x.isCall(id)):
			id = x.callExpr(start, id, name, on, types)
			name, on, types = nil, false, nil
			continue
		}
		return id
	}
}

// member appends `id.name`. `X::class.java` is X, as `X::class` is.
func (x *Extractor) member(start uint32, id facts.ExprID, name *token) facts.ExprID {
	if x.is(name, "Companion") { // its members are the class's
		return id
	}
	if x.toks[x.pos-3].kind == kwClass {
		switch string(x.word(name)) {
		case "java", "javaObjectType", "javaPrimitiveType", "kotlin":
			return id
		}
	}
	return x.attr(id, x.ident(name), x.since(start))
}

// reference reads what stands behind `::`.
func (x *Extractor) reference(start uint32, id facts.ExprID) facts.ExprID {
	t := x.tok()
	switch t.kind {
	case kwClass:
		x.next()
		return id
	case tIdent:
		x.next()
		return x.attr(id, x.ident(t), x.since(start))
	}
	x.unexpected()
	return id
}

// callTypes reads the type arguments of a call. Those of constructors and of
// functions that make collections say nothing that their arguments don't.
func (x *Extractor) callTypes(name []byte) (types []facts.ExprID) {
	if len(name) == 0 || name[0] < 'a' || name[0] > 'z' || own[string(name)] {
		x.pos, _ = x.pastAngles(x.pos)
		return nil
	}
	x.next()
	for !x.at(tGt) && !x.closing() {
		before := x.pos
		types = append(types, x.typeExpr())
		if !x.accept(tComma) || x.pos == before {
			break
		}
	}
	x.expect(tGt)
	return types
}

// isCall reports whether id is a call, or a text (which test frameworks call):
// a lambda behind it is an argument.
func (x *Extractor) isCall(id facts.ExprID) bool {
	e := &x.F.Exprs[id]
	return e.Kind == facts.Call || e.Kind == facts.String || e.Kind == facts.Interp
}

// trailing reports whether a lambda comes next that is the last argument of
// what is in front of it.
func (x *Extractor) trailing() bool {
	if x.noLambda {
		return false
	}
	t := x.tok()
	if t.nl {
		return false
	}
	if t.kind == tIdent && x.peek(1).kind == tAt && x.peek(1).start == t.end {
		return x.peek(2).kind == tLBrace
	}
	return t.kind == tLBrace
}

// takesTypes reports whether the `<` that comes next begins type arguments.
func (x *Extractor) takesTypes() bool {
	i, ok := x.pastAngles(x.pos)
	if !ok || i >= x.end {
		return false
	}
	switch t := &x.toks[i]; t.kind {
	case tLParen, tLBrace:
		return !t.nl
	case tColons, tDot, tSafe, tRParen, tComma:
		// `f(a < b, c > d)` has no name behind the second one.
		return x.toks[i-1].kind == tGt && t.kind != tRParen && t.kind != tComma
	}
	return false
}

// index reads `[key]`; several keys are a tuple.
func (x *Extractor) index(start uint32, id facts.ExprID) facts.ExprID {
	open, from := x.pos, x.peek(1).start
	mark := len(x.Kids)
	x.elements(tRBrack)
	var key facts.ExprID
	if len(x.Kids) == mark+1 {
		key = x.Kids[mark]
		x.Kids = x.Kids[:mark]
	} else {
		key = x.Group(facts.List, facts.Tuple, x.since(from), mark)
	}
	x.close(open, tRBrack)
	return x.both(facts.Index, start, id, key)
}

// callExpr reads the arguments of a call of callee, lambdas behind them among
// them.
func (x *Extractor) callExpr(start uint32, callee facts.ExprID, name []byte, on bool, types []facts.ExprID) facts.ExprID {
	mark := len(x.Kids)
	if x.at(tLParen) {
		x.arguments()
	}
	for x.trailing() {
		x.label()
		from := x.tok().start
		value := x.lambda(name, on)
		x.pushArg(value, 0, 0, x.since(from))
	}
	for n, t := range types {
		x.pushArg(t, x.Sym(fmt.Appendf(nil, "<%d>", n)), 0, x.F.Exprs[t].Span)
	}
	id := x.call(callee, x.since(start), mark)
	if made := x.filledMap(id, callee, name); made != id {
		return made
	}
	if !on && (string(name) == "error" || string(name) == "TODO" || string(name) == "exitProcess") {
		x.jump = id
	}
	return id
}

// arguments pushes the arguments in the parentheses at the next token.
func (x *Extractor) arguments() {
	open := x.pos
	if !x.enter() {
		return
	}
	defer x.leave()
	lambda := x.noLambda
	x.noLambda = false
	x.next()
	for !x.at(tRParen) && !x.closing() && !x.beginsDeclaration() {
		before := x.pos
		start := x.tok().start
		var keyword facts.Sym
		var flag facts.Flag
		if t := x.tok(); t.kind == tIdent && x.peek(1).kind == tAssign {
			keyword = x.ident(t)
			x.pos += 2
		}
		if x.accept(tStar) {
			flag = facts.SpreadOne
		}
		if x.closing() || x.at(tComma) {
			x.unexpected() // half-typed
		} else {
			value := x.expr()
			x.pushArg(value, keyword, flag, x.since(start))
		}
		if !x.accept(tComma) || x.pos == before {
			break
		}
	}
	x.noLambda = lambda
	x.close(open, tRParen)
}
