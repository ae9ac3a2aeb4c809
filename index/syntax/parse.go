package syntax

import (
	"context"
	"runtime"

	sitter "github.com/smacker/go-tree-sitter"

	"topicls/index/facts"
)

// Parse parses a whole file. The tree uses buf's memory and src; it is valid
// until buf is used again. A file beyond the view's limits has a Problem and
// no tree; a file with syntax errors has a tree with Error nodes, or without
// some of its lines (mend.go).
//
// Parse never keeps an old tree to parse incrementally: that gives ranges
// unlike those of a fresh parse in files with errors.
func (v *View) Parse(src []byte, buf *Buffer) (Tree, *Problem) {
	if p := v.Limits.Check(src); p != nil {
		return Tree{}, p
	}
	tree, p := v.parse(src)
	if p != nil {
		return Tree{}, p
	}
	out := v.copy(tree, src, buf)
	tree.Close() // frees the C memory and keeps the tree alive until here
	if out.Flawed {
		out = v.mend(src, out, buf)
	}
	return out, nil
}

// parse leases a parser for one file. The parser's limit is one of time that
// passes; on a machine that is busy with something else most of that may not be
// the parser's. It begins again, where the system tells so, as long as it did not
// get half of what it may take.
func (v *View) parse(src []byte) (*sitter.Tree, *Problem) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for range maxTries {
		begun, told := threadTime()
		tree, p := v.parseOnce(src)
		if p == nil {
			return tree, nil
		}
		if now, _ := threadTime(); !told || now-begun > v.Limits.limit(len(src))/2 {
			return nil, p
		}
	}
	return nil, &Problem{Kind: facts.TimedOut, Span: facts.Span{End: uint32(len(src))}}
}

// maxTries bounds how often the parse of a file begins.
const maxTries = 10

func (v *View) parseOnce(src []byte) (*sitter.Tree, *Problem) {
	parser := v.lang.lease()
	parser.SetOperationLimit(int(v.Limits.limit(len(src)).Microseconds()))
	// A context that can be cancelled would poison the parser for later files.
	tree, err := parser.ParseCtx(context.Background(), nil, src)
	if err != nil {
		// A halted parser goes on with the old text the next time.
		parser.Close()
		return nil, &Problem{Kind: facts.TimedOut, Span: facts.Span{End: uint32(len(src))}}
	}
	v.lang.release(parser)
	return tree, nil
}

// cut is where the copy stops descending.
func (v *View) cut() int { return max(1, min(v.Limits.Depth, maxDepth)) }

// ParseOnly parses a file and throws the tree away. It is there to measure
// what everything else costs beside it.
func (v *View) ParseOnly(src []byte) *Problem {
	tree, p := v.parse(src)
	if p == nil {
		tree.Close()
	}
	return p
}
