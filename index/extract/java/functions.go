package java

import (
	"topicls/index/extract/build"
	"topicls/index/facts"
	"topicls/index/syntax"
)

// Names that methods have in package facts, and that of their object.
var (
	nameThis        = []byte("this")
	nameSuper       = []byte("super")
	nameConstructor = []byte(facts.Constructor)
)

// method visits a method, or an element of an annotation type, whose default
// is what it returns.
func (x *Extractor) method(i uint32) {
	name := x.Child(i, fName)
	if !x.usable(name) {
		x.visitChildren(i)
		return
	}
	s := facts.Scope{Kind: facts.FuncScope, Name: x.Ident(name), NameSpan: x.Span(name), Span: x.Span(i)}
	if x.isStatic(i) {
		s.Flag |= facts.Static
	}
	s.DecorLo, s.DecorN = x.decorators(i)
	body := x.Child(i, fBody)
	if body == 0 {
		s.Flag |= facts.Abstract
	}
	mark := len(x.params)
	if s.Flag&facts.Static == 0 {
		x.receiver(s.NameSpan)
	}
	if p := x.Child(i, fParameters); p != 0 {
		x.parameters(p)
	}
	s.ParamLo, s.ParamN = x.popParams(mark)
	if t := x.Child(i, fType); t != 0 && x.Nodes[t].Kind != kVoid {
		s.Result = x.listOf(x.typeExpr(t), x.dimensions(x.Child(i, fDimensions)), x.Span(t))
	}
	in := x.openFunction(s, i, body, name)
	if body != 0 {
		x.visitChildren(body)
	} else if v := x.Child(i, fValue); v != 0 {
		x.returns(x.expr(v))
	}
	x.closeFunction(in)
	if s.Flag&facts.Static != 0 && body != 0 && x.F.Main == (facts.Span{}) && string(x.Source(name)) == "main" {
		x.F.Main = x.Span(body)
	}
}

// constructor visits a constructor. The initializers of instances in the
// class's body, which may be 0, stand in front of its own code.
func (x *Extractor) constructor(i, class uint32) {
	name, body := x.Child(i, fName), x.Child(i, fBody)
	if !x.usable(name) || body == 0 {
		x.visitChildren(i)
		return
	}
	s := facts.Scope{Kind: facts.FuncScope, Name: x.Sym(nameConstructor), NameSpan: x.Span(name), Span: x.Span(i)}
	s.DecorLo, s.DecorN = x.decorators(i)
	mark := len(x.params)
	x.receiver(s.NameSpan)
	if p := x.Child(i, fParameters); p != 0 {
		x.parameters(p)
	}
	s.ParamLo, s.ParamN = x.popParams(mark)
	in := x.openFunction(s, i, body, name)
	if class != 0 {
		x.instanceInitializers(class)
	}
	x.visitChildren(body)
	x.closeFunction(in)
}

// instanceInitializers visits the blocks of a class's body, in a constructor.
func (x *Extractor) instanceInitializers(class uint32) {
	end := x.Nodes[class].Next
	for c := class + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kBlock {
			x.visit(c)
		}
	}
}

// implicitConstructor visits the initializers of a class that has no
// constructor, the first of which is at node i.
func (x *Extractor) implicitConstructor(class, i uint32) {
	at := facts.Span{Start: x.Nodes[i].Start, End: x.Nodes[i].Start}
	s := facts.Scope{Kind: facts.FuncScope, Name: x.Sym(nameConstructor), NameSpan: at, Span: x.Span(i)}
	mark := len(x.params)
	x.receiver(at)
	s.ParamLo, s.ParamN = x.popParams(mark)
	in := x.openFunction(s, i, i, 0)
	x.instanceInitializers(class)
	x.closeFunction(in)
}

// staticInitializer visits `static { ... }`: a function that the class calls
// itself, under the name that the Java virtual machine has for it.
func (x *Extractor) staticInitializer(i uint32) {
	body := x.Tree.First(i, kBlock)
	if body == 0 {
		x.visitChildren(i)
		return
	}
	at := facts.Span{Start: x.Nodes[i].Start, End: x.Nodes[i].Start}
	s := facts.Scope{Kind: facts.FuncScope, Flag: facts.Static, Name: x.Sym([]byte("<clinit>")), NameSpan: at, Span: x.Span(i)}
	in := x.openFunction(s, i, body, 0)
	x.visitChildren(body)
	x.closeFunction(in)
}

// function is what to go back to behind one.
type function struct {
	outer  build.Place
	locals int
	static bool
	asked  bool
}

// openFunction binds a method to the name at a node (0: by its scope's name)
// and enters it.
func (x *Extractor) openFunction(s facts.Scope, whole, body, name uint32) function {
	value := x.Row(facts.Func, whole)
	if s.Name != 0 && (name != 0 || s.Flag&facts.Static == 0) {
		x.Bind(s.Name, s.NameSpan, value)
	}
	span := facts.Span{Start: s.End, End: s.End}
	if body != 0 {
		span = x.Span(body)
	}
	in := function{locals: len(x.locals), asked: x.asked}
	x.asked = false
	var id facts.ScopeID
	id, in.outer = x.OpenScope(s, span)
	x.F.Exprs[value].Lo = int32(id)
	if n := len(x.classes); n > 0 {
		in.static = x.classes[n-1].static
		x.classes[n-1].static = s.Flag&facts.Static != 0
	}
	for _, p := range x.F.ScopeParams(&s) {
		x.locals = append(x.locals, p.Name)
	}
	return in
}

// closeFunction leaves a function.
func (x *Extractor) closeFunction(in function) {
	x.locals, x.asked = x.locals[:in.locals], in.asked
	if n := len(x.classes); n > 0 {
		x.classes[n-1].static = in.static
	}
	x.GoTo(in.outer)
}

// receiver adds the parameter that is the object.
func (x *Extractor) receiver(at facts.Span) {
	x.params = append(x.params, facts.Param{Name: x.Sym(nameThis), Span: at})
}

// popParams moves the parameters added since mark to the file's.
func (x *Extractor) popParams(mark int) (lo, n int32) {
	lo, n = int32(len(x.F.Params)), int32(len(x.params)-mark)
	x.F.Params = append(x.F.Params, x.params[mark:]...)
	x.params = x.params[:mark]
	return lo, n
}

// parameters adds the parameters of a method, constructor, record or lambda.
func (x *Extractor) parameters(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kParameter, kSpreadParameter, kIdentifier, kUnderscore:
			x.params = append(x.params, x.parameter(c))
		}
	}
}

// parameter reads one parameter. One without a name (`_`) keeps its place.
func (x *Extractor) parameter(i uint32) facts.Param {
	p := facts.Param{Span: x.Span(i)}
	name, t, declarator := i, uint32(0), uint32(0)
	switch x.Nodes[i].Kind {
	case kParameter:
		name, t, declarator = x.Child(i, fName), x.Child(i, fType), i
	case kSpreadParameter:
		p.Kind = facts.Rest
		t, declarator = x.first(i), x.Tree.First(i, kDeclarator)
		name = 0
		if declarator != 0 {
			name = x.Child(declarator, fName)
		}
	}
	if t != 0 && t != declarator {
		p.Annot = x.declared(t, declarator)
		if p.Kind == facts.Rest && p.Annot != 0 {
			p.Annot = x.applied(nameList, p.Annot, x.Span(t))
		}
	}
	p.Annot = x.annotated(p.Annot, x.Tree.First(i, kModifiers))
	if x.usable(name) && x.Nodes[name].Kind == kIdentifier {
		p.Name, p.Span = x.Ident(name), x.Span(name)
	}
	return p
}

// lambda visits a lambda. An expression that is its body is a return.
func (x *Extractor) lambda(i uint32) facts.ExprID {
	s := facts.Scope{Kind: facts.LambdaScope, Span: x.Span(i)}
	s.NameSpan = facts.Span{Start: s.Start, End: s.Start}
	mark := len(x.params)
	if p := x.Child(i, fParameters); p != 0 {
		if x.Nodes[p].Kind == kIdentifier {
			x.params = append(x.params, x.parameter(p))
		} else {
			x.parameters(p)
		}
	}
	s.ParamLo, s.ParamN = x.popParams(mark)
	value := x.Row(facts.Func, i)
	body := x.Child(i, fBody)
	span := facts.Span{Start: s.End, End: s.End}
	if body != 0 {
		span = x.Span(body)
	}
	locals, asked := len(x.locals), x.asked
	x.asked = false
	id, outer := x.OpenScope(s, span)
	x.F.Exprs[value].Lo = int32(id)
	for _, p := range x.F.ScopeParams(&s) {
		x.locals = append(x.locals, p.Name)
	}
	switch {
	case body == 0:
	case x.Nodes[body].Kind == kBlock:
		x.visitChildren(body)
	default:
		x.returns(x.expr(body))
	}
	x.locals, x.asked = x.locals[:locals], asked
	x.GoTo(outer)
	return value
}

// returns records a return of the function that the walk is in.
func (x *Extractor) returns(value facts.ExprID) {
	x.F.Returns = append(x.F.Returns, facts.Return{Scope: x.Scope, Block: x.Block, Value: value})
}

// eachComponent calls f with each component of the record at node i and the
// node of its name.
func (x *Extractor) eachComponent(i uint32, f func(component, name uint32)) {
	list := x.Child(i, fParameters)
	if list == 0 {
		return
	}
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		name := x.Child(c, fName)
		if d := x.Tree.First(c, kDeclarator); x.Nodes[c].Kind == kSpreadParameter && d != 0 {
			name = x.Child(d, fName)
		}
		if k := x.Nodes[c].Kind; (k == kParameter || k == kSpreadParameter) && x.usable(name) {
			f(c, name)
		}
	}
}

// components binds the components of a record as fields of its objects.
func (x *Extractor) components(i uint32) {
	x.eachComponent(i, func(c, name uint32) {
		p := x.parameter(c)
		x.declare(name, 0, p.Annot)
	})
}

// compactConstructor visits a constructor at node i that has the components of
// the record for parameters, and keeps them when its code is through.
func (x *Extractor) compactConstructor(record, i, class uint32) {
	name, body := x.Child(i, fName), x.Child(i, fBody)
	if record == 0 || x.Nodes[record].Kind != kRecord || !x.usable(name) || body == 0 {
		x.visitChildren(i)
		return
	}
	s := facts.Scope{Kind: facts.FuncScope, Name: x.Sym(nameConstructor), NameSpan: x.Span(name), Span: x.Span(i)}
	s.DecorLo, s.DecorN = x.decorators(i)
	x.keeping(record, s, i, body, class)
}

// canonical adds the constructor that the compiler writes for the record at
// node i, unless the record has it.
func (x *Extractor) canonical(i, body uint32) {
	count := 0
	x.eachComponent(i, func(_, _ uint32) { count++ })
	if body != 0 {
		end := x.Nodes[body].Next
		for c := body + 1; c < end; c = x.Nodes[c].Next {
			switch x.Nodes[c].Kind {
			case kCompactConstructor:
				return
			case kConstructor:
				if p := x.Child(c, fParameters); p != 0 && x.countParameters(p) == count {
					return
				}
			}
		}
	}
	list, name := x.Child(i, fParameters), x.Child(i, fName)
	if list == 0 || !x.usable(name) {
		return
	}
	s := facts.Scope{Kind: facts.FuncScope, Name: x.Sym(nameConstructor), NameSpan: x.Span(name), Span: x.Span(list)}
	x.keeping(i, s, list, 0, 0)
}

func (x *Extractor) countParameters(i uint32) (n int) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if k := x.Nodes[c].Kind; k == kParameter || k == kSpreadParameter {
			n++
		}
	}
	return n
}

// keeping visits a constructor that keeps the record's components.
func (x *Extractor) keeping(record uint32, s facts.Scope, whole, body, class uint32) {
	mark := len(x.params)
	x.receiver(s.NameSpan)
	field := x.classes[len(x.classes)-1].bound
	x.eachComponent(record, func(c, name uint32) {
		p := facts.Param{Name: x.Ident(name), Annot: x.F.Bindings[field].Annot, Span: x.Span(name)}
		if x.Nodes[c].Kind == kSpreadParameter {
			p.Kind = facts.Rest
		}
		x.params = append(x.params, p)
		field++
	})
	s.ParamLo, s.ParamN = x.popParams(mark)
	in := x.openFunction(s, whole, body, x.Child(record, fName))
	if class != 0 {
		x.instanceInitializers(class)
	}
	if body != 0 {
		x.visitChildren(body)
	}
	x.eachComponent(record, func(_, name uint32) {
		value := x.Named(facts.Name, name, x.Ident(name))
		object := x.madeName(nameThis, x.Span(name))
		x.F.Bindings = append(x.F.Bindings, facts.Binding{
			Target: facts.ToAttr, Scope: x.Scope, Block: x.Block, Name: x.Ident(name), Obj: object, Value: value, Span: x.Span(name),
		})
	})
	x.closeFunction(in)
}

// constructorCall visits `super(a)` and `this(a)`.
func (x *Extractor) constructorCall(i uint32) {
	which, arguments := x.Child(i, fConstructor), x.Child(i, fArguments)
	if which == 0 || arguments == 0 || x.Nodes[which].Kind == syntax.Error {
		x.visitChildren(i)
		return
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	object := x.expr(which)
	callee := x.Over(facts.Attr, 0, which, object)
	x.F.Exprs[callee].Name = x.Sym(nameConstructor)
	mark := len(x.Kids)
	x.arguments(arguments)
	id := x.Group(facts.Call, 0, facts.Span{Start: x.Nodes[which].Start, End: x.Nodes[arguments].End}, mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
}

// superObject appends `super`, which is a call in package facts.
func (x *Extractor) superObject(i uint32) facts.ExprID {
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	callee := x.Named(facts.Name, i, x.Sym(nameSuper))
	id := x.Group(facts.Call, 0, x.Span(i), len(x.Kids))
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	return id
}
