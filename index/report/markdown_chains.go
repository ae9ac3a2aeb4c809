package report

import (
	"fmt"
	"slices"

	"topicls/index/topology"
)

// edge is a service that consumes one topic and produces another.
type edge struct {
	from, to string // topics
	services []string
}

// plainTopics lists the topics that are neither patterns nor for dead letters.
func (m *markdown) plainTopics() []*topology.Topic {
	var out []*topology.Topic
	for _, n := range m.Topics() {
		if t := m.Topic(n); t.DeadLetterOf == "" && !t.Pattern {
			out = append(out, t)
		}
	}
	return out
}

func (m *markdown) chains() {
	topics := m.plainTopics()
	var lines []string
	for _, t := range topics {
		if len(t.Producers) > 0 && len(t.Consumers) > 0 {
			lines = append(lines, fmt.Sprintf("- %s > %s > %s", m.serviceList(serviceIDs(t.Producers)), code(t.Name), m.serviceList(serviceIDs(t.Consumers))))
		}
	}
	if len(lines) == 0 {
		return
	}
	m.heading(2, "Chains")
	for _, l := range lines {
		m.o.line(l)
	}
	if paths, more := m.paths(); len(paths) > 0 {
		m.o.line("\nFrom end to end:\n")
		for _, p := range paths {
			m.o.line("- ", p)
		}
		if more {
			m.o.line("- and more")
		}
	}
	var dangling []string
	for _, t := range topics {
		switch {
		case len(t.Consumers) == 0:
			dangling = append(dangling, fmt.Sprintf("- %s ends with %s: nothing consumes it", code(t.Name), m.serviceList(serviceIDs(t.Producers))))
		case len(t.Producers) == 0:
			dangling = append(dangling, fmt.Sprintf("- %s comes from outside: nothing here produces it for %s", code(t.Name), m.serviceList(serviceIDs(t.Consumers))))
		}
	}
	if len(dangling) > 0 {
		m.o.line("\nOpen ends:\n")
		for _, l := range dangling {
			m.o.line(l)
		}
	}
}

const maxPaths = 50

// paths lists the ways from topics that come from no other topic to those that
// lead to no other. A way that comes round ends there.
func (m *markdown) paths() (out []string, more bool) {
	next := map[string][]edge{}
	entered := map[string]bool{}
	for _, e := range m.edges {
		next[e.from] = append(next[e.from], e)
		if e.to != e.from {
			entered[e.to] = true
		}
	}
	var walk func(topic, path string, seen []string)
	walk = func(topic, path string, seen []string) {
		if len(out) >= maxPaths {
			more = true
			return
		}
		path += code(topic)
		if slices.Contains(seen, topic) {
			out = append(out, path+" (again)")
			return
		}
		if len(next[topic]) == 0 {
			if ids := serviceIDs(m.Topic(topic).Consumers); len(ids) > 0 {
				path += " > " + m.serviceList(ids)
			}
			if len(seen) > 0 {
				out = append(out, path)
			}
			return
		}
		for _, e := range next[topic] {
			walk(e.to, path+" > "+m.serviceList(e.services)+" > ", append(slices.Clone(seen), topic))
		}
	}
	for _, t := range m.plainTopics() {
		if !entered[t.Name] && len(next[t.Name]) > 0 {
			start := ""
			if ids := serviceIDs(t.Producers); len(ids) > 0 {
				start = m.serviceList(ids) + " > "
			}
			walk(t.Name, start, nil)
		}
	}
	return out, more
}
