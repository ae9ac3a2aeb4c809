package flow

import (
	"path"
	"strings"

	"topicls/index/facts"
)

// A module may run other files in its place, so that their names become its
// own: `include("components/kafka.py", optional("local.py"))`. What comes later
// counts.

// includedName finds a name in the files that a module runs in its place.
func (ev *evaluator) includedName(x *file, name string, at place) set {
	if x == nil || len(ev.l.models.Includes) == 0 {
		return nil
	}
	f := x.facts()
	for i := len(f.Calls) - 1; i >= 0; i-- {
		r := ref{x, f.Calls[i]}
		if !ev.includes(r) {
			continue
		}
		k := activeKey{guard: guardInclude, ref: r}
		if ev.recurs(k) {
			continue
		}
		ev.pose(k)
		got := ev.inIncluded(r, name, at)
		ev.answered(k)
		if len(got) > 0 {
			return got.through(r.place(), "included by "+path.Base(x.path))
		}
	}
	return nil
}

// includes reports whether a call runs files in the place of its module.
func (ev *evaluator) includes(r ref) bool {
	f := r.file.facts()
	name := f.Text(lastName(f, r.expr().X))
	for path := range ev.l.models.Includes {
		if lastDotted(path) == name && ev.calls(r, path) {
			return true
		}
	}
	return false
}

// inIncluded finds a name in the files that a call includes.
func (ev *evaluator) inIncluded(r ref, name string, at place) set {
	args, _ := ev.flat(callArgs(r, nil))
	for i := len(args) - 1; i >= 0; i-- {
		if args[i].name != "" {
			continue
		}
		for _, v := range ev.argValue(args[i]) {
			p := ev.includedPath(v.v)
			if !strings.HasSuffix(p, ".py") {
				continue
			}
			m := ev.moduleAt(path.Join(path.Dir(r.file.path), strings.TrimSuffix(p, ".py")))
			if m == nil || m.file == nil {
				continue
			}
			if sym := m.file.sym(name); sym == 0 || len(m.file.bindings(0, sym)) == 0 {
				continue
			}
			if got := ev.member(m, name, at); len(got) > 0 {
				return got
			}
		}
	}
	return nil
}

// includedPath is the path that an argument gives, also within a call that says
// how it is to be taken: `optional("local.py")`.
func (ev *evaluator) includedPath(v value) string {
	if t, ok := constOf(v); ok {
		return t
	}
	if in, ok := v.(*instance); ok && in.call != nil && in.recv == nil && in.call.ref.expr().Kind == facts.Call {
		if a, ok := firstArg(in.call.ref, in.call.fr); ok {
			for _, w := range ev.argValue(a) {
				if t, ok := constOf(w.v); ok {
					return t
				}
			}
		}
	}
	return ""
}
