package golang

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
	case kIdentifier, kFieldName, kPackageName, kBlank:
		return x.Named(facts.Name, i, x.Ident(i))
	case kString, kRawString, kRune:
		return x.string(i)
	case kInt, kFloat, kImaginary:
		return x.Named(facts.Number, i, x.Ident(i))
	case kTrue:
		return x.Named(facts.Bool, i, x.Sym(textTrue))
	case kFalse:
		return x.Named(facts.Bool, i, x.Sym(textFalse))
	case kNil:
		return x.Row(facts.None, i)
	case kIota:
		return x.iotaExpr(i)
	case kParenthesized, kVariadicArgument, kElement, kTypeElem:
		if c := x.only(i); c != 0 {
			return x.expr(c)
		}
	case kSelector:
		return x.selector(i)
	case kIndex, kSlice:
		return x.index(i)
	case kCall:
		return x.call(i)
	case kConversion:
		return x.conversion(i)
	case kAssertion:
		if v := x.Child(i, fOperand); v != 0 {
			return x.expr(v)
		}
	case kInstantiation:
		return x.instantiation(i)
	case kComposite:
		return x.composite(i)
	case kLiteralValue:
		return x.literal(i, i, typeRef{})
	case kFuncLiteral:
		return x.funcLiteral(i)
	case kUnary:
		return x.unary(i)
	case kBinary:
		return x.binary(i)
	case kExpressions:
		return x.values(i)
	case kTypeName, kQualifiedType, kGenericType, kPointerType, kArrayType, kImplicitArrayType, kSliceType, kMapType,
		kChannelType, kFunctionType, kParenthesizedType, kStructType, kInterfaceType:
		return x.typeExpr(i)
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

// selector appends `x.name`.
func (x *Extractor) selector(i uint32) facts.ExprID {
	object, name := x.Child(i, fOperand), x.Child(i, fField)
	if object == 0 || name == 0 || x.Nodes[name].Missing() {
		return x.opaque(i)
	}
	value := x.expr(object)
	id := x.Over(facts.Attr, 0, i, value)
	x.F.Exprs[id].Name = x.Ident(name)
	return id
}

// index appends `x[y]` and `x[a:b]`.
func (x *Extractor) index(i uint32) facts.ExprID {
	object := x.Child(i, fOperand)
	if object == 0 {
		return x.opaque(i)
	}
	value := x.expr(object)
	var key facts.ExprID
	if x.Nodes[i].Kind == kSlice {
		end := x.Nodes[i].Next
		for c := x.Nodes[object].Next; c < end; c = x.Nodes[c].Next {
			x.visit(c)
		}
		key = x.Named(facts.Compute, i, x.Sym(textColon))
	} else if k := x.Child(i, fIndex); k != 0 {
		key = x.expr(k)
	}
	return x.Both(facts.Index, i, value, key)
}

var textColon = []byte(":")

// call appends a call.
func (x *Extractor) call(i uint32) facts.ExprID {
	function, arguments := x.Child(i, fFunction), x.Child(i, fArguments)
	if function == 0 || arguments == 0 {
		return x.opaque(i)
	}
	if v := x.converted(function, arguments); v != 0 {
		return x.expr(v)
	}
	if x.Nodes[function].Kind == kIdentifier {
		switch string(x.Source(function)) {
		case "new":
			if t := x.first(arguments); t != 0 && x.isType(t) {
				return x.zero(i, t)
			}
		case "make":
			if t := x.first(arguments); t != 0 && x.isType(t) {
				if id := x.made(i, t); id != 0 {
					return id
				}
			}
		}
	}
	listed := x.openCall()
	callee := x.expr(function)
	if t := x.Child(i, fTypeArguments); t != 0 {
		key := x.typeArguments(t)
		callee = x.spanned(facts.Index, facts.Span{Start: x.Nodes[function].Start, End: x.Nodes[t].End}, callee, key)
	}
	mark := len(x.Kids)
	x.arguments(arguments)
	id := x.closeCall(listed, callee, x.Span(i), mark)
	if v := x.filledFlag(function, arguments); v != 0 {
		x.assign(v, id)
	}
	return id
}

// filledFlag returns the variable that a call fills with what the command line
// says, by the names that package flag has for such functions and that others
// follow (`fs.StringVar(&topic, "topic", "orders", "")`): it is bound to the call.
// 0 for other calls.
func (x *Extractor) filledFlag(function, arguments uint32) uint32 {
	if x.Nodes[function].Kind != kSelector {
		return 0
	}
	name := x.Child(function, fField)
	if name == 0 {
		return 0
	}
	switch string(x.Source(name)) {
	case "StringVar", "StringVarP", "StringSliceVar", "StringSliceVarP", "StringArrayVar", "StringArrayVarP":
	default:
		return 0
	}
	first := x.first(arguments)
	if first == 0 || x.Nodes[first].Kind != kUnary || len(x.Src) <= int(x.Nodes[first].Start) || x.Src[x.Nodes[first].Start] != '&' {
		return 0
	}
	v := x.Child(first, fOperand)
	if v == 0 || x.Nodes[v].Kind != kIdentifier && x.Nodes[v].Kind != kSelector {
		return 0
	}
	return v
}

// openCall takes a place in the list of calls, before those in the new one:
// they are in source order.
func (x *Extractor) openCall() int {
	x.F.Calls = append(x.F.Calls, 0)
	return len(x.F.Calls) - 1
}

// closeCall appends a call with the arguments pushed since mark.
func (x *Extractor) closeCall(listed int, callee facts.ExprID, span facts.Span, mark int) facts.ExprID {
	id := x.Group(facts.Call, 0, span, mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	return id
}

// spanned appends an expression with two operands that no node is the whole of.
func (x *Extractor) spanned(kind facts.Kind, span facts.Span, a, b facts.ExprID) facts.ExprID {
	id := x.Add(kind, 0, span)
	x.F.Exprs[id].X, x.F.Exprs[id].Y = a, b
	return id
}

// arguments pushes the arguments of a call.
func (x *Extractor) arguments(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case isToken(n.Kind) || n.Missing():
		case n.Kind == syntax.Error:
			x.visitChildren(c)
		case n.Kind == kVariadicArgument:
			x.Push(x.Over(facts.Arg, facts.SpreadOne, c, x.expr(c)))
		default:
			x.Push(x.Over(facts.Arg, 0, c, x.expr(c)))
		}
	}
}

// basicTypes are the predeclared types to which values are converted.
var basicTypes = map[string]bool{
	"string": true, "bool": true, "byte": true, "rune": true, "any": true, "error": true, "uintptr": true,
	"int": true, "int8": true, "int16": true, "int32": true, "int64": true,
	"uint": true, "uint8": true, "uint16": true, "uint32": true, "uint64": true,
	"float32": true, "float64": true, "complex64": true, "complex128": true,
}

// converted returns what `string(v)` or `(*T)(v)` converts; 0 for calls.
func (x *Extractor) converted(function, arguments uint32) uint32 {
	v := x.only(arguments)
	if v == 0 || x.Nodes[v].Kind == kVariadicArgument {
		return 0
	}
	switch x.Nodes[function].Kind {
	case kIdentifier:
		if basicTypes[string(x.Source(function))] {
			return v
		}
	case kParenthesized:
		if c := x.only(function); c != 0 && x.Nodes[c].Kind == kUnary {
			if op := x.Child(c, fOperator); op != 0 && x.Nodes[op].Kind == kStar {
				return v
			}
		}
	}
	return 0
}

// conversion appends what `[]byte(v)` converts. What the grammar takes for a
// conversion to a generic type may be a call.
func (x *Extractor) conversion(i uint32) facts.ExprID {
	t, v := x.Child(i, fType), x.Child(i, fOperand)
	if t == 0 || v == 0 {
		return x.opaque(i)
	}
	if x.Nodes[t].Kind != kGenericType {
		return x.expr(v)
	}
	listed := x.openCall()
	callee := x.typeExpr(t)
	mark := len(x.Kids)
	x.Push(x.Over(facts.Arg, 0, v, x.expr(v)))
	return x.closeCall(listed, callee, x.Span(i), mark)
}

// instantiation appends `f[A, B]`.
func (x *Extractor) instantiation(i uint32) facts.ExprID {
	c := x.first(i)
	if c == 0 {
		return x.opaque(i)
	}
	value := x.expr(c)
	key := x.typeList(i, x.Nodes[c].Next)
	return x.Both(facts.Index, i, value, key)
}

// unary appends receptions, negations and numbers; `&x` and `*x` are x, other
// operators are Compute.
func (x *Extractor) unary(i uint32) facts.ExprID {
	op, v := x.Child(i, fOperator), x.Child(i, fOperand)
	if v == 0 || x.Nodes[v].Missing() {
		return x.opaque(i)
	}
	var sign syntax.Kind
	if op != 0 {
		sign = x.Nodes[op].Kind
	}
	switch sign {
	case kAmp, kStar:
		return x.expr(v)
	case kNot:
		return x.Over(facts.Not, 0, i, x.expr(v))
	case kReceive:
		return x.channelCall(i, v, 0, op)
	case kMinus:
		if k := x.Nodes[v].Kind; k == kInt || k == kFloat {
			x.text = append(append(x.text[:0], '-'), x.Source(v)...)
			return x.Named(facts.Number, i, x.Sym(x.text))
		}
	}
	name := x.Sym(bytes.TrimSpace(x.Src[x.Nodes[i].Start:x.Nodes[v].Start]))
	id := x.Over(facts.Compute, 0, i, x.expr(v))
	x.F.Exprs[id].Name = name
	return id
}

var textArrow = []byte("<-")

// channelCall appends `ch <- v` or `<-ch` as a call of the channel's method `<-`.
func (x *Extractor) channelCall(i, channel, value, operator uint32) facts.ExprID {
	listed := x.openCall()
	object := x.expr(channel)
	span := x.Span(channel)
	if operator != 0 {
		span = facts.Span{Start: min(span.Start, x.Nodes[operator].Start), End: max(span.End, x.Nodes[operator].End)}
	}
	callee := x.spanned(facts.Attr, span, object, 0)
	x.F.Exprs[callee].Name = x.Sym(textArrow)
	mark := len(x.Kids)
	if value != 0 {
		x.Push(x.Over(facts.Arg, 0, value, x.expr(value)))
	}
	return x.closeCall(listed, callee, x.Span(i), mark)
}

var comparisons = map[string]facts.Op{
	"==": facts.Equal, "!=": facts.NotEqual, "<": facts.Less, "<=": facts.AtMost, ">": facts.Greater, ">=": facts.AtLeast,
}

// binary appends sums, alternatives and comparisons; other operators are
// Compute.
func (x *Extractor) binary(i uint32) facts.ExprID {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 || x.Nodes[left].Missing() || x.Nodes[right].Missing() {
		return x.opaque(i)
	}
	var sign syntax.Kind
	var text []byte
	if op := x.Child(i, fOperator); op != 0 {
		sign, text = x.Nodes[op].Kind, x.Source(op)
	} else {
		text = bytes.TrimSpace(x.Src[x.Nodes[left].End:x.Nodes[right].Start])
	}
	switch sign {
	case kAnd, kOr:
		flag := facts.Or
		if sign == kAnd {
			flag = facts.And
		}
		mark := len(x.Kids)
		x.alternatives(i, sign)
		return x.Group(facts.Alt, flag, x.Span(i), mark)
	case kPlus:
		l := x.expr(left)
		r := x.expr(right)
		return x.Both(facts.Concat, i, l, r)
	}
	if op, ok := comparisons[string(text)]; ok {
		l := x.expr(left)
		r := x.expr(right)
		id := x.Both(facts.Compare, i, l, r)
		x.F.Exprs[id].Lo = int32(op)
		return id
	}
	name := x.Sym(text)
	l := x.expr(left)
	r := x.expr(right)
	id := x.Both(facts.Compute, i, l, r)
	x.F.Exprs[id].Name = name
	return id
}

// alternatives pushes the operands of a chain of && or ||.
func (x *Extractor) alternatives(i uint32, sign syntax.Kind) {
	for _, field := range [...]syntax.Field{fLeft, fRight} {
		c := x.Child(i, field)
		if c == 0 {
			continue
		}
		if x.Nodes[c].Kind == kBinary && !x.Nodes[c].Deep() {
			if op := x.Child(c, fOperator); op != 0 && x.Nodes[op].Kind == sign {
				x.alternatives(c, sign)
				continue
			}
		}
		x.Push(x.expr(c))
	}
}

// values appends an expression list: a tuple if it is more than one.
func (x *Extractor) values(i uint32) facts.ExprID {
	if c := x.only(i); c != 0 {
		return x.expr(c)
	}
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch n := &x.Nodes[c]; {
		case isToken(n.Kind) || n.Missing():
		case n.Kind == syntax.Error:
			x.visitChildren(c)
		default:
			x.Push(x.expr(c))
		}
	}
	return x.Group(facts.List, facts.Tuple, x.Span(i), mark)
}
