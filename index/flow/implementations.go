package flow

import (
	"topicls/index/facts"
)

// isAbstract reports whether a method only declares: it is marked abstract, or
// its class is a protocol.
func isAbstract(fn *function) bool {
	if fn.file.facts().Scopes[fn.scope].Flag&facts.Abstract != 0 || decorated(fn.file, fn.scope, "abstractmethod") {
		return true
	}
	cls := fn.file.classOf(fn.scope)
	if cls == 0 {
		return false
	}
	f := fn.file.facts()
	for _, b := range f.Bases(&f.Scopes[cls]) {
		x := f.At(f.At(b).X)
		if x.Kind == facts.Index {
			x = f.At(x.X)
		}
		if (x.Kind == facts.Name || x.Kind == facts.Attr) && f.Text(x.Name) == "Protocol" {
			return true
		}
	}
	return false
}

// implementations lists the methods that implement an abstract one: those of
// its subclasses, or, for a protocol without any, those of the same name.
func (ev *evaluator) implementations(fn *function) []*function {
	k := calledKey{file: fn.file, scope: fn.scope}
	out, ok := ev.implemented[k]
	if !ok {
		m := ev.mark()
		if out = ev.findImplementations(fn); ev.isWhole(m) {
			ev.implemented[k] = out
		}
	}
	return out
}

func (ev *evaluator) findImplementations(fn *function) []*function {
	name := fn.file.facts().Text(fn.file.facts().Scopes[fn.scope].Name)
	cls := class{fn.file, fn.file.classOf(fn.scope)}
	var sub, all []*function
	for _, m := range ev.l.methodsNamed(ev, fn.file, name) {
		ev.spend(1)
		if isAbstract(m) || m.file == fn.file && m.scope == fn.scope {
			continue
		}
		if ev.l.lang.structural() {
			if ev.implements(&class{m.file, m.file.classOf(m.scope)}, &cls) {
				sub = append(sub, m)
			}
			continue
		}
		all = append(all, m)
		for _, c := range ev.ancestry(&class{m.file, m.file.classOf(m.scope)}) {
			if *c == cls {
				sub = append(sub, m)
				break
			}
		}
	}
	if len(sub) > 0 {
		return sub
	}
	if len(all) <= 3 {
		return all
	}
	return nil
}

// openReceiver evaluates the receiver of a method call. An open parameter stays
// open as to which object it is, but not as to its class.
func (ev *evaluator) openReceiver(r ref, fr *frame) set {
	all := func() set { return ev.expanded(func() set { return ev.eval(r, fr) }) }
	if ev.expand {
		return ev.eval(r, fr)
	}
	s := ev.eval(r, fr)
	if !hasHole(s) {
		if nothingKnown(s) {
			return all()
		}
		return s
	}
	var out set
	for _, a := range s {
		p, ok := a.v.(*param)
		if !ok {
			out = out.add(a)
			continue
		}
		if p.self { // a constructor's parameter kept by the object
			out = out.add(all()...)
			continue
		}
		for _, t := range all() {
			if c := classOfValue(t.v); c != nil {
				out = out.add(alt{&paramSelf{p, c}, a.tr})
			} else {
				out = out.add(t)
			}
		}
	}
	return out
}
