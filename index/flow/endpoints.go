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

// computeNames evaluates the calls in a file that name topics. stale says that
// a wrapper was left out which is about to be computed again.
func (l *Linker) computeNames(ev *evaluator, x *file) (u nameUnit, stale bool) {
	ev.begin(x)
	c := &collector{ev: ev, x: x, u: &u, seen: map[string]*Endpoint{}}
	var sinks []*sink
	ev.with(follows, func() { sinks = ev.findSinks(x) })
	for _, s := range sinks {
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
	if u.gauged = l.mayHaveMessages(x); u.gauged {
		u.messages = ev.messageUses(x)
		u.handed = sortedHanded(ev.handed)
	}
	u.reads = ev.envReads(x)
	u.setups = ev.findSetups(x)
	if u.gauged {
		u.states = ev.stateUses(x)
	}
	u.useDeps, u.useSought = ev.noted(), ev.soughtWords()
	return u
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
