package flow

import (
	"slices"

	"topicls/index/facts"
)

// A consumer may keep messages and hold a produce back until all that belong
// together are there. This is found by flow: a container or counter that
// outlives a message is filled from messages, a condition asks how much is in
// it, and a produce is only reached when the condition says so.

// state is something that a program keeps between messages.
type state struct {
	root  root
	key   string // the file's name for it
	label string
	fills []fill
	deep  int  // how deep containers lie in it
	count bool // a counter
}

// fill is a statement that changes a state.
type fill struct {
	span  facts.Span
	scope facts.ScopeID // the function it stands in
	parts []facts.ExprID
	depth int // in the container
}

// stateUse is a place where a file keeps something of messages, or asks for
// it before it goes on to what may produce.
type stateUse struct {
	key     string
	label   string
	at      Place
	origins [][]originKey // kept: where the messages come from
	held    []Place       // asked: the code that runs only if the answer is right
}

// stateUses finds what a file keeps between messages and asks for.
func (ev *evaluator) stateUses(x *file) []stateUse {
	ev.care, ev.expand = lazy, true
	defer func() { ev.care, ev.expand = seeks, false }()
	var out []stateUse
	states := ev.states(x)
	for i := range states {
		s := &states[i]
		asked := ev.asksFor(x, s)
		if len(asked) == 0 {
			continue
		}
		var kept []stateUse
		keepers := map[facts.ScopeID]bool{}
		for _, w := range s.fills {
			if o := ev.fromMessages(x, s, w); len(o) > 0 {
				kept = append(kept, stateUse{key: s.key, label: s.label, at: Place{Path: x.path, Span: w.span}, origins: o})
				keepers[w.scope] = true
			}
		}
		if len(kept) == 0 {
			continue
		}
		handling := ev.reachedFrom(x, keepers)
		some := false
		for _, a := range asked {
			if !keepers[a.scope] && !handling[fnKey{x.path, a.scope}] && !ev.handles(x, a.scope) {
				continue
			}
			if held := ev.reachedIn(x, a.region); len(held) > 0 {
				some = true
				out = append(out, stateUse{key: s.key, label: s.label, at: Place{Path: x.path, Span: a.cond}, held: held})
			}
		}
		if some {
			out = append(out, kept...)
		}
	}
	return out
}

// states lists the containers and counters of a file that may outlive a
// message, with what changes them.
func (ev *evaluator) states(x *file) []state {
	f := x.facts()
	var out []state
	find := func(b *facts.Binding) *state {
		r, ok := ev.lasting(x, b)
		if !ok {
			return nil
		}
		key := itoa(int(r.scope)) + "." + f.Text(r.name)
		if r.attr {
			key += "()"
		}
		for i := range out {
			if out[i].key == key {
				return &out[i]
			}
		}
		out = append(out, state{root: r, key: key, label: f.Text(r.name)})
		return &out[len(out)-1]
	}
	for i := range f.Bindings {
		b := &f.Bindings[i]
		if b.Value == 0 || b.Target == facts.ToIndex {
			continue
		}
		if b.Flag&facts.Augmented != 0 {
			if s := find(b); s != nil {
				s.count = true
				s.fills = append(s.fills, fill{span: b.Span, scope: x.enclosingFunc(b.Scope)})
			}
			continue
		}
		if !ev.holds(x, b.Value) {
			continue
		}
		if s := find(b); s != nil && !s.count {
			for _, p := range ev.putsInto(ref{x, b.Value}) {
				if s.root.scope != 0 && !s.root.attr && x.enclosingFunc(f.At(p.value.id).Scope) == x.enclosingFunc(b.Scope) && !inLoop(f, f.At(p.value.id).Block) {
					continue // a local name that one run fills
				}
				s.deep = max(s.deep, p.depth)
				if !slices.ContainsFunc(s.fills, func(w fill) bool { return w.span == p.at }) {
					s.fills = append(s.fills, fill{span: p.at, scope: x.enclosingFunc(f.At(p.value.id).Scope), parts: []facts.ExprID{p.value.id, p.key}, depth: p.depth})
				}
			}
		}
	}
	return slices.DeleteFunc(out, func(s state) bool { return len(s.fills) == 0 })
}

// lasting returns the name of what a binding makes, if that outlives one
// message: an attribute, a name of the module, or one that a function binds in
// front of the loop in which it is changed.
func (ev *evaluator) lasting(x *file, b *facts.Binding) (root, bool) {
	f := x.facts()
	r := root{x: x, name: b.Name, attr: b.Target == facts.ToAttr, scope: b.Scope}
	fn := x.enclosingFunc(b.Scope)
	switch {
	case r.attr:
		m, cls := x.selfClass(b.Scope)
		if cls == 0 || !isSelf(f, m, b.Obj) {
			return root{}, false
		}
		r.scope = cls
	case f.Scopes[b.Scope].Kind == facts.ClassScope:
		r.attr = true
	case fn == 0 || declaredOuter(x, fn, b.Name):
		r.scope = 0
	default:
		for _, i := range x.bindings(b.Scope, b.Name) { // changed in a loop behind where it is made
			o := &f.Bindings[i]
			if o.Flag&facts.Augmented == 0 && !inLoop(f, o.Block) {
				return r, true
			}
		}
		return root{}, false
	}
	return r, true
}

func inLoop(f *facts.File, b facts.BlockID) bool {
	for ; b != 0; b = f.Blocks[b].Parent {
		if f.Blocks[b].Kind == facts.Loop {
			return true
		}
		if f.Blocks[b].Kind == facts.Body {
			return false
		}
	}
	return false
}

// holds reports whether an expression makes a map, list or set.
func (ev *evaluator) holds(x *file, id facts.ExprID) bool {
	switch e := x.facts().At(id); e.Kind {
	case facts.Map, facts.List:
		return e.Flag&facts.Tuple == 0
	case facts.Call:
		for _, a := range ev.eval(ref{x, e.X}, nil) {
			if v, ok := a.v.(*external); ok && v.recv == nil {
				return ev.l.models.Containers[v.path]
			}
		}
	}
	return false
}

// fromMessages lists where the messages come from that a statement keeps
// something of. A counter counts those that its function handles.
func (ev *evaluator) fromMessages(x *file, s *state, w fill) [][]originKey {
	f := x.facts()
	var out [][]originKey
	note := func(id facts.ExprID) {
		ev.fuel = fuelUnit
		for _, a := range ev.eval(ref{x, id}, nil) {
			if m, ok := a.v.(*message); ok {
				if o := m.origins(); len(o) > 0 && !slices.ContainsFunc(out, func(p []originKey) bool { return slices.Equal(o, p) }) {
					out = append(out, o)
				}
			}
		}
	}
	if s.count {
		for _, id := range ev.messagesOf(x, w.scope) {
			note(id)
		}
		return out
	}
	for _, p := range w.parts {
		if p == 0 {
			continue
		}
		whole := f.At(p).Span
		for id := facts.ExprID(1); id <= p; id++ {
			if e := f.At(id); whole.Start <= e.Start && e.End <= whole.End {
				switch e.Kind {
				case facts.Name, facts.Attr, facts.Index, facts.Call:
					note(id)
				}
			}
		}
	}
	return out
}

// messagesOf lists expressions of a function that may be the message that it
// handles: its parameters where they are used, and what its loops take.
func (ev *evaluator) messagesOf(x *file, fn facts.ScopeID) []facts.ExprID {
	f := x.facts()
	var out []facts.ExprID
	seen := map[facts.Sym]bool{}
	for id := facts.ExprID(1); int(id) < len(f.Exprs); id++ {
		if e := f.At(id); e.Kind == facts.Name && !seen[e.Name] && x.enclosingFunc(e.Scope) == fn {
			seen[e.Name] = true
			out = append(out, id)
		}
	}
	return out
}

// handles reports whether a function has a message at hand.
func (ev *evaluator) handles(x *file, fn facts.ScopeID) bool {
	for _, id := range ev.messagesOf(x, fn) {
		ev.fuel = fuelUnit
		for _, a := range ev.eval(ref{x, id}, nil) {
			if m, ok := a.v.(*message); ok && len(m.origins()) > 0 {
				return true
			}
		}
	}
	return false
}

// maxHeld bounds how many functions are followed from a condition.
const maxHeld = 24

// reachedFrom lists the functions that some functions of a file lead to.
func (ev *evaluator) reachedFrom(x *file, from map[facts.ScopeID]bool) map[fnKey]bool {
	out := map[fnKey]bool{}
	for fn := range from {
		var calls []ref
		for _, c := range x.facts().Calls {
			if x.enclosingFunc(x.facts().At(c).Scope) == fn {
				calls = append(calls, ref{x, c})
			}
		}
		ev.follow(calls, 3, func(y *file, s facts.ScopeID) bool {
			k := fnKey{y.path, s}
			if out[k] || len(out) >= maxHeld {
				return false
			}
			out[k] = true
			return true
		})
	}
	return out
}

// reachedIn lists the code that runs in some ranges of a file and in the
// functions called from there.
func (ev *evaluator) reachedIn(x *file, regions []facts.Span) []Place {
	var out []Place
	var calls []ref
	for _, r := range regions {
		n := len(calls)
		for _, c := range x.facts().Calls {
			if e := x.facts().At(c); r.Start <= e.Start && e.End <= r.End && !inHandler(x.facts(), e.Block) {
				calls = append(calls, ref{x, c})
			}
		}
		if len(calls) > n {
			out = append(out, Place{Path: x.path, Span: r})
		}
	}
	ev.follow(calls, 3, func(y *file, s facts.ScopeID) bool {
		p := Place{Path: y.path, Span: y.facts().Scopes[s].Span}
		if len(out) >= maxHeld || slices.Contains(out, p) {
			return false
		}
		out = append(out, p)
		return true
	})
	return out
}

// follow enters the functions that calls lead to, as long as enter says so.
func (ev *evaluator) follow(calls []ref, depth int, enter func(*file, facts.ScopeID) bool) {
	for _, c := range calls {
		ev.fuel = fuelUnit
		for _, en := range ev.entered(c, nil, false) {
			y, s := en.fn.file, en.fn.scope
			ev.noteFile(y)
			if !enter(y, s) || depth <= 1 {
				continue
			}
			var inner []ref
			for _, k := range y.facts().Calls {
				if e := y.facts().At(k); y.enclosingFunc(e.Scope) == s && !inHandler(y.facts(), e.Block) {
					inner = append(inner, ref{y, k})
				}
			}
			ev.follow(inner, depth-1, enter)
		}
	}
}

// inHandler reports whether a block belongs to the handling of an error.
func inHandler(f *facts.File, b facts.BlockID) bool {
	for ; b != 0; b = f.Blocks[b].Parent {
		if f.Blocks[b].Kind == facts.Handler {
			return true
		}
	}
	return false
}
