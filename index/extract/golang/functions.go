package golang

import (
	"slices"

	"topicls/index/facts"
)

var textThis = []byte("this")

// function visits the function, method or method of an interface at node i.
// receiver is the parameter declaration of a method's receiver.
func (x *Extractor) function(i, name, receiver uint32) {
	s := facts.Scope{Kind: facts.FuncScope, Span: x.Span(i)}
	if name != 0 && !x.Nodes[name].Missing() {
		s.Name, s.NameSpan = x.Ident(name), x.Span(name)
	}
	mark := len(x.params)
	if x.F.Scopes[x.Scope].Kind == facts.ClassScope {
		x.params = append(x.params, x.receiver(receiver, s.NameSpan))
	}
	x.signature(i, &s, mark)
	body := x.Child(i, fBody)
	if body == 0 {
		s.Flag |= facts.Abstract
	}
	value := x.Add(facts.Func, 0, s.Span)
	if s.Name != 0 && !isBlank(x.Source(name)) {
		x.Bind(s.Name, s.NameSpan, value)
	}
	if body != 0 && x.Scope == 0 && x.F.Main == (facts.Span{}) && string(x.Source(name)) == "main" && x.pkg != 0 && x.pkg == x.Sym(textMain) {
		x.F.Main = x.Span(body)
	}
	x.body(i, body, value, s)
}

var textMain = []byte("main")

// receiver is the parameter that a method is called on.
func (x *Extractor) receiver(i uint32, method facts.Span) facts.Param {
	p := facts.Param{Name: x.Sym(textThis), Span: method}
	if i == 0 {
		return p
	}
	if n := x.Child(i, fName); n != 0 {
		p.Name, p.Span = x.Ident(n), x.Span(n)
	}
	if t := x.Child(i, fType); t != 0 {
		p.Annot = x.typeExpr(t)
	}
	return p
}

// signature reads the parameters and results of the function at node i into s.
// Parameters pushed since mark come first.
func (x *Extractor) signature(i uint32, s *facts.Scope, mark int) {
	if p := x.Child(i, fParameters); p != 0 {
		x.parameters(p)
	}
	s.ParamLo, s.ParamN = int32(len(x.F.Params)), int32(len(x.params)-mark)
	x.F.Params = append(x.F.Params, x.params[mark:]...)
	x.params = x.params[:mark]
	if r := x.Child(i, fResult); r != 0 {
		s.Result = x.resultType(r)
	}
}

// parameters pushes the parameters of a list. Those without a name keep their
// place.
func (x *Extractor) parameters(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		k := x.Nodes[c].Kind
		if k != kParameter && k != kVariadicParameter {
			continue
		}
		p := facts.Param{Span: x.Span(c)}
		if t := x.Child(c, fType); t != 0 {
			p.Annot = x.typeExpr(t)
			if k == kVariadicParameter {
				p.Kind = facts.Rest
				name := x.Named(facts.Name, t, x.Sym(textList))
				p.Annot = x.Both(facts.Index, t, name, p.Annot)
			}
		}
		n := x.Child(c, fName)
		if n == 0 {
			x.params = append(x.params, p)
		}
		for ; n != 0; n = x.nextNamed(c, n) {
			p.Name, p.Span = x.Ident(n), x.Span(n)
			x.params = append(x.params, p)
		}
	}
}

// body visits what a function does, in a scope of its own.
func (x *Extractor) body(i, body uint32, value facts.ExprID, s facts.Scope) {
	span := facts.Span{Start: s.End, End: s.End}
	if body != 0 {
		span = x.Span(body)
	}
	outerNamed, declared, assigned := len(x.named), len(x.declared), len(x.assigned)
	id, outer := x.OpenScope(s, span)
	x.F.Exprs[value].Lo = int32(id)
	x.namedResults(i, s.Result)
	if body != 0 {
		x.visitBody(body, outerNamed)
	}
	x.named = x.named[:outerNamed]
	x.outerNames(id, declared, assigned)
	x.GoTo(outer)
}

// outerNames says which names that a function assigns to are those of a function
// around it, or of the package: those that it doesn't declare.
func (x *Extractor) outerNames(id facts.ScopeID, declared, assigned int) {
	mark := len(x.Globals)
	own := x.declared[declared:]
	for _, name := range x.assigned[assigned:] {
		isParam := slices.ContainsFunc(x.F.ScopeParams(&x.F.Scopes[id]), func(p facts.Param) bool { return p.Name == name })
		if !isParam && !slices.Contains(own, name) && !slices.Contains(x.Globals[mark:], name) {
			x.Globals = append(x.Globals, name)
		}
	}
	x.FlushGlobals(id, mark)
	x.declared, x.assigned = x.declared[:declared], x.assigned[:assigned]
}

// visitBody visits a function's statements; the names of its results are those
// from mark on.
func (x *Extractor) visitBody(body uint32, mark int) {
	was := x.results
	x.results = mark
	x.visitChildren(body)
	x.results = was
}

// namedResults binds the named results of the function at node i, which has
// the given result type.
func (x *Extractor) namedResults(i uint32, result facts.ExprID) {
	list := x.Child(i, fResult)
	if list == 0 || x.Nodes[list].Kind != kParameters {
		return
	}
	var types []facts.ExprID
	if e := &x.F.Exprs[result]; e.Kind == facts.List && e.Flag&facts.Tuple != 0 {
		types = x.F.Operands(e)
	}
	k := 0
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		for n := x.Child(c, fName); n != 0 && x.Nodes[c].Kind == kParameter; n = x.nextNamed(c, n) {
			t := result
			if k < len(types) {
				t = types[k]
			}
			k++
			x.bind(n, 0, t)
			x.named = append(x.named, x.Ident(n))
		}
	}
}

// funcLiteral appends a function without a name.
func (x *Extractor) funcLiteral(i uint32) facts.ExprID {
	s := facts.Scope{Kind: facts.LambdaScope, Span: x.Span(i)}
	x.signature(i, &s, len(x.params))
	value := x.Row(facts.Func, i)
	x.body(i, x.Child(i, fBody), value, s)
	return value
}

// returnStatement records a return. One without values returns the named
// results.
func (x *Extractor) returnStatement(i uint32) {
	var value facts.ExprID
	if v := x.first(i); v != 0 {
		value = x.expr(v)
	} else if names := x.named[x.results:]; len(names) > 0 {
		mark := len(x.Kids)
		for _, n := range names {
			id := x.Row(facts.Name, i)
			x.F.Exprs[id].Name = n
			x.Push(id)
		}
		if len(names) == 1 {
			value = x.Kids[mark]
			x.Kids = x.Kids[:mark]
		} else {
			value = x.Group(facts.List, facts.Tuple, x.Span(i), mark)
		}
	}
	x.F.Returns = append(x.F.Returns, facts.Return{Scope: x.Scope, Block: x.Block, Value: value})
}
