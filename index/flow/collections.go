package flow

import (
	"maps"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// Maps, lists and texts as the functions of a language's library make and fill
// them: what those are is the models' to say (client.Values).

// outside is a name that comes from outside the workspace: the value of a
// constant that a model knows, else the name.
func (ev *evaluator) outside(path string, recv value, at place) set {
	if text, ok := ev.l.models.Constants[path]; ok {
		return one(literal(text), &trace{place: at, what: "constant of a library"})
	}
	return one(&external{path: path, recv: recv}, nil)
}

// made evaluates a call that makes a map or a list.
func (ev *evaluator) made(kind string, r ref, fr *frame) set {
	switch kind {
	case "map":
		return one(&mapping{ref: r, fr: fr}, nil)
	case "list":
		if a, ok := onlyArg(r, fr); ok { // a copy; other arguments are sizes and orders
			var out set
			for _, v := range ev.argValue(a) {
				switch l := v.v.(type) {
				case *listing, *param:
					out = out.add(v)
				case *mapping:
					out = out.add(alt{ev.keyList(l), v.tr})
				}
			}
			if len(out) > 0 {
				return out
			}
		}
		return one(&listing{ref: r, fr: fr, items: []set{}}, nil)
	case "items":
		if a, ok := onlyArg(r, fr); ok { // an array in place of the arguments
			var out set
			for _, v := range ev.argValue(a) {
				switch l := v.v.(type) {
				case *listing:
					out = out.add(v)
				case *stringValue:
					if n := len(l.ops); n > 0 && l.ops[n-1].op == "split" {
						out = out.add(v)
					}
				}
			}
			if len(out) > 0 {
				return out
			}
		}
		return one(&listing{ref: r, fr: fr}, &trace{place: r.place(), what: "list"})
	case "pattern":
		var out set
		if a, ok := firstArg(r, fr); ok {
			for _, v := range ev.argValue(a) {
				if t, ok := constOf(v.v); ok {
					v.v = patternName(t)
				}
				out = out.add(v)
			}
		}
		return out
	case "keysOf", "valuesOf", "itemsOf":
		if a, ok := firstArg(r, fr); ok {
			return ev.listedMembers(kind, ev.argValue(a), r.place())
		}
	case "pairs":
		f := r.file.facts()
		args := f.Operands(r.expr())
		m := &mapping{ref: r, fr: fr, computed: true}
		for i := 0; i+1 < len(args); i += 2 {
			ev.pair(m, r.at(f.At(args[i]).X), r.at(f.At(args[i+1]).X), fr)
		}
		return one(m, nil)
	case "entries":
		f := r.file.facts()
		m := &mapping{ref: r, fr: fr, computed: true}
		for _, k := range f.Operands(r.expr()) {
			switch e := f.At(f.At(k).X); {
			case e.Kind == facts.Call && e.N == 2:
				kv := f.Operands(e)
				ev.pair(m, r.at(f.At(kv[0]).X), r.at(f.At(kv[1]).X), fr)
			case e.Kind == facts.List && e.Flag&facts.Tuple != 0 && e.N == 2:
				kv := f.Operands(e)
				ev.pair(m, r.at(kv[0]), r.at(kv[1]), fr)
			}
		}
		return one(m, nil)
	}
	return nil
}

// listedMembers lists the keys of what a map, an enumeration or a class
// with constants has, its values, or both in pairs.
func (ev *evaluator) listedMembers(kind string, of set, at place) set {
	var out set
	for _, a := range of {
		l := &listing{items: []set{}}
		add := func(key, value set) {
			switch kind {
			case "keysOf":
				l.items = append(l.items, key)
			case "valuesOf":
				l.items = append(l.items, value)
			default:
				l.items = append(l.items, one(&listing{items: []set{key, value}}, nil))
			}
		}
		switch v := a.v.(type) {
		case *mapping:
			for _, en := range ev.entries(v) {
				add(set{en.keyOf()}, ev.entryValue(en))
			}
			if kept := ev.taken(v.ref, 1, true); len(kept) > 0 {
				add(nil, kept)
			}
		case *class:
			ev.noteFile(v.file)
			ev.eachConstant(v, func(name string, value set) { add(one(literal(name), nil), value) })
		case *listing:
			for _, it := range ev.items(v) {
				add(one(&unknown{"a position in a list", at}, nil), it)
			}
		case *param:
			out = out.add(a)
			continue
		default:
			out = out.add(alt{&unknown{"what something has that is not known", at}, a.tr})
			continue
		}
		out = out.add(alt{l, a.tr})
	}
	return out
}

// eachConstant gives what a class itself has under names, in source order: the
// members of an enumeration, the values of static fields.
func (ev *evaluator) eachConstant(c *class, do func(name string, v set)) {
	if isEnum(ev, c) {
		ev.eachMember(c, do)
		return
	}
	f := c.file.facts()
	for _, i := range c.file.scopeBindings(c.scope) {
		b := &f.Bindings[i]
		if v := f.At(b.Value); b.Value != 0 && v.Kind != facts.Func && v.Kind != facts.Class {
			do(f.Text(b.Name), ev.binding(c.file, b, nil))
		}
	}
}

// pair adds an entry for every known key, or an open one.
func (ev *evaluator) pair(m *mapping, key, val ref, fr *frame) {
	known := false
	for _, kv := range ev.eval(key, fr) {
		if en, ok := entryOf(kv); ok {
			en.ref, en.fr, en.at = val, fr, key
			m.entries, known = putEntry(m.entries, en), true
		}
	}
	if !known {
		m.open = append(m.open, mapEntry{ref: val, fr: fr, at: key})
	}
}

// putByCall adds what calls such as `map.put(k, v)` put into a map that a name
// holds.
func (ev *evaluator) putByCall(x *file, h holder, e *facts.Expr, fr *frame, out []mapEntry) []mapEntry {
	f := x.facts()
	for _, method := range slices.Sorted(maps.Keys(ev.l.models.Puts)) {
		slots := ev.l.models.Puts[method]
		for _, c := range named(x.open().calls, x.sym(method)) {
			call := f.At(c.call)
			callee := f.At(call.X)
			if callee.Kind != facts.Attr || !ev.held(x, h, callee.X, call.Scope) || call.Start < e.Start && x.enclosingFunc(call.Scope) == x.enclosingFunc(h.scope) {
				continue
			}
			site := ref{x, c.call}
			key, ok := ev.slotArg(site, nil, slots[0])
			val, ok2 := ev.slotArg(site, nil, slots[1])
			if !ok || !ok2 || key.ref.id == 0 || val.ref.id == 0 {
				continue
			}
			ev.keysOf(key.ref, call.Scope, h, fr, func(en mapEntry) {
				en.ref, en.optional = val.ref, !encloses(f, call.Block, e.Block)
				out = append(out, en)
			})
		}
	}
	return out
}

// filledTemplate evaluates a call that fills a template.
func (ev *evaluator) filledTemplate(form client.Format, r ref, fr *frame) set {
	for _, slot := range form.Template {
		if slot.Pos < 0 {
			continue
		}
		a, ok := ev.slotArg(r, fr, slot)
		if !ok {
			continue
		}
		template := ev.argValue(a)
		if len(template) == 0 {
			continue
		}
		if _, text := template[0].v.(*stringValue); !text && len(form.Template) > 1 { // a locale in front of it
			continue
		}
		args, _ := ev.flat(callArgs(r, fr))
		rest := args[min(slot.Pos+1, len(args)):]
		switch form.Style {
		case "printf":
			var fill []set
			for _, b := range rest {
				fill = append(fill, ev.argValue(b).orUnknown(r))
			}
			return ev.filled(template, fill, r)
		case "braces":
			var out set
			for _, t := range template {
				if p, ok := t.v.(*param); ok {
					out = out.add(alt{p, t.tr})
				} else if v, ok := t.v.(*stringValue); ok {
					out = out.add(ev.formatWith(v, t.tr, rest, r)...)
				}
			}
			return out
		case "join":
			var out set
			for _, t := range template {
				if v, ok := t.v.(*stringValue); ok {
					out = out.add(ev.joinArgs(v, rest, r)...)
				}
			}
			return out
		}
	}
	return one(&unknown{"a formatted text that can't be told", r.place()}, nil)
}

// joinArgs puts a text between arguments, or between the elements of the one
// that is a list.
func (ev *evaluator) joinArgs(sep *stringValue, args []arg, r ref) set {
	var items []set
	for _, a := range args {
		items = append(items, ev.argValue(a))
	}
	if len(items) == 1 {
		if one := items[0]; len(one) > 0 {
			if l, ok := one[0].v.(*listing); ok {
				items = ev.items(l)
			}
		}
	}
	out := one(literal(""), nil)
	for i, it := range items {
		if i > 0 {
			out = concat(out, one(sep, nil), r.place())
		}
		out = concat(out, it.orUnknown(r), r.place())
	}
	return out.normal().through(r.place(), "joined string")
}

// fieldOf evaluates a field of the alternatives that are objects of a library's
// types which have it. Parameters stay: who fills them says what they are.
func (ev *evaluator) fieldOf(s set, name string, at place) set {
	var out set
	for _, a := range s {
		switch v := a.v.(type) {
		case *instance:
			if v.typ == nil {
				continue
			}
			if made := ev.provided(v, at); made != nil {
				v = made
			}
			if res := ev.l.models.Field(v.typ, name); res != "" {
				out = out.add(ev.result(res, v, ref{}, nil, at).after(a.tr)...)
			}
		case *param:
			out = out.add(a)
		}
	}
	return out
}

// chainSlot evaluates an argument of the nearest call of a method in the chain
// of calls that made a receiver.
func (ev *evaluator) chainSlot(s client.Slot, recv value) set {
	for depth := 0; depth < maxChained; depth++ {
		in, ok := recv.(*instance)
		if !ok || in.call == nil {
			return nil
		}
		if ev.makerMethod(in) == s.Method && ev.firstIs(in.call, s.MethodKey) {
			if got := ev.slotIn(s, in.call.ref, in.call.fr); len(got) > 0 {
				return got
			}
		}
		if got := ev.setLater(s, in.call); len(got) > 0 {
			return got
		}
		recv = in.recv
	}
	return nil
}

// setLater evaluates an argument of the calls of a method on the name that holds
// an object which a call made.
func (ev *evaluator) setLater(s client.Slot, call *callSite) set {
	x := call.ref.file
	f := x.facts()
	h, ok := x.holderOf(call.ref.id)
	if !ok {
		return nil
	}
	var out set
	for _, c := range named(x.open().calls, x.sym(s.Method)) {
		e := f.At(c.call)
		callee := f.At(e.X)
		if callee.Kind != facts.Attr || !ev.held(x, h, callee.X, e.Scope) || !ev.firstIs(&callSite{ref{x, c.call}, call.fr}, s.MethodKey) {
			continue
		}
		out = out.add(ev.slotIn(s, ref{x, c.call}, call.fr)...)
	}
	return out
}

// maxChained bounds the calls of one chain.
const maxChained = 32

// firstIs reports whether the first argument of a call is a text; any is where
// none is asked for.
func (ev *evaluator) firstIs(call *callSite, text string) bool {
	if text == "" {
		return true
	}
	a, ok := firstArg(call.ref, call.fr)
	if !ok {
		return false
	}
	for _, v := range ev.argValue(a) {
		if got, ok := constOf(v.v); ok && got == text {
			return true
		}
	}
	return false
}

// receiverOf evaluates what a method is called on.
func (ev *evaluator) receiverOf(site ref, fr *frame) set {
	callee := site.file.facts().At(site.expr().X)
	if site.expr().Kind != facts.Call || callee.Kind != facts.Attr {
		return nil
	}
	return ev.eval(site.at(callee.X), fr)
}

// trimmedNumber reads the position in `{0}` or the start of `{0:x}`.
func trimmedNumber(field string) string {
	field, _, _ = strings.Cut(field, ":")
	field, _, _ = strings.Cut(field, "!")
	field, _, _ = strings.Cut(field, ",")
	return field
}
