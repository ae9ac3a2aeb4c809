package index

import (
	"slices"
	"sort"

	"topicls/index/topology"
)

// variablePage tells about a variable: its value per service, who reads it, and
// the topics that depend on it.
func (s *Snapshot) variablePage(o Occurrence) Page {
	p := Page{Title: Line{text(counted(len(o.Names), "environment variable"))}}
	if len(o.Names) == 1 {
		p.Title = Line{text("environment variable "), quoted(o.Names[0])}
	}
	type value struct {
		shown Line
		at    topology.Place
	}
	services := map[topology.Place][]string{}
	var values []value
	set := map[string]bool{}
	for _, v := range s.settingsOf(o.Names, o.Services) {
		at := v.setAt()
		if services[at] == nil {
			var shown Line
			if len(o.Names) > 1 {
				shown = Line{quoted(v.v.Name), text(" is ")}
			}
			switch value, ok := s.shownVariable(v.service, v.v); {
			case !ok:
				shown = append(shown, text(topology.Masked+" (a secret)"))
			case v.v.Reason != "":
				shown = append(shown, text("not known: "+v.v.Reason))
			default:
				shown = append(shown, quoted(value))
			}
			values = append(values, value{shown, at})
		}
		services[at] = append(services[at], v.service)
		set[v.service] = true
	}
	sec := Section{Title: "Value"}
	for _, v := range values {
		l := append(v.shown, text(" in "))
		l = append(append(l, s.serviceRuns(services[v.at])...), text(" "), link(v.at))
		sec.Lines = append(sec.Lines, l)
	}
	var unset []string
	for _, id := range o.Services {
		if !set[id] {
			unset = append(unset, id)
		}
	}
	reads := s.readsOf(o.Names, o.Services)
	if len(unset) > 0 {
		sec.Lines = append(sec.Lines, append(Line{text("not set in ")}, s.serviceRuns(unset)...))
	}
	sec.Lines = capped(sec.Lines)
	read := Section{Title: "Read at"}
	for _, r := range reads {
		l := Line{link(r.At)}
		if len(o.Names) > 1 {
			l = Line{quoted(r.Name), text(" "), link(r.At)}
		}
		switch {
		case r.HasDefault && r.Default != "":
			l = append(l, text(" with the default "), quoted(r.Default))
		case r.HasDefault:
			l = append(l, text(" with a default"))
		case r.Required:
			l = append(l, text(", must be set"))
		}
		read.Lines = append(read.Lines, l)
	}
	read.Lines = capped(read.Lines)
	p.add(sec, Section{Title: "In other environments", Lines: s.elsewhereValues(o.Names, o.Services)}, read)
	names := topicsOf(o.Uses)
	sort.Strings(names)
	whole, derived := s.valuedTopics(o, names)
	switch {
	case len(whole) == 0:
	case len(whole) == 1:
		if t := s.Topic(whole[0]); t != nil {
			derived = slices.DeleteFunc(derived, func(n string) bool { return slices.Contains(t.DeadLetters, n) })
		}
		topic := s.topicPage(whole[0], usesNaming(o.Uses, whole[0]))
		p.add(Section{Head: topic.Title})
		p.add(topic.Sections...)
	default:
		p.add(Section{Title: "Topics", Lines: capped(s.topicLines(whole, o.Uses))})
	}
	p.add(s.derivedSection(derived), s.otherUseSection(o))
	var findings Section
	findings.Title = "Findings"
	if len(whole) == 1 {
		findings.Title = "Findings about the variable"
	}
	all := s.Diagnostics()
	for i := range all {
		if d := &all[i]; d.Variable != "" && slices.Contains(o.Names, d.Variable) && (d.Service == "" || slices.Contains(o.Services, d.Service)) {
			findings.Lines = append(findings.Lines, Line{text(string(d.Severity) + ": " + d.Message + " "), link(d.Place)})
		}
	}
	p.add(findings)
	return p
}

// valuedTopics divides the topics that depend on a variable into those that it
// names and those that it only names a part of.
func (s *Snapshot) valuedTopics(o Occurrence, names []string) (whole, derived []string) {
	values := map[string]bool{}
	for _, v := range s.settingsOf(o.Names, o.Services) {
		values[v.v.Value] = true
	}
	for _, r := range s.readsOf(o.Names, o.Services) {
		if r.HasDefault {
			values[r.Default] = true
		}
	}
	for _, n := range names {
		if values[n] {
			whole = append(whole, n)
		} else {
			derived = append(derived, n)
		}
	}
	if len(whole) == 0 {
		return derived, nil
	}
	return whole, derived
}

// otherUseSection tells which groups and keys a variable names.
func (s *Snapshot) otherUseSection(o Occurrence) Section {
	sec := Section{Title: "Used for"}
	for _, id := range o.Services {
		for _, e := range s.endpointsIn(id) {
			for _, use := range []struct {
				what string
				list []topology.Name
			}{{"the group on ", e.Groups}, {"the key on ", e.Keys}} {
				for i := range use.list {
					n := &use.list[i]
					if !slices.Contains(n.Services, id) || !dependsOn(n, o.Names) {
						continue
					}
					for _, t := range e.TopicNames() {
						l := append(Line{text(use.what), quoted(t), text(" in ")}, s.serviceRuns([]string{id})...)
						sec.Lines = append(sec.Lines, append(l, text(" "), link(e.Place)))
					}
				}
			}
		}
	}
	sec.Lines = capped(sec.Lines)
	return sec
}
