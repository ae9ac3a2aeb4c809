package ecmascript

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// typeExpr appends a type.
func (x *Extractor) typeExpr(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() {
		return x.Row(facts.Unknown, i)
	}
	switch n.Kind {
	case kTypeAnnotation, kParenthesizedType, kReadonlyType:
		if c := x.first(i); c != 0 {
			return x.typeExpr(c)
		}
	case kPredicateAnnotation:
		return x.Named(facts.Name, i, x.Sym([]byte("boolean")))
	case kPredefinedType, kTypeIdentifier, kIdentifier, kThis:
		return x.Named(facts.Name, i, x.Ident(i))
	case kNestedType:
		return x.nestedType(i)
	case kGenericType:
		return x.genericType(i)
	case kUnionType, kIntersectionType:
		mark := len(x.Kids)
		x.typeAlternatives(i, n.Kind)
		return x.Group(facts.Alt, 0, x.Span(i), mark)
	case kArrayType:
		if c := x.first(i); c != 0 {
			return x.wrapType("List", i, x.typeExpr(c))
		}
	case kOptionalType:
		if c := x.first(i); c != 0 {
			return x.wrapType("Optional", i, x.typeExpr(c))
		}
	case kRestType:
		if c := x.first(i); c != 0 {
			return x.typeExpr(c)
		}
	case kTupleType:
		return x.tupleType(i)
	case kObjectType:
		return x.shape(i, []uint32{i}, 0, facts.Span{}, len(x.Kids))
	case kFunctionType, kConstructorType:
		return x.functionType(i)
	case kLiteralType:
		if c := x.first(i); c != 0 {
			return x.expr(c)
		}
	case kTemplateType:
		return x.template(i)
	case kMember, kCall: // import('m').T
		return x.expr(i)
	}
	return x.Row(facts.Unknown, i)
}

// typeName appends the name of a type constructor that is not in the source.
func (x *Extractor) typeName(name string, i uint32) facts.ExprID {
	start := x.Nodes[i].Start
	id := x.Add(facts.Name, 0, facts.Span{Start: start, End: start})
	x.F.Exprs[id].Name = x.Sym([]byte(name))
	return id
}

// wrapType appends `name[inner]`.
func (x *Extractor) wrapType(name string, i uint32, inner facts.ExprID) facts.ExprID {
	return x.Both(facts.Index, i, x.typeName(name, i), inner)
}

// nestedType appends `A.B`.
func (x *Extractor) nestedType(i uint32) facts.ExprID {
	module, name := x.Child(i, fModule), x.Child(i, fName)
	if module == 0 || name == 0 || !x.isName(name) {
		return x.opaque(i)
	}
	value := x.expr(module)
	id := x.Over(facts.Attr, 0, i, value)
	x.F.Exprs[id].Name = x.Ident(name)
	return id
}

// genericType appends `Name<T, U>` as a subscript.
func (x *Extractor) genericType(i uint32) facts.ExprID {
	name, args := x.Child(i, fName), x.Child(i, fTypeArguments)
	if name == 0 {
		name = x.first(i)
	}
	if args == 0 {
		args = x.Tree.First(i, kTypeArguments)
	}
	if name == 0 || args == 0 || name == args {
		return x.opaque(i)
	}
	value := x.typeExpr(name)
	key := x.typeArguments(args)
	return x.Both(facts.Index, i, value, key)
}

// typeArguments appends what stands between < and >.
func (x *Extractor) typeArguments(i uint32) facts.ExprID {
	first := x.first(i)
	if first == 0 {
		return 0
	}
	if x.Nodes[first].Next >= x.Nodes[i].Next {
		return x.typeExpr(first)
	}
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != syntax.Error {
			x.Push(x.typeExpr(c))
		}
	}
	return x.Group(facts.List, facts.Tuple, x.Span(i), mark)
}

// typeAlternatives pushes the members of a chain of | or &.
func (x *Extractor) typeAlternatives(i uint32, kind syntax.Kind) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch k := x.Nodes[c].Kind; {
		case k == syntax.Error:
		case k == kind && !x.Nodes[c].Deep():
			x.typeAlternatives(c, kind)
		default:
			x.Push(x.typeExpr(c))
		}
	}
}

// tupleType appends `[A, b: B]`.
func (x *Extractor) tupleType(i uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case syntax.Error:
		case kRequiredParameter, kOptionalParameter:
			if t := x.Child(c, fType); t != 0 {
				x.Push(x.typeExpr(t))
			}
		default:
			x.Push(x.typeExpr(c))
		}
	}
	list := x.Group(facts.List, facts.Tuple, x.Span(i), mark)
	return x.Both(facts.Index, i, x.typeName("Tuple", i), list)
}

// functionType appends `(a: A) => R` as Callable[[A], R].
func (x *Extractor) functionType(i uint32) facts.ExprID {
	mark := len(x.Kids)
	if p := x.Child(i, fParameters); p != 0 {
		end := x.Nodes[p].Next
		for c := p + 1; c < end; c = x.Nodes[c].Next {
			if t := x.Child(c, fType); t != 0 {
				x.Push(x.typeExpr(t))
			} else if x.Nodes[c].Kind != syntax.Error {
				x.Push(x.Row(facts.Unknown, c))
			}
		}
	}
	params := x.Group(facts.List, 0, x.Span(i), mark)
	mark = len(x.Kids)
	x.Push(params)
	result := x.Child(i, fReturnType)
	if result == 0 {
		result = x.Child(i, fType)
	}
	if result != 0 {
		x.Push(x.typeExpr(result))
	}
	list := x.Group(facts.List, facts.Tuple, x.Span(i), mark)
	return x.Both(facts.Index, i, x.typeName("Callable", i), list)
}

// typeAlias visits `type X = T`. An object type, and object types and others
// that are taken together, are the class X.
func (x *Extractor) typeAlias(i uint32) {
	name, value := x.Child(i, fName), x.Child(i, fValue)
	if name == 0 || value == 0 || !x.isName(name) {
		return
	}
	sym, span := x.Ident(name), x.Span(name)
	x.declare(sym)
	mark := len(x.Kids)
	switch x.Nodes[value].Kind {
	case kObjectType:
		if x.Tree.First(value, kIndexSignature) == 0 {
			x.shape(i, []uint32{value}, sym, span, mark)
			return
		}
	case kIntersectionType:
		x.shape(i, x.intersected(value, nil), sym, span, mark)
		return
	}
	x.bindType(sym, span, x.typeExpr(value))
}

// bindType binds a name to a type, unless the scope binds it to a value too
// (`const T = {...}; type T = typeof T[keyof typeof T]`): that is what the name
// means wherever values stand.
func (x *Extractor) bindType(name facts.Sym, span facts.Span, value facts.ExprID) {
	x.types = append(x.types, facts.Binding{Scope: x.Scope, Block: x.Block, Name: name, Value: value, Span: span})
}

// bindTypes binds the types that have no value of their name.
func (x *Extractor) bindTypes() {
	if len(x.types) == 0 {
		return
	}
	type place struct {
		scope facts.ScopeID
		name  facts.Sym
	}
	taken := map[place]bool{}
	for i := range x.F.Bindings {
		if b := &x.F.Bindings[i]; b.Target == facts.ToName {
			taken[place{b.Scope, b.Name}] = true
		}
	}
	for _, b := range x.types {
		if !taken[place{b.Scope, b.Name}] {
			x.F.Bindings = append(x.F.Bindings, b)
		}
	}
}

// intersected pushes the named types of an intersection as bases and lists its
// object types.
func (x *Extractor) intersected(i uint32, bodies []uint32) []uint32 {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch k := x.Nodes[c].Kind; {
		case k == syntax.Error:
		case k == kIntersectionType && !x.Nodes[c].Deep():
			bodies = x.intersected(c, bodies)
		case k == kObjectType && !x.Nodes[c].Deep():
			bodies = append(bodies, c)
		default:
			x.Push(x.Over(facts.Arg, 0, c, x.typeExpr(c)))
		}
	}
	return bodies
}
