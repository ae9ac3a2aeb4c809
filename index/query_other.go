package index

import (
	"slices"
	"sort"

	"topicls/index/deploy"
	"topicls/index/topology"
)

// otherAt looks at the variables that only environments set that do not
// answer. A value that would name a topic or a group there is one.
func (s *Snapshot) otherAt(path string, off uint32) *Occurrence {
	f := finder{path: path, off: off}
	for _, svc := range s.deployed.others {
		for i := range svc.Vars {
			v := &svc.Vars[i]
			f.otherVariable(s, svc, v, v.NamePos, false)
			f.otherVariable(s, svc, v, v.ValuePos, true)
			for j := range v.Origin {
				if o := &v.Origin[j]; givesValue(o.What) {
					f.otherVariable(s, svc, v, o.Pos, true)
				}
			}
		}
	}
	return f.best()
}

func (f *finder) otherVariable(s *Snapshot, svc *otherService, v *deploy.Variable, at deploy.Pos, value bool) {
	p := placeOf(at)
	if p.End == p.Start || !f.hits(p) {
		return
	}
	topics, groups := s.namedBy(svc, v)
	kind := VariableOccurrence
	switch {
	case value && len(topics) > 0:
		kind = TopicOccurrence
	case value && len(groups) > 0:
		kind, topics = GroupOccurrence, groups
	}
	o := f.occurrence(kind, p)
	o.Environment = svc.Environment
	if kind == VariableOccurrence {
		o.add(v.Name, topology.Use{}, svc.ID)
		return
	}
	for _, u := range topics {
		o.add(v.Value, u, svc.ID)
	}
}

// namedBy returns the endpoints whose topics and whose groups a variable of
// another environment's service names.
func (s *Snapshot) namedBy(svc *otherService, v *deploy.Variable) (topics, groups []topology.Use) {
	if v.Status != deploy.VarSet || v.Value == "" {
		return nil, nil
	}
	named := func(out []topology.Use, e *topology.Endpoint, list []topology.Name) []topology.Use {
		for i := range list {
			n := &list[i]
			if n.Name == v.Value && slices.Contains(n.Services, svc.ID) && slices.ContainsFunc(n.Vars, func(u topology.VariableUse) bool { return u.Name == v.Name }) {
				out = append(out, topology.Use{Endpoint: e, Name: n})
			}
		}
		return out
	}
	for _, e := range s.endpointsIn(svc.twin) {
		topics, groups = named(topics, e, e.OtherTopics), named(groups, e, e.OtherGroups)
	}
	return topics, groups
}

// usesInOther returns the endpoints that would use a topic, or with group set a
// consumer group, in an environment that does not answer: where a variable
// would name it, and where the name does not depend on the environment.
func (s *Snapshot) usesInOther(environment, name string, group bool) []topology.Use {
	var out []topology.Use
	add := func(e *topology.Endpoint, n *topology.Name, services []string) {
		if len(services) > 0 {
			own := *n
			own.Services = services
			out = append(out, topology.Use{Endpoint: e, Name: &own})
		}
	}
	seen := map[*topology.Endpoint]bool{}
	deployed, there := map[string]string{}, map[string]bool{} // id of the twin -> of the service there
	for _, svc := range s.deployed.others {
		if svc.Environment != environment || svc.twin == "" {
			continue
		}
		deployed[svc.twin], there[svc.ID] = svc.ID, true
	}
	for twin := range deployed {
		for _, e := range s.endpointsIn(twin) {
			if seen[e] {
				continue
			}
			seen[e] = true
			list := e.OtherTopics
			if group {
				list = e.OtherGroups
			}
			for i := range list {
				if n := &list[i]; n.Name == name {
					add(e, n, slices.DeleteFunc(slices.Clone(n.Services), func(id string) bool { return !there[id] }))
				}
			}
		}
	}
	var same []topology.Use
	if group {
		same = s.membersOf([]string{name})
	} else if t := s.Topic(name); t != nil {
		same = append(slices.Clone(t.Producers), t.Consumers...)
	}
	for _, u := range same {
		if dependsOnDeployment(u.Name) {
			continue
		}
		var services []string
		for _, id := range u.Name.Services {
			if own := deployed[id]; own != "" {
				services = append(services, own)
			}
		}
		add(u.Endpoint, u.Name, services)
	}
	sort.SliceStable(out, func(i, j int) bool { return comparePlaces(out[i].Endpoint.Place, out[j].Endpoint.Place) < 0 })
	return out
}

// usesOfOther returns what usesInOther does for all names of an occurrence.
func (s *Snapshot) usesOfOther(o Occurrence) []topology.Use {
	var out []topology.Use
	for _, n := range o.Names {
		out = append(out, s.usesInOther(o.Environment, n, o.Kind == GroupOccurrence)...)
	}
	return out
}

// sides divides uses into producers and consumers.
func sides(uses []topology.Use) (producers, consumers []topology.Use) {
	for _, u := range uses {
		if u.Endpoint.Role == topology.Produce {
			producers = append(producers, u)
		} else {
			consumers = append(consumers, u)
		}
	}
	return producers, consumers
}

// otherPage tells about what an environment sets that does not answer.
func (s *Snapshot) otherPage(o Occurrence) Page {
	if o.Kind == VariableOccurrence {
		return s.otherVariablePage(o)
	}
	what := "topic "
	if o.Kind == GroupOccurrence {
		what = "consumer group "
	}
	var p Page
	for _, n := range o.Names { // one, as a value is
		uses := s.usesInOther(o.Environment, n, o.Kind == GroupOccurrence)
		producers, consumers := sides(uses)
		p.Title = Line{text(what), quoted(n), text(" in "), quoted(o.Environment)}
		if o.Kind == TopicOccurrence {
			p.Title = append(p.Title, text(": "+sidesDetail(producers, consumers)))
			p.add(s.sideSection("Produced by", producers, n))
		}
		p.add(s.sideSection("Consumed by", consumers, n))
	}
	p.add(s.nameSections(o.Uses)...)
	p.add(s.answeringSection(o))
	return p
}

// answeringSection tells what the names are in the environment that answers.
func (s *Snapshot) answeringSection(o Occurrence) Section {
	sec := Section{Title: "By default"}
	var lines []Line
	for _, u := range o.Uses {
		var twins []string
		for _, id := range u.Name.Services {
			if svc := s.deployed.other(id); svc != nil {
				twins = append(twins, svc.twin)
			}
		}
		list := u.Endpoint.Topics
		if o.Kind == GroupOccurrence {
			list = u.Endpoint.Groups
		}
		for i := range list {
			n := &list[i]
			if !slices.ContainsFunc(n.Services, func(id string) bool { return slices.Contains(twins, id) }) || n.Name == "" ||
				len(n.Vars) != 1 || !slices.ContainsFunc(u.Name.Steps, func(st topology.Step) bool { return st.What == "variable "+n.Vars[0].Name }) {
				continue
			}
			l := append(Line{quoted(n.Name), text(" in ")}, s.serviceRuns(slices.DeleteFunc(slices.Clone(n.Services), func(id string) bool { return !slices.Contains(twins, id) }))...)
			for _, at := range givenAt([]topology.Use{{Endpoint: u.Endpoint, Name: n}}) {
				l = append(l, text(" "), link(at))
			}
			if !slices.ContainsFunc(lines, func(x Line) bool { return slices.Equal(x, l) }) {
				lines = append(lines, l)
			}
		}
	}
	sec.Lines = capped(lines)
	return sec
}

func (s *Snapshot) otherVariablePage(o Occurrence) Page {
	p := Page{Title: Line{text("environment variable "), quoted(o.Names[0]), text(" in "), quoted(o.Environment)}}
	value, byDefault, read := Section{Title: "Value"}, Section{Title: "By default"}, Section{Title: "Read at"}
	shown := func(service string, v *deploy.Variable) Run {
		switch value, ok := s.shownVariable(service, v); {
		case !ok:
			return text(topology.Masked + " (a secret)")
		case v.Reason != "":
			return text("not known: " + v.Reason)
		default:
			return quoted(value)
		}
	}
	var twins []string
	for _, svc := range s.othersOf(o) {
		for _, n := range o.Names {
			v := svc.vars[n]
			if v == nil {
				continue
			}
			at := setting{svc.ID, v}.setAt()
			value.Lines = append(value.Lines, Line{shown(svc.twin, v), text(" in "), quoted(svc.Name), text(" "), link(at)})
		}
		if svc.twin != "" {
			twins = append(twins, svc.twin)
		}
	}
	if len(twins) > 0 {
		for _, v := range s.settingsOf(o.Names, twins) {
			byDefault.Lines = append(byDefault.Lines, append(append(Line{shown(v.service, v.v), text(" in ")}, s.serviceRuns([]string{v.service})...), text(" "), link(v.setAt())))
		}
		for _, r := range s.readsOf(o.Names, twins) {
			read.Lines = append(read.Lines, Line{link(r.At)})
		}
	}
	value.Lines, byDefault.Lines, read.Lines = capped(value.Lines), capped(byDefault.Lines), capped(read.Lines)
	p.add(value, byDefault, read)
	return p
}

// othersOf returns the services that an occurrence is about.
func (s *Snapshot) othersOf(o Occurrence) []*otherService {
	var out []*otherService
	for _, svc := range s.deployed.others {
		if slices.Contains(o.Services, svc.ID) {
			out = append(out, svc)
		}
	}
	return out
}

// otherPlaces are the places that a request on what another environment sets
// leads to: where the variable is set and read, or the endpoints of a name and
// where it is given.
func (s *Snapshot) otherPlaces(o Occurrence) (uses, given []topology.Place) {
	if o.Kind != VariableOccurrence {
		all := s.usesOfOther(o)
		return endpointPlaces(all), givenAt(all)
	}
	var twins []string
	for _, svc := range s.othersOf(o) {
		for _, n := range o.Names {
			if v := svc.vars[n]; v != nil {
				given = append(given, setting{svc.ID, v}.setAt())
			}
		}
		if svc.twin != "" {
			twins = append(twins, svc.twin)
		}
	}
	if len(twins) > 0 {
		for _, v := range s.settingsOf(o.Names, twins) {
			given = append(given, v.setAt())
		}
		for _, r := range s.readsOf(o.Names, twins) {
			uses = append(uses, r.At)
		}
	}
	return uniquePlaces(uses), uniquePlaces(given)
}
