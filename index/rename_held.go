package index

import (
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
	"topicls/index/topology"
)

// Some code reads a variable from an object that got it under its name: an
// application's settings, what was checked at start. Its name there is the
// object's, and not the environment's.

// held reports whether code at a place reads a variable from such an object.
func (r *renaming) held(at topology.Place) bool {
	cf := r.s.codeOf(at.File)
	if cf.codeFile == nil || cf.facts == nil {
		return false
	}
	f := cf.facts.File()
	for i := range f.Exprs {
		e := &f.Exprs[i]
		if e.Start > at.Start || e.End < at.End {
			continue
		}
		switch cf.family {
		case client.ECMA:
			if e.Kind == facts.Attr && e.End == at.End && !isEnvironment(f, e.X, 0) {
				return true
			}
		case client.Python:
			if e.Kind == facts.Attr && e.End == at.End && r.holds(f, e.X) {
				return true // settings.NAME
			}
			if e.Kind == facts.Index && f.At(e.Y).Span == (facts.Span{Start: at.Start - 1, End: at.End + 1}) && r.holds(f, e.X) {
				return true // app.config["NAME"]
			}
			if e.Kind == facts.Call && e.N > 0 && r.heldIn(f, e, at) {
				return true
			}
		}
	}
	return false
}

// heldIn reports whether a call reads a name of such an object: `app.config.get("NAME")`,
// `getattr(settings, "NAME")`.
func (r *renaming) heldIn(f *facts.File, call *facts.Expr, at topology.Place) bool {
	args := f.Operands(call)
	if !slices.ContainsFunc(args, func(a facts.ExprID) bool { return f.At(a).Start+1 == at.Start }) {
		return false
	}
	callee := f.At(call.X)
	if callee.Kind == facts.Attr {
		return r.holds(f, callee.X)
	}
	return callee.Kind == facts.Name && f.Text(callee.Name) == "getattr" && r.holds(f, f.At(args[0]).X)
}

// holds reports whether an expression is an object of an application that holds its
// settings.
func (r *renaming) holds(f *facts.File, id facts.ExprID) bool {
	e := f.At(id)
	models, err := client.Bundled()
	if err != nil {
		return false // whoever needs models has been told
	}
	for _, m := range models {
		a := &m.Applications
		if e.Kind == facts.Attr && slices.Contains(a.Places, f.Text(e.Name)) {
			return true
		}
		for dotted := range a.Modules {
			last := dotted[strings.LastIndexByte(dotted, '.')+1:]
			if (e.Kind == facts.Name || e.Kind == facts.Attr) && f.Text(e.Name) == last {
				return true
			}
		}
	}
	return false
}

// namesModule reports whether a variable is one by which a framework finds a
// module of the program: the framework reads it too.
func namesModule(name string) bool {
	models, err := client.Bundled()
	if err != nil {
		return false
	}
	for _, m := range models {
		for _, s := range m.Applications.Modules {
			if s.Variable == name {
				return true
			}
		}
	}
	return false
}

// isEnvironment reports whether an expression of JavaScript is the environment
// itself: process.env, or a name for it.
func isEnvironment(f *facts.File, id facts.ExprID, depth int) bool {
	e := f.At(id)
	switch e.Kind {
	case facts.Attr:
		return f.Text(e.Name) == "env"
	case facts.Name:
		return depth < 4 && slices.ContainsFunc(f.Bindings, func(b facts.Binding) bool {
			return b.Target == facts.ToName && b.Name == e.Name && b.Value != 0 && isEnvironment(f, b.Value, depth+1)
		})
	}
	return false
}
