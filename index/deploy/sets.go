package deploy

import (
	"cmp"
	"slices"
)

// SortSets sorts file sets as Reader.Discover returns them: default ones first,
// then by ID.
func SortSets(sets []FileSet) {
	slices.SortStableFunc(sets, func(a, b FileSet) int {
		if a.Default != b.Default {
			if a.Default {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.ID, b.ID), slices.Compare(a.Files, b.Files))
	})
}

// Distinct makes the IDs of file sets of a kind unique: two files may have one
// label, a folder the name of a variant.
func Distinct(kind string, sets []FileSet) {
	seen := map[string]bool{}
	for i := range sets {
		id := sets[i].ID
		if seen[id] {
			id = kind + ":" + sets[i].Files[len(sets[i].Files)-1]
		}
		for seen[id] {
			id += "'"
		}
		seen[id] = true
		sets[i].ID = id
	}
}
