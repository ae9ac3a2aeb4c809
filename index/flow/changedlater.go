package flow

import (
	"slices"

	"topicls/index/facts"
)

// A message may be made of an object by a call (`event.dict()`) and changed before
// it is sent: `d["epoch"] = now`, `d.pop("id")`. What the call gives is known then,
// and what is sent is not.

// The methods of maps by which something is put into them, and taken out.
var (
	puts  = []string{"update", "setdefault"}
	takes = []string{"pop", "popitem", "clear"}
)

// changedLater reports whether an argument of a call is a name for what another
// call gave, in the same function, and something is put into it or taken out by it;
// or for a map that is written out, which is followed but where something is taken.
func (x *file) changedLater(call facts.ExprID) bool {
	f := x.facts()
	return slices.ContainsFunc(x.namesIn(call, 0), func(id facts.ExprID) bool {
		e := f.At(id)
		fn := x.enclosingFunc(e.Scope)
		is := func(obj facts.ExprID) bool {
			o := f.At(obj)
			return o.Kind == facts.Name && o.Name == e.Name && x.enclosingFunc(o.Scope) == fn
		}
		made, put, taken := false, false, false
		for i := range f.Bindings {
			switch b := &f.Bindings[i]; {
			case b.Target == facts.ToName && b.Name == e.Name && x.enclosingFunc(b.Scope) == fn:
				made = made || b.Value != 0 && f.At(b.Value).Kind == facts.Call
			case b.Target == facts.ToIndex:
				put = put || is(b.Obj)
			}
		}
		for _, c := range f.Calls {
			callee := f.At(f.At(c).X)
			if callee.Kind == facts.Attr && is(callee.X) {
				put = put || slices.Contains(puts, f.Text(callee.Name))
				taken = taken || slices.Contains(takes, f.Text(callee.Name))
			}
		}
		return taken || made && put
	})
}

// uncertain is a payload of which no field is certain, and there may be others.
func (p *Payload) uncertain() *Payload {
	out := *p
	out.Open, out.Fields = true, slices.Clone(p.Fields)
	for i := range out.Fields {
		out.Fields[i].Optional = true
	}
	return &out
}

// namesIn lists the names in the arguments of a call, those inside further calls
// too.
func (x *file) namesIn(call facts.ExprID, depth int) (out []facts.ExprID) {
	f := x.facts()
	for _, k := range f.Operands(f.At(call)) {
		id := k
		if e := f.At(k); e.Kind == facts.Arg || e.Kind == facts.Entry {
			id = e.X
		}
		switch e := f.At(id); {
		case e.Kind == facts.Name:
			out = append(out, id)
		case e.Kind == facts.Call && depth < 3:
			out = append(out, x.namesIn(id, depth+1)...)
			if callee := f.At(e.X); callee.Kind == facts.Attr && f.At(callee.X).Kind == facts.Call { // json.dumps(d).encode()
				out = append(out, x.namesIn(callee.X, depth+1)...)
			}
		}
	}
	return out
}
