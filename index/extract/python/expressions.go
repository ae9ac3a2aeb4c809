package python

import (
	"bytes"

	"topicls/index/extract/build"
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
	case kIdentifier:
		return x.Named(facts.Name, i, x.Ident(i))
	case kDottedName:
		return x.dottedExpr(i)
	case kString:
		return x.string(i)
	case kConcatenatedString:
		return x.concatenated(i)
	case kInteger, kFloat:
		return x.Named(facts.Number, i, x.Ident(i))
	case kTrue:
		return x.Named(facts.Bool, i, x.Sym(textTrue))
	case kFalse:
		return x.Named(facts.Bool, i, x.Sym(textFalse))
	case kNone:
		return x.Row(facts.None, i)
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
		if v := x.first(i); v != 0 && !x.Nodes[v].Missing() {
			return x.Over(facts.Not, 0, i, x.expr(v))
		}
	case kSlice:
		x.visitChildren(i)
		return x.Named(facts.Compute, i, x.Sym([]byte(":")))
	case kConditional:
		return x.conditional(i)
	case kNamedExpression:
		return x.walrus(i)
	case kLambda:
		return x.lambda(i)
	case kAwait:
		if v := x.first(i); v != 0 {
			return x.Over(facts.Await, 0, i, x.expr(v))
		}
	case kYield:
		return x.yield(i)
	case kType, kGenericType, kUnionType, kMemberType:
		return x.typeExpr(i)
	case kListSplat, kDictionarySplat:
		if v := x.first(i); v != 0 {
			return x.Over(facts.Spread, 0, i, x.expr(v))
		}
	case kAssignment, kAugmentedAssignment:
		x.visit(i)
		return x.Row(facts.Unknown, i)
	}
	return x.opaque(i)
}

var textTrue, textFalse = []byte("true"), []byte("false")

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
	if c == 0 {
		return x.opaque(i)
	}
	if x.Nodes[c].Next < x.Nodes[i].Next { // more than one: a syntax error
		return x.opaque(i)
	}
	return x.expr(c)
}

// dottedExpr turns a dotted name, as decorators and patterns have, into
// attributes of a name.
func (x *Extractor) dottedExpr(i uint32) facts.ExprID {
	text, start := x.Source(i), x.Nodes[i].Start
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
		row := x.Add(next, 0, span)
		x.F.Exprs[row].X, x.F.Exprs[row].Name = id, x.Sym(text[at:end])
		id, at = row, end+1
	}
	return id
}

// attribute appends `x.name`.
func (x *Extractor) attribute(i uint32) facts.ExprID {
	object, name := x.Child(i, fObject), x.Child(i, fAttribute)
	if object == 0 || name == 0 || x.Nodes[name].Missing() {
		return x.opaque(i)
	}
	value := x.expr(object)
	id := x.Over(facts.Attr, 0, i, value)
	x.F.Exprs[id].Name = x.Ident(name)
	return id
}

// subscript appends `x[y]`.
func (x *Extractor) subscript(i uint32) facts.ExprID {
	object := x.Child(i, fValue)
	if object == 0 {
		return x.opaque(i)
	}
	value := x.expr(object)
	key := x.subscripts(i)
	return x.Both(facts.Index, i, value, key)
}

// subscripts appends what stands between the brackets of subscript i: a tuple
// if it is more than one expression.
func (x *Extractor) subscripts(i uint32) facts.ExprID {
	var only, last uint32
	count := 0
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Field() == fSubscript {
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
	mark := len(x.Kids)
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Field() == fSubscript {
			x.element(c)
		}
	}
	return x.Group(facts.List, facts.Tuple, facts.Span{Start: x.Nodes[only].Start, End: x.Nodes[last].End}, mark)
}

// call appends a call.
func (x *Extractor) call(i uint32) facts.ExprID {
	function, arguments := x.Child(i, fFunction), x.Child(i, fArguments)
	if function == 0 || arguments == 0 {
		return x.opaque(i)
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0) // before those in it: they are in source order
	callee := x.expr(function)
	mark := len(x.Kids)
	if x.Nodes[arguments].Kind == kGeneratorExpression {
		x.Push(x.Over(facts.Arg, 0, arguments, x.expr(arguments)))
	} else {
		x.arguments(arguments)
	}
	id := x.Group(facts.Call, 0, x.Span(i), mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	return id
}

// arguments pushes the arguments of a call or the bases of a class.
func (x *Extractor) arguments(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case syntax.Error:
			x.visitChildren(c)
		case kKeywordArgument:
			value := x.Child(c, fValue)
			if value == 0 {
				continue
			}
			id := x.Over(facts.Arg, 0, c, x.expr(value))
			if name := x.Child(c, fName); name != 0 {
				x.F.Exprs[id].Name = x.Ident(name)
			}
			x.Push(id)
		case kListSplat, kDictionarySplat:
			flag := facts.SpreadOne
			if x.Nodes[c].Kind == kDictionarySplat {
				flag = facts.SpreadMap
			}
			if value := x.first(c); value != 0 {
				x.Push(x.Over(facts.Arg, flag, c, x.expr(value)))
			}
		default:
			if !x.Nodes[c].Missing() {
				x.Push(x.Over(facts.Arg, 0, c, x.expr(c)))
			}
		}
	}
}

// list appends a list, tuple, set or bare expression list.
func (x *Extractor) list(i uint32) facts.ExprID {
	var flag facts.Flag
	switch x.Nodes[i].Kind {
	case kTuple, kExpressionList, kPatternList, kTuplePattern:
		flag = facts.Tuple
	case kSet:
		flag = facts.Set
	}
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		x.element(c)
	}
	return x.Group(facts.List, flag, x.Span(i), mark)
}

// element pushes an element of a list or an entry of a map.
func (x *Extractor) element(i uint32) {
	switch x.Nodes[i].Kind {
	case syntax.Error:
		x.visitChildren(i)
	case kPair:
		key, value := x.Child(i, fKey), x.Child(i, fValue)
		if key == 0 || value == 0 {
			x.visitChildren(i)
			return
		}
		k := x.expr(key)
		v := x.expr(value)
		x.Push(x.Both(facts.Entry, i, v, k))
	case kDictionarySplat:
		if value := x.first(i); value != 0 {
			x.Push(x.Over(facts.Entry, facts.SpreadMap, i, x.expr(value)))
		}
	case kListSplat, kListSplatPattern, kParenthesizedSplat:
		if value := x.first(i); value != 0 {
			x.Push(x.Over(facts.Spread, 0, i, x.expr(value)))
		}
	default:
		if !x.Nodes[i].Missing() {
			x.Push(x.expr(i))
		}
	}
}

// dictionary appends a dictionary.
func (x *Extractor) dictionary(i uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kPair, kDictionarySplat, syntax.Error:
			x.element(c)
		default:
			x.visit(c)
		}
	}
	return x.Group(facts.Map, 0, x.Span(i), mark)
}

// boolean appends `a or b or c` as one row of alternatives.
func (x *Extractor) boolean(i uint32) facts.ExprID {
	flag := facts.Or
	if x.Has(i, kAnd) {
		flag = facts.And
	}
	mark := len(x.Kids)
	x.alternatives(i, flag)
	return x.Group(facts.Alt, flag, x.Span(i), mark)
}

// alternatives pushes the operands of a chain of one boolean operator.
func (x *Extractor) alternatives(i uint32, flag facts.Flag) {
	for _, field := range [...]syntax.Field{fLeft, fRight} {
		c := x.Child(i, field)
		if c == 0 {
			continue
		}
		if x.Nodes[c].Kind == kBooleanOperator && !x.Nodes[c].Deep() && x.Has(c, kAnd) == (flag == facts.And) {
			x.alternatives(c, flag)
			continue
		}
		x.Push(x.expr(c))
	}
}

// binary appends +, template % and merged dictionaries; other operators are
// Compute.
func (x *Extractor) binary(i uint32) facts.ExprID {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 || x.Nodes[left].Missing() || x.Nodes[right].Missing() {
		return x.opaque(i)
	}
	var sign syntax.Kind
	if op := x.Child(i, fOperator); op != 0 {
		sign = x.Nodes[op].Kind
	}
	switch sign {
	case kPlus:
		l := x.expr(left)
		r := x.expr(right)
		return x.Both(facts.Concat, i, l, r)
	case kPercent:
		if x.isText(left) {
			return x.format(i, left, right)
		}
	case kPipe:
		if x.Nodes[left].Kind == kDictionary || x.Nodes[right].Kind == kDictionary {
			return x.merge(i, left, right)
		}
	}
	op := x.Sym(bytes.TrimSpace(x.Src[x.Nodes[left].End:x.Nodes[right].Start]))
	l := x.expr(left)
	r := x.expr(right)
	id := x.Both(facts.Compute, i, l, r)
	x.F.Exprs[id].Name = op
	return id
}

// isText reports whether node i is a string literal.
func (x *Extractor) isText(i uint32) bool {
	for x.Nodes[i].Kind == kParenthesized && x.first(i) != 0 {
		i = x.first(i)
	}
	return x.Nodes[i].Kind == kString || x.Nodes[i].Kind == kConcatenatedString
}

// format appends `"..." % x`; a tuple gives one operand for each element.
func (x *Extractor) format(i, left, right uint32) facts.ExprID {
	template := x.expr(left)
	mark := len(x.Kids)
	if x.Nodes[right].Kind == kTuple {
		end := x.Nodes[right].Next
		for c := right + 1; c < end; c = x.Nodes[c].Next {
			x.element(c)
		}
	} else {
		x.Push(x.expr(right))
	}
	id := x.Group(facts.Format, 0, x.Span(i), mark)
	x.F.Exprs[id].X = template
	return id
}

// merge appends `a | {...}` as {**a, **{...}}.
func (x *Extractor) merge(i, left, right uint32) facts.ExprID {
	mark := len(x.Kids)
	for _, c := range [...]uint32{left, right} {
		x.Push(x.Over(facts.Entry, facts.SpreadMap, c, x.expr(c)))
	}
	return x.Group(facts.Map, 0, x.Span(i), mark)
}

// unary appends negative numbers; other operators are Compute.
func (x *Extractor) unary(i uint32) facts.ExprID {
	c := x.first(i)
	if c != 0 && x.Src[x.Nodes[i].Start] == '-' && (x.Nodes[c].Kind == kInteger || x.Nodes[c].Kind == kFloat) {
		x.text = append(append(x.text[:0], '-'), x.Source(c)...)
		return x.Named(facts.Number, i, x.Sym(x.text))
	}
	if c != 0 && x.Nodes[c].Kind == kPlus { // its own sign
		c = x.Nodes[c].Next
	}
	if c == 0 || c >= x.Nodes[i].Next || x.Nodes[c].Missing() {
		return x.opaque(i)
	}
	op := x.Sym(bytes.TrimSpace(x.Src[x.Nodes[i].Start:x.Nodes[c].Start]))
	id := x.Over(facts.Compute, 0, i, x.expr(c))
	x.F.Exprs[id].Name = op
	return id
}

// comparison appends `a == b`. A chain of more than one operator is Unknown.
func (x *Extractor) comparison(i uint32) facts.ExprID {
	left, right, n := uint32(0), uint32(0), 0
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == syntax.Error || x.Nodes[c].Missing() {
			return x.opaque(i)
		}
		left, right = right, c
		n++
	}
	if n != 2 {
		return x.opaque(i)
	}
	text := bytes.TrimSpace(x.Src[x.Nodes[left].End:x.Nodes[right].Start])
	op, ok := comparisons[string(text)]
	if !ok { // `is  not`
		op, ok = comparisons[string(bytes.Join(bytes.Fields(text), oneSpace))]
	}
	if !ok {
		return x.opaque(i)
	}
	l := x.expr(left)
	r := x.expr(right)
	id := x.Both(facts.Compare, i, l, r)
	x.F.Exprs[id].Lo = int32(op)
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
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == syntax.Error || n == len(part) {
			return x.opaque(i)
		}
		part[n] = c
		n++
	}
	if n != len(part) {
		return x.opaque(i)
	}
	mark := len(x.Kids)
	x.Push(x.expr(part[0]))
	cond := x.expr(part[1])
	x.Push(x.expr(part[2]))
	id := x.Group(facts.Alt, facts.Ternary, x.Span(i), mark)
	x.F.Exprs[id].Y = cond
	return id
}

// walrus binds `name := value` and is the value. In a comprehension the name
// belongs to the scope around it.
func (x *Extractor) walrus(i uint32) facts.ExprID {
	name, value := x.Child(i, fName), x.Child(i, fValue)
	if name == 0 || value == 0 {
		return x.opaque(i)
	}
	id := x.expr(value)
	here := build.Place{Scope: x.Scope, Block: x.Block}
	for x.F.Scopes[x.Scope].Kind == facts.CompScope {
		x.GoTo(build.Place{Scope: x.F.Scopes[x.Scope].Parent, Block: x.F.Scopes[x.Scope].Block})
	}
	x.assign(name, id, 0)
	x.GoTo(here)
	return id
}

// yield appends a yield, which is a kind of return too. `yield from y` yields
// the elements of y.
func (x *Extractor) yield(i uint32) facts.ExprID {
	var value facts.ExprID
	if v := x.first(i); v != 0 {
		value = x.expr(v)
		if x.isYieldFrom(i, v) {
			value = x.Over(facts.Element, 0, v, value)
		}
	}
	id := x.Over(facts.Await, facts.Yield, i, value)
	x.F.Scopes[x.Scope].Generator = true
	x.F.Returns = append(x.F.Returns, facts.Return{Yield: true, Scope: x.Scope, Block: x.Block, Value: value})
	return id
}

// isYieldFrom reports whether `from` stands between yield i and its value v.
func (x *Extractor) isYieldFrom(i, v uint32) bool {
	text := x.Src[x.Nodes[i].Start:x.Nodes[v].Start]
	return len(text) > len("yield") && containsOp(text[len("yield"):], "from")
}

// typeExpr appends a type annotation. `A | B` are alternatives there.
func (x *Extractor) typeExpr(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() {
		return x.Row(facts.Unknown, i)
	}
	switch n.Kind {
	case kType:
		if c := x.first(i); c != 0 {
			return x.typeExpr(c)
		}
	case kGenericType:
		return x.genericType(i)
	case kBinaryOperator:
		if x.Has(i, kPipe) {
			mark := len(x.Kids)
			x.typeAlternatives(i)
			return x.Group(facts.Alt, 0, x.Span(i), mark)
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
		c := x.Child(i, field)
		if c == 0 {
			continue
		}
		if x.Nodes[c].Kind == kBinaryOperator && !x.Nodes[c].Deep() && x.Has(c, kPipe) {
			x.typeAlternatives(c)
			continue
		}
		x.Push(x.typeExpr(c))
	}
}

// genericType appends `Name[T, U]` as a subscript.
func (x *Extractor) genericType(i uint32) facts.ExprID {
	name := x.first(i)
	params := x.Tree.First(i, kTypeParameter)
	if name == 0 || params == 0 || name == params {
		return x.opaque(i)
	}
	value := x.expr(name)
	key := x.typeArguments(params)
	return x.Both(facts.Index, i, value, key)
}

// typeArguments appends what stands between the brackets of a generic type.
func (x *Extractor) typeArguments(params uint32) facts.ExprID {
	first := x.first(params)
	if first == 0 {
		return 0
	}
	end := x.Nodes[params].Next
	if x.Nodes[first].Next == end {
		return x.typeExpr(first)
	}
	mark := len(x.Kids)
	for c := params + 1; c < end; c = x.Nodes[c].Next {
		x.Push(x.typeExpr(c))
	}
	return x.Group(facts.List, facts.Tuple, facts.Span{Start: x.Nodes[first].Start, End: x.Nodes[end-1].End}, mark)
}
