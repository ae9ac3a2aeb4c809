package flow

import "topicls/index/facts"

// Code that asks whether a message has a field stands a message without it: what
// it reads of the field then, in the same function, is no field that it needs.

// askedFields are the fields that functions of a file ask for, by name: whose
// messages they are of is not looked at.
type askedFields struct {
	x      *file
	asked  map[askedField]bool
	caught map[int32]bool // by group, the tries that catch that a field is missing (Python's)
}

type askedField struct {
	scope facts.ScopeID // the function
	name  string
}

// askedFields looks through a file once.
func (ev *evaluator) askedFields(x *file) *askedFields {
	a := &askedFields{x: x, asked: map[askedField]bool{}, caught: map[int32]bool{}}
	f := x.facts()
	for i := range f.Blocks {
		a.ask(ev, f.Blocks[i].Cond, 0)
	}
	for id := facts.ExprID(1); int(id) < len(f.Exprs); id++ {
		e := f.At(id)
		switch e.Kind {
		case facts.Name:
			if b := &f.Blocks[e.Block]; b.Kind == facts.Handler && (f.Text(e.Name) == "KeyError" || f.Text(e.Name) == "LookupError") {
				a.caught[b.Group] = true
			}
		case facts.Alt:
			a.alternatives(ev, f.Operands(e), e)
		case facts.Not, facts.Compare:
			a.ask(ev, id, 0)
		case facts.Attr, facts.Index, facts.Call: // message.customer?.name
			if e.Flag&facts.Or != 0 {
				a.note(ev, e.X)
			}
		}
	}
	return a
}

// alternatives takes in `m.a ?? b`, `m.a && b` and `m.a ? b : c`.
func (a *askedFields) alternatives(ev *evaluator, kids []facts.ExprID, e *facts.Expr) {
	switch {
	case e.Flag&facts.Ternary != 0:
		a.ask(ev, e.Y, 0)
	case e.Flag&(facts.Or|facts.And) != 0 && len(kids) > 0:
		for _, k := range kids[:len(kids)-1] {
			a.ask(ev, k, 0)
		}
	}
}

// maxAsked bounds how deep a condition is looked into.
const maxAsked = 12

// ask takes in the fields that a condition asks for: by their truth, by comparison
// with nothing, by what they are, by name.
func (a *askedFields) ask(ev *evaluator, id facts.ExprID, depth int) {
	f := a.x.facts()
	if id == 0 || depth > maxAsked {
		return
	}
	e := f.At(id)
	switch e.Kind {
	case facts.Not, facts.Await:
		a.ask(ev, e.X, depth+1)
	case facts.Alt:
		for _, k := range f.Operands(e) {
			a.ask(ev, k, depth+1)
		}
	case facts.Compute: // typeof m.a
		if e.Y == 0 {
			a.ask(ev, e.X, depth+1)
		}
	case facts.Compare:
		a.compared(ev, e, depth)
	case facts.Call:
		a.called(ev, id, e, depth)
	case facts.Attr, facts.Index:
		a.note(ev, id)
	}
}

func (a *askedFields) compared(ev *evaluator, e *facts.Expr, depth int) {
	f := a.x.facts()
	op := facts.Op(e.Lo)
	if k := f.At(e.X); (op == facts.In || op == facts.NotIn) && k.Kind == facts.String { // "a" in m
		a.asked[askedField{a.x.enclosingFunc(e.Scope), f.Text(k.Name)}] = true
		return
	}
	for _, side := range [][2]facts.ExprID{{e.X, e.Y}, {e.Y, e.X}} {
		if other := f.At(side[1]); other.Kind == facts.None || f.At(side[0]).Kind == facts.Compute {
			a.ask(ev, side[0], depth+1)
		}
	}
}

// presence are functions and methods that say whether something has what is given
// by name.
var presence = map[string]bool{
	"has": true, "hasOwn": true, "hasOwnProperty": true, "hasattr": true, "hasField": true, "HasField": true, "hasNonNull": true,
	"containsKey": true, "ContainsKey": true, "TryGetValue": true, "TryGetProperty": true, "Contains": true, "contains": true, "includes": true,
}

func (a *askedFields) called(ev *evaluator, id facts.ExprID, e *facts.Expr, depth int) {
	f := a.x.facts()
	if name, _ := a.read(ev, id); name != "" { // m.get("a")
		a.note(ev, id)
		return
	}
	known := presence[f.Text(lastName(f, e.X))]
	for _, k := range f.Operands(e) {
		arg := f.At(f.At(k).X)
		if known && arg.Kind == facts.String {
			a.asked[askedField{a.x.enclosingFunc(e.Scope), f.Text(arg.Name)}] = true
		}
		if !known { // Array.isArray(m.a)
			a.ask(ev, f.At(k).X, depth+1)
		}
	}
}

// note takes in one read.
func (a *askedFields) note(ev *evaluator, id facts.ExprID) {
	if name, stands := a.read(ev, id); name != "" && stands {
		a.asked[askedField{a.x.enclosingFunc(a.x.facts().At(id).Scope), name}] = true
	}
}

// read is the field that an expression reads, if it reads one. stands says that it
// doesn't fail where there is none.
func (a *askedFields) read(ev *evaluator, id facts.ExprID) (name string, stands bool) {
	f := a.x.facts()
	e := f.At(id)
	fails := f.Lang == "python"
	switch e.Kind {
	case facts.Attr:
		return f.Text(e.Name), !fails
	case facts.Index:
		if k := f.At(e.Y); k.Kind == facts.String {
			return f.Text(k.Name), !fails
		}
	case facts.Call:
		callee := f.At(e.X)
		if callee.Kind == facts.Attr && ev.l.models.Methods[f.Text(callee.Name)] == "get" && e.N > 0 {
			if k := f.At(f.At(f.Operands(e)[0]).X); k.Kind == facts.String {
				return f.Text(k.Name), true
			}
		}
	}
	return "", false
}

// stands reports whether a read of a field stands a message without it.
func (a *askedFields) stands(id facts.ExprID, name string) bool {
	f := a.x.facts()
	for b := f.At(id).Block; b != 0 && len(a.caught) > 0; b = f.Blocks[b].Parent {
		if f.Blocks[b].Kind == facts.Try && a.caught[f.Blocks[b].Group] {
			return true
		}
	}
	for s := f.At(id).Scope; ; s = f.Scopes[s].Parent {
		if a.asked[askedField{a.x.enclosingFunc(s), name}] {
			return true
		}
		if s == 0 {
			return false
		}
	}
}
