package index

import (
	"slices"

	"topicls/index/topology"
)

// Token is the name of a topic where it is spelled.
type Token struct {
	Place topology.Place
	Given bool // it gives a topic its name, and does not only use it
}

// Tokens lists the names of topics that are spelled in a part of a file, none
// inside another.
func (s *Snapshot) Tokens(path string, from, to uint32) []Token {
	text, ok := s.Text(path)
	if !ok {
		return nil
	}
	given := map[topology.Place]bool{}
	add := func(n *topology.Name, i int, last bool) {
		at := n.Steps[i].Place
		if at.File != path || at.End < from || to < at.Start || int(at.End) > len(text) || spelledVariable(n, i) != "" {
			return
		}
		for at.Start+1 < at.End && isQuote(text[at.Start]) && isQuote(text[at.End-1]) {
			at.Start, at.End = at.Start+1, at.End-1
		}
		if string(text[at.Start:min(at.End, uint32(len(text)))]) == n.Name && n.Name != "" {
			given[at] = given[at] || last
		}
	}
	s.concerningFile(path, func(e *topology.Endpoint) {
		for i := range e.Topics {
			n := &e.Topics[i]
			last := lastGiving(n)
			for j := range n.Steps {
				add(n, j, j == last)
			}
		}
	})
	var out []Token
	for at, is := range given {
		out = append(out, Token{at, is})
	}
	slices.SortFunc(out, func(a, b Token) int { return comparePlaces(a.Place, b.Place) })
	end := uint32(0)
	return slices.DeleteFunc(out, func(t Token) bool {
		if t.Place.Start < end {
			return true
		}
		end = t.Place.End
		return false
	})
}
