package java

import (
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
	case kIdentifier, kTypeIdentifier, kThis:
		return x.Named(facts.Name, i, x.Ident(i))
	case kScopedIdentifier:
		return x.dotted(i)
	case kSuper:
		return x.superObject(i)
	case kString:
		return x.stringLiteral(i)
	case kCharacter:
		return x.character(i)
	case kInteger, kFloat:
		return x.Named(facts.Number, i, x.Ident(i))
	case kTrue, kFalse:
		return x.Named(facts.Bool, i, x.Ident(i))
	case kNull:
		return x.Row(facts.None, i)
	case kParenthesized:
		if c := x.only(i); c != 0 {
			return x.expr(c)
		}
	case kCast:
		if v := x.Child(i, fValue); v != 0 {
			return x.expr(v)
		}
	case kClassLiteral:
		if c := x.first(i); c != 0 {
			return x.typeExpr(c)
		}
	case kFieldAccess:
		return x.fieldAccess(i)
	case kArrayAccess:
		return x.arrayAccess(i)
	case kInvocation:
		return x.invocation(i)
	case kNew:
		return x.newObject(i)
	case kNewArray:
		return x.newArray(i)
	case kArrayInitializer, kElementArray:
		return x.list(i)
	case kMethodReference:
		return x.methodReference(i)
	case kLambda:
		return x.lambda(i)
	case kTernary:
		return x.ternary(i)
	case kBinary:
		return x.binary(i)
	case kUnary:
		return x.unary(i)
	case kInstanceof:
		return x.instanceOf(i)
	case kAssignment:
		return x.assignment(i)
	case kSwitch:
		return x.switchValue(i)
	case kMarkerAnnotation, kAnnotation:
		return x.annotation(i)
	case kScopedType, kGenericType, kArrayType, kAnnotatedType, kPrimitive, kVoid:
		return x.typeExpr(i)
	}
	return x.opaque(i)
}

// opaque appends a row for an expression that no rule needs, or that the
// parser repaired beyond recognition, and visits what it is made of.
func (x *Extractor) opaque(i uint32) facts.ExprID {
	id := x.Row(facts.Unknown, i)
	x.visitChildren(i)
	return id
}

// only returns the child of node i, or 0 if it has more than one or none.
func (x *Extractor) only(i uint32) uint32 {
	if c := i + 1; c < x.Nodes[i].Next && x.Nodes[c].Next == x.Nodes[i].Next && x.Nodes[c].Kind != syntax.Error {
		return c
	}
	return 0
}

// fieldAccess appends `x.name`.
func (x *Extractor) fieldAccess(i uint32) facts.ExprID {
	object, name := x.Child(i, fObject), x.Child(i, fField)
	if object == 0 || !x.usable(name) {
		return x.opaque(i)
	}
	value := x.expr(object)
	id := x.Over(facts.Attr, 0, i, value)
	x.F.Exprs[id].Name = x.Ident(name)
	return id
}

// arrayAccess appends `x[y]`.
func (x *Extractor) arrayAccess(i uint32) facts.ExprID {
	array, index := x.Child(i, fArray), x.Child(i, fIndex)
	if array == 0 || index == 0 {
		return x.opaque(i)
	}
	value := x.expr(array)
	key := x.expr(index)
	return x.Both(facts.Index, i, value, key)
}

// invocation appends the call of a method. `a.equals(b)` is what other
// languages write as a comparison.
func (x *Extractor) invocation(i uint32) facts.ExprID {
	object, name, arguments := x.Child(i, fObject), x.Child(i, fName), x.Child(i, fArguments)
	if !x.usable(name) || arguments == 0 {
		return x.opaque(i)
	}
	if object != 0 && string(x.Source(name)) == "equals" {
		if other := x.only(arguments); other != 0 {
			return x.compare(i, object, other, facts.Equal)
		}
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	var callee facts.ExprID
	if object == 0 {
		callee = x.Named(facts.Name, name, x.Ident(name))
	} else {
		if s := x.Tree.First(i, kSuper); s != 0 {
			object = s // Interface.super.method()
		}
		value := x.expr(object)
		callee = x.Add(facts.Attr, 0, facts.Span{Start: x.Nodes[i].Start, End: x.Nodes[name].End})
		x.F.Exprs[callee].X, x.F.Exprs[callee].Name = value, x.Ident(name)
	}
	mark := len(x.Kids)
	x.arguments(arguments)
	id := x.Group(facts.Call, 0, x.Span(i), mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	return id
}

// arguments pushes the arguments of a call.
func (x *Extractor) arguments(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch {
		case x.Nodes[c].Kind == syntax.Error:
			x.visitChildren(c)
		case !x.Nodes[c].Missing():
			x.Push(x.Over(facts.Arg, 0, c, x.expr(c)))
		}
	}
}

// newObject appends `new X(a)`: a call of X. An anonymous class stands beside
// it, unless it is only there to fill a map or list.
func (x *Extractor) newObject(i uint32) facts.ExprID {
	t, arguments := x.Child(i, fType), x.Child(i, fArguments)
	if !x.usable(t) {
		return x.opaque(i)
	}
	body := x.Tree.First(i, kClassBody)
	if body != 0 {
		if id := x.doubleBrace(i, body); id != 0 {
			return id
		}
	}
	if outer := x.first(i); outer != 0 && outer != t && x.Nodes[outer].Kind != kTypeArguments && x.Nodes[outer].Start < x.Nodes[t].Start {
		x.visit(outer) // outer.new Inner()
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	callee := x.typeExpr(t)
	mark := len(x.Kids)
	if arguments != 0 {
		x.arguments(arguments)
	}
	id := x.Group(facts.Call, 0, x.Span(i), mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	if body != 0 {
		x.anonymous(body, callee)
	}
	return id
}

// doubleBrace appends `new HashMap<>() {{ put(k, v); }}` as the map, and a list
// filled by add likewise; 0 if the class body at node body does anything else.
func (x *Extractor) doubleBrace(i, body uint32) facts.ExprID {
	block := x.only(body)
	if block == 0 || x.Nodes[block].Kind != kBlock {
		return 0
	}
	kind := facts.Unknown
	end := x.Nodes[block].Next
	for c := block + 1; c < end; c = x.Nodes[c].Next {
		k := x.fills(c)
		if k == facts.Unknown || kind != facts.Unknown && kind != k {
			return 0
		}
		kind = k
	}
	if kind == facts.Unknown {
		return 0
	}
	mark := len(x.Kids)
	for c := block + 1; c < end; c = x.Nodes[c].Next {
		call := x.only(c)
		first := x.Child(call, fArguments) + 1
		if kind == facts.List {
			x.Push(x.expr(first))
			continue
		}
		key := x.expr(first)
		value := x.expr(x.Nodes[first].Next)
		x.Push(x.Both(facts.Entry, call, value, key))
	}
	return x.Group(kind, 0, x.Span(i), mark)
}

// fills reports whether statement i is a put into the map, or an add to the
// list, that the code stands in.
func (x *Extractor) fills(i uint32) facts.Kind {
	call := x.only(i)
	if x.Nodes[i].Kind != kExpressionStatement || call == 0 || x.Nodes[call].Kind != kInvocation || x.Child(call, fObject) != 0 {
		return facts.Unknown
	}
	name, arguments := x.Child(call, fName), x.Child(call, fArguments)
	if !x.usable(name) || arguments == 0 {
		return facts.Unknown
	}
	count := 0
	end := x.Nodes[arguments].Next
	for c := arguments + 1; c < end; c = x.Nodes[c].Next {
		if !x.usable(c) {
			return facts.Unknown
		}
		count++
	}
	switch method := string(x.Source(name)); {
	case count == 2 && (method == "put" || method == "setProperty"):
		return facts.Map
	case count == 1 && method == "add":
		return facts.List
	}
	return facts.Unknown
}

// newArray appends an array: the list of what it is made with.
func (x *Extractor) newArray(i uint32) facts.ExprID {
	if v := x.Child(i, fValue); v != 0 {
		return x.list(v)
	}
	x.visitChildren(i)
	return x.Group(facts.List, 0, x.Span(i), len(x.Kids))
}

// list appends the elements of an array or of an annotation's value.
func (x *Extractor) list(i uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch {
		case x.Nodes[c].Kind == syntax.Error:
			x.visitChildren(c)
		case !x.Nodes[c].Missing():
			x.Push(x.expr(c))
		}
	}
	return x.Group(facts.List, 0, x.Span(i), mark)
}

// methodReference appends `x::name` as the attribute, `X::new` as the class.
func (x *Extractor) methodReference(i uint32) facts.ExprID {
	object := x.first(i)
	if object == 0 {
		return x.opaque(i)
	}
	var name uint32
	for c := x.Nodes[object].Next; c < x.Nodes[i].Next; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kIdentifier {
			name = c
		}
	}
	if name == 0 {
		if x.Nodes[object].Kind == kArrayType || x.Nodes[i].Next > x.Nodes[object].Next {
			return x.opaque(i)
		}
		return x.expr(object)
	}
	value := x.expr(object)
	id := x.Over(facts.Attr, 0, i, value)
	x.F.Exprs[id].Name = x.Ident(name)
	return id
}

// ternary appends `c ? a : b`.
func (x *Extractor) ternary(i uint32) facts.ExprID {
	cond, yes, no := x.Child(i, fCondition), x.Child(i, fConsequence), x.Child(i, fAlternative)
	if cond == 0 || yes == 0 || no == 0 {
		return x.opaque(i)
	}
	condition := x.expr(cond)
	mark := len(x.Kids)
	x.Push(x.expr(yes))
	x.Push(x.expr(no))
	id := x.Group(facts.Alt, facts.Ternary, x.Span(i), mark)
	x.F.Exprs[id].Y = condition
	return id
}

// operator returns what stands between two operands.
func (x *Extractor) operator(left, right uint32) []byte {
	text := x.Src[x.Nodes[left].End:x.Nodes[right].Start]
	at := skip(text)
	end := at
	for end < len(text) && !isSpace(text[end]) && (text[end] != '/' || end == at) {
		end++
	}
	return text[at:end]
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' }

// comparisons are the operators that compare, for package facts.
var comparisons = map[string]facts.Op{
	"==": facts.Equal, "!=": facts.NotEqual, "<": facts.Less, "<=": facts.AtMost, ">": facts.Greater, ">=": facts.AtLeast,
}

// binary appends an operator with two operands.
func (x *Extractor) binary(i uint32) facts.ExprID {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if !x.usable(left) || !x.usable(right) {
		return x.opaque(i)
	}
	op := x.operator(left, right)
	switch string(op) {
	case "+":
		l := x.expr(left)
		r := x.expr(right)
		return x.Both(facts.Concat, i, l, r)
	case "&&":
		return x.logical(i, op, facts.And)
	case "||":
		return x.logical(i, op, facts.Or)
	}
	if cmp, ok := comparisons[string(op)]; ok {
		return x.compare(i, left, right, cmp)
	}
	l := x.expr(left)
	r := x.expr(right)
	id := x.Both(facts.Compute, i, l, r)
	x.F.Exprs[id].Name = x.Sym(op)
	return id
}

// compare appends a comparison of two nodes.
func (x *Extractor) compare(i, left, right uint32, op facts.Op) facts.ExprID {
	l := x.expr(left)
	r := x.expr(right)
	id := x.Both(facts.Compare, i, l, r)
	x.F.Exprs[id].Lo = int32(op)
	return id
}

// logical appends `a && b && c` as one row.
func (x *Extractor) logical(i uint32, op []byte, flag facts.Flag) facts.ExprID {
	mark := len(x.Kids)
	x.operands(i, op)
	return x.Group(facts.Alt, flag, x.Span(i), mark)
}

// operands pushes the operands of a chain of one operator.
func (x *Extractor) operands(i uint32, op []byte) {
	for _, c := range [...]uint32{x.Child(i, fLeft), x.Child(i, fRight)} {
		if x.Nodes[c].Kind == kBinary && !x.Nodes[c].Deep() {
			l, r := x.Child(c, fLeft), x.Child(c, fRight)
			if x.usable(l) && x.usable(r) && string(x.operator(l, r)) == string(op) {
				x.operands(c, op)
				continue
			}
		}
		x.Push(x.expr(c))
	}
}

// unary appends an operator with one operand.
func (x *Extractor) unary(i uint32) facts.ExprID {
	c := x.Child(i, fOperand)
	if !x.usable(c) {
		return x.opaque(i)
	}
	number := x.Nodes[c].Kind == kInteger || x.Nodes[c].Kind == kFloat
	switch op := x.Src[x.Nodes[i].Start]; {
	case op == '!':
		return x.Over(facts.Not, 0, i, x.expr(c))
	case op == '-' && number:
		x.text = append(append(x.text[:0], '-'), x.Source(c)...)
		return x.Named(facts.Number, i, x.Sym(x.text))
	case op == '+' && number:
		return x.expr(c)
	default:
		id := x.Over(facts.Compute, 0, i, x.expr(c))
		x.F.Exprs[id].Name = x.Sym([]byte{op})
		return id
	}
}

// instanceOf appends `x instanceof T`, and binds the variables of a pattern.
func (x *Extractor) instanceOf(i uint32) facts.ExprID {
	left, right, pattern := x.Child(i, fLeft), x.Child(i, fRight), x.Child(i, fPattern)
	if !x.usable(left) || right == 0 && pattern == 0 {
		return x.opaque(i)
	}
	value := x.expr(left)
	var t facts.ExprID
	if pattern != 0 {
		t = x.pattern(pattern, value)
	} else {
		t = x.typeExpr(right)
		if name := x.Child(i, fName); x.usable(name) {
			x.variable(name, value, t)
		}
	}
	id := x.Both(facts.Compute, i, value, t)
	x.F.Exprs[id].Name = x.Sym([]byte("instanceof"))
	return id
}
