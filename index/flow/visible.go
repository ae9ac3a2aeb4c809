package flow

import "topicls/index/facts"

// In most languages a variable belongs to the block that declares it: one of
// the same name in a block within, or beside, is another variable.

// visible returns those of a function's bindings of a name that give a value to
// the variable which the name means where it is used, and pi unless that
// variable hides the parameter.
func visible(f *facts.File, bs []int32, pi int, use *facts.Expr) ([]int32, int) {
	scoped := false
	for _, i := range bs {
		scoped = scoped || f.Bindings[i].Flag&facts.Scoped != 0
	}
	if !scoped {
		return bs, pi
	}
	variable := declaration(f, bs, use.Scope, use.Block, use.Span)
	var out []int32
	for _, i := range bs {
		b := &f.Bindings[i]
		owner := i
		if b.Flag&facts.Scoped == 0 {
			owner = declaration(f, bs, b.Scope, b.Block, b.Span)
		}
		if owner == variable {
			out = append(out, i)
		}
	}
	if variable >= 0 {
		pi = -1
	}
	return out, pi
}

// declaration returns the binding that declares the variable which a name
// means at a place, or -1: the last one before it in a block around it. The
// value of a declaration doesn't see what is declared, unless it is a function
// or a class.
// A function may be written in front of the variables that it uses.
func declaration(f *facts.File, bs []int32, scope facts.ScopeID, block facts.BlockID, at facts.Span) int32 {
	found, later := int32(-1), int32(-1)
	for _, i := range bs {
		b := &f.Bindings[i]
		if b.Flag&facts.Scoped == 0 || !encloses(f, b.Block, block) {
			continue
		}
		if b.Start > at.Start {
			if later < 0 && b.Scope != scope {
				later = i
			}
			continue
		}
		if b.Value != 0 && !namesCode(f, b) {
			if v := wholeValue(f, b.Value); v.Start <= at.Start && at.End <= v.End {
				continue
			}
		}
		found = i
	}
	if found < 0 {
		return later
	}
	return found
}

// wholeValue returns the expression whose value, or a part of it, is bound.
func wholeValue(f *facts.File, id facts.ExprID) *facts.Expr {
	e := f.At(id)
	for e.Kind == facts.Item || e.Kind == facts.Element {
		e = f.At(e.X)
	}
	return e
}
