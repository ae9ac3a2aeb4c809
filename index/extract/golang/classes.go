package golang

import (
	"topicls/index/extract/build"
	"topicls/index/facts"
)

// openClass binds the name at a node to a class and enters it; the result is
// where to go back to. A type at the top of the file may have methods in other
// files, and may have been opened by one in front of it.
func (x *Extractor) openClass(name uint32, s facts.Scope) build.Place {
	s.Kind, s.Name, s.NameSpan = facts.ClassScope, x.Ident(name), x.Span(name)
	value := x.Add(facts.Class, 0, s.Span)
	x.bind(name, value, 0)
	top := x.Scope == 0
	if top {
		s.Flag |= facts.Partial
		if t := x.types[s.Name]; t.class != 0 {
			class := &x.F.Scopes[t.class]
			s.Parent, s.Block, s.Body = class.Parent, class.Block, class.Body
			*class = s
			x.F.Blocks[s.Body].Span = s.Span
			x.F.Exprs[value].Lo = int32(t.class)
			return x.enter(t.class)
		}
	}
	id, outer := x.OpenScope(s, s.Span)
	x.F.Exprs[value].Lo = int32(id)
	if top {
		t := x.types[s.Name]
		t.class = id
		x.types[s.Name] = t
	}
	return outer
}

// enter goes into a scope that was opened before.
func (x *Extractor) enter(s facts.ScopeID) build.Place {
	outer := build.Place{Scope: x.Scope, Block: x.Block}
	x.GoTo(build.Place{Scope: s, Block: x.F.Scopes[s].Body})
	return outer
}

// enterMethods goes into the class of a type that the file has methods of.
func (x *Extractor) enterMethods(name uint32, span facts.Span) build.Place {
	sym := x.Ident(name)
	t := x.types[sym]
	if t.class != 0 {
		return x.enter(t.class)
	}
	s := facts.Scope{Kind: facts.ClassScope, Flag: facts.Partial, Name: sym, NameSpan: x.Span(name), Span: span}
	id, outer := x.OpenScope(s, span)
	t.class = id
	x.types[sym] = t
	return outer
}

// structSpec visits `type X struct { ... }`.
func (x *Extractor) structSpec(i, name, t uint32) {
	s := facts.Scope{Span: x.Span(i)}
	s.BaseLo, s.BaseN = x.embedded(t)
	outer := x.openClass(name, s)
	x.fields(t)
	x.GoTo(outer)
}

// structClass appends a struct type without a name.
func (x *Extractor) structClass(i uint32) facts.ExprID {
	s := facts.Scope{Kind: facts.ClassScope, Span: x.Span(i)}
	s.BaseLo, s.BaseN = x.embedded(i)
	value := x.Row(facts.Class, i)
	id, outer := x.OpenScope(s, s.Span)
	x.F.Exprs[value].Lo = int32(id)
	x.fields(i)
	x.GoTo(outer)
	return value
}

// embedded appends the embedded fields of a struct as its bases.
func (x *Extractor) embedded(i uint32) (lo, n int32) {
	mark := len(x.Kids)
	x.eachField(i, func(c uint32) {
		if t := x.Child(c, fType); t != 0 && x.Child(c, fName) == 0 {
			x.Push(x.Over(facts.Arg, 0, t, x.typeExpr(t)))
		}
	})
	return x.Pop(mark)
}

// eachField calls f with each field declaration of a struct type.
func (x *Extractor) eachField(i uint32, f func(uint32)) {
	list := x.Tree.First(i, kFields)
	if list == 0 {
		return
	}
	end := x.Nodes[list].Next
	for c := list + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kField {
			f(c)
		}
	}
}

// fields binds the fields of a struct type.
func (x *Extractor) fields(i uint32) {
	x.eachField(i, func(c uint32) {
		t := x.Child(c, fType)
		if t == 0 {
			return
		}
		annot := x.typeExpr(t)
		if tag := x.Child(c, fTag); tag != 0 {
			annot = x.tagged(c, annot, tag)
		}
		name := x.Child(c, fName)
		if name == 0 {
			if name = x.typeText(t); name != 0 {
				x.bind(name, 0, annot)
			}
			return
		}
		for ; name != 0; name = x.nextNamed(c, name) {
			x.bind(name, 0, annot)
		}
	})
}

var (
	textAnnotated = []byte("Annotated")
	textTag       = []byte("tag")
)

// tagged appends the type of field i with its tag.
func (x *Extractor) tagged(i uint32, annot facts.ExprID, tag uint32) facts.ExprID {
	t := x.Child(i, fType)
	value := x.Named(facts.Name, t, x.Sym(textAnnotated))
	listed := x.openCall()
	callee := x.Named(facts.Name, tag, x.Sym(textTag))
	mark := len(x.Kids)
	x.Push(annot)
	inner := len(x.Kids)
	x.Push(x.Over(facts.Arg, 0, tag, x.string(tag)))
	x.Push(x.closeCall(listed, callee, x.Span(tag), inner))
	span := facts.Span{Start: x.Nodes[t].Start, End: x.Nodes[tag].End}
	key := x.Group(facts.List, facts.Tuple, span, mark)
	return x.spanned(facts.Index, span, value, key)
}

// interfaceSpec visits `type X interface { ... }`.
func (x *Extractor) interfaceSpec(i, name, t uint32) {
	s := facts.Scope{Span: x.Span(i), Flag: facts.Abstract}
	s.BaseLo, s.BaseN = x.extended(t)
	outer := x.openClass(name, s)
	x.methods(t)
	x.GoTo(outer)
}

// interfaceClass appends an interface type without a name.
func (x *Extractor) interfaceClass(i uint32) facts.ExprID {
	s := facts.Scope{Kind: facts.ClassScope, Flag: facts.Abstract, Span: x.Span(i)}
	s.BaseLo, s.BaseN = x.extended(i)
	value := x.Row(facts.Class, i)
	id, outer := x.OpenScope(s, s.Span)
	x.F.Exprs[value].Lo = int32(id)
	x.methods(i)
	x.GoTo(outer)
	return value
}

// extended appends the interfaces that an interface has the methods of. Sets of
// types are none.
func (x *Extractor) extended(i uint32) (lo, n int32) {
	mark := len(x.Kids)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kTypeElem {
			continue
		}
		if t := x.only(c); t != 0 && x.typeText(t) != 0 {
			x.Push(x.Over(facts.Arg, 0, t, x.typeExpr(t)))
		}
	}
	return x.Pop(mark)
}

// methods binds the methods of an interface type.
func (x *Extractor) methods(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kMethodElem {
			x.function(c, x.Child(c, fName), 0)
		}
	}
}

// methodDeclaration visits `func (r T) name() { ... }`.
func (x *Extractor) methodDeclaration(i uint32) {
	receiver := x.Child(i, fReceiver)
	var t uint32
	if receiver != 0 {
		if receiver = x.Tree.First(receiver, kParameter); receiver != 0 {
			t = x.Child(receiver, fType)
		}
	}
	if t != 0 {
		t = x.typeText(t)
	}
	if t == 0 || x.Scope != 0 {
		x.function(i, x.Child(i, fName), 0)
		return
	}
	outer := x.enterMethods(t, x.Span(i))
	x.function(i, x.Child(i, fName), receiver)
	x.GoTo(outer)
}
