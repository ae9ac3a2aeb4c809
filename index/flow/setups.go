package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// Setup is a call by which code tells a store where to look, or a value.
type Setup struct {
	Store string
	Is    string   // see client.Setup
	Args  [][]Name // by slot; of paths, those that one place may mean
	At    Place
}

// Setups returns what a file tells the stores, in source order.
func (l *Linker) Setups(p string) []Setup {
	if u := l.units[p]; u != nil {
		return u.setups
	}
	return nil
}

// findSetups finds the calls and annotations of a file that tell a store
// something.
func (ev *evaluator) findSetups(x *file) []Setup {
	if len(ev.l.models.SetupNames) == 0 {
		return nil
	}
	f := x.facts()
	var out []Setup
	for _, id := range f.Calls {
		e := f.At(id)
		if !ev.l.models.SetupNames[f.Text(lastName(f, e.X))] {
			continue
		}
		ev.fuel = fuelUnit
		r := ref{x, id}
		for _, a := range ev.expanded(func() set { return ev.eval(r.at(e.X), nil) }) {
			v, ok := a.v.(*external)
			if !ok {
				continue
			}
			m := ev.l.models.Setups[v.path]
			if m == nil || m.Import || ev.untold(m, r, v.recv) {
				continue
			}
			u := Setup{Store: m.Store, Is: m.Is, At: Place{Path: x.path, Span: e.Span}}
			for _, s := range m.Args {
				var names []Name
				if m.Path {
					u.Args = append(u.Args, ev.pathsOf(s, r, v.recv)...)
					continue
				}
				ev.expanded(func() set {
					names = addNames(nil, fillHoles(ev.topicNames(ev.slot(s, r, nil, v.recv), r.place(), 0)))
					return nil
				})
				u.Args = append(u.Args, names)
			}
			out = append(out, u)
			break
		}
	}
	for i := range f.Imports {
		if m := ev.l.models.Setups[f.Text(f.Imports[i].Module)]; m != nil && m.Import {
			out = append(out, Setup{Store: m.Store, Is: m.Is, At: Place{Path: x.path, Span: f.Imports[i].Span}})
		}
	}
	slices.SortStableFunc(out, func(a, b Setup) int { return int(a.At.Start) - int(b.At.Start) })
	return out
}

// untold reports whether a call tells the store nothing because of what an
// argument is.
func (ev *evaluator) untold(m *client.Setup, r ref, recv value) bool {
	for _, s := range m.Unless {
		for _, a := range ev.slot(s, r, nil, recv) {
			if c, ok := a.v.(*constant); ok && c.kind == facts.Bool && c.text == "true" {
				return true
			}
		}
	}
	return false
}

// pathsOf evaluates an argument that is a path, several, or a list of some: for
// each what it may be, in order.
func (ev *evaluator) pathsOf(s client.Slot, r ref, recv value) [][]Name {
	var out [][]Name
	one := func(list set) {
		var names []Name
		for _, a := range list {
			names = append(names, ev.pathName(a, 0))
		}
		if names != nil {
			out = append(out, names)
		}
	}
	var single set
	for _, a := range ev.slot(s, r, nil, recv) {
		if l, ok := a.v.(*listing); ok {
			for _, it := range ev.items(l) {
				one(it)
			}
			continue
		}
		single = append(single, a)
	}
	one(single)
	return out
}

// pathName names a path as far as it is literal, or else by what it ends with
// (`path.join(root, ".env." + stage)`).
func (ev *evaluator) pathName(a alt, depth int) Name {
	if p := ev.filePath(a.v, 0); p != "" {
		return Name{v: literal(p)}
	}
	if in, ok := a.v.(*instance); ok && in.call != nil && depth < 4 && joinsPaths[in.path] {
		if args := callArgs(in.call.ref, in.call.fr); len(args) > 0 {
			if last := ev.argValue(args[len(args)-1]); len(last) == 1 {
				return ev.pathName(last[0], depth+1)
			}
		}
	}
	return Name(a)
}

// Text returns a name that has no open variables; ok is false for others.
func (n Name) Text() (string, bool) { return constOf(n.v) }

func (u Setup) same(o Setup) bool {
	return u.Store == o.Store && u.Is == o.Is && u.At == o.At && slices.EqualFunc(u.Args, o.Args, sameNames)
}

// isStoreRead reports whether an expression is a call that may read a key of a
// store.
func (ev *evaluator) isStoreRead(x *file, e *facts.Expr) bool {
	f := x.facts()
	return e.Kind == facts.Call && ev.l.models.StoreNames[f.Text(lastName(f, e.X))]
}
