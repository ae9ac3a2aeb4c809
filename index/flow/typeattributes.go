package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// Programs of .NET give types attributes of their own, and ask a type for them:
// `typeof(T).GetCustomAttribute<TopicAttribute>().Name`. Which methods ask, and whether
// for one attribute or for a list, is said by the models (client.Values).

// attributesAsked evaluates a call that asks a type for its attributes: on the
// type, or with it as the first argument of a library's function. ok is false
// for other calls.
func (ev *evaluator) attributesAsked(recv alt, name string, r ref, fr *frame) (s set, ok bool) {
	how := ev.l.models.TypeAttributes[name]
	if how == "" {
		return nil, false
	}
	args := callArgs(r, fr)
	var want set
	types := set{recv}
	var given []arg
	for _, a := range args {
		switch {
		case a.name == "<0>":
			want = ev.argValue(a)
		case a.name == "":
			given = append(given, a)
		}
	}
	if x, foreign := recv.v.(*external); foreign && x.recv == nil && len(given) > 0 {
		types, given = ev.argValue(given[0]), given[1:]
	}
	if len(want) == 0 && len(given) > 0 {
		if got := ev.argValue(given[0]); namesType(got) { // typeof(TopicAttribute), and not whether inherited ones count
			want = got
		}
	}
	var out set
	for _, t := range types {
		switch v := t.v.(type) {
		case *class:
			out = out.add(ev.attributesOf(v, want, how == client.AllAttributes, r.place()).after(t.tr)...)
		case *param:
			out = out.add(t)
		default:
			return nil, false
		}
	}
	return out, len(out) > 0
}

// attributesOf evaluates the attributes of a class that are of a class of the
// workspace, those of its bases included: all of them as a list, or the first
// one. No wanted class means any.
func (ev *evaluator) attributesOf(c *class, want set, all bool, at place) set {
	var items []set
	for _, k := range ev.ancestry(c) {
		ev.noteFile(k.file)
		f := k.file.facts()
		for _, d := range f.Decorators(&f.Scopes[k.scope]) {
			o := ev.attributeObject(ref{k.file, d})
			if o == nil || len(want) > 0 && !ev.isOfClass(o.class, want) {
				continue
			}
			items = append(items, one(o, &trace{place: place{k.file, f.At(d).Span}, what: "attribute of class " + k.name()}))
		}
	}
	if all {
		return one(&listing{items: items}, nil)
	}
	if len(items) == 0 {
		return one(&constant{kind: facts.None}, &trace{place: at, what: "no such attribute"})
	}
	return items[0]
}

// attributeObject makes the object that an attribute stands for; nil when its
// class is none of the workspace.
func (ev *evaluator) attributeObject(r ref) *object {
	f := r.file.facts()
	callee := r.id
	if r.expr().Kind == facts.Call {
		callee = r.expr().X
	}
	name := f.Text(lastName(f, callee))
	if name == "" {
		return nil
	}
	for _, s := range []set{ev.unqualified(r.file, name+"Attribute", r.place()), ev.eval(r.at(callee), nil)} {
		for _, a := range s {
			c, ok := a.v.(*class)
			if !ok {
				continue
			}
			if callee != r.id {
				return ev.construct(c, r, nil)
			}
			return ev.object(&object{class: c, ctor: ev.frame(frame{file: c.file, scope: ev.constructorOf(c), depth: 1})})
		}
	}
	return nil
}

// isOfClass reports whether a class is one of some, or descends from one.
func (ev *evaluator) isOfClass(c *class, among set) bool {
	for _, k := range ev.ancestry(c) {
		for _, a := range among {
			if w, ok := a.v.(*class); ok && *w == *k {
				return true
			}
		}
	}
	return false
}

// ofTypeAsked evaluates a method that leaves the objects of a type in a list:
// `attributes.OfType<TopicAttribute>()`.
func (ev *evaluator) ofTypeAsked(l *listing, r ref, fr *frame) set {
	var want set
	for _, a := range callArgs(r, fr) {
		if a.name == "<0>" {
			want = ev.argValue(a)
		}
	}
	var items []set
	for _, it := range ev.items(l) {
		var kept set
		for _, a := range it {
			if o, ok := a.v.(*object); !ok || ev.isOfClass(o.class, want) {
				kept = kept.add(a)
			}
		}
		if len(kept) > 0 {
			items = append(items, kept)
		}
	}
	return one(&listing{items: items}, nil)
}
