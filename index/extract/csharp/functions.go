package csharp

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// function is what is to be known of a function to visit it.
type function struct {
	whole      uint32 // all of it
	name       uint32 // node of its name, or 0
	called     string // what it is called if that isn't what is written
	parameters uint32
	types      uint32 // type parameters
	returns    uint32
	value      uint32 // type of the parameter `value` that a setter has
	body       uint32 // a block or an arrow, or 0
	receiver   uint32 // a parameter in front of the others
	chained    uint32 // a constructor's call of another one
	flag       facts.ScopeFlag
	static     bool
	async      bool
	extension  bool // its first parameter is what others call this
	constructs bool
	local      bool // stands in a function: it has no receiver of its own
}

// function visits a function and binds its name. The result is its row.
func (x *Extractor) function(fn function) facts.ExprID {
	s := facts.Scope{Kind: facts.FuncScope, Flag: fn.flag, Async: fn.async, Span: x.Span(fn.whole), NameSpan: x.madeUp(fn.whole)}
	if fn.name != 0 {
		s.Name, s.NameSpan = x.ident(fn.name), x.Span(fn.name)
	}
	if fn.called != "" {
		s.Name = x.symOf(fn.called)
	}
	if fn.static && !fn.extension && !fn.local {
		s.Flag |= facts.Static
	}
	s.DecorLo, s.DecorN = x.attributes(fn.whole)
	params := len(x.params)
	if !fn.static && !fn.extension && !fn.local {
		x.params = append(x.params, facts.Param{Name: x.symOf("this"), Span: s.NameSpan})
	}
	if fn.receiver != 0 {
		x.params = append(x.params, x.parameter(fn.receiver))
	}
	if fn.parameters != 0 {
		x.parameters(fn.parameters)
	}
	if fn.value != 0 {
		x.params = append(x.params, facts.Param{Name: x.symOf("value"), Annot: x.typeExpr(fn.value), Span: s.NameSpan})
	}
	types := fn.types
	if fn.constructs {
		types = x.class.types
	}
	x.typeParams(types)
	s.ParamLo, s.ParamN = x.popParams(params)
	if fn.returns != 0 {
		s.Result = x.typeExpr(fn.returns)
	}
	value := x.Add(facts.Func, 0, s.Span)
	if s.Name != 0 {
		x.Bind(s.Name, s.NameSpan, value)
		if fn.local {
			x.declare(s.Name)
		}
	}
	span := facts.Span{Start: s.End, End: s.End}
	if fn.body != 0 {
		span = x.Span(fn.body)
	}
	id, outer := x.OpenScope(s, span)
	x.F.Exprs[value].Lo = int32(id)
	if s.Name == x.symOf("Main") && s.Flag&facts.Static != 0 && fn.body != 0 && x.F.Main == (facts.Span{}) {
		x.F.Main = span
	}
	leave := x.enter(s)
	x.result = x.taskResult(fn.returns)
	if fn.constructs {
		x.bindTypes(types, true)
		x.callBase(fn.chained)
	} else {
		x.bindTypes(types, false)
	}
	x.body(fn.body, fn.returns != 0 && !x.is(fn.returns, "void"))
	leave(id)
	x.GoTo(outer)
	return value
}

// enter declares the parameters of a function whose scope was opened. The
// result forgets them and what else the function declares.
func (x *Extractor) enter(s facts.Scope) func(facts.ScopeID) {
	mark, globals, result, receiver := len(x.locals.stack), len(x.Globals), x.result, x.receiver
	for _, p := range x.F.ScopeParams(&s) {
		x.declare(p.Name)
	}
	x.want, x.receiver = 0, 0
	return func(id facts.ScopeID) {
		x.FlushGlobals(id, globals)
		x.undeclare(mark)
		x.result, x.receiver = result, receiver
	}
}

// body visits the body of a function: a block, or an arrow whose expression is
// returned if the function returns something.
func (x *Extractor) body(i uint32, returns bool) {
	if i == 0 || x.Nodes[i].Deep() {
		return
	}
	x.F.Blocks[x.Block].Leaves = x.leaves(i)
	if x.Nodes[i].Kind != kArrow {
		x.visitChildren(i)
		return
	}
	c := x.first(i)
	if c == 0 {
		return
	}
	if !returns {
		x.visit(c)
		return
	}
	x.returns(x.wanted(c, x.result))
}

// returns records a return.
func (x *Extractor) returns(value facts.ExprID) {
	x.F.Returns = append(x.F.Returns, facts.Return{Scope: x.Scope, Block: x.Block, Value: value})
}

// taskResult returns the type that an async function's `return` gives: T of
// Task<T>; else the type itself.
func (x *Extractor) taskResult(typ uint32) uint32 {
	if typ == 0 || x.Nodes[typ].Kind != kGeneric {
		return typ
	}
	name, args := x.Tree.First(typ, kIdentifier), x.Tree.First(typ, kTypeArguments)
	if name == 0 || args == 0 || !x.is(name, "Task") && !x.is(name, "ValueTask") {
		return typ
	}
	return x.first(args)
}

// parameters pushes the parameters of a function.
func (x *Extractor) parameters(i uint32) {
	var typ uint32 // of `params`, whose parts stand in the list itself
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case n.Kind == kParameter:
			x.params = append(x.params, x.parameter(c))
		case n.Kind == kImplicitParameter:
			x.params = append(x.params, facts.Param{Name: x.ident(c), Span: x.Span(c)})
		case n.Field() == fType:
			typ = c
		case n.Field() == fName && n.Kind == kIdentifier:
			p := facts.Param{Kind: facts.Rest, Name: x.ident(c), Span: x.Span(c)}
			if typ != 0 {
				p.Annot = x.typeExpr(typ)
			}
			x.params = append(x.params, p)
			typ = 0
		case n.Kind == syntax.Error:
			x.visitChildren(c)
		}
	}
}

// popParams moves the parameters pushed since mark to File.Params.
func (x *Extractor) popParams(mark int) (lo, n int32) {
	lo, n = int32(len(x.F.Params)), int32(len(x.params)-mark)
	x.F.Params = append(x.F.Params, x.params[mark:]...)
	x.params = x.params[:mark]
	return lo, n
}

// parameter reads one parameter.
func (x *Extractor) parameter(i uint32) facts.Param {
	p := facts.Param{Span: x.Span(i)}
	name, typ := x.Child(i, fName), x.Child(i, fType)
	p.Annot = x.annotated(i, typ)
	if x.modifiers(i)&mParams != 0 {
		p.Kind = facts.Rest
	}
	if name == 0 {
		return p
	}
	p.Name, p.Span = x.ident(name), x.Span(name)
	if value := x.from(i, x.Nodes[name].Next); value != 0 {
		p.Default = x.wanted(value, typ)
	}
	return p
}

// lambda visits a lambda or an anonymous method; an expression body is a
// return.
func (x *Extractor) lambda(i uint32) facts.ExprID {
	s := facts.Scope{Kind: facts.LambdaScope, Span: x.Span(i), Async: x.modifiers(i)&mAsync != 0}
	params := len(x.params)
	if p := x.Child(i, fParameters); p != 0 {
		if x.Nodes[p].Kind == kImplicitParameter {
			x.params = append(x.params, facts.Param{Name: x.ident(p), Span: x.Span(p)})
		} else {
			x.parameters(p)
		}
	}
	s.ParamLo, s.ParamN = x.popParams(params)
	value := x.Row(facts.Func, i)
	body := x.Child(i, fBody)
	if body == 0 {
		body = x.Tree.First(i, kBlock)
	}
	span := s.Span
	if body != 0 {
		span = x.Span(body)
	}
	id, outer := x.OpenScope(s, span)
	x.F.Exprs[value].Lo = int32(id)
	leave := x.enter(s)
	x.result = 0
	switch {
	case body == 0:
	case x.Nodes[body].Kind == kBlock:
		x.body(body, false)
	default:
		x.returns(x.expr(body))
	}
	leave(id)
	x.GoTo(outer)
	return value
}

// localFunction visits a function in a function.
func (x *Extractor) localFunction(i uint32) {
	name := x.Child(i, fName)
	if name == 0 {
		x.visitChildren(i)
		return
	}
	m := x.modifiers(i)
	x.function(function{
		whole: i, name: name, parameters: x.Child(i, fParameters), types: x.Child(i, fTypeParameters), returns: x.Child(i, fType),
		body: x.Child(i, fBody), async: m&mAsync != 0, local: true,
	})
}
