package index

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/flow"
	"topicls/index/topology"
)

// What services do that the environment which was asked for does not deploy: nothing
// there. It is known all the same, so that a finding can say why a topic lacks a side.

// elsewhereOf lists the services of other environments that a code file is in, where
// the one that was asked for deploys no such service.
func (st *deployState) elsewhereOf(p string) []*otherService {
	for d := p; ; d = path.Dir(d) {
		if list := st.elsewhere[d]; len(list) > 0 {
			return list
		}
		if d == "." {
			return nil
		}
	}
}

// deployedIn lists the environments whose services alone have all of some code files,
// in their order.
func (st *deployState) deployedIn(files []string) []string {
	count := map[string]int{}
	for _, p := range files {
		seen := map[string]bool{}
		for _, o := range st.elsewhereOf(p) {
			if !seen[o.Environment] {
				seen[o.Environment] = true
				count[o.Environment]++
			}
		}
	}
	var out []string
	for _, e := range st.environments {
		if count[e.ID] == len(files) {
			out = append(out, e.ID)
		}
	}
	return out
}

// setElsewhere notes the code of services that only other environments deploy.
func (st *deployState) setElsewhere() {
	for _, o := range st.others {
		if o.twin != "" || o.Infra {
			continue
		}
		for _, c := range o.Code {
			if st.elsewhere == nil {
				st.elsewhere = map[string][]*otherService{}
			}
			st.elsewhere[c] = append(st.elsewhere[c], o)
		}
	}
}

// sameElsewhere reports whether other environments deploy the same of what is not
// deployed.
func sameElsewhere(a, b map[string][]*otherService) bool {
	return maps.EqualFunc(a, b, func(x, y []*otherService) bool {
		return slices.EqualFunc(x, y, func(o, p *otherService) bool { return sameService(o.Service, p.Service) })
	})
}

// undeployedIn lists what the endpoints of a file that is not deployed use in the
// services of other environments.
func (w *Workspace) undeployedIn(rf *resolvedFile, endpoints []*flow.Endpoint) []topology.Undeployed {
	var out []topology.Undeployed
	for _, o := range w.deployed.elsewhereOf(rf.path) {
		runs := []serviceRun{{id: o.ID, svc: &service{Service: o.Service, whole: true}}}
		for _, e := range endpoints {
			if len(e.When) > 0 && len(w.configured(rf, e.When, runs)) == 0 {
				continue
			}
			u := topology.Undeployed{
				Role: topology.Produce, At: topology.Place{File: rf.path, Start: e.Span.Start, End: e.Span.End},
				Service: o.Name, Environment: o.Environment,
			}
			if e.Role == client.Consume {
				u.Role = topology.Consume
			}
			if e.Arg.End > 0 {
				u.At.Start, u.At.End = e.Arg.Start, e.Arg.End
			}
			for _, n := range w.resolveNames(rf, e.Topics, runs) {
				if n.Status != topology.Unknown && n.Status != topology.Partial {
					u.Topic = n.Name
					out = append(out, u)
				}
			}
		}
	}
	return out
}

// setUndeployed takes in what a file that is not deployed uses now.
func (s *Snapshot) setUndeployed(c *delta, p string, now []topology.Undeployed) {
	old := s.undeployed[p]
	if slices.Equal(old, now) {
		return
	}
	for _, list := range [][]topology.Undeployed{old, now} {
		for i := range list {
			c.topics[list[i].Topic], c.judged[list[i].Topic] = true, true
		}
	}
	s.undeployed = maps.Clone(s.undeployed)
	if s.undeployed == nil {
		s.undeployed = map[string][]topology.Undeployed{}
	}
	if s.undeployed[p] = now; len(now) == 0 {
		delete(s.undeployed, p)
	}
}

// Undeployed returns the uses of a topic by services that the environment which
// was asked for does not deploy, by place.
func (s *Snapshot) Undeployed(topic string) []topology.Undeployed {
	if len(s.undeployed) == 0 {
		return nil
	}
	return s.flat.undeployed()[topic]
}

func (s *Snapshot) undeployedByTopic() map[string][]topology.Undeployed {
	out := map[string][]topology.Undeployed{}
	for _, p := range slices.Sorted(maps.Keys(s.undeployed)) {
		for _, u := range s.undeployed[p] {
			out[u.Topic] = append(out[u.Topic], u)
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b topology.Undeployed) int {
			return cmp.Or(strings.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Start, b.At.Start), strings.Compare(a.Service, b.Service), strings.Compare(a.Environment, b.Environment))
		})
	}
	return out
}
