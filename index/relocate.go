package index

import (
	"maps"
	"slices"

	"topicls/index/deploy"
	"topicls/index/topology"
)

// An edit in a deployment file moves all that stands below it: the services
// there are what they were, but for their places. What was resolved for them is
// right but for the places by which it came about, which are replaced, many
// times faster than resolving it again.

// relocation says where what stood in deployment files stands now.
type relocation struct {
	to    map[topology.Place]topology.Place // of each place of the services that moved
	files map[string]bool                   // that those are in
	taken map[topology.Place]bool           // the values of to
}

// services takes in the places of two states of a service. It reports whether
// they differ in their places only, and in a way that others agree with; if not,
// nothing is taken in.
func (r *relocation) services(a, b *deploy.Service) bool {
	places := map[topology.Place]topology.Place{}
	agrees := func(from, to deploy.Pos) bool {
		p, q := placeOf(from), placeOf(to)
		if p.File != q.File {
			return false
		}
		old, known := r.to[p]
		if !known {
			old, known = places[p]
		}
		if !known {
			places[p] = q
		}
		return !known || old == q
	}
	if !equalServices(a, b, agrees) {
		return false
	}
	taken := make(map[topology.Place]bool, len(places))
	for _, q := range places { // two places that become one would make ways equal that are not
		if r.taken[q] || taken[q] {
			return false
		}
		taken[q] = true
	}
	if r.to == nil {
		r.to, r.files, r.taken = places, map[string]bool{}, taken
	} else {
		maps.Copy(r.to, places)
		maps.Copy(r.taken, taken)
	}
	for p := range places {
		r.files[p.File] = true
	}
	return true
}

// file returns a file's endpoints with the places that are now; false when one
// of them is not known.
func (r *relocation) file(rf *resolvedFile) (*resolvedFile, bool) {
	m := mover{relocation: r, steps: map[*topology.Step][]topology.Step{}}
	out := *rf
	out.endpoints = make([]*topology.Endpoint, len(rf.endpoints))
	for i, e := range rf.endpoints {
		t := *e
		for _, list := range []*[]topology.Name{&t.Topics, &t.Groups, &t.Keys, &t.Brokers, &t.OtherTopics, &t.OtherGroups} {
			if *list = m.names(*list); m.lost {
				return nil, false
			}
		}
		out.endpoints[i] = &t
	}
	out.touches = touchesOf(out.endpoints)
	return &out, true
}

// mover replaces places in one file's endpoints, which share lists of steps.
type mover struct {
	*relocation
	steps map[*topology.Step][]topology.Step // by the first of a list
	lost  bool
}

func (m *mover) names(list []topology.Name) []topology.Name {
	out := list
	for i := range list {
		steps, also := m.moved(list[i].Steps), m.moved(list[i].Also)
		if same(steps, list[i].Steps) && same(also, list[i].Also) {
			continue
		}
		if same(out, list) {
			out = slices.Clone(list)
		}
		out[i].Steps, out[i].Also = steps, also
	}
	return out
}

// moved returns steps at their places now: the list itself when none moved.
func (m *mover) moved(list []topology.Step) []topology.Step {
	if len(list) == 0 {
		return list
	}
	if out, ok := m.steps[&list[0]]; ok && len(out) == len(list) {
		return out
	}
	out := list
	for i := range list {
		if !m.files[list[i].File] {
			continue
		}
		to, ok := m.to[list[i].Place]
		switch {
		case !ok:
			m.lost = true
		case to == list[i].Place:
			continue
		case same(out, list):
			out = slices.Clone(list)
		}
		out[i].Place = to
	}
	m.steps[&list[0]] = out
	return out
}

// same reports whether two lists are one.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
