package java

import (
	"slices"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// switchStatement visits a switch that nothing asks for a value.
func (x *Extractor) switchStatement(i uint32) { x.switchArms(i, false) }

// switchValue appends a switch that is an expression: what its arms give.
func (x *Extractor) switchValue(i uint32) facts.ExprID {
	first, asked := len(x.given), x.asked
	x.asked = true
	x.switchArms(i, true)
	x.asked = asked
	if len(x.given) == first {
		return x.Row(facts.Unknown, i)
	}
	mark := len(x.Kids)
	x.Kids = append(x.Kids, x.given[first:]...)
	x.given = x.given[:first]
	return x.Group(facts.Alt, 0, x.Span(i), mark)
}

// yieldStatement adds a value to the switch around it.
func (x *Extractor) yieldStatement(i uint32) {
	c := x.first(i)
	switch {
	case c == 0:
	case x.asked:
		x.given = append(x.given, x.expr(c))
	default:
		x.visit(c)
	}
}

// switchArms visits the arms of a switch. Those that end without a break go on
// into the next, which is therefore entered under their labels too.
func (x *Extractor) switchArms(i uint32, asked bool) {
	cond, body := x.Child(i, fCondition), x.Child(i, fBody)
	var subject facts.ExprID
	if cond != 0 {
		subject = x.expr(cond)
	}
	if body == 0 {
		return
	}
	group, arm, last := x.NewGroup(), int32(0), int32(0)
	for c := body + 1; c < x.Nodes[body].Next; c = x.Nodes[c].Next {
		last++ // the number of the default arm
	}
	var entries []uint32 // labels by which the next arm is entered
	end := x.Nodes[body].Next
	locals := len(x.locals)
	for c := body + 1; c < end; c = x.Nodes[c].Next {
		if k := x.Nodes[c].Kind; k != kSwitchGroup && k != kSwitchRule {
			x.visit(c)
			continue
		}
		first, fallsThrough := x.armBody(c, &entries)
		if first == 0 {
			continue
		}
		outer := x.OpenBlock(facts.Branch, group, arm, facts.Span{Start: x.Nodes[first].Start, End: x.Nodes[c].End})
		number := arm
		if !x.enterArm(entries, subject) {
			number = last
		}
		x.F.Blocks[x.Block].Arm = number
		end := first
		for s := first; s < x.Nodes[c].Next; s = x.Nodes[s].Next {
			end = s
			if x.Nodes[c].Kind == kSwitchRule && asked && x.Nodes[s].Kind == kExpressionStatement {
				if v := x.first(s); v != 0 {
					x.given = append(x.given, x.expr(v))
					continue
				}
			}
			if s == first && x.Nodes[s].Next == x.Nodes[c].Next {
				x.body(s)
			} else {
				x.visit(s)
			}
		}
		x.F.Blocks[x.Block].Leaves = x.leavesArm(end)
		x.Block = outer
		if !fallsThrough {
			entries = entries[:0]
			x.locals = x.locals[:locals]
		}
		arm++
	}
	x.locals = x.locals[:locals]
}

// armBody adds the labels of arm i to entries, and returns the first statement
// behind them (0 if there is none) and whether control goes on behind the last.
func (x *Extractor) armBody(i uint32, entries *[]uint32) (first uint32, fallsThrough bool) {
	end, last := x.Nodes[i].Next, uint32(0)
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kSwitchLabel {
			*entries = append(*entries, c)
			continue
		}
		if first == 0 {
			first = c
		}
		last = c
	}
	return first, x.Nodes[i].Kind == kSwitchGroup && last != 0 && !x.leaves(last) && x.Nodes[last].Kind != kYield
}

// leavesArm reports whether the last statement of an arm goes elsewhere than
// behind the switch.
func (x *Extractor) leavesArm(i uint32) bool {
	for x.Nodes[i].Kind == kBlock {
		last := uint32(0)
		end := x.Nodes[i].Next
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			last = c
		}
		if last == 0 {
			return false
		}
		i = last
	}
	switch x.Nodes[i].Kind {
	case kReturn, kThrow, kContinue:
		return true
	}
	return false
}

// enterArm gives the block of an arm its condition: that the subject equals one
// of the labels, or is what one asks for. It reports false for an arm that is
// entered when no other one is, which has none.
func (x *Extractor) enterArm(labels []uint32, subject facts.ExprID) bool {
	mark := len(x.Kids)
	for _, l := range labels {
		before := len(x.Kids)
		end := x.Nodes[l].Next
		for c := l + 1; c < end; c = x.Nodes[c].Next {
			switch n := &x.Nodes[c]; {
			case n.Kind == syntax.Error || n.Missing():
			case n.Kind == kDefault || string(x.Source(c)) == "default": // `null, default`
				x.Kids = x.Kids[:mark]
				return false
			case n.Kind == kGuard:
				x.visitChildren(c)
			case n.Kind == kPattern:
				t := x.pattern(c, subject)
				id := x.Both(facts.Compute, c, subject, t)
				x.F.Exprs[id].Name = x.Sym([]byte("instanceof"))
				x.Push(id)
			default:
				x.Push(x.expr(c))
			}
		}
		if len(x.Kids) == before {
			x.Kids = x.Kids[:mark]
			return false
		}
	}
	if len(x.Kids) == mark || subject == 0 {
		x.Kids = x.Kids[:mark]
		return true
	}
	span := facts.Span{Start: x.Nodes[labels[0]].Start, End: x.Nodes[labels[len(labels)-1]].End}
	x.F.Blocks[x.Block].Cond = x.isOneOf(subject, mark, span)
	return true
}

// isOneOf appends that the subject is one of what was pushed since mark: labels
// and what asks for a type.
func (x *Extractor) isOneOf(subject facts.ExprID, mark int, span facts.Span) facts.ExprID {
	all := x.Kids[mark:]
	asks := func(id facts.ExprID) bool { e := &x.F.Exprs[id]; return e.Kind == facts.Compute && e.X == subject }
	if len(all) > 1 && !slices.ContainsFunc(all, asks) {
		list := x.Group(facts.List, 0, span, mark)
		id := x.made(facts.Compare, subject, span)
		x.F.Exprs[id].Y, x.F.Exprs[id].Lo = list, int32(facts.In)
		return id
	}
	for k, label := range all {
		if !asks(label) {
			all[k] = x.made(facts.Compare, subject, x.F.Exprs[label].Span)
			x.F.Exprs[all[k]].Y, x.F.Exprs[all[k]].Lo = label, int32(facts.Equal)
		}
	}
	if len(all) == 1 {
		x.Kids = x.Kids[:mark]
		return all[0]
	}
	return x.Group(facts.Alt, facts.Or, span, mark)
}
