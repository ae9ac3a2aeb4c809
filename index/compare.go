package index

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/report"
	"topicls/index/topology"
)

// Compare tells what differs between the environment that answers, called by its
// id, and another one. The error says that there is no such environment.
func (s *Snapshot) Compare(answering, other string) (report.Comparison, error) {
	if err := UnknownEnvironment(other, s.Environments()); err != nil {
		return report.Comparison{}, err
	}
	c := report.Comparison{A: answering, B: other, OnlyA: []string{}, OnlyB: []string{}, Services: []report.ComparedPair{}, Topics: []report.ComparedTopic{}}
	pairs := map[string]*otherService{}
	for _, svc := range s.deployed.services {
		if svc.Infra || len(svc.files) == 0 {
			continue
		}
		i := slices.IndexFunc(s.deployed.othersOf[svc.ID], func(o *otherService) bool { return o.Environment == other })
		if i < 0 {
			c.OnlyA = append(c.OnlyA, svc.Name)
			continue
		}
		pairs[svc.ID] = s.deployed.othersOf[svc.ID][i]
	}
	for _, o := range s.deployed.others {
		if o.Environment == other && o.twin == "" && !o.Infra && len(o.Code) > 0 {
			c.OnlyB = append(c.OnlyB, o.Name)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(pairs)) {
		p := report.ComparedPair{A: s.serviceName(id), B: pairs[id].Name, Names: s.comparedNames(id, pairs[id]), Variables: s.comparedVariables(id, pairs[id])}
		if len(p.Names)+len(p.Variables) > 0 {
			c.Services = append(c.Services, p)
		}
	}
	c.Topics = append(c.Topics, s.comparedTopics(pairs)...)
	slices.Sort(c.OnlyA)
	slices.Sort(c.OnlyB)
	slices.SortStableFunc(c.Services, func(a, b report.ComparedPair) int { return cmp.Compare(a.A, b.A) })
	return c, nil
}

// namesIn returns an endpoint's names in a service and, in another environment,
// in its twin: those that do not depend on the deployment are the same there.
func namesIn(here, there []topology.Name, id string, o *otherService) (a, b []*topology.Name) {
	of := func(list []topology.Name, id string) []*topology.Name {
		var out []*topology.Name
		for i := range list {
			if n := &list[i]; slices.Contains(n.Services, id) {
				out = append(out, n)
			}
		}
		return out
	}
	a = of(here, id)
	if len(there) == 0 {
		return a, a
	}
	return a, of(there, o.ID)
}

// comparedNames lists the topics and groups of a service's endpoints that are
// others in another environment.
func (s *Snapshot) comparedNames(id string, o *otherService) []report.ComparedName {
	out := []report.ComparedName{}
	for _, e := range s.endpointsIn(id) {
		what := "consumes"
		if e.Role == topology.Produce {
			what = "produces"
		}
		for _, list := range []struct {
			what        string
			here, there []topology.Name
		}{{what, e.Topics, e.OtherTopics}, {"group", e.Groups, e.OtherGroups}} {
			a, b := namesIn(list.here, list.there, id, o)
			if len(a) == 0 && len(b) == 0 || slices.EqualFunc(a, b, func(x, y *topology.Name) bool { return x.Name == y.Name && x.Reason == y.Reason }) {
				continue
			}
			n := report.ComparedName{What: list.what, A: s.comparedValue(a), B: s.comparedValue(b), At: s.lineOf(e.Place)}
			if !slices.ContainsFunc(out, func(x report.ComparedName) bool { return x.What == n.What && x.A == n.A && x.B == n.B }) {
				out = append(out, n)
			}
		}
	}
	return out
}

// comparedValue spells names that one endpoint has in one service.
func (s *Snapshot) comparedValue(names []*topology.Name) report.Value {
	v := report.Value{Known: true}
	var texts []string
	for _, n := range names {
		switch {
		case n.Name != "":
			texts = append(texts, n.Name)
		default:
			texts, v.Known = append(texts, "not known: "+n.Reason), false
		}
		if v.At == "" {
			if at, ok := lastPlace(*n); ok {
				v.At = s.lineOf(at)
			}
		}
	}
	v.Text = strings.Join(texts, ", ")
	if len(texts) == 0 {
		v.Text, v.Known = "none", false
	}
	return v
}

func (s *Snapshot) lineOf(p topology.Place) string {
	lines, _, ok := s.Lines(p.File)
	if !ok {
		return p.File
	}
	line, _ := lines.OffsetLine(int(p.Start))
	return report.Place(p.File, line)
}

// comparedVariables lists the variables that a service's code reads and that have
// other values in another environment.
func (s *Snapshot) comparedVariables(id string, o *otherService) []report.ComparedValue {
	svc := s.deployed.byID[id]
	names := map[string]bool{}
	for i := range svc.Vars {
		names[svc.Vars[i].Name] = true
	}
	for n := range o.vars {
		names[n] = true
	}
	read := map[string]bool{}
	for _, v := range s.VariablesOf(id) {
		read[v.Name] = len(v.ReadAt) > 0
	}
	out := []report.ComparedValue{}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		a, b := svc.variable(n), o.vars[n]
		if a != nil && b != nil && a.Value == b.Value && a.Status == b.Status || !read[n] && len(s.readsOf([]string{n}, []string{id})) == 0 {
			continue
		}
		out = append(out, report.ComparedValue{Name: n, A: s.variableValue(id, a), B: s.variableValue(id, b)})
	}
	return out
}

func (s *Snapshot) variableValue(id string, v *deploy.Variable) report.Value {
	if v == nil {
		return report.Value{Text: "not set"}
	}
	out := report.Value{At: s.lineOf(setting{id, v}.setAt())}
	switch shown, ok := s.shownVariable(id, v); {
	case !ok:
		out.Text = topology.Masked + " (a secret)"
	case v.Status != deploy.VarSet:
		out.Text = "not known: " + v.Reason
	default:
		out.Text, out.Known = shown, true
	}
	return out
}

// comparedTopics lists the topics that other services produce or consume in
// another environment.
func (s *Snapshot) comparedTopics(pairs map[string]*otherService) []report.ComparedTopic {
	a, b := map[string]*report.ComparedSides{}, map[string]*report.ComparedSides{}
	same := map[string]string{}
	add := func(m map[string]*report.ComparedSides, n *topology.Name, role topology.Role, service string) {
		if n.Name == "" {
			return
		}
		if m[n.Name] == nil {
			m[n.Name] = &report.ComparedSides{Producers: []string{}, Consumers: []string{}}
		}
		list := &m[n.Name].Consumers
		if role == topology.Produce {
			list = &m[n.Name].Producers
		}
		if i, ok := slices.BinarySearch(*list, service); !ok {
			*list = slices.Insert(*list, i, service)
		}
	}
	for _, svc := range s.deployed.services {
		o := pairs[svc.ID]
		if o != nil {
			same[svc.Name] = o.Name
		}
		for _, e := range s.endpointsIn(svc.ID) {
			if o == nil {
				for i := range e.Topics {
					if slices.Contains(e.Topics[i].Services, svc.ID) {
						add(a, &e.Topics[i], e.Role, svc.Name)
					}
				}
				continue
			}
			here, there := namesIn(e.Topics, e.OtherTopics, svc.ID, o)
			for _, n := range here {
				add(a, n, e.Role, svc.Name)
			}
			for _, n := range there {
				add(b, n, e.Role, o.Name)
			}
		}
	}
	var out []report.ComparedTopic
	names := maps.Clone(a)
	maps.Copy(names, b)
	for _, n := range slices.Sorted(maps.Keys(names)) {
		t := report.ComparedTopic{Name: n}
		for _, side := range []struct {
			to   *report.ComparedSides
			from map[string]*report.ComparedSides
		}{{&t.A, a}, {&t.B, b}} {
			*side.to = report.ComparedSides{Producers: []string{}, Consumers: []string{}}
			if x := side.from[n]; x != nil {
				*side.to = *x
			}
		}
		if !report.SameSides(t.A, t.B, same) {
			out = append(out, t)
		}
	}
	return out
}
