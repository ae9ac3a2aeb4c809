package syntax

import (
	"bytes"
	"time"

	"topicls/index/facts"
)

// Limits bound what one file may cost. Files beyond them aren't parsed.
type Limits struct {
	Bytes int           // size of a file
	Line  int           // length of a line; generated code has long ones, and they make some grammars slow
	Depth int           // nesting of the tree, at most maxDepth; deeper parts are cut off and flagged
	Time  time.Duration // of a parse, for each file
	Rate  time.Duration // of a parse, for each further KiB
}

// DefaultLimits are generous for anything a person wrote. The times are far
// above what a parse takes (0.4 ms per KiB); see parse for machines that are busy.
var DefaultLimits = Limits{
	Bytes: 4 << 20,
	Line:  256 << 10,
	Depth: 2000,
	Time:  2 * time.Second,
	Rate:  2 * time.Millisecond,
}

// maxDepth is the size of the stack in flat.go.
const maxDepth = 4000

// Problem is why a file has no tree.
type Problem = facts.Problem

// Check reports why src may not be parsed under the limits, or nil.
func (l *Limits) Check(src []byte) *Problem {
	whole := facts.Span{End: uint32(min(len(src), 1<<32-1))}
	if len(src) > l.Bytes {
		return &Problem{Kind: facts.TooLarge, Span: whole}
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		return &Problem{Kind: facts.Binary, Span: facts.Span{Start: uint32(i), End: uint32(i) + 1}}
	}
	if start, end, ok := longLine(src, l.Line); ok {
		return &Problem{Kind: facts.TooLarge, Span: facts.Span{Start: uint32(start), End: uint32(end)}}
	}
	return nil
}

// longLine finds a line of more than limit bytes. It jumps from newline to
// newline limit bytes apart, so that it reads little of a normal file.
func longLine(src []byte, limit int) (start, end int, ok bool) {
	for len(src)-start > limit {
		i := bytes.LastIndexByte(src[start:start+limit+1], '\n')
		if i < 0 {
			end = len(src)
			if j := bytes.IndexByte(src[start:], '\n'); j >= 0 {
				end = start + j
			}
			return start, end, true
		}
		start += i + 1
	}
	return 0, 0, false
}

// limit is how long the parse of a file of the given size may take.
func (l *Limits) limit(size int) time.Duration {
	return l.Time + l.Rate*time.Duration(size>>10)
}
