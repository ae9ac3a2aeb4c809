package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// What Kotlin's own classes have: the properties of maps, pairs and
// enumerations, entries of maps that are gone over, and the copies of data
// classes with other values.

func isKotlin(x *file) bool { return x != nil && x.facts().Lang == "kotlin" }

// numbered are the properties of pairs, triples and entries of maps.
var numbered = map[string]int{"first": 0, "second": 1, "third": 2, "key": 0, "value": 1}

// libraryProperty evaluates a property that Kotlin's maps and pairs have, as
// code of a file reads it; ok is false for others.
func (ev *evaluator) libraryProperty(v value, name string, at place) (set, bool) {
	if !isKotlin(at.file) {
		return nil, false
	}
	switch v := v.(type) {
	case *class, *object:
		return ev.classProperty(v, name)
	case *mapping:
		switch what := ev.l.models.Methods[name]; what {
		case "keys", "values", "items":
			return ev.partOfMap(v, what), true
		}
	case *listing:
		if i, ok := numbered[name]; ok {
			return ev.item(v, i, at), true
		}
	}
	return nil, false
}

// classProperty evaluates what `X::class` and `x::class` have: the name of the
// class, where it is known which one an object is of.
func (ev *evaluator) classProperty(v value, name string) (set, bool) {
	c, ok := v.(*class)
	if o, isObject := v.(*object); isObject && o.member == "" && (o.ctor != nil || o.site != nil) {
		c, ok = o.class, true
	}
	if !ok || ev.hasMember(c, name) {
		return nil, false
	}
	switch name {
	case "java", "javaClass":
		return one(v, nil), true
	case "simpleName":
		return one(literal(c.name()), nil), true
	}
	return nil, false
}

// extensionProperty evaluates a property that is added to the class of a value.
func (ev *evaluator) extensionProperty(v value, name string, at place) set {
	if !isKotlin(at.file) {
		return nil
	}
	var out set
	for _, fn := range ev.extensions(v, name, at.file, -1) {
		if sc := &fn.file.facts().Scopes[fn.scope]; sc.Flag&facts.Accessor != 0 && sc.ParamN == 1 {
			out = out.add(ev.callFunction(fn, []arg{{val: one(v, nil)}}, nil, at)...)
		}
	}
	return out
}

// partOfMap lists the keys, the values or the items of a map, which are lists
// of a key and its value.
func (ev *evaluator) partOfMap(m *mapping, what string) set {
	if what == "keys" {
		return one(ev.keyList(m), nil)
	}
	of := func(key, value set) set {
		if what == "values" {
			return value
		}
		return one(&listing{items: []set{key, value}}, nil)
	}
	items := []set{}
	for _, en := range ev.entries(m) {
		items = append(items, of(set{en.keyOf()}, ev.entryValue(en)))
	}
	if kept := ev.taken(m.ref, 1, true); len(kept) > 0 {
		items = append(items, of(nil, kept))
	}
	return one(&listing{items: items}, nil)
}

// copied evaluates `x.copy(topic = "a")` of a data class: an object made with
// what the call says and, for the rest, what x has. ok is false for other calls.
func (ev *evaluator) copied(recv value, name string, r ref, fr *frame) (set, bool) {
	c := classOfValue(recv)
	if name != "copy" || c == nil || !isKotlin(r.file) || ev.declaresMethod(c, name) {
		return nil, false
	}
	ctor := ev.constructorOf(c)
	if ctor == 0 {
		return nil, false
	}
	f := c.file.facts()
	given := callArgs(r, fr)
	var args []arg
	for i, p := range f.ScopeParams(&f.Scopes[ctor])[1:] {
		field := f.Text(p.Name)
		a, ok := copiedArg(given, i, field)
		if !ok {
			a = arg{val: ev.attr(recv, field, r.place(), fr)}
		}
		a.name = field
		args = append(args, a)
	}
	depth := 1
	if fr != nil {
		depth = fr.depth + 1
	}
	o := &object{class: c, ctor: ev.frame(frame{file: c.file, scope: ctor, args: args, depth: depth})}
	return one(ev.object(o), &trace{place: r.place(), what: "copy of " + c.name()}), true
}

// copiedArg finds the argument of a call for the constructor's parameter number
// i, of a name.
func copiedArg(given []arg, i int, name string) (arg, bool) {
	n := 0
	for _, a := range given {
		if a.name == name || a.name == "" && n == i {
			return a, a.flag&(facts.SpreadOne|facts.SpreadMap) == 0
		}
		if a.name == "" {
			n++
		}
	}
	return arg{}, false
}

// enumProperty evaluates what an enumeration lists its members under.
func (ev *evaluator) enumProperty(c *class, name string, at place) (set, bool) {
	if name != "entries" || !isKotlin(at.file) || !isEnum(ev, c) {
		return nil, false
	}
	return one(ev.memberList(c), nil), true
}

// memberList lists the members of an enumeration.
func (ev *evaluator) memberList(c *class) *listing {
	l := &listing{items: []set{}}
	ev.eachMember(c, func(_ string, v set) { l.items = append(l.items, v) })
	return l
}

// keyAndValue are the arguments of a lambda of two parameters that goes over a
// map; nil for other functions.
func (ev *evaluator) keyAndValue(m *mapping, site ref, fw *client.Forward) []arg {
	f := site.file.facts()
	if !ev.l.lang.members() || len(fw.Function) == 0 {
		return nil
	}
	a, ok := ev.slotArg(site, nil, fw.Function[0])
	if !ok || a.ref.id == 0 || a.ref.expr().Kind != facts.Func || f.Scopes[a.ref.expr().Lo].ParamN != 2 {
		return nil
	}
	keys, values := ev.partOfMap(m, "keys"), ev.partOfMap(m, "values")
	return []arg{{val: ev.elementsOf(keys, site.place())}, {val: ev.elementsOf(values, site.place())}}
}
