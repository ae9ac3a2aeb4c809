package flow

import (
	"slices"

	"topicls/index/facts"
)

// What a program keeps between messages in maps, lists and sets is followed
// here: what is put into a container under a key that is only known at run
// time can be taken out of it anywhere. How deep a value lies counts, which
// key it has does not. Only messages, and what holds one, are followed this
// way: for names a value that any key may have says nothing.

// stored is what lies in a container at a depth: something that holds further
// values itself.
type stored struct {
	owner ref // the expression that made the container
	depth int
}

func (*stored) isValue() {}

// put is a statement that puts a value into a container.
type put struct {
	depth int // 1 for the container's own elements
	value ref
	keyed bool         // under a key; otherwise at the end of a list, into a set
	each  bool         // the elements of the value are put in
	at    facts.Span   // the statement's target or call
	key   facts.ExprID // the key, or 0
}

// root is a name that a container is bound to.
type root struct {
	x     *file
	name  facts.Sym
	attr  bool
	scope facts.ScopeID // of a plain name
}

// is reports whether an expression names the container.
func (r *root) is(e *facts.Expr) bool {
	if e.Name != r.name {
		return false
	}
	if r.attr {
		return e.Kind == facts.Attr
	}
	if e.Kind != facts.Name {
		return false
	}
	if r.scope == 0 { // a module's name, unless the function has its own
		for s := r.x.enclosingFunc(e.Scope); s != 0; s = r.x.enclosingFunc(r.x.facts().Scopes[s].Parent) {
			if len(r.x.bindings(s, e.Name)) > 0 && !declaredOuter(r.x, s, e.Name) {
				return false
			}
		}
		return true
	}
	return isInside(r.x, r.x.enclosingFunc(e.Scope), r.x.enclosingFunc(r.scope))
}

// declaredOuter reports whether a function declares a name as one of the scope
// around it.
func declaredOuter(x *file, s facts.ScopeID, name facts.Sym) bool {
	return slices.Contains(x.facts().GlobalNames(&x.facts().Scopes[s]), name)
}

// rootsOf lists the names that a container is bound to where it is made.
func (ev *evaluator) rootsOf(owner ref) []root {
	x := owner.file
	f := x.facts()
	var out []root
	for _, i := range ev.boundTo(x)[owner.id] {
		b := &f.Bindings[i]
		r := root{x: x, name: b.Name, attr: b.Target == facts.ToAttr, scope: b.Scope}
		if x.facts().Scopes[b.Scope].Kind == facts.ClassScope { // declared in the class, reached through its objects
			r.attr = true
		}
		if !r.attr && declaredOuter(x, x.enclosingFunc(b.Scope), b.Name) {
			r.scope = 0
		}
		out = append(out, r)
	}
	return out
}

// boundTo lists the bindings of names and attributes by their value, those of
// a look-up by what it puts in and yields where there is nothing yet too:
// results.setdefault(key, {}).
func (ev *evaluator) boundTo(x *file) map[facts.ExprID][]int32 {
	if m := ev.bound[x]; m != nil {
		return m
	}
	f := x.facts()
	m := map[facts.ExprID][]int32{}
	for i := range f.Bindings {
		b := &f.Bindings[i]
		if b.Value == 0 || b.Target == facts.ToIndex {
			continue
		}
		m[b.Value] = append(m[b.Value], int32(i))
		if e := f.At(b.Value); e.Kind == facts.Call && e.N == 2 {
			if callee := f.At(e.X); callee.Kind == facts.Attr && ev.l.models.Methods[f.Text(callee.Name)] == "get" {
				m[f.At(f.Operands(e)[1]).X] = append(m[f.At(f.Operands(e)[1]).X], int32(i))
			}
		}
	}
	ev.bound[x] = m
	return m
}

// depthIn tells how deep in the container an expression's value lies: 0 for
// the container itself.
func (ev *evaluator) depthIn(r *root, id facts.ExprID, limit int) (int, bool) {
	f := r.x.facts()
	e := f.At(id)
	if limit <= 0 || id == 0 {
		return 0, false
	}
	below := func(id facts.ExprID) (int, bool) {
		d, ok := ev.depthIn(r, id, limit-1)
		return d + 1, ok
	}
	if r.is(e) {
		return 0, true
	}
	switch e.Kind {
	case facts.Index:
		return below(e.X)
	case facts.Call:
		callee := f.At(e.X)
		if callee.Kind != facts.Attr {
			return 0, false
		}
		switch ev.l.models.Methods[f.Text(callee.Name)] {
		case "get":
			if e.N > 0 {
				return below(callee.X)
			}
		case "self":
			return ev.depthIn(r, callee.X, limit-1)
		}
	case facts.Element:
		x := f.At(e.X)
		if x.Kind == facts.Call && f.At(x.X).Kind == facts.Attr && ev.l.models.Methods[f.Text(f.At(x.X).Name)] == "values" {
			return below(f.At(x.X).X)
		}
		return below(e.X)
	case facts.Item:
		if el := f.At(e.X); el.Kind == facts.Element && e.Lo == 1 {
			x := f.At(el.X)
			if x.Kind == facts.Call && f.At(x.X).Kind == facts.Attr && ev.l.models.Methods[f.Text(f.At(x.X).Name)] == "items" {
				return below(f.At(x.X).X)
			}
		}
	case facts.Name:
		s := r.x.enclosingFunc(e.Scope)
		for _, i := range r.x.bindings(s, e.Name) {
			if b := &f.Bindings[i]; b.Value != 0 && b.Value != id && b.Start <= e.Start {
				if d, ok := ev.depthIn(r, b.Value, limit-1); ok {
					return d, true
				}
			}
		}
	}
	return 0, false
}

// maxStored bounds how deep containers inside of containers are followed.
const maxStored = 6

// putsInto lists what is put into a container after it was made.
func (ev *evaluator) putsInto(owner ref) []put {
	if got, ok := ev.puts[owner]; ok {
		return got
	}
	x := owner.file
	f := x.facts()
	var out []put
	for _, r := range ev.rootsOf(owner) {
		for _, i := range x.open().toIndex {
			b := &f.Bindings[i]
			if b.Value == 0 || b.Flag&facts.Augmented != 0 {
				continue
			}
			d, ok := ev.depthIn(&r, b.Obj, maxStored)
			if ok && (d > 0 || f.At(b.Key).Kind != facts.String) {
				out = append(out, put{depth: d + 1, value: ref{x, b.Value}, keyed: true, at: b.Span, key: b.Key})
			}
		}
		for method, slots := range ev.l.models.Stores {
			for _, c := range named(x.open().calls, x.sym(method)) {
				callee := f.At(f.At(c.call).X)
				if callee.Kind != facts.Attr {
					continue
				}
				d, ok := ev.depthIn(&r, callee.X, maxStored)
				if !ok {
					continue
				}
				for _, s := range slots {
					if a, ok := ev.slotArg(ref{x, c.call}, nil, s); ok && a.ref.id != 0 {
						out = append(out, put{depth: d + 1, value: a.ref, each: s.Rest, at: f.At(c.call).Span})
						break
					}
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b put) int { return int(a.value.id) - int(b.value.id) })
	ev.puts[owner] = out
	return out
}

// taken evaluates what can be taken out of a container at a depth. With keyed
// it is looked up, otherwise iterated over.
func (ev *evaluator) taken(owner ref, depth int, keyed bool) set {
	if owner.file == nil || owner.id == 0 || !ev.expand || depth > maxStored {
		return nil
	}
	puts := ev.putsInto(owner)
	if len(puts) == 0 {
		return nil
	}
	k := activeKey{guard: guardStored, ref: ref{owner.file, owner.id}, expand: keyed}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	if owner.file != ev.home {
		ev.noteFile(owner.file)
	}
	var out set
	deeper := false
	for _, p := range puts {
		deeper = deeper || p.depth > depth
		if p.depth != depth || p.keyed && !keyed {
			continue
		}
		got := ev.handedIn(p.value)
		if p.each {
			got = ev.elementsOf(got, p.value.place())
		}
		for _, a := range got {
			if ev.holdsMessage(a.v, 0) {
				out = out.add(a)
			}
		}
	}
	if deeper {
		out = out.add(alt{&stored{owner, depth}, nil})
	}
	return out
}

// holdsMessage reports whether a value is a message, or has one inside.
func (ev *evaluator) holdsMessage(v value, depth int) bool {
	if depth > 2 {
		return false
	}
	some := func(s set) bool {
		return slices.ContainsFunc(s, func(a alt) bool { return ev.holdsMessage(a.v, depth+1) })
	}
	switch v := v.(type) {
	case *message:
		return true
	case *listing:
		return slices.ContainsFunc(ev.items(v), some)
	case *mapping:
		return slices.ContainsFunc(ev.entries(v), func(en mapEntry) bool { return some(ev.entryValue(en)) })
	}
	return false
}

// container returns the expression that made an instance that holds values.
func (ev *evaluator) container(v *instance) ref {
	if v.call == nil || !ev.l.models.Containers[v.path] {
		return ref{}
	}
	return v.call.ref
}

// storedMethod evaluates a method of what lies in a container.
func (ev *evaluator) storedMethod(owner ref, depth int, what string, n int) (set, bool) {
	switch what {
	case "get":
		if n > 0 {
			return ev.taken(owner, depth+1, true), true
		}
		return ev.taken(owner, depth+1, false), true
	case "values":
		return one(&listing{items: []set{ev.taken(owner, depth+1, true)}}, nil), true
	case "items":
		return one(&listing{items: []set{one(&listing{items: []set{nil, ev.taken(owner, depth+1, true)}}, nil)}}, nil), true
	case "self":
		return one(&stored{owner, depth}, nil), true
	}
	return nil, false
}
