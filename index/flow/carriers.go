package flow

import "topicls/index/facts"

// carriers lists the names by which other files can get hold of a client that
// this file has: module variables, imported or not, and functions that return
// one or that a decorator made one of. Those files need not mention any client library.
func (ev *evaluator) carriers(x *file) []string {
	f := x.facts()
	ev.care = lazy
	defer func() { ev.care = seeks }()
	var out []string
	add := func(n facts.Sym) {
		t := f.Text(n)
		if x.open().valued && (t == "default" || t == commonJS) { // imported under any name, by the module's
			t = wordOf(wholeNameOf(x.path))
		}
		for _, o := range out {
			if o == t {
				return
			}
		}
		if t != "" {
			out = append(out, t)
		}
	}
	for _, i := range x.scopeBindings(0) {
		b := &f.Bindings[i]
		switch f.At(b.Value).Kind {
		case facts.Call, facts.ImportRef, facts.Name, facts.Await, facts.Attr:
			ev.fuel = fuelCarrier
			if holdsClient(ev.eval(ref{x, b.Value}, nil)) {
				add(b.Name)
			}
		case facts.None: // filled later through `global`
			ev.fuel = fuelCarrier
			if holdsClient(ev.moduleName(x, b.Name, anyTypes)) {
				add(b.Name)
			}
		}
	}
	for s := 1; s < len(f.Scopes); s++ {
		sc := &f.Scopes[s]
		if sc.Kind != facts.FuncScope {
			continue
		}
		if sc.DecorN > 0 && ev.becomes(&function{file: x, scope: facts.ScopeID(s)}) != nil {
			add(sc.Name)
		}
		if sc.Flag&facts.Abstract != 0 && sc.DecorN > 0 && sc.Result != 0 { // whoever reads the annotations makes it
			ev.fuel = fuelCarrier
			if holdsClient(ev.annotated(ref{x, sc.Result}, nil)) {
				add(sc.Name)
			}
		}
		for _, i := range x.returnsOf(facts.ScopeID(s)) {
			switch f.At(f.Returns[i].Value).Kind {
			case facts.Call, facts.Name, facts.Attr, facts.Await:
				ev.fuel = fuelCarrier
				if holdsClient(ev.eval(ref{x, f.Returns[i].Value}, nil)) {
					add(sc.Name)
				}
			}
		}
	}
	if x.open().valued {
		ev.carriedFields(x, add)
	}
	return out
}

// carriedFields names the fields of classes that hold a client: whoever has an
// object of one may use it (`module.exports = new Connection()`).
func (ev *evaluator) carriedFields(x *file, add func(facts.Sym)) {
	f := x.facts()
	for i := range f.Bindings {
		b := &f.Bindings[i]
		var at facts.ExprID
		switch {
		case b.Target == facts.ToAttr:
			at = b.Value
		case b.Scope != 0 && f.Scopes[b.Scope].Kind == facts.ClassScope:
			if at = b.Value; at == 0 && b.Annot != 0 {
				ev.fuel = fuelCarrier
				if holdsClient(ev.annotated(ref{x, b.Annot}, nil)) {
					add(b.Name)
				}
			}
		}
		switch f.At(at).Kind {
		case facts.Call, facts.Await, facts.Alt:
			ev.fuel = fuelCarrier
			if holdsClient(ev.eval(ref{x, at}, nil)) {
				add(b.Name)
			}
		}
	}
}

func holdsClient(s set) bool {
	for _, a := range s {
		if in, ok := a.v.(*instance); ok && in.typ != nil {
			return true
		}
	}
	return false
}
