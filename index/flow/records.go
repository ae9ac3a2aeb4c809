package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// A program may store a message with its topic and let another piece of code,
// the relay, send what was stored (a transactional outbox). The relay's topic is
// a field of a record that nobody can tell; the topics are given where records
// are written. A relay and a writer belong together when they name the same
// table, collection or class of records, and the same field.

// fieldRead is the reading of a field of something unknown.
type fieldRead struct {
	name string
	base ref // what it is read from
	fr   *frame
}

// readOf returns the name and object of an expression that reads a field: an
// attribute, an element under a constant key, or a `.get()`.
func readOf(r ref) (name string, base facts.ExprID, ok bool) {
	f := r.file.facts()
	e := r.expr()
	switch e.Kind {
	case facts.Attr:
		return f.Text(e.Name), e.X, true
	case facts.Index:
		if k := f.At(e.Y); k.Kind == facts.String {
			return f.Text(k.Name), e.X, true
		}
	case facts.Call:
		callee, args := f.At(e.X), f.Operands(e)
		if callee.Kind == facts.Attr && len(args) == 0 && f.Lang == "java" {
			return gotten(f.Text(callee.Name)), callee.X, true
		}
		if callee.Kind == facts.Attr && f.Text(callee.Name) == "get" && len(args) > 0 && f.At(f.At(args[0]).X).Kind == facts.String {
			return f.Text(f.At(f.At(args[0]).X).Name), callee.X, true
		}
	}
	return "", 0, false
}

// withField notes in what nothing is known of that it is a field of something.
func (ev *evaluator) withField(s set, r ref, fr *frame) set {
	if ev.fields == nil {
		return s
	}
	name, base, ok := readOf(r)
	if !ok {
		return s
	}
	var out set
	for i, a := range s {
		u, ok := a.v.(*unknown)
		if !ok || ev.fields[u] != nil {
			continue
		}
		if out == nil {
			out = slices.Clone(s)
		}
		c := *u
		ev.fields[&c] = &fieldRead{name, r.at(base), fr}
		out[i].v = &c
	}
	if out == nil {
		return s
	}
	return out
}

// unknownField notes that an unknown is a field of something.
func (ev *evaluator) unknownField(u *unknown, f *fieldRead) *unknown {
	if f != nil && ev.fields != nil {
		ev.fields[u] = f
	}
	return u
}

// columnRead is the reading of a field whose value stands in a class body as a
// call that describes it (`topic = Column(String)`); nil for other values.
func columnRead(v value) *fieldRead {
	in, ok := v.(*instance)
	if !ok || in.typ != nil || in.call == nil {
		return nil
	}
	x := in.call.ref.file
	f := x.facts()
	if f.Scopes[in.call.ref.expr().Scope].Kind != facts.ClassScope {
		return nil
	}
	for _, i := range x.scopeBindings(in.call.ref.expr().Scope) {
		if b := &f.Bindings[i]; b.Value == in.call.ref.id {
			return &fieldRead{name: f.Text(b.Name), base: in.call.ref}
		}
	}
	return nil
}

// relay is a sink whose topic is a field of a stored record.
type relay struct {
	field  string
	value  string // the field that is sent, or ""
	stores []string
	sink   *sink
	chain  *link
	fn     fnKey // the function that reads the record
}

func (r *relay) same(o *relay) bool {
	return r.field == o.field && r.value == o.value && slices.Equal(r.stores, o.stores) && r.fn == o.fn && r.sink.site.same(o.sink.site) && r.chain.same(o.chain)
}

func sameRelays(a, b []*relay) bool {
	return slices.EqualFunc(a, b, (*relay).same)
}

// noteRelay records that a sink's topic is a field of a stored record.
func (c *collector) noteRelay(s *sink, chain *link, fr *frame, recv value, topics set) {
	if s.record.topic.id != 0 || s.action.Role != "produce" {
		return
	}
	ev := c.ev
	for _, a := range topics {
		u, ok := a.v.(*unknown)
		field := (*fieldRead)(nil)
		if ok {
			field = ev.fields[u]
		}
		if field == nil {
			continue
		}
		if f := field.base.expr(); f.Kind == facts.Name {
			if m, cls := field.base.file.selfClass(f.Scope); cls != 0 && isSelf(field.base.file.facts(), m, field.base.id) {
				continue // a field of the object itself
			}
		}
		st := &stores{ev: ev, seen: map[any]bool{}}
		ev.expanded(func() set { st.source(field.base, field.fr, 0); return nil })
		if len(st.names) == 0 {
			continue
		}
		slices.Sort(st.names)
		for _, name := range st.names { // files that may write such records
			if _, class, ok := strings.Cut(name, "#"); ok {
				name = class
			}
			ev.sought = append(ev.sought, field.name+" "+name)
			if ev.l.lang.members() { // setters and constructors
				ev.sought = append(ev.sought, name)
			}
		}
		r := &relay{field: field.name, stores: slices.Compact(st.names), sink: s, chain: chain}
		x := field.base.file
		r.fn = fnKey{x.path, x.enclosingFunc(field.base.expr().Scope)}
		if v, ok := ev.sinkSlot(s, s.action.Value, recv, fr); ok {
			for _, b := range v {
				if w, ok := b.v.(*unknown); ok && ev.fields[w] != nil {
					r.value = ev.fields[w].name
				}
			}
		}
		if !slices.ContainsFunc(c.u.relays, r.same) {
			c.u.relays = append(c.u.relays, r)
		}
	}
}

// stores collects the names of tables, collections and record classes that
// code has to do with.
type stores struct {
	ev    *evaluator
	seen  map[any]bool
	names []string
}

const maxSource = 8

func (st *stores) add(name string) {
	if name != "" && !slices.Contains(st.names, name) {
		st.names = append(st.names, name)
	}
}

// class adds the names of a class of records: its own and its table's.
func (st *stores) class(c *class) {
	stored := false
	for _, b := range st.ev.externalBases(c) {
		stored = stored || st.ev.isStored(b)
	}
	stored = stored || st.ev.isEntity(c)
	for _, key := range st.ev.l.models.Records.Tables {
		sym := c.file.sym(key)
		if sym == 0 || len(c.file.bindings(c.scope, sym)) == 0 {
			continue
		}
		stored = true
		for _, a := range st.ev.classBinding(c, sym) {
			if t, ok := constOf(a.v); ok {
				st.add(strings.ToLower(t))
			}
		}
	}
	if stored {
		st.add(recordClass(c))
	}
}

// isStored reports whether classes with an external base are records of a
// database: those that only hold values or declare an interface are not.
func (ev *evaluator) isStored(base string) bool {
	return slices.ContainsFunc(ev.l.models.Records.Bases, func(b string) bool {
		return base == b || strings.HasPrefix(base, b+".")
	})
}

// recordClass is the name by which a class is compared with stores' names.
func recordClass(c *class) string { return c.file.path + "#" + c.name() }

// source follows an expression to where its records come from.
func (st *stores) source(r ref, fr *frame, depth int) {
	if depth > maxSource || r.id == 0 || st.seen[r] {
		return
	}
	st.seen[r] = true
	x := r.file
	f := x.facts()
	e := r.expr()
	for _, a := range st.ev.eval(r, fr) {
		if c := classOfValue(a.v); c != nil {
			st.class(c)
		}
	}
	switch e.Kind {
	case facts.Name:
		for s := e.Scope; ; s = f.Scopes[s].Parent {
			if pi := paramIndex(f, &f.Scopes[s], e.Name); pi >= 0 {
				if an := f.Params[pi].Annot; an != 0 {
					st.mentioned(x, an)
				}
				st.given(x, s, pi, depth)
				return
			}
			if bs := x.bindings(s, e.Name); len(bs) > 0 {
				for _, i := range bs {
					st.source(ref{x, f.Bindings[i].Value}, fr, depth+1)
				}
				return
			}
			if s == 0 {
				return
			}
		}
	case facts.Call:
		st.mentioned(x, r.id)
		st.source(r.at(e.X), fr, depth+1)
		entered := st.ev.entered(r, fr, true)
		if name := f.Text(lastName(f, e.X)); len(entered) == 0 && f.At(e.X).Kind == facts.Attr && !isReader(name) {
			for _, m := range st.ev.l.methodsNamed(st.ev, x, name) {
				entered = append(entered, entry{fn: m})
			}
		}
		if len(entered) <= 4 {
			for _, en := range entered {
				st.function(en.fn.file, en.fn.scope)
			}
		}
	case facts.Attr:
		st.source(r.at(e.X), fr, depth+1)
	case facts.Element, facts.Item, facts.Index, facts.Await, facts.Enter, facts.Spread:
		st.source(r.at(e.X), fr, depth+1)
	case facts.Alt, facts.List:
		for _, k := range f.Operands(e) {
			st.source(r.at(k), fr, depth+1)
		}
	}
}

// isReader reports whether a method's name says nothing of whose it is.
func isReader(name string) bool {
	switch name {
	case "get", "pop", "all", "first", "one", "fetchall", "fetchone", "items", "values", "execute", "fetch", "find", "query", "filter", "read":
		return true
	}
	return false
}

// given follows a parameter to what callers give.
func (st *stores) given(x *file, s facts.ScopeID, pi, depth int) {
	f := x.facts()
	pos := pi - int(f.Scopes[s].ParamLo)
	for i, fr := range st.ev.callers(x, s) {
		if i >= 4 {
			return
		}
		p := pos
		if fr.self != nil && x.classOf(s) != 0 {
			p--
		}
		n := 0
		for _, a := range fr.args {
			if a.name == f.Text(f.Params[pi].Name) || a.name == "" && n == p {
				if a.ref.id != 0 {
					st.source(a.ref, a.fr, depth+1)
				}
			}
			if a.name == "" {
				n++
			}
		}
	}
}

// function adds what a function and the calls in it name.
func (st *stores) function(y *file, s facts.ScopeID) {
	k := fnKey{y.path, s}
	if s == 0 || st.seen[k] {
		return
	}
	st.seen[k] = true
	f := y.facts()
	for _, c := range f.Calls {
		if y.enclosingFunc(f.At(c).Scope) == s {
			st.mentioned(y, c)
		}
	}
}

// mentioned adds the classes and tables that an expression names.
func (st *stores) mentioned(x *file, id facts.ExprID) {
	f := x.facts()
	e := f.At(id)
	take := func(r ref, first bool) {
		for _, a := range st.ev.eval(r, nil) {
			switch v := a.v.(type) {
			case *class:
				st.class(v)
			case *stringValue:
				if t, ok := v.constText(); ok {
					tables := tablesOf(t)
					for _, name := range tables {
						st.add(name)
					}
					if first && len(tables) == 0 && isStoreName(t) {
						st.add(strings.ToLower(t))
					}
				}
			}
		}
	}
	switch e.Kind {
	case facts.Name, facts.Attr, facts.String:
		take(ref{x, id}, false)
	case facts.Index:
		take(ref{x, e.X}, false)
		st.mentioned(x, e.Y)
	case facts.Call:
		callee := f.At(e.X)
		if callee.Kind == facts.Attr {
			o := f.At(callee.X)
			switch o.Kind { // db.outbox.find(), db["outbox"].find()
			case facts.Attr:
				if name := f.Text(o.Name); isStoreName(name) && strings.Contains(name, "_") {
					st.add(strings.ToLower(name))
				}
			case facts.Index:
				take(ref{x, o.Y}, true)
			case facts.Call:
				st.mentioned(x, callee.X)
			}
			take(ref{x, callee.X}, false)
		}
		for i, k := range f.Operands(e) {
			a := f.At(k)
			switch f.At(a.X).Kind {
			case facts.Call:
				st.mentioned(x, a.X)
			case facts.Name, facts.Attr, facts.String:
				take(ref{x, a.X}, i == 0 && a.Name == 0 && !isReader(f.Text(lastName(f, e.X))))
			}
		}
	}
}

// isStoreName reports whether a text can be the name of a table or collection
// that tells it from others.
func isStoreName(t string) bool {
	if len(t) < 5 {
		return false
	}
	for _, c := range t {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= '0' && c <= '9') {
			return false
		}
	}
	return true
}

// tablesOf lists the tables that an SQL statement reads or writes.
func tablesOf(sql string) []string {
	var out []string
	words := strings.Fields(strings.ToLower(sql))
	if len(words) < 3 {
		return nil
	}
	switch words[0] {
	case "select", "insert", "update", "with", "delete", "replace", "upsert":
	default:
		return nil
	}
	for i := 0; i+1 < len(words); i++ {
		switch words[i] {
		case "from", "into", "update", "join":
			name, _, _ := strings.Cut(words[i+1], "(")
			name = strings.Trim(name[strings.LastIndexByte(name, '.')+1:], "`\"';,)")
			if isStoreName(name) {
				out = append(out, name)
			}
		}
	}
	return out
}
