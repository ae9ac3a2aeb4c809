package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

type collector struct {
	ev   *evaluator
	x    *file
	u    *nameUnit
	seen map[string]*Endpoint // by position and role
}

// callsOfWrappers applies the known wrappers that the file calls.
func (c *collector) callsOfWrappers() {
	l := c.ev.l
	sites := map[facts.ExprID]bool{}
	collect := func(name facts.Sym) {
		for _, list := range [][]callName{named(c.x.open().calls, name), named(c.x.open().mentions, name)} {
			for _, cn := range list {
				sites[cn.call] = true
			}
		}
	}
	extends := false
	for sym, text := range c.x.facts().Names {
		if sym == 0 || l.byName[text] == 0 {
			continue
		}
		collect(facts.Sym(sym))
		extends = extends || c.x.extends(text)
		for i := range c.x.facts().Imports {
			if im := &c.x.facts().Imports[i]; im.Member == facts.Sym(sym) && im.Local != im.Member {
				collect(im.Local)
			}
		}
	}
	if c.x.open().valued {
		for i := range c.x.facts().Imports {
			im := &c.x.facts().Imports[i]
			if n := c.x.importedAs(im); n != "" && l.byName[n] > 0 {
				collect(im.Local)
			}
		}
	}
	if extends { // the constructor of a base
		collect(c.x.sym(facts.Constructor))
	}
	if l.byName[indirectCall] > 0 {
		for _, id := range c.x.open().indirect {
			sites[id] = true
		}
	}
	// A decorator or call through a parameter can enter a wrapper under any
	// name; those are found by the name of the wrapper that is handed over.
	ids := make([]facts.ExprID, 0, len(sites))
	for id := range sites {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		c.enterWrappers(ref{c.x, id})
	}
}

func (c *collector) enterWrappers(site ref) {
	ev := c.ev
	ev.fuel = fuelUnit
	done := map[fnKey]bool{}
	var entries []entry
	ev.with(follows, func() { entries = ev.entered(site, nil, true) })
	for _, en := range entries {
		k := fnKey{en.fn.file.path, en.fn.scope}
		ws := ev.l.wrappers[k]
		if len(ws) == 0 || done[k] || en.made { // what the container makes acts where its code stands
			continue
		}
		done[k] = true
		c.u.uses = append(c.u.uses, k)
		for _, w := range ws {
			if w.chain.has(en.fn.file, en.fn.scope) || w.chain.len() >= maxChain {
				continue
			}
			ev.noteWrapper(w)
			if !ev.l.isCurrent(w) {
				ev.stale = true
				continue
			}
			chain := &link{file: en.fn.file, scope: en.fn.scope, site: site, inner: w.chain}
			ev.fuel = fuelUnit
			c.apply(w.sink, chain, ev.argumentFor(en, w.hole), site, w.told)
		}
	}
}

// apply evaluates a sink as entered through a chain of calls whose outermost
// one stands at `at`, and records an endpoint or a wrapper. told says whether
// anything is known of what callers give: if not, there is an endpoint further
// inside already.
func (c *collector) apply(s *sink, chain *link, arg ref, at ref, told bool) {
	ev := c.ev
	for _, fr := range ev.frames(chain) {
		fr = ev.adapt(fr, s.site)
		recv := ev.sinkReceiver(s, fr)
		if w := s.action.When; w != nil && !ev.isMet(w, s, recv, fr) {
			continue
		}
		if w := s.action.Unless; w != nil && ev.isMet(w, s, recv, fr) {
			continue
		}
		if ev.ruledOut(s, fr) {
			continue
		}
		topics, given := ev.sinkTopics(s, recv, fr)
		if !given && s.action.Optional {
			continue
		}
		if given && len(topics) == 0 && ev.givenNone(s, recv, fr, chain != nil) {
			continue
		}
		if !given && s.decorates != 0 && s.action.Role == client.Produce {
			continue
		}
		ev.seekGivers(s, s.action.Group, recv, fr, at)
		ev.seekGivers(s, s.action.Bootstrap, recv, fr, at)
		holes := holesOf(topics)
		if len(holes) == 0 {
			if told || !nothingKnown(topics) {
				c.emit(s, chain, fr, recv, topics, arg, at)
			}
			continue
		}
		if key := ev.keyReadHere(s, recv, fr, holes, chain); len(key) > 0 {
			c.emit(s, chain, fr, recv, key, arg, at)
			continue
		}
		known := len(holes) < len(topics) && !nothingKnown(topics)
		still := told
		if told && !known {
			still = ev.areTold(s, recv, fr, holes)
		}
		if c.wrap(s, chain, fr, recv, at, holes, known, still) && still == told {
			if topics = ev.ofOtherClasses(s, topics, holes, at); len(topics) > 0 {
				c.emit(s, chain, fr, recv, topics, arg, at)
			}
			continue
		}
		topics, _ = ev.expandedTopics(s, recv, fr)
		if topics = fillHoles(topics); told || !nothingKnown(topics) {
			c.emit(s, chain, fr, recv, topics, arg, at)
		}
	}
}

// wrap records the functions whose callers decide the topic. It reports
// whether there are any.
func (c *collector) wrap(s *sink, chain *link, fr *frame, recv value, at ref, holes []*param, known, told bool) bool {
	ev := c.ev
	x := at.file
	fn := x.enclosingFunc(at.expr().Scope)
	wrapped := false
	for _, h := range holes {
		if ev.l.lang.members() && h.file.facts().Scopes[h.scope].Kind == facts.LambdaScope {
			continue // called where it stands: what it is given is known there
		}
		if h.file == x && isInside(x, fn, h.scope) && h.scope != 0 || s.isParameter(h) && chain == nil {
			c.addWrapper(h.scope, s, chain, at, h.index, known, told)
			wrapped = true
			continue
		}
		// A constructor's parameter, reached through the object.
		m, cls := x.selfClass(fn)
		if cls == 0 || h.file.classOf(h.scope) == 0 && !ev.makes(h, &class{x, cls}) {
			continue
		}
		if s.action.Role == client.Consume {
			if h.file == x && !ev.madeByFramework(s, recv, fr, h) {
				c.addWrapper(h.scope, s, chain, at, h.index, known, told)
				wrapped = true
			}
			continue
		}
		if m != h.scope && ev.relays(s, recv, fr, x, m) {
			c.addWrapper(m, s, chain, at, -1, known, told)
			wrapped = true
		}
	}
	return wrapped
}

func (c *collector) addWrapper(scope facts.ScopeID, s *sink, chain *link, at ref, hole int, known, told bool) {
	f := c.x.facts()
	k := fnKey{c.x.path, scope}
	for _, w := range c.u.wrappers {
		if w.fn == k && w.sink == s && w.at == at && w.hole == hole {
			return
		}
	}
	w := &wrapper{fn: k, sink: s, chain: chain, at: at, hole: hole, known: known, told: told}
	name := f.Text(f.Scopes[scope].Name)
	if cls := c.x.classOf(scope); cls != 0 && isConstructor(name) {
		w.names, _ = c.ev.l.constructorNames(c.ev, c.x, cls)
		w.names = append(w.names, c.x.otherNames(cls)...)
	} else if name != "" {
		w.names = append([]string{name}, c.x.otherNames(scope)...)
	}
	if slices.ContainsFunc(w.names, func(n string) bool { return c.ev.isKept(n, c.x) }) {
		w.names = append(w.names, indirectCall)
	}
	c.u.wrappers = append(c.u.wrappers, w)
}

// seekGivers has the callers looked for that give what a sink has beside its topic,
// such as its group. Whether it is asked may not depend on what is found then:
// files would be taken in and dropped in turn.
func (ev *evaluator) seekGivers(s *sink, list client.Slots, recv value, fr *frame, at ref) {
	if len(list) == 0 || ev.care != seeks || !ev.l.lang.structural() {
		return
	}
	got, _ := ev.sinkSlot(s, list, recv, fr)
	for _, p := range holesOf(ev.topicNames(got, at.place(), 0)) {
		if name := p.file.facts().Text(p.file.facts().Scopes[p.scope].Name); name != "" {
			ev.sought = append(ev.sought, name)
		}
	}
}

// emit records an endpoint.
func (c *collector) emit(s *sink, chain *link, fr *frame, recv value, topics set, arg, at ref) {
	if len(topics) == 0 {
		why := "no topic is given"
		if chain != nil {
			why = "the topic is computed at run time"
		}
		topics = one(&unknown{why, at.place()}, nil)
	}
	ev := c.ev
	key := string(s.action.Role) + "@" + itoa(int(at.id))
	ep := c.seen[key]
	if ep == nil {
		ep = &Endpoint{Role: s.action.Role, Path: at.file.path, Span: sinkSpan(s, at), Library: s.typ.Library}
		if s.decorates != 0 && chain == nil {
			ep.Function = at.file.qualified(s.decorates)
		} else {
			ep.Function = at.file.qualified(at.file.enclosingFunc(at.expr().Scope))
		}
		for k := chain; k != nil; k = k.inner {
			ep.Via = append(ep.Via, k.file.qualified(k.scope))
		}
		if r := s.record.relay; r != nil {
			ep.Via = append(ep.Via, r.path()...)
		}
		ep.Via = append(ep.Via, s.method)
		c.seen[key] = ep
		c.u.endpoints = append(c.u.endpoints, ep)
	}
	c.noteRelay(s, chain, fr, recv, topics)
	ep.Topics = addNames(ep.Topics, topics)
	if ep.Arg == (facts.Span{}) {
		if arg.file == at.file && arg.id != 0 {
			ep.Arg = arg.expr().Span
		}
	}
	keys := s.action.Keys
	if keys == nil {
		keys = &client.Keys{}
	}
	slots := func(list client.Slots, templates []string) []Name {
		var out []Name
		ev.expanded(func() set {
			got, ok := ev.sinkSlot(s, list, recv, fr)
			got = ev.withPlaceholders(s.action.Store, ev.topicNames(got, at.place(), 0))
			if !ok {
				got = ev.keyed(s, templates, "", recv, fr)
			}
			out = addNames(nil, fillHoles(got))
			return nil
		})
		return out
	}
	ep.Groups = mergeNames(ep.Groups, c.groups(s, func() []Name { return slots(s.action.Group, keys.Group) }))
	ep.Keys = mergeNames(ep.Keys, slots(s.action.Key, keys.Key))
	ep.Brokers = mergeNames(ep.Brokers, slots(s.action.Bootstrap, keys.Bootstrap))
	if len(ep.When) == 0 {
		ep.When = ev.conditions(s, recv, fr)
	}
	if s.decorates != 0 && chain == nil && s.action.Role == client.Consume && len(ep.Handlers) == 0 {
		sc := &at.file.facts().Scopes[s.decorates]
		ep.Handlers = []Place{{Path: at.file.path, Span: sc.NameSpan, Label: at.file.qualified(s.decorates)}}
	}
	for _, fn := range s.applied {
		p := Place{Path: fn.file.path, Span: fn.file.facts().Scopes[fn.scope].NameSpan, Label: fn.file.qualified(fn.scope)}
		ev.noteHandler(fn.file)
		if !slices.Contains(ep.Handlers, p) {
			ep.Handlers = append(ep.Handlers, p)
		}
	}
	if s.action.Role == client.Consume {
		ep.addOrigins(s, chain, recv, at)
	}
	if s.action.Role == client.Produce {
		p := ev.payload(s, recv, fr)
		if p != nil && s.site.id != 0 && s.site.file.changedLater(s.site.id) {
			p = p.uncertain()
		}
		ep.Payload = mergePayloads(ep.Payload, p)
	}
}

// groups lists the consumer groups of a sink: those that its host gives, and what
// its own call or the configuration says, which an optional host comes before.
func (c *collector) groups(s *sink, own func() []Name) []Name {
	var hosted []Name
	if s.action.Host != "" && s.action.Role == client.Consume {
		c.ev.expanded(func() set {
			hosted = addNames(nil, fillHoles(c.ev.hostGroups(s)))
			return nil
		})
		if h := c.ev.l.models.Hosts[s.action.Host]; h != nil && h.Optional && len(hosted) > 0 {
			return hosted
		}
	}
	return mergeNames(own(), hosted)
}
