package build

import (
	"bytes"
	"slices"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// marker is what a comment to this program contains.
var marker = []byte("topicls:")

// Directives records the line comments addressed to this program, given how a
// comment starts and which nodes are strings. They are searched in the text,
// since a tree with all comments would cost every file for a few.
func (x *Builder) Directives(comment string, text ...syntax.Kind) {
	search := commentSearch{x: x, comment: []byte(comment), text: text}
	for at := 0; ; {
		i := bytes.Index(x.Src[at:], marker)
		if i < 0 {
			return
		}
		mark := at + i
		start, end := x.LineAround(mark)
		hash, ok := search.start(start, mark)
		if !ok {
			at = mark + len(marker)
			continue
		}
		at = end
		text := bytes.TrimSpace(x.Src[mark+len(marker) : end])
		x.F.Directives = append(x.F.Directives, facts.Directive{
			Text: string(bytes.ToValidUTF8(text, []byte("\uFFFD"))),
			Span: facts.Span{Start: uint32(hash), End: uint32(end)},
		})
	}
}

// commentSearch finds comments in the text, once from its start to its end.
type commentSearch struct {
	x       *Builder
	comment []byte
	text    []syntax.Kind

	seen int // no comment that is still open starts before
	next int // node of the first string that ends behind what was asked for
}

// start finds the start of the comment that reaches from the line's start to
// mark: the first one that doesn't stand in a string.
func (s *commentSearch) start(line, mark int) (int, bool) {
	for s.seen = max(s.seen, line); s.seen < mark; {
		i := bytes.Index(s.x.Src[s.seen:mark], s.comment)
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
	nodes := s.x.Nodes
	for s.next < len(nodes) && (!slices.Contains(s.text, nodes[s.next].Kind) || nodes[s.next].End <= off) {
		s.next++
	}
	if s.next == len(nodes) || off < nodes[s.next].Start {
		return 0, false
	}
	return nodes[s.next].End, true
}
