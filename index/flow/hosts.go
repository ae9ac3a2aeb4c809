package flow

import (
	"path"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// Some calls and decorators mean Kafka only where the program is set up for it:
// NestJS handlers take messages of whatever transport the program is started
// with, and its clients send over that under which they were registered. The
// calls that set this up are the hosts of the action (client.Host).

// hostSetting is a map of settings that a host is given.
type hostSetting struct {
	settings set
	site     ref
	name     set // by which it is asked for
}

// hosted reports whether a sink's program is set up for what its action means.
func (ev *evaluator) hosted(s *sink) bool {
	h := ev.l.models.Hosts[s.action.Host]
	if h == nil || h.Optional {
		return true
	}
	for arg, names := range h.Own { // the call itself says it
		slot, err := client.ParseSlot(arg)
		if err != nil {
			continue
		}
		if is, told := ev.isOneOf(ev.slot(slot, s.site, nil, ev.sinkReceiver(s, nil)), names); told {
			return is
		}
	}
	return len(ev.hostSettings(s, h)) > 0
}

// isOneOf reports whether a value is one of external names; told is false when
// it can't be told or is none of the kind.
func (ev *evaluator) isOneOf(s set, names []string) (is, told bool) {
	for _, a := range s {
		x, ok := a.v.(*external)
		if !ok {
			continue
		}
		if slices.Contains(names, x.path) {
			return true, true
		}
		for _, n := range names {
			if i := strings.LastIndexByte(n, '.'); i > 0 && strings.HasPrefix(x.path, n[:i+1]) {
				told = true
			}
		}
	}
	return false, told
}

// hostSettings lists the settings that hosts near a sink have, as far as they
// are those that the action asks for.
func (ev *evaluator) hostSettings(s *sink, h *client.Host) []hostSetting {
	key := hostKey{s.site.file, s.action.Host}
	all, ok := ev.hosts[key]
	if !ok {
		all = ev.findHosts(s.site.file, h)
		ev.hosts[key] = all
	}
	var token set
	if h.Name != "" {
		recv := ev.sinkReceiver(s, nil)
		for _, slot := range h.Is {
			if token = ev.slot(slot, s.site, nil, recv); len(token) > 0 {
				break
			}
		}
		if len(token) == 0 {
			return nil
		}
	}
	var out []hostSetting
	for _, st := range all {
		if h.Name == "" || ev.sameName(st.name, token) {
			out = append(out, st)
		}
	}
	return out
}

type hostKey struct {
	file *file
	host string
}

// sameName reports whether two values have a known text or object in common.
func (ev *evaluator) sameName(a, b set) bool {
	for _, x := range a {
		for _, y := range b {
			if t, ok := constOf(x.v); ok {
				if u, ok := constOf(y.v); ok && t == u {
					return true
				}
				continue
			}
			if _, unknown := x.v.(*unknown); !unknown && same(x.v, y.v) {
				return true
			}
		}
	}
	return false
}

// findHosts evaluates the settings of the hosts near a file that have what the
// model asks for. Where programs lie side by side, a file's are those in the
// nearest folder around it.
func (ev *evaluator) findHosts(x *file, h *client.Host) []hostSetting {
	var all []hostSetting
	wanted := map[ref]bool{}
	for _, name := range h.Calls {
		for _, site := range ev.sitesNamed(name, x) {
			f := site.file.facts()
			if n := lastName(f, site.expr().X); f.Text(n) != name {
				continue
			}
			ev.noteFile(site.file)
			if len(h.Settings) == 0 { // that it is called says enough
				all = append(all, hostSetting{site: site})
			}
			known := len(all)
			for _, slot := range h.Settings {
				got := ev.factoryMade(ev.expanded(func() set { return ev.slot(slot, site, nil, nil) }), h, site)
				for _, a := range got {
					switch a.v.(type) {
					case *mapping:
					case *section:
						if !h.Optional {
							continue
						}
					default:
						continue
					}
					st := hostSetting{settings: set{a}, site: site, name: ev.underKey(set{a}, h.Name)}
					if len(st.name) == 0 && h.Provider != "" {
						st.name = ev.providedAs(site, h.Provider)
					}
					all = append(all, st)
					if ev.hasSettings(st.settings, h) {
						wanted[site] = true
					}
				}
			}
			if h.Optional && len(all) == known { // it is there, and what it says is not known
				all = append(all, hostSetting{site: site})
			}
		}
	}
	if h.Beside {
		return ev.beside(x, all)
	}
	if !h.Near {
		return slices.DeleteFunc(all, func(st hostSetting) bool { return !ev.hasSettings(st.settings, h) })
	}
	best := -1
	depth := func(st hostSetting) int {
		dir := path.Dir(st.site.file.path)
		if dir == "." || strings.HasPrefix(x.path, dir+"/") {
			return strings.Count(dir, "/") + 1
		}
		return 0
	}
	for _, st := range all {
		best = max(best, depth(st))
	}
	return slices.DeleteFunc(all, func(st hostSetting) bool { return depth(st) != best || !ev.hasSettings(st.settings, h) })
}

// providedAs evaluates the name under which the object that a call stands in
// says that others get what it makes: `{ provide: "ORDERS", useFactory: ... }`.
func (ev *evaluator) providedAs(site ref, key string) set {
	f := site.file.facts()
	sym := site.file.sym(key)
	if sym == 0 {
		return nil
	}
	at := site.expr()
	var inner *facts.Expr
	var name facts.ExprID
	for id := range f.Exprs {
		e := &f.Exprs[id]
		if e.Kind != facts.Map || e.Start > at.Start || at.End > e.End || inner != nil && e.End-e.Start > inner.End-inner.Start {
			continue
		}
		for _, k := range f.Operands(e) {
			if en := f.At(k); en.Kind == facts.Entry && f.At(en.Y).Kind == facts.String && f.At(en.Y).Name == sym {
				inner, name = e, en.X
			}
		}
	}
	if inner == nil {
		return nil
	}
	return ev.expanded(func() set { return ev.eval(site.at(name), nil) })
}

// beside picks, of the hosts that a project has, those in the same file, or else
// those in the same folder, or else all.
func (ev *evaluator) beside(x *file, all []hostSetting) []hostSetting {
	rank := func(st hostSetting) int {
		switch y := st.site.file; {
		case y.path == x.path:
			return 3
		case path.Dir(y.path) == path.Dir(x.path):
			return 2
		case ev.l.src.Project(y.path) == ev.l.src.Project(x.path):
			return 1
		}
		return 0
	}
	best := 1
	for _, st := range all {
		best = max(best, rank(st))
	}
	return slices.DeleteFunc(all, func(st hostSetting) bool { return rank(st) != best })
}

// factoryMade adds, to settings that a function makes, what it makes.
func (ev *evaluator) factoryMade(s set, h *client.Host, site ref) set {
	var out set
	for _, a := range s {
		m, ok := a.v.(*mapping)
		if !ok || h.Factory == "" {
			out = out.add(a)
			continue
		}
		factory := ev.underKey(set{a}, h.Factory)
		if len(factory) == 0 {
			out = out.add(a)
			continue
		}
		entries := ev.entries(m)
		for _, f := range factory {
			fn, ok := f.v.(*function)
			if !ok {
				continue
			}
			for _, r := range ev.callFunction(fn, nil, nil, site.place()) {
				if made, ok := r.v.(*mapping); ok { // with the entries beside the factory, its name among them
					both := &mapping{computed: true, entries: append(slices.Clone(ev.entries(made)), entries...)}
					out = out.add(alt{both, r.tr})
				}
			}
		}
	}
	return out
}

// hasSettings reports whether settings have what a host's model asks for.
func (ev *evaluator) hasSettings(s set, h *client.Host) bool {
	for key, names := range h.Has {
		if is, _ := ev.isOneOf(ev.underKey(s, key), names); !is {
			return false
		}
	}
	return true
}

// hostGroups evaluates the groups that the hosts of a sink give.
func (ev *evaluator) hostGroups(s *sink) set {
	h := ev.l.models.Hosts[s.action.Host]
	if h == nil || len(h.Group) == 0 {
		return nil
	}
	under := func(st set, keys []string) set {
		for _, k := range keys {
			st = ev.underKey(st, k)
		}
		return st
	}
	var out set
	for _, st := range ev.hostSettings(s, h) {
		at := st.site.place()
		group := under(st.settings, h.Group)
		if len(group) == 0 || isNone(group) {
			if h.Optional {
				out = out.add(alt{&unknown{"the settings of the program are not known", at}, nil})
				continue
			}
			group = one(literal(h.DefaultGroup), &trace{place: at, what: "default group"})
		}
		suffix := under(st.settings, h.Suffix)
		if len(h.Suffix) == 0 || len(suffix) == 0 || isNone(suffix) {
			suffix = one(literal(h.DefaultSuffix), nil)
		}
		out = out.add(concat(group, suffix, at).normal()...)
	}
	return out
}

// annotationsOf lists the calls that annotate a declared type: of Annotated[T, A1, A2].
func annotationsOf(f *facts.File, annot facts.ExprID) []facts.ExprID {
	e := f.At(annot)
	if e.Kind != facts.Index || f.Text(lastName(f, e.X)) != "Annotated" {
		return nil
	}
	y := f.At(e.Y)
	if y.Kind != facts.List || y.N < 2 {
		return nil
	}
	return f.Operands(y)[1:]
}
