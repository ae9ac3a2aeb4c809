package index

import (
	"slices"
	"sort"

	"topicls/index/topology"
)

// serviceRuns names services, each a link to where it is deployed.
func (s *Snapshot) serviceRuns(ids []string) Line {
	var out Line
	for i, id := range ids {
		if i > 0 {
			out = append(out, text(", "))
		}
		r := Run{Text: id, Code: true}
		if svc := s.byID[id]; svc != nil {
			r.Text = svc.Name
			if svc.At.End > svc.At.Start {
				r.At = svc.At
			}
		} else if o := s.deployed.other(id); o != nil {
			r.Text = o.Name
			if o.Pos.End > o.Pos.Start {
				r.At = placeOf(o.Pos)
			}
		}
		out = append(out, r)
	}
	return out
}

func (s *Snapshot) serviceName(id string) string {
	if svc := s.byID[id]; svc != nil {
		return svc.Name
	}
	if o := s.deployed.other(id); o != nil {
		return o.Name
	}
	return id
}

// servicePage tells what a service consumes and produces.
func (s *Snapshot) servicePage(id string) Page {
	svc := s.byID[id]
	if svc == nil {
		return Page{Title: Line{text("service "), quoted(id)}}
	}
	p := Page{Title: Line{text("service "), quoted(svc.Name)}}
	sides := map[topology.Role]map[string]topology.Place{topology.Produce: {}, topology.Consume: {}}
	for _, e := range s.endpointsIn(id) {
		for i := range e.Topics {
			n := &e.Topics[i]
			if _, seen := sides[e.Role][n.Name]; !seen && n.Name != "" && slices.Contains(n.Services, id) {
				sides[e.Role][n.Name] = e.Place
			}
		}
	}
	for _, side := range []struct {
		title string
		role  topology.Role
	}{{"Consumes", topology.Consume}, {"Produces", topology.Produce}} {
		sec := Section{Title: side.title}
		names := make([]string, 0, len(sides[side.role]))
		for n := range sides[side.role] {
			names = append(names, n)
		}
		sort.Strings(names)
		for _, n := range names {
			sec.Lines = append(sec.Lines, Line{quoted(n), text(" "), link(sides[side.role][n])})
		}
		sec.Lines = capped(sec.Lines)
		p.add(sec)
	}
	if svc.Image != "" {
		p.add(Section{Title: "Image", Lines: []Line{{quoted(svc.Image)}}})
	}
	switch {
	case svc.Broker:
		p.add(Section{Lines: []Line{{text("A Kafka broker.")}}})
	case svc.Infra:
		p.add(Section{Lines: []Line{{text("An image whose code is not in this workspace.")}}})
	case len(svc.Code) > 0:
		var l Line
		for i, c := range svc.Code {
			if i == 4 && len(svc.Code) > 5 {
				l = append(l, text(" and "+counted(len(svc.Code)-i, "more place")))
				break
			}
			if i > 0 {
				l = append(l, text(", "))
			}
			l = append(l, quoted(c))
		}
		if svc.Named {
			l = append(l, text(", told by its name alone"))
		}
		p.add(Section{Title: "Code", Lines: []Line{l}})
	}
	return p
}
