package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// fieldUses tells what the uses of values in one file need of their types. Its
// tables are made when the first one is asked for.
type fieldUses struct {
	ev      *evaluator
	x       *file
	parents []facts.ExprID
	values  map[facts.ExprID]*facts.Binding // what is bound to a name
	names   map[facts.Sym][]facts.ExprID    // where a name is used
	loops   map[facts.ExprID][]facts.ExprID // what is iterated or unpacked -> the elements
}

func (u *fieldUses) prepare() {
	if u.parents != nil {
		return
	}
	f := u.x.facts()
	u.parents = make([]facts.ExprID, len(f.Exprs))
	u.values, u.names = map[facts.ExprID]*facts.Binding{}, map[facts.Sym][]facts.ExprID{}
	u.loops = map[facts.ExprID][]facts.ExprID{}
	for id := facts.ExprID(1); int(id) < len(f.Exprs); id++ {
		e := f.At(id)
		switch e.Kind {
		case facts.Element, facts.Item: // one value may be taken apart in several ways
			u.loops[e.X] = append(u.loops[e.X], id)
			continue
		case facts.Name:
			u.names[e.Name] = append(u.names[e.Name], id)
		}
		if e.X != 0 {
			u.parents[e.X] = id
		}
		if e.Y != 0 {
			u.parents[e.Y] = id
		}
		if e.N > 0 {
			for _, k := range f.Operands(e) {
				u.parents[k] = id
			}
		}
	}
	for i := range f.Bindings {
		if b := &f.Bindings[i]; b.Target == facts.ToName && b.Value != 0 {
			u.values[b.Value] = b
		}
	}
}

// needs tells the JSON types that the use of an expression's value needs,
// sorted; nil when any would do or it can't be told.
func (u *fieldUses) needs(id facts.ExprID) []string {
	u.prepare()
	return u.at(id, 0)
}

func (u *fieldUses) at(id facts.ExprID, depth int) []string {
	f := u.x.facts()
	if depth > 6 {
		return nil
	}
	var out []string
	for _, k := range u.loops[id] {
		if f.At(k).Kind == facts.Element {
			out = joint(out, []string{"array", "object"})
		} else {
			out = joint(out, []string{"array"})
		}
	}
	if b := u.values[id]; b != nil { // size = message["size"]; int(size)
		s := u.x.enclosingFunc(b.Scope)
		if list := u.x.bindings(b.Scope, b.Name); len(list) == 1 {
			for _, n := range u.names[b.Name] {
				if u.x.enclosingFunc(f.At(n).Scope) == s && f.At(n).Start > b.Start {
					out = joint(out, u.at(n, depth+1))
				}
			}
		}
	}
	p := u.parents[id]
	if p == 0 {
		return out
	}
	e := f.At(p)
	switch e.Kind {
	case facts.Index:
		if e.X == id {
			switch f.At(e.Y).Kind {
			case facts.String:
				out = joint(out, []string{"object"})
			case facts.Number:
				out = joint(out, []string{"array", "string"})
			}
		}
	case facts.Attr:
		if c := u.parents[p]; c != 0 && f.At(c).Kind == facts.Call && f.At(c).X == p {
			out = joint(out, u.ev.l.models.Needs["."+f.Text(e.Name)])
		}
	case facts.Arg:
		out = joint(out, u.given(p, e))
	case facts.Entry:
		if e.Flag&facts.SpreadMap != 0 {
			out = joint(out, []string{"object"})
		}
	case facts.Spread:
		out = joint(out, []string{"array", "object"})
	case facts.Alt:
		if e.Flag&facts.And == 0 && e.Y != id {
			out = joint(out, u.at(p, depth+1))
		}
	case facts.Concat, facts.Compute, facts.Compare:
		other := e.X
		if other == id {
			other = e.Y
		}
		out = joint(out, u.beside(e, other, e.Y == id))
	}
	return out
}

// given tells what the call that a value is an argument of needs.
func (u *fieldUses) given(arg facts.ExprID, a *facts.Expr) []string {
	f := u.x.facts()
	call := u.parents[arg]
	if call == 0 || f.At(call).Kind != facts.Call {
		return nil
	}
	switch {
	case a.Flag&facts.SpreadMap != 0:
		return []string{"object"}
	case a.Flag&facts.SpreadOne != 0:
		return []string{"array", "object"}
	case f.Operands(f.At(call))[0] != arg || a.Name != 0:
		return nil
	}
	if n := lastName(f, f.At(call).X); n == 0 || !u.ev.l.models.NeedNames[f.Text(n)] {
		return nil
	}
	for _, v := range u.ev.eval(ref{u.x, f.At(call).X}, nil) {
		if x, ok := v.v.(*external); ok {
			if t := u.ev.l.models.Needs[x.path]; t != nil {
				if len(t) > 0 && t[0] == firstOfSeveral && f.At(call).N > 1 {
					return nil
				}
				return slices.DeleteFunc(slices.Clone(t), func(s string) bool { return s == firstOfSeveral })
			}
		}
	}
	return nil
}

// firstOfSeveral in a model marks functions that take one list, or the values
// themselves.
const firstOfSeveral = "alone"

// beside tells what an operation needs of one side, from its sign and the
// other side.
func (u *fieldUses) beside(e *facts.Expr, other facts.ExprID, right bool) []string {
	f := u.x.facts()
	o := f.At(other)
	var same []string
	switch o.Kind {
	case facts.String, facts.Interp, facts.Format:
		same = []string{"string"}
	case facts.Number:
		same = []string{"integer", "number"}
	case facts.Bool:
		same = []string{"boolean"}
	}
	switch e.Kind {
	case facts.Concat:
		return same
	case facts.Compare:
		switch facts.Op(e.Lo) {
		case facts.In, facts.NotIn:
			if right {
				return []string{"array", "object", "string"}
			}
			if o.Kind == facts.List && o.N > 0 && o.Flag&facts.Comp == 0 {
				for _, k := range f.Operands(o) {
					if f.At(k).Kind != facts.String {
						return nil
					}
				}
				return []string{"string"}
			}
			return nil
		case facts.Same, facts.NotSame:
			return nil
		}
		return same
	}
	op := f.Text(e.Name)
	if op == "*" && o.Kind == facts.Number && strings.ContainsAny(f.Text(o.Name), ".e") {
		return []string{"integer", "number"}
	}
	return u.ev.l.models.Needs[op]
}

// joint joins what two uses of one value need; what they contradict each other
// in tells nothing.
func joint(a, b []string) []string {
	switch {
	case len(a) == 0:
		return slices.Clone(b)
	case len(b) == 0:
		return a
	}
	out := slices.DeleteFunc(slices.Clone(a), func(t string) bool { return !slices.Contains(b, t) })
	if len(out) == 0 {
		return nil
	}
	return out
}
