package csharp

import (
	"topicls/index/extract/build"
	"topicls/index/facts"
	"topicls/index/syntax"
)

// class is what the members of a type need to know of it.
type class struct {
	name    facts.Sym
	span    facts.Span // of its name
	scope   facts.ScopeID
	types   uint32      // node of its type parameters, or 0
	bases   uint32      // node of its base list, or 0
	primary uint32      // node of its primary constructor's parameters, or 0
	body    uint32      // node of its members, or 0
	within  build.Place // the body of that constructor
	made    bool        // within is set
	outer   *class
}

// typeDeclaration visits the type at node i, which is of the given kind.
func (x *Extractor) typeDeclaration(i uint32, kind syntax.Kind) { x.typeAt(i, 0, kind) }

// typeAt visits the type at node i. If that is an error, name is the node of
// the type's name, and what stands behind it are members.
func (x *Extractor) typeAt(i, name uint32, kind syntax.Kind) {
	s := facts.Scope{Kind: facts.ClassScope, Span: x.Span(i)}
	cl := class{outer: x.class}
	var body uint32
	m := x.modifiers(i)
	if m&mPartial != 0 {
		s.Flag |= facts.Partial
	}
	if kind == kInterface {
		s.Flag |= facts.Abstract
	}
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case n.Kind == kIdentifier && s.Name == 0:
			if c >= name {
				s.Name, s.NameSpan = x.ident(c), x.Span(c)
			}
		case n.Kind == kTypeParameters:
			cl.types = c
		case n.Kind == kParameters:
			if s.Name != 0 && cl.primary == 0 && (name == 0 || x.follows(c, s.NameSpan.End)) {
				cl.primary = c
			}
		case n.Kind == kBaseList:
			cl.bases = c
		case n.Kind == kMembers, n.Kind == kEnumMembers:
			body = c
		}
	}
	s.DecorLo, s.DecorN = x.attributes(i)
	s.BaseLo, s.BaseN = x.baseArgs(cl.bases, kind)
	cl.name, cl.span, cl.body = s.Name, s.NameSpan, body
	span := facts.Span{Start: s.End, End: s.End}
	if body != 0 {
		span = x.Span(body)
	}
	params := len(x.params)
	x.typeParams(cl.types)
	s.ParamLo, s.ParamN = x.popParams(params)
	value := x.Add(facts.Class, 0, s.Span)
	if s.Name != 0 {
		x.Bind(s.Name, s.NameSpan, value)
	}
	id, outer := x.OpenScope(s, span)
	x.F.Exprs[value].Lo = int32(id)
	cl.scope = id
	result := x.result
	x.class, x.result = &cl, 0
	if kind != kInterface && kind != kEnum {
		x.primaryConstructor(body)
	}
	switch {
	case body != 0 && !x.Nodes[body].Deep():
		x.members(body)
	case name != 0:
		x.astray(i, name)
	}
	x.class, x.result = cl.outer, result
	x.GoTo(outer)
}

// baseArgs lists the base types; an enum's is Enum, whatever its numbers are.
func (x *Extractor) baseArgs(list uint32, kind syntax.Kind) (lo, n int32) {
	mark := len(x.Kids)
	switch {
	case kind == kEnum:
		span := facts.Span{Start: x.F.Scopes[x.Scope].Start, End: x.F.Scopes[x.Scope].Start}
		word := x.word("Enum", span)
		id := x.Add(facts.Arg, 0, span)
		x.F.Exprs[id].X = word
		x.Push(id)
	case list != 0:
		for c := x.first(list); c != 0; c = x.from(list, x.Nodes[c].Next) {
			t := c
			switch x.Nodes[c].Kind {
			case kArguments:
				continue
			case kBaseCall:
				if t = x.Child(c, fType); t == 0 {
					continue
				}
			}
			x.Push(x.Over(facts.Arg, 0, t, x.typeArgument(t)))
		}
	}
	return x.Pop(mark)
}

// members visits what stands in a type's body.
func (x *Extractor) members(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if f := x.Nodes[c].Field(); f != fCondition && f != fAlternative { // of #if
			x.member(c)
		}
	}
}

// follows reports whether node i is the first thing behind an offset, but for
// type parameters.
func (x *Extractor) follows(i, end uint32) bool {
	text := x.between(end, x.Nodes[i].Start)
	return len(text) == 0 || text[0] == '<' && text[len(text)-1] == '>'
}

// astray visits the members of a type that isn't closed, which stand in the
// error at node i behind the type's name.
func (x *Extractor) astray(i, name uint32) {
	end := x.Nodes[i].Next
	for c := x.Nodes[name].Next; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kLocalFunction:
			x.method(c)
		case kLocal:
			x.fields(c)
		case kBaseList, kParameters, kTypeParameters, kConstraints, kIdentifier:
		default:
			x.member(c)
		}
	}
}

// member visits one member of a type.
func (x *Extractor) member(i uint32) {
	if x.Nodes[i].Deep() {
		return
	}
	switch x.Nodes[i].Kind {
	case kField, kEventField:
		x.fields(i)
	case kProperty:
		x.property(i)
	case kIndexer:
		x.indexer(i)
	case kEvent:
		if a := x.Child(i, fAccessors); a != 0 {
			x.accessors(i, a, 0, x.modifiers(i)&mStatic != 0)
		}
	case kMethod:
		x.method(i)
	case kConstructor:
		x.constructor(i)
	case kDestructor:
		x.plainMethod(i, "Finalize", 0)
	case kOperator:
		x.plainMethod(i, "op_Operator", facts.Static)
	case kConversion:
		x.plainMethod(i, "op_Conversion", facts.Static)
	case kEnumMember:
		x.enumMember(i)
	case kDelegate:
	case kIfDirective:
		x.directive(i, x.members)
	case syntax.Error:
		x.broken(i)
	default:
		x.visit(i)
	}
}

// enumMember visits a member of an enum. One without a value has none.
func (x *Extractor) enumMember(i uint32) {
	name := x.Child(i, fName)
	if name == 0 {
		return
	}
	b := facts.Binding{Scope: x.Scope, Block: x.Block, Name: x.ident(name), Span: x.Span(name)}
	b.Annot = x.annotated(i, 0)
	if v := x.Child(i, fValue); v != 0 {
		b.Value = x.expr(v)
	}
	if b.Annot != 0 {
		b.Flag = facts.Annotated
	}
	if b.Name != 0 {
		x.F.Bindings = append(x.F.Bindings, b)
	}
}

// fields visits the declaration of one or more fields.
func (x *Extractor) fields(i uint32) {
	vars := x.Tree.First(i, kVariables)
	if vars == 0 {
		x.visitChildren(i)
		return
	}
	m := x.modifiers(i)
	static := m&mStatic != 0
	typ := x.Child(vars, fType)
	annot := x.visible(i, x.annotated(i, typ), m)
	end := x.Nodes[vars].Next
	for c := vars + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kVariable {
			continue
		}
		name := x.Child(c, fName)
		if name == 0 || x.Nodes[name].Kind != kIdentifier {
			continue
		}
		x.field(name, x.from(c, x.Nodes[name].Next), typ, annot, static)
	}
}

// field binds a field or property with storage of its own. Its value is part
// of the primary constructor if it uses that one's parameters.
func (x *Extractor) field(name, value, typ uint32, annot facts.ExprID, static bool) {
	if x.Nodes[name].Missing() || x.ident(name) == 0 {
		return
	}
	b := facts.Binding{Scope: x.Scope, Block: x.Block, Name: x.ident(name), Annot: annot, Span: x.Span(name)}
	if annot != 0 {
		b.Flag = facts.Annotated
	}
	switch {
	case value == 0:
	case !static && x.usesPrimary(value):
		here := build.Place{Scope: x.Scope, Block: x.Block}
		x.GoTo(x.class.within)
		a := facts.Binding{Target: facts.ToAttr, Scope: x.Scope, Block: x.Block, Name: b.Name, Span: b.Span}
		a.Obj = x.word("this", x.madeUp(name))
		a.Value = x.wanted(value, typ)
		x.F.Bindings = append(x.F.Bindings, a)
		x.GoTo(here)
	default:
		b.Value = x.wanted(value, typ)
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// usesPrimary reports whether node i mentions a parameter of the primary
// constructor.
func (x *Extractor) usesPrimary(i uint32) bool {
	if x.class == nil || !x.class.made || x.class.primary == 0 {
		return false
	}
	for c := i; c < x.Nodes[i].Next; c++ {
		if x.Nodes[c].Kind == kIdentifier && x.isPrimary(x.Source(c)) {
			return true
		}
	}
	return false
}

// isPrimary reports whether the primary constructor has a parameter of that
// name.
func (x *Extractor) isPrimary(name []byte) bool {
	list := x.class.primary
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		p := c
		if x.Nodes[c].Kind == kParameter {
			p = x.Child(c, fName)
		}
		if p != 0 && x.Nodes[p].Kind == kIdentifier && x.Nodes[p].Field() == fName && string(x.Source(p)) == string(name) {
			return true
		}
	}
	return false
}

// property visits a property: a field if the compiler writes its accessors,
// otherwise a function for each of them.
func (x *Extractor) property(i uint32) {
	name := x.Child(i, fName)
	if name == 0 || x.Nodes[name].Missing() {
		x.visitChildren(i)
		return
	}
	m := x.modifiers(i)
	static := m&mStatic != 0
	typ, value, accessors := x.Child(i, fType), x.Child(i, fValue), x.Child(i, fAccessors)
	if value != 0 && x.Nodes[value].Kind == kArrow {
		x.accessor(i, name, value, typ, 0, static)
		return
	}
	if accessors != 0 && x.hasCode(accessors) {
		x.accessors(i, accessors, name, static)
		if value == 0 {
			return
		}
	}
	x.field(name, value, typ, x.visible(i, x.annotated(i, typ), m), static)
}

// visible adds to a declared type that the member belongs to the class, or that
// others don't see it: `ClassVar[T]`, `Annotated[T, private]`.
func (x *Extractor) visible(i uint32, annot facts.ExprID, m modifiers) facts.ExprID {
	switch {
	case annot == 0:
		return 0
	case m&mStatic != 0:
		word := x.word("ClassVar", x.madeUp(i))
		return x.Both(facts.Index, i, word, annot)
	case m&mPublic != 0 || x.class == nil || x.F.Scopes[x.class.scope].Flag&facts.Abstract != 0:
		return annot
	}
	mark := len(x.Kids)
	x.Push(annot)
	x.Push(x.word("private", x.madeUp(i)))
	list := x.Group(facts.List, facts.Tuple, x.madeUp(i), mark)
	word := x.word("Annotated", x.madeUp(i))
	return x.Both(facts.Index, i, word, list)
}

// hasCode reports whether accessors have bodies.
func (x *Extractor) hasCode(list uint32) bool {
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kAccessor && x.Child(c, fBody) != 0 {
			return true
		}
	}
	return false
}

// indexer visits `this[int i] { ... }` as the functions that Python calls
// __getitem__ and __setitem__.
func (x *Extractor) indexer(i uint32) {
	static := false
	if value := x.Child(i, fValue); value != 0 && x.Nodes[value].Kind == kArrow {
		x.accessor(i, 0, value, x.Child(i, fType), x.Child(i, fParameters), static)
		return
	}
	if a := x.Child(i, fAccessors); a != 0 {
		x.accessors(i, a, 0, static)
	}
}

// accessors visits the accessors with bodies of a property (name is its name's
// node), indexer or event (0).
func (x *Extractor) accessors(i, list, name uint32, static bool) {
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kAccessor {
			continue
		}
		if body := x.Child(c, fBody); body != 0 {
			x.accessorOf(i, c, name, body, static)
		}
	}
}

// accessorOf visits accessor c of declaration i.
func (x *Extractor) accessorOf(i, c, name, body uint32, static bool) {
	word := ""
	if k := x.Tree.First(c, kToken); k != 0 {
		word = string(x.Source(k))
	}
	typ := x.Child(i, fType)
	fn := function{whole: c, name: name, body: body, static: static, flag: facts.Accessor}
	switch {
	case x.Nodes[i].Kind == kIndexer:
		fn.parameters, fn.flag = x.Child(i, fParameters), 0
		fn.called = "__getitem__"
		if word != "get" {
			fn.called = "__setitem__"
		}
	case x.Nodes[i].Kind == kEvent:
		fn.flag, fn.called = 0, word
	}
	if word == "get" {
		fn.returns = typ
	} else {
		fn.value = typ
	}
	x.function(fn)
}

// accessor visits the getter that an arrow stands for.
func (x *Extractor) accessor(i, name, body, typ, parameters uint32, static bool) {
	fn := function{whole: i, name: name, body: body, static: static, flag: facts.Accessor, returns: typ, parameters: parameters}
	if name == 0 {
		fn.flag, fn.called = 0, "__getitem__"
	}
	x.function(fn)
}

// method visits a method. An extension function belongs to a class of the name
// of the type that it extends, which only adds functions, and is a static
// function of its own class too.
func (x *Extractor) method(i uint32) {
	m := x.modifiers(i)
	fn := function{
		whole: i, name: x.Child(i, fName), parameters: x.Child(i, fParameters), types: x.Child(i, fTypeParameters),
		returns: x.returnType(i), body: x.Child(i, fBody), static: m&mStatic != 0, async: m&mAsync != 0,
	}
	if fn.name == 0 {
		x.visitChildren(i)
		return
	}
	if fn.body == 0 {
		fn.flag |= facts.Abstract
	}
	receiver := x.extended(fn.parameters)
	if receiver == 0 || !fn.static {
		x.function(fn)
		return
	}
	name := x.extendedName(i, receiver)
	if name == 0 {
		x.function(fn)
		return
	}
	here := build.Place{Scope: x.Scope, Block: x.Block}
	span := x.Span(i)
	added := facts.Scope{Kind: facts.ClassScope, Flag: facts.Partial, Name: name, NameSpan: x.Span(receiver), Span: span}
	x.OpenScope(added, span)
	fn.extension = true
	value := x.function(fn)
	x.GoTo(here)
	if value != 0 {
		x.Bind(x.ident(fn.name), x.Span(fn.name), x.again(value))
	}
}

// returnType returns the node of a method's result type, or 0.
func (x *Extractor) returnType(i uint32) uint32 {
	if t := x.Child(i, fReturns); t != 0 {
		return t
	}
	return x.Child(i, fType)
}

// again appends another row for a function.
func (x *Extractor) again(value facts.ExprID) facts.ExprID {
	e := x.F.Exprs[value]
	id := x.Add(e.Kind, e.Flag, e.Span)
	x.F.Exprs[id].Lo = e.Lo
	return id
}

// extended returns the type of the first parameter if that has the modifier
// `this`; else 0.
func (x *Extractor) extended(parameters uint32) uint32 {
	if parameters == 0 {
		return 0
	}
	p := x.Tree.First(parameters, kParameter)
	if p == 0 || x.modifiers(p)&mThis == 0 {
		return 0
	}
	return x.Child(p, fType)
}

// extendedName returns the simple name of a type that is extended; for a type
// parameter that of its first constraint.
func (x *Extractor) extendedName(i, typ uint32) facts.Sym {
	switch x.Nodes[typ].Kind {
	case kNullable:
		if c := x.first(typ); c != 0 {
			return x.extendedName(i, c)
		}
		return 0
	case kArray:
		return x.symOf("List")
	case kPredefined:
		return x.Ident(typ)
	case kGeneric:
		if name := x.Tree.First(typ, kIdentifier); name != 0 {
			return x.ident(name)
		}
	case kQualified, kAliasQualified:
		if name := x.Child(typ, fName); name != 0 {
			return x.extendedName(i, name)
		}
	case kIdentifier:
		if list := x.Child(i, fTypeParameters); list != 0 && x.isTypeParameter(list, x.Source(typ)) {
			if t := x.constraintOf(i, x.Source(typ)); t != 0 {
				return x.extendedName(0, t)
			}
			return x.symOf("object")
		}
		return x.ident(typ)
	}
	return 0
}

// isTypeParameter reports whether a list of type parameters has that name.
func (x *Extractor) isTypeParameter(list uint32, name []byte) bool {
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		if n := x.typeParameterName(c); n != 0 && string(x.Source(n)) == string(name) {
			return true
		}
	}
	return false
}

// typeParameterName returns the node of the name of a type parameter, or 0.
func (x *Extractor) typeParameterName(i uint32) uint32 {
	if x.Nodes[i].Kind != kTypeParameter {
		return 0
	}
	return x.Child(i, fName)
}

// constraintOf returns the first type that a type parameter of declaration i
// must be, or 0.
func (x *Extractor) constraintOf(i uint32, name []byte) uint32 {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kConstraints {
			continue
		}
		if n := x.Tree.First(c, kIdentifier); n == 0 || string(x.Source(n)) != string(name) {
			continue
		}
		last := x.Nodes[c].Next
		for k := c + 1; k < last; k = x.Nodes[k].Next {
			if x.Nodes[k].Kind != kConstraint {
				continue
			}
			if t := x.first(k); t != 0 {
				switch x.Nodes[t].Kind {
				case kIdentifier, kGeneric, kQualified:
					return t
				}
			}
		}
	}
	return 0
}

// plainMethod visits a function that has a name only here.
func (x *Extractor) plainMethod(i uint32, called string, flag facts.ScopeFlag) {
	x.function(function{
		whole: i, called: called, parameters: x.Child(i, fParameters), returns: x.Child(i, fType), body: x.Child(i, fBody),
		static: flag&facts.Static != 0,
	})
}
