package csharp

import (
	"strconv"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// typeExpr appends a declared type, 0 for `var`.
func (x *Extractor) typeExpr(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() {
		return x.Row(facts.Unknown, i)
	}
	switch n.Kind {
	case kVar:
		return 0
	case kPredefined:
		return x.Named(facts.Name, i, x.Ident(i))
	case kIdentifier:
		return x.Named(facts.Name, i, x.ident(i))
	case kGeneric:
		id := x.typeName(i)
		if args := x.Tree.First(i, kTypeArguments); args != 0 {
			return x.Both(facts.Index, i, id, x.typeArguments(args))
		}
		return id
	case kQualified, kAliasQualified:
		id := x.typeName(i)
		if args := x.argumentsOfName(i); args != 0 {
			return x.Both(facts.Index, i, id, x.typeArguments(args))
		}
		return id
	case kNullable:
		if c := x.first(i); c != 0 {
			return x.wrapped("Optional", i, c)
		}
	case kArray:
		if c := x.Child(i, fType); c != 0 {
			return x.wrapped("List", i, c)
		}
	case kTupleType:
		return x.tupleType(i)
	case kTupleElement, kRefType, kScoped, kPointer:
		c := x.Child(i, fType)
		if c == 0 {
			c = x.first(i)
		}
		if c != 0 {
			return x.typeExpr(c)
		}
	case kMember, kThis, kBase:
		return x.expr(i)
	}
	return x.Row(facts.Unknown, i)
}

// madeUp is the place of a word that stands for the form of node i.
func (x *Extractor) madeUp(i uint32) facts.Span {
	return facts.Span{Start: x.Nodes[i].Start, End: x.Nodes[i].Start}
}

// wrapped appends `name[T]` for a type that is written in another way.
func (x *Extractor) wrapped(name string, i, inner uint32) facts.ExprID {
	id := x.word(name, x.madeUp(i))
	t := x.typeExpr(inner)
	if t == 0 {
		t = x.Row(facts.Unknown, inner)
	}
	return x.Both(facts.Index, i, id, t)
}

// tupleType appends `(T a, U b)`.
func (x *Extractor) tupleType(i uint32) facts.ExprID {
	id := x.word("Tuple", x.madeUp(i))
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kTupleElement {
			x.Push(x.typeExpr(c))
		}
	}
	for k := mark; k < len(x.Kids); k++ {
		if x.Kids[k] == 0 {
			x.Kids[k] = x.Row(facts.Unknown, i)
		}
	}
	return x.Both(facts.Index, i, id, x.Group(facts.List, facts.Tuple, x.Span(i), mark))
}

// typeName appends the name of a type without its type arguments.
func (x *Extractor) typeName(i uint32) facts.ExprID {
	switch x.Nodes[i].Kind {
	case kIdentifier, kPredefined:
		return x.Named(facts.Name, i, x.ident(i))
	case kGeneric:
		if name := x.Tree.First(i, kIdentifier); name != 0 {
			id := x.Named(facts.Name, name, x.ident(name))
			x.F.Exprs[id].Lo = x.numberOfTypes(i)
			return id
		}
	case kAliasQualified: // global::A
		if name := x.Child(i, fName); name != 0 {
			return x.typeName(name)
		}
	case kQualified:
		qualifier, name := x.Child(i, fQualifier), x.Child(i, fName)
		if qualifier == 0 || name == 0 || x.Nodes[qualifier].Deep() {
			break
		}
		if x.Nodes[name].Kind == kGeneric {
			name = x.Tree.First(name, kIdentifier)
		}
		if name == 0 {
			break
		}
		object := x.typeName(qualifier)
		return x.attr(i, object, x.ident(name))
	default:
		return x.typeArgument(i)
	}
	return x.Row(facts.Unknown, i)
}

// numberOfTypes counts the type arguments of the generic name at node i: types
// of one name are told apart by it.
func (x *Extractor) numberOfTypes(i uint32) int32 {
	n := int32(0)
	if list := x.Tree.First(i, kTypeArguments); list != 0 {
		for c := x.first(list); c != 0; c = x.from(list, x.Nodes[c].Next) {
			n++
		}
	}
	return max(n, 1) // typeof(List<>)
}

// argumentsOfName returns the type arguments that the name at node i ends
// with, or 0.
func (x *Extractor) argumentsOfName(i uint32) uint32 {
	switch x.Nodes[i].Kind {
	case kGeneric:
		return x.Tree.First(i, kTypeArguments)
	case kQualified, kAliasQualified, kMember, kMemberBinding:
		if name := x.Child(i, fName); name != 0 && x.Nodes[name].Kind == kGeneric {
			return x.Tree.First(name, kTypeArguments)
		}
	case kConditionalAccess:
		if c := x.last(i); c != 0 && x.Nodes[c].Kind == kMemberBinding {
			return x.argumentsOfName(c)
		}
	case kNullable:
		if c := x.first(i); c != 0 {
			return x.argumentsOfName(c)
		}
	}
	return 0
}

// typeArguments appends what stands between < and >: one type, or a list.
func (x *Extractor) typeArguments(i uint32) facts.ExprID {
	first := x.first(i)
	if first == 0 {
		return x.Row(facts.Unknown, i) // List<>
	}
	if x.from(i, x.Nodes[first].Next) == 0 {
		return x.typeArgument(first)
	}
	mark := len(x.Kids)
	for c := first; c != 0; c = x.from(i, x.Nodes[c].Next) {
		x.Push(x.typeArgument(c))
	}
	return x.Group(facts.List, facts.Tuple, x.Span(i), mark)
}

// typeArgument appends a type that must be there.
func (x *Extractor) typeArgument(i uint32) facts.ExprID {
	if id := x.typeExpr(i); id != 0 {
		return id
	}
	return x.Row(facts.Unknown, i)
}

// typeKeywords pushes type arguments as keyword arguments of a call, named
// `<0>`, `<1>` and so on.
func (x *Extractor) typeKeywords(i uint32) {
	n := 0
	for c := x.first(i); c != 0; c = x.from(i, x.Nodes[c].Next) {
		id := x.Over(facts.Arg, 0, c, x.typeArgument(c))
		x.F.Exprs[id].Name = x.typeKeyword(n)
		x.Push(id)
		n++
	}
}

// typeKeyword names the n-th type argument or parameter.
func (x *Extractor) typeKeyword(n int) facts.Sym {
	x.text = append(strconv.AppendInt(append(x.text[:0], '<'), int64(n), 10), '>')
	return x.Sym(x.text)
}

// annotated appends a declared type with the attributes of what has it.
func (x *Extractor) annotated(i, typ uint32) facts.ExprID {
	var t facts.ExprID
	if typ != 0 {
		t = x.typeExpr(typ)
	}
	if !x.Has(i, kAttributes) {
		return t
	}
	if t == 0 {
		t = x.Row(facts.Unknown, i)
	}
	span := x.madeUp(i)
	mark := len(x.Kids)
	x.Push(t)
	x.pushAttributes(i)
	if len(x.Kids) == mark+1 {
		x.Kids = x.Kids[:mark]
		return t
	}
	list := x.Group(facts.List, facts.Tuple, x.Span(i), mark)
	word := x.word("Annotated", span)
	return x.Both(facts.Index, i, word, list)
}

// attributes lists the attributes of a declaration.
func (x *Extractor) attributes(i uint32) (lo, n int32) {
	mark := len(x.Kids)
	x.pushAttributes(i)
	return x.Pop(mark)
}

// pushAttributes pushes the attributes of a declaration, but those of what a
// function returns.
func (x *Extractor) pushAttributes(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kAttributes {
			continue
		}
		if t := x.Tree.First(c, kAttributeTarget); t != 0 && len(x.Source(t)) >= 6 && string(x.Source(t)[:6]) == "return" {
			continue
		}
		last := x.Nodes[c].Next
		for a := c + 1; a < last; a = x.Nodes[a].Next {
			if x.Nodes[a].Kind == kAttribute {
				x.Push(x.attribute(a))
			}
		}
	}
}

// attribute appends an attribute: a call, or the name if it has no arguments.
func (x *Extractor) attribute(i uint32) facts.ExprID {
	name, args := x.Child(i, fName), x.Tree.First(i, kAttributeArguments)
	if name == 0 {
		return x.Row(facts.Unknown, i)
	}
	if args == 0 && x.argumentsOfName(name) == 0 {
		return x.typeName(name)
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	callee := x.typeName(name)
	mark := len(x.Kids)
	if args != 0 {
		end := x.Nodes[args].Next
		for c := args + 1; c < end; c = x.Nodes[c].Next {
			if x.Nodes[c].Kind == kAttributeArgument {
				x.attributeArgument(c)
			}
		}
	}
	if types := x.argumentsOfName(name); types != 0 {
		x.typeKeywords(types)
	}
	id := x.Group(facts.Call, 0, x.Span(i), mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	return id
}

// attributeArgument pushes `v`, `name: v` or `Name = v`.
func (x *Extractor) attributeArgument(i uint32) {
	var name, value uint32
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch {
		case x.Nodes[c].Kind == syntax.Error || x.Nodes[c].Missing():
		case x.Nodes[c].Field() == fName:
			name = c
		case value == 0:
			value = c
		case name == 0 && x.Nodes[value].Kind == kIdentifier: // `name: v`
			name, value = value, c
		}
	}
	if value == 0 {
		value, name = name, 0 // an identifier
	}
	if value == 0 {
		return
	}
	if x.Nodes[value].Kind == kAssignment {
		left, right := x.Child(value, fLeft), x.Child(value, fRight)
		if left != 0 && right != 0 && x.Nodes[left].Kind == kIdentifier {
			name, value = left, right
		}
	}
	id := x.Over(facts.Arg, 0, i, x.expr(value))
	if name != 0 {
		x.F.Exprs[id].Name = x.ident(name)
	}
	x.Push(id)
}
