package python

import (
	"bytes"
	"encoding/binary"
	"slices"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// lines fills LineStarts and ASCII. Lines end as the language server protocol
// has it: with \n, \r\n or \r.
func (x *Extractor) lines() {
	src := x.src
	starts := append(x.f.LineStarts, 0)
	for i := 0; ; {
		j := bytes.IndexByte(src[i:], '\n')
		if j < 0 {
			break
		}
		i += j + 1
		starts = append(starts, uint32(i))
	}
	if lone := loneReturns(src); len(lone) > 0 {
		starts = append(starts, lone...)
		slices.Sort(starts)
	}
	x.f.LineStarts = starts
	x.f.ASCII = isASCII(src)
}

// loneReturns lists the offsets behind each \r that no \n follows.
func loneReturns(src []byte) (starts []uint32) {
	for i := 0; ; {
		j := bytes.IndexByte(src[i:], '\r')
		if j < 0 {
			return starts
		}
		i += j + 1
		if i == len(src) || src[i] != '\n' {
			starts = append(starts, uint32(i))
		}
	}
}

func isASCII(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// marker is what a comment to this program contains.
var marker = []byte("topicls:")

// directives finds the comments that contain the marker. They are searched in
// the text, since a tree with all comments would cost every file for a few.
func (x *Extractor) directives() {
	search := commentSearch{x: x}
	for at := 0; ; {
		i := bytes.Index(x.src[at:], marker)
		if i < 0 {
			return
		}
		mark := at + i
		start, end := x.lineAround(mark)
		hash, ok := search.start(start, mark)
		if !ok {
			at = mark + len(marker)
			continue
		}
		at = end
		text := bytes.TrimSpace(x.src[mark+len(marker) : end])
		x.f.Directives = append(x.f.Directives, facts.Directive{
			Text: string(bytes.ToValidUTF8(text, []byte("\uFFFD"))),
			Span: facts.Span{Start: uint32(hash), End: uint32(end)},
		})
	}
}

// lineAround returns the line that holds offset at, without its end.
func (x *Extractor) lineAround(at int) (start, end int) {
	i, found := slices.BinarySearch(x.f.LineStarts, uint32(at))
	if !found {
		i--
	}
	start, end = int(x.f.LineStarts[i]), len(x.src)
	if i+1 < len(x.f.LineStarts) {
		end = int(x.f.LineStarts[i+1])
	}
	for end > start && (x.src[end-1] == '\n' || x.src[end-1] == '\r') {
		end--
	}
	return start, end
}

// commentSearch finds comments in the text, once from its start to its end.
type commentSearch struct {
	x    *Extractor
	seen int // no comment that is still open starts before
	next int // node of the first string that ends behind what was asked for
}

// start finds the # of the comment that reaches from the line's start to
// mark: the first one that doesn't stand in a string.
func (s *commentSearch) start(line, mark int) (int, bool) {
	for s.seen = max(s.seen, line); s.seen < mark; {
		i := bytes.IndexByte(s.x.src[s.seen:mark], '#')
		if i < 0 {
			s.seen = mark
			break
		}
		hash := s.seen + i
		end, inside := s.inString(uint32(hash))
		if !inside {
			return hash, true
		}
		s.seen = int(end)
	}
	return 0, false
}

// inString reports whether off stands in a string, and where that ends.
func (s *commentSearch) inString(off uint32) (end uint32, ok bool) {
	nodes := s.x.nodes
	for s.next < len(nodes) && (nodes[s.next].Kind != kString || nodes[s.next].End <= off) {
		s.next++
	}
	if s.next == len(nodes) || off < nodes[s.next].Start {
		return 0, false
	}
	return nodes[s.next].End, true
}

// maxProblems bounds the syntax errors recorded for one file.
const maxProblems = 32

// problems records the parts of the tree that have no facts.
func (x *Extractor) problems() {
	for i := 0; i < len(x.nodes) && len(x.f.Problems) < maxProblems; i++ {
		n := &x.nodes[i]
		if n.Kind == syntax.Error || n.Missing() {
			x.f.Problems = append(x.f.Problems, facts.Problem{Kind: facts.SyntaxError, Span: facts.Span{Start: n.Start, End: n.End}})
		}
		if n.Deep() {
			x.f.Problems = append(x.f.Problems, facts.Problem{Kind: facts.TooDeep, Span: facts.Span{Start: n.Start, End: n.End}})
		}
	}
}
