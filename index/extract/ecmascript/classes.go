package ecmascript

import (
	"bytes"

	"topicls/index/extract/build"
	"topicls/index/facts"
	"topicls/index/syntax"
)

// classDeclaration visits a class statement with the decorators in front of it.
func (x *Extractor) classDeclaration(i uint32, decorators []uint32) {
	name := x.Child(i, fName)
	if name == 0 || !x.isName(name) {
		x.class(i, decorators, 0, facts.Span{}, false)
		return
	}
	sym := x.Ident(name)
	x.declare(sym)
	x.class(i, decorators, sym, x.Span(name), true)
}

// class appends a class, and binds its name if that is declared by it. A name
// that it doesn't have itself is given.
func (x *Extractor) class(i uint32, decorators []uint32, name facts.Sym, span facts.Span, bind bool) facts.ExprID {
	s := facts.Scope{Kind: facts.ClassScope, Name: name, NameSpan: span, Span: x.Span(i)}
	if n := x.Child(i, fName); n != 0 && x.isName(n) {
		s.Name, s.NameSpan = x.Ident(n), x.Span(n)
	}
	decorators = append(decorators, x.decoratorsOf(i)...)
	s.DecorLo, s.DecorN = x.decorators(decorators)
	mark := len(x.Kids)
	body := uint32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kHeritage:
			x.heritage(c)
		case kClassBody:
			body = c
		}
	}
	s.BaseLo, s.BaseN = x.Pop(mark)
	value := x.Row(facts.Class, i)
	if bind {
		x.Bind(name, span, value)
	}
	inner := facts.Span{Start: s.End, End: s.End}
	if body != 0 {
		inner = x.Span(body)
	}
	id, outer := x.OpenScope(s, inner)
	x.F.Exprs[value].Lo = int32(id)
	if body != 0 {
		x.members(body, s.BaseN > 0)
	}
	x.visitErrors(i)
	x.GoTo(outer)
	return value
}

// heritage pushes what a class extends and implements.
func (x *Extractor) heritage(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kExtends:
			v := x.Child(c, fValue)
			if v == 0 {
				continue
			}
			base := x.expr(v)
			if t := x.Child(c, fTypeArguments); t != 0 {
				base = x.Both(facts.Index, c, base, x.typeArguments(t))
			}
			x.Push(x.Over(facts.Arg, 0, c, base))
		case kImplements, kExtendsType:
			x.typeBases(c)
		case syntax.Error:
			x.visitChildren(c)
		default: // JavaScript
			x.Push(x.Over(facts.Arg, 0, c, x.expr(c)))
		}
	}
}

// typeBases pushes the types in clause i.
func (x *Extractor) typeBases(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != syntax.Error {
			x.Push(x.Over(facts.Arg, 0, c, x.typeExpr(c)))
		}
	}
}

// members visits what stands in a class.
func (x *Extractor) members(body uint32, derived bool) {
	var inits []uint32 // fields whose value needs the object
	var constructor uint32
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kField:
			v := x.Child(c, fValue)
			if v != 0 && !isFunction(x.Nodes[v].Kind) && x.mentionsThis(v) && x.modifiers(c).static == 0 {
				inits = append(inits, c)
			}
		case kMethod:
			if constructor == 0 && x.isConstructor(c) {
				constructor = c
			}
		}
	}
	var decorators []uint32
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		k := x.Nodes[c].Kind
		if k == kDecorator {
			decorators = append(decorators, c)
			continue
		}
		switch k {
		case kMethod:
			var prologue func()
			if c == constructor {
				prologue = func() { x.initialise(inits) }
			}
			x.method(c, decorators, prologue)
		case kAbstractMethod:
			x.method(c, decorators, nil)
		case kField:
			x.field(c, decorators)
		case kStaticBlock:
			if b := x.Child(c, fBody); b != 0 {
				x.visitChildren(b)
			}
		case kMethodSignature, kIndexSignature:
			for _, d := range decorators {
				x.visitChildren(d)
			}
		default:
			x.visit(c)
		}
		decorators = nil
	}
	for _, d := range decorators {
		x.visitChildren(d)
	}
	if constructor == 0 && len(inits) > 0 {
		x.constructor(inits, derived)
	}
}

func isFunction(k syntax.Kind) bool {
	return k == kArrow || k == kFunctionExpression || k == kGenerator
}

// initialise binds the fields whose value needs the object.
func (x *Extractor) initialise(fields []uint32) {
	for _, c := range fields {
		name, v := x.memberName(c), x.Child(c, fValue)
		if name == 0 || v == 0 || !x.isName(name) {
			x.visitChildren(c)
			continue
		}
		value := x.expr(v)
		object := x.Named(facts.Name, name, x.Sym(textThis))
		x.setField(object, name, value)
	}
}

// setField binds `object.name = value`.
func (x *Extractor) setField(object facts.ExprID, name uint32, value facts.ExprID) {
	x.F.Bindings = append(x.F.Bindings, facts.Binding{
		Target: facts.ToAttr, Scope: x.Scope, Block: x.Block, Name: x.Ident(name), Obj: object, Value: value, Span: x.Span(name),
	})
}

// constructor makes up the constructor of a class that has none and needs one
// for its fields; where there is a base class, it hands on what it is given.
func (x *Extractor) constructor(fields []uint32, derived bool) {
	at := x.F.Scopes[x.Scope].NameSpan
	if at.End == 0 {
		at = facts.Span{Start: x.F.Scopes[x.Scope].Start, End: x.F.Scopes[x.Scope].Start}
	}
	name := x.Sym([]byte(facts.Constructor))
	s := facts.Scope{Kind: facts.FuncScope, Name: name, NameSpan: at, Span: at, ParamLo: int32(len(x.F.Params)), ParamN: 1}
	x.F.Params = append(x.F.Params, facts.Param{Name: x.Sym(textThis), Span: at})
	args := x.Sym([]byte("args"))
	if derived {
		x.F.Params = append(x.F.Params, facts.Param{Kind: facts.Rest, Name: args, Span: at})
		s.ParamN++
	}
	value := x.Add(facts.Func, 0, at)
	x.Bind(name, at, value)
	id, outer := x.OpenScope(s, at)
	x.F.Exprs[value].Lo = int32(id)
	if derived {
		callee := x.superInit(at)
		mark := len(x.Kids)
		arg := x.Add(facts.Name, 0, at)
		x.F.Exprs[arg].Name = args
		spread := x.Add(facts.Arg, facts.SpreadOne, at)
		x.F.Exprs[spread].X = arg
		x.Push(spread)
		call := x.Group(facts.Call, 0, at, mark)
		x.F.Exprs[call].X = callee
		x.F.Calls = append(x.F.Calls, call)
	}
	declared, assigned := len(x.declared), len(x.assigned)
	x.initialise(fields)
	x.outerNames(id, declared, assigned)
	x.GoTo(outer)
}

// superObject appends `super()`, by which members of the base class are reached.
func (x *Extractor) superObject(at facts.Span) facts.ExprID {
	name := x.Add(facts.Name, 0, at)
	x.F.Exprs[name].Name = x.Sym([]byte("super"))
	call := x.Group(facts.Call, 0, at, len(x.Kids))
	x.F.Exprs[call].X = name
	x.F.Calls = append(x.F.Calls, call)
	return call
}

// superInit appends the constructor of the base class.
func (x *Extractor) superInit(at facts.Span) facts.ExprID {
	object := x.superObject(at)
	id := x.Add(facts.Attr, 0, at)
	x.F.Exprs[id].X, x.F.Exprs[id].Name = object, x.Sym([]byte(facts.Constructor))
	return id
}

// modifiers are the words in front of a member's name.
type modifiers struct{ static, get, set, async, star, readonly int }

// modifiers reads the words between the decorators and the name of member i.
func (x *Extractor) modifiers(i uint32) (m modifiers) {
	name := x.memberName(i)
	if name == 0 {
		return m
	}
	at := x.Nodes[i].Start
	for c := i + 1; c < name; c = x.Nodes[c].Next {
		x.modifierWords(x.between(at, x.Nodes[c].Start), &m)
		at = x.Nodes[c].End
	}
	x.modifierWords(x.between(at, x.Nodes[name].Start), &m)
	return m
}

func (x *Extractor) modifierWords(text []byte, m *modifiers) {
	if len(text) == 0 {
		return
	}
	if bytes.IndexByte(text, '*') >= 0 {
		m.star = 1
		text = bytes.ReplaceAll(text, []byte("*"), []byte(" "))
	}
	for _, word := range bytes.Fields(text) {
		switch string(word) {
		case "static":
			m.static = 1
		case "get":
			m.get = 1
		case "set":
			m.set = 1
		case "async":
			m.async = 1
		case "readonly":
			m.readonly = 1
		}
	}
}

// memberName returns the node of a member's name, or 0.
func (x *Extractor) memberName(i uint32) uint32 {
	if n := x.Child(i, fName); n != 0 {
		return n
	}
	return x.Child(i, fProperty) // JavaScript's fields
}

// memberSym returns the name of a member whose name is written out.
func (x *Extractor) memberSym(name uint32) (facts.Sym, facts.Span) {
	if name == 0 {
		return 0, facts.Span{}
	}
	if x.Nodes[name].Kind == kComputed {
		if name = x.first(name); name == 0 {
			return 0, facts.Span{}
		}
		if x.Nodes[name].Kind != kString {
			x.visit(name)
			return 0, facts.Span{}
		}
	}
	switch x.Nodes[name].Kind {
	case kString:
		sym, ok := x.plainText(name)
		if !ok {
			return 0, facts.Span{}
		}
		return sym, x.Span(name)
	case kNumber:
		return x.Ident(name), x.Span(name)
	}
	if !x.isName(name) {
		return 0, facts.Span{}
	}
	return x.Ident(name), x.Span(name)
}

func (x *Extractor) isConstructor(i uint32) bool {
	name := x.memberName(i)
	return name != 0 && string(x.Source(name)) == "constructor" && x.modifiers(i).static == 0
}

// method visits a method of a class or an interface.
func (x *Extractor) method(i uint32, decorators []uint32, prologue func()) {
	name := x.memberName(i)
	m := x.modifiers(i)
	fn := callable{node: i, receiver: selfThis, async: m.async > 0, generate: m.star > 0, bind: true, prologue: prologue}
	fn.name, fn.nameSpan = x.memberSym(name)
	fn.decorLo, fn.decorN = x.decorators(append(decorators, x.decoratorsOf(i)...))
	if m.static > 0 {
		x.ofClass(&fn)
	}
	if m.get+m.set > 0 {
		fn.flag |= facts.Accessor
	}
	if x.Child(i, fBody) == 0 {
		fn.flag |= facts.Abstract
	}
	if m.static == 0 && fn.name != 0 && string(x.Source(name)) == "constructor" {
		fn.name = x.Sym([]byte(facts.Constructor))
		properties := x.properties(i)
		fn.prologue = func() {
			for _, p := range properties {
				object := x.Named(facts.Name, p, x.Sym(textThis))
				x.setField(object, p, x.Named(facts.Name, p, x.Ident(p)))
			}
			if prologue != nil {
				prologue()
			}
		}
	}
	first := len(x.F.Params)
	value := x.function(fn)
	if fn.name == x.Sym([]byte(facts.Constructor)) {
		x.propertyFields(i, first, x.F.Scopes[x.F.At(value).Lo].ParamN)
	}
}

// ofClass makes a method a static one; if it says `this`, that is the class.
func (x *Extractor) ofClass(fn *callable) {
	fn.receiver, fn.flag = noThis, facts.Static
	if x.mentionsThis(fn.node) {
		fn.receiver, fn.flag = selfThis, facts.OfClass
	}
}

// properties lists the names of the parameters of constructor i that are
// fields too: `constructor(private readonly a: T)`.
func (x *Extractor) properties(i uint32) (names []uint32) {
	list := x.Child(i, fParameters)
	if list == 0 {
		return nil
	}
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		pattern := x.Child(c, fPattern)
		if pattern == 0 || x.Nodes[pattern].Kind != kIdentifier || !x.isName(pattern) {
			continue
		}
		at, is := x.Nodes[c].Start, false
		for d := c + 1; d < pattern; d = x.Nodes[d].Next {
			is = is || x.Nodes[d].Kind == kAccessibility
			if x.Nodes[d].Kind == kDecorator {
				at = x.Nodes[d].End
			}
		}
		if is || len(x.between(at, x.Nodes[pattern].Start)) > 0 { // `readonly`
			names = append(names, pattern)
		}
	}
	return names
}

// propertyFields declares those fields with their types, in the class.
func (x *Extractor) propertyFields(i uint32, first int, n int32) {
	for _, name := range x.properties(i) {
		sym := x.Ident(name)
		for _, p := range x.F.Params[first : first+int(n)] {
			if p.Name == sym && p.Annot != 0 {
				x.bindField(sym, x.Span(name), 0, p.Annot)
			}
		}
	}
}

// bindField binds a field of the class that the walk is in.
func (x *Extractor) bindField(name facts.Sym, span facts.Span, value, annot facts.ExprID) {
	b := facts.Binding{Target: facts.ToName, Scope: x.Scope, Block: x.Block, Name: name, Value: value, Annot: annot, Span: span}
	if annot != 0 {
		b.Flag = facts.Annotated
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// field visits a field of a class. One that holds a function is a method.
func (x *Extractor) field(i uint32, decorators []uint32) {
	m := x.modifiers(i)
	name, span := x.memberSym(x.memberName(i))
	v := x.Child(i, fValue)
	decorators = append(decorators, x.decoratorsOf(i)...)
	if v != 0 && isFunction(x.Nodes[v].Kind) && name != 0 {
		fn := callable{node: v, name: name, nameSpan: span, receiver: selfThis, bind: true, generate: x.Nodes[v].Kind == kGenerator, async: x.startsWith(v, textAsync)}
		if m.static > 0 {
			x.ofClass(&fn)
		}
		fn.decorLo, fn.decorN = x.decorators(decorators)
		x.function(fn)
		return
	}
	var annot, value facts.ExprID
	if t := x.Child(i, fType); t != 0 {
		annot = x.typeExpr(t)
		if x.isOptional(i) {
			annot = x.wrapType("Optional", t, annot)
		}
	}
	annot = x.annotated(i, annot, decorators)
	if v != 0 && (m.static > 0 || !x.mentionsThis(v)) {
		value = x.namedValue(v, name, span)
	}
	if name != 0 && (value != 0 || annot != 0) {
		x.bindField(name, span, value, annot)
	}
	x.visitErrors(i)
}

// isOptional reports whether a `?` stands behind the name of member i.
func (x *Extractor) isOptional(i uint32) bool {
	name := x.memberName(i)
	if name == 0 {
		return false
	}
	end := x.Nodes[i].End
	if t := x.Child(i, fType); t != 0 {
		end = x.Nodes[t].Start
	}
	text := x.between(x.Nodes[name].End, end)
	return len(text) > 0 && text[0] == '?'
}

// interfaceDeclaration visits an interface.
func (x *Extractor) interfaceDeclaration(i uint32) {
	name, body := x.Child(i, fName), x.Child(i, fBody)
	if name == 0 || body == 0 || !x.isName(name) {
		x.visitChildren(i)
		return
	}
	mark := len(x.Kids)
	if c := x.Tree.First(i, kExtendsType); c != 0 {
		x.typeBases(c)
	}
	sym := x.Ident(name)
	x.declare(sym)
	x.shape(i, []uint32{body}, sym, x.Span(name), mark)
}

// shape appends the class of the object types in bodies, whose bases have
// been pushed since mark, and binds its name if it has one.
func (x *Extractor) shape(i uint32, bodies []uint32, name facts.Sym, nameSpan facts.Span, mark int) facts.ExprID {
	s := facts.Scope{Kind: facts.ClassScope, Flag: facts.Abstract, Name: name, NameSpan: nameSpan, Span: x.Span(i)}
	s.BaseLo, s.BaseN = x.Pop(mark)
	value := x.Row(facts.Class, i)
	if name != 0 {
		x.bindType(name, nameSpan, value)
	}
	id, outer := x.OpenScope(s, x.Span(i))
	x.F.Exprs[value].Lo = int32(id)
	for _, body := range bodies {
		end := x.Nodes[body].Next
		for c := body + 1; c < end; c = x.Nodes[c].Next {
			switch x.Nodes[c].Kind {
			case kPropertySignature:
				x.field(c, nil)
			case kMethodSignature:
				x.method(c, nil, nil)
			}
		}
	}
	x.GoTo(outer)
	return value
}

// enumDeclaration visits an enum.
func (x *Extractor) enumDeclaration(i uint32) {
	name, body := x.Child(i, fName), x.Child(i, fBody)
	if name == 0 || body == 0 || !x.isName(name) {
		x.visitChildren(i)
		return
	}
	s := facts.Scope{Kind: facts.ClassScope, Name: x.Ident(name), NameSpan: x.Span(name), Span: x.Span(i)}
	mark := len(x.Kids)
	base := x.Add(facts.Name, 0, s.NameSpan)
	x.F.Exprs[base].Name = x.Sym([]byte("Enum"))
	x.Push(x.Over(facts.Arg, 0, name, base))
	s.BaseLo, s.BaseN = x.Pop(mark)
	value := x.Row(facts.Class, i)
	x.declare(s.Name)
	x.Bind(s.Name, s.NameSpan, value)
	id, outer := x.OpenScope(s, x.Span(body))
	x.F.Exprs[value].Lo = int32(id)
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		member, v := c, facts.ExprID(0)
		if x.Nodes[c].Kind == kEnumAssignment {
			member = x.Child(c, fName)
			if e := x.Child(c, fValue); e != 0 {
				v = x.expr(e)
			}
		} else if x.Nodes[c].Field() != fName {
			continue
		}
		if sym, span := x.memberSym(member); sym != 0 {
			x.bindField(sym, span, v, 0)
		}
	}
	x.GoTo(outer)
}

// namespace visits `namespace A.B {}`: a class that is its own one object.
// `declare module 'm'` says what another module has, and nothing of this one.
func (x *Extractor) namespace(i uint32) {
	name, body := x.Child(i, fName), x.Child(i, fBody)
	if name == 0 || body == 0 || x.Nodes[name].Kind == kString {
		return
	}
	x.namespaceNamed(i, name, body)
}

func (x *Extractor) namespaceNamed(i, name, body uint32) {
	if x.Nodes[name].Kind == kNestedIdentifier && !x.Nodes[name].Deep() {
		outer, inner := x.Child(name, fObject), x.Child(name, fProperty)
		if outer == 0 || inner == 0 {
			return
		}
		back := x.openNamespace(i, outer)
		x.namespaceNamed(i, inner, body)
		x.GoTo(back)
		return
	}
	back := x.openNamespace(i, name)
	x.visitChildren(body)
	x.GoTo(back)
}

// openNamespace enters the scope of a namespace.
func (x *Extractor) openNamespace(i, name uint32) build.Place {
	s := facts.Scope{Kind: facts.ClassScope, Flag: facts.Static, Name: x.Ident(name), NameSpan: x.Span(name), Span: x.Span(i)}
	value := x.Row(facts.Class, i)
	x.declare(s.Name)
	if s.Name != 0 {
		x.Bind(s.Name, s.NameSpan, value)
	}
	id, outer := x.OpenScope(s, s.Span)
	x.F.Exprs[value].Lo = int32(id)
	return outer
}

// ambient visits `declare ...`: types, and names that are defined elsewhere.
func (x *Extractor) ambient(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kBlock { // `declare global {}`
			x.visit(c)
		}
	}
}
