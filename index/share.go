package index

import (
	"slices"

	"topicls/index/topology"
)

// sharing lets the endpoints of one file share what is equal in them: their
// names came about in the same ways, for the same services.
type sharing struct {
	services []string
	steps    [][]topology.Step
	vars     [][]topology.VariableUse
}

// names puts what was seen before in the place of what is equal.
func (s *sharing) names(list []topology.Name) []topology.Name {
	for i := range list {
		n := &list[i]
		if slices.Equal(n.Services, s.services) {
			n.Services = s.services
		}
		n.Steps, n.Vars = share(&s.steps, n.Steps), share(&s.vars, n.Vars)
	}
	return slices.Clip(list)
}

// maxShared bounds how many lists are compared.
const maxShared = 64

func share[T comparable](seen *[][]T, list []T) []T {
	if len(list) == 0 {
		return list
	}
	for _, o := range *seen {
		if slices.Equal(o, list) {
			return o
		}
	}
	if len(*seen) < maxShared {
		*seen = append(*seen, list)
	}
	return list
}
