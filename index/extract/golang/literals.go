package golang

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// typeRef is the type of a composite literal. Elements may leave out theirs,
// so that one row of it may serve several literals.
type typeRef struct {
	node uint32       // the type as the source says it; 0 if it doesn't
	row  facts.ExprID // its row, 0 before it is needed
}

// composite appends `T{...}`.
func (x *Extractor) composite(i uint32) facts.ExprID {
	t, body := x.Child(i, fType), x.Child(i, fBody)
	if t == 0 || body == 0 {
		return x.opaque(i)
	}
	return x.literal(i, body, typeRef{node: t})
}

// literal appends the literal at node i with the given braces: a list, a map,
// or a call of its type.
func (x *Extractor) literal(i, body uint32, t typeRef) facts.ExprID {
	id, _ := x.literalOf(i, body, t)
	return id
}

// literalOf is literal; it also returns t with the row that it needed.
func (x *Extractor) literalOf(i, body uint32, t typeRef) (facts.ExprID, typeRef) {
	if x.Nodes[body].Missing() || x.Nodes[body].Deep() {
		return x.Row(facts.Unknown, i), t
	}
	keyed, plain := x.keys(body)
	if t.node == 0 {
		if keyed > 0 || x.first(body) == 0 {
			return x.mapLiteral(i, body, typeRef{}, true), t
		}
		return x.listLiteral(i, body, typeRef{}), t
	}
	u := x.underlying(t.node)
	switch x.Nodes[u].Kind {
	case kSliceType, kArrayType, kImplicitArrayType:
		element := typeRef{node: x.Child(u, fElement)}
		if keyed > 0 {
			return x.mapLiteral(i, body, element, false), t
		}
		return x.listLiteral(i, body, element), t
	case kMapType:
		return x.mapLiteral(i, body, typeRef{node: x.Child(u, fValue)}, false), t
	}
	if keyed > plain { // a map of a type that another file declares
		return x.mapLiteral(i, body, typeRef{}, false), t
	}
	listed := x.openCall()
	if t.row == 0 {
		t.row = x.typeExpr(x.pointed(t.node))
	}
	mark := len(x.Kids)
	x.fieldValues(body)
	return x.closeCall(listed, t.row, x.Span(i), mark), t
}

// pointed returns what the type at node i points to, or i.
func (x *Extractor) pointed(i uint32) uint32 {
	for x.Nodes[i].Kind == kPointerType || x.Nodes[i].Kind == kParenthesizedType {
		c := x.only(i)
		if c == 0 {
			break
		}
		i = c
	}
	return i
}

// keys counts the elements of a literal that have keys, and those of them whose
// key is a single name, as fields are.
func (x *Extractor) keys(body uint32) (keyed, plain int) {
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kKeyed {
			continue
		}
		keyed++
		if k := x.first(c); k != 0 {
			if k = x.only(k); k != 0 && (x.Nodes[k].Kind == kIdentifier || x.Nodes[k].Kind == kFieldName) {
				plain++
			}
		}
	}
	return keyed, plain
}

// pair returns the key and the value of a keyed element, 0 for what is missing.
func (x *Extractor) pair(i uint32) (key, value uint32) {
	key = x.first(i)
	if key == 0 {
		return 0, 0
	}
	value = x.after(i, x.Nodes[key].Next)
	return key, value
}

// fieldValues pushes the elements of a struct's literal as arguments.
func (x *Extractor) fieldValues(body uint32) {
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kKeyed:
			key, value := x.pair(c)
			if key == 0 || value == 0 || x.Nodes[value].Missing() {
				x.visitChildren(c)
				continue
			}
			id := x.Over(facts.Arg, 0, c, x.expr(value))
			x.F.Exprs[id].Name = x.Ident(key)
			x.Push(id)
		case kElement:
			if next := bytes.TrimLeft(x.Src[x.Nodes[c].End:], " \t"); len(next) > 0 && next[0] == ':' { // half-typed
				x.visitChildren(c)
				continue
			}
			x.Push(x.Over(facts.Arg, 0, c, x.expr(c)))
		default:
			x.visit(c)
		}
	}
}

// element appends an element of a list or map whose type may be left out.
func (x *Extractor) element(i uint32, t *typeRef) facts.ExprID {
	if c := x.only(i); c != 0 && x.Nodes[c].Kind == kLiteralValue {
		var id facts.ExprID
		id, *t = x.literalOf(c, c, *t)
		return id
	}
	return x.expr(i)
}

// listLiteral appends a list of the elements of a literal.
func (x *Extractor) listLiteral(i, body uint32, t typeRef) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kElement:
			x.Push(x.element(c, &t))
		case syntax.Error:
			x.visitChildren(c)
		default:
			x.visit(c)
		}
	}
	return x.Group(facts.List, 0, x.Span(i), mark)
}

// mapLiteral appends a map of the elements of a literal; fields says that keys
// which are names are those of fields.
func (x *Extractor) mapLiteral(i, body uint32, t typeRef, fields bool) facts.ExprID {
	mark := len(x.Kids)
	var keyType typeRef
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kKeyed {
			x.visit(c)
			continue
		}
		key, value := x.pair(c)
		if key == 0 || value == 0 || x.Nodes[value].Missing() {
			x.visitChildren(c)
			continue
		}
		k := x.element(key, &keyType)
		if fields && x.F.Exprs[k].Kind == facts.Name {
			x.F.Exprs[k].Kind = facts.String
		}
		v := x.element(value, &t)
		x.Push(x.Both(facts.Entry, c, v, k))
	}
	return x.Group(facts.Map, 0, x.Span(i), mark)
}

// zero appends `new(T)`: a call of T.
func (x *Extractor) zero(i, t uint32) facts.ExprID {
	listed := x.openCall()
	callee := x.typeExpr(t)
	return x.closeCall(listed, callee, x.Span(i), len(x.Kids))
}

// made appends `make(T)` of a map or list, which is empty; 0 for what else can
// be made.
func (x *Extractor) made(i, t uint32) facts.ExprID {
	var kind facts.Kind
	switch x.Nodes[x.underlying(t)].Kind {
	case kMapType:
		kind = facts.Map
	case kSliceType:
		kind = facts.List
	default:
		return 0
	}
	arguments := x.Child(i, fArguments)
	end := x.Nodes[arguments].Next
	for c := x.Nodes[t].Next; c < end; c = x.Nodes[c].Next {
		x.visit(c)
	}
	return x.Group(kind, 0, x.Span(i), len(x.Kids))
}
