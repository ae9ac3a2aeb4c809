package index

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"topicls/index/topology"
)

// Symbol is a named thing at a place.
type Symbol struct {
	Kind   OccurrenceKind
	Name   string
	Detail string
	Place  topology.Place // all of it
	Focus  topology.Place // the name
}

// Symbols returns the topics and services whose name has all letters of a
// query in order, the best matches first, at most limit.
func (s *Snapshot) Symbols(query string, limit int) []Symbol {
	type match struct {
		rank int
		kind OccurrenceKind
		name string
		svc  *topology.Service
	}
	var found []match
	for _, n := range s.Topics() {
		if r, ok := matchQuery(query, n); ok {
			found = append(found, match{r, TopicOccurrence, n, nil})
		}
	}
	for _, svc := range s.Services() {
		if r, ok := matchQuery(query, svc.Name); ok && svc.At.End > svc.At.Start {
			found = append(found, match{r, ServiceOccurrence, svc.Name, svc})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].rank < found[j].rank })
	if len(found) > limit {
		found = found[:limit]
	}
	var out []Symbol
	for _, m := range found {
		if m.svc != nil {
			out = append(out, Symbol{Kind: m.kind, Name: m.name, Detail: serviceDetail(m.svc), Place: m.svc.At, Focus: m.svc.At})
			continue
		}
		if p, ok := s.topicPlace(m.name); ok {
			out = append(out, Symbol{Kind: m.kind, Name: m.name, Detail: s.topicDetail(m.name), Place: p, Focus: p})
		}
	}
	return out
}

// topicPlace is the one place that stands for a topic: where its name is given,
// or where a name that is made from parts is used.
func (s *Snapshot) topicPlace(name string) (topology.Place, bool) {
	t := s.Topic(name)
	if t == nil {
		return topology.Place{}, false
	}
	uses := t.Producers
	if len(uses) == 0 {
		uses = t.Consumers
	}
	if len(uses) == 0 {
		return topology.Place{}, false
	}
	if given := givenAt(uses[:1]); len(given) > 0 && int(given[0].End-given[0].Start) >= len(name) { // not only a part of the name
		return given[0], true
	}
	return EndpointPlace(uses[0].Endpoint), true
}

func (s *Snapshot) topicDetail(name string) string {
	t := s.Topic(name)
	return sidesDetail(t.Producers, t.Consumers)
}

// sidesDetail counts the services on both sides of a topic.
func sidesDetail(producers, consumers []topology.Use) string {
	return counted(len(servicesOf(producers)), "producer") + ", " + counted(len(servicesOf(consumers)), "consumer")
}

// servicesOf returns the ids of the services that uses hold in, sorted.
func servicesOf(uses []topology.Use) []string {
	var out []string
	for _, u := range uses {
		if u.Name != nil {
			out = append(out, u.Name.Services...)
		}
	}
	sort.Strings(out)
	return slices.Compact(out)
}

func serviceDetail(svc *topology.Service) string {
	if len(svc.Code) == 0 {
		return "service"
	}
	if len(svc.Code) > 2 {
		return fmt.Sprintf("service in %s and %d more", svc.Code[0], len(svc.Code)-1)
	}
	return "service in " + strings.Join(svc.Code, ", ")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// matchQuery ranks a name: 0 equal, 1 prefix, 2 part, 3 letters in order.
func matchQuery(query, name string) (rank int, ok bool) {
	q, n := strings.ToLower(query), strings.ToLower(name)
	switch i := strings.Index(n, q); {
	case q == n:
		return 0, true
	case i == 0:
		return 1, true
	case i > 0:
		return 2, true
	}
	for _, r := range q {
		i := strings.IndexRune(n, r)
		if i < 0 {
			return 0, false
		}
		n = n[i+len(string(r)):]
	}
	return 3, true
}

// FileSymbols returns the endpoints of a code file, the services of a deployment
// file, and the schemas of a file that describes messages, in their order.
func (s *Snapshot) FileSymbols(path string) []Symbol {
	var out []Symbol
	for _, e := range s.File(path) {
		name := strings.Join(e.TopicNames(), ", ")
		if name == "" {
			name = "(unknown topic)"
		}
		out = append(out, Symbol{Kind: TopicOccurrence, Name: string(e.Role) + " " + name, Detail: e.Function, Place: e.Place, Focus: EndpointPlace(e)})
	}
	if !isCode(s, path) {
		for _, svc := range s.Services() {
			if svc.At.File == path && svc.At.End > svc.At.Start {
				out = append(out, Symbol{Kind: ServiceOccurrence, Name: svc.Name, Detail: serviceDetail(svc), Place: svc.At, Focus: svc.At})
			}
		}
	}
	for at, topics := range s.describedIn(path) {
		out = append(out, Symbol{Kind: TopicOccurrence, Name: "schema of " + strings.Join(topics, ", "), Detail: s.spelledText(at), Place: at, Focus: at})
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Place.Start < out[j].Place.Start })
	return out
}
