package flow

import (
	"slices"

	"topicls/index/facts"
)

// Where several topics share the code that handles their messages, the code
// asks which one it has: `if record.topic == ORDERS`, or, of what came out of a
// queue together with the message, `if kind == "order"`. Inside of such a
// branch a message is only one of those.

// test is a condition of a branch: that X is one of some values, or is none.
type test struct {
	x      facts.ExprID
	values []facts.ExprID
	not    bool
}

// narrowed drops and marks the messages that a name can't be where it stands.
func (ev *evaluator) narrowed(r ref, e *facts.Expr, s set, fr *frame) set {
	if e.Block == 0 || !slices.ContainsFunc(s, func(a alt) bool { _, ok := a.v.(*message); return ok }) {
		return s
	}
	for _, t := range r.file.testsAround(e.Block) {
		s = ev.apply(t, r.file, s, fr)
	}
	return s
}

// testsAround lists what holds in a block of a function because of the
// branches around it.
func (x *file) testsAround(b facts.BlockID) []test {
	f := x.facts()
	var out []test
	scope := f.Blocks[b].Scope
	for ; b != 0 && f.Blocks[b].Scope == scope; b = f.Blocks[b].Parent {
		k := &f.Blocks[b]
		if k.Kind != facts.Branch {
			continue
		}
		out = appendTests(out, f, k.Cond, false)
		_, before := conditions(f, b) // the arms before it were not entered
		for _, c := range before {
			out = appendTests(out, f, c, true)
		}
	}
	return out
}

// appendTests appends the tests that hold when a condition does, or with not
// when it does not.
func appendTests(out []test, f *facts.File, cond facts.ExprID, not bool) []test {
	if cond == 0 {
		return out
	}
	e := f.At(cond)
	switch e.Kind {
	case facts.Alt:
		if e.Flag&facts.And != 0 && !not || e.Flag&facts.Or != 0 && not {
			for _, k := range f.Operands(e) {
				out = appendTests(out, f, k, not)
			}
			return out
		}
		if e.Flag&facts.Or == 0 || not { // a or b: one test when both ask the same
			return out
		}
		var all test
		for i, k := range f.Operands(e) {
			one := appendTests(nil, f, k, false)
			if len(one) != 1 || one[0].not || i > 0 && dottedName(f, one[0].x) != dottedName(f, all.x) || dottedName(f, one[0].x) == "" {
				return out
			}
			all.x, all.values = one[0].x, append(all.values, one[0].values...)
		}
		return append(out, all)
	case facts.Not:
		return appendTests(out, f, e.X, !not)
	case facts.Compare:
		op := facts.Op(e.Lo)
		switch op {
		case facts.Equal, facts.NotEqual:
			return append(out, test{e.X, []facts.ExprID{e.Y}, not != (op == facts.NotEqual)})
		case facts.In, facts.NotIn:
			if l := f.At(e.Y); l.Kind == facts.List && l.Flag&facts.Comp == 0 {
				return append(out, test{e.X, f.Operands(l), not != (op == facts.NotIn)})
			}
		}
	}
	return out
}

// apply keeps the messages that a test leaves possible.
func (ev *evaluator) apply(t test, x *file, s set, fr *frame) set {
	subject := ev.ask(ref{x, t.x}, fr)
	var values set
	for _, v := range t.values {
		got := ev.ask(ref{x, v}, fr)
		if len(t.values) == 1 && len(subject) > 0 && len(got) == 1 { // ORDERS == record.topic
			if m, ok := got[0].v.(*message); ok && m.kind == "topic" {
				subject, got = got, subject
			}
		}
		values = append(values, got...)
	}
	if len(values) == 0 || slices.ContainsFunc(values, func(a alt) bool { _, ok := a.v.(*stringValue); return !ok }) {
		return s
	}
	for _, a := range subject {
		if m, ok := a.v.(*message); ok && m.kind == "topic" {
			return ofTopics(s, m, values, t.not)
		}
	}
	return packedWith(ev, s, subject, values, t.not)
}

// answers holds what is evaluated while a message's topic stands for itself,
// aside from what is evaluated otherwise.
type answers struct {
	memo   map[memoKey]set
	maps   map[memoKey][]mapEntry
	lists  map[memoKey][]set
	params map[paramKey]set
	selves map[selfKey]set
}

func (a answers) emptied() answers {
	return answers{emptied(a.memo), emptied(a.maps), emptied(a.lists), emptied(a.params), emptied(a.selves)}
}

// ask evaluates one side of a test. The topic of a message is no name there,
// but tells of which message the topic is asked for.
func (ev *evaluator) ask(r ref, fr *frame) set {
	if ev.asking {
		return ev.eval(r, fr)
	}
	swap := func() {
		was := answers{ev.memo, ev.maps, ev.lists, ev.params, ev.selves}
		a := ev.answers
		ev.memo, ev.maps, ev.lists, ev.params, ev.selves = a.memo, a.maps, a.lists, a.params, a.selves
		ev.answers, ev.asking = was, !ev.asking
	}
	swap()
	defer swap()
	return ev.eval(r, fr)
}

// ofTopics marks the messages that a topic was read of.
func ofTopics(s set, topic *message, names set, not bool) set {
	out := slices.Clone(s)
	for i, a := range out {
		m, ok := a.v.(*message)
		if !ok || m.at != topic.at || m.src != topic.src && (m.src == nil || topic.src == nil || !same(m.src, topic.src)) {
			continue
		}
		c := *m
		c.asked = append(slices.Clone(m.asked), asked{names, not})
		out[i].v = &c
	}
	return out
}

// packedWith keeps the messages that came out of a queue beside one of the
// values, when the subject of the test is what stands beside them.
func packedWith(ev *evaluator, s, subject, values set, not bool) set {
	at := ""
	beside := make([]alt, len(s)) // the item of each tuple or map that the test asks for
	for k, a := range s {
		m, ok := a.v.(*message)
		if !ok || m.pack == nil {
			return s
		}
		found := ""
		for _, it := range ev.packItems(m.pack) {
			if len(it.val) == 1 && isString(it.val[0].v) && subject.has(it.val[0]) && (at == "" || at == it.name) {
				found, beside[k] = it.name, it.val[0]
				break
			}
		}
		if found == "" {
			return s
		}
		at = found
	}
	var out set
	for k, a := range s {
		if values.has(beside[k]) != not {
			out = append(out, a)
		}
	}
	if len(out) == 0 && !(allConstant(beside) && allConstant(values)) {
		return s
	}
	return out
}

// allConstant reports whether all alternatives are known texts, so that a test
// of them is certain.
func allConstant(s set) bool {
	return !slices.ContainsFunc(s, func(a alt) bool { _, ok := constOf(a.v); return !ok })
}

// packItem is one item of what travels together, by its place or key.
type packItem struct {
	name string
	val  set
}

// packItems lists the items of a packed tuple or map.
func (ev *evaluator) packItems(v value) []packItem {
	var out []packItem
	switch v := v.(type) {
	case *listing:
		for i, it := range ev.items(v) {
			out = append(out, packItem{itoa(i), it})
		}
	case *mapping:
		for _, en := range ev.entries(v) {
			if en.pat == nil {
				out = append(out, packItem{"." + en.key, ev.entryValue(en)})
			}
		}
	}
	return out
}

func isString(v value) bool { _, ok := v.(*stringValue); return ok }

// asked is a question for a message's topic that was answered: it is one of
// the names, or none of them.
type asked struct {
	names set
	not   bool
}

// Asked says of which topics a message must be, or may not be.
type Asked struct {
	Names []Name
	Not   bool
}

func (m *message) questions() []Asked {
	var out []Asked
	for _, q := range m.asked {
		out = append(out, Asked{addNames(nil, q.names), q.not})
	}
	return out
}

func sameAsked(a, b []Asked) bool {
	return slices.EqualFunc(a, b, func(x, y Asked) bool {
		return x.Not == y.Not && slices.EqualFunc(x.Names, y.Names, func(n, o Name) bool { return same(n.v, o.v) })
	})
}

// packed marks tuples and maps as what travels together: the messages taken out
// of one know what stood beside them.
func packed(s set) set {
	out := s
	mark := func(i int, v value) {
		if &out[0] == &s[0] {
			out = slices.Clone(s)
		}
		out[i].v = v
	}
	for i, a := range s {
		switch v := a.v.(type) {
		case *listing:
			if !v.packed {
				c := *v
				c.packed = true
				mark(i, &c)
			}
		case *mapping:
			if !v.packed {
				c := *v
				c.packed = true
				mark(i, &c)
			}
		}
	}
	return out
}

// unpacked returns an item of a tuple or map; messages remember that.
func unpacked(from value, s set) set {
	l, tuple := from.(*listing)
	m, ok := from.(*mapping)
	if !(tuple && l.packed || ok && m.packed) {
		return s
	}
	out := slices.Clone(s)
	for i, a := range out {
		if m, ok := a.v.(*message); ok && m.pack == nil {
			c := *m
			c.pack = from
			out[i].v = &c
		}
	}
	return out
}

// maxPutters bounds how many callers are told apart of a function that puts
// something into a queue.
const maxPutters = 8

// handedIn evaluates what is put into a queue or container. A tuple that
// depends on the function's caller is evaluated for each of them, so that what
// belongs together stays together.
func (ev *evaluator) handedIn(v ref) set {
	e := v.expr()
	fn := v.file.enclosingFunc(e.Scope)
	if e.Kind != facts.List && e.Kind != facts.Map || e.N < 2 || fn == 0 || !ev.expand {
		return packed(ev.eval(v, nil))
	}
	open := func() bool {
		was := ev.expand
		ev.expand = false
		defer func() { ev.expand = was }()
		for _, k := range v.file.facts().Operands(e) {
			if en := v.file.facts().At(k); en.Kind == facts.Entry {
				k = en.X
			}
			if hasHole(ev.eval(v.at(k), nil)) {
				return true
			}
		}
		return false
	}
	if !open() {
		return packed(ev.eval(v, nil))
	}
	frames := ev.toldApart(ev.callers(v.file, fn), v.file, fn)
	if len(frames) < 2 || len(frames) > maxPutters {
		return packed(ev.eval(v, nil))
	}
	var out set
	for _, fr := range frames {
		out = out.add(ev.eval(v, fr)...)
	}
	return packed(out)
}

// toldApart replaces the frame of a function's only caller, where that is open
// itself, by those of the caller's callers: what they give is handed on.
func (ev *evaluator) toldApart(frames []*frame, x *file, fn facts.ScopeID) []*frame {
	if len(frames) != 1 || frames[0].site == nil || frames[0].site.fr != nil {
		return frames
	}
	site := frames[0].site.ref
	by := site.file.enclosingFunc(site.expr().Scope)
	if by == 0 {
		return frames
	}
	var out []*frame
	for _, fr := range ev.callers(site.file, by) {
		out = append(out, ev.framesAt(site, fr, x, fn)...)
	}
	if len(out) < 2 || len(out) > maxPutters {
		return frames
	}
	return out
}
