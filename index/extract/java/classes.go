package java

import (
	"topicls/index/extract/build"
	"topicls/index/facts"
	"topicls/index/syntax"
)

// class is what the walk knows of a class that it is in.
type class struct {
	name   facts.Sym // 0 for one without
	static bool      // the code that the walk is in has no object of the class
	fields int       // where its fields begin in Extractor.fields
	locals int       // where the variables of its own code begin in Extractor.locals
	bound  int       // a record: where the bindings of its components begin
}

// field is a field of a class, as far as an assignment to its bare name needs
// to know.
type field struct {
	name   facts.Sym
	static bool
}

// definition visits the class, interface, enum, record or annotation type at
// node i. Annotations and bases are evaluated outside; then the name is bound;
// then comes the body.
func (x *Extractor) definition(i uint32) {
	s := facts.Scope{Kind: facts.ClassScope, Span: x.Span(i)}
	if k := x.Nodes[i].Kind; k == kInterface || k == kAnnotationType {
		s.Flag = facts.Abstract
		if k == kAnnotationType {
			s.Flag |= facts.AnnotationType
		}
	}
	s.DecorLo, s.DecorN = x.decorators(i)
	name, body := x.Child(i, fName), x.Child(i, fBody)
	if x.usable(name) {
		s.Name, s.NameSpan = x.Ident(name), x.Span(name)
	}
	mark := len(x.Kids)
	if x.Nodes[i].Kind == kEnum {
		x.Push(x.made(facts.Arg, x.madeName(nameEnum, s.NameSpan), s.NameSpan))
	}
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kSuperclass, kInterfaces, kExtendsInterfaces:
			x.bases(c)
		}
	}
	s.BaseLo, s.BaseN = x.Pop(mark)
	value := x.Add(facts.Class, 0, s.Span)
	if s.Name != 0 {
		x.Bind(s.Name, s.NameSpan, value)
	}
	span := facts.Span{Start: s.End, End: s.End}
	if body != 0 {
		span = x.Span(body)
	}
	outer := x.openClass(s, span)
	x.F.Exprs[value].Lo = int32(x.Scope)
	if x.Nodes[i].Kind == kRecord {
		x.components(i)
	}
	x.listFields(i, body)
	if body != 0 {
		x.members(i, body)
	}
	if x.Nodes[i].Kind == kRecord {
		x.canonical(i, body)
	}
	x.closeClass(outer)
}

// bases pushes the types named by an extends or implements clause.
func (x *Extractor) bases(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kTypeList:
			x.bases(c)
		case syntax.Error:
		default:
			x.Push(x.Over(facts.Arg, 0, c, x.typeExpr(c)))
		}
	}
}

// anonymous visits the body of an anonymous class, whose base is an expression
// that stands in front of it.
func (x *Extractor) anonymous(body uint32, base facts.ExprID) {
	s := facts.Scope{Kind: facts.ClassScope, Span: x.Span(body)}
	s.NameSpan = facts.Span{Start: s.Start, End: s.Start}
	if base != 0 {
		mark := len(x.Kids)
		x.Push(x.made(facts.Arg, base, x.F.Exprs[base].Span))
		s.BaseLo, s.BaseN = x.Pop(mark)
	}
	outer := x.openClass(s, s.Span)
	x.listFields(0, body)
	x.members(0, body)
	x.closeClass(outer)
}

// openClass enters the scope of a class.
func (x *Extractor) openClass(s facts.Scope, body facts.Span) build.Place {
	_, outer := x.OpenScope(s, body)
	x.classes = append(x.classes, class{name: s.Name, fields: len(x.fields), locals: len(x.locals), bound: len(x.F.Bindings)})
	return outer
}

// closeClass leaves the scope of a class.
func (x *Extractor) closeClass(outer build.Place) {
	last := len(x.classes) - 1
	x.fields, x.locals = x.fields[:x.classes[last].fields], x.locals[:x.classes[last].locals]
	x.classes = x.classes[:last]
	x.GoTo(outer)
}

// listFields notes the fields of the class at node i (0 for an anonymous one)
// before its code is read, which may stand in front of them.
func (x *Extractor) listFields(i, body uint32) {
	if i != 0 && x.Nodes[i].Kind == kRecord {
		x.eachComponent(i, func(_, name uint32) { x.fields = append(x.fields, field{name: x.Ident(name)}) })
	}
	if body == 0 {
		return
	}
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kEnumMembers:
			x.listFields(0, c)
		case kField, kConstant:
			static := x.Nodes[c].Kind == kConstant || x.isStatic(c)
			last := x.Nodes[c].Next
			for d := c + 1; d < last; d = x.Nodes[d].Next {
				if name := x.Child(d, fName); x.Nodes[d].Kind == kDeclarator && x.usable(name) {
					x.fields = append(x.fields, field{x.Ident(name), static})
				}
			}
		}
	}
}

// isStatic reports whether the modifiers of declaration i say static.
func (x *Extractor) isStatic(i uint32) bool {
	m := x.Tree.First(i, kModifiers)
	return m != 0 && x.Has(m, kStatic)
}

// members visits what stands in the body of the class at node i (0 for an
// anonymous one).
func (x *Extractor) members(i, body uint32) {
	end := x.Nodes[body].Next
	constructed := false
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kField, kConstant:
			x.fieldDeclaration(c)
		case kMethod, kAnnotationElement:
			x.method(c)
		case kConstructor:
			if constructed {
				x.constructor(c, 0)
			} else {
				x.constructor(c, body)
			}
			constructed = true
		case kCompactConstructor:
			x.compactConstructor(i, c, body)
			constructed = true
		case kEnumConstant:
			x.enumConstant(c)
		case kEnumMembers:
			x.members(i, c)
		case kStaticInitializer:
			x.staticInitializer(c)
		case kBlock:
			if !constructed && !x.Has(body, kConstructor) && !x.Has(body, kCompactConstructor) {
				x.implicitConstructor(body, c)
				constructed = true
			}
		default:
			x.visit(c)
		}
	}
}

// fieldDeclaration visits the fields that one declaration has. The type of a
// static one is marked, as Python does it: it is no part of the objects. Nor is a
// transient one of what is written of them.
func (x *Extractor) fieldDeclaration(i uint32) {
	t, modifiers := x.Child(i, fType), x.Tree.First(i, kModifiers)
	static := x.Nodes[i].Kind == kConstant || x.isStatic(i) || modifiers != 0 && x.Has(modifiers, kTransient)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == syntax.Error {
			x.visitChildren(c)
		}
		name := x.Child(c, fName)
		if x.Nodes[c].Kind != kDeclarator || !x.usable(name) {
			continue
		}
		annot := x.declared(t, c)
		if static && annot != 0 {
			annot = x.applied(nameShared, annot, x.Span(t))
		}
		annot = x.annotated(annot, modifiers)
		var value facts.ExprID
		if v := x.Child(c, fValue); v != 0 {
			value = x.expr(v)
		}
		x.declare(name, value, annot)
	}
}

// enumConstant visits a constant of an enum: a field that holds a call of the
// enum, where it says with what the enum is made.
func (x *Extractor) enumConstant(i uint32) {
	name, arguments, body := x.Child(i, fName), x.Child(i, fArguments), x.Child(i, fBody)
	if !x.usable(name) {
		x.visitChildren(i)
		return
	}
	owner := x.classes[len(x.classes)-1].name
	span := facts.Span{Start: x.Nodes[name].Start, End: x.Nodes[i].End}
	var value, annot facts.ExprID
	if modifiers := x.Tree.First(i, kModifiers); modifiers != 0 && (x.Has(modifiers, kAnnotation) || x.Has(modifiers, kMarkerAnnotation)) {
		t := x.Row(facts.Name, name)
		x.F.Exprs[t].Name = owner
		annot = x.annotated(t, modifiers)
	}
	if arguments != 0 || body != 0 {
		listed := len(x.F.Calls)
		x.F.Calls = append(x.F.Calls, 0)
		callee := x.Row(facts.Name, name)
		x.F.Exprs[callee].Name = owner
		mark := len(x.Kids)
		if arguments != 0 {
			x.arguments(arguments)
		}
		value = x.Group(facts.Call, 0, span, mark)
		x.F.Exprs[value].X, x.F.Calls[listed] = callee, value
	}
	x.declare(name, value, annot)
	if body != 0 {
		base := x.Row(facts.Name, name)
		x.F.Exprs[base].Name = owner
		x.anonymous(body, base)
	}
}

// declare binds the name at a node, with a type if it isn't 0.
func (x *Extractor) declare(name uint32, value, annot facts.ExprID) {
	b := facts.Binding{Scope: x.Scope, Block: x.Block, Name: x.Ident(name), Value: value, Annot: annot, Span: x.Span(name)}
	if annot != 0 {
		b.Flag = facts.Annotated
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// made appends an expression over another one, which no node stands for.
func (x *Extractor) made(kind facts.Kind, operand facts.ExprID, span facts.Span) facts.ExprID {
	id := x.Add(kind, 0, span)
	x.F.Exprs[id].X = operand
	return id
}

// madeName appends a name that the source doesn't have.
func (x *Extractor) madeName(name []byte, span facts.Span) facts.ExprID {
	id := x.Add(facts.Name, 0, span)
	x.F.Exprs[id].Name = x.Sym(name)
	return id
}
