package python

import (
	"topicls/index/extract/build"
	"topicls/index/facts"
	"topicls/index/syntax"
)

// decorated visits a definition with decorators.
func (x *Extractor) decorated(i uint32) {
	def := x.Child(i, fDefinition)
	if def == 0 {
		x.visitChildren(i)
		return
	}
	if k := x.Nodes[def].Kind; k != kFunction && k != kClass {
		x.visitChildren(i)
		return
	}
	x.definition(i, def)
}

// definition visits the function or class at node def, which is all of node
// whole but its decorators. Decorators, defaults, annotations and bases are
// evaluated outside, in this order; then the name is bound; then comes the
// body.
func (x *Extractor) definition(whole, def uint32) {
	s := facts.Scope{Kind: facts.FuncScope, Span: x.Span(whole)}
	kind := facts.Func
	if x.Nodes[def].Kind == kClass {
		s.Kind, kind = facts.ClassScope, facts.Class
	}
	if whole != def {
		s.DecorLo, s.DecorN = x.decorators(whole)
	}
	body := facts.Span{Start: s.End, End: s.End}
	end := x.Nodes[def].Next
	for c := def + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case n.Kind == kAsync:
			s.Async = true
		case n.Field() == fName:
			s.Name, s.NameSpan = x.Ident(c), x.Span(c)
		case n.Field() == fParameters:
			s.ParamLo, s.ParamN = x.parameters(c)
		case n.Field() == fReturnType:
			s.Result = x.typeExpr(c)
		case n.Field() == fSuperclasses:
			mark := len(x.Kids)
			x.arguments(c)
			s.BaseLo, s.BaseN = x.Pop(mark)
		case n.Kind == kBlock && n.Field() == fBody:
			body = x.Span(c)
		}
	}
	value := x.Add(kind, 0, s.Span)
	if s.Name != 0 {
		x.Bind(s.Name, s.NameSpan, value)
	}
	id, outer := x.OpenScope(s, body)
	x.F.Exprs[value].Lo = int32(id)
	mark := len(x.Globals)
	for c := def + 1; c < end; c = x.Nodes[c].Next {
		if n := &x.Nodes[c]; n.Kind == kBlock || n.Kind == syntax.Error {
			x.visitChildren(c)
		}
	}
	x.FlushGlobals(id, mark)
	x.GoTo(outer)
}

// decorators lists the decorator expressions of a decorated definition.
func (x *Extractor) decorators(i uint32) (lo, n int32) {
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kDecorator {
			continue
		}
		if e := x.first(c); e != 0 {
			x.Push(x.expr(e))
		}
	}
	return x.Pop(mark)
}

// parameters lists the parameters of a function or lambda.
func (x *Extractor) parameters(i uint32) (lo, n int32) {
	mark := len(x.params)
	kind := facts.Positional
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kPositionalSeparator, syntax.Error:
		case kKeywordSeparator:
			kind = facts.KeywordOnly
		default:
			p := x.parameter(c)
			if p.Kind == facts.Positional {
				p.Kind = kind
			} else {
				kind = facts.KeywordOnly
			}
			x.params = append(x.params, p)
		}
	}
	lo, n = int32(len(x.F.Params)), int32(len(x.params)-mark)
	x.F.Params = append(x.F.Params, x.params[mark:]...)
	x.params = x.params[:mark]
	return lo, n
}

// parameter reads one parameter. One that is no name (Python 2 unpacked
// tuples) keeps its place with an empty name.
func (x *Extractor) parameter(i uint32) facts.Param {
	p := facts.Param{Span: x.Span(i)}
	name := i
	switch x.Nodes[i].Kind {
	case kDefaultParameter, kTypedDefaultParameter:
		name = x.Child(i, fName)
		if t := x.Child(i, fType); t != 0 {
			p.Annot = x.typeExpr(t)
		}
		if v := x.Child(i, fValue); v != 0 {
			p.Default = x.expr(v)
		}
	case kTypedParameter:
		name = x.first(i)
		if t := x.Child(i, fType); t != 0 {
			p.Annot = x.typeExpr(t)
		}
	}
	if name == 0 {
		return p
	}
	switch x.Nodes[name].Kind {
	case kListSplatPattern:
		p.Kind, name = facts.Rest, x.first(name)
	case kDictionarySplatPattern:
		p.Kind, name = facts.RestMap, x.first(name)
	}
	if name != 0 && x.Nodes[name].Kind == kIdentifier {
		p.Name, p.Span = x.Ident(name), x.Span(name)
	}
	return p
}

// lambda visits a lambda; its body is a return.
func (x *Extractor) lambda(i uint32) facts.ExprID {
	s := facts.Scope{Kind: facts.LambdaScope, Span: x.Span(i)}
	if p := x.Child(i, fParameters); p != 0 {
		s.ParamLo, s.ParamN = x.parameters(p)
	}
	value := x.Row(facts.Func, i)
	body := x.Child(i, fBody)
	span := s.Span
	if body != 0 {
		span = x.Span(body)
	}
	id, outer := x.OpenScope(s, span)
	x.F.Exprs[value].Lo = int32(id)
	if body != 0 {
		result := x.expr(body)
		x.F.Returns = append(x.F.Returns, facts.Return{Scope: x.Scope, Block: x.Block, Value: result})
	}
	x.GoTo(outer)
	return value
}

// comprehension visits a comprehension or generator expression. Its first
// iterable is evaluated outside, everything else in a scope of its own.
func (x *Extractor) comprehension(i uint32) facts.ExprID {
	kind, flag := facts.List, facts.Comp
	switch x.Nodes[i].Kind {
	case kSetComprehension:
		flag |= facts.Set
	case kDictionaryComprehension:
		kind = facts.Map
	}
	var opened bool
	var outer build.Place
	var body uint32
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case n.Field() == fBody:
			body = c
		case n.Kind == kForInClause:
			target := x.Child(c, fLeft)
			var iterable facts.ExprID
			if r := x.Child(c, fRight); r != 0 {
				iterable = x.expr(r)
			}
			if !opened {
				_, outer = x.OpenScope(facts.Scope{Kind: facts.CompScope, Span: x.Span(i)}, x.Span(i))
				opened = true
			}
			if target != 0 && iterable != 0 {
				x.bindElement(target, iterable, x.Has(c, kAsync))
			}
		default:
			x.visitChildren(c) // a condition
		}
	}
	mark := len(x.Kids)
	if body != 0 {
		x.element(body)
	}
	if opened {
		x.GoTo(outer)
	}
	return x.Group(kind, flag, x.Span(i), mark)
}
