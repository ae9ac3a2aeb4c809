package java

import (
	"topicls/index/facts"
	"topicls/index/syntax"
)

// decorators lists the annotations among the modifiers of declaration i.
func (x *Extractor) decorators(i uint32) (lo, n int32) {
	mark := len(x.Kids)
	if m := x.Tree.First(i, kModifiers); m != 0 {
		x.annotations(m)
	}
	return x.Pop(mark)
}

// annotations pushes the annotations among the children of node i.
func (x *Extractor) annotations(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kMarkerAnnotation, kAnnotation:
			x.Push(x.annotation(c))
		}
	}
}

// annotation appends `@Name` as the name and `@Name(a, k = v)` as a call of it.
func (x *Extractor) annotation(i uint32) facts.ExprID {
	name, arguments := x.Child(i, fName), x.Child(i, fArguments)
	if !x.usable(name) {
		return x.opaque(i)
	}
	if arguments == 0 {
		return x.expr(name)
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	callee := x.expr(name)
	mark := len(x.Kids)
	end := x.Nodes[arguments].Next
	for c := arguments + 1; c < end; c = x.Nodes[c].Next {
		switch n := &x.Nodes[c]; {
		case n.Kind == syntax.Error:
			x.visitChildren(c)
		case n.Kind == kElementPair:
			key, value := x.Child(c, fKey), x.Child(c, fValue)
			if !x.usable(key) || !x.usable(value) {
				x.visitChildren(c)
				continue
			}
			id := x.Over(facts.Arg, 0, c, x.expr(value))
			x.F.Exprs[id].Name = x.Ident(key)
			x.Push(id)
		case !n.Missing():
			x.Push(x.Over(facts.Arg, 0, c, x.expr(c)))
		}
	}
	id := x.Group(facts.Call, 0, facts.Span{Start: x.Nodes[name].Start, End: x.Nodes[i].End}, mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	return id
}
