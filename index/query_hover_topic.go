package index

import (
	"slices"
	"sort"

	"topicls/index/topology"
)

// topicsPage tells about the topics that uses name at one place.
func (s *Snapshot) topicsPage(names []string, uses []topology.Use) Page {
	switch {
	case len(names) == 0:
		return s.unknownPage(uses)
	case len(names) == 1:
		return s.topicPage(names[0], uses)
	}
	p := Page{Title: Line{text(counted(len(names), "topic"))}}
	p.add(Section{Title: "Topics", Lines: capped(s.topicLines(names, uses))})
	if len(names) <= maxTopics {
		for _, n := range names {
			one := s.topicPage(n, usesNaming(uses, n))
			p.add(Section{Head: one.Title})
			p.add(one.Sections...)
		}
	}
	return p
}

// topicLines lists topics with the services in which uses name them.
func (s *Snapshot) topicLines(names []string, uses []topology.Use) []Line {
	var out []Line
	for _, n := range names {
		l := Line{quoted(n), text(": " + s.topicDetail(n))}
		if services := servicesNaming(uses, n); len(services) > 0 && len(services) < 6 {
			l = append(append(l, text(" (in ")), append(s.serviceRuns(services), text(")"))...)
		}
		out = append(out, l)
	}
	return out
}

func usesNaming(uses []topology.Use, name string) []topology.Use {
	var out []topology.Use
	for _, u := range uses {
		if u.Name != nil && u.Name.Name == name {
			out = append(out, u)
		}
	}
	return out
}

func servicesNaming(uses []topology.Use, name string) []string {
	var out []string
	for _, u := range usesNaming(uses, name) {
		out = append(out, u.Name.Services...)
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// topicPage tells about one topic, as the given uses name it: who produces and
// consumes it, groups, key, payload, where the name comes from, dead letters,
// findings.
func (s *Snapshot) topicPage(name string, uses []topology.Use) Page {
	producers, consumers := s.usesOf([]string{name})
	p := Page{Title: Line{text("topic "), quoted(name), text(": " + sidesDetail(producers, consumers) + s.importedDetail(name))}}
	p.add(
		s.sideSection("Produced by", producers, name),
		s.sideSection("Consumed by", consumers, name),
		s.groupSection(consumers),
		s.keySection(producers),
		s.payloadSection(producers, consumers),
	)
	p.add(s.schemaSections(name)...)
	p.add(
		s.stateSection(consumers),
		s.importedSection(name),
		s.declaredSection(name),
	)
	p.add(s.nameSections(uses)...)
	p.add(s.elsewhereSection(uses), s.deadLetterSection(name), s.findingSection(name))
	return p
}

// sideSection lists one side's services with the places in their code.
func (s *Snapshot) sideSection(title string, uses []topology.Use, name string) Section {
	type side struct {
		services     []string
		function, as string
		at           []topology.Place
	}
	var sides []side
	for _, e := range endpointsOf(uses) {
		x := side{function: e.Function}
		for _, u := range uses {
			if u.Endpoint == e && u.Name != nil {
				x.services = append(x.services, u.Name.Services...)
				if u.Name.Name != name {
					x.as = u.Name.Name
				}
			}
		}
		sort.Strings(x.services)
		x.services = slices.Compact(x.services)
		i := slices.IndexFunc(sides, func(y side) bool {
			return y.function == x.function && y.as == x.as && y.at[0].File == e.Place.File && slices.Equal(y.services, x.services)
		})
		if i < 0 {
			i = len(sides)
			sides = append(sides, x)
		}
		sides[i].at = append(sides[i].at, e.Place)
	}
	sort.SliceStable(sides, func(i, j int) bool { return slices.Compare(sides[i].services, sides[j].services) < 0 })
	sec := Section{Title: title}
	for _, x := range sides {
		l := append(s.serviceRuns(x.services), text(" "))
		for i, at := range x.at {
			if i > 0 {
				l = append(l, text(", "))
			}
			l = append(l, link(at))
		}
		if x.function != "" {
			l = append(l, text(" in "), quoted(x.function))
		}
		if x.as != "" {
			l = append(l, text(" as "), quoted(x.as))
		}
		sec.Lines = append(sec.Lines, l)
	}
	if len(sec.Lines) == 0 {
		sec.Lines = []Line{{text("nothing in this workspace")}}
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// derivedSection lists topics whose names are made from this one's text.
func (s *Snapshot) derivedSection(names []string) Section {
	sec := Section{Title: "Part of the names of"}
	if len(names) == 1 {
		sec.Title = "Part of the name of"
	}
	for _, l := range s.topicLines(names, nil) {
		sec.Lines = append(sec.Lines, append(Line{text("topic ")}, l...))
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

func (s *Snapshot) deadLetterSection(name string) Section {
	t := s.Topic(name)
	sec := Section{Title: "Dead letters"}
	if t == nil {
		return sec
	}
	leads := func(n string) Line {
		if p, ok := s.topicPlace(n); ok {
			return Line{{Text: n, Code: true, At: p}}
		}
		return Line{quoted(n)}
	}
	for _, d := range t.DeadLetters {
		sec.Lines = append(sec.Lines, append(Line{text("failures go to ")}, leads(d)...))
	}
	if t.DeadLetterOf != "" {
		sec.Lines = append(sec.Lines, append(Line{text("takes the failures of ")}, leads(t.DeadLetterOf)...))
	}
	return sec
}

func (s *Snapshot) findingSection(name string) Section {
	sec := Section{Title: "Findings"}
	all := s.Diagnostics()
	for i := range all {
		if d := &all[i]; d.Topic == name {
			sec.Lines = append(sec.Lines, Line{text(string(d.Severity) + ": " + d.Message + " "), link(d.Place)})
		}
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// unknownPage tells why no topic is known.
func (s *Snapshot) unknownPage(uses []topology.Use) Page {
	p := Page{Title: Line{text("unknown topic")}}
	var why []Line
	for _, u := range uses {
		reason := u.Endpoint.Reason
		if u.Name != nil && u.Name.Reason != "" {
			reason = u.Name.Reason
		}
		if reason == "" {
			reason = "the name can't be followed"
		}
		if l := (Line{text(reason)}); !slices.ContainsFunc(why, func(x Line) bool { return slices.Equal(x, l) }) {
			why = append(why, l)
		}
	}
	p.add(Section{Title: "Why", Lines: capped(why)})
	p.add(s.nameSections(uses)...)
	return p
}

// stateSection tells which consumers hold back what they produce until what
// they keep is complete.
func (s *Snapshot) stateSection(consumers []topology.Use) Section {
	sec := Section{Title: "Holds back a produce until its state is complete"}
	for _, e := range endpointsOf(consumers) {
		for _, st := range e.Stateful {
			l := append(s.serviceRuns(e.Services), text(": "+st.What+" "))
			sec.Lines = append(sec.Lines, append(l, link(st.Place)))
		}
	}
	sec.Lines = capped(sec.Lines)
	return sec
}
