package python

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// decorated visits a definition with decorators.
func (x *Extractor) decorated(i uint32) {
	def := x.child(i, fDefinition)
	if def == 0 {
		x.visitChildren(i)
		return
	}
	if k := x.nodes[def].Kind; k != kFunction && k != kClass {
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
	s := facts.Scope{Kind: facts.FuncScope, Span: x.span(whole)}
	kind := facts.Func
	if x.nodes[def].Kind == kClass {
		s.Kind, kind = facts.ClassScope, facts.Class
	}
	if whole != def {
		s.DecorLo, s.DecorN = x.decorators(whole)
	}
	body := facts.Span{Start: s.End, End: s.End}
	end := x.nodes[def].Next
	for c := def + 1; c < end; c = x.nodes[c].Next {
		n := &x.nodes[c]
		switch {
		case n.Kind == kAsync:
			s.Async = true
		case n.Field() == fName:
			s.Name, s.NameSpan = x.ident(c), x.span(c)
		case n.Field() == fParameters:
			s.ParamLo, s.ParamN = x.parameters(c)
		case n.Field() == fReturnType:
			s.Result = x.typeExpr(c)
		case n.Field() == fSuperclasses:
			mark := len(x.kids)
			x.arguments(c)
			s.BaseLo, s.BaseN = x.pop(mark)
		case n.Kind == kBlock && n.Field() == fBody:
			body = x.span(c)
		}
	}
	value := x.add(kind, 0, s.Span)
	if s.Name != 0 {
		x.bind(s.Name, s.NameSpan, value)
	}
	id, outer := x.openScope(s, body)
	x.f.Exprs[value].Lo = int32(id)
	mark := len(x.globals)
	for c := def + 1; c < end; c = x.nodes[c].Next {
		if n := &x.nodes[c]; n.Kind == kBlock || n.Kind == syntax.Error {
			x.visitChildren(c)
		}
	}
	x.flushGlobals(id, mark)
	x.goTo(outer)
}

// decorators lists the decorator expressions of a decorated definition.
func (x *Extractor) decorators(i uint32) (lo, n int32) {
	mark := len(x.kids)
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		if x.nodes[c].Kind != kDecorator {
			continue
		}
		if e := x.first(c); e != 0 {
			x.push(x.expr(e))
		}
	}
	return x.pop(mark)
}

// parameters lists the parameters of a function or lambda.
func (x *Extractor) parameters(i uint32) (lo, n int32) {
	mark := len(x.params)
	kind := facts.Positional
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		switch x.nodes[c].Kind {
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
	lo, n = int32(len(x.f.Params)), int32(len(x.params)-mark)
	x.f.Params = append(x.f.Params, x.params[mark:]...)
	x.params = x.params[:mark]
	return lo, n
}

// parameter reads one parameter. One that is no name (Python 2 unpacked
// tuples) keeps its place with an empty name.
func (x *Extractor) parameter(i uint32) facts.Param {
	p := facts.Param{Span: x.span(i)}
	name := i
	switch x.nodes[i].Kind {
	case kDefaultParameter, kTypedDefaultParameter:
		name = x.child(i, fName)
		if t := x.child(i, fType); t != 0 {
			p.Annot = x.typeExpr(t)
		}
		if v := x.child(i, fValue); v != 0 {
			p.Default = x.expr(v)
		}
	case kTypedParameter:
		name = x.first(i)
		if t := x.child(i, fType); t != 0 {
			p.Annot = x.typeExpr(t)
		}
	}
	if name == 0 {
		return p
	}
	switch x.nodes[name].Kind {
	case kListSplatPattern:
		p.Kind, name = facts.Rest, x.first(name)
	case kDictionarySplatPattern:
		p.Kind, name = facts.RestMap, x.first(name)
	}
	if name != 0 && x.nodes[name].Kind == kIdentifier {
		p.Name, p.Span = x.ident(name), x.span(name)
	}
	return p
}

// lambda visits a lambda; its body is a return.
func (x *Extractor) lambda(i uint32) facts.ExprID {
	s := facts.Scope{Kind: facts.LambdaScope, Span: x.span(i)}
	if p := x.child(i, fParameters); p != 0 {
		s.ParamLo, s.ParamN = x.parameters(p)
	}
	value := x.row(facts.Func, i)
	body := x.child(i, fBody)
	span := s.Span
	if body != 0 {
		span = x.span(body)
	}
	id, outer := x.openScope(s, span)
	x.f.Exprs[value].Lo = int32(id)
	if body != 0 {
		result := x.expr(body)
		x.f.Returns = append(x.f.Returns, facts.Return{Scope: x.scope, Block: x.block, Value: result})
	}
	x.goTo(outer)
	return value
}

// comprehension visits a comprehension or generator expression. Its first
// iterable is evaluated outside, everything else in a scope of its own.
func (x *Extractor) comprehension(i uint32) facts.ExprID {
	kind, flag := facts.List, facts.Comp
	switch x.nodes[i].Kind {
	case kSetComprehension:
		flag |= facts.Set
	case kDictionaryComprehension:
		kind = facts.Map
	}
	var opened bool
	var outer place
	var body uint32
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		n := &x.nodes[c]
		switch {
		case n.Field() == fBody:
			body = c
		case n.Kind == kForInClause:
			target := x.child(c, fLeft)
			var iterable facts.ExprID
			if r := x.child(c, fRight); r != 0 {
				iterable = x.expr(r)
			}
			if !opened {
				_, outer = x.openScope(facts.Scope{Kind: facts.CompScope, Span: x.span(i)}, x.span(i))
				opened = true
			}
			if target != 0 && iterable != 0 {
				x.bindElement(target, iterable, x.has(c, kAsync))
			}
		default:
			x.visitChildren(c) // a condition
		}
	}
	mark := len(x.kids)
	if body != 0 {
		x.element(body)
	}
	if opened {
		x.goTo(outer)
	}
	return x.group(kind, flag, x.span(i), mark)
}
