package index

import (
	"slices"
	"strings"

	"topicls/index/topology"
)

// EndpointPlace is where an editor goes for an endpoint: the topic as it is
// given there, or else the call.
func EndpointPlace(e *topology.Endpoint) topology.Place {
	if e.Arg.File != "" {
		return e.Arg
	}
	return e.Place
}

// usePlace is where an editor goes for an endpoint's use of a topic: of several
// topics given in one place, the one's own text.
func usePlace(u topology.Use) topology.Place {
	at := EndpointPlace(u.Endpoint)
	if u.Name == nil || u.Endpoint.Arg.File == "" {
		return at
	}
	for i := len(u.Name.Steps) - 1; i >= 0; i-- {
		st := &u.Name.Steps[i]
		if st.File == at.File && at.Start <= st.Start && st.End <= at.End && st.What == "literal" && spelledVariable(u.Name, i) == "" {
			return st.Place
		}
	}
	return at
}

// usesOf returns the producers and consumers of topics. A pattern has those of
// the topics that match it too, and a topic those of the patterns it matches.
func (s *Snapshot) usesOf(names []string) (producers, consumers []topology.Use) {
	for _, n := range s.withPatterns(names) {
		if t := s.Topic(n); t != nil {
			producers = append(producers, t.Producers...)
			consumers = append(consumers, t.Consumers...)
		}
	}
	return producers, consumers
}

// withPatterns adds to names the topics that match those that are patterns and
// the patterns that match them.
func (s *Snapshot) withPatterns(names []string) []string {
	out := slices.Clone(names)
	for _, n := range names {
		pattern := strings.Contains(n, "*")
		for _, other := range s.Topics() {
			if (pattern || strings.IndexByte(other, '*') >= 0) && !slices.Contains(out, other) &&
				(MatchPattern(n, other) || MatchPattern(other, n)) {
				out = append(out, other)
			}
		}
	}
	return out
}

// MatchPattern reports whether a name matches a pattern in which `*` stands
// for any text. A pattern that says too little matches nothing.
func MatchPattern(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 || len(strings.Trim(pattern, "*.-_")) < 3 || strings.Contains(name, "*") {
		return false
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(name, first) || !strings.HasSuffix(name[len(first):], last) {
		return false
	}
	rest := name[len(first) : len(name)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return true
}

// endpointsOf returns the endpoints of uses, each once, in order.
func endpointsOf(uses []topology.Use) []*topology.Endpoint {
	seen := make(map[*topology.Endpoint]bool, len(uses))
	out := make([]*topology.Endpoint, 0, len(uses))
	for _, u := range uses {
		if !seen[u.Endpoint] {
			seen[u.Endpoint] = true
			out = append(out, u.Endpoint)
		}
	}
	return out
}

// givenAt returns where names are given: the last step of each provenance.
func givenAt(uses []topology.Use) []topology.Place {
	var out []topology.Place
	for _, u := range uses {
		if u.Name == nil {
			continue
		}
		if i := lastGiving(u.Name); i >= 0 {
			out = append(out, u.Name.Steps[i].Place)
		}
		for i := range u.Name.Also {
			out = append(out, u.Name.Also[i].Place)
		}
	}
	return uniquePlaces(out)
}

// lastGiving returns the step of a name that gives it, or -1.
func lastGiving(n *topology.Name) int {
	for i := len(n.Steps) - 1; i >= 0; i-- {
		if st := &n.Steps[i]; givesValue(st.What) && st.What != n.Reason && spelledVariable(n, i) == "" {
			return i
		}
	}
	return -1
}

// namedAt returns the places that name a topic on its way: literals, constants,
// reads of variables, lines of configuration.
func namedAt(uses []topology.Use) []topology.Place {
	var out []topology.Place
	for _, u := range uses {
		if u.Name == nil {
			continue
		}
		helper := false // inside a function that many values pass through
		for i := range u.Name.Steps {
			st := &u.Name.Steps[i]
			word, _, _ := strings.Cut(st.What, " ")
			switch {
			case word == "returned":
				helper = true
			case word == "assigned" || word == "variable" || word == "key":
				if !helper {
					out = append(out, st.Place)
				}
			case word == "literal" || composes(st.What) || givesValue(st.What) && (strings.Contains(st.What, " is set ") || strings.Contains(st.What, " in ")):
				out = append(out, st.Place)
			}
		}
	}
	return outermost(uniquePlaces(out))
}

// uniquePlaces sorts places and drops what is there twice.
func uniquePlaces(list []topology.Place) []topology.Place {
	slices.SortFunc(list, comparePlaces)
	return slices.Compact(list)
}

func comparePlaces(a, b topology.Place) int {
	if c := strings.Compare(a.File, b.File); c != 0 {
		return c
	}
	if a.Start != b.Start {
		return int(int64(a.Start) - int64(b.Start))
	}
	return int(int64(b.End) - int64(a.End))
}

// outermost drops places inside other places. The list is sorted.
func outermost(list []topology.Place) []topology.Place {
	out := list[:0]
	for _, p := range list {
		if n := len(out); n > 0 && out[n-1].File == p.File && p.End <= out[n-1].End {
			continue
		}
		out = append(out, p)
	}
	return out
}

// innermost drops places that have other places inside. The list is sorted.
func innermost(list []topology.Place) []topology.Place {
	out := list[:0]
	for i, p := range list {
		if i+1 < len(list) && list[i+1].File == p.File && list[i+1].End <= p.End {
			continue
		}
		out = append(out, p)
	}
	return out
}
