package csharp

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// assignment visits `t = v` and the like, and is the value.
func (x *Extractor) assignment(i uint32) facts.ExprID {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 || x.Nodes[right].Missing() {
		return x.opaque(i)
	}
	op := string(x.operator(left, right))
	value := x.wanted(right, x.assignedType(left, right))
	switch op {
	case "=":
		x.assign(left, value, 0)
		return value
	case "??=":
		if x.Nodes[left].Kind == kIdentifier && x.isLocal(left) {
			before := x.expr(left)
			mark := len(x.Kids)
			x.Push(before)
			x.Push(value)
			value = x.Group(facts.Alt, facts.Or, x.Span(i), mark)
		}
		x.assign(left, value, 0)
		return value
	case "+=":
		x.assign(left, value, facts.Augmented)
		return x.Row(facts.Unknown, i)
	}
	x.assign(left, x.Over(facts.Unknown, 0, right, value), facts.Augmented)
	return x.Row(facts.Unknown, i)
}

// assignedType is the node of the type that a member is declared with which is
// assigned a `new(...)`; 0 for other assignments.
func (x *Extractor) assignedType(left, right uint32) uint32 {
	if x.Nodes[right].Kind != kImplicitNew || x.class == nil || x.class.body == 0 {
		return 0
	}
	name := left
	switch x.Nodes[left].Kind {
	case kIdentifier:
		if x.isLocal(left) {
			return 0
		}
	case kMember: // this.field
		if o := x.Child(left, fExpression); o == 0 || x.Nodes[o].Kind != kThis {
			return 0
		}
		name = x.Child(left, fName)
	default:
		return 0
	}
	if name == 0 {
		return 0
	}
	return x.memberType(x.ident(name))
}

// memberType is the node of the type that a field or property of the class
// around is declared with; 0 if it has none of that name.
func (x *Extractor) memberType(name facts.Sym) uint32 {
	end := x.Nodes[x.class.body].Next
	for c := x.class.body + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kProperty:
			if n := x.Child(c, fName); n != 0 && x.ident(n) == name {
				return x.Child(c, fType)
			}
		case kField:
			vars := x.Tree.First(c, kVariables)
			if vars == 0 {
				continue
			}
			last := x.Nodes[vars].Next
			for v := vars + 1; v < last; v = x.Nodes[v].Next {
				if x.Nodes[v].Kind != kVariable {
					continue
				}
				if n := x.Child(v, fName); n != 0 && x.ident(n) == name {
					return x.Child(vars, fType)
				}
			}
		}
	}
	return 0
}

// isLocal reports whether the identifier at node i is a variable of a function
// around it.
func (x *Extractor) isLocal(i uint32) bool {
	_, ok := x.locals.in[x.ident(i)]
	return ok
}

// assign binds the target at node i to a value.
func (x *Extractor) assign(i uint32, value facts.ExprID, flag facts.Flag) {
	n := &x.Nodes[i]
	if n.Missing() || n.Deep() {
		return
	}
	b := facts.Binding{Scope: x.Scope, Block: x.Block, Value: value, Flag: flag, Span: x.Span(i)}
	switch n.Kind {
	case kIdentifier:
		if b.Name = x.ident(i); b.Name == 0 || x.is(i, "_") {
			return
		}
		x.memberOrLocal(i, &b)
	case kMember:
		object, name := x.Child(i, fExpression), x.Child(i, fName)
		if object == 0 || name == 0 || x.Nodes[name].Missing() {
			return
		}
		b.Target, b.Obj, b.Name, b.Span = facts.ToAttr, x.expr(object), x.memberName(name), x.Span(name)
	case kElement:
		object, list := x.Child(i, fExpression), x.Child(i, fSubscript)
		if object == 0 || list == 0 {
			return
		}
		b.Target, b.Obj = facts.ToIndex, x.expr(object)
		b.Key = x.indexes(i, list)
	case kTuple, kTuplePattern, kDesignation:
		x.unpack(i, value)
		return
	case kParenthesized, kPostfix, kRef:
		if c := x.first(i); c != 0 {
			x.assign(c, value, flag)
		}
		return
	case kDeclaration:
		x.declared(i, value)
		return
	default:
		x.visit(i)
		return
	}
	if b.Target != facts.ToIndex && b.Name == 0 {
		return
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// memberOrLocal completes the binding of an unqualified name: of a variable of
// this function or one around it, or else of a member.
func (x *Extractor) memberOrLocal(i uint32, b *facts.Binding) {
	in, ok := x.locals.in[b.Name]
	switch {
	case ok && in == x.Scope, !ok && x.class == nil:
	case ok:
		x.Globals = append(x.Globals, b.Name)
	default:
		b.Target, b.Obj = facts.ToAttr, x.self(i)
	}
}

// self appends the object that an unqualified member at node i belongs to:
// this, or the class in static code.
func (x *Extractor) self(i uint32) facts.ExprID {
	for s := x.Scope; s != 0; s = x.F.Scopes[s].Parent {
		scope := &x.F.Scopes[s]
		if scope.Kind == facts.FuncScope && x.F.Scopes[scope.Parent].Kind == facts.ClassScope {
			if scope.Flag&facts.Static == 0 {
				return x.word("this", x.madeUp(i))
			}
			break
		}
	}
	id := x.Add(facts.Name, 0, x.madeUp(i))
	x.F.Exprs[id].Name = x.class.name
	return id
}

// unpack binds the names of a tuple pattern to the elements of value.
func (x *Extractor) unpack(i uint32, value facts.ExprID) {
	n := int32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		t := c
		switch x.Nodes[c].Kind {
		case kVar, syntax.Error, kToken:
			continue
		case kArgument:
			if t = x.last(c); t == 0 {
				n++
				continue
			}
		}
		var item facts.ExprID
		if value != 0 {
			item = x.Over(facts.Item, 0, t, value)
			x.F.Exprs[item].Lo = n
		}
		n++
		declares := x.Nodes[i].Kind != kTuple
		switch {
		case x.Nodes[t].Kind == kTuplePattern, x.Nodes[t].Kind == kDesignation, x.Nodes[t].Kind == kTuple:
			x.unpack(t, item)
		case x.Nodes[t].Kind == kDiscard:
		case declares && x.Nodes[t].Kind == kIdentifier:
			if !x.is(t, "_") {
				x.bindLocal(t, item, 0)
			}
		case item != 0:
			x.assign(t, item, 0)
		}
	}
}
