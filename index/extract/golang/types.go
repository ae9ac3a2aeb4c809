package golang

import "topicls/index/facts"

// isType reports whether node i can be a type, by its form.
func (x *Extractor) isType(i uint32) bool {
	switch x.Nodes[i].Kind {
	case kTypeName, kQualifiedType, kGenericType, kPointerType, kArrayType, kSliceType, kMapType, kChannelType, kFunctionType,
		kParenthesizedType, kStructType, kInterfaceType, kIdentifier, kSelector, kInstantiation:
		return true
	}
	return false
}

var (
	textList     = []byte("List")
	textDict     = []byte("Dict")
	textChan     = []byte("Chan")
	textCallable = []byte("Callable")
	textAny      = []byte("any")
)

// typeExpr appends the type at node i.
func (x *Extractor) typeExpr(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() {
		return x.Row(facts.Unknown, i)
	}
	switch n.Kind {
	case kNil:
		return x.Row(facts.None, i)
	case kTypeName, kIdentifier:
		if string(x.Source(i)) == "nil" { // case nil, in a switch over types
			return x.Row(facts.None, i)
		}
		return x.Named(facts.Name, i, x.Ident(i))
	case kQualifiedType:
		pkg, name := x.Child(i, fPackage), x.Child(i, fName)
		if pkg == 0 || name == 0 {
			break
		}
		object := x.Named(facts.Name, pkg, x.Ident(pkg))
		id := x.Over(facts.Attr, 0, i, object)
		x.F.Exprs[id].Name = x.Ident(name)
		return id
	case kPointerType, kParenthesizedType, kTypeElem, kTypeConstraint:
		if c := x.only(i); c != 0 {
			return x.typeExpr(c)
		}
	case kGenericType:
		t, args := x.Child(i, fType), x.Child(i, fTypeArguments)
		if t == 0 || args == 0 {
			break
		}
		value := x.typeExpr(t)
		key := x.typeArguments(args)
		return x.Both(facts.Index, i, value, key)
	case kSliceType, kArrayType, kImplicitArrayType:
		if t := x.Child(i, fElement); t != 0 {
			return x.listOf(i, t)
		}
	case kChannelType:
		if t := x.Child(i, fValue); t != 0 {
			value := x.Named(facts.Name, i, x.Sym(textChan))
			key := x.typeExpr(t)
			return x.Both(facts.Index, i, value, key)
		}
	case kMapType:
		k, v := x.Child(i, fKey), x.Child(i, fValue)
		if k == 0 || v == 0 {
			break
		}
		value := x.Named(facts.Name, i, x.Sym(textDict))
		mark := len(x.Kids)
		x.Push(x.typeExpr(k))
		x.Push(x.typeExpr(v))
		key := x.Group(facts.List, facts.Tuple, facts.Span{Start: x.Nodes[k].Start, End: x.Nodes[v].End}, mark)
		return x.Both(facts.Index, i, value, key)
	case kFunctionType:
		return x.functionType(i)
	case kStructType:
		return x.structClass(i)
	case kInterfaceType:
		if !x.Has(i, kMethodElem) && !x.Has(i, kTypeElem) {
			return x.Named(facts.Name, i, x.Sym(textAny))
		}
		return x.interfaceClass(i)
	case kSelector:
		return x.selector(i)
	case kInstantiation:
		return x.instantiation(i)
	}
	return x.Row(facts.Unknown, i)
}

// listOf appends the type of node i, a list of what t is.
func (x *Extractor) listOf(i, t uint32) facts.ExprID {
	value := x.Named(facts.Name, i, x.Sym(textList))
	key := x.typeExpr(t)
	return x.Both(facts.Index, i, value, key)
}

// typeArguments appends what stands between the brackets of a generic type: a
// tuple if it is more than one.
func (x *Extractor) typeArguments(i uint32) facts.ExprID { return x.typeList(i, i+1) }

// typeList appends the children of node i from c on as types.
func (x *Extractor) typeList(i, c uint32) facts.ExprID {
	first := x.after(i, c)
	if first == 0 {
		return 0
	}
	if x.after(i, x.Nodes[first].Next) == 0 {
		return x.typeExpr(first)
	}
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	span := x.Span(first)
	for c := first; c != 0 && c < end; c = x.after(i, x.Nodes[c].Next) {
		x.Push(x.typeExpr(c))
		span.End = x.Nodes[c].End
	}
	return x.Group(facts.List, facts.Tuple, span, mark)
}

// functionType appends `func(A) B` as Callable[[A], B].
func (x *Extractor) functionType(i uint32) facts.ExprID {
	value := x.Named(facts.Name, i, x.Sym(textCallable))
	mark := len(x.Kids)
	if p := x.Child(i, fParameters); p != 0 {
		x.Push(x.parameterTypes(p))
	}
	if r := x.Child(i, fResult); r != 0 {
		x.Push(x.resultType(r))
	}
	key := x.Group(facts.List, facts.Tuple, x.Span(i), mark)
	return x.Both(facts.Index, i, value, key)
}

// parameterTypes appends the types of a parameter list as a tuple, one for
// each parameter.
func (x *Extractor) parameterTypes(i uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		k := x.Nodes[c].Kind
		t := x.Child(c, fType)
		if k != kParameter && k != kVariadicParameter || t == 0 {
			continue
		}
		id := x.typeExpr(t)
		if k == kVariadicParameter {
			name := x.Named(facts.Name, t, x.Sym(textList))
			id = x.Both(facts.Index, t, name, id)
		}
		x.Push(id)
		for n := x.Child(c, fName); n != 0; {
			if n = x.nextNamed(c, n); n != 0 {
				x.Push(id)
			}
		}
	}
	return x.Group(facts.List, facts.Tuple, x.Span(i), mark)
}

// nextNamed returns the child of node i behind n that is a name too, or 0.
func (x *Extractor) nextNamed(i, n uint32) uint32 {
	end := x.Nodes[i].Next
	for c := x.Nodes[n].Next; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Field() == fName {
			return c
		}
	}
	return 0
}

// resultType appends the result type of a function: a tuple if it has several.
func (x *Extractor) resultType(i uint32) facts.ExprID {
	if x.Nodes[i].Kind != kParameters {
		return x.typeExpr(i)
	}
	if c := x.only(i); c != 0 && x.Nodes[c].Kind == kParameter {
		t, n := x.Child(c, fType), x.Child(c, fName)
		if t != 0 && (n == 0 || x.nextNamed(c, n) == 0) {
			return x.typeExpr(t)
		}
	}
	return x.parameterTypes(i)
}

// namedType is a type declared at the top of the file.
type namedType struct {
	node  uint32        // the type it is declared as; 0 if the file has only methods of it
	class facts.ScopeID // its class; 0 before it was opened
}

// declaredTypes lists the types that the file declares, which literals and
// methods in front of them refer to.
func (x *Extractor) declaredTypes() {
	for d := uint32(1); d < x.Nodes[0].Next; d = x.Nodes[d].Next {
		if x.Nodes[d].Kind != kTypeDecl {
			continue
		}
		for c := d + 1; c < x.Nodes[d].Next; c = x.Nodes[c].Next {
			if k := x.Nodes[c].Kind; k != kTypeSpec && k != kTypeAlias {
				continue
			}
			if name, t := x.Child(c, fName), x.Child(c, fType); name != 0 && t != 0 {
				x.types[x.Ident(name)] = namedType{node: t}
			}
		}
	}
}

// maxNamed bounds how many names of types are followed to what they stand for.
const maxNamed = 8

// underlying follows pointers and names declared in the file to what node t is.
func (x *Extractor) underlying(t uint32) uint32 {
	for range maxNamed {
		switch x.Nodes[t].Kind {
		case kPointerType, kParenthesizedType, kTypeElem:
			if c := x.only(t); c != 0 {
				t = c
				continue
			}
		case kTypeName, kIdentifier:
			if n, ok := x.types[x.Ident(t)]; ok && n.node != 0 {
				t = n.node
				continue
			}
		}
		return t
	}
	return t
}

// typeSpec visits `type X T`.
func (x *Extractor) typeSpec(i uint32) {
	name, t := x.Child(i, fName), x.Child(i, fType)
	if name == 0 || t == 0 || x.Nodes[name].Missing() {
		return
	}
	if x.Nodes[i].Kind == kTypeAlias {
		value := x.typeExpr(t)
		x.bind(name, value, 0)
		return
	}
	switch x.Nodes[t].Kind {
	case kStructType:
		x.structSpec(i, name, t)
	case kInterfaceType:
		x.interfaceSpec(i, name, t)
	default:
		mark := len(x.Kids)
		x.Push(x.Over(facts.Arg, 0, t, x.typeExpr(t)))
		s := facts.Scope{Span: x.Span(i)}
		s.BaseLo, s.BaseN = x.Pop(mark)
		x.GoTo(x.openClass(name, s))
	}
}

// typeText returns the name of the type at node i without package, pointers and
// arguments; nil if it has none.
func (x *Extractor) typeText(i uint32) (name uint32) {
	for {
		switch x.Nodes[i].Kind {
		case kTypeName, kIdentifier, kFieldName:
			return i
		case kQualifiedType:
			return x.Child(i, fName)
		case kGenericType:
			if i = x.Child(i, fType); i == 0 {
				return 0
			}
		case kPointerType, kParenthesizedType:
			if i = x.only(i); i == 0 {
				return 0
			}
		default:
			return 0
		}
	}
}
