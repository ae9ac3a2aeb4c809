package flow

import "topicls/index/facts"

// topicPlace finds the expression that gives the argument of a position or a
// name to an entered function: among the call's own arguments, or inside a list
// or map literal that holds them (`Thread(target=f, args=(TOPIC,))`). An
// argument that was bound before, or that is not written in the call, has none.
func topicPlace(en entry, pos int, name string) ref {
	args := append(append([]arg(nil), en.fn.bound...), en.args...)
	n := 0
	for i, a := range args {
		at := a.ref
		if i < len(en.fn.bound) {
			at = ref{}
		}
		switch {
		case a.flag&facts.SpreadOne != 0:
			kids, ok := literalKids(a.ref, facts.List)
			if !ok {
				return ref{} // how many there are can't be told
			}
			for _, k := range kids {
				if a.ref.file.facts().At(k).Kind == facts.Spread {
					return ref{}
				}
				if n == pos {
					return a.ref.at(k)
				}
				n++
			}
		case a.flag&facts.SpreadMap != 0:
			kids, _ := literalKids(a.ref, facts.Map)
			for _, k := range kids {
				f := a.ref.file.facts()
				if key := f.At(f.At(k).Y); key.Kind == facts.String && f.Text(key.Name) == name {
					return a.ref.at(f.At(k).X)
				}
			}
		case a.name == "":
			if n == pos {
				return at
			}
			n++
		case a.name == name:
			return at
		}
	}
	return ref{}
}

// literalKids returns the elements of a literal of a kind.
func literalKids(r ref, kind facts.Kind) ([]facts.ExprID, bool) {
	if r.id == 0 {
		return nil, false
	}
	e := r.expr()
	if e.Kind != kind || e.Flag&facts.Comp != 0 {
		return nil, false
	}
	return r.file.facts().Operands(e), true
}
