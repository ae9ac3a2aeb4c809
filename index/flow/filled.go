package flow

import (
	"slices"

	"topicls/index/facts"
)

// holder is the name or attribute that a map or a list is bound to where it is
// made: what is put into it later goes through that.
type holder struct {
	name  facts.Sym
	attr  bool          // an attribute
	scope facts.ScopeID // the scope of the binding
}

// holderOf finds what the expression is bound to.
func (x *file) holderOf(id facts.ExprID) (h holder, ok bool) {
	for i := range x.facts().Bindings {
		if b := &x.facts().Bindings[i]; b.Value == id && (b.Target == facts.ToName || b.Target == facts.ToAttr) {
			h, ok = holder{b.Name, b.Target == facts.ToAttr, b.Scope}, true
		}
	}
	return h, ok
}

// held reports whether an expression in scope at is what the holder names.
func (ev *evaluator) held(x *file, h holder, obj facts.ExprID, at facts.ScopeID) bool {
	f := x.facts()
	o := f.At(obj)
	if o.Name != h.name {
		return false
	}
	ofClass := h.attr || f.Scopes[h.scope].Kind == facts.ClassScope
	switch {
	case o.Kind == facts.Attr && ofClass:
		_, owner := x.selfClass(h.scope)
		if f.Scopes[h.scope].Kind == facts.ClassScope {
			owner = h.scope
		}
		m, cls := x.selfClass(at)
		if owner == 0 || cls == 0 || cls == owner || !isSelf(f, m, o.X) {
			return true
		}
		return slices.ContainsFunc(ev.ancestry(&class{x, cls}), func(c *class) bool { return *c == class{x, owner} })
	case o.Kind == facts.Name && !h.attr:
		return at == h.scope || x.enclosingFunc(at) == x.enclosingFunc(h.scope) || x.sees(at, h.name, h.scope)
	}
	return false
}

// sees reports whether a name that scope at uses is the one that scope around binds.
func (x *file) sees(at facts.ScopeID, name facts.Sym, around facts.ScopeID) bool {
	f := x.facts()
	for s := at; s != around; s = f.Scopes[s].Parent {
		if s == 0 {
			return false
		}
		sc := &f.Scopes[s]
		if declaresGlobal(f, sc, name) {
			return globalTarget(f, sc, name, x) == around
		}
		if sc.Kind != facts.ClassScope && (paramIndex(f, sc, name) >= 0 || len(x.bindings(s, name)) > 0) {
			return false
		}
	}
	return true
}

// framesOfPut returns the frames in which an expression that a statement puts
// into a container is evaluated: the container's own, or, where a parameter of
// another function decides (`def register(self, topic, handler)`), one for
// every call of that function on the same object.
func (ev *evaluator) framesOfPut(r ref, scope facts.ScopeID, h holder, fr *frame) []*frame {
	x := r.file
	fn := x.enclosingFunc(scope)
	if fn == 0 || fn == x.enclosingFunc(h.scope) {
		return []*frame{fr}
	}
	was := ev.expand
	ev.expand = false
	holes := holesOf(ev.eval(r, nil))
	ev.expand = was
	if len(holes) == 0 {
		return []*frame{fr}
	}
	var out []*frame
	for _, p := range holes {
		if p.file != x || !isInside(x, fn, p.scope) {
			continue
		}
		if ev.seeks() { // whoever puts something in need not mention Kafka
			ev.sought = append(ev.sought, x.facts().Text(x.facts().Scopes[p.scope].Name)+" "+stem(x.path))
		}
		for _, g := range ev.callers(x, p.scope) {
			if ev.mayShareObject(fr, g) {
				out = append(out, g)
			}
		}
	}
	return out
}

// mayShareObject reports whether two frames can be of methods of one object.
func (ev *evaluator) mayShareObject(a, b *frame) bool {
	self := func(fr *frame) value {
		for ; fr != nil; fr = fr.closure {
			if fr.self != nil {
				return fr.self
			}
		}
		return nil
	}
	o, ok := self(a).(*object)
	if !ok || o.site == nil {
		return true
	}
	differs := func(v value) bool {
		p, ok := v.(*object)
		return ok && p.site != nil && !p.site.same(o.site)
	}
	switch v := self(b).(type) {
	case *object:
		return !differs(v)
	case *paramSelf:
		given := ev.expanded(func() set { return ev.paramOf(v.p.file, v.p.scope, v.p.index, nil) })
		return len(given) == 0 || slices.ContainsFunc(given, func(a alt) bool { return !differs(a.v) })
	}
	return true
}

// keysOf evaluates the key under which a statement puts something into a map,
// and calls put for every known one.
func (ev *evaluator) keysOf(key ref, scope facts.ScopeID, h holder, fr *frame, put func(key mapEntry)) {
	if k := key.expr(); k.Kind == facts.String {
		put(mapEntry{key: key.file.facts().Text(k.Name), fr: fr, at: key})
		return
	}
	for _, g := range ev.framesOfPut(key, scope, h, fr) {
		for _, a := range ev.expanded(func() set { return ev.eval(key, g) }) {
			if en, ok := entryOf(a); ok {
				en.fr, en.at = g, key
				if turn := ev.inTurn(key, en.key, g); turn != nil && en.pat == nil && en.id == nil {
					en.fr = turn
				}
				put(en)
			}
		}
	}
}

// laterEntries finds what is put into a map after it was made, through the
// name it is bound to: `d["k"] = v`, `d.update(...)`, `d.setdefault("k", v)`,
// `d[k].append(v)`, by whichever function.
func (ev *evaluator) laterEntries(r ref, fr *frame) []mapEntry {
	x := r.file
	f := x.facts()
	e := r.expr()
	h, ok := x.holderOf(r.id)
	if !ok {
		return nil
	}
	var out []mapEntry
	for _, i := range x.open().toIndex {
		b := &f.Bindings[i]
		if b.Value == 0 || b.Flag&facts.Augmented != 0 || !ev.held(x, h, b.Obj, b.Scope) {
			continue
		}
		ev.keysOf(ref{x, b.Key}, b.Scope, h, fr, func(en mapEntry) {
			en.ref, en.optional = ref{x, b.Value}, !encloses(f, b.Block, e.Block)
			out = append(out, en)
		})
	}
	merge := func(v ref, blk facts.BlockID) {
		for _, a := range ev.eval(v, fr) {
			if m, ok := a.v.(*mapping); ok && m.ref != r {
				for _, en := range ev.entries(m) {
					en.optional = en.optional || !encloses(f, blk, e.Block)
					out = append(out, en)
				}
			}
		}
	}
	for i := range f.Bindings { // d |= {"k": v}
		b := &f.Bindings[i]
		if b.Flag&facts.Augmented != 0 && b.Name == h.name && (b.Target == facts.ToAttr) == h.attr && b.Value != 0 && x.enclosingFunc(b.Scope) == x.enclosingFunc(h.scope) {
			merge(ref{x, b.Value}, b.Block)
		}
	}
	for _, c := range named(x.open().calls, x.sym("update")) {
		call := f.At(c.call)
		callee := f.At(call.X)
		if callee.Kind != facts.Attr || !ev.held(x, h, callee.X, call.Scope) || call.Start < e.Start && x.enclosingFunc(call.Scope) == x.enclosingFunc(h.scope) {
			continue
		}
		for _, k := range f.Operands(call) {
			a := f.At(k)
			if a.Name != 0 {
				out = append(out, mapEntry{key: f.Text(a.Name), ref: ref{x, a.X}, fr: fr, at: ref{x, a.X}, optional: !encloses(f, call.Block, e.Block)})
				continue
			}
			merge(ref{x, a.X}, call.Block)
		}
	}
	out = ev.putByCall(x, h, e, fr, out)
	for _, c := range named(x.open().calls, x.sym("setdefault")) {
		call := f.At(c.call)
		callee := f.At(call.X)
		args := f.Operands(call)
		if callee.Kind != facts.Attr || len(args) < 2 || !ev.held(x, h, callee.X, call.Scope) {
			continue
		}
		ev.keysOf(ref{x, f.At(args[0]).X}, call.Scope, h, fr, func(en mapEntry) {
			en.ref, en.weak, en.optional = ref{x, f.At(args[1]).X}, true, !encloses(f, call.Block, e.Block)
			if !slices.ContainsFunc(out, func(o mapEntry) bool { return o.key == en.key }) {
				out = append(out, en)
			}
		})
	}
	return ev.groupedEntries(x, h, e, fr, out)
}

// groupedEntries adds what is put into the lists that are a map's values:
// `d[k].append(v)`, `d.setdefault(k, []).append(v)`.
func (ev *evaluator) groupedEntries(x *file, h holder, e *facts.Expr, fr *frame, out []mapEntry) []mapEntry {
	f := x.facts()
	for _, method := range []string{"append", "add"} {
		for _, c := range named(x.open().calls, x.sym(method)) {
			call := f.At(c.call)
			args := f.Operands(call)
			callee := f.At(call.X)
			if callee.Kind != facts.Attr || len(args) != 1 {
				continue
			}
			key := facts.ExprID(0)
			switch in := f.At(callee.X); in.Kind {
			case facts.Index:
				if ev.held(x, h, in.X, call.Scope) {
					key = in.Y
				}
			case facts.Call:
				inner := f.At(in.X)
				if inner.Kind == facts.Attr && f.Text(inner.Name) == "setdefault" && in.N > 0 && ev.held(x, h, inner.X, call.Scope) {
					key = f.At(f.Operands(in)[0]).X
				}
			}
			if key == 0 {
				continue
			}
			ev.keysOf(ref{x, key}, call.Scope, h, fr, func(en mapEntry) {
				item := ev.eval(ref{x, f.At(args[0]).X}, en.fr)
				i := slices.IndexFunc(out, func(o mapEntry) bool { return o.key == en.key })
				if i < 0 {
					i = len(out)
					en.optional = !encloses(f, call.Block, e.Block)
					out = append(out, en)
				}
				items := []set{item}
				for _, a := range ev.entryValue(out[i]) {
					if l, ok := a.v.(*listing); ok {
						items = append(slices.Clone(ev.items(l)), item)
					}
				}
				out[i].ref, out[i].weak = ref{}, false
				out[i].val = one(&listing{items: items}, nil)
			})
		}
	}
	return out
}

// laterItems finds what is put into a list or a set after it was made, through
// the name it is bound to: append, add, insert, extend, update.
func (ev *evaluator) laterItems(r ref, fr *frame) []set {
	x := r.file
	f := x.facts()
	h, ok := x.holderOf(r.id)
	if !ok {
		return nil
	}
	var out []set
	for _, put := range itemMethods {
		for _, c := range named(x.open().calls, x.sym(put.method)) {
			call := f.At(c.call)
			callee := f.At(call.X)
			args := f.Operands(call)
			if callee.Kind != facts.Attr || len(args) <= put.arg || !ev.held(x, h, callee.X, call.Scope) {
				continue
			}
			v := ref{x, f.At(args[put.arg]).X}
			if !ev.isSimple(v, 0) {
				continue
			}
			for _, g := range ev.framesOfPut(v, call.Scope, h, fr) {
				s, whole := ev.aside(func() set {
					s := ev.eval(v, g)
					if g != fr || hasHole(s) && ev.expand {
						s = ev.expanded(func() set { return ev.eval(v, g) })
					}
					if put.all {
						s = ev.elementsOf(s, v.place())
					}
					return s
				})
				if whole && !nothingKnown(s) {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// fuelItem bounds the evaluations for one thing that is put into a list.
const fuelItem = 400

// aside evaluates something that only adds to a value: where recursion or the
// limits cut it, it is left out, and the value stays as good as it was.
func (ev *evaluator) aside(do func() set) (s set, whole bool) {
	fuel, m := ev.fuel, ev.mark()
	ev.fuel = min(fuel, fuelItem)
	given := ev.fuel
	s = do()
	ev.fuel = fuel - (given - ev.fuel)
	return s, ev.forgive(m)
}

// isSimple reports whether an expression can be told to be cheap to follow by
// its form: a name, a text, an object made, and not what some function computes.
// Lists of results and messages are many, and name no topics.
func (ev *evaluator) isSimple(r ref, depth int) bool {
	if depth > 4 {
		return false
	}
	f := r.file.facts()
	switch e := r.expr(); e.Kind {
	case facts.String, facts.Number, facts.Bool, facts.None, facts.Interp, facts.Concat, facts.Format, facts.Func, facts.Element, facts.Item, facts.ParamRef, facts.ImportRef, facts.Class:
		return true
	case facts.Attr, facts.Index:
		return ev.isSimple(r.at(e.X), depth+1)
	case facts.Name:
		fn := r.file.enclosingFunc(e.Scope)
		if fn == 0 {
			return true
		}
		for _, i := range r.file.bindings(fn, e.Name) {
			if v := f.Bindings[i].Value; v != 0 && v != r.id && !ev.isSimple(r.at(v), depth+1) {
				return false
			}
		}
		return true
	case facts.List, facts.Map:
		if e.Flag&facts.Tuple != 0 && e.N > 1 { // a topic and a message: what is taken out is followed
			if k := f.At(f.Operands(e)[0]); k.Kind != facts.Spread && ev.isSimple(r.at(f.Operands(e)[0]), depth+1) {
				return true
			}
		}
		for _, k := range f.Operands(e) {
			if v := f.At(k); v.Kind == facts.Entry || v.Kind == facts.Spread {
				k = v.X
			}
			if !ev.isSimple(r.at(k), depth+1) {
				return false
			}
		}
		return true
	case facts.Call:
		name := f.Text(lastName(f, e.X))
		return isUpper(name) || ev.l.models.Methods[name] != "" || ev.l.models.ReadNames[name]
	}
	return false
}

// itemMethods are the methods that put something into a list or a set.
var itemMethods = []struct {
	method string
	arg    int
	all    bool // the argument's elements
}{
	{method: "append"},
	{method: "add"},
	{method: "appendleft"},
	{method: "insert", arg: 1},
	{method: "extend", all: true},
	{method: "update", all: true},
}

// filledLater adds to the maps and lists that a call returned what is put into
// them under the name they are bound to.
func (ev *evaluator) filledLater(x *file, b *facts.Binding, s set, fr *frame) set {
	maps, lists := 0, 0
	for _, a := range s {
		switch a.v.(type) {
		case *mapping:
			maps++
		case *listing:
			lists++
		}
	}
	k := activeKey{guard: guardFilled, ref: ref{x, b.Value}, fr: fr}
	if maps+lists == 0 || ev.asked(k) {
		return s
	}
	ev.pose(k)
	defer ev.answered(k)
	var later []mapEntry
	var items []set
	if maps > 0 {
		later = ev.laterEntries(ref{x, b.Value}, fr)
	}
	if lists > 0 {
		items = ev.laterItems(ref{x, b.Value}, fr)
	}
	if len(later)+len(items) == 0 {
		return s
	}
	out := make(set, len(s))
	for i, a := range s {
		switch v := a.v.(type) {
		case *mapping:
			if m := (mapping{ref: v.ref, fr: v.fr, computed: true, entries: slices.Clone(ev.entries(v))}); len(later) > 0 {
				for _, en := range later {
					m.entries = putEntry(m.entries, en)
				}
				a.v = &m
			}
		case *listing:
			if len(items) > 0 {
				a.v = &listing{ref: v.ref, fr: v.fr, items: append(slices.Clone(ev.items(v)), items...)}
			}
		}
		out[i] = a
	}
	return out
}

// putEntry puts an entry in its key's place, or behind the others.
func putEntry(list []mapEntry, en mapEntry) []mapEntry {
	i := slices.IndexFunc(list, func(o mapEntry) bool { return o.key == en.key })
	switch {
	case i < 0:
		return append(list, en)
	case !en.weak:
		list[i] = en
	}
	return list
}

// keyOf is the key of an entry as a value, with the place where it is given.
func (en mapEntry) keyOf() alt {
	tr := en.tr
	if tr == nil && en.at.file != nil && en.at.id != 0 {
		tr = &trace{place: en.at.place(), what: "key of a map"}
	}
	if en.id != nil {
		return alt{en.id, tr}
	}
	if en.pat != nil {
		return alt{en.pat, tr}
	}
	return alt{literal(en.key), tr}
}

// keyList is the list of a map's keys.
func (ev *evaluator) keyList(m *mapping) *listing {
	items := []set{}
	for _, en := range ev.entries(m) {
		items = append(items, set{en.keyOf()})
	}
	return &listing{items: items}
}
