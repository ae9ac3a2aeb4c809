package flow

import "topicls/index/facts"

// becomes returns the library object that a decorator made of a function, such
// as the agent that takes messages for it; nil when none did.
func (ev *evaluator) becomes(fn *function) *instance {
	f := fn.file.facts()
	for _, d := range f.Decorators(&f.Scopes[fn.scope]) {
		e := f.At(d)
		if e.Kind != facts.Call {
			continue
		}
		callee := f.At(e.X)
		if callee.Kind != facts.Attr || !ev.l.models.MethodNames[f.Text(callee.Name)] {
			continue
		}
		for _, a := range ev.expanded(func() set { return ev.eval(ref{fn.file, e.X}.at(callee.X), nil) }) {
			in, ok := a.v.(*instance)
			if !ok || in.typ == nil {
				continue
			}
			if c := ev.l.models.Method(in.typ, f.Text(callee.Name)); c != nil && c.Becomes != "" {
				t := ev.l.models.Types[c.Becomes]
				ev.noteFile(fn.file)
				return &instance{typ: t, path: t.Name, call: &callSite{ref{fn.file, d}, nil}, recv: in}
			}
		}
	}
	return nil
}
