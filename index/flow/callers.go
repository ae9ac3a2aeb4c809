package flow

import (
	"topicls/index/facts"
)

// maxCallers bounds how many callers are asked for one parameter.
const maxCallers = 64

// fromCallers evaluates a parameter as every known caller gives it.
func (ev *evaluator) fromCallers(x *file, s facts.ScopeID, pi int, local *frame) set {
	k := activeKey{guard: guardParam, ref: ref{x, facts.ExprID(pi)}, expand: true}
	if ev.recurs(k) {
		return nil
	}
	pk := paramKey{file: x, index: pi, care: ev.care}
	if local != nil {
		pk.closure = local.closure
	}
	if got, ok := ev.params[pk]; ok {
		return got
	}
	m := ev.mark()
	ev.pose(k)
	ev.nested++
	out := ev.givenByCallers(x, s, pi, local)
	ev.nested--
	ev.answered(k)
	// What was cut while a parameter is filled for another one may be missing
	// from this one's set; for the outermost one nothing is.
	if ev.isWhole(m) || ev.nested == 0 && ev.total > 0 {
		ev.params[pk] = out
	}
	return out
}

// paramKey names a parameter, by its index in File.Params.
type paramKey struct {
	file  *file
	index int
	care  care
	// The frame around the function, when that is known.
	closure *frame
}

func (ev *evaluator) givenByCallers(x *file, s facts.ScopeID, pi int, local *frame) set {
	var out set
	for _, fr := range ev.callers(x, s) {
		if local != nil && local.closure != nil && fr.closure != nil && !fr.closure.sameCalls(local.closure) {
			continue // the same function, made by another call of the one around it
		}
		out = out.add(ev.boundParam(x, s, pi, fr)...)
		if len(out) >= maxAlts {
			break
		}
	}
	return usable(out)
}

// callers returns a frame for every known call of a function, whose caller's
// own parameters are open.
func (ev *evaluator) callers(x *file, s facts.ScopeID) []*frame {
	if ev.naming && ev.care == seeks && ev.l.lang.initialisers() {
		ev.seekMakers(x, s)
	}
	k := calledKey{x, s, ev.expand, ev.care}
	if out, ok := ev.called[k]; ok {
		return out
	}
	asked := activeKey{guard: guardCallers, ref: ref{x, facts.ExprID(s)}, expand: ev.expand}
	if ev.recurs(asked) || ev.exhausted() {
		return nil
	}
	m := ev.mark()
	ev.pose(asked)
	out := ev.findCallers(x, s)
	ev.answered(asked)
	if ev.isWhole(m) {
		ev.called[k] = out
	}
	return out
}

// calledKey names a question for a function's callers.
type calledKey struct {
	file   *file
	scope  facts.ScopeID
	expand bool
	care   care
}

func (ev *evaluator) findCallers(x *file, s facts.ScopeID) []*frame {
	f := x.facts()
	name := f.Text(f.Scopes[s].Name)
	names := []string{name}
	var heirs []*file
	if cls := x.classOf(s); cls != 0 && isConstructor(name) {
		names, heirs = ev.l.constructorNames(ev, x, cls)
		names = append(names, x.otherNames(cls)...)
	} else {
		names = append(names, x.otherNames(s)...)
	}
	var out []*frame
	at := func(site ref, n string) {
		ev.spend(1)
		frames := ev.framesAt(site, nil, x, s)
		if len(frames) == 0 {
			frames = ev.handedFrames(site, nil, n, x, s, 0)
		}
		out = append(out, frames...)
	}
	for i, n := range names {
		if n == "" {
			continue
		}
		for _, site := range ev.sitesNamed(n, x) {
			if at(site, n); len(out) >= maxCallers {
				return out[:maxCallers]
			}
		}
		if i > 0 {
			continue
		}
		for _, y := range heirs { // super().__init__(topic)
			for _, site := range y.sitesNamed(facts.Constructor) {
				if at(site, facts.Constructor); len(out) >= maxCallers {
					return out[:maxCallers]
				}
			}
		}
	}
	for _, n := range names {
		if n == "" || !ev.isKept(n, x) {
			continue
		}
		for _, site := range ev.indirectSites(x, s) {
			out = append(out, ev.framesAt(site, nil, x, s)...)
		}
		break
	}
	if f.Scopes[s].Kind == facts.LambdaScope || x.open().givenTo[s] != 0 {
		for _, site := range x.holding(s) {
			if x.open().valued || ev.l.lang.members() { // topics.forEach(topic => ...)
				out = append(out, ev.framesAt(site, nil, x, s)...)
			}
			out = append(out, ev.handedFrames(site, nil, "", x, s, 0)...)
		}
	}
	out = append(out, ev.decoratorFrames(x, s)...)
	out = append(out, ev.returnedFrames(x, s)...)
	return append(out, ev.decorating(x, s)...)
}

func isConstructor(name string) bool { return name == facts.Constructor || name == "__new__" }

// sitesNamed returns the calls, in all files related to near, whose callee ends in name or
// that hand over a function of that name.
func (ev *evaluator) sitesNamed(name string, near *file) []ref {
	key := ev.l.nameKey(depCallers, name, near.project)
	ev.note(key)
	out, ok := ev.sites[key]
	if !ok {
		for _, x := range ev.filesNear(depCallers, name, near) {
			out = append(out, x.sitesNamed(name)...)
		}
		ev.sites[key] = out
	}
	return out
}

// sitesNamed returns the file's calls of a function of that name, by its own
// name or by a local alias, and those that hand it over.
func (x *file) sitesNamed(name string) []ref {
	var out []ref
	collect := func(sym facts.Sym) {
		if sym == 0 {
			return
		}
		for _, c := range named(x.open().calls, sym) {
			out = append(out, ref{x, c.call})
		}
		for _, c := range named(x.open().mentions, sym) {
			out = append(out, ref{x, c.call})
		}
	}
	sym := x.sym(name)
	collect(sym)
	if sym != 0 {
		for i := range x.facts().Imports {
			if im := &x.facts().Imports[i]; im.Member == sym && im.Local != sym {
				collect(im.Local)
			}
		}
	}
	if x.open().valued {
		for i := range x.facts().Imports {
			if im := &x.facts().Imports[i]; x.importedAs(im) == name {
				collect(im.Local)
			}
		}
	}
	return out
}

// framesAt returns the frames by which a call enters function (x, s): directly,
// by constructing the class whose constructor it is, or through a call that
// forwards to the function given to it. fr is the caller's frame.
func (ev *evaluator) framesAt(site ref, fr *frame, x *file, s facts.ScopeID) []*frame {
	var out []*frame
	cs := &callSite{site, fr}
	for _, en := range ev.entered(site, fr, true) {
		if en.fn.file == x && en.fn.scope == s {
			out = append(out, ev.enterFunc(en.fn, en.args, cs))
		}
	}
	return out
}
