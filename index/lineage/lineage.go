// Package lineage follows a field of messages through topics and services:
// who writes it first, on which topics it travels, who reads it, who passes it
// on, and where it ends. It computes on the topology alone, and must not say
// that a field is lost where the messages that are sent on are not known.
package lineage

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/topology"
)

// Input is the part of a topology that fields travel on.
type Input interface {
	Topics() []string
	Topic(name string) *topology.Topic
	Endpoints() []*topology.Endpoint
}

// Way is a field's way, topics nearer to its first writers before those that
// it reaches through them. It has no stop when no message has the field.
type Way struct {
	Field string
	Stops []Stop
}

// Stop is a topic that the field travels on, and what it is called there.
type Stop struct {
	Topic   string
	Field   string
	Types   []string // JSON types, sorted; empty where some writer's can't be told
	Writers []Writer
	Readers []Reader
	Hops    []Hop // what the services that consume the topic do with it
}

// Writer is a place where a service writes the field.
type Writer struct {
	Service  string // id
	At       topology.Place
	Types    []string
	Optional bool
	First    bool // nothing that the service consumes has it
}

// Reader is a place where a service reads the field.
type Reader struct {
	Service string // id
	At      topology.Place
	Types   []string // that the use of the value needs
}

// How says what becomes of a field on its way through a service.
type How string

// What becomes of a field.
const (
	ByValue How = "value"   // the value is passed on
	ByName  How = "name"    // a field of that name is sent on; whether with that value is not known
	InPart  How = "part"    // of its object, single fields are passed on
	Lost    How = "lost"    // what is sent on is known, and has it not
	Untold  How = "unknown" // what is sent on is not known
)

// Hop is the way through one service to a topic that it produces.
type Hop struct {
	Service string // id
	To      string // the topic
	As      string // the field's name there; "" when it is lost or not known
	How     How
}

// node is a field of a topic's messages.
type node struct{ topic, path string }

// copied says that a service fills a field from one that it consumes.
type copied struct {
	service  string
	from, to node // from.path is "" for the whole message
}

type write struct {
	Writer
	sources []topology.Source
	closed  bool // it has no value but those of its sources
}

// side is what one service sends to one topic.
type side struct {
	topic    *topology.Topic
	payloads []*topology.Payload
}

// Graph holds the fields of all topics, to ask for the ways of several.
type Graph struct {
	writes   map[node][]write
	reads    map[node][]Reader
	from, to map[string][]copied // by topic
	takes    map[string][]string // topic -> ids of the services that consume it, sorted
	sends    map[string][]side   // service -> what it produces, by topic
	paths    []string
}

// maxSegments bounds the names inside of names of one path: a message that
// holds the message before it, in a circle, would have no end.
const maxSegments = 8

// New reads the fields of a topology.
func New(in Input) *Graph {
	g := &Graph{
		writes: map[node][]write{}, reads: map[node][]Reader{}, from: map[string][]copied{}, to: map[string][]copied{},
		takes: map[string][]string{}, sends: map[string][]side{},
	}
	consumers := map[topology.Place][]topology.Name{}
	for _, e := range in.Endpoints() {
		if e.Role == topology.Consume {
			consumers[e.Place] = append(consumers[e.Place], e.Topics...)
		}
	}
	for _, name := range in.Topics() {
		t := in.Topic(name)
		for _, u := range t.Consumers {
			g.takes[name] = append(g.takes[name], u.Name.Services...)
			for i := range u.Endpoint.Reads {
				r := &u.Endpoint.Reads[i]
				if len(r.Path) == 0 || !r.Of(name) {
					continue
				}
				n := node{name, strings.Join(r.Path, ".")}
				for _, s := range u.Name.Services {
					g.reads[n] = append(g.reads[n], Reader{s, r.At, r.Types})
				}
			}
		}
		slices.Sort(g.takes[name])
		g.takes[name] = slices.Compact(g.takes[name])
		for _, u := range t.Producers {
			for _, s := range u.Name.Services {
				g.send(s, t, u.Endpoint.Payload)
				if p := u.Endpoint.Payload; p != nil {
					g.fields(s, name, "", p.Fields, consumers)
				}
			}
		}
	}
	for n := range g.writes {
		g.paths = append(g.paths, n.path)
	}
	for n := range g.reads {
		g.paths = append(g.paths, n.path)
	}
	slices.Sort(g.paths)
	g.paths = slices.Compact(g.paths)
	return g
}

// Fields lists the paths of all fields that are written or read, sorted.
func (g *Graph) Fields() []string { return g.paths }

func (g *Graph) send(service string, t *topology.Topic, p *topology.Payload) {
	list := g.sends[service]
	if i := slices.IndexFunc(list, func(s side) bool { return s.topic == t }); i >= 0 {
		list[i].payloads = append(list[i].payloads, p)
		return
	}
	g.sends[service] = append(list, side{t, []*topology.Payload{p}})
}

// fields takes in the fields that a service writes, and those inside of them.
func (g *Graph) fields(service, topic, above string, list []topology.Field, consumers map[topology.Place][]topology.Name) {
	for i := range list {
		f := &list[i]
		n := node{topic, join(above, f.Name)}
		w := write{Writer: Writer{Service: service, At: f.At, Types: f.Types, Optional: f.Optional}}
		if f.Copy != nil {
			w.sources, w.closed = f.Copy.Sources, !f.Copy.Open && len(f.Copy.Types) == 0
			g.copies(service, n, f.Copy.Sources, consumers)
		}
		g.writes[n] = append(g.writes[n], w)
		g.fields(service, topic, n.path, f.Fields, consumers)
	}
}

func (g *Graph) copies(service string, to node, sources []topology.Source, consumers map[topology.Place][]topology.Name) {
	for _, src := range sources {
		for _, at := range src.Consumers {
			for _, t := range consumers[at] {
				if t.Name == "" || !slices.Contains(t.Services, service) {
					continue
				}
				c := copied{service, node{t.Name, strings.Join(src.Path, ".")}, to}
				if slices.Contains(g.from[t.Name], c) {
					continue
				}
				g.from[t.Name] = append(g.from[t.Name], c)
				g.to[to.topic] = append(g.to[to.topic], c)
			}
		}
	}
}

func join(above, name string) string {
	if above == "" || name == "" {
		return above + name
	}
	return above + "." + name
}

// below returns what of a path is below another: "" for the same.
func below(path, above string) (rest string, ok bool) {
	switch {
	case path == above:
		return "", true
	case above == "":
		return path, true
	}
	return strings.CutPrefix(path, above+".")
}

// Of follows a field, given by its path with dots.
func (g *Graph) Of(field string) Way {
	nodes := map[node]bool{}
	var start []node
	for _, all := range [...]func(yield func(node)){
		func(yield func(node)) {
			for n := range g.writes {
				yield(n)
			}
		},
		func(yield func(node)) {
			for n := range g.reads {
				yield(n)
			}
		},
	} {
		all(func(n node) {
			if n.path == field && !nodes[n] {
				nodes[n] = true
				start = append(start, n)
			}
		})
	}
	g.follow(nodes, start, g.before)
	g.follow(nodes, start, g.after)
	way := Way{Field: field}
	for n := range nodes {
		way.Stops = append(way.Stops, g.stop(n))
	}
	sort.Slice(way.Stops, func(i, j int) bool {
		a, b := &way.Stops[i], &way.Stops[j]
		return a.Topic < b.Topic || a.Topic == b.Topic && a.Field < b.Field
	})
	way.first()
	way.order()
	return way
}

// follow adds what is reached from nodes, step by step.
func (g *Graph) follow(nodes map[node]bool, start []node, next func(n node) []node) {
	seen := map[node]bool{}
	for todo := slices.Clone(start); len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, m := range next(n) {
			if m.path == "" || seen[m] || strings.Count(m.path, ".") >= maxSegments {
				continue
			}
			seen[m], nodes[m] = true, true
			todo = append(todo, m)
		}
	}
}

// before lists the fields whose values a field gets.
func (g *Graph) before(n node) (out []node) {
	for _, c := range g.to[n.topic] {
		if rest, ok := below(n.path, c.to.path); ok {
			out = append(out, node{c.from.topic, join(c.from.path, rest)})
		}
	}
	return out
}

// after lists the fields that a field is passed on to.
func (g *Graph) after(n node) (out []node) {
	for _, h := range g.hops(n) {
		if h.How == ByValue || h.How == ByName {
			out = append(out, node{h.To, h.As})
		}
	}
	return out
}

func (g *Graph) stop(n node) Stop {
	s := Stop{Topic: n.topic, Field: n.path, Readers: slices.Clone(g.reads[n]), Hops: g.hops(n)}
	var types []string
	untold := false
	for _, w := range g.writes[n] {
		s.Writers = append(s.Writers, w.Writer)
		types = append(types, w.Types...)
		untold = untold || len(w.Types) == 0
	}
	if !untold {
		slices.Sort(types)
		s.Types = slices.Compact(types)
	}
	sort.SliceStable(s.Writers, func(i, j int) bool { return s.Writers[i].Service < s.Writers[j].Service })
	sort.SliceStable(s.Readers, func(i, j int) bool {
		a, b := &s.Readers[i], &s.Readers[j]
		return a.Service < b.Service || a.Service == b.Service && placed(a.At, b.At)
	})
	s.Readers = slices.CompactFunc(s.Readers, func(a, b Reader) bool { return a.Service == b.Service && a.At == b.At })
	s.Writers = slices.CompactFunc(s.Writers, func(a, b Writer) bool { return a.Service == b.Service && a.At == b.At })
	return s
}

func placed(a, b topology.Place) bool {
	return a.File < b.File || a.File == b.File && a.Start < b.Start
}

// hops tells what the services that consume a field's topic do with it.
func (g *Graph) hops(n node) []Hop {
	var out []Hop
	for _, service := range g.takes[n.topic] {
		reached := map[string]bool{}
		for _, c := range g.from[n.topic] {
			if c.service != service {
				continue
			}
			if rest, ok := below(n.path, c.from.path); ok {
				out = append(out, Hop{service, c.to.topic, join(c.to.path, rest), ByValue})
				reached[c.to.topic] = true
			}
		}
		for _, c := range g.from[n.topic] {
			if rest, ok := below(c.from.path, n.path); ok && rest != "" && c.service == service && !reached[c.to.topic] {
				out = append(out, Hop{service, c.to.topic, c.to.path, InPart})
			}
		}
		for _, side := range g.sends[service] {
			to := side.topic.Name
			if to == n.topic || slices.ContainsFunc(out, func(h Hop) bool { return h.Service == service && h.To == to }) {
				continue
			}
			if h, ok := g.named(n, service, side); ok {
				out = append(out, h)
			}
		}
	}
	return out
}

// named tells what becomes of a field whose value is not seen to be passed on.
// There is nothing to say of one that gets its value from elsewhere.
func (g *Graph) named(n node, service string, to side) (Hop, bool) {
	there, elsewhere := false, true
	for _, w := range g.writes[node{to.topic.Name, n.path}] {
		if w.Service == service {
			there, elsewhere = true, elsewhere && w.closed
		}
	}
	switch {
	case there && elsewhere:
		return Hop{}, false
	case there:
		return Hop{service, to.topic.Name, n.path, ByName}, true
	case to.topic.Pattern || to.topic.DeadLetterOf != "":
		return Hop{}, false // what goes there is another story
	}
	first, _, _ := strings.Cut(n.path, ".")
	for _, p := range to.payloads {
		if p == nil || p.Open || slices.ContainsFunc(p.Fields, func(f topology.Field) bool { return f.Name == first }) {
			return Hop{service, to.topic.Name, "", Untold}, true
		}
	}
	return Hop{service, to.topic.Name, "", Lost}, true
}

// first marks the writers that nothing of the way leads to.
func (w *Way) first() {
	type arrival struct {
		service string
		at      node
	}
	arrivals := map[arrival]bool{}
	for i := range w.Stops {
		for _, h := range w.Stops[i].Hops {
			if h.As != "" && h.How != InPart {
				arrivals[arrival{h.Service, node{h.To, h.As}}] = true
			}
		}
	}
	for i := range w.Stops {
		s := &w.Stops[i]
		for j := range s.Writers {
			s.Writers[j].First = !arrivals[arrival{s.Writers[j].Service, node{s.Topic, s.Field}}]
		}
	}
}

// order sorts stops along the way: each after those that lead to it, as far as
// it goes in no circle; by name where there is a choice.
func (w *Way) order() {
	at := map[node]int{}
	for i := range w.Stops {
		at[node{w.Stops[i].Topic, w.Stops[i].Field}] = i
	}
	next, before := make([][]int, len(w.Stops)), make([]int, len(w.Stops))
	for i := range w.Stops {
		for _, h := range w.Stops[i].Hops {
			j, ok := at[node{h.To, h.As}]
			if ok && j != i && h.How != InPart && !slices.Contains(next[i], j) {
				next[i] = append(next[i], j)
				before[j]++
			}
		}
	}
	done, reached := make([]bool, len(w.Stops)), make([]bool, len(w.Stops))
	out := make([]Stop, 0, len(w.Stops))
	for len(out) < len(w.Stops) {
		pick := -1
		rank := func(i int) int { // in a circle: where it is entered
			switch {
			case before[i] == 0:
				return 0
			case reached[i]:
				return 1
			}
			return 2
		}
		for i := range w.Stops {
			if !done[i] && (pick < 0 || rank(i) < rank(pick)) {
				pick = i
			}
		}
		done[pick] = true
		out = append(out, w.Stops[pick])
		for _, j := range next[pick] {
			before[j]--
			reached[j] = true
		}
	}
	w.Stops = out
}
