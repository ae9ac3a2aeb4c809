package flow

import (
	"slices"

	"topicls/index/facts"
)

// Setup is a call by which code tells a store where to look, or a value.
type Setup struct {
	Store string
	Is    string   // see client.Setup
	Args  [][]Name // by slot
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
			if m == nil {
				continue
			}
			u := Setup{Store: m.Store, Is: m.Is, At: Place{Path: x.path, Span: e.Span}}
			for _, s := range m.Args {
				var names []Name
				if m.Path {
					for _, a := range ev.slot(s, r, nil, v.recv) {
						if p := ev.filePath(a.v, 0); p != "" {
							names = append(names, Name{v: literal(p)})
						} else {
							names = append(names, Name(a))
						}
					}
					u.Args = append(u.Args, names)
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
	slices.SortStableFunc(out, func(a, b Setup) int { return int(a.At.Start) - int(b.At.Start) })
	return out
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
