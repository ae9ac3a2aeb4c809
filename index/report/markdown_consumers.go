package report

import (
	"slices"

	"topicls/index/topology"
)

func (m *markdown) consumers() {
	var rows [][]string
	for _, s := range m.apps {
		topics, _ := m.topicsOf(s.ID, topology.Consume)
		if len(topics) < 2 {
			continue
		}
		var where []string
		for _, e := range m.Endpoints() {
			if e.Role == topology.Consume && slices.Contains(e.Services, s.ID) {
				where = append(where, m.where(e.Place))
			}
		}
		rows = append(rows, []string{words(m.name(s.ID)), codes(topics), codes(m.groupsOf(s.ID)), codes(where)})
	}
	if len(rows) > 0 {
		m.heading(2, "Consumers of several topics")
		m.table([]string{"service", "topics", "group", "places"}, rows)
	}
	heading := func() {
		m.heading(2, "Consumers that hold messages back")
		m.o.line("They keep state between messages and produce only when it is complete. A step that runs once for each message can't",
			" take their place.\n")
	}
	for _, e := range m.Endpoints() {
		if len(e.Stateful) == 0 {
			continue
		}
		if heading != nil {
			heading()
			heading = nil
		}
		m.o.line("- ", m.serviceList(e.Services), ", consuming ", codes(e.TopicNames()), " at ", code(m.where(e.Place)), ":")
		for i, s := range e.Stateful {
			m.o.linef("  %d. %s: %s", i+1, code(m.where(s.Place)), words(s.What))
		}
	}
}

func (m *markdown) deadLetters() {
	var rows [][]string
	for _, n := range m.Topics() {
		t := m.Topic(n)
		if t.DeadLetterOf == "" {
			continue
		}
		var where []string
		for _, u := range t.Producers {
			if w := m.where(u.Endpoint.Place); !slices.Contains(where, w) {
				where = append(where, w)
			}
		}
		rows = append(rows, []string{code(n), code(t.DeadLetterOf), m.serviceList(serviceIDs(t.Producers)), m.serviceList(serviceIDs(t.Consumers)), orDash(codes(where))})
	}
	if len(rows) > 0 {
		m.heading(2, "Dead letters")
		m.table([]string{"topic", "of", "produced by", "consumed by", "places"}, rows)
	}
}
