package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// slotArg finds the argument of a call that a slot names (Slot.New ignored).
func (ev *evaluator) slotArg(site ref, fr *frame, s client.Slot) (arg, bool) {
	args, _ := ev.flat(callArgs(site, fr))
	return pickArg(s, args)
}

// pickArg finds the argument that a slot names.
func pickArg(s client.Slot, args []arg) (arg, bool) {
	if s.Of > 0 && s.Of != len(args)-typeArguments(args) {
		return arg{}, false
	}
	if s.OfPositions > 0 && s.OfPositions != positions(args) {
		return arg{}, false
	}
	n := 0
	for _, a := range args {
		if a.name == "" {
			if s.Pos >= 0 && n == s.Pos {
				return a, true
			}
			n++
		} else if s.Keyword != "" && a.name == s.Keyword {
			return a, true
		}
	}
	if s.Keyword != "" {
		for _, a := range args { // whoever gives the map decides
			if a.flag&facts.SpreadMap != 0 && hasHole(a.val) {
				return a, true
			}
		}
	}
	return arg{}, false
}

// slot evaluates what a slot of a call holds: nothing when it is not given.
// recv is the call's receiver.
func (ev *evaluator) slot(s client.Slot, site ref, fr *frame, recv value) set {
	if in, ok := recv.(*instance); ok && s.New == 1 && s.Keyword != "" && s.Key == "" && in.call != nil {
		if got := ev.assignedField(in, s.Keyword, site, fr); len(got) > 0 {
			return got
		}
	}
	for i := 0; i < s.New; i++ {
		in, ok := recv.(*instance)
		if !ok || in.call == nil {
			return nil
		}
		site, fr, recv = in.call.ref, in.call.fr, in.recv
	}
	if s.Method != "" {
		if got := ev.setBefore(s, site, fr); len(got) > 0 {
			return got
		}
		return ev.chainSlot(s, recv)
	}
	if s.Keyword == client.Receiver {
		return ev.receiverOf(site, fr)
	}
	if s.Option != "" {
		var out set
		for _, in := range ev.optionCalls(s.Option, site, fr) {
			out = out.add(ev.slotIn(s, in.call.ref, in.call.fr)...)
		}
		return out
	}
	if s.Assigned != "" {
		return ev.assignedIn(s.Assigned, site, fr)
	}
	if s.Inside != "" {
		var out set
		for _, c := range ev.innerCalls(s.Inside, site, fr) {
			out = out.add(ev.slotIn(s, c.ref, c.fr)...)
		}
		return out
	}
	return ev.slotIn(s, site, fr)
}

// slotIn evaluates what a slot of a call holds, whichever call that is.
func (ev *evaluator) slotIn(s client.Slot, site ref, fr *frame) set {
	var v set
	if s.Rest {
		args, _ := ev.flat(callArgs(site, fr))
		var items []set
		n := 0
		for _, a := range args {
			if a.name == "" {
				if n >= s.Pos {
					if a.flag&facts.SpreadOne != 0 {
						items = append(items, a.val)
					} else {
						items = append(items, ev.argValue(a))
					}
				}
				n++
			}
		}
		if len(items) == 0 {
			return nil
		}
		v = one(&listing{items: items}, nil)
	} else {
		a, ok := ev.slotArg(site, fr, s)
		if !ok {
			return nil
		}
		v = ev.argValue(a)
	}
	if s.Field != "" {
		v = ev.fieldOf(v, s.Field, site.place())
	}
	if s.Key != "" {
		v = ev.underKey(v, s.Key)
	}
	for _, key := range s.Deeper {
		if key != "" {
			v = ev.underKey(v, key)
			continue
		}
		var out set
		for _, m := range v {
			if l, ok := m.v.(*listing); ok {
				out = out.add(ev.elements(l, site.place())...)
			} else if _, ok := m.v.(*param); ok {
				out = out.add(m)
			}
		}
		v = out
	}
	return v
}

// underKey looks a key up in maps and objects; parameters stay open.
func (ev *evaluator) underKey(s set, key string) set {
	var out set
	for _, m := range s {
		switch v := m.v.(type) {
		case *mapping:
			found := false
			for _, en := range ev.entries(v) {
				if en.key == key {
					out = out.add(ev.entryValue(en)...)
					found = true
				}
			}
			if !found {
				out = out.add(ev.openEntries(v)...)
				out = out.add(ev.openSpreads(v)...)
			}
		case *object:
			if got := ev.objectAttr(v, key, place{}); !nothingKnown(got) {
				out = out.add(got...)
			}
		case *instance: // a record of a library
			out = out.add(ev.recordField(v, key)...)
		case *section:
			b := v.below(key, v.at)
			out = out.add(alt{b.key(), &trace{place: v.at, what: "key " + b.prefix, next: m.tr}})
		case *listing:
			for _, it := range ev.items(v) {
				out = out.add(ev.underKey(it, key)...)
			}
		case *document:
			if n := v.node.Get(key); n != nil {
				out = out.add(ev.docValue(v.path, n, key)...)
			}
		case *param:
			out = out.add(alt{v, m.tr})
		}
	}
	return out
}

// envOf makes a variable of every possible name.
func (ev *evaluator) envOf(names, def set, hasDefault, required bool, r ref) set {
	var out set
	for _, n := range names {
		switch v := n.v.(type) {
		case *param:
			out = out.add(n)
			continue
		default:
			name, ok := constOf(v)
			if !ok {
				out = out.add(alt{&unknown{"a variable whose name is computed", r.place()}, n.tr})
				continue
			}
			p := part{kind: partEnv, text: name, at: r.place(), required: required && !hasDefault}
			if hasDefault && !isNone(def) {
				for _, d := range def { // a default that is a parameter leaves a hole
					if _, ok := d.v.(*param); ok {
						out = out.add(d)
					}
				}
				p.def = def
			}
			tr := &trace{place: r.place(), what: "variable " + name}
			if n.tr != nil && n.tr.what != "literal" {
				tr.next = n.tr
			}
			out = out.add(alt{&stringValue{parts: []part{p}}, tr})
		}
	}
	return out
}

func isNone(s set) bool {
	for _, a := range s {
		if c, ok := a.v.(*constant); !ok || c.kind != facts.None {
			return false
		}
	}
	return true
}

// slotSets evaluates slots of a call, one after the other.
func (ev *evaluator) slotSets(slots client.Slots, r ref, fr *frame) []set {
	var out []set
	for _, s := range slots {
		out = append(out, ev.slot(s, r, fr, nil))
	}
	return out
}
