package csharp

import (
	"bytes"

	"topicls/index/extract/build"
	"topicls/index/facts"
)

// constructor visits a constructor. One that calls no other calls that of the
// base class.
func (x *Extractor) constructor(i uint32) {
	cl := x.class
	name := x.Child(i, fName)
	if name == 0 || cl == nil {
		x.visitChildren(i)
		return
	}
	if x.ident(name) != cl.name && x.is(name, "extension") {
		x.extensionBlock(i)
		return
	}
	if x.modifiers(i)&mStatic != 0 {
		// Runs once, before the first use of the class.
		x.function(function{whole: i, name: name, called: ".cctor", body: x.Child(i, fBody), static: true})
		return
	}
	x.function(function{
		whole: i, name: name, called: facts.Constructor, parameters: x.Child(i, fParameters), body: x.Child(i, fBody),
		constructs: true, chained: x.Tree.First(i, kConstructorCall),
	})
}

// primaryConstructor makes the constructor of a type that has parameters
// itself, and of one with type parameters or arguments for those of its base
// that declares none. body is the type's body, or 0.
func (x *Extractor) primaryConstructor(body uint32) {
	cl := x.class
	if cl.primary == 0 && (cl.types == 0 && !x.passesTypes() || x.declaresConstructor(body)) {
		return
	}
	s := facts.Scope{Kind: facts.FuncScope, Name: x.symOf(facts.Constructor), NameSpan: cl.span, Span: cl.span}
	params := len(x.params)
	x.params = append(x.params, facts.Param{Name: x.symOf("this"), Span: cl.span})
	if cl.primary != 0 {
		s.Span.End = max(s.Span.Start, x.Nodes[cl.primary].End)
		x.parameters(cl.primary)
	}
	x.typeParams(cl.types)
	s.ParamLo, s.ParamN = x.popParams(params)
	value := x.Add(facts.Func, 0, s.Span)
	x.Bind(s.Name, cl.span, value)
	first := int(s.ParamLo)
	id, outer := x.OpenScope(s, facts.Span{Start: s.Span.End, End: s.Span.End})
	x.F.Exprs[value].Lo = int32(id)
	cl.within, cl.made = build.Place{Scope: x.Scope, Block: x.Block}, true
	x.bindTypes(cl.types, true)
	for k := first + 1; k < first+int(s.ParamN); k++ {
		p := x.F.Params[k]
		if p.Kind == facts.KeywordOnly || p.Name == 0 {
			continue
		}
		x.toThis(p.Name, p.Span, p.Name)
	}
	x.callBase(0)
	x.GoTo(outer)
	for k := first + 1; k < first+int(s.ParamN); k++ {
		p := x.F.Params[k]
		if p.Kind == facts.KeywordOnly || p.Name == 0 {
			continue
		}
		b := facts.Binding{Scope: x.Scope, Block: x.Block, Name: p.Name, Annot: p.Annot, Span: p.Span}
		if b.Annot != 0 {
			b.Flag = facts.Annotated
		}
		x.F.Bindings = append(x.F.Bindings, b)
	}
}

// toThis binds `this.name = value`, where value is a name of the function.
func (x *Extractor) toThis(name facts.Sym, span facts.Span, value facts.Sym) {
	b := facts.Binding{Target: facts.ToAttr, Scope: x.Scope, Block: x.Block, Name: name, Span: span}
	at := facts.Span{Start: span.Start, End: span.Start}
	b.Obj = x.word("this", at)
	b.Value = x.Add(facts.Name, 0, at)
	x.F.Exprs[b.Value].Name = value
	x.F.Bindings = append(x.F.Bindings, b)
}

// typeParams pushes a parameter for each type parameter.
func (x *Extractor) typeParams(list uint32) {
	if list == 0 {
		return
	}
	n := 0
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		name := x.typeParameterName(c)
		if name == 0 {
			continue
		}
		x.params = append(x.params, facts.Param{Kind: facts.KeywordOnly, Name: x.typeKeyword(n), Span: x.Span(name)})
		n++
	}
}

// bindTypes binds the names of type parameters to what is given for them: in
// the object for those of a class, else in the function.
func (x *Extractor) bindTypes(list uint32, object bool) {
	if list == 0 {
		return
	}
	n := 0
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		name := x.typeParameterName(c)
		if name == 0 {
			continue
		}
		given := x.typeKeyword(n)
		n++
		if sym := x.ident(name); sym != 0 && object {
			x.toThis(sym, x.Span(name), given)
		} else if sym != 0 {
			value := x.Add(facts.Name, 0, x.madeUp(name))
			x.F.Exprs[value].Name = given
			x.Bind(sym, x.Span(name), value)
			x.declare(sym)
		}
	}
}

// declaresConstructor reports whether a type's body has a constructor.
func (x *Extractor) declaresConstructor(body uint32) bool {
	if body == 0 {
		return false
	}
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kConstructor && x.modifiers(c)&mStatic == 0 {
			return true
		}
	}
	return false
}

// baseClass returns the node of the base class with that of the arguments
// behind it. What is called like an interface is none.
func (x *Extractor) baseClass() (typ, args uint32) {
	list := x.class.bases
	if list == 0 {
		return 0, 0
	}
	if typ = x.first(list); typ == 0 {
		return 0, 0
	}
	next := x.from(list, x.Nodes[typ].Next)
	switch {
	case x.Nodes[typ].Kind == kBaseCall:
		args = x.Tree.First(typ, kArguments)
		typ = x.Child(typ, fType)
	case next != 0 && x.Nodes[next].Kind == kArguments:
		args = next
	}
	if typ == 0 {
		return 0, 0
	}
	name := x.dotted(typ)
	if i := bytes.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	if args == 0 && len(name) > 1 && name[0] == 'I' && name[1] >= 'A' && name[1] <= 'Z' {
		return 0, 0
	}
	return typ, args
}

// passesTypes reports whether the base class is given type arguments.
func (x *Extractor) passesTypes() bool {
	typ, _ := x.baseClass()
	return typ != 0 && x.argumentsOfName(typ) != 0
}

// callBase appends the call of the constructor that this one calls: that of
// the initialiser at node chained, else that of the base class.
func (x *Extractor) callBase(chained uint32) {
	span := x.class.span
	typ, args := x.baseClass()
	this := false
	if chained != 0 {
		span = x.Span(chained)
		args = x.Tree.First(chained, kArguments)
		this = x.Has(chained, kThis)
		if k := x.Tree.First(chained, kThis); k != 0 {
			span.Start = x.Nodes[k].Start
		} else if k := x.Tree.First(chained, kBase); k != 0 {
			span.Start = x.Nodes[k].Start
		}
	} else if typ == 0 {
		return
	} else if args != 0 {
		span = facts.Span{Start: x.Nodes[typ].Start, End: x.Nodes[args].End}
	}
	if chained == 0 && x.class.primary != 0 && args == 0 && x.argumentsOfName(typ) == 0 {
		// Nothing is passed; the base class's own constructor says it all.
		span = x.Span(typ)
	}
	span.End = max(span.Start, span.End) // nodes of broken text may overlap
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	at := facts.Span{Start: span.Start, End: span.Start}
	var object facts.ExprID
	if this {
		object = x.word("this", at)
	} else {
		object = x.superCall(at)
	}
	callee := x.Add(facts.Attr, 0, at)
	x.F.Exprs[callee].X, x.F.Exprs[callee].Name = object, x.symOf(facts.Constructor)
	mark := len(x.Kids)
	if args != 0 {
		x.arguments(args, nil)
	}
	if !this && typ != 0 {
		if types := x.argumentsOfName(typ); types != 0 {
			x.typeKeywords(types)
		}
	}
	id := x.Group(facts.Call, 0, span, mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
}

// superCall appends the call `super()`, which stands for `base`.
func (x *Extractor) superCall(span facts.Span) facts.ExprID {
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	super := x.word("super", span)
	id := x.Add(facts.Call, 0, span)
	x.F.Exprs[id].X, x.F.Calls[listed] = super, id
	return id
}

// extensionBlock visits `extension(T x) { ... }`, which the grammar takes for
// a constructor: each function in it has the parameter in front of its own.
func (x *Extractor) extensionBlock(i uint32) {
	parameters, body := x.Child(i, fParameters), x.Child(i, fBody)
	if parameters == 0 || body == 0 {
		return
	}
	p := x.Tree.First(parameters, kParameter)
	if p == 0 || x.Child(p, fType) == 0 {
		return
	}
	receiver := x.Child(p, fType)
	name := x.extendedName(i, receiver)
	if name == 0 {
		return
	}
	here := build.Place{Scope: x.Scope, Block: x.Block}
	x.OpenScope(facts.Scope{Kind: facts.ClassScope, Flag: facts.Partial, Name: name, NameSpan: x.Span(receiver), Span: x.Span(i)}, x.Span(body))
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kLocalFunction {
			continue
		}
		x.function(function{
			whole: c, name: x.Child(c, fName), parameters: x.Child(c, fParameters), types: x.Child(c, fTypeParameters),
			returns: x.Child(c, fType), body: x.Child(c, fBody), async: x.modifiers(c)&mAsync != 0, receiver: p, extension: true,
		})
	}
	x.GoTo(here)
}
