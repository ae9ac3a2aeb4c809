package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// record is what a sink that writes a record gives: expressions of its topic
// and of the message, see records.go.
type record struct {
	topic, value ref
	relay        *relay
}

// recordSinks lists the places in a file that write a record which a relay sends.
func (ev *evaluator) recordSinks(x *file) []*sink {
	var out []*sink
	f := x.facts()
	for _, r := range ev.l.relays {
		add := func(site, topic, value facts.ExprID) {
			for _, s := range out {
				if s.site.id == site && s.record.topic.id == topic {
					return
				}
			}
			out = append(out, &sink{site: ref{x, site}, action: r.sink.action, typ: r.sink.typ, method: r.sink.method, record: record{ref{x, topic}, ref{x, value}, r}})
		}
		if ev.l.lang.members() {
			ev.filledEntities(x, r, add)
			continue
		}
		sym := x.sym(r.field)
		if sym == 0 {
			continue
		}
		for _, c := range f.Calls { // Outbox(topic=..., payload=...)
			call := f.At(c)
			topic, value := facts.ExprID(0), facts.ExprID(0)
			for _, k := range f.Operands(call) {
				switch a := f.At(k); {
				case a.Name == sym:
					topic = a.X
				case a.Name != 0 && f.Text(a.Name) == r.value:
					value = a.X
				}
			}
			if topic != 0 && ev.writes(ref{x, c}, r) {
				add(c, topic, value)
			}
		}
		for id := range f.Exprs { // insert("outbox", {"topic": ..., "payload": ...})
			m := &f.Exprs[id]
			if m.Kind != facts.Map {
				continue
			}
			topic, value := facts.ExprID(0), facts.ExprID(0)
			for _, k := range f.Operands(m) {
				en := f.At(k)
				if en.Kind != facts.Entry || f.At(en.Y).Kind != facts.String {
					continue
				}
				switch key := f.At(en.Y).Name; {
				case key == sym:
					topic = en.X
				case f.Text(key) == r.value:
					value = en.X
				}
			}
			if topic != 0 && ev.inserts(ref{x, facts.ExprID(id)}, r) {
				add(facts.ExprID(id), topic, value)
			}
		}
	}
	return out
}

// writes reports whether a call makes a record of one of the relay's classes or
// of a class with one of its tables.
func (ev *evaluator) writes(call ref, r *relay) bool {
	ev.fuel = fuelUnit
	st := &stores{ev: ev, seen: map[any]bool{}}
	f := call.file.facts()
	for id := call.expr().X; id != 0; { // Outbox, Outbox.objects.create, insert(Outbox).values
		e := f.At(id)
		switch e.Kind {
		case facts.Name:
			st.mentioned(call.file, id)
			id = 0
		case facts.Attr:
			if slices.Contains(ev.l.models.Records.Asks, f.Text(e.Name)) {
				return false
			}
			st.mentioned(call.file, id)
			id = e.X
		case facts.Call:
			if name := f.Text(lastName(f, e.X)); name != "insert" && f.At(e.X).Kind == facts.Name {
				return false
			}
			st.mentioned(call.file, id)
			id = e.X
		default:
			id = 0
		}
	}
	return slices.ContainsFunc(st.names, func(n string) bool { return slices.Contains(r.stores, n) })
}

// inserts reports whether a map is written as a record into one of the relay's
// tables or collections: the call that takes it, itself or by its name, names
// one and says that it writes.
func (ev *evaluator) inserts(m ref, r *relay) bool {
	x := m.file
	f := x.facts()
	fn := x.enclosingFunc(m.expr().Scope)
	if (fnKey{x.path, fn}) == r.fn {
		return false
	}
	name := facts.Sym(0)
	for i := range f.Bindings {
		if b := &f.Bindings[i]; b.Value == m.id && b.Target == facts.ToName {
			name = b.Name
		}
	}
	ev.fuel = fuelUnit
	for _, c := range f.Calls {
		call := f.At(c)
		if x.enclosingFunc(call.Scope) != fn {
			continue
		}
		takes := slices.ContainsFunc(f.Operands(call), func(k facts.ExprID) bool {
			v := f.At(k).X
			return v == m.id || name != 0 && f.At(v).Kind == facts.Name && f.At(v).Name == name
		})
		if takes && ev.insertsInto(ref{x, c}, r) {
			return true
		}
	}
	return false
}

func (ev *evaluator) insertsInto(call ref, r *relay) bool {
	x := call.file
	f := x.facts()
	st := &stores{ev: ev, seen: map[any]bool{}}
	st.mentioned(x, call.id)
	if !slices.ContainsFunc(st.names, func(n string) bool { return slices.Contains(r.stores, n) }) {
		return false
	}
	method := strings.ToLower(f.Text(lastName(f, call.expr().X)))
	for _, w := range ev.l.models.Records.Writes {
		if strings.Contains(method, w) {
			return true
		}
	}
	return ev.says(call, "insert") || ev.says(call, "replace")
}

// says reports whether one of a call's arguments is an SQL statement of that kind.
func (ev *evaluator) says(call ref, verb string) bool {
	f := call.file.facts()
	for _, k := range f.Operands(call.expr()) {
		v := call.at(f.At(k).X)
		if e := v.expr(); e.Kind == facts.Call { // text("INSERT ...")
			if ev.says(v, verb) {
				return true
			}
			continue
		}
		switch v.expr().Kind {
		case facts.String, facts.Name, facts.Attr:
			for _, a := range ev.eval(v, nil) {
				if t, ok := constOf(a.v); ok && strings.HasPrefix(strings.ToLower(strings.TrimSpace(t)), verb) {
					return true
				}
			}
		}
	}
	return false
}

// relaysChanged brings the linker's relays up to date and queues the files that
// may write such records.
func (l *Linker) relaysChanged(old, now []*relay) {
	if sameRelays(old, now) {
		return
	}
	l.relays = nil
	for _, q := range l.unitPaths() {
		l.relays = append(l.relays, l.units[q].relays...)
	}
	for _, r := range append(slices.Clone(old), now...) {
		for q, x := range l.files {
			if x.sym(r.field) != 0 || l.lang.members() && r.namedIn(x) {
				l.enqueue(q, nameHalf)
			}
		}
	}
}

// unitPaths lists the files with relays, sorted.
func (l *Linker) unitPaths() []string {
	var out []string
	for p, u := range l.units {
		if len(u.relays) > 0 {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// same reports whether two sinks write the same into the same records.
func (r record) same(o record) bool {
	if (r.relay == nil) != (o.relay == nil) {
		return false
	}
	return r.topic.same(o.topic) && r.value.same(o.value) && (r.relay == nil || r.relay.same(o.relay))
}

// path lists the functions between the reading of a record and the sink.
func (r *relay) path() []string {
	var out []string
	for k := r.chain; k != nil; k = k.inner {
		out = append(out, k.file.qualified(k.scope))
	}
	return out
}
