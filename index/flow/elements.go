package flow

import (
	"strconv"

	"topicls/index/facts"
)

// elements returns what iterating over v yields.
func (ev *evaluator) elements(v value, at place) set {
	switch v := v.(type) {
	case *listing:
		var out set
		for _, it := range ev.items(v) {
			out = out.add(it...)
		}
		return out.add(ev.taken(v.ref, 1, false)...)
	case *stored:
		return ev.taken(v.owner, v.depth+1, false)
	case *mapping: // iterating a map gives its keys
		if isKotlin(v.ref.file) {
			return ev.elementsOf(ev.partOfMap(v, "items"), at)
		}
		var out set
		for _, en := range ev.entries(v) {
			out = out.add(en.keyOf())
		}
		return out
	case *message:
		switch v.kind {
		case "records":
			return one(v.as("record"), nil)
		case "batches":
			return one(v.as("partition"), nil)
		case "payloads":
			return one(v.as("payload"), nil)
		case "payload":
			return one(v.field("[]"), nil)
		case "batch.items":
			return one(v.as("batch.item"), nil)
		case "payload.items":
			return one(v.as("payload.item"), nil)
		case "batch.values":
			return one(v.as("records"), nil)
		}
	case *instance:
		if v.typ != nil {
			if res := ev.l.models.Iterate(v.typ); res != "" {
				return ev.result(res, v, ref{}, nil, at)
			}
		}
		if got := ev.taken(ev.container(v), 1, false); len(got) > 0 {
			return got
		}
	case *object:
		for _, name := range []string{"__iter__", "__aiter__"} {
			if fn := ev.methodOf(v, name); fn != nil {
				var out set
				for _, a := range ev.callFunction(fn, nil, nil, at) {
					if _, self := a.v.(*object); !self {
						out = out.add(ev.elements(a.v, at)...)
					}
				}
				return out
			}
		}
		for _, b := range ev.externalBases(v.class) { // a class that extends a consumer
			if t := ev.l.models.Types[b]; t != nil {
				if res := ev.l.models.Iterate(t); res != "" {
					return ev.result(res, &instance{typ: t, path: t.Name, call: ev.superCall(v)}, ref{}, nil, at)
				}
			}
		}
	case *stringValue:
		for i, op := range v.ops {
			if op.op == "split" && i == len(v.ops)-1 {
				return one(v, nil)
			}
		}
		if p := v.loneEnv(); p != nil { // a variable read as a list
			return one(&stringValue{parts: v.parts, ops: append(append([]strOp(nil), v.ops...), strOp{op: "split", a: ","})}, nil)
		}
	case *class: // an enumeration
		return ev.enumMembers(v)
	case *param, *unknown:
		return one(v, nil)
	}
	return one(&unknown{"an element of something that is not a known list", at}, nil)
}

// items returns the item sets of a list.
func (ev *evaluator) items(v *listing) []set {
	if v.items != nil || v.ref.file == nil {
		return v.items
	}
	mk := memoKey{v.ref, v.fr, ev.expand, ev.care}
	if got, ok := ev.lists[mk]; ok {
		return got
	}
	k := activeKey{guard: guardItems, ref: ref{v.ref.file, v.ref.id}, fr: v.fr}
	if ev.recurs(k) || ev.exhausted() { // a list that is spread into itself
		return nil
	}
	m := ev.mark()
	ev.pose(k)
	ev.total--
	got := ev.readItems(v)
	ev.answered(k)
	if ev.isWhole(m) {
		ev.lists[mk] = got
	}
	return got
}

func (ev *evaluator) readItems(v *listing) []set {
	f := v.ref.file.facts()
	e := v.ref.expr()
	var out []set
	for _, k := range f.Operands(e) {
		if spreads(f, k) {
			for _, a := range ev.eval(v.ref.at(k), v.fr) {
				if l, ok := a.v.(*listing); ok {
					out = append(out, ev.items(l)...)
				} else {
					out = append(out, ev.elements(a.v, v.ref.place()))
				}
			}
			continue
		}
		out = append(out, ev.eval(v.ref.at(k), v.fr))
	}
	return append(out, ev.laterItems(v.ref, v.fr)...)
}

// spreads reports whether an element of a list literal is spread into it. The
// grammar has `[*a.b]` as an attribute of `*a`.
func spreads(f *facts.File, id facts.ExprID) bool {
	for {
		switch e := f.At(id); e.Kind {
		case facts.Spread:
			return true
		case facts.Attr, facts.Index, facts.Call:
			id = e.X
		default:
			return false
		}
	}
}

// item returns element number i of v.
func (ev *evaluator) item(v value, i int, at place) set {
	switch v := v.(type) {
	case *listing:
		items := ev.items(v)
		e := facts.Expr{}
		if v.ref.file != nil && v.items == nil {
			e = *v.ref.expr()
		}
		if e.Flag&facts.Comp != 0 && len(items) > 0 {
			return unpacked(v, items[0])
		}
		if i < 0 {
			i += len(items)
		}
		if i >= 0 && i < len(items) {
			return unpacked(v, items[i])
		}
		return ev.taken(v.ref, 1, false)
	case *stored:
		return ev.taken(v.owner, v.depth+1, false)
	case *message:
		switch v.kind {
		case "batch.item":
			if i == 1 {
				return one(v.as("records"), nil)
			}
			return one(v.as("partition"), nil)
		case "payload.item":
			if i == 1 {
				return one(v.as("payload"), nil)
			}
		case "records", "payloads":
			return ev.elements(v, at)
		case "payload":
			return one(v.field("[]"), nil)
		}
	case *stringValue:
		if n := len(v.ops); n > 0 && v.ops[n-1].op == "split" {
			return one(&stringValue{parts: v.parts, ops: append(append([]strOp(nil), v.ops...), strOp{op: "item", a: strconv.Itoa(i)})}, nil)
		}
	case *param, *unknown:
		return one(v, nil)
	}
	return one(&unknown{"a part of something that is not a known list", at}, nil)
}
