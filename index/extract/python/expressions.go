package python

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// expr appends the expression at node i, which something refers to.
func (x *Extractor) expr(i uint32) facts.ExprID {
	n := &x.nodes[i]
	if n.Missing() || n.Deep() {
		return x.row(facts.Unknown, i)
	}
	switch n.Kind {
	case kIdentifier:
		return x.named(facts.Name, i, x.ident(i))
	case kDottedName:
		return x.dottedExpr(i)
	case kString:
		return x.string(i)
	case kConcatenatedString:
		return x.concatenated(i)
	case kInteger, kFloat:
		return x.named(facts.Number, i, x.ident(i))
	case kTrue:
		return x.named(facts.Bool, i, x.names.intern(textTrue))
	case kFalse:
		return x.named(facts.Bool, i, x.names.intern(textFalse))
	case kNone:
		return x.row(facts.None, i)
	case kParenthesized, kParenthesizedSplat:
		return x.parenthesized(i)
	case kAttribute:
		return x.attribute(i)
	case kSubscript:
		return x.subscript(i)
	case kCall:
		return x.call(i)
	case kList, kTuple, kSet, kExpressionList, kPatternList, kTuplePattern, kListPattern:
		return x.list(i)
	case kDictionary:
		return x.dictionary(i)
	case kListComprehension, kSetComprehension, kDictionaryComprehension, kGeneratorExpression:
		return x.comprehension(i)
	case kBooleanOperator:
		return x.boolean(i)
	case kBinaryOperator:
		return x.binary(i)
	case kUnaryOperator:
		return x.unary(i)
	case kComparison:
		return x.comparison(i)
	case kNot:
		if v := x.first(i); v != 0 && !x.nodes[v].Missing() {
			return x.over(facts.Not, 0, i, x.expr(v))
		}
	case kConditional:
		return x.conditional(i)
	case kNamedExpression:
		return x.walrus(i)
	case kLambda:
		return x.lambda(i)
	case kAwait:
		if v := x.first(i); v != 0 {
			return x.over(facts.Await, 0, i, x.expr(v))
		}
	case kYield:
		return x.yield(i)
	case kType, kGenericType, kUnionType, kMemberType:
		return x.typeExpr(i)
	case kListSplat, kDictionarySplat:
		if v := x.first(i); v != 0 {
			return x.over(facts.Spread, 0, i, x.expr(v))
		}
	case kAssignment, kAugmentedAssignment:
		x.visit(i)
		return x.row(facts.Unknown, i)
	}
	return x.opaque(i)
}

var textTrue, textFalse = []byte("true"), []byte("false")

// opaque appends a row for an expression that no rule needs, or that the
// parser repaired beyond recognition, and visits what it is made of.
func (x *Extractor) opaque(i uint32) facts.ExprID {
	id := x.row(facts.Unknown, i)
	x.visitChildren(i)
	return id
}

// parenthesized unwraps `(x)`.
func (x *Extractor) parenthesized(i uint32) facts.ExprID {
	c := x.first(i)
	if c == 0 {
		return x.opaque(i)
	}
	if x.nodes[c].Next < x.nodes[i].Next { // more than one: a syntax error
		return x.opaque(i)
	}
	return x.expr(c)
}

// dottedExpr turns a dotted name, as decorators and patterns have, into
// attributes of a name.
func (x *Extractor) dottedExpr(i uint32) facts.ExprID {
	text, start := x.source(i), x.nodes[i].Start
	var id facts.ExprID
	for at := 0; at <= len(text); {
		end := at
		for end < len(text) && text[end] != '.' {
			end++
		}
		span := facts.Span{Start: start, End: start + uint32(end)}
		next := facts.Name
		if id != 0 {
			next = facts.Attr
		}
		row := x.add(next, 0, span)
		x.f.Exprs[row].X, x.f.Exprs[row].Name = id, x.sym(text[at:end])
		id, at = row, end+1
	}
	return id
}

// attribute appends `x.name`.
func (x *Extractor) attribute(i uint32) facts.ExprID {
	object, name := x.child(i, fObject), x.child(i, fAttribute)
	if object == 0 || name == 0 || x.nodes[name].Missing() {
		return x.opaque(i)
	}
	value := x.expr(object)
	id := x.over(facts.Attr, 0, i, value)
	x.f.Exprs[id].Name = x.ident(name)
	return id
}

// subscript appends `x[y]`.
func (x *Extractor) subscript(i uint32) facts.ExprID {
	object := x.child(i, fValue)
	if object == 0 {
		return x.opaque(i)
	}
	value := x.expr(object)
	key := x.subscripts(i)
	return x.both(facts.Index, i, value, key)
}

// subscripts appends what stands between the brackets of subscript i: a tuple
// if it is more than one expression.
func (x *Extractor) subscripts(i uint32) facts.ExprID {
	var only, last uint32
	count := 0
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		if x.nodes[c].Field() == fSubscript {
			if count == 0 {
				only = c
			}
			last = c
			count++
		}
	}
	switch count {
	case 0:
		return 0
	case 1:
		return x.expr(only)
	}
	mark := len(x.kids)
	for c := i + 1; c < end; c = x.nodes[c].Next {
		if x.nodes[c].Field() == fSubscript {
			x.element(c)
		}
	}
	return x.group(facts.List, facts.Tuple, facts.Span{Start: x.nodes[only].Start, End: x.nodes[last].End}, mark)
}

// call appends a call.
func (x *Extractor) call(i uint32) facts.ExprID {
	function, arguments := x.child(i, fFunction), x.child(i, fArguments)
	if function == 0 || arguments == 0 {
		return x.opaque(i)
	}
	listed := len(x.f.Calls)
	x.f.Calls = append(x.f.Calls, 0) // before those in it: they are in source order
	callee := x.expr(function)
	mark := len(x.kids)
	if x.nodes[arguments].Kind == kGeneratorExpression {
		x.push(x.over(facts.Arg, 0, arguments, x.expr(arguments)))
	} else {
		x.arguments(arguments)
	}
	id := x.group(facts.Call, 0, x.span(i), mark)
	x.f.Exprs[id].X, x.f.Calls[listed] = callee, id
	return id
}

// arguments pushes the arguments of a call or the bases of a class.
func (x *Extractor) arguments(i uint32) {
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		switch x.nodes[c].Kind {
		case syntax.Error:
			x.visitChildren(c)
		case kKeywordArgument:
			value := x.child(c, fValue)
			if value == 0 {
				continue
			}
			id := x.over(facts.Arg, 0, c, x.expr(value))
			if name := x.child(c, fName); name != 0 {
				x.f.Exprs[id].Name = x.ident(name)
			}
			x.push(id)
		case kListSplat, kDictionarySplat:
			flag := facts.SpreadOne
			if x.nodes[c].Kind == kDictionarySplat {
				flag = facts.SpreadMap
			}
			if value := x.first(c); value != 0 {
				x.push(x.over(facts.Arg, flag, c, x.expr(value)))
			}
		default:
			if !x.nodes[c].Missing() {
				x.push(x.over(facts.Arg, 0, c, x.expr(c)))
			}
		}
	}
}

// list appends a list, tuple, set or bare expression list.
func (x *Extractor) list(i uint32) facts.ExprID {
	var flag facts.Flag
	switch x.nodes[i].Kind {
	case kTuple, kExpressionList, kPatternList, kTuplePattern:
		flag = facts.Tuple
	case kSet:
		flag = facts.Set
	}
	mark := len(x.kids)
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		x.element(c)
	}
	return x.group(facts.List, flag, x.span(i), mark)
}

// element pushes an element of a list or an entry of a map.
func (x *Extractor) element(i uint32) {
	switch x.nodes[i].Kind {
	case syntax.Error:
		x.visitChildren(i)
	case kPair:
		key, value := x.child(i, fKey), x.child(i, fValue)
		if key == 0 || value == 0 {
			x.visitChildren(i)
			return
		}
		k := x.expr(key)
		v := x.expr(value)
		x.push(x.both(facts.Entry, i, v, k))
	case kDictionarySplat:
		if value := x.first(i); value != 0 {
			x.push(x.over(facts.Entry, facts.SpreadMap, i, x.expr(value)))
		}
	case kListSplat, kListSplatPattern, kParenthesizedSplat:
		if value := x.first(i); value != 0 {
			x.push(x.over(facts.Spread, 0, i, x.expr(value)))
		}
	default:
		if !x.nodes[i].Missing() {
			x.push(x.expr(i))
		}
	}
}

// dictionary appends a dictionary.
func (x *Extractor) dictionary(i uint32) facts.ExprID {
	mark := len(x.kids)
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		switch x.nodes[c].Kind {
		case kPair, kDictionarySplat, syntax.Error:
			x.element(c)
		default:
			x.visit(c)
		}
	}
	return x.group(facts.Map, 0, x.span(i), mark)
}

// boolean appends `a or b or c` as one row of alternatives.
func (x *Extractor) boolean(i uint32) facts.ExprID {
	flag := facts.Or
	if x.has(i, kAnd) {
		flag = facts.And
	}
	mark := len(x.kids)
	x.alternatives(i, flag)
	return x.group(facts.Alt, flag, x.span(i), mark)
}

// alternatives pushes the operands of a chain of one boolean operator.
func (x *Extractor) alternatives(i uint32, flag facts.Flag) {
	for _, field := range [...]syntax.Field{fLeft, fRight} {
		c := x.child(i, field)
		if c == 0 {
			continue
		}
		if x.nodes[c].Kind == kBooleanOperator && !x.nodes[c].Deep() && x.has(c, kAnd) == (flag == facts.And) {
			x.alternatives(c, flag)
			continue
		}
		x.push(x.expr(c))
	}
}

// binary appends + and template %; other operators are Unknown.
func (x *Extractor) binary(i uint32) facts.ExprID {
	left, right, op := x.child(i, fLeft), x.child(i, fRight), x.child(i, fOperator)
	if left == 0 || right == 0 || op == 0 {
		return x.opaque(i)
	}
	switch x.nodes[op].Kind {
	case kPlus:
		l := x.expr(left)
		r := x.expr(right)
		return x.both(facts.Concat, i, l, r)
	case kPercent:
		if x.isText(left) {
			return x.format(i, left, right)
		}
	case kPipe:
		if x.nodes[left].Kind == kDictionary || x.nodes[right].Kind == kDictionary {
			return x.merge(i, left, right)
		}
	}
	return x.opaque(i)
}

// isText reports whether node i is a string literal.
func (x *Extractor) isText(i uint32) bool {
	for x.nodes[i].Kind == kParenthesized && x.first(i) != 0 {
		i = x.first(i)
	}
	return x.nodes[i].Kind == kString || x.nodes[i].Kind == kConcatenatedString
}

// format appends `"..." % x`; a tuple gives one operand for each element.
func (x *Extractor) format(i, left, right uint32) facts.ExprID {
	template := x.expr(left)
	mark := len(x.kids)
	if x.nodes[right].Kind == kTuple {
		end := x.nodes[right].Next
		for c := right + 1; c < end; c = x.nodes[c].Next {
			x.element(c)
		}
	} else {
		x.push(x.expr(right))
	}
	id := x.group(facts.Format, 0, x.span(i), mark)
	x.f.Exprs[id].X = template
	return id
}

// merge appends `a | {...}` as {**a, **{...}}.
func (x *Extractor) merge(i, left, right uint32) facts.ExprID {
	mark := len(x.kids)
	for _, c := range [...]uint32{left, right} {
		x.push(x.over(facts.Entry, facts.SpreadMap, c, x.expr(c)))
	}
	return x.group(facts.Map, 0, x.span(i), mark)
}

// unary appends negative numbers; other operators are Unknown.
func (x *Extractor) unary(i uint32) facts.ExprID {
	c := x.first(i)
	if c != 0 && x.src[x.nodes[i].Start] == '-' && (x.nodes[c].Kind == kInteger || x.nodes[c].Kind == kFloat) {
		x.text = append(append(x.text[:0], '-'), x.source(c)...)
		return x.named(facts.Number, i, x.sym(x.text))
	}
	return x.opaque(i)
}

// comparison appends `a == b`. A chain of more than one operator is Unknown.
func (x *Extractor) comparison(i uint32) facts.ExprID {
	left, right, n := uint32(0), uint32(0), 0
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		if x.nodes[c].Kind == syntax.Error || x.nodes[c].Missing() {
			return x.opaque(i)
		}
		left, right = right, c
		n++
	}
	if n != 2 {
		return x.opaque(i)
	}
	text := bytes.TrimSpace(x.src[x.nodes[left].End:x.nodes[right].Start])
	op, ok := comparisons[string(text)]
	if !ok { // `is  not`
		op, ok = comparisons[string(bytes.Join(bytes.Fields(text), oneSpace))]
	}
	if !ok {
		return x.opaque(i)
	}
	l := x.expr(left)
	r := x.expr(right)
	id := x.both(facts.Compare, i, l, r)
	x.f.Exprs[id].Lo = int32(op)
	return id
}

var (
	comparisons = map[string]facts.Op{
		"==": facts.Equal, "!=": facts.NotEqual, "<>": facts.NotEqual, "is": facts.Same, "is not": facts.NotSame, "in": facts.In,
		"not in": facts.NotIn, "<": facts.Less, "<=": facts.AtMost, ">": facts.Greater, ">=": facts.AtLeast,
	}
	oneSpace = []byte(" ")
)

// conditional appends `a if c else b`.
func (x *Extractor) conditional(i uint32) facts.ExprID {
	var part [3]uint32
	n := 0
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		if x.nodes[c].Kind == syntax.Error || n == len(part) {
			return x.opaque(i)
		}
		part[n] = c
		n++
	}
	if n != len(part) {
		return x.opaque(i)
	}
	mark := len(x.kids)
	x.push(x.expr(part[0]))
	cond := x.expr(part[1])
	x.push(x.expr(part[2]))
	id := x.group(facts.Alt, facts.Ternary, x.span(i), mark)
	x.f.Exprs[id].Y = cond
	return id
}

// walrus binds `name := value` and is the value. In a comprehension the name
// belongs to the scope around it.
func (x *Extractor) walrus(i uint32) facts.ExprID {
	name, value := x.child(i, fName), x.child(i, fValue)
	if name == 0 || value == 0 {
		return x.opaque(i)
	}
	id := x.expr(value)
	here := place{x.scope, x.block}
	for x.f.Scopes[x.scope].Kind == facts.CompScope {
		x.goTo(place{x.f.Scopes[x.scope].Parent, x.f.Scopes[x.scope].Block})
	}
	x.assign(name, id, 0)
	x.goTo(here)
	return id
}

// yield appends a yield, which is a kind of return too. `yield from y` yields
// the elements of y.
func (x *Extractor) yield(i uint32) facts.ExprID {
	var value facts.ExprID
	if v := x.first(i); v != 0 {
		value = x.expr(v)
		if x.isYieldFrom(i, v) {
			value = x.over(facts.Element, 0, v, value)
		}
	}
	id := x.over(facts.Await, facts.Yield, i, value)
	x.f.Scopes[x.scope].Generator = true
	x.f.Returns = append(x.f.Returns, facts.Return{Yield: true, Scope: x.scope, Block: x.block, Value: value})
	return id
}

// isYieldFrom reports whether `from` stands between yield i and its value v.
func (x *Extractor) isYieldFrom(i, v uint32) bool {
	text := x.src[x.nodes[i].Start:x.nodes[v].Start]
	return len(text) > len("yield") && containsOp(text[len("yield"):], "from")
}

// typeExpr appends a type annotation. `A | B` are alternatives there.
func (x *Extractor) typeExpr(i uint32) facts.ExprID {
	n := &x.nodes[i]
	if n.Missing() || n.Deep() {
		return x.row(facts.Unknown, i)
	}
	switch n.Kind {
	case kType:
		if c := x.first(i); c != 0 {
			return x.typeExpr(c)
		}
	case kGenericType:
		return x.genericType(i)
	case kBinaryOperator:
		if x.has(i, kPipe) {
			mark := len(x.kids)
			x.typeAlternatives(i)
			return x.group(facts.Alt, 0, x.span(i), mark)
		}
	case kUnionType, kMemberType:
		return x.opaque(i)
	}
	if n.Kind == kType {
		return x.opaque(i)
	}
	return x.expr(i)
}

// typeAlternatives pushes the operands of a chain of |.
func (x *Extractor) typeAlternatives(i uint32) {
	for _, field := range [...]syntax.Field{fLeft, fRight} {
		c := x.child(i, field)
		if c == 0 {
			continue
		}
		if x.nodes[c].Kind == kBinaryOperator && !x.nodes[c].Deep() && x.has(c, kPipe) {
			x.typeAlternatives(c)
			continue
		}
		x.push(x.typeExpr(c))
	}
}

// genericType appends `Name[T, U]` as a subscript.
func (x *Extractor) genericType(i uint32) facts.ExprID {
	name := x.first(i)
	params := x.tree.First(i, kTypeParameter)
	if name == 0 || params == 0 || name == params {
		return x.opaque(i)
	}
	value := x.expr(name)
	key := x.typeArguments(params)
	return x.both(facts.Index, i, value, key)
}

// typeArguments appends what stands between the brackets of a generic type.
func (x *Extractor) typeArguments(params uint32) facts.ExprID {
	first := x.first(params)
	if first == 0 {
		return 0
	}
	end := x.nodes[params].Next
	if x.nodes[first].Next == end {
		return x.typeExpr(first)
	}
	mark := len(x.kids)
	for c := params + 1; c < end; c = x.nodes[c].Next {
		x.push(x.typeExpr(c))
	}
	return x.group(facts.List, facts.Tuple, facts.Span{Start: x.nodes[first].Start, End: x.nodes[end-1].End}, mark)
}
