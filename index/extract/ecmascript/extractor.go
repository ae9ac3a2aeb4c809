package ecmascript

import (
	"bytes"
	"sync"

	"topicls/index/extract/build"
	"topicls/index/facts"
	"topicls/index/syntax"
)

// Extractor extracts one file after the other with the same memory. It isn't
// safe for concurrent use; a worker has one of its own.
type Extractor struct {
	build.Builder
	buf     syntax.Buffer
	dialect Dialect

	params   []facts.Param   // stack of parameters whose list isn't complete
	patterns []pattern       // stack of parameters that are taken apart
	declared []facts.Sym     // stack of names that the functions around declare
	assigned []facts.Sym     // stack of names that they assign to
	exports  []export        // CommonJS
	types    []facts.Binding // names of types, bound at the end
	objects  []int32         // stack of parameters `this` of the methods of unfinished objects
	this     []uint32        // where `this` stands
	text     []byte          // string decoding
}

// New returns an Extractor for files of a dialect.
func New(d Dialect) *Extractor { return &Extractor{dialect: d} }

var idle [dialects]sync.Pool

// Extract returns what src says. It never fails: what can't be read is
// recorded in the file's Problems.
func Extract(d Dialect, src []byte) *facts.File {
	x, _ := idle[d].Get().(*Extractor)
	if x == nil {
		x = New(d)
	}
	f := x.Extract(src)
	idle[d].Put(x) // not if it panicked
	return f
}

// Extract returns what src says. The result shares no memory with src or x.
func (x *Extractor) Extract(src []byte) *facts.File {
	x.Start(src)
	x.reset()
	tree, problem := views[x.dialect]().Parse(x.Valid, &x.buf)
	if problem != nil {
		x.F.Problems = append(x.F.Problems, *problem)
	} else {
		x.walk(tree)
	}
	return x.Finish(x.dialect.lang())
}

// reset forgets the file before, whose walk may not have come to its end.
func (x *Extractor) reset() {
	x.params, x.patterns, x.exports, x.types = x.params[:0], x.patterns[:0], x.exports[:0], x.types[:0]
	x.declared, x.assigned, x.this, x.objects = x.declared[:0], x.assigned[:0], x.this[:0], x.objects[:0]
}

// walk fills the tables from a tree.
func (x *Extractor) walk(tree syntax.Tree) {
	x.Take(tree)
	for i := range x.Nodes {
		if n := &x.Nodes[i]; n.Kind == kThis {
			x.this = append(x.this, n.Start)
		}
	}
	x.visitChildren(0)
	x.bindTypes()
	x.bindExports()
	x.Directives("//", kString, kTemplate, kRegex, kJSXText)
	x.Problems()
}

// first returns the first child of node i that is no error, or 0.
func (x *Extractor) first(i uint32) uint32 {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if k := x.Nodes[c].Kind; k != syntax.Error && k != kOptionalChain {
			return c
		}
	}
	return 0
}

// last returns the last child of node i that is no error, or 0.
func (x *Extractor) last(i uint32) uint32 {
	last := uint32(0)
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != syntax.Error {
			last = c
		}
	}
	return last
}

// isName reports whether node i is an identifier that stands in the source.
func (x *Extractor) isName(i uint32) bool {
	n := &x.Nodes[i]
	if n.Start == n.End {
		return false
	}
	switch n.Kind {
	case kIdentifier, kTypeIdentifier, kPropertyIdentifier, kPrivateIdentifier, kShorthand, kShorthandPattern:
		return true
	}
	return false
}

// between returns the text from one offset to another, without the comments
// and the space around it.
func (x *Extractor) between(start, end uint32) []byte {
	if start >= end {
		return nil
	}
	text := bytes.TrimSpace(x.Src[start:end])
	if bytes.IndexByte(text, '/') < 0 {
		return text
	}
	out := x.text[:0]
	for len(text) > 0 {
		switch {
		case bytes.HasPrefix(text, lineComment):
			if i := bytes.IndexByte(text, '\n'); i >= 0 {
				text = text[i:]
				continue
			}
			text = nil
		case bytes.HasPrefix(text, blockComment):
			if i := bytes.Index(text, blockCommentEnd); i >= 0 {
				text = text[i+len(blockCommentEnd):]
				out = append(out, ' ')
				continue
			}
			text = nil
		default:
			out = append(out, text[0])
			text = text[1:]
		}
	}
	x.text = out
	return bytes.TrimSpace(out)
}

var lineComment, blockComment, blockCommentEnd = []byte("//"), []byte("/*"), []byte("*/")
