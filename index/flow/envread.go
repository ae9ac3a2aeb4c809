package flow

import (
	"maps"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// readEnv evaluates a configuration read. recv is what it is read from, where
// that is an object.
func (ev *evaluator) readEnv(rd *client.Read, r ref, fr *frame, recv value) set {
	var names, def set
	if rd.Store != "" {
		return ev.readKey(rd, r, fr, recv)
	}
	for _, s := range rd.Name {
		if names = ev.slot(s, r, fr, nil); len(names) > 0 {
			break
		}
	}
	for _, s := range rd.Prefix {
		if p := ev.slot(s, r, fr, recv); len(p) > 0 && !isNone(p) {
			names = concat(p, names, r.place()).normal()
			break
		}
	}
	if rd.Flag != "" {
		names = concat(one(literal(rd.Flag), nil), names, r.place()).normal()
	}
	if rd.Within != "" {
		names = ev.withinPrefix(rd.Within, names, r, fr)
	}
	hasDefault := false
	for _, s := range rd.Default {
		if a, ok := ev.slotArg(r, fr, s); ok {
			def, hasDefault = ev.argValue(a), true
			break
		}
	}
	if rd.Loaded {
		if got := ev.loadedKeys(r.file, names); len(got) > 0 {
			if hasDefault {
				return orElse(got, def)
			}
			return got
		}
	}
	files := ev.readFiles(rd, r, fr)
	if !rd.List {
		return withFiles(ev.envOf(names, def, hasDefault, rd.Required, r), files)
	}
	out := withFiles(ev.envOf(names, ev.asText(def), hasDefault, rd.Required, r), files)
	for i, a := range out {
		if v, ok := a.v.(*stringValue); ok {
			out[i].v = v.with(strOp{op: "split", a: ","})
		}
	}
	return out
}

// asText turns lists of known strings into the text that a variable would have.
func (ev *evaluator) asText(s set) set {
	var out set
	for _, a := range s {
		l, ok := a.v.(*listing)
		if !ok {
			out = out.add(a)
			continue
		}
		var texts []string
		for _, it := range ev.items(l) {
			if len(it) == 1 {
				if t, ok := constOf(it[0].v); ok {
					texts = append(texts, t)
					continue
				}
			}
			return ev.elementsOf(s, place{})
		}
		out = out.add(alt{literal(strings.Join(texts, ",")), a.tr})
	}
	return out
}

// withinPrefix puts before names what the blocks around the read say:
// `with env.prefixed("KAFKA_"):`.
func (ev *evaluator) withinPrefix(method string, names set, r ref, fr *frame) set {
	f := r.file.facts()
	sym := r.file.sym(method)
	if sym == 0 {
		return names
	}
	for b := r.expr().Block; b != 0; b = f.Blocks[b].Parent {
		blk := &f.Blocks[b]
		if blk.Kind != facts.With {
			continue
		}
		var opens facts.ExprID // the last call before the block that stands beside it
		for _, c := range f.Calls {
			if e := f.At(c); e.Block == blk.Parent && e.End <= blk.Start && (opens == 0 || e.End > f.At(opens).End) {
				opens = c
			}
		}
		if opens == 0 || lastName(f, f.At(opens).X) != sym {
			continue
		}
		if a, ok := firstArg(r.at(opens), fr); ok {
			names = concat(ev.argValue(a), names, r.place()).normal()
		}
	}
	return names
}

// attributeRead evaluates an attribute that is a variable, as in
// `process.env.TOPIC`; nothing for other attributes.
func (ev *evaluator) attributeRead(r ref, name string, recv set) set {
	var out set
	for _, a := range recv {
		x, ok := a.v.(*external)
		if !ok {
			return nil
		}
		rd := ev.l.models.Reads[x.path]
		if rd == nil || !rd.Attribute {
			return nil
		}
		e := *r.expr()
		at := place{r.file, facts.Span{Start: e.End - uint32(len(name)), End: e.End}}
		out = out.add(ev.variable(name, rd.Required, at)...)
	}
	return out
}

// variable evaluates a read of a variable without a default.
func (ev *evaluator) variable(name string, required bool, at place) set {
	p := part{kind: partEnv, text: name, at: at, required: required}
	return one(&stringValue{parts: []part{p}}, &trace{place: at, what: "variable " + name})
}

// loadedKeys evaluates dotted paths into the objects that the program's loaders
// give; nothing when one of them is no such path.
func (ev *evaluator) loadedKeys(near *file, names set) set {
	var out set
	for _, n := range names {
		key, ok := constOf(n.v)
		if !ok {
			return nil
		}
		got := ev.loadedKey(near, key)
		if len(got) == 0 {
			return nil
		}
		out = out.add(got...)
	}
	return out
}

func (ev *evaluator) loadedKey(near *file, key string) set {
	var out set
	for _, name := range slices.Sorted(maps.Keys(ev.l.models.Loaders)) {
		ld := ev.l.models.Loaders[name]
		for _, site := range ev.sitesNamed(lastDotted(name), near) {
			if !ev.calls(site, name) {
				continue
			}
			ev.noteFile(site.file)
			path := key
			if len(ld.Name) > 0 {
				first, rest, dotted := strings.Cut(key, ".")
				if !ev.hasText(ld.Name, site, first) {
					continue
				}
				if path = rest; !dotted {
					path = ""
				}
			}
			out = out.add(ev.madeKey(ld, site, path)...)
		}
	}
	return out
}

// calls reports whether a call is one of an external name.
func (ev *evaluator) calls(site ref, name string) bool {
	for _, a := range ev.eval(site.at(site.expr().X), nil) {
		if x, ok := a.v.(*external); ok && x.path == name {
			return true
		}
	}
	return false
}

func (ev *evaluator) hasText(slots client.Slots, site ref, text string) bool {
	for _, slot := range slots {
		for _, a := range ev.slot(slot, site, nil, nil) {
			if t, ok := constOf(a.v); ok && t == text {
				return true
			}
		}
	}
	return false
}

// madeKey evaluates a path in what the functions of a loader make.
func (ev *evaluator) madeKey(ld *client.Loader, site ref, path string) set {
	k := activeKey{guard: guardLoader, ref: site}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	var out set
	for _, slot := range ld.Made {
		for _, a := range ev.slot(slot, site, nil, nil) {
			fn, ok := a.v.(*function)
			if !ok {
				continue
			}
			got := ev.callFunction(fn, nil, nil, site.place())
			for _, part := range strings.Split(path, ".") {
				if part != "" {
					got = ev.underKey(got, part)
				}
			}
			out = out.add(got...)
		}
	}
	return out
}
