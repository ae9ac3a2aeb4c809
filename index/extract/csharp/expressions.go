package csharp

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// wanted appends the expression at node i, which is converted to the type at
// node typ (0 if that isn't known).
func (x *Extractor) wanted(i, typ uint32) facts.ExprID {
	x.want = typ
	return x.expr(i)
}

// expr appends the expression at node i, which something refers to.
func (x *Extractor) expr(i uint32) facts.ExprID {
	want := x.want
	x.want = 0
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() {
		return x.Row(facts.Unknown, i)
	}
	switch n.Kind {
	case kIdentifier:
		return x.Named(facts.Name, i, x.ident(i))
	case kPredefined: // string.Join
		return x.Named(facts.Name, i, x.Ident(i))
	case kThis:
		return x.Named(facts.Name, i, x.symOf("this"))
	case kBase:
		return x.superCall(x.Span(i))
	case kGeneric, kQualified, kAliasQualified, kArray, kNullable, kTupleType:
		return x.typeArgument(i)
	case kString, kVerbatim, kRawString, kCharacter:
		return x.string(i)
	case kInterpolated:
		return x.interpolated(i)
	case kInteger, kReal:
		return x.Named(facts.Number, i, x.Ident(i))
	case kBoolean:
		if x.is(i, "true") {
			return x.Named(facts.Bool, i, x.Sym(textTrue))
		}
		return x.Named(facts.Bool, i, x.Sym(textFalse))
	case kNull:
		return x.Row(facts.None, i)
	case kParenthesized, kChecked, kRef:
		return x.inner(i, want)
	case kMember:
		return x.memberAccess(i)
	case kElement:
		return x.element(i)
	case kElementBinding:
		return x.elementBinding(i, want)
	case kMemberBinding:
		return x.memberBinding(i)
	case kConditionalAccess:
		return x.conditionalAccess(i)
	case kInvocation:
		return x.call(i)
	case kNew:
		return x.creation(i)
	case kImplicitNew:
		return x.implicitCreation(i, want)
	case kAnonymous:
		return x.anonymous(i)
	case kNewArray, kImplicitArray:
		if list := x.Tree.First(i, kInitializer); list != 0 {
			return x.list(i, list, 0)
		}
	case kInitializer:
		return x.initializer(i, i, want)
	case kWith:
		return x.with(i)
	case kAssignment:
		return x.assignment(i)
	case kBinary:
		return x.binary(i, want)
	case kUnary:
		return x.unary(i)
	case kPostfix:
		return x.postfix(i)
	case kConditional:
		return x.conditional(i, want)
	case kCast:
		if v := x.Child(i, fValue); v != 0 {
			return x.wanted(v, x.Child(i, fType))
		}
	case kAs:
		if v := x.Child(i, fLeft); v != 0 {
			return x.expr(v)
		}
	case kIsType, kIsPattern:
		return x.isExpression(i)
	case kAwait:
		if v := x.first(i); v != 0 {
			return x.Over(facts.Await, 0, i, x.expr(v))
		}
	case kTypeof:
		if t := x.Child(i, fType); t != 0 {
			return x.typeName(t)
		}
	case kDefault:
		return x.Row(facts.None, i)
	case kSizeof:
		return x.Row(facts.Unknown, i)
	case kTuple:
		return x.tuple(i)
	case kDeclaration:
		return x.declared(i, 0)
	case kLambda, kDelegateExpression:
		return x.lambda(i)
	case kSwitchExpression:
		return x.switchExpression(i)
	case kQuery:
		return x.query(i)
	case kRange:
		x.visitChildren(i)
		return x.Named(facts.Compute, i, x.symOf(":"))
	case kIfDirective:
		return x.eitherArm(i)
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

// inner unwraps `(x)` and the like.
func (x *Extractor) inner(i, want uint32) facts.ExprID {
	c := x.first(i)
	if c == 0 || x.from(i, x.Nodes[c].Next) != 0 { // more than one: a syntax error
		return x.opaque(i)
	}
	return x.wanted(c, want)
}

// eitherArm appends the values that an expression has in the arms of #if.
func (x *Extractor) eitherArm(i uint32) facts.ExprID {
	mark := len(x.Kids)
	for arm := i; arm != 0; arm = x.Child(arm, fAlternative) {
		end := x.Nodes[arm].Next
		for c := arm + 1; c < end; c = x.Nodes[c].Next {
			if f := x.Nodes[c].Field(); f != fCondition && f != fAlternative && x.Nodes[c].Kind != syntax.Error {
				x.Push(x.expr(c))
			}
		}
		if x.Nodes[arm].Deep() {
			break
		}
	}
	return x.Group(facts.Alt, 0, x.Span(i), mark)
}

// memberAccess appends `x.name`.
func (x *Extractor) memberAccess(i uint32) facts.ExprID {
	object, name := x.Child(i, fExpression), x.Child(i, fName)
	if object == 0 || name == 0 || x.Nodes[name].Missing() {
		return x.opaque(i)
	}
	id := x.attr(i, x.expr(object), x.memberName(name))
	x.F.Exprs[id].End = x.nameEnd(name)
	return id
}

// nameEnd is where the name of a member ends, without type arguments.
func (x *Extractor) nameEnd(i uint32) uint32 {
	if x.Nodes[i].Kind == kGeneric {
		if name := x.Tree.First(i, kIdentifier); name != 0 {
			return x.Nodes[name].End
		}
	}
	return x.Nodes[i].End
}

// memberName interns the name of a member, without type arguments.
func (x *Extractor) memberName(i uint32) facts.Sym {
	if x.Nodes[i].Kind == kGeneric {
		if name := x.Tree.First(i, kIdentifier); name != 0 {
			return x.ident(name)
		}
	}
	return x.ident(i)
}

// conditionalAccess appends `x?.y` and `x?[y]`, which are x.y and x[y].
func (x *Extractor) conditionalAccess(i uint32) facts.ExprID {
	object := x.Child(i, fCondition)
	if object == 0 {
		return x.opaque(i)
	}
	access := x.from(i, x.Nodes[object].Next)
	if access == 0 {
		return x.expr(object)
	}
	value := x.expr(object)
	outer := x.receiver
	x.receiver = value
	id := x.expr(access)
	x.receiver = outer
	return id
}

// memberBinding appends the `.name` of `x?.name`.
func (x *Extractor) memberBinding(i uint32) facts.ExprID {
	name := x.Child(i, fName)
	object := x.receiver
	if name == 0 || object == 0 {
		return x.opaque(i)
	}
	id := x.Add(facts.Attr, 0, facts.Span{Start: x.F.Exprs[object].Start, End: x.nameEnd(name)})
	if x.F.Exprs[id].Start > x.F.Exprs[id].End {
		x.F.Exprs[id].Start = x.Nodes[i].Start
	}
	x.F.Exprs[id].X, x.F.Exprs[id].Name = object, x.memberName(name)
	return id
}

// elementBinding appends the `[y]` of `x?[y]`, or a collection expression,
// which the grammar takes for one.
func (x *Extractor) elementBinding(i, want uint32) facts.ExprID {
	object := x.receiver
	if object == 0 {
		return x.collection(i, want)
	}
	x.receiver = 0
	key := x.indexes(i, i)
	x.receiver = object
	id := x.Over(facts.Index, 0, i, object)
	x.F.Exprs[id].Y = key
	return id
}

// collection appends `[a, ..b]`. An empty one may be a dictionary.
func (x *Extractor) collection(i, want uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kArgument {
			x.visit(c)
			continue
		}
		v := x.first(c)
		if v == 0 || x.Nodes[v].Missing() || x.Nodes[v].Start == x.Nodes[v].End { // of []
			continue
		}
		if x.Nodes[v].Kind == kRange && x.Src[x.Nodes[v].Start] == '.' && x.first(v) != 0 { // ..b
			x.Push(x.Over(facts.Spread, 0, v, x.expr(x.first(v))))
			continue
		}
		x.Push(x.expr(v))
	}
	if len(x.Kids) == mark && want != 0 && x.isDictionary(want) {
		return x.Group(facts.Map, 0, x.Span(i), mark)
	}
	return x.Group(facts.List, 0, x.Span(i), mark)
}

// element appends `x[y]`.
func (x *Extractor) element(i uint32) facts.ExprID {
	object, list := x.Child(i, fExpression), x.Child(i, fSubscript)
	if object == 0 || list == 0 {
		return x.opaque(i)
	}
	value := x.expr(object)
	key := x.indexes(i, list)
	return x.Both(facts.Index, i, value, key)
}

// indexes appends what stands between the brackets at node list: a tuple if it
// is more than one expression.
func (x *Extractor) indexes(i, list uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kArgument {
			x.visit(c)
			continue
		}
		if v := x.last(c); v != 0 {
			x.Push(x.expr(v))
		}
	}
	switch len(x.Kids) - mark {
	case 0:
		return x.Row(facts.Unknown, i)
	case 1:
		key := x.Kids[mark]
		x.Kids = x.Kids[:mark]
		return key
	}
	return x.Group(facts.List, facts.Tuple, x.Span(list), mark)
}

// tuple appends `(a, b)`.
func (x *Extractor) tuple(i uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kArgument {
			x.visit(c)
			continue
		}
		if v := x.last(c); v != 0 && !x.Nodes[v].Missing() {
			x.Push(x.expr(v))
		}
	}
	return x.Group(facts.List, facts.Tuple, x.Span(i), mark)
}

// binary appends an operator with two operands.
func (x *Extractor) binary(i, want uint32) facts.ExprID {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 || x.Nodes[left].Missing() || x.Nodes[right].Missing() {
		return x.opaque(i)
	}
	switch op := string(x.operator(left, right)); op {
	case "+":
		l := x.expr(left)
		r := x.expr(right)
		return x.Both(facts.Concat, i, l, r)
	case "??":
		if x.Nodes[right].Kind == kThrowExpression {
			id := x.wanted(left, want)
			x.visitChildren(right)
			return id
		}
		return x.alternatives(i, facts.Or, "??", want)
	case "||":
		return x.alternatives(i, facts.Or, op, 0)
	case "&&":
		return x.alternatives(i, facts.And, op, 0)
	default:
		l := x.expr(left)
		r := x.expr(right)
		if cmp, ok := comparisons[op]; ok {
			return x.compare(i, cmp, l, r)
		}
		id := x.Both(facts.Compute, i, l, r)
		x.F.Exprs[id].Name = x.symOf(op)
		return id
	}
}

var comparisons = map[string]facts.Op{
	"==": facts.Equal, "!=": facts.NotEqual, "<": facts.Less, "<=": facts.AtMost, ">": facts.Greater, ">=": facts.AtLeast,
}

// alternatives appends a chain of one operator as one row.
func (x *Extractor) alternatives(i uint32, flag facts.Flag, op string, want uint32) facts.ExprID {
	mark := len(x.Kids)
	x.operands(i, op, want)
	return x.Group(facts.Alt, flag, x.Span(i), mark)
}

// operands pushes the operands of a chain of one operator.
func (x *Extractor) operands(i uint32, op string, want uint32) {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	for _, c := range [...]uint32{left, right} {
		if x.Nodes[c].Kind == kBinary && !x.Nodes[c].Deep() {
			l, r := x.Child(c, fLeft), x.Child(c, fRight)
			if l != 0 && r != 0 && string(x.operator(l, r)) == op {
				x.operands(c, op, want)
				continue
			}
		}
		if x.Nodes[c].Kind == kThrowExpression {
			x.visitChildren(c)
			continue
		}
		x.Push(x.wanted(c, want))
	}
}

// unary appends negative numbers and `!`; of other operators it is the value
// or a computation.
func (x *Extractor) unary(i uint32) facts.ExprID {
	c := x.last(i)
	if c == 0 || x.Nodes[c].Missing() {
		return x.opaque(i)
	}
	op := string(x.between(x.Nodes[i].Start, x.Nodes[c].Start))
	switch {
	case op == "-" && (x.Nodes[c].Kind == kInteger || x.Nodes[c].Kind == kReal):
		x.text = append(append(x.text[:0], '-'), x.Source(c)...)
		return x.Named(facts.Number, i, x.Sym(x.text))
	case op == "!":
		return x.Over(facts.Not, 0, i, x.expr(c))
	case op == "&" || op == "*" || op == "+":
		return x.expr(c)
	}
	id := x.Over(facts.Compute, 0, i, x.expr(c))
	x.F.Exprs[id].Name = x.symOf(op)
	return id
}

// postfix appends `x!`, which is x, and x++.
func (x *Extractor) postfix(i uint32) facts.ExprID {
	c := x.first(i)
	if c == 0 {
		return x.opaque(i)
	}
	id := x.expr(c)
	if op := x.between(x.Nodes[c].End, x.Nodes[i].End); len(op) == 0 || op[0] == '!' {
		return id
	}
	return x.Over(facts.Compute, 0, i, id)
}

// conditional appends `c ? a : b`. An arm that throws has no value.
func (x *Extractor) conditional(i, want uint32) facts.ExprID {
	c, a, b := x.Child(i, fCondition), x.Child(i, fConsequence), x.Child(i, fAlternative)
	if c == 0 || a == 0 || b == 0 {
		return x.opaque(i)
	}
	cond := x.expr(c)
	if x.Nodes[a].Kind == kThrowExpression || x.Nodes[b].Kind == kThrowExpression {
		if x.Nodes[a].Kind == kThrowExpression {
			a, b = b, a
		}
		id := x.wanted(a, want)
		x.visitChildren(b)
		return id
	}
	mark := len(x.Kids)
	x.Push(x.wanted(a, want))
	x.Push(x.wanted(b, want))
	id := x.Group(facts.Alt, facts.Ternary, x.Span(i), mark)
	x.F.Exprs[id].Y = cond
	return id
}

// declared appends `T x`, as `out` arguments and deconstruction have it, and
// binds x.
func (x *Extractor) declared(i uint32, value facts.ExprID) facts.ExprID {
	typ, name := x.Child(i, fType), x.Child(i, fName)
	if name == 0 {
		return x.opaque(i)
	}
	if x.Nodes[name].Kind != kIdentifier {
		x.unpack(name, value)
		return x.Row(facts.Unknown, i)
	}
	var annot facts.ExprID
	if typ != 0 {
		annot = x.typeExpr(typ)
	}
	x.bindLocal(name, value, annot)
	return x.Named(facts.Name, name, x.ident(name))
}
