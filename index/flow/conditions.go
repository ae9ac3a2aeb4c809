package flow

import (
	"slices"

	"topicls/index/facts"
)

// This file holds what conditions say about configuration variables: of
// `v = os.environ.get("V")` and `if v is None: v = "orders"`, the second value
// is the default of the first, and no name of its own.

// given is one of the values that something may have, and the block in which
// it gets it.
type given struct {
	block facts.BlockID
	set   set
}

// question is whether variables are missing.
type question struct {
	vars []string
	fr   *frame
	is   func(ref) bool // whether an expression is what they were given to; may be nil
}

// settled joins values that are given in one function, the last one first. One that is given where
// a variable is missing becomes the variable's default; if there is none of
// that kind, the result is plain. What is given to something that isn't a
// name, such as an attribute, is recognised in conditions by is.
func (ev *evaluator) settled(x *file, all []given, plain set, fr *frame, is func(ref) bool) set {
	if !slices.ContainsFunc(all, func(g given) bool { return variables(g.set) != nil }) {
		return plain
	}
	var out set
	var last facts.BlockID
	found := false
	for _, g := range slices.Backward(all) {
		if len(g.set) == 0 {
			continue
		}
		if len(out) == 0 {
			out = g.set
		} else if s := ev.defaulted(x, out, last, g, question{fr: fr, is: is}); s != nil {
			out, found = s, true
		} else {
			out = append(set(nil), out...).add(g.set...)
		}
		last = g.block
	}
	if !found {
		return plain
	}
	return out
}

// defaulted joins s, the last of which was given in block last, with g where
// one is the default of the other; nil if that can't be told.
func (ev *evaluator) defaulted(x *file, s set, last facts.BlockID, g given, q question) set {
	if g.block == last {
		return nil
	}
	block := &x.facts().Blocks[g.block]
	if q.vars = variables(s); q.vars != nil {
		if missing, empty := ev.missingIn(x, g.block, q); missing {
			return withDefault(s, ev.flatLists(g.set), empty)
		}
		if block.Kind == facts.Handler && required(s) && onlyReads(x.facts(), last) && x.facts().Blocks[last].Group == block.Group {
			return withDefault(s, g.set, false)
		}
	}
	if q.vars = variables(g.set); q.vars != nil {
		if missing, empty := ev.missingOutside(x, g.block, q); missing {
			return withDefault(g.set, ev.flatLists(s), empty)
		}
		if required(g.set) && onlyReads(x.facts(), g.block) && hasHandler(x.facts(), g.block) {
			return withDefault(g.set, s, false)
		}
	}
	return nil
}

// variables returns the names of the variables if all of s are variables, or lists
// of what variables hold, sorted; else nil.
func variables(s set) []string {
	var out []string
	for _, a := range s {
		switch v := a.v.(type) {
		case *stringValue:
			if v.loneEnv() == nil {
				return nil
			}
			out = append(out, v.loneEnv().text)
		case *listing:
			for _, it := range v.items {
				names := variables(it)
				if names == nil {
					return nil
				}
				out = append(out, names...)
			}
		default:
			return nil
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// required reports whether the variables of s fail where they aren't set.
func required(s set) bool {
	for _, a := range s {
		if v, ok := a.v.(*stringValue); !ok || v.loneEnv() == nil || !v.loneEnv().required {
			return false
		}
	}
	return len(s) > 0
}

// onlyReads reports whether b is the body of a try in which nothing is called,
// so that its handlers stand for the reads that fail.
func onlyReads(f *facts.File, b facts.BlockID) bool {
	if f.Blocks[b].Kind != facts.Try {
		return false
	}
	return !slices.ContainsFunc(f.Calls, func(id facts.ExprID) bool { return encloses(f, b, f.Exprs[id].Block) })
}

func hasHandler(f *facts.File, try facts.BlockID) bool {
	return slices.ContainsFunc(f.Blocks, func(b facts.Block) bool {
		return b.Kind == facts.Handler && b.Group == f.Blocks[try].Group
	})
}

// missingIn reports whether an arm is entered only if the variables are
// missing; empty says that an empty value counts as missing.
func (ev *evaluator) missingIn(x *file, arm facts.BlockID, q question) (missing, empty bool) {
	own, before := conditions(x.facts(), arm)
	if own != 0 {
		if missing, empty = ev.saysMissing(ref{x, own}, true, q); missing {
			return missing, empty
		}
	}
	for _, c := range before {
		if missing, empty = ev.saysMissing(ref{x, c}, false, q); missing {
			return missing, empty
		}
	}
	return false, false
}

// missingOutside reports whether an arm is left out only if the variables are
// missing.
func (ev *evaluator) missingOutside(x *file, arm facts.BlockID, q question) (missing, empty bool) {
	own, before := conditions(x.facts(), arm)
	if own != 0 {
		if missing, empty = ev.saysMissing(ref{x, own}, false, q); !missing {
			return false, false
		}
	}
	for _, c := range before {
		m, e := ev.saysMissing(ref{x, c}, true, q)
		if !m {
			return false, false
		}
		missing, empty = true, empty || e
	}
	return missing, empty
}

// conditions returns the condition of an arm, 0 for else, and those of the
// arms before it, which don't hold where it is entered.
func conditions(f *facts.File, arm facts.BlockID) (own facts.ExprID, before []facts.ExprID) {
	b := &f.Blocks[arm]
	if b.Kind != facts.Branch {
		return 0, nil
	}
	for i := range f.Blocks[:arm] {
		if o := &f.Blocks[i]; o.Kind == facts.Branch && o.Group == b.Group && o.Arm < b.Arm && o.Cond != 0 {
			before = append(before, o.Cond)
		}
	}
	return b.Cond, before
}

// saysMissing reports whether the variables are missing where a condition
// holds, or doesn't; empty says that they may also be empty there.
func (ev *evaluator) saysMissing(cond ref, holds bool, q question) (missing, empty bool) {
	e := cond.expr()
	switch e.Kind {
	case facts.Not:
		return ev.saysMissing(cond.at(e.X), !holds, q)
	case facts.Alt:
		switch {
		case e.Flag&facts.And != 0:
			return ev.partsSayMissing(cond, holds, holds, q)
		case e.Flag&facts.Or != 0:
			return ev.partsSayMissing(cond, holds, !holds, q)
		}
		return false, false
	case facts.Compare:
		return ev.comparisonSaysMissing(cond, holds, q)
	}
	return !holds && ev.reads(cond, q), true
}

// partsSayMissing asks the operands of `and` or `or`, of which one is enough,
// or all are needed.
func (ev *evaluator) partsSayMissing(cond ref, holds, one bool, q question) (missing, empty bool) {
	for _, k := range cond.file.facts().Operands(cond.expr()) {
		m, e := ev.saysMissing(cond.at(k), holds, q)
		if m == one {
			return m, m && (e || empty)
		}
		missing, empty = m, empty || m && e
	}
	return missing, empty
}

func (ev *evaluator) comparisonSaysMissing(cond ref, holds bool, q question) (missing, empty bool) {
	e, f := cond.expr(), cond.file.facts()
	x, y := cond.at(e.X), cond.at(e.Y)
	switch facts.Op(e.Lo) {
	case facts.NotEqual, facts.NotSame:
		holds = !holds
		fallthrough
	case facts.Equal, facts.Same:
		if !holds {
			return false, false
		}
		nothing, empty := isNothing(f, y.id)
		if !nothing {
			if list := listAsked(x, y); list.id != 0 {
				return ev.reads(list, q), true
			}
			x, y = y, x
			nothing, empty = isNothing(f, y.id)
		}
		if list := listAsked(x, y); list.id != 0 && empty {
			x = list
		}
		return nothing && ev.reads(x, q), empty
	case facts.NotIn:
		holds = !holds
		fallthrough
	case facts.In:
		if list := f.At(e.Y); list.Kind == facts.List { // v in (None, "")
			for _, k := range f.Operands(list) {
				nothing, e := isNothing(f, k)
				if !nothing {
					return false, false
				}
				empty = empty || e
			}
			return holds && list.N > 0 && ev.reads(x, q), empty
		}
		return !holds && ev.isEnvironment(y, q.fr) && slices.Equal(texts(ev.eval(x, q.fr)), q.vars), false
	}
	return false, false
}

// listAsked is the list that a comparison asks whether there is anything in it:
// `len(list) == 0`, `list[0] == ""`; none for other comparisons.
func listAsked(x, y ref) ref {
	f := x.file.facts()
	e, with := x.expr(), y.expr()
	switch {
	case e.Kind == facts.Call && e.N == 1 && with.Kind == facts.Number && f.Text(with.Name) == "0":
		if callee := f.At(e.X); callee.Kind == facts.Name && f.Text(callee.Name) == "len" {
			return x.at(f.At(f.Operands(e)[0]).X)
		}
	case e.Kind == facts.Index && with.Kind == facts.String && with.Name == 0:
		if n := f.At(e.Y); n.Kind == facts.Number && f.Text(n.Name) == "0" {
			return x.at(e.X)
		}
	}
	return ref{}
}

// isNothing reports whether an expression is what stands for a value that is
// missing; empty if it is an empty string.
func isNothing(f *facts.File, id facts.ExprID) (nothing, empty bool) {
	switch e := f.At(id); e.Kind {
	case facts.None:
		return true, false
	case facts.String:
		return e.Name == 0, true
	}
	return false, false
}

// reads reports whether an expression is the value of these variables.
func (ev *evaluator) reads(r ref, q question) bool {
	switch r.expr().Kind {
	case facts.Name, facts.Attr, facts.Index, facts.Call, facts.Alt:
		if q.is != nil && q.is(r) {
			return true
		}
		got := variables(ev.eval(r, q.fr))
		return got != nil && slices.Equal(got, q.vars)
	}
	return false
}

// isEnvironment reports whether an expression is the map of all variables.
func (ev *evaluator) isEnvironment(r ref, fr *frame) bool {
	s := ev.eval(r, fr)
	for _, a := range s {
		v, ok := a.v.(*external)
		if !ok {
			return false
		}
		if rd := ev.l.models.Reads[v.path]; rd == nil || !rd.Subscript {
			return false
		}
	}
	return len(s) > 0
}

// texts returns the strings of s, sorted; nil if some aren't known.
func texts(s set) []string {
	var out []string
	for _, a := range s {
		t, ok := constOf(a.v)
		if !ok {
			return nil
		}
		out = append(out, t)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// flatLists is a set with the elements of its lists in their place.
func (ev *evaluator) flatLists(s set) set {
	if !slices.ContainsFunc(s, func(a alt) bool { _, ok := a.v.(*listing); return ok }) {
		return s
	}
	var out set
	for _, a := range s {
		if l, ok := a.v.(*listing); ok {
			for _, it := range ev.items(l) {
				out = out.add(it...)
			}
			continue
		}
		out = out.add(a)
	}
	return out
}

// withDefault gives the variables of s the default d, where they have none
// that counts; empty says that it stands in for empty values too.
func withDefault(s, d set, empty bool) set {
	var out set
	for _, a := range s {
		if l, ok := a.v.(*listing); ok {
			c := *l
			c.items = make([]set, len(l.items))
			for i, it := range l.items {
				c.items[i] = withDefault(it, d, empty)
			}
			out = out.add(alt{&c, a.tr})
			continue
		}
		v := a.v.(*stringValue)
		p := *v.loneEnv()
		switch {
		case p.def == nil || isBlank(p.def):
			for _, x := range d { // a default that is a parameter leaves a hole
				if _, ok := x.v.(*param); ok {
					out = out.add(x)
				}
			}
			p.def, p.filled = d, p.filled || empty
		case variables(p.def) != nil:
			p.def = withDefault(p.def, d, empty)
		}
		p.required = false
		out = out.add(alt{&stringValue{parts: []part{p}, ops: v.ops}, a.tr})
	}
	return out
}

// isBlank reports whether s is nothing but None and empty strings.
func isBlank(s set) bool {
	for _, a := range s {
		if c, ok := a.v.(*constant); ok && c.kind == facts.None {
			continue
		}
		if t, ok := constOf(a.v); !ok || t != "" {
			return false
		}
	}
	return true
}

// toldByNil reports whether a block is entered, where its condition compares a
// parameter with nothing and the frame gives it a value: `if topic != nil`.
func (ev *evaluator) toldByNil(x *file, block facts.BlockID, fr *frame) (holds, told bool) {
	f := x.facts()
	if fr == nil || fr.open || !ev.l.lang.structural() {
		return false, false
	}
	cond, before := conditions(f, block)
	if cond == 0 || len(before) > 0 || f.At(cond).Kind != facts.Compare {
		return false, false
	}
	e := f.At(cond)
	left, right := f.At(e.X), f.At(e.Y)
	if left.Kind != facts.Name || right.Kind != facts.None || paramIndex(f, &f.Scopes[fr.scope], left.Name) < 0 {
		return false, false
	}
	s := ev.eval(ref{x, e.X}, fr)
	something := len(s) > 0
	for _, a := range s {
		if _, ok := a.v.(*stringValue); !ok {
			something = false
		}
	}
	switch {
	case !something:
		return false, false
	case facts.Op(e.Lo) == facts.NotEqual || facts.Op(e.Lo) == facts.NotSame:
		return true, true
	case facts.Op(e.Lo) == facts.Equal || facts.Op(e.Lo) == facts.Same:
		return false, true
	}
	return false, false
}
