package flow

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// indexExpr evaluates `x[k]`.
func (ev *evaluator) indexExpr(r ref, e *facts.Expr, fr *frame) set {
	var out set
	keys := func() set {
		s := ev.eval(r.at(e.Y), fr)
		if len(s) == 0 && ev.l.lang.structural() { // a parameter of which no caller is known
			return one(&unknown{"a key that is not known", r.place()}, nil)
		}
		return s
	}
	slice := r.file.facts().At(e.Y).Kind == facts.Compute && r.file.facts().Text(r.file.facts().At(e.Y).Name) == ":"
	for _, a := range ev.eval(r.at(e.X), fr) {
		if _, list := a.v.(*listing); list && slice {
			out = out.add(a)
			continue
		}
		if p, ok := a.v.(*param); ok { // whoever gives it, it reads the same store
			if in := ev.declaredReader(p); in != nil {
				a.v = in
			}
		}
		switch v := a.v.(type) {
		case *external:
			if rd := ev.l.models.Reads[v.path]; rd != nil && rd.Subscript {
				out = out.add(ev.envOf(keys(), nil, false, rd.Required, r)...)
				continue
			}
			if strings.HasPrefix(v.path, "typing.") || strings.HasPrefix(v.path, "typing_extensions.") { // a name for a type
				if s := ev.annotated(r, fr); len(s) > 0 {
					out = out.add(s...)
					continue
				}
			}
			if ev.l.lang.members() && v.recv == nil && isUpper(lastDotted(v.path)) { // a type with type arguments
				out = out.add(a)
				continue
			}
			out = out.add(alt{&instance{path: v.path + "[]"}, nil})
		case *mapping:
			out = out.add(ev.indexMap(v, keys(), nil, r.place()).after(a.tr)...)
		case *document:
			out = out.add(ev.docKeys(v, keys(), nil, r.place())...)
		case *section:
			out = out.add(ev.sectionKeys(v, keys(), nil, r)...)
		case *layered:
			out = out.add(ev.layeredKeys(v, keys(), nil, r.place())...)
		case *instance:
			if ev.layers(v) != nil {
				out = out.add(ev.layeredKeys(&layered{in: v}, keys(), nil, r.place())...)
				continue
			}
			if d := ev.parserDocument(v); d != nil {
				out = out.add(ev.docKeys(d, keys(), nil, r.place())...)
				continue
			}
			if rd := ev.l.models.Reads[v.path]; rd != nil && rd.Subscript && rd.Store != "" {
				out = out.add(ev.storeKeys(rd.Store, ev.inSection(rd, keys(), v, r, fr), nil, false, rd.Required, r)...)
				continue
			} else if rd != nil && rd.Subscript {
				out = out.add(ev.envOf(keys(), nil, false, rd.Required, r)...)
				continue
			}
			if v.typ != nil && v.typ.Subscript != "" {
				out = out.add(ev.result(v.typ.Subscript, v, r, fr, r.place())...)
				continue
			}
			if got := ev.taken(ev.container(v), 1, true); len(got) > 0 {
				out = out.add(got...)
				continue
			}
			out = out.add(alt{&unknown{"an element of something unknown", r.place()}, nil})
		case *stored:
			out = out.add(ev.taken(v.owner, v.depth+1, true)...)
		case *listing, *stringValue:
			if s, ok := v.(*stringValue); ok {
				if e := elementKey(s, keys()); e != nil {
					out = out.add(alt{e, a.tr})
					continue
				}
				if got := ev.keysBelow(s, keys(), r.place()); len(got) > 0 {
					out = out.add(got...)
					continue
				}
			}
			n, ok := intOf(keys())
			if !ok {
				if _, isList := v.(*listing); isList {
					out = out.add(ev.elements(v, r.place())...)
					continue
				}
				out = out.add(alt{&unknown{"an element that is chosen at run time", r.place()}, nil})
				continue
			}
			out = out.add(ev.item(v, n, r.place()).after(a.tr)...)
		case *message:
			switch v.kind {
			case "payload":
				out = out.add(ev.payloadField(v, keys(), a.tr, r.place())...)
			case "batches":
				out = out.add(alt{v.as("records"), nil})
			case "records", "payloads", "batch.item":
				n, _ := intOf(keys())
				out = out.add(ev.item(v, n, r.place())...)
			default:
				out = out.add(alt{&unknown{"a part of a message", r.place()}, nil})
			}
		case *class: // Topics["ORDERS"], Generic[T]
			if s := ev.enumMembers(v); len(s) > 0 {
				for _, k := range keys() {
					if t, ok := constOf(k.v); ok {
						out = out.add(ev.classAttr(v, t, r.place())...)
					}
				}
				continue
			}
			out = out.add(a)
		case *object:
			if fn := ev.methodOf(v, "__getitem__"); fn != nil {
				out = out.add(ev.callFunction(fn, []arg{{ref: r.at(e.Y), fr: fr}}, &callSite{r, fr}, r.place())...)
			}
		case *param:
			out = out.add(ev.elementOfOpen(a, v, keys)...)
		case *unknown:
			out = out.add(a)
		default:
			out = out.add(alt{&unknown{"an element of something unknown", r.place()}, nil})
		}
	}
	return out
}

// elementOfOpen is an element of a map that is not known here: of one that an
// object keeps, whoever gives the key decides.
func (ev *evaluator) elementOfOpen(a alt, p *param, keys func() set) set {
	if p.self && ev.l.lang.structural() {
		var out set
		for _, k := range keys() {
			if q, ok := k.v.(*param); ok && !q.self {
				out = out.add(k)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return set{a}
}

// declaredReader returns the declared type of a parameter if its objects read a
// store by their subscripts.
func (ev *evaluator) declaredReader(p *param) *instance {
	if len(ev.l.models.StoreNames) == 0 {
		return nil
	}
	an := p.file.facts().Params[p.index].Annot
	if an == 0 {
		return nil
	}
	for _, a := range ev.annotated(ref{p.file, an}, nil) {
		if in, ok := a.v.(*instance); ok {
			if rd := ev.l.models.Reads[in.path]; rd != nil && rd.Subscript && rd.Store != "" {
				return in
			}
		}
	}
	return nil
}

func intOf(s set) (int, bool) {
	if len(s) != 1 {
		return 0, false
	}
	c, ok := s[0].v.(*constant)
	if !ok || c.kind != facts.Number {
		return 0, false
	}
	n, err := strconv.Atoi(c.text)
	return n, err == nil
}

// indexMap looks keys up in a map. def is what a missing key yields.
func (ev *evaluator) indexMap(m *mapping, keys, def set, at place) set {
	entries := ev.entries(m)
	patterns := slices.ContainsFunc(entries, func(en mapEntry) bool { return en.pat != nil })
	var out set
	for _, k := range keys {
		if _, hole := k.v.(*param); hole {
			out = out.add(k)
			continue
		}
		key, pat, ok := patternKey(k.v)
		if id := identity(k.v); id != "" {
			key, ok = id, true
		}
		found := false
		for _, en := range entries {
			if ok && en.key == key {
				out = out.add(unpacked(m, ev.entryValue(en))...)
				found = true
			}
		}
		if found {
			continue
		}
		open := ev.openEntries(m)
		if ok && len(open) == 0 && (pat != nil || patterns) { // the deployment decides
			if s, chosen := ev.choose(entries, k, def); chosen {
				out = out.add(s...)
				continue
			}
		}
		for _, en := range entries { // a key chosen at run time: any entry
			if !ok || pat != nil || en.pat != nil {
				out = out.add(ev.entryValue(en)...)
			}
		}
		out = out.add(open...)
		if ok && pat == nil {
			out = out.add(ev.ofSpread(m, key, at)...)
		}
		out = out.add(ev.taken(m.ref, 1, true)...)
		out = out.add(def...)
	}
	if len(out) == 0 && len(def) == 0 {
		return one(&unknown{"a key that the map does not have", at}, nil)
	}
	return out
}

// entries lists a map's entries, spread maps included; later ones replace
// earlier ones of the same key.
func (ev *evaluator) entries(m *mapping) []mapEntry {
	if m.computed {
		return m.entries
	}
	mk := memoKey{m.ref, m.fr, ev.expand, ev.care}
	if got, ok := ev.maps[mk]; ok {
		return got
	}
	k := activeKey{guard: guardEntries, ref: ref{m.ref.file, m.ref.id}, fr: m.fr}
	if ev.recurs(k) { // a map that is spread into itself
		return nil
	}
	began := ev.mark()
	ev.pose(k)
	got := ev.readEntries(m)
	ev.answered(k)
	if ev.isWhole(began) {
		ev.maps[mk] = got
	}
	return got
}

// entryValue evaluates the value of a map's entry.
func (ev *evaluator) entryValue(en mapEntry) set {
	if en.ref.id != 0 {
		return ev.eval(en.ref, en.fr)
	}
	return en.val
}

// spreadEntries are the entries that spreading one of some maps brings. Of several,
// as the elements of a list are (`list.map((x) => ({...x, n}))`), none comes after
// another: a key has the values of all, and is there on some paths only where not
// all have it.
func (ev *evaluator) spreadEntries(s set) []mapEntry {
	var all [][]mapEntry
	for _, a := range s {
		if n, ok := a.v.(*mapping); ok {
			all = append(all, ev.entries(n))
		}
	}
	if len(all) < 2 {
		return slices.Concat(all...)
	}
	var out []mapEntry
	at := map[string]int{}
	count := map[string]int{}
	for _, list := range all {
		for _, en := range list {
			count[en.key]++
			i, again := at[en.key]
			if !again {
				at[en.key] = len(out)
				out = append(out, en)
				continue
			}
			had := &out[i]
			had.val, had.ref, had.fr = append(set(nil), ev.entryValue(*had)...).add(ev.entryValue(en)...), ref{}, nil
			out[i].optional = out[i].optional || en.optional
		}
	}
	for i := range out {
		out[i].optional = out[i].optional || count[out[i].key] < len(all)
	}
	return out
}

func (ev *evaluator) readEntries(m *mapping) []mapEntry {
	f := m.ref.file.facts()
	e := m.ref.expr()
	var out []mapEntry
	put := func(en mapEntry) { out = putEntry(out, en) }
	spread := func(id facts.ExprID) {
		for _, en := range ev.spreadEntries(ev.eval(m.ref.at(id), m.fr)) {
			if i := slices.IndexFunc(out, func(o mapEntry) bool { return o.key == en.key }); i >= 0 && en.optional {
				en.val = append(set(nil), ev.entryValue(out[i])...).add(ev.entryValue(en)...)
				en.ref, en.fr, en.optional = ref{}, nil, out[i].optional
			}
			put(en)
		}
	}
	if e.Kind == facts.Call { // dict(a=1, **more) or dict([(k, v)])
		for i, k := range f.Operands(e) {
			a := f.At(k)
			switch {
			case i < m.skip:
			case a.Flag&facts.SpreadMap != 0, a.Name == 0:
				spread(a.X)
			default:
				put(mapEntry{key: f.Text(a.Name), ref: m.ref.at(a.X), fr: m.fr, at: m.ref.at(a.X)})
			}
		}
	} else {
		for _, k := range f.Operands(e) {
			en := f.At(k)
			if en.Kind != facts.Entry {
				continue
			}
			if en.Flag&facts.SpreadMap != 0 {
				spread(en.X)
				continue
			}
			for _, kv := range ev.eval(m.ref.at(en.Y), m.fr) {
				if known, ok := entryOf(kv); ok {
					known.ref, known.fr, known.at = m.ref.at(en.X), m.fr, m.ref.at(en.Y)
					put(known)
				}
			}
		}
	}
	for _, en := range ev.laterEntries(m.ref, m.fr) {
		put(en)
	}
	return out
}

// payloadField moves into a field of a payload.
func (ev *evaluator) payloadField(m *message, keys set, tr *trace, at place) set {
	var out set
	for _, k := range keys {
		switch v := k.v.(type) {
		case *stringValue:
			if t, ok := v.constText(); ok {
				out = out.add(alt{m.field(t), tr})
				continue
			}
		case *constant:
			if v.kind == facts.Number {
				out = out.add(alt{m.field("[]"), tr})
				continue
			}
		}
		out = out.add(alt{&unknown{"a field that is chosen at run time", at}, nil})
	}
	return out
}

// dequeued evaluates what comes out of a queue: everything that is put into
// the same queue, wherever that happens.
func (ev *evaluator) dequeued(q *instance, model *client.Queue, index int, at place) set {
	if q.call == nil {
		return nil
	}
	k := activeKey{guard: guardQueue, ref: ref{q.call.ref.file, q.call.ref.id}}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	var out set
	for _, method := range slices.Sorted(maps.Keys(model.Put)) {
		slots := model.Put[method]
		for _, site := range ev.sitesNamed(method, q.call.ref.file) {
			f := site.file.facts()
			callee := f.At(site.expr().X)
			if callee.Kind != facts.Attr || f.Text(callee.Name) != method {
				continue
			}
			mine := false
			for _, a := range ev.expanded(func() set { return ev.eval(site.at(callee.X), nil) }) {
				if p, ok := a.v.(*instance); ok && p.call != nil && p.call.ref == q.call.ref {
					mine = true
				}
			}
			if !mine {
				continue
			}
			ev.noteFile(site.file)
			for _, s := range slots {
				if a, ok := ev.slotArg(site, nil, s); ok {
					var got set
					if a.ref.id != 0 {
						got = ev.handedIn(a.ref)
					} else {
						got = ev.argValue(a)
					}
					if index >= 0 {
						got = ev.itemsOf(got, index, at)
					}
					out = out.add(got...)
					break
				}
			}
		}
	}
	return out.through(at, "taken from a queue")
}

func (ev *evaluator) itemsOf(s set, i int, at place) set {
	var out set
	for _, a := range s {
		out = out.add(ev.item(a.v, i, at)...)
	}
	return out
}

// elementKey is the key of one element of a list that a store of .NET has, where
// the list is nothing but that; nil for others.
func elementKey(s *stringValue, number set) *stringValue {
	if len(s.parts) != 1 || s.parts[0].kind != partEnv || s.parts[0].store != "dotnet" || len(s.ops) != 1 || s.ops[0].op != "split" {
		return nil
	}
	n, ok := intOf(number)
	if !ok || n < 0 {
		return nil
	}
	p := s.parts[0]
	p.text, p.def = p.text+"["+strconv.Itoa(n)+"]", nil
	return &stringValue{parts: []part{p}}
}
