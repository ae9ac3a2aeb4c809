package index

import (
	"maps"
	"slices"

	"topicls/index/topology"
)

// unusedValues gathers the keys of values files that nothing uses in any of the
// environments that the file is part of.
func unusedValues(envs []environment) map[string][]topology.UnusedValue {
	parts, unused := map[string]int{}, map[topology.UnusedValue]int{}
	for i := range envs {
		for _, f := range envs[i].Files {
			parts[f]++
		}
		for _, k := range envs[i].UnusedValues {
			unused[topology.UnusedValue{Key: k.Key, At: placeOf(k.Pos)}]++
		}
	}
	var out map[string][]topology.UnusedValue
	for v, n := range unused {
		if n < parts[v.At.File] {
			continue
		}
		if out == nil {
			out = map[string][]topology.UnusedValue{}
		}
		out[v.At.File] = append(out[v.At.File], v)
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b topology.UnusedValue) int { return int(a.At.Start) - int(b.At.Start) })
	}
	return out
}

// otherValues returns the files whose unused keys differ, sorted.
func otherValues(a, b map[string][]topology.UnusedValue) []string {
	files := map[string]bool{}
	for f := range a {
		files[f] = !slices.Equal(a[f], b[f])
	}
	for f := range b {
		files[f] = !slices.Equal(a[f], b[f])
	}
	maps.DeleteFunc(files, func(_ string, other bool) bool { return !other })
	return slices.Sorted(maps.Keys(files))
}

// ValuesFiles returns the files with values that nothing uses, sorted.
func (s *Snapshot) ValuesFiles() []string { return slices.Sorted(maps.Keys(s.deployed.unused)) }

// UnusedValues returns the keys of a values file that nothing uses, by position.
func (s *Snapshot) UnusedValues(file string) []topology.UnusedValue { return s.deployed.unused[file] }
