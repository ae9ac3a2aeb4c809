package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// settleOrphans decides about wrappers that no call enters: a function that a
// framework calls, or whose parameter has a default, is an endpoint with what
// is known; a helper that nobody calls is none. It reports whether units were
// queued again.
func (l *Linker) settleOrphans() bool {
	var files []*file
	for p := range l.orphans {
		if x := l.files[p]; x != nil && l.units[p] != nil {
			files = append(files, x)
		}
	}
	clear(l.orphans)
	slices.SortFunc(files, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	found := make([][]*Endpoint, len(files))
	late := make([][]dep, len(files))
	l.parallel(len(files), func(ev *evaluator, i int) {
		found[i], late[i] = l.orphansOf(ev, files[i])
	})
	for i, x := range files {
		u := l.units[x.path]
		l.dependLate(x, u, late[i])
		if !sameEndpoints(u.orphans, found[i]) {
			l.setOrigins(x.path, slices.Concat(u.endpoints, u.orphans), slices.Concat(u.endpoints, found[i]))
			u.orphans = found[i]
			l.changed[x.path] = true
		}
	}
	l.settleFresh()
	return len(l.queued) > 0
}

// orphansOf evaluates the wrappers of a file that no call enters.
func (l *Linker) orphansOf(ev *evaluator, x *file) ([]*Endpoint, []dep) {
	var c *collector
	for _, w := range l.units[x.path].wrappers {
		if l.used[w.fn] > 0 || !w.told {
			continue
		}
		if c == nil {
			ev.begin(x)
			c = &collector{ev: ev, x: x, u: &nameUnit{}, seen: map[string]*Endpoint{}}
		}
		if !w.known && !l.entryPoint(x, w.fn.scope) && !ev.handedOut(x, w.fn.scope) {
			continue
		}
		ev.noteWrapper(w)
		ev.fuel = fuelUnit
		for _, fr := range ev.frames(w.chain) {
			fr = ev.adapt(fr, w.sink.site)
			recv := ev.sinkReceiver(w.sink, fr)
			topics, _ := ev.expandedTopics(w.sink, recv, fr)
			c.emit(w.sink, w.chain, fr, recv, fillHoles(topics), ref{}, w.at)
		}
	}
	if c == nil {
		return nil, nil
	}
	return c.u.endpoints, ev.noted()
}

// madeOtherwise reports whether code calls another constructor of a class.
func (l *Linker) madeOtherwise(x *file, ctor facts.ScopeID) bool {
	cls := x.classOf(ctor)
	return slices.ContainsFunc(l.units[x.path].wrappers, func(w *wrapper) bool {
		return w.fn.scope != ctor && l.used[w.fn] > 0 && x.classOf(w.fn.scope) == cls && isConstructor(x.facts().Text(x.facts().Scopes[w.fn.scope].Name))
	})
}

// entryPoint reports whether something outside the workspace calls a function:
// it is decorated, the program's entry, or made by a container of services.
func (l *Linker) entryPoint(x *file, s facts.ScopeID) bool {
	f := x.facts()
	sc := &f.Scopes[s]
	if x.open().givenTo[s] != 0 { // a callback
		return true
	}
	if sc.Kind != facts.FuncScope {
		return false
	}
	if f.Main != (facts.Span{}) && f.Blocks[sc.Body].Span == f.Main { // the program itself
		return true
	}
	if f.Lang == "csharp" && isConstructor(f.Text(sc.Name)) { // called by the container of services
		return !l.madeOtherwise(x, s)
	}
	for _, d := range f.Decorators(sc) {
		e := f.At(d)
		if e.Kind == facts.Call {
			e = f.At(e.X)
		}
		switch f.Text(e.Name) {
		case "staticmethod", "classmethod", "property", "abstractmethod", "contextmanager", "asynccontextmanager", "retry", "wraps", "lru_cache", "cache", "override", "overload", "dataclass":
		default:
			return true
		}
	}
	return false
}

// handedOut reports whether a function is given to a call outside of the
// workspace, which then calls it: `path("messages/", views.messages)`, and in C#
// a method or local function of the file, `Policy.Fallback(SendToDeadLetters)`.
func (ev *evaluator) handedOut(x *file, s facts.ScopeID) bool {
	f := x.facts()
	name := f.Text(f.Scopes[s].Name)
	ofNet := ev.l.lang == language(dotnet{})
	if ev.l.lang != language(python{}) && !ofNet || f.Scopes[s].Kind != facts.FuncScope || x.classOf(s) != 0 && !ofNet || name == "" {
		return false
	}
	for _, site := range ev.sitesNamed(name, x) {
		if ofNet && site.file != x {
			continue
		}
		ev.fuel = fuelUnit
		if ev.handsOver(site, nil, name, x, s) && len(ev.entered(site, nil, false)) == 0 {
			return true
		}
	}
	return false
}
