package check

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
)

// nameIndex finds the names that are close to one (nearNames) without looking
// at all of them. Names that differ in case and separators only have the same
// letters; of names that differ by a letter the first or the last half is the
// same, and the length by at most one. It is keyed by hashes of those parts:
// what is found is compared anyway.
type nameIndex map[uint64][]string

var nameSeed = maphash.MakeSeed()

// letterKey is the key of a name's letters, partKey that of a part of a name
// of some length.
func letterKey(name string) uint64 { return maphash.String(nameSeed, letters(name)) }

func partKey(kind, length int, part string) uint64 {
	return maphash.String(nameSeed, part)*31 + uint64(length*2+kind)
}

// half is how much of a name of length n is the same, at the beginning or at
// the end, in one that differs by a letter or by two that are swapped, be that
// one shorter or not.
func half(n int) int { return max(n-2, 0) / 2 }

func keysOf(name string) [3]uint64 {
	n, h := len(name), half(len(name))
	return [3]uint64{letterKey(name), partKey(0, n, name[:h]), partKey(1, n, name[n-h:])}
}

func (x nameIndex) add(name string) {
	if strings.Contains(name, "*") {
		return
	}
	for _, k := range keysOf(name) {
		x[k] = append(x[k], name)
	}
}

func (x nameIndex) remove(name string) {
	if strings.Contains(name, "*") {
		return
	}
	for _, k := range keysOf(name) {
		if i := slices.Index(x[k], name); i >= 0 {
			x[k] = slices.Delete(x[k], i, i+1)
		}
		if len(x[k]) == 0 {
			delete(x, k)
		}
	}
}

// near returns the names close to one, sorted.
func (x nameIndex) near(name string) []string {
	if strings.Contains(name, "*") {
		return nil
	}
	var found []string
	look := func(k uint64) {
		for _, n := range x[k] {
			if nearNames(name, n) && !slices.Contains(found, n) {
				found = append(found, n)
			}
		}
	}
	look(letterKey(name))
	for n := max(len(name)-1, 0); n <= len(name)+1; n++ {
		h := half(n)
		look(partKey(0, n, name[:h]))
		look(partKey(1, n, name[len(name)-h:]))
	}
	slices.Sort(found)
	return found
}

// letters is a name in lower case without separators, as sameWords compares.
func letters(name string) string {
	out := make([]byte, 0, len(name))
	for i := range len(name) {
		c := name[i]
		if isSeparator[c] {
			continue
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return string(out)
}

// countFold counts how often a text has a name, in upper or lower case.
func countFold(text []byte, name string) int {
	return bytes.Count(bytes.ToLower(text), bytes.ToLower([]byte(name)))
}
