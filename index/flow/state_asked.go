package flow

import (
	"slices"

	"topicls/index/facts"
)

// stateQuestion is a condition over a state, with the code that runs only if
// enough is there.
type stateQuestion struct {
	cond   facts.Span
	scope  facts.ScopeID
	region []facts.Span
}

// asksFor finds the branches that ask how much a state holds, or for something
// to be there already.
func (ev *evaluator) asksFor(x *file, s *state) []stateQuestion {
	f := x.facts()
	var out []stateQuestion
	for i := range f.Blocks {
		b := &f.Blocks[i]
		if b.Kind != facts.Branch || b.Cond == 0 {
			continue
		}
		q := stateQuestion{cond: f.At(b.Cond).Span, scope: x.enclosingFunc(b.Scope)}
		if ev.asks(x, s, b.Cond, true, 0) {
			q.region = append(q.region, b.Span)
		}
		if ev.asks(x, s, b.Cond, false, 0) {
			for j := range f.Blocks { // the arms behind it
				if o := &f.Blocks[j]; o.Kind == facts.Branch && o.Group == b.Group && o.Arm > b.Arm {
					q.region = append(q.region, o.Span)
				}
			}
			if b.Leaves {
				if r := behind(f, facts.BlockID(i)); r.Start < r.End {
					q.region = append(q.region, r)
				}
			}
		}
		if len(q.region) > 0 {
			out = append(out, q)
		}
	}
	return out
}

// behind is the code that is skipped when a branch is left for good: what
// follows its statement, up to the end of the loop, arm or function.
func behind(f *facts.File, arm facts.BlockID) facts.Span {
	end := f.Blocks[arm].End
	for i := range f.Blocks { // the statement's last arm
		if o := &f.Blocks[i]; o.Kind == facts.Branch && o.Group == f.Blocks[arm].Group {
			end = max(end, o.End)
		}
	}
	b := f.Blocks[arm].Parent
	for b != 0 {
		k := f.Blocks[b].Kind
		if k != facts.With && k != facts.Try {
			break
		}
		b = f.Blocks[b].Parent
	}
	return facts.Span{Start: end, End: f.Blocks[b].End}
}

// asks reports whether a condition, where it holds (or with holds false, does
// not), says that enough is there: by how much there is, by what is missing,
// or because something is found. That something is there already does not
// count where the code goes on only if it is not: that is how it skips what it
// has seen.
func (ev *evaluator) asks(x *file, s *state, cond facts.ExprID, holds bool, depth int) bool {
	f := x.facts()
	e := f.At(cond)
	if depth > 5 {
		return false
	}
	switch e.Kind {
	case facts.Not:
		return ev.asks(x, s, e.X, !holds, depth+1)
	case facts.Alt:
		return slices.ContainsFunc(f.Operands(e), func(k facts.ExprID) bool { return ev.asks(x, s, k, holds, depth+1) })
	case facts.Compare:
		op := facts.Op(e.Lo)
		switch op {
		case facts.In, facts.NotIn:
			d, ok := ev.depthIn(&s.root, e.Y, maxStored)
			return ok && !s.count && (op == facts.In) == holds && slices.ContainsFunc(s.fills, func(w fill) bool { return w.depth == d+1 })
		case facts.Same, facts.NotSame, facts.Equal, facts.NotEqual:
			if f.At(e.Y).Kind == facts.None {
				return ev.found(x, s, e.X, (op == facts.NotSame || op == facts.NotEqual) == holds, 0)
			}
			if op == facts.Same || op == facts.NotSame {
				return false
			}
		}
		return ev.measures(x, s, e.X, depth+1) || ev.measures(x, s, e.Y, depth+1)
	case facts.Call:
		return ev.measures(x, s, cond, depth+1) || ev.found(x, s, cond, holds, 0)
	case facts.Index, facts.Attr:
		return ev.found(x, s, cond, holds, 0)
	case facts.Name:
		for _, v := range localValues(x, e) {
			if ev.found(x, s, v, holds, 0) {
				return true
			}
			if f.At(v).Kind == facts.Name || ev.looksUp(x, s, v) {
				continue
			}
			if ev.asks(x, s, v, holds, depth+1) || ev.measures(x, s, v, depth+1) {
				return true
			}
		}
	}
	return false
}

// localValues lists what a function binds to a name.
func localValues(x *file, e *facts.Expr) []facts.ExprID {
	fn := x.enclosingFunc(e.Scope)
	if fn == 0 {
		return nil
	}
	var out []facts.ExprID
	for _, i := range x.bindings(fn, e.Name) {
		if b := &x.facts().Bindings[i]; b.Value != 0 && b.Start <= e.Start && b.Flag&facts.Augmented == 0 {
			out = append(out, b.Value)
		}
	}
	return out
}

// looksUp reports whether an expression is the state, or something in it.
func (ev *evaluator) looksUp(x *file, s *state, id facts.ExprID) bool {
	_, ok := ev.depthIn(&s.root, id, maxStored)
	return ok
}

// found reports whether an expression is something out of a state, of which
// it is asked whether it is there.
func (ev *evaluator) found(x *file, s *state, id facts.ExprID, there bool, depth int) bool {
	if s.count || !there || depth > 3 {
		return false
	}
	e := x.facts().At(id)
	if d, ok := ev.depthIn(&s.root, id, maxStored); ok && d > 0 && e.Kind != facts.Name {
		return true
	}
	if e.Kind == facts.Name {
		for _, v := range localValues(x, e) {
			if ev.found(x, s, v, there, depth+1) {
				return true
			}
		}
	}
	return false
}

// measures reports whether an expression is computed from how much a state, or
// a container in it, holds: its length, all of it, what is missing from it.
func (ev *evaluator) measures(x *file, s *state, id facts.ExprID, depth int) bool {
	if id == 0 || depth > 6 {
		return false
	}
	f := x.facts()
	e := f.At(id)
	if d, ok := ev.depthIn(&s.root, id, maxStored); ok {
		return s.count && d == 0 || !s.count && d < s.deep && e.Kind != facts.Call
	}
	kids := []facts.ExprID{e.X, e.Y}
	switch e.Kind {
	case facts.Name:
		for _, v := range localValues(x, e) {
			if f.At(v).Kind != facts.Name && ev.measures(x, s, v, depth+1) {
				return true
			}
		}
		return false
	case facts.Call:
		callee := f.At(e.X)
		kids = nil
		if callee.Kind == facts.Attr {
			kids = append(kids, callee.X)
			if m, cls := x.selfClass(e.Scope); cls != 0 && isSelf(f, m, callee.X) { // self.complete(key)
				if fn := x.method(cls, callee.Name); fn != 0 {
					for _, i := range x.returnsOf(fn) {
						if v := f.Returns[i].Value; v != 0 && (ev.asks(x, s, v, true, depth+1) || ev.measures(x, s, v, depth+1)) {
							return true
						}
					}
				}
			}
		}
		for _, k := range f.Operands(e) {
			kids = append(kids, f.At(k).X)
		}
	case facts.List, facts.Map:
		if e.Flag&facts.Comp == 0 {
			return false
		}
		for k := facts.ExprID(1); k < id; k++ { // what a comprehension goes over and asks for
			if o := f.At(k); e.Start <= o.Start && o.End <= e.End && o.Kind != facts.List && o.Kind != facts.Map {
				if d, ok := ev.depthIn(&s.root, k, maxStored); ok && d < max(s.deep, 1) && !s.count {
					return true
				}
			}
		}
		return false
	case facts.Alt:
		kids = f.Operands(e)
	case facts.Compute, facts.Compare, facts.Concat, facts.Not, facts.Await, facts.Element:
	default:
		return false
	}
	return slices.ContainsFunc(kids, func(k facts.ExprID) bool { return ev.measures(x, s, k, depth+1) })
}
