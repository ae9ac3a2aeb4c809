package java

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// variable binds a variable that is declared at the node of its name.
func (x *Extractor) variable(name uint32, value, annot facts.ExprID) {
	x.locals = append(x.locals, x.Ident(name))
	x.declare(name, value, annot)
	x.F.Bindings[len(x.F.Bindings)-1].Flag |= facts.Scoped
}

// local visits the declaration of local variables.
func (x *Extractor) local(i uint32) {
	t, modifiers := x.Child(i, fType), x.Tree.First(i, kModifiers)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == syntax.Error {
			x.visitChildren(c)
		}
		name := x.Child(c, fName)
		if x.Nodes[c].Kind != kDeclarator || !x.usable(name) {
			continue
		}
		annot := x.annotated(x.declared(t, c), modifiers)
		var value facts.ExprID
		if v := x.Child(c, fValue); v != 0 {
			value = x.expr(v)
		}
		if value != 0 || annot != 0 {
			x.variable(name, value, annot)
		}
	}
}

// assignment binds the target of `t = v`, and is the value.
func (x *Extractor) assignment(i uint32) facts.ExprID {
	left, right := x.Child(i, fLeft), x.Child(i, fRight)
	if !x.usable(left) || !x.usable(right) {
		return x.opaque(i)
	}
	var flag facts.Flag
	var value facts.ExprID
	switch string(x.operator(left, right)) {
	case "=":
		value = x.expr(right)
	case "+=":
		value, flag = x.expr(right), facts.Augmented
	default:
		value, flag = x.Row(facts.Unknown, right), facts.Augmented
		x.visit(right)
	}
	x.assign(left, value, flag)
	return value
}

// assign binds the target at node i.
func (x *Extractor) assign(i uint32, value facts.ExprID, flag facts.Flag) {
	b := facts.Binding{Flag: flag, Scope: x.Scope, Block: x.Block, Value: value, Span: x.Span(i)}
	switch x.Nodes[i].Kind {
	case kParenthesized:
		if c := x.only(i); c != 0 {
			x.assign(c, value, flag)
		}
		return
	case kIdentifier:
		b.Name = x.Ident(i)
		if b.Obj = x.owner(b.Name, b.Span); b.Obj != 0 {
			b.Target = facts.ToAttr
		}
	case kFieldAccess:
		object, name := x.Child(i, fObject), x.Child(i, fField)
		if object == 0 || !x.usable(name) {
			x.visit(i)
			return
		}
		b.Target, b.Obj, b.Name, b.Span = facts.ToAttr, x.expr(object), x.Ident(name), x.Span(name)
	case kArrayAccess:
		array, index := x.Child(i, fArray), x.Child(i, fIndex)
		if array == 0 || index == 0 {
			x.visit(i)
			return
		}
		b.Target, b.Obj = facts.ToIndex, x.expr(array)
		b.Key = x.expr(index)
	default:
		x.visit(i)
		return
	}
	x.F.Bindings = append(x.F.Bindings, b)
}

// owner appends what the bare name is a field of, when it is assigned to; 0 if
// it is a local variable. A variable must be declared where it can be seen, so
// that a name that isn't, and that no class around has, is inherited.
func (x *Extractor) owner(name facts.Sym, span facts.Span) facts.ExprID {
	last := len(x.classes) - 1
	if last < 0 {
		return 0
	}
	for k := len(x.locals) - 1; k >= x.classes[last].locals; k-- {
		if x.locals[k] == name {
			return 0
		}
	}
	end := len(x.fields)
	for c := last; c >= 0; c-- {
		for k := x.classes[c].fields; k < end; k++ {
			if x.fields[k].name == name {
				return x.ownerIn(c, x.fields[k].static, span)
			}
		}
		end = x.classes[c].fields
	}
	return x.ownerIn(last, x.classes[last].static, span)
}

// ownerIn appends the object, or for a static field the class, number c of
// those that the walk is in.
func (x *Extractor) ownerIn(c int, static bool, span facts.Span) facts.ExprID {
	class := x.classes[c]
	if !static && c == len(x.classes)-1 || class.name == 0 {
		return x.madeName(nameThis, span)
	}
	id := x.Add(facts.Name, 0, span)
	x.F.Exprs[id].Name = class.name
	if static {
		return id
	}
	this := x.made(facts.Attr, id, span)
	x.F.Exprs[this].Name = x.Sym(nameThis)
	return this
}

// pattern binds the variables of the pattern at node i to value and its parts,
// and appends the type that it asks for.
func (x *Extractor) pattern(i uint32, value facts.ExprID) facts.ExprID {
	switch x.Nodes[i].Kind {
	case kPattern:
		if c := x.first(i); c != 0 {
			return x.pattern(c, value)
		}
	case kTypePattern, kRecordPatternComponent:
		return x.typePattern(i, value)
	case kRecordPattern:
		return x.recordPattern(i, value)
	}
	return x.opaque(i)
}

// typePattern binds the variable of `T name`.
func (x *Extractor) typePattern(i uint32, value facts.ExprID) facts.ExprID {
	t := x.first(i)
	if !x.usable(t) {
		return x.opaque(i)
	}
	if x.Nodes[t].Kind == kRecordPattern {
		return x.recordPattern(t, value)
	}
	annot := x.declared(t, 0)
	for c := x.Nodes[t].Next; c < x.Nodes[i].Next; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kIdentifier && x.usable(c) {
			x.variable(c, value, annot)
		}
	}
	return annot
}

// recordPattern binds the variables of `R(A a, B b)` to the record's
// components.
func (x *Extractor) recordPattern(i uint32, value facts.ExprID) facts.ExprID {
	t, body := x.first(i), x.Tree.First(i, kRecordPatternBody)
	if !x.usable(t) || t == body {
		return x.opaque(i)
	}
	annot := x.typeExpr(t)
	if body == 0 {
		return annot
	}
	k := int32(0)
	end := x.Nodes[body].Next
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		item := value
		if value != 0 {
			item = x.Over(facts.Item, 0, c, value)
			x.F.Exprs[item].Lo = k
		}
		k++
		x.pattern(c, item)
	}
	return annot
}
