package python

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// matchStatement visits match. Captures are bindings in the block of their
// case; patterns with keys read the keys from the subject.
func (x *Extractor) matchStatement(i uint32) {
	group, arm := x.NewGroup(), int32(0)
	var subjects []uint32
	var subject facts.ExprID
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case n.Field() == fSubject:
			subjects = append(subjects, c)
		case n.Kind == kBlock:
			subject = x.subject(i, subjects)
			last := x.Nodes[c].Next
			for k := c + 1; k < last; k = x.Nodes[k].Next {
				if x.Nodes[k].Kind == kCaseClause {
					x.caseClause(k, subject, group, arm)
					arm++
				} else {
					x.visit(k)
				}
			}
		default:
			x.visit(c)
		}
	}
}

// subject returns the expression that match looks at.
func (x *Extractor) subject(i uint32, subjects []uint32) facts.ExprID {
	switch len(subjects) {
	case 0:
		return 0
	case 1:
		return x.expr(subjects[0])
	}
	mark := len(x.Kids)
	for _, s := range subjects {
		x.element(s)
	}
	return x.Group(facts.List, facts.Tuple, facts.Span{
		Start: x.Nodes[subjects[0]].Start, End: x.Nodes[subjects[len(subjects)-1]].End,
	}, mark)
}

// caseClause visits one case.
func (x *Extractor) caseClause(i uint32, subject facts.ExprID, group, arm int32) {
	span := x.Span(i)
	if b := x.Child(i, fConsequence); b != 0 {
		span = x.Span(b)
	}
	outer := x.OpenBlock(facts.Branch, group, arm, span)
	block := x.Block
	patterns := 0
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kCasePattern {
			patterns++
		}
	}
	guard := x.Child(i, fGuard)
	k := int32(0)
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case n.Kind == kCasePattern:
			value := subject
			if patterns > 1 && subject != 0 {
				value = x.Over(facts.Item, 0, c, subject)
				x.F.Exprs[value].Lo = k
			}
			k++
			x.pattern(c, value)
			if guard == 0 && x.F.Blocks[block].Cond == 0 && !x.irrefutable(c) {
				x.F.Blocks[block].Cond = x.caseCondition(c, value)
			}
		case c == guard:
			if g := x.first(c); g != 0 {
				x.F.Blocks[block].Cond = x.expr(g)
			}
		case n.Kind == kBlock:
			x.F.Blocks[block].Leaves = x.leaves(c)
			x.visitChildren(c)
		default:
			x.visit(c)
		}
	}
	x.Block = outer
}

// caseCondition appends what must hold for case pattern i to match value: a
// comparison for a constant, else Unknown.
func (x *Extractor) caseCondition(i uint32, value facts.ExprID) facts.ExprID {
	c := x.first(i)
	if c == 0 || value == 0 || x.Nodes[c].Next < x.Nodes[i].Next {
		return x.Row(facts.Unknown, i)
	}
	switch x.Nodes[c].Kind {
	case kString, kInteger, kDottedName, kTrue, kFalse:
		constant := x.expr(c)
		id := x.Both(facts.Compare, i, value, constant)
		x.F.Exprs[id].Lo = int32(facts.Equal)
		return id
	}
	return x.Row(facts.Unknown, i)
}

// irrefutable reports whether a case pattern matches everything.
func (x *Extractor) irrefutable(i uint32) bool {
	c := x.first(i)
	if c == 0 {
		return false
	}
	switch x.Nodes[c].Kind {
	case kUnderscore, kIdentifier:
		return true
	case kDottedName:
		return !bytes.ContainsRune(x.Source(c), '.')
	}
	return false
}

// pattern binds what the pattern at node i captures of value.
func (x *Extractor) pattern(i uint32, value facts.ExprID) {
	if value == 0 {
		return
	}
	end := x.Nodes[i].Next
	switch x.Nodes[i].Kind {
	case kCasePattern, kUnionPattern:
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			x.pattern(c, value)
		}
	case kDottedName, kIdentifier:
		if text := x.Source(i); len(text) > 0 && string(text) != "_" && bytes.IndexByte(text, '.') < 0 {
			x.Bind(x.Sym(text), x.Span(i), value)
		}
	case kAsPattern:
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			x.pattern(c, value)
		}
	case kListPattern, kTuplePattern:
		x.sequencePattern(i, value)
	case kDictPattern:
		x.dictPattern(i, value)
	case kClassPattern:
		x.classPattern(i, value)
	case kSplatPattern:
		if c := x.first(i); c != 0 {
			x.pattern(c, x.Over(facts.Unknown, 0, i, value))
		}
	}
}

// sequencePattern binds the elements of `[a, *b, c]`.
func (x *Extractor) sequencePattern(i uint32, value facts.ExprID) {
	end := x.Nodes[i].Next
	count, k, starred := int32(0), int32(0), false
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		count++
	}
	if count == 1 && x.Src[x.Nodes[i].Start] == '(' && !bytes.ContainsRune(x.Source(i), ',') {
		x.pattern(i+1, value) // just parentheses
		return
	}
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		inner := c
		if x.Nodes[c].Kind == kCasePattern && x.first(c) != 0 {
			inner = x.first(c)
		}
		switch x.Nodes[inner].Kind {
		case kSplatPattern:
			starred = true
			x.pattern(inner, value)
		case kUnderscore:
		default:
			item := x.Over(facts.Item, 0, c, value)
			x.F.Exprs[item].Lo = k
			if starred {
				x.F.Exprs[item].Lo = k - count
			}
			x.pattern(c, item)
		}
		k++
	}
}

// dictPattern reads the keys of `{"type": "x", "v": v}`.
func (x *Extractor) dictPattern(i uint32, value facts.ExprID) {
	var key facts.ExprID
	var span facts.Span
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		switch {
		case n.Kind == kSplatPattern:
			x.pattern(c, value)
		case n.Field() == fKey:
			key, span = x.expr(c), x.Span(c)
		case n.Field() == fValue && key != 0:
			read := x.Add(facts.Index, 0, span)
			x.F.Exprs[read].X, x.F.Exprs[read].Y = value, key
			key = 0
			x.pattern(c, read)
		}
	}
}

// classPattern reads the attributes of `Point(x=0, y=yy)`.
func (x *Extractor) classPattern(i uint32, value facts.ExprID) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kCasePattern {
			continue // the class
		}
		inner := x.first(c)
		if inner == 0 {
			continue
		}
		if x.Nodes[inner].Kind != kKeywordPattern {
			x.pattern(inner, x.Over(facts.Unknown, 0, inner, value))
			continue
		}
		name := x.Tree.First(inner, kIdentifier)
		if name == 0 {
			continue
		}
		read := x.Over(facts.Attr, 0, name, value)
		x.F.Exprs[read].Name = x.Ident(name)
		last := x.Nodes[inner].Next
		for p := x.Nodes[name].Next; p < last; p = x.Nodes[p].Next {
			if x.Nodes[p].Kind != syntax.Error {
				x.pattern(p, read)
			}
		}
	}
}
