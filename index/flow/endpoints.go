package flow

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// Endpoint is a place in application code that produces to or consumes from
// Kafka, with names whose variables are still open.
type Endpoint struct {
	Role     client.Role
	Path     string
	Span     facts.Span // the call
	Arg      facts.Span // the topic as it is given there; empty when it is given elsewhere
	Library  string
	Via      []string // functions and library methods passed through, outermost first
	Function string   // the function it stands in
	Handlers []Place  // consume: functions that handle the messages
	Topics   []Name
	Groups   []Name
	Keys     []Name
	Brokers  []Name
	Payload  *Payload
	Reads    []Read
	When     []Condition // what must be configured for it to be one
	State    []Step      // consume: how it holds back a produce until what it keeps is complete
	origins  []originKey // consume: the calls that made the consumer
}

// Place is a range in a file.
type Place struct {
	Path string
	facts.Span
	Label string
}

// Name is a name as code gives it: a pattern with open variables. Resolve
// closes it for a service.
type Name struct {
	v  value
	tr *trace
}

// Condition says that a key of the configuration must have one of some values
// for an endpoint to be one; "*" stands for any, "" for none.
type Condition struct {
	Built []string // words of which the code's build files must have one; the rest is empty then
	Name  Name
	Is    []string
}

// wrapper is a function whose caller decides the topic of a sink inside it.
type wrapper struct {
	fn    fnKey
	names []string // names by which it is called
	sink  *sink
	chain *link // from the sink outward; nil when the sink stands in fn itself
	at    ref   // the call inside fn that leads to the sink
	known bool  // the topic has a name even without its parameter
	told  bool  // callers tell the topic, as far as is known; if not, the endpoint stands inside
	hole  int   // the parameter that decides the topic: an index into File.Params
}

// link is a call that enters a wrapper.
type link struct {
	file  *file
	scope facts.ScopeID // the function entered
	site  ref           // the call that enters it
	inner *link         // the next call, inside that function
}

func (k *link) has(x *file, s facts.ScopeID) bool {
	for ; k != nil; k = k.inner {
		if k.file == x && k.scope == s {
			return true
		}
	}
	return false
}

func (k *link) len() int {
	n := 0
	for ; k != nil; k = k.inner {
		n++
	}
	return n
}

// maxChain bounds how many wrappers are followed one inside another.
const maxChain = 7

// computeNames evaluates the calls in a file that name topics. stale says that
// a wrapper was left out which is about to be computed again.
func (l *Linker) computeNames(ev *evaluator, x *file) (u nameUnit, stale bool) {
	ev.begin(x)
	c := &collector{ev: ev, x: x, u: &u, seen: map[string]*Endpoint{}}
	for _, s := range ev.findSinks(x) {
		ev.fuel = fuelUnit
		c.apply(s, nil, ev.topicArgument(s), s.site, true)
	}
	c.callsOfWrappers()
	sort.SliceStable(u.endpoints, func(i, j int) bool { return u.endpoints[i].Span.Start < u.endpoints[j].Span.Start })
	u.nameDeps, u.nameSought = ev.noted(), ev.soughtWords()
	return u, ev.stale
}

// computeUses evaluates what a file does with messages, variables and clients.
func (l *Linker) computeUses(ev *evaluator, x *file) (u useUnit) {
	ev.begin(x)
	ev.fields = nil // of topics only
	u.carriers = ev.carriers(x)
	ev.keptClients(x)
	u.messages = ev.messageUses(x)
	u.reads = ev.envReads(x)
	u.setups = ev.findSetups(x)
	u.states = ev.stateUses(x)
	u.useDeps, u.useSought = ev.noted(), ev.soughtWords()
	return u
}

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
	for _, en := range ev.entered(site, nil, true) {
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

// frames rebuilds the frames of a chain of calls: the innermost one, in which
// the sink is evaluated.
func (ev *evaluator) frames(chain *link) []*frame {
	cur := []*frame{nil}
	for k := chain; k != nil; k = k.inner {
		var next []*frame
		for _, fr := range cur {
			fr = ev.adapt(fr, k.site)
			for _, g := range ev.framesAt(k.site, fr, k.file, k.scope) {
				next = append(next, g)
				if len(next) >= 4 {
					break
				}
			}
		}
		cur = next
	}
	return cur
}

// adapt turns the frame of a constructor into an open frame of the method that
// holds the expression, on the object constructed.
func (ev *evaluator) adapt(fr *frame, at ref) *frame {
	if fr == nil {
		return nil
	}
	fn := at.file.enclosingFunc(at.expr().Scope)
	if fr.file == at.file && (fn == fr.scope || isInside(at.file, fn, fr.scope)) {
		return fr
	}
	m, cls := at.file.selfClass(fn)
	if cls == 0 {
		return fr
	}
	self := fr.self
	if o := ev.madeIn(fr, &class{at.file, cls}); o != nil {
		self = o
	}
	if self == nil {
		return fr
	}
	return ev.frame(frame{file: at.file, scope: m, self: self, open: true, depth: fr.depth})
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

// keyReadHere is the one key of a configuration that a sink's topic is, whoever
// hands the configuration on to the function around the sink that others than
// this workspace call too, as a framework does what overrides its methods:
// callers are no better places then, and the key is that of the sink's own program.
func (ev *evaluator) keyReadHere(s *sink, recv value, fr *frame, holes []*param, chain *link) set {
	if chain != nil || len(holes) != 1 || !holes[0].part || !ev.overridesForeign(holes[0]) {
		return nil
	}
	topics, _ := ev.expandedTopics(s, recv, fr)
	if len(topics) != 1 {
		return nil
	}
	v, ok := topics[0].v.(*stringValue)
	if !ok || v.loneEnv() == nil || v.loneEnv().store == "" {
		return nil
	}
	return topics
}

// overridesForeign reports whether a parameter is one of a method of a class whose
// base is not of this workspace.
func (ev *evaluator) overridesForeign(p *param) bool {
	cls := p.file.classOf(p.scope)
	return cls != 0 && !isConstructor(p.file.facts().Text(p.file.facts().Scopes[p.scope].Name)) && len(ev.externalBases(&class{p.file, cls})) > 0
}

// areTold reports whether those who fill open parameters may tell the topics of
// a sink. Where a topic is an attribute of an object that is handed on, as a
// configuration is, and no caller says what it is, or where the receiver was
// given it and nobody makes one, they are no better places than the sink itself.
func (ev *evaluator) areTold(s *sink, recv value, fr *frame, holes []*param) bool {
	part := false
	if ev.areMade(holes) {
		return false
	}
	for _, h := range holes {
		if !h.part && !h.self {
			return true
		}
		part = part || h.part
	}
	if !part {
		return slices.ContainsFunc(holes, func(h *param) bool {
			cls := h.file.classOf(h.scope)
			return cls == 0 || len(ev.constructions(&class{h.file, cls})) > 0
		})
	}
	topics, _ := ev.expandedTopics(s, recv, fr)
	asked := false
	for _, a := range topics {
		switch a.v.(type) {
		case *unknown:
			asked = true
		case *param:
		default:
			return true
		}
	}
	return !asked
}

// ofOtherClasses picks the topics of a consumer that a base class makes which
// subclasses give by themselves, where others are given theirs by whoever makes
// them: the calls of the latter's constructors are the endpoints of those alone.
func (ev *evaluator) ofOtherClasses(s *sink, topics set, holes []*param, at ref) set {
	_, cls := at.file.selfClass(at.file.enclosingFunc(at.expr().Scope))
	if s.action.Role != client.Consume || cls == 0 {
		return nil
	}
	for _, h := range holes {
		if c := h.file.classOf(h.scope); c == 0 || h.file == at.file && c == cls {
			return nil
		}
	}
	var out set
	for _, a := range topics {
		switch a.v.(type) {
		case *param, *unknown:
		default:
			out = append(out, a)
		}
	}
	return out
}

// givenNone reports whether a sink has no topic on purpose: what stands for it
// is a channel in memory, or its caller leaves it out (`if topics: self.subscribe(topics)`).
func (ev *evaluator) givenNone(s *sink, recv value, fr *frame, called bool) bool {
	got, ok := ev.sinkSlot(s, s.action.Topic, recv, fr)
	return ok && (called && isNone(got) || slices.ContainsFunc(got, func(a alt) bool {
		in, ok := a.v.(*instance)
		return ok && in.typ != nil && in.typ.Local
	}))
}

func (ev *evaluator) expandedTopics(s *sink, recv value, fr *frame) (t set, given bool) {
	ev.naming = true
	ev.expanded(func() set { t, given = ev.sinkTopics(s, recv, fr); return nil })
	ev.naming = false
	return t, given
}

func holesOf(s set) []*param {
	var out []*param
	for _, a := range s {
		if p, ok := a.v.(*param); ok {
			out = append(out, p)
		}
	}
	return out
}

// fillHoles replaces parameters that nobody fills by unknowns.
func fillHoles(s set) set {
	var out set
	for _, a := range s {
		if p, ok := a.v.(*param); ok {
			out = out.add(alt{&unknown{"no caller is known that gives " + p.file.facts().Text(p.file.facts().Params[p.index].Name), place{p.file, p.file.facts().Params[p.index].Span}}, a.tr})
			continue
		}
		out = out.add(a)
	}
	return out
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

// madeByFramework reports whether a constructor's parameter, which decides the topic
// of a sink, is known without a caller: nobody here makes the object, a
// framework does and hands over what the parameter's type says.
func (ev *evaluator) madeByFramework(s *sink, recv value, fr *frame, h *param) bool {
	cls := h.file.classOf(h.scope)
	if !h.self || cls == 0 || len(ev.constructions(&class{h.file, cls})) > 0 {
		return false
	}
	topics, _ := ev.expandedTopics(s, recv, fr)
	return len(topics) > 0 && len(holesOf(topics)) == 0 && !nothingKnown(topics)
}

// relays reports whether the message that a sink sends comes from a parameter
// of method m: then m is a sender, and what calls it is the endpoint.
func (ev *evaluator) relays(s *sink, recv value, fr *frame, x *file, m facts.ScopeID) bool {
	v, ok := ev.sinkSlot(s, s.action.Value, recv, fr)
	if !ok {
		return false
	}
	return ev.dependsOn(v, x, m, 0)
}

// dependsOn reports whether a value is, or is made from, a parameter of m.
func (ev *evaluator) dependsOn(s set, x *file, m facts.ScopeID, depth int) bool {
	for _, a := range s {
		switch v := a.v.(type) {
		case *param:
			if v.file == x && v.scope == m {
				return true
			}
		case *instance: // encoded by a call that no model knows
			if v.typ == nil && v.call != nil && depth < 3 {
				for _, g := range callArgs(v.call.ref, v.call.fr) {
					if ev.dependsOn(ev.argValue(g), x, m, depth+1) {
						return true
					}
				}
				if callee := v.call.ref.file.facts().At(v.call.ref.expr().X); callee.Kind == facts.Attr {
					if ev.dependsOn(ev.eval(v.call.ref.at(callee.X), v.call.fr), x, m, depth+1) {
						return true
					}
				}
			}
		}
	}
	return false
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
	if len(list) == 0 || ev.lazy || !ev.l.lang.structural() {
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

// addOrigins notes the calls by which messages of this endpoint are known.
func (e *Endpoint) addOrigins(s *sink, chain *link, recv value, at ref) {
	add := func(k originKey) {
		if !slices.Contains(e.origins, k) {
			e.origins = append(e.origins, k)
		}
	}
	add(originKey{s.site.file.path, s.site.id})
	add(originKey{at.file.path, at.id})
	for k := chain; k != nil; k = k.inner {
		add(originKey{k.site.file.path, k.site.id})
	}
	if in, ok := recv.(*instance); ok {
		for _, k := range in.origins() {
			add(k)
		}
	}
}

// qualified is the dotted name of a scope inside its module; "" for the module.
func (x *file) qualified(s facts.ScopeID) string {
	var parts []string
	for s != 0 {
		if n := x.facts().Text(x.facts().Scopes[s].Name); n != "" {
			parts = append(parts, n)
		}
		s = x.facts().Scopes[s].Parent
	}
	slices.Reverse(parts)
	return strings.Join(parts, ".")
}

func addNames(list []Name, s set) []Name {
	for _, a := range s {
		list = mergeNames(list, []Name{{a.v, a.tr}})
	}
	return list
}

// mergeNames adds names that a list does not have. One that comes about in other
// files is another: a service may not run those.
func mergeNames(list, more []Name) []Name {
next:
	for _, n := range more {
		for _, o := range list {
			if same(n.v, o.v) && slices.Equal(n.tr.files(), o.tr.files()) {
				continue next
			}
		}
		list = append(list, n)
	}
	return list
}

// topicArgument finds the argument of a sink's own call that names the topic.
func (ev *evaluator) topicArgument(s *sink) ref {
	if s.record.topic.id != 0 {
		return s.record.topic
	}
	if s.site.expr().Kind != facts.Call {
		return ref{}
	}
	for _, slots := range []client.Slots{s.action.Topic, s.action.Pattern} {
		for _, slot := range slots {
			if slot.New > 0 {
				continue
			}
			if s.action.Named { // the topics are the last ones
				slot = client.Slot{Pos: max(positions(callArgs(s.site, nil))-1, 0)}
			}
			if a, ok := ev.sinkArg(s, slot, s.site, nil); ok && a.ref.id != 0 {
				if at, call := a.ref.place(), s.site.place(); at.file != call.file || at.Start < call.Start || at.End > call.End {
					return ref{} // bound elsewhere
				}
				return a.ref
			}
		}
	}
	if s.action.Keys != nil {
		return ev.keyArgument(s)
	}
	return ref{}
}

// argumentFor finds the argument by which a call fills a parameter.
func (ev *evaluator) argumentFor(en entry, param int) ref {
	f := en.fn.file.facts()
	sc := &f.Scopes[en.fn.scope]
	pos := param - int(sc.ParamLo)
	if pos < 0 || pos >= int(sc.ParamN) {
		return ref{}
	}
	if en.fn.self != nil && en.fn.file.classOf(en.fn.scope) != 0 && !ev.isStatic(en.fn.file, en.fn.scope) {
		pos--
	}
	return topicPlace(en, pos, f.Text(f.Params[param].Name))
}
