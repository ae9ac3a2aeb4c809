package index

import (
	"iter"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/config"
	"topicls/index/deploy/keys"
	"topicls/index/facts"
	"topicls/index/topology"
)

// A topic is renamed where its name is given: at the last place of each
// provenance. What is made of the name (a dead-letter topic's) changes with it,
// and so must be renamed where it is given in another way; and so on, until
// nothing more changes.

// topics enters the edits of a topic's rename.
func (r *renaming) topics(from, to string) {
	r.follow(from, to)
	for len(r.queue) > 0 && r.why == "" {
		name := r.queue[0]
		r.queue = r.queue[1:]
		r.topic(name)
	}
	if len(r.edits) == 0 {
		r.refuse("%s is given nowhere that can be changed", from)
	}
	r.notePatterns()
}

// follow has a topic get another name.
func (r *renaming) follow(from, to string) {
	if r.to[from] == "" {
		r.to[from] = to
		r.queue = append(r.queue, from)
	}
}

// topic renames one topic wherever it is given.
func (r *renaming) topic(name string) {
	if strings.Contains(name, "*") {
		return // a part of the name can't be told; what can changes with its base
	}
	t := r.s.Topic(name)
	var uses []topology.Use
	if t != nil {
		uses = append(slices.Clone(t.Producers), t.Consumers...)
	}
	for _, u := range uses {
		r.use(name, u)
	}
	r.inOthers(name)
	r.declared(name)
}

// use renames a topic where one endpoint's name for it is given.
func (r *renaming) use(name string, u topology.Use) {
	n := u.Name
	places := r.given(n)
	if len(places) == 0 {
		if !r.madeOf(name, n) {
			at := EndpointPlace(u.Endpoint)
			if i := lastGiving(n); i >= 0 {
				at = n.Steps[i].Place
			}
			r.refuse("%s is not spelled at %s: it is made there of other parts", name, r.line(at))
		}
		return
	}
	if len(places) > 1 {
		r.refuse("%s stands several times at %s, which can't be told apart", name, r.line(places[0]))
		return
	}
	r.give(name, places[0], "the topic's name")
	r.beside(name, places[0])
	for i := range n.Also {
		if p := r.spelled(n.Also[i].Place, name, true); len(p) == 1 {
			r.give(name, p[0], "the topic's name")
		} else {
			r.refuse("%s is given in another way at %s", name, r.line(n.Also[i].Place))
		}
	}
	for i := range n.Steps {
		if st := &n.Steps[i]; strings.HasSuffix(st.What, " is set here") || strings.Contains(st.What, " in ") {
			r.fallback(name, st.Place)
		}
	}
	for i := range n.Vars {
		v := &n.Vars[i]
		if v.HasDefault && v.Default == name {
			r.defaultOf(name, v.At)
		}
		for _, set := range r.settings([]string{v.Name}, n.Services) {
			if set.v.Value == name && set.v.Status == deploy.VarSet {
				r.overridden(name, set)
			}
		}
		r.keyEntries(name, v.Name, n.Services, u.Endpoint.Place.File, config.DotEnv, config.EnvFile)
	}
	for _, k := range n.Keys {
		r.keyEntries(name, k.Key, n.Services, u.Endpoint.Place.File)
	}
}

// beside renames a topic that is given several times in one list, of which a
// provenance has the first: the partitions of a topic.
func (r *renaming) beside(name string, at topology.Place) {
	cf := r.s.codeOf(at.File)
	if cf.codeFile == nil || cf.facts == nil {
		return
	}
	f := cf.facts.File()
	in := facts.Span{Start: at.Start, End: at.End}
	list := smallest(f, in, facts.List)
	if list == nil {
		return
	}
	maker := func(sp facts.Span) facts.Sym {
		if c := smallest(f, sp, facts.Call); c != nil && list.Start <= c.Start {
			return f.At(c.X).Name
		}
		return 0
	}
	mine := maker(in)
	for i := range f.Exprs {
		e := &f.Exprs[i]
		if e.Kind == facts.String && f.Text(e.Name) == name && list.Start <= e.Start && e.End <= list.End && maker(e.Span) == mine {
			r.literals(name, at.File, f, e.Span, "the topic's name")
		}
	}
}

// smallest returns the smallest expression of one of some kinds around a span.
func smallest(f *facts.File, in facts.Span, kinds ...facts.Kind) *facts.Expr {
	var best *facts.Expr
	for i := range f.Exprs {
		e := &f.Exprs[i]
		if slices.Contains(kinds, e.Kind) && e.Start <= in.Start && in.End <= e.End && (best == nil || e.End-e.Start < best.End-best.Start) {
			best = e
		}
	}
	return best
}

// given finds the name's own text where it is given; nothing where it is made
// of several parts.
func (r *renaming) given(n *topology.Name) []topology.Place {
	i := lastGiving(n)
	if i < 0 {
		return nil
	}
	return r.spelled(n.Steps[i].Place, n.Name, true)
}

// madeOf reports whether a name that is not spelled anywhere is made of one
// that is renamed, so that it changes with it. That one is renamed here too.
func (r *renaming) madeOf(name string, n *topology.Name) bool {
	bases := make([]string, 0, len(r.to))
	for base := range r.to {
		if base != name && strings.Contains(name, base) {
			bases = append(bases, base)
		}
	}
	sort.Slice(bases, func(i, j int) bool {
		return len(bases[i]) > len(bases[j]) || len(bases[i]) == len(bases[j]) && bases[i] < bases[j]
	})
	for _, base := range bases {
		for i := len(n.Steps) - 1; i >= 0; i-- {
			if !givesText(n.Steps[i].What) {
				continue
			}
			if p := r.spelled(n.Steps[i].Place, base, true); len(p) == 1 {
				r.give(base, p[0], "a part of the name of "+name)
				return true
			}
		}
	}
	return false
}

// givesText reports whether a step is a text of code or configuration.
func givesText(what string) bool {
	return what == "literal" || strings.HasSuffix(what, " is set here") || strings.Contains(what, " in ") || strings.HasPrefix(what, "the default of ")
}

// give renames a topic where it is spelled, and all that is made of the text there.
func (r *renaming) give(name string, p topology.Place, why string) {
	if !r.edit(p, r.to[name], why) {
		return
	}
	r.s.concerning(p.File, p.Start, func(e *topology.Endpoint) {
		for i := range e.Topics {
			r.derived(name, p, &e.Topics[i])
		}
		for i := range e.Groups {
			if n := &e.Groups[i]; n.Name != "" && leadsThrough(n, p) {
				r.note("the consumer group %s is made of it: it becomes another group, which begins anew", n.Name)
			}
		}
	})
}

func leadsThrough(n *topology.Name, p topology.Place) bool {
	return slices.ContainsFunc(n.Steps, func(st topology.Step) bool {
		return st.File == p.File && st.Start <= p.Start && p.End <= st.End && givesText(st.What)
	})
}

// derived has a topic follow whose name is made of what is spelled at a place.
func (r *renaming) derived(name string, p topology.Place, n *topology.Name) {
	if n.Name == name || n.Name == "" || r.to[n.Name] != "" || !leadsThrough(n, p) {
		return
	}
	switch strings.Count(n.Name, name) {
	case 1:
		r.follow(n.Name, strings.Replace(n.Name, name, r.to[name], 1))
	case 0:
		if len(r.given(n)) == 0 && n.Status != topology.Unknown {
			r.refuse("%s is made of %s at %s in a way that can't be followed", n.Name, name, r.line(p))
		}
	default:
		r.refuse("%s is made of %s at %s, which stands in it several times", n.Name, name, r.line(p))
	}
}

// fallback renames a topic where it is the default of a placeholder in a value:
// `${NAME:orders}`, `${NAME:-orders}`.
func (r *renaming) fallback(name string, p topology.Place) {
	if cf := r.s.codeOf(p.File); cf.codeFile != nil {
		return
	}
	t := r.at(p)
	if !strings.Contains(t, "${") {
		return
	}
	for _, at := range r.spelled(p, name, true) {
		if before := r.text(p.File)[p.Start:at.Start]; strings.HasSuffix(before, ":") || strings.HasSuffix(before, "-") {
			r.give(name, at, "the default")
		}
	}
}

// defaultOf renames a topic where it is the default of a variable that is read at a
// place: behind the name in a placeholder, or a literal of the smallest expression
// around the read that has it.
func (r *renaming) defaultOf(name string, at topology.Place) {
	cf := r.s.codeOf(at.File)
	if cf.codeFile == nil || cf.facts == nil {
		t := r.text(at.File)
		end := len(t)
		if i := strings.IndexAny(t[min(int(at.End), end):], "}\r\n"); i >= 0 {
			end = int(at.End) + i
		}
		for _, p := range find(t, facts.Span{Start: at.End, End: uint32(end)}, name, topicByte, true, at.File) {
			r.give(name, p, "the default")
		}
		return
	}
	f := cf.facts.File()
	var best *facts.Expr
	for i := range f.Exprs {
		e := &f.Exprs[i]
		if e.Kind != facts.String || f.Text(e.Name) != name || e.Start == at.Start && e.End == at.End {
			continue
		}
		around := smallest(f, facts.Span{Start: min(at.Start, e.Start), End: max(at.End, e.End)}, facts.Call, facts.Alt)
		if around != nil && (best == nil || around.End-around.Start < best.End-best.Start) {
			best = around
		}
	}
	if best != nil {
		r.literals(name, at.File, f, best.Span, "the default")
	}
}

// overridden renames a topic where it is the value of a definition of a variable
// that another one overrides.
func (r *renaming) overridden(name string, set placed) {
	for _, d := range r.definitions(set)[1:] {
		if p := r.spelled(d.value, name, true); len(p) == 1 && strings.Trim(r.at(d.value), "=\"' ") == name {
			r.give(name, p[0], "the topic's name")
		}
	}
}

// inOthers renames a topic in the environments that do not answer, where they
// set a variable to its name.
func (r *renaming) inOthers(name string) {
	for _, svc := range r.s.deployed.others {
		for i := range svc.Vars {
			v := &svc.Vars[i]
			if v.Status != deploy.VarSet || v.Value != name {
				continue
			}
			if topics, _ := r.s.namedBy(svc, v); len(topics) == 0 {
				continue
			}
			last := v.ValuePos
			for _, o := range v.Origin {
				if givesValue(o.What) {
					last = o.Pos
				}
			}
			if p := r.spelled(placeOf(last), name, true); len(p) == 1 {
				r.give(name, p[0], "the topic's name in "+svc.Environment)
			} else {
				r.refuse("%s is not spelled at %s", name, r.line(placeOf(last)))
			}
		}
	}
}

// keyEntries renames a topic in the entries of configuration files that set the
// key which gives it in some services, whatever their profile; in stores of some
// kinds, if any are named.
func (r *renaming) keyEntries(name, key string, services []string, from string, kinds ...config.Kind) {
	rf, _ := r.s.files.Get(from)
	for _, k := range r.s.storesWith("") {
		if len(kinds) > 0 && !slices.Contains(kinds, k.kind) {
			continue
		}
		if rf == nil || !rf.asked[k] || k.service != "" && !slices.Contains(services, k.service) {
			continue
		}
		st := r.s.conf().stores[k]
		if _, ok, _ := st.Lookup(key); !ok {
			continue
		}
		for file, f := range r.configFiles(st) {
			r.entries(name, key, file, f)
		}
		for _, v := range st.CodeValues(key) {
			if v.Text == name {
				if p := r.spelled(topology.Place{File: v.At.File, Start: v.At.Start, End: v.At.End}, name, true); len(p) == 1 {
					r.give(name, p[0], "the value of "+key)
				}
			}
		}
	}
}

// configFiles yields the files that a store reads, and those beside them that it
// would read for other profiles.
func (r *renaming) configFiles(st *builtStore) iter.Seq2[string, *keys.File] {
	return func(yield func(string, *keys.File) bool) {
		beside := map[string]bool{}
		for _, p := range slices.Sorted(maps.Keys(st.looked)) {
			if f := r.s.conf().files[p]; f != nil && (st.loads == nil || st.loads[p]) {
				beside[path.Dir(p)] = true
				if !yield(p, f) {
					return
				}
			}
		}
		sep := "."
		if st.Kind() == config.DotNet {
			sep = ":"
		}
		for _, dir := range slices.Sorted(maps.Keys(beside)) {
			for e := range r.s.set.Under(dir) {
				kinds, _, ok := homeOf(e.Path)
				if !ok || !slices.Contains(kinds, st.Kind()) || path.Dir(e.Path) != dir || r.s.conf().files[e.Path] != nil {
					continue
				}
				if f := parseConfig(fileKey{path: e.Path, sep: sep}, []byte(r.text(e.Path))); f != nil && !f.Broken && !yield(e.Path, f) {
					return
				}
			}
		}
	}
}

// plainKey is a key without its profile (`%dev.`) and what frameworks overlook when they compare keys.
func plainKey(key string) string {
	if strings.HasPrefix(key, "%") {
		_, key, _ = strings.Cut(key, ".")
	}
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(key))
}

// entries renames a topic where a file gives it as the value of a key.
func (r *renaming) entries(name, key, file string, f *keys.File) {
	for i := range f.Documents {
		for j := range f.Documents[i].Entries {
			e := &f.Documents[i].Entries[j]
			if own, _, _ := strings.Cut(e.Key, "["); plainKey(own) != plainKey(key) && plainKey(e.Key) != plainKey(key) {
				continue
			}
			at := topology.Place{File: file, Start: e.At.Start, End: e.At.End}
			if e.Value == name {
				if p := r.spelled(at, name, true); len(p) == 1 {
					r.give(name, p[0], "the value of "+e.Key)
				}
				continue
			}
			r.fallback(name, at)
		}
	}
}

// notePatterns tells of the patterns that match a topic's name and not its new one.
func (r *renaming) notePatterns() {
	for _, from := range slices.Sorted(maps.Keys(r.to)) {
		for _, p := range r.s.Topics() {
			if !MatchPattern(p, from) || MatchPattern(p, r.to[from]) || r.to[p] != "" {
				continue
			}
			t := r.s.Topic(p)
			for _, u := range append(slices.Clone(t.Producers), t.Consumers...) {
				r.note("%s at %s matches %s and not %s", p, r.line(EndpointPlace(u.Endpoint)), from, r.to[from])
			}
		}
	}
}
