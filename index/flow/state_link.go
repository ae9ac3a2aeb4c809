package flow

import "slices"

// maxStateSteps bounds the places that are told of one consumer's state.
const maxStateSteps = 4

// stateOf tells how a consume endpoint holds back a produce until what it keeps
// is complete; nil if it does not.
func (l *Linker) stateOf(e *Endpoint) []Step {
	type keeper struct{ path, key string }
	var out []Step
	done := map[keeper]bool{}
	for _, p := range l.keepersOf(e) {
		u := l.units[p]
		for i := range u.states {
			k := &u.states[i]
			if done[keeper{p, k.key}] || !slices.ContainsFunc(k.origins, e.reads) {
				continue
			}
			done[keeper{p, k.key}] = true
			out = append(out, l.stateSteps(e, u, k.key)...)
		}
	}
	return out
}

// keepersOf lists the files that keep something of an endpoint's messages.
func (l *Linker) keepersOf(e *Endpoint) []string {
	var out []string
	for _, k := range e.origins {
		for p := range l.keepers[k] {
			if l.units[p] != nil {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// stateSteps tells of one state: where it is kept, where it is asked for, and
// what is produced then.
func (l *Linker) stateSteps(e *Endpoint, u *unit, key string) []Step {
	var kept, asked, sent []Step
	label := ""
	for i := range u.states {
		s := &u.states[i]
		if s.key != key {
			continue
		}
		label = s.label
		if len(s.origins) > 0 {
			if slices.ContainsFunc(s.origins, e.reads) && len(kept) < maxStateSteps {
				kept = append(kept, Step{s.at.Path, s.at.Span, "kept in " + label + " from message to message"})
			}
			continue
		}
		produces := l.producesIn(s.held)
		if len(produces) == 0 {
			continue
		}
		if len(asked) < maxStateSteps {
			asked = append(asked, Step{s.at.Path, s.at.Span, "the condition over " + label})
		}
		for _, p := range produces {
			st := Step{p.Path, p.Span, "produced only when it holds"}
			if len(sent) < maxStateSteps && !slices.Contains(sent, st) {
				sent = append(sent, st)
			}
		}
	}
	if len(kept) == 0 || len(sent) == 0 {
		return nil
	}
	return append(append(kept, asked...), sent...)
}

// producesIn lists the produce endpoints that stand in ranges of code.
func (l *Linker) producesIn(held []Place) []*Endpoint {
	var out []*Endpoint
	for _, h := range held {
		u, x := l.units[h.Path], l.files[h.Path]
		if u == nil || x == nil {
			continue
		}
		for _, e := range append(slices.Clone(u.endpoints), u.orphans...) {
			if e.Role == "produce" && h.Start <= e.Span.Start && e.Span.End <= h.End && !l.handlesError(x, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// handlesError reports whether an endpoint stands in the handling of an error.
func (l *Linker) handlesError(x *file, e *Endpoint) bool {
	f := x.facts()
	for _, c := range f.Calls {
		if f.At(c).Span == e.Span {
			return inHandler(f, f.At(c).Block)
		}
	}
	return false
}

// setStates replaces what a file keeps between messages, and has the consumers
// told again that it concerns.
func (l *Linker) setStates(p string, old, now []stateUse) {
	if len(old) == 0 && len(now) == 0 {
		return
	}
	for _, s := range old {
		for _, o := range s.origins {
			delist(l.keepers, o[0], p)
		}
		for _, h := range s.held {
			delist(l.held, h.Path, p)
		}
	}
	for _, s := range now {
		for _, o := range s.origins {
			enlist(l.keepers, o[0], p)
		}
		for _, h := range s.held {
			enlist(l.held, h.Path, p)
		}
	}
	l.tellConsumers(old)
	l.tellConsumers(now)
}

// tellConsumers marks the files of consumers whose messages are kept.
func (l *Linker) tellConsumers(states []stateUse) {
	for _, s := range states {
		for _, o := range s.origins {
			for f := range l.consumers[o[0]] {
				l.changed[f] = true
			}
		}
	}
}

// heldChanged marks the consumers that may hold back what a file produces.
func (l *Linker) heldChanged(p string) {
	for k := range l.held[p] {
		if u := l.units[k]; u != nil {
			l.tellConsumers(u.states)
		}
	}
}

func enlist[K comparable](m map[K]map[string]bool, k K, p string) {
	if m[k] == nil {
		m[k] = map[string]bool{}
	}
	m[k][p] = true
}

func delist[K comparable](m map[K]map[string]bool, k K, p string) {
	delete(m[k], p)
	if len(m[k]) == 0 {
		delete(m, k)
	}
}

func sameStates(a, b []stateUse) bool {
	return slices.EqualFunc(a, b, func(x, y stateUse) bool {
		return x.key == y.key && x.label == y.label && x.at == y.at && slices.Equal(x.held, y.held) && slices.EqualFunc(x.origins, y.origins, slices.Equal[[]originKey])
	})
}
