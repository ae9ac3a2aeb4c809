package flow

import "topicls/index/facts"

// openEntries evaluates the values of a map literal's entries whose keys can't
// be told at all: a key that is none of the others may be any of theirs.
func (ev *evaluator) openEntries(m *mapping) (out set) {
	if m.computed {
		for _, en := range m.open {
			out = out.add(ev.entryValue(en)...)
		}
		return out
	}
	if m.ref.file == nil || m.ref.expr().Kind != facts.Map {
		return nil
	}
	f := m.ref.file.facts()
	for _, k := range f.Operands(m.ref.expr()) {
		en := f.At(k)
		if en.Kind != facts.Entry || en.Flag&facts.SpreadMap != 0 || f.At(en.Y).Kind == facts.String {
			continue
		}
		open := true
		for _, kv := range ev.eval(m.ref.at(en.Y), m.fr) {
			if _, ok := entryOf(kv); ok {
				open = false
			}
		}
		if open {
			out = out.add(ev.eval(m.ref.at(en.X), m.fr)...)
		}
	}
	return out
}

// openSpreads lists the open parameters that are spread into a map literal: a
// key that is not written in it may be one of theirs.
func (ev *evaluator) openSpreads(m *mapping) (out set) {
	if m.computed || m.ref.file == nil || m.ref.expr().Kind != facts.Map {
		return nil
	}
	f := m.ref.file.facts()
	for _, k := range f.Operands(m.ref.expr()) {
		if en := f.At(k); en.Kind == facts.Entry && en.Flag&facts.SpreadMap != 0 {
			for _, a := range ev.eval(m.ref.at(en.X), m.fr) {
				if _, open := a.v.(*param); open {
					out = out.add(a)
				}
			}
		}
	}
	return out
}

// ofSpread evaluates what an object that is spread into a map literal, and is no
// map itself, has under a key.
func (ev *evaluator) ofSpread(m *mapping, key string, at place) (out set) {
	if m.computed || m.ref.file == nil || m.ref.expr().Kind != facts.Map || !m.ref.file.open().valued {
		return nil
	}
	f := m.ref.file.facts()
	for _, k := range f.Operands(m.ref.expr()) {
		if en := f.At(k); en.Kind == facts.Entry && en.Flag&facts.SpreadMap != 0 {
			for _, a := range ev.eval(m.ref.at(en.X), m.fr) {
				switch a.v.(type) {
				case *instance, *external, *object, *module:
					if got := ev.attr(a.v, key, at, m.fr); !nothingKnown(got) && !foreignOnly(got) {
						out = out.add(got...)
					}
				}
			}
		}
	}
	return out
}
