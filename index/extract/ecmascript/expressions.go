package ecmascript

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// expr appends the expression at node i, which something refers to.
func (x *Extractor) expr(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() {
		return x.Row(facts.Unknown, i)
	}
	switch n.Kind {
	case kIdentifier, kShorthand, kTypeIdentifier, kThis, kSuper, kPropertyIdentifier:
		if n.Kind == kSuper {
			return x.superObject(x.Span(i))
		}
		return x.Named(facts.Name, i, x.Ident(i))
	case kNestedIdentifier, kMember:
		return x.member(i)
	case kString:
		return x.string(i)
	case kTemplate:
		return x.template(i)
	case kRegex:
		return x.regex(i)
	case kNumber:
		return x.Named(facts.Number, i, x.Ident(i))
	case kTrue:
		return x.Named(facts.Bool, i, x.Sym(textTrue))
	case kFalse:
		return x.Named(facts.Bool, i, x.Sym(textFalse))
	case kNull, kUndefined:
		return x.Row(facts.None, i)
	case kParenthesized:
		return x.parenthesized(i)
	case kSequence:
		return x.sequence(i)
	case kSubscript:
		return x.subscript(i)
	case kCall:
		return x.call(i)
	case kNew:
		return x.construct(i)
	case kArray:
		return x.array(i)
	case kObject:
		return x.object(i)
	case kTernary:
		return x.conditional(i)
	case kBinary:
		return x.binary(i)
	case kUnary:
		return x.unary(i)
	case kAwait:
		if v := x.first(i); v != 0 {
			return x.Over(facts.Await, 0, i, x.expr(v))
		}
	case kYield:
		return x.yield(i)
	case kAs, kSatisfies, kNonNull, kInstantiation:
		if v := x.first(i); v != 0 {
			return x.expr(v)
		}
	case kTypeAssertion:
		if v := x.last(i); v != 0 && x.Nodes[v].Kind != kTypeArguments {
			return x.expr(v)
		}
	case kAssignment:
		return x.assignmentExpr(i)
	case kAugmented:
		return x.augmented(i)
	case kArrow, kFunctionExpression, kGenerator:
		return x.functionValue(i, 0, facts.Span{})
	case kClassExpression:
		return x.class(i, nil, 0, facts.Span{}, false)
	case kSpread:
		if v := x.first(i); v != 0 {
			return x.Over(facts.Spread, 0, i, x.expr(v))
		}
	}
	return x.opaque(i)
}

var textTrue, textFalse = []byte("true"), []byte("false")

// namedValue appends the expression at node i, which is bound to a name at
// once: a function or class without a name of its own takes it.
func (x *Extractor) namedValue(i uint32, name facts.Sym, span facts.Span) facts.ExprID {
	n := &x.Nodes[i]
	if name == 0 || n.Missing() || n.Deep() {
		return x.expr(i)
	}
	switch {
	case isFunction(n.Kind):
		return x.functionValue(i, name, span)
	case n.Kind == kClassExpression:
		return x.class(i, nil, name, span, false)
	case n.Kind == kParenthesized, n.Kind == kAs, n.Kind == kSatisfies:
		if v := x.first(i); v != 0 && (n.Kind != kParenthesized || x.Nodes[v].Next >= n.Next) {
			return x.namedValue(v, name, span)
		}
	}
	return x.expr(i)
}

// opaque appends a row for an expression that no rule needs, or that the
// parser repaired beyond recognition, and visits what it is made of.
func (x *Extractor) opaque(i uint32) facts.ExprID {
	id := x.Row(facts.Unknown, i)
	x.visitChildren(i)
	return id
}

// parenthesized unwraps `(x)`.
func (x *Extractor) parenthesized(i uint32) facts.ExprID {
	c := x.first(i)
	if c == 0 || x.Nodes[c].Next < x.Nodes[i].Next && x.Nodes[x.Nodes[c].Next].Kind != kTypeAnnotation {
		return x.opaque(i)
	}
	return x.expr(c)
}

// sequence visits `a, b` and is the last one.
func (x *Extractor) sequence(i uint32) facts.ExprID {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Next >= end {
			return x.expr(c)
		}
		x.visit(c)
	}
	return x.Row(facts.Unknown, i)
}

// member appends `x.name`.
func (x *Extractor) member(i uint32) facts.ExprID {
	object, name := x.Child(i, fObject), x.Child(i, fProperty)
	if object == 0 || name == 0 || !x.isName(name) {
		return x.opaque(i)
	}
	value := x.expr(object)
	id := x.Over(facts.Attr, x.optional(i), i, value)
	x.F.Exprs[id].Name = x.Ident(name)
	return id
}

// optional is the flag of `x?.y` and `x?.[y]`: Or, since x may be missing.
func (x *Extractor) optional(i uint32) facts.Flag {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kOptionalChain {
			return facts.Or
		}
	}
	return 0
}

// subscript appends `x[y]`.
func (x *Extractor) subscript(i uint32) facts.ExprID {
	object, index := x.Child(i, fObject), x.Child(i, fIndex)
	if object == 0 || index == 0 {
		return x.opaque(i)
	}
	value := x.expr(object)
	key := x.expr(index)
	id := x.Both(facts.Index, i, value, key)
	x.F.Exprs[id].Flag |= x.optional(i)
	return id
}

// call appends a call.
func (x *Extractor) call(i uint32) facts.ExprID {
	function, arguments := x.Child(i, fFunction), x.Child(i, fArguments)
	if function == 0 || arguments == 0 {
		return x.opaque(i)
	}
	if x.Nodes[function].Kind == kAwait && x.Child(i, fTypeArguments) != 0 {
		// `await f<T>(a)`, which the grammar takes for `(await f)<T>(a)`.
		if f := x.first(function); f != 0 {
			return x.Over(facts.Await, 0, i, x.callOf(i, f, arguments))
		}
	}
	if source := x.isRequire(i); source != 0 {
		if module, ok := x.plainText(source); ok {
			return x.importRef(facts.Import{Module: module, Span: x.Span(source)})
		}
	}
	return x.callOf(i, function, arguments)
}

// callOf appends the call at node i of a function with arguments.
func (x *Extractor) callOf(i, function, arguments uint32) facts.ExprID {
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0) // before those in it: they are in source order
	var callee facts.ExprID
	if x.Nodes[function].Kind == kSuper {
		callee = x.superInit(x.Span(function))
	} else {
		callee = x.expr(function)
	}
	mark := len(x.Kids)
	if x.Nodes[arguments].Kind == kArguments {
		x.arguments(arguments)
	} else { // fn`template`
		x.Push(x.Over(facts.Arg, 0, arguments, x.expr(arguments)))
	}
	id := x.Group(facts.Call, 0, facts.Span{Start: x.Nodes[function].Start, End: x.Nodes[i].End}, mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	return id
}

// construct appends `new X(a)`.
func (x *Extractor) construct(i uint32) facts.ExprID {
	class := x.Child(i, fConstructor)
	if class == 0 {
		return x.opaque(i)
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	callee := x.expr(class)
	mark := len(x.Kids)
	if a := x.Child(i, fArguments); a != 0 {
		x.arguments(a)
	}
	id := x.Group(facts.Call, 0, x.Span(i), mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	return id
}

// arguments pushes the arguments of a call.
func (x *Extractor) arguments(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case syntax.Error:
			x.visitChildren(c)
		case kSpread:
			if value := x.first(c); value != 0 {
				x.Push(x.Over(facts.Arg, facts.SpreadOne, c, x.expr(value)))
			}
		default:
			if !x.Nodes[c].Missing() {
				x.Push(x.Over(facts.Arg, 0, c, x.expr(c)))
			}
		}
	}
}

// array appends `[a, ...b]`. Holes are None.
func (x *Extractor) array(i uint32) facts.ExprID {
	mark := len(x.Kids)
	at := x.Nodes[i].Start + 1
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		if n.Kind == syntax.Error {
			x.visitChildren(c)
			continue
		}
		if n.Missing() {
			continue
		}
		if n.Start > at+1 { // more than a comma, perhaps
			commas := bytes.Count(x.between(at, n.Start), textComma)
			if at == x.Nodes[i].Start+1 {
				commas++
			}
			for ; commas > 1; commas-- {
				x.Push(x.Add(facts.None, 0, facts.Span{Start: at, End: at}))
			}
		}
		x.Push(x.expr(c))
		at = n.End
	}
	return x.Group(facts.List, 0, x.Span(i), mark)
}

var textComma = []byte(",")

// object appends `{a: 1, b, ...c, m() {}}`.
func (x *Extractor) object(i uint32) facts.ExprID {
	mark, methods := len(x.Kids), len(x.objects)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kPair:
			x.pair(c)
		case kShorthand:
			if !x.isName(c) {
				continue
			}
			key := x.Named(facts.String, c, x.Ident(c))
			value := x.Named(facts.Name, c, x.Ident(c))
			x.Push(x.Both(facts.Entry, c, value, key))
		case kSpread:
			if value := x.first(c); value != 0 {
				x.Push(x.Over(facts.Entry, facts.SpreadMap, c, x.expr(value)))
			}
		case kMethod:
			x.objectMethod(c)
		default:
			x.visit(c)
		}
	}
	id := x.Group(facts.Map, 0, x.Span(i), mark)
	for _, p := range x.objects[methods:] {
		x.F.Params[p].Default = id
	}
	x.objects = x.objects[:methods]
	return id
}

// pair pushes `key: value`.
func (x *Extractor) pair(i uint32) {
	key, value := x.Child(i, fKey), x.Child(i, fValue)
	if key == 0 || value == 0 {
		x.visitChildren(i)
		return
	}
	k := x.key(key)
	var name facts.Sym
	if e := x.F.At(k); e.Kind == facts.String {
		name = e.Name
	}
	v := x.namedValue(value, name, x.Span(key))
	x.ofObject(v)
	x.Push(x.Both(facts.Entry, i, v, k))
}

// key appends the name of a property.
func (x *Extractor) key(i uint32) facts.ExprID {
	switch x.Nodes[i].Kind {
	case kPropertyIdentifier, kPrivateIdentifier:
		return x.Named(facts.String, i, x.Ident(i))
	case kComputed:
		if c := x.first(i); c != 0 {
			return x.expr(c)
		}
	}
	return x.expr(i)
}

// objectMethod pushes `m() {}` in an object.
func (x *Extractor) objectMethod(i uint32) {
	name := x.memberName(i)
	if name == 0 {
		x.visitChildren(i)
		return
	}
	m := x.modifiers(i)
	k := x.key(name)
	fn := callable{node: i, receiver: ownThis, async: m.async > 0, generate: m.star > 0}
	if e := x.F.At(k); e.Kind == facts.String {
		fn.name, fn.nameSpan = e.Name, x.Span(name)
	}
	if m.get+m.set > 0 {
		fn.flag = facts.Accessor
	}
	v := x.function(fn)
	x.ofObject(v)
	if m.set > 0 {
		return
	}
	x.Push(x.Both(facts.Entry, i, v, k))
}

// ofObject notes the parameter `this` of a function in an object, which is
// that object unless a caller says otherwise.
func (x *Extractor) ofObject(value facts.ExprID) {
	e := x.F.At(value)
	if e.Kind != facts.Func {
		return
	}
	s := &x.F.Scopes[e.Lo]
	if s.ParamN == 0 {
		return
	}
	last := s.ParamLo + s.ParamN - 1
	if p := &x.F.Params[last]; p.Kind == facts.KeywordOnly && p.Annot == 0 {
		x.objects = append(x.objects, last)
	}
}

// conditional appends `c ? a : b`.
func (x *Extractor) conditional(i uint32) facts.ExprID {
	c, a, b := x.Child(i, fCondition), x.Child(i, fConsequence), x.Child(i, fAlternative)
	if c == 0 || a == 0 || b == 0 {
		return x.opaque(i)
	}
	mark := len(x.Kids)
	cond := x.expr(c)
	x.Push(x.expr(a))
	x.Push(x.expr(b))
	id := x.Group(facts.Alt, facts.Ternary, x.Span(i), mark)
	x.F.Exprs[id].Y = cond
	return id
}

// operator returns what stands between the operands of node i.
func (x *Extractor) operator(left, right uint32) []byte {
	return x.between(x.Nodes[left].End, x.Nodes[right].Start)
}

// binary appends an operation with two operands.
func (x *Extractor) binary(i uint32) facts.ExprID {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 || x.Nodes[left].Missing() || x.Nodes[right].Missing() {
		return x.opaque(i)
	}
	op := x.operator(left, right)
	switch string(op) {
	case "+":
		l := x.expr(left)
		r := x.expr(right)
		return x.Both(facts.Concat, i, l, r)
	case "||", "??":
		return x.boolean(i, facts.Or)
	case "&&":
		return x.boolean(i, facts.And)
	}
	if c, ok := comparisons[string(op)]; ok {
		l := x.expr(left)
		r := x.expr(right)
		id := x.Both(facts.Compare, i, l, r)
		x.F.Exprs[id].Lo = int32(c)
		return id
	}
	name := x.Sym(op)
	l := x.expr(left)
	r := x.expr(right)
	id := x.Both(facts.Compute, i, l, r)
	x.F.Exprs[id].Name = name
	return id
}

var comparisons = map[string]facts.Op{
	"==": facts.Equal, "===": facts.Equal, "!=": facts.NotEqual, "!==": facts.NotEqual, "in": facts.In,
	"<": facts.Less, "<=": facts.AtMost, ">": facts.Greater, ">=": facts.AtLeast,
}

// boolean appends `a || b ?? c` as one row of alternatives.
func (x *Extractor) boolean(i uint32, flag facts.Flag) facts.ExprID {
	mark := len(x.Kids)
	x.alternatives(i, flag)
	return x.Group(facts.Alt, flag, x.Span(i), mark)
}

// alternatives pushes the operands of a chain of operators of one kind.
func (x *Extractor) alternatives(i uint32, flag facts.Flag) {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	for _, c := range [...]uint32{left, right} {
		if c == 0 {
			continue
		}
		inner := c
		for x.Nodes[inner].Kind == kParenthesized && !x.Nodes[inner].Deep() {
			v := x.first(inner)
			if v == 0 || x.Nodes[v].Next < x.Nodes[inner].Next {
				break
			}
			inner = v
		}
		if x.Nodes[inner].Kind == kBinary && !x.Nodes[inner].Deep() && x.logical(inner) == flag {
			x.alternatives(inner, flag)
			continue
		}
		x.Push(x.expr(c))
	}
}

// logical returns how the operands of node i are alternatives, or 0.
func (x *Extractor) logical(i uint32) facts.Flag {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 {
		return 0
	}
	switch string(x.operator(left, right)) {
	case "||", "??":
		return facts.Or
	case "&&":
		return facts.And
	}
	return 0
}

// unary appends negative numbers, and `!`; other operators are Compute.
func (x *Extractor) unary(i uint32) facts.ExprID {
	c := x.Child(i, fArgument)
	if c == 0 || x.Nodes[c].Missing() {
		return x.opaque(i)
	}
	op := x.between(x.Nodes[i].Start, x.Nodes[c].Start)
	switch {
	case string(op) == "-" && x.Nodes[c].Kind == kNumber:
		x.text = append(append(x.text[:0], '-'), x.Source(c)...)
		return x.Named(facts.Number, i, x.Sym(x.text))
	case string(op) == "!":
		return x.Over(facts.Not, 0, i, x.expr(c))
	case string(op) == "void":
		x.visit(c)
		return x.Row(facts.None, i)
	}
	name := x.Sym(op)
	id := x.Over(facts.Compute, 0, i, x.expr(c))
	x.F.Exprs[id].Name = name
	return id
}

// yield appends a yield, which is a kind of return too. `yield* y` yields the
// elements of y.
func (x *Extractor) yield(i uint32) facts.ExprID {
	var value facts.ExprID
	if v := x.first(i); v != 0 {
		value = x.expr(v)
		if bytes.HasSuffix(x.between(x.Nodes[i].Start, x.Nodes[v].Start), []byte("*")) {
			value = x.Over(facts.Element, 0, v, value)
		}
	}
	id := x.Over(facts.Await, facts.Yield, i, value)
	x.F.Scopes[x.Scope].Generator = true
	x.F.Returns = append(x.F.Returns, facts.Return{Yield: true, Scope: x.Scope, Block: x.Block, Value: value})
	return id
}
