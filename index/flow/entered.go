package flow

import (
	"topicls/index/facts"
)

// entry is a function that a call enters, with the arguments it gets.
type entry struct {
	fn   *function
	args []arg
	made bool // by the container, which gives all but the type arguments
}

// entered lists the functions that a call enters. With guess, a method call on
// a receiver of unknown type enters the only method of that name.
func (ev *evaluator) entered(site ref, fr *frame, guess bool) []entry {
	k := enteredKey{memoKey{site, fr, ev.expand, ev.care}, guess}
	if out, ok := ev.enters[k]; ok {
		return out
	}
	m := ev.mark()
	out := ev.findEntered(site, fr, guess)
	if ev.isWhole(m) {
		ev.enters[k] = out
	}
	return out
}

// enteredKey names a question for what a call enters.
type enteredKey struct {
	memoKey
	guess bool
}

func (ev *evaluator) findEntered(site ref, fr *frame, guess bool) []entry {
	f := site.file.facts()
	e := site.expr()
	var out []entry
	callee := f.At(e.X)
	var callees set
	if callee.Kind == facts.Attr {
		recv := ev.openReceiver(site.at(callee.X), fr)
		name := f.Text(callee.Name)
		for _, a := range recv {
			if fns := ev.extensions(a.v, name, site.file, len(f.Operands(e))); len(fns) > 0 && !ev.hasMethod(a.v, name) {
				args := extensionArgs(site, callee, fr)
				for _, fn := range fns {
					out = append(out, entry{fn: fn, args: args})
				}
				continue
			}
			if fn, ok := a.v.(*function); ok {
				if how := ev.l.models.Tasks[name]; how != nil {
					out = append(out, entry{fn: fn, args: ev.taskArgs(fn, site, fr, how)})
					continue
				}
			}
			callees = callees.add(ev.attr(a.v, name, site.at(e.X).place(), fr)...)
		}
		if guess && len(out) == 0 && nothingCallable(callees) && allUnknown(recv) {
			if fn := ev.l.onlyMethod(ev, site.file, name); fn != nil {
				callees = append(callees, alt{fn, nil})
			}
		}
	} else {
		callees = ev.expanded(func() set { return ev.eval(site.at(e.X), fr) })
		for _, fn := range ev.added(site, callee, callees) {
			out = append(out, entry{fn: fn, args: ev.addedArgs(fn, site, fr)})
		}
	}
	var args []arg
	if len(callees) > 0 {
		args = callArgs(site, fr)
	}
	for _, a := range callees {
		switch v := a.v.(type) {
		case *function:
			if en, ok := ev.baseConstructor(v, site, fr); ok {
				out = append(out, en)
				continue
			}
			v = ev.overload(v, args)
			out = append(out, entry{fn: v, args: args})
			if guess && isAbstract(v) {
				for _, m := range ev.implementations(v) {
					out = append(out, entry{fn: ev.overload(m, args), args: args})
				}
			}
		case *class:
			obj := ev.construct(v, site, fr)
			for _, c := range ev.ancestry(v) {
				if m := ev.constructorOf(c); m != 0 {
					out = append(out, entry{fn: ev.overload(&function{file: c.file, scope: m, self: obj}, args), args: args})
					break
				}
			}
		case *object:
			if fn := ev.methodOf(v, "__call__"); fn != nil {
				out = append(out, entry{fn: fn, args: args})
			}
		}
	}
	out = append(out, ev.madeByContainer(site, fr)...)
	if fw := ev.forwardOf(site, callees); fw != nil {
		for _, slot := range fw.Function {
			a, ok := ev.slotArg(site, fr, slot)
			if !ok {
				continue
			}
			for _, t := range ev.expanded(func() set { return ev.argValue(a) }) {
				switch v := t.v.(type) {
				case *function:
					out = append(out, entry{fn: v, args: ev.forwardedArgs(site, fr, fw)})
				case *class:
					obj := ev.construct(v, site, fr)
					for _, c := range ev.ancestry(v) {
						if m := ev.constructorOf(c); m != 0 {
							out = append(out, entry{fn: &function{file: c.file, scope: m, self: obj}, args: ev.forwardedArgs(site, fr, fw)})
							break
						}
					}
				}
			}
			break
		}
	}
	return out
}

func nothingCallable(s set) bool {
	for _, a := range s {
		switch a.v.(type) {
		case *function, *class, *object, *external, *instance:
			return false
		}
	}
	return true
}

// allUnknown reports whether nothing is known of a receiver's type.
func allUnknown(s set) bool {
	for _, a := range s {
		switch v := a.v.(type) {
		case *unknown, *param:
		case *constant:
			if v.kind != facts.None {
				return false
			}
		default:
			return false
		}
	}
	return true
}
