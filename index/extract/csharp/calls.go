package csharp

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// call appends a call. Type arguments are keyword arguments behind the others.
func (x *Extractor) call(i uint32) facts.ExprID {
	function, args := x.Child(i, fFunction), x.Child(i, fArguments)
	if function == 0 || args == 0 {
		return x.opaque(i)
	}
	if x.Nodes[function].Kind == kIdentifier && x.is(function, "nameof") {
		if id := x.nameof(i, args); id != 0 {
			return id
		}
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0) // before those in it: they are in source order
	receiver := x.receiver
	callee := x.callee(function)
	x.receiver = 0
	mark := len(x.Kids)
	var outs []uint32
	outs = x.arguments(args, outs)
	if types := x.argumentsOfName(function); types != 0 {
		x.typeKeywords(types)
	}
	x.receiver = receiver
	id := x.Group(facts.Call, 0, x.Span(i), mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	if e := &x.F.Exprs[id]; x.F.Exprs[callee].Start < e.Start { // of a chain of ?.
		e.Start = x.F.Exprs[callee].Start
	}
	x.bindOuts(id, function, outs)
	return id
}

// callee appends what is called, without its type arguments.
func (x *Extractor) callee(i uint32) facts.ExprID {
	if x.Nodes[i].Kind == kGeneric {
		return x.typeName(i)
	}
	return x.expr(i)
}

// bindOuts binds the variables given for `out` parameters. Those of a method
// TryX, whose own result is whether there is a value, are its value.
func (x *Extractor) bindOuts(call facts.ExprID, function uint32, outs []uint32) {
	if len(outs) == 0 {
		return
	}
	tries := bytes.HasPrefix(x.calledName(function), []byte("Try"))
	for _, o := range outs {
		value := call
		if !tries {
			value = x.Over(facts.Unknown, 0, o, call)
		}
		if x.Nodes[o].Kind == kDeclaration {
			x.declared(o, value)
		} else {
			x.assign(o, value, 0)
		}
	}
}

// calledName returns the last name of what is called.
func (x *Extractor) calledName(i uint32) []byte {
	switch x.Nodes[i].Kind {
	case kIdentifier:
		return x.Source(i)
	case kGeneric:
		if name := x.Tree.First(i, kIdentifier); name != 0 {
			return x.Source(name)
		}
	case kMember, kMemberBinding:
		if name := x.Child(i, fName); name != 0 {
			return x.calledName(name)
		}
	case kConditionalAccess:
		if c := x.last(i); c != 0 && x.Nodes[c].Kind == kMemberBinding {
			return x.calledName(c)
		}
	}
	return nil
}

// nameof appends the name that is the argument of nameof; 0 if it has none.
func (x *Extractor) nameof(i, args uint32) facts.ExprID {
	arg := x.Tree.First(args, kArgument)
	if arg == 0 || x.Nodes[arg].Next != x.Nodes[args].Next {
		return 0
	}
	v := x.first(arg)
	if v == 0 {
		return 0
	}
	name := x.calledName(v)
	if x.Nodes[v].Kind == kPredefined || name == nil {
		return 0
	}
	return x.Named(facts.String, i, x.Sym(bytes.TrimPrefix(name, []byte("@"))))
}

// arguments pushes the arguments of a call. It appends to outs those that are
// given for `out` parameters.
func (x *Extractor) arguments(i uint32, outs []uint32) []uint32 {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch {
		case x.Nodes[c].Kind == kArgument:
			if out := x.argument(c); out != 0 {
				outs = append(outs, out)
			}
		default:
			x.visit(c)
		}
	}
	return outs
}

// argument pushes one argument. The result is what is given for an `out`
// parameter, or 0.
func (x *Extractor) argument(i uint32) (out uint32) {
	var name uint32
	if c := x.Child(i, fName); c != 0 && x.Nodes[c].Kind == kIdentifier && x.from(i, x.Nodes[c].Next) != 0 {
		name = c
	}
	v := x.last(i)
	if v == 0 || x.Nodes[v].Missing() {
		return 0
	}
	var value facts.ExprID
	switch {
	case x.Nodes[v].Kind == kDeclaration:
		// Declared behind the call.
		value = x.Row(facts.Unknown, v)
		out = v
	case x.Has(i, kOut):
		value = x.expr(v)
		if x.Nodes[v].Kind != kDiscard && !x.is(v, "_") {
			out = v
		}
	default:
		value = x.expr(v)
	}
	id := x.Over(facts.Arg, 0, i, value)
	if name != 0 {
		x.F.Exprs[id].Name = x.ident(name)
	}
	x.Push(id)
	return out
}

// creation appends `new T(a) { ... }`.
func (x *Extractor) creation(i uint32) facts.ExprID {
	typ := x.Child(i, fType)
	if typ == 0 {
		return x.opaque(i)
	}
	return x.create(i, typ, x.Child(i, fArguments), x.Child(i, fInitializer))
}

// implicitCreation appends `new(a) { ... }`: of the type that is wanted, or a
// map of what is known.
func (x *Extractor) implicitCreation(i, want uint32) facts.ExprID {
	args, init := x.Tree.First(i, kArguments), x.Tree.First(i, kInitializer)
	if want != 0 {
		if x.Nodes[want].Kind == kNullable {
			want = x.first(want)
		}
		if want != 0 {
			switch x.Nodes[want].Kind {
			case kIdentifier, kGeneric, kQualified, kAliasQualified:
				return x.create(i, want, args, init)
			}
		}
	}
	if init != 0 {
		x.visitArguments(args)
		return x.initializer(i, init, 0)
	}
	mark := len(x.Kids)
	x.visitArguments(args)
	return x.Group(facts.Map, 0, x.Span(i), mark)
}

// visitArguments visits arguments that nothing refers to.
func (x *Extractor) visitArguments(i uint32) {
	if i != 0 {
		x.visitChildren(i)
	}
}

// create appends the creation of an object of the type at node typ: a map or a
// list where its braces hold entries or elements, otherwise a call.
func (x *Extractor) create(i, typ, args, init uint32) facts.ExprID {
	form := x.braces(init)
	if form == bracesEntries && x.isDictionary(typ) || form == bracesElements {
		x.visitArguments(args)
		if form == bracesElements {
			var flag facts.Flag
			if bytes.HasSuffix(x.simpleName(typ), []byte("Set")) {
				flag = facts.Set
			}
			return x.list(i, init, flag)
		}
		return x.entries(i, init)
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	receiver := x.receiver
	x.receiver = 0
	callee := x.typeName(typ)
	mark := len(x.Kids)
	var outs []uint32
	if args != 0 {
		outs = x.arguments(args, outs)
	}
	switch form {
	case bracesMembers:
		x.memberArguments(init)
	case bracesEntries:
		entries := x.entries(init, init)
		x.Push(x.Over(facts.Arg, facts.SpreadMap, init, entries))
	}
	if types := x.argumentsOfName(typ); types != 0 {
		x.typeKeywords(types)
	}
	x.receiver = receiver
	id := x.Group(facts.Call, 0, x.Span(i), mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	x.bindOuts(id, typ, outs)
	return id
}

// simpleName returns the name of a type without what stands in front of it
// and its type arguments.
func (x *Extractor) simpleName(typ uint32) []byte {
	switch x.Nodes[typ].Kind {
	case kGeneric:
		if name := x.Tree.First(typ, kIdentifier); name != 0 {
			return x.Source(name)
		}
	case kQualified, kAliasQualified:
		if name := x.Child(typ, fName); name != 0 {
			return x.simpleName(name)
		}
	case kNullable:
		if c := x.first(typ); c != 0 {
			return x.simpleName(c)
		}
	}
	return x.Source(typ)
}

// isDictionary reports whether a type is called like a map.
func (x *Extractor) isDictionary(typ uint32) bool {
	return bytes.Contains(x.simpleName(typ), []byte("Dictionary"))
}

// What stands in the braces behind `new T`.
const (
	bracesNone     = iota
	bracesMembers  // A = b
	bracesEntries  // { a, b } or [a] = b
	bracesElements // a
)

// braces says what an initializer holds.
func (x *Extractor) braces(i uint32) int {
	if i == 0 {
		return bracesNone
	}
	form := bracesNone
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kAssignment:
			left := x.Child(c, fLeft)
			if left != 0 && x.Nodes[left].Kind == kIdentifier {
				return bracesMembers
			}
			form = bracesEntries
		case kInitializer:
			if form == bracesNone {
				form = bracesEntries
			}
		case syntax.Error:
		default:
			if form == bracesNone {
				form = bracesElements
			}
		}
	}
	return form
}

// initializer appends what stands in braces without a type.
func (x *Extractor) initializer(i, init, want uint32) facts.ExprID {
	switch x.braces(init) {
	case bracesMembers:
		return x.memberMap(i, init)
	case bracesEntries:
		if want != 0 && x.Nodes[want].Kind == kArray {
			return x.list(i, init, 0) // of lists
		}
		return x.entries(i, init)
	}
	return x.list(i, init, 0)
}

// memberArguments pushes `A = b` as keyword arguments.
func (x *Extractor) memberArguments(init uint32) {
	end := x.Nodes[init].Next
	for c := init + 1; c < end; c = x.Nodes[c].Next {
		left, right := x.sides(c)
		if right == 0 || x.Nodes[left].Kind != kIdentifier {
			x.visit(c)
			continue
		}
		id := x.Over(facts.Arg, 0, c, x.expr(right))
		x.F.Exprs[id].Name = x.ident(left)
		x.Push(id)
	}
}

// sides returns both sides of an assignment, or 0.
func (x *Extractor) sides(i uint32) (left, right uint32) {
	if x.Nodes[i].Kind != kAssignment {
		return 0, 0
	}
	left, right = x.Child(i, fLeft), x.Child(i, fRight)
	if left == 0 || right == 0 || x.Nodes[right].Missing() {
		return 0, 0
	}
	return left, right
}

// memberMap appends `{ A = b }` as a map.
func (x *Extractor) memberMap(i, init uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[init].Next
	for c := init + 1; c < end; c = x.Nodes[c].Next {
		left, right := x.sides(c)
		if right == 0 || x.Nodes[left].Kind != kIdentifier {
			x.visit(c)
			continue
		}
		x.entry(c, left, right)
	}
	return x.Group(facts.Map, 0, x.Span(i), mark)
}

// entry pushes the entry of a map whose key is the name at node name.
func (x *Extractor) entry(i, name, value uint32) {
	key := x.Named(facts.String, name, x.ident(name))
	v := x.expr(value)
	x.Push(x.Both(facts.Entry, i, v, key))
}

// entries appends `{ { a, b }, [c] = d }` as a map.
func (x *Extractor) entries(i, init uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[init].Next
	for c := init + 1; c < end; c = x.Nodes[c].Next {
		if left, right := x.sides(c); right != 0 {
			key := x.indexes(left, left)
			value := x.expr(right)
			x.Push(x.Both(facts.Entry, c, value, key))
			continue
		}
		if x.Nodes[c].Kind != kInitializer || x.Nodes[c].Deep() {
			x.visit(c)
			continue
		}
		k := x.first(c)
		if k == 0 {
			continue
		}
		v := x.from(c, x.Nodes[k].Next)
		if v == 0 {
			x.visit(k)
			continue
		}
		key := x.expr(k)
		value := x.expr(v)
		x.Push(x.Both(facts.Entry, c, value, key))
	}
	return x.Group(facts.Map, 0, x.Span(i), mark)
}

// list appends the elements in braces.
func (x *Extractor) list(i, init uint32, flag facts.Flag) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[init].Next
	for c := init + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == syntax.Error || x.Nodes[c].Missing() {
			x.visit(c)
			continue
		}
		x.Push(x.expr(c))
	}
	return x.Group(facts.List, flag, x.Span(i), mark)
}

// anonymous appends `new { A = b, c, d.E }` as a map.
func (x *Extractor) anonymous(i uint32) facts.ExprID {
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		next := x.Nodes[c].Next
		switch {
		case x.Nodes[c].Kind == syntax.Error:
			x.visit(c)
		case x.Nodes[c].Kind == kIdentifier && next < end && len(x.operator(c, next)) == 1 && x.operator(c, next)[0] == '=':
			x.entry(c, c, next)
			c = next
		default:
			name := x.calledName(c)
			if name == nil {
				x.visit(c)
				continue
			}
			key := x.Named(facts.String, c, x.Sym(bytes.TrimPrefix(name, []byte("@"))))
			value := x.expr(c)
			x.Push(x.Both(facts.Entry, c, value, key))
		}
	}
	return x.Group(facts.Map, 0, x.Span(i), mark)
}

// with appends `r with { A = b }`: a map that has what r has, and more.
func (x *Extractor) with(i uint32) facts.ExprID {
	r := x.first(i)
	if r == 0 {
		return x.opaque(i)
	}
	mark := len(x.Kids)
	x.Push(x.Over(facts.Entry, facts.SpreadMap, r, x.expr(r)))
	end := x.Nodes[i].Next
	for c := x.Nodes[r].Next; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kWithInitializer {
			continue
		}
		name := x.first(c)
		if name == 0 || x.Nodes[name].Kind != kIdentifier {
			x.visitChildren(c)
			continue
		}
		if v := x.from(c, x.Nodes[name].Next); v != 0 {
			x.entry(c, name, v)
		}
	}
	return x.Group(facts.Map, 0, x.Span(i), mark)
}
