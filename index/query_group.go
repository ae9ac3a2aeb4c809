package index

import (
	"slices"
	"sort"

	"topicls/index/topology"
)

// membersOf returns the consumers in consumer groups, by file and position.
func (s *Snapshot) membersOf(groups []string) []topology.Use {
	var out []topology.Use
	for _, e := range s.Endpoints() {
		for i := range e.Groups {
			if n := &e.Groups[i]; n.Name != "" && slices.Contains(groups, n.Name) {
				out = append(out, topology.Use{Endpoint: e, Name: n})
			}
		}
	}
	return out
}

// groupPage tells about consumer groups, as the uses of an occurrence name
// them: who consumes what in them, where the name comes from, findings.
func (s *Snapshot) groupPage(o Occurrence) Page {
	p := Page{Title: Line{text(counted(len(o.Names), "consumer group"))}}
	if len(o.Names) == 1 {
		p.Title = Line{text("consumer group "), quoted(o.Names[0])}
	}
	consumed := Section{Title: "Consumes"}
	for _, u := range s.membersOf(o.Names) {
		var l Line
		if len(o.Names) > 1 {
			l = Line{quoted(u.Name.Name), text(": ")}
		}
		topics := topicsIn(u.Endpoint, u.Name.Services)
		for i, t := range topics {
			if i > 0 {
				l = append(l, text(", "))
			}
			l = append(l, quoted(t))
		}
		if len(topics) == 0 {
			l = append(l, text("a topic that is not known"))
		}
		l = append(append(l, text(" in ")), s.serviceRuns(u.Name.Services)...)
		consumed.Lines = append(consumed.Lines, append(l, text(" "), link(u.Endpoint.Place)))
	}
	consumed.Lines = capped(consumed.Lines)
	p.add(consumed)
	p.add(s.nameSections(o.Uses)...)
	found := Section{Title: "Findings"}
	all := s.Diagnostics()
	for i := range all {
		d := &all[i]
		about := slices.ContainsFunc(o.Uses, func(u topology.Use) bool {
			return u.Endpoint.Place == d.Place || slices.ContainsFunc(u.Name.Vars, func(v topology.VariableUse) bool {
				return d.Variable == v.Name && slices.Contains(u.Name.Services, d.Service)
			}) || slices.ContainsFunc(u.Name.Steps, func(st topology.Step) bool { return st.Place == d.Place })
		})
		if about {
			found.Lines = append(found.Lines, Line{text(string(d.Severity) + ": " + d.Message + " "), link(d.Place)})
		}
	}
	found.Lines = capped(found.Lines)
	p.add(found)
	return p
}

// topicsIn lists the topics that an endpoint names in any of some services, sorted.
func topicsIn(e *topology.Endpoint, services []string) []string {
	var out []string
	for i := range e.Topics {
		n := &e.Topics[i]
		if n.Name != "" && slices.ContainsFunc(n.Services, func(id string) bool { return slices.Contains(services, id) }) {
			out = append(out, n.Name)
		}
	}
	sort.Strings(out)
	return slices.Compact(out)
}
