package flow

import "topicls/index/facts"

// openEntries evaluates the values of a map literal's entries whose keys are
// no constants (`{config.input: handle}`): a key that is not known, or is none
// of the constant ones, may be any of theirs; only is true when one of them is
// the key itself.
func (ev *evaluator) openEntries(m *mapping, key value) (out set, only bool) {
	if m.computed || m.ref.file == nil || m.ref.expr().Kind != facts.Map {
		return nil, false
	}
	f := m.ref.file.facts
	for _, k := range f.Operands(m.ref.expr()) {
		en := f.At(k)
		if en.Kind != facts.Entry || en.Flag&facts.SpreadMap != 0 || f.At(en.Y).Kind == facts.String {
			continue
		}
		open := true
		keys := ev.eval(m.ref.at(en.Y), m.fr)
		for _, kv := range keys {
			if _, ok := constOf(kv.v); ok {
				open = false
			}
		}
		if len(keys) == 1 && isRead(key) && same(keys[0].v, key) {
			return ev.eval(m.ref.at(en.X), m.fr), true
		}
		if open {
			out = out.add(ev.eval(m.ref.at(en.X), m.fr)...)
		}
	}
	return out, false
}

// isRead reports whether a value is one variable of the configuration.
func isRead(v value) bool {
	s, ok := v.(*stringValue)
	return ok && s.loneEnv() != nil
}
