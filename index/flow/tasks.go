package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// A queue of tasks gives the functions that it decorates methods by which they
// are called in another process: `send.delay(topic, event)`. Such a call enters
// the function, so it is found by the function's name.

// findTasks records the calls of such methods under the names of what they are
// called on.
func (x *body) findTasks(methods map[string]*client.Forward) {
	f := x.facts
	for name := range methods {
		sym := x.sym(name)
		if sym == 0 {
			continue
		}
		if x.tasks == nil {
			x.tasks = map[facts.Sym]bool{}
		}
		x.tasks[sym] = true
		for _, c := range f.Calls {
			if callee := f.At(f.At(c).X); callee.Kind == facts.Attr && callee.Name == sym {
				if of := lastName(f, callee.X); of != 0 {
					x.mentions = append(x.mentions, callName{of, c})
				}
			}
		}
	}
}

// taskArgs lists what a function gets by such a call: before the arguments that
// are passed on, the task itself, where the decorator asks for it
// (`@app.task(bind=True)`).
func (ev *evaluator) taskArgs(fn *function, site ref, fr *frame, how *client.Forward) []arg {
	given := ev.forwardedArgs(site, fr, how)
	f := fn.file.facts()
	for _, d := range f.Decorators(&f.Scopes[fn.scope]) {
		if f.At(d).Kind != facts.Call {
			continue
		}
		for _, a := range callArgs(ref{fn.file, d}, nil) {
			if c := f.At(a.ref.id); a.name == "bind" && c.Kind == facts.Bool && f.Text(c.Name) == "true" {
				return append([]arg{{val: one(&unknown{"the task", site.place()}, nil)}}, given...)
			}
		}
	}
	return given
}
