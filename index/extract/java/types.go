package java

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// Names of types that Java writes in another way, as package facts has them.
var (
	nameList      = []byte("List")
	nameAnnotated = []byte("Annotated")
	nameShared    = []byte("ClassVar")
	nameEnum      = []byte("Enum")
	nameVar       = []byte("var")
)

// typeExpr appends the type at node i.
func (x *Extractor) typeExpr(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() {
		return x.Row(facts.Unknown, i)
	}
	switch n.Kind {
	case kTypeIdentifier, kIdentifier, kPrimitive, kVoid:
		return x.Named(facts.Name, i, x.Ident(i))
	case kScopedIdentifier:
		return x.dotted(i)
	case kScopedType:
		return x.scopedType(i)
	case kGenericType:
		return x.genericType(i)
	case kArrayType:
		element := x.Child(i, fElement)
		if element == 0 {
			return x.opaque(i)
		}
		return x.listOf(x.typeExpr(element), x.dimensions(x.Child(i, fDimensions)), x.Span(i))
	case kAnnotatedType:
		return x.annotatedType(i)
	case kWildcard:
		if c := x.first(i); c != 0 {
			if x.Nodes[c].Kind == kSuper {
				c = x.Nodes[c].Next
			}
			if c < n.Next {
				return x.typeExpr(c)
			}
		}
		return x.Row(facts.Unknown, i)
	case kCatchType:
		mark := len(x.Kids)
		for c := i + 1; c < n.Next; c = x.Nodes[c].Next {
			x.Push(x.typeExpr(c))
		}
		return x.oneOf(mark, x.Span(i))
	}
	return x.opaque(i)
}

// oneOf appends the alternatives pushed since mark; a single one is itself.
func (x *Extractor) oneOf(mark int, span facts.Span) facts.ExprID {
	if len(x.Kids) == mark+1 {
		id := x.Kids[mark]
		x.Kids = x.Kids[:mark]
		return id
	}
	return x.Group(facts.Alt, 0, span, mark)
}

// scopedType appends `a.B.C` as attributes of a name.
func (x *Extractor) scopedType(i uint32) facts.ExprID {
	var id facts.ExprID
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kMarkerAnnotation, kAnnotation:
		case kTypeIdentifier, kIdentifier:
			if id == 0 {
				id = x.typeExpr(c)
				continue
			}
			row := x.Add(facts.Attr, 0, facts.Span{Start: x.Nodes[i].Start, End: x.Nodes[c].End})
			x.F.Exprs[row].X, x.F.Exprs[row].Name = id, x.Ident(c)
			id = row
		default:
			if id == 0 {
				id = x.typeExpr(c)
			}
		}
	}
	if id == 0 {
		return x.Row(facts.Unknown, i)
	}
	return id
}

// genericType appends `Name<A, B>` as an index; `Name<>` is the name.
func (x *Extractor) genericType(i uint32) facts.ExprID {
	name := x.first(i)
	if name == 0 || x.Nodes[name].Kind == kTypeArguments {
		return x.opaque(i)
	}
	value := x.typeExpr(name)
	arguments := x.Tree.First(i, kTypeArguments)
	if arguments == 0 {
		return value
	}
	first := x.first(arguments)
	if first == 0 {
		return value
	}
	end := x.Nodes[arguments].Next
	if x.Nodes[first].Next >= end {
		return x.Both(facts.Index, i, value, x.typeExpr(first))
	}
	mark := len(x.Kids)
	for c := first; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != syntax.Error {
			x.Push(x.typeExpr(c))
		}
	}
	list := x.Group(facts.List, facts.Tuple, facts.Span{Start: x.Nodes[first].Start, End: x.Nodes[end-1].End}, mark)
	return x.Both(facts.Index, i, value, list)
}

// annotatedType appends a type with annotations where it is used, as in
// `List<@NotNull Order>`.
func (x *Extractor) annotatedType(i uint32) facts.ExprID {
	c := x.first(i)
	if c == 0 {
		return x.opaque(i)
	}
	return x.annotated(x.typeExpr(c), i)
}

// dimensions counts the brackets of node i, which may be 0.
func (x *Extractor) dimensions(i uint32) int {
	if i == 0 {
		return 0
	}
	return bytes.Count(x.Source(i), []byte("["))
}

// listOf makes a type the element type of as many lists.
func (x *Extractor) listOf(element facts.ExprID, depth int, span facts.Span) facts.ExprID {
	for range min(depth, maxDimensions) {
		element = x.applied(nameList, element, span)
	}
	return element
}

// maxDimensions is how many dimensions the Java virtual machine allows.
const maxDimensions = 255

// applied appends `name[argument]`, where the source says it in another way.
func (x *Extractor) applied(name []byte, argument facts.ExprID, span facts.Span) facts.ExprID {
	head := x.Add(facts.Name, 0, span)
	x.F.Exprs[head].Name = x.Sym(name)
	id := x.Add(facts.Index, 0, span)
	x.F.Exprs[id].X, x.F.Exprs[id].Y = head, argument
	return id
}

// annotated adds the annotations among the children of node i to a type, which
// may be 0.
func (x *Extractor) annotated(t facts.ExprID, i uint32) facts.ExprID {
	if i == 0 || !x.Has(i, kAnnotation) && !x.Has(i, kMarkerAnnotation) {
		return t
	}
	mark := len(x.Kids)
	if t != 0 {
		x.Push(t)
	}
	x.annotations(i)
	list := x.Group(facts.List, facts.Tuple, x.Span(i), mark)
	return x.applied(nameAnnotated, list, x.Span(i))
}

// declared appends the type of a variable or parameter at node i, whose
// declarator, if it isn't 0, may have dimensions of its own. It is 0 for `var`.
func (x *Extractor) declared(i, declarator uint32) facts.ExprID {
	if i == 0 || x.Nodes[i].Kind == kTypeIdentifier && string(x.Source(i)) == string(nameVar) {
		return 0
	}
	t := x.typeExpr(i)
	if declarator != 0 {
		t = x.listOf(t, x.dimensions(x.Child(declarator, fDimensions)), x.Span(i))
	}
	return t
}
