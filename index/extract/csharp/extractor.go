package csharp

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
	buf syntax.Buffer

	params   []facts.Param // stack of parameters whose list isn't complete
	text     []byte        // string decoding
	want     uint32        // node of the type that the next expression is converted to, 0 if unknown
	class    *class        // the class whose body is walked
	result   uint32        // node of the type that the function being walked returns
	main     facts.Span    // top-level statements
	locals   locals
	receiver facts.ExprID // what `?.` and `?[` read from
}

// New returns an Extractor.
func New() *Extractor { return new(Extractor) }

var idle = sync.Pool{New: func() any { return New() }}

// Extract returns what src says. It never fails: what can't be read is
// recorded in the file's Problems.
func Extract(src []byte) *facts.File {
	x := idle.Get().(*Extractor)
	f := x.Extract(src)
	idle.Put(x) // not if it panicked
	return f
}

// Extract returns what src says. The result shares no memory with src or x.
func (x *Extractor) Extract(src []byte) *facts.File {
	x.Start(src)
	x.params = x.params[:0]
	x.want, x.class, x.result, x.main, x.receiver = 0, nil, 0, facts.Span{}, 0
	x.undeclare(0)
	tree, problem := view.Parse(x.Valid, &x.buf)
	if problem != nil {
		x.F.Problems = append(x.F.Problems, *problem)
	} else {
		x.walk(tree)
	}
	x.class = nil
	pkg := x.F.Package
	f := x.Finish("csharp")
	f.Package = pkg
	return f
}

// walk fills the tables from a tree.
func (x *Extractor) walk(tree syntax.Tree) {
	x.Take(tree)
	x.namespace(0, nil)
	if x.main != (facts.Span{}) {
		x.F.Main = x.main
	}
	x.FlushGlobals(0, 0)
	x.Directives("//", kString, kVerbatim, kRawString, kInterpolated)
	x.Problems()
}

// first returns the first child of node i that is an expression or a type, or
// 0.
func (x *Extractor) first(i uint32) uint32 { return x.from(i, i+1) }

// from returns the first child of node i that is an expression or a type and
// not in front of child c, or 0.
func (x *Extractor) from(i, c uint32) uint32 {
	for end := x.Nodes[i].Next; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kModifier, kAttributes, kToken, kOut, kAwaitToken, kUsingToken, kStaticToken, syntax.Error:
		default:
			return c
		}
	}
	return 0
}

// last returns the last child of node i that is an expression or a type, or 0.
func (x *Extractor) last(i uint32) uint32 {
	last := uint32(0)
	for c := x.first(i); c != 0; c = x.from(i, x.Nodes[c].Next) {
		last = c
	}
	return last
}

// is reports whether node i has the given text.
func (x *Extractor) is(i uint32, text string) bool { return string(x.Source(i)) == text }

// between returns what stands between two nodes, without space and comments
// in front of it or behind.
func (x *Extractor) between(start, end uint32) []byte {
	if start >= end {
		return nil
	}
	text := x.Src[start:end]
	for {
		text = bytes.TrimSpace(text)
		switch {
		case bytes.HasPrefix(text, []byte("/*")):
			i := bytes.Index(text, []byte("*/"))
			if i < 0 {
				return nil
			}
			text = text[i+2:]
		case bytes.HasPrefix(text, []byte("//")):
			i := bytes.IndexByte(text, '\n')
			if i < 0 {
				return nil
			}
			text = text[i+1:]
		default:
			return text
		}
	}
}

// operator returns the operator that stands between two nodes.
func (x *Extractor) operator(left, right uint32) []byte {
	text := x.between(x.Nodes[left].End, x.Nodes[right].Start)
	n := 0
	for n < len(text) && bytes.IndexByte(operatorBytes, text[n]) >= 0 && !bytes.HasPrefix(text[n:], []byte("//")) && !bytes.HasPrefix(text[n:], []byte("/*")) {
		n++
	}
	return text[:n]
}

var operatorBytes = []byte("+-*/%&|^<>=!?~.:")

// symOf interns a word that does not stand in the source.
func (x *Extractor) symOf(word string) facts.Sym { return x.Sym([]byte(word)) }

// word appends a name that does not stand in the source.
func (x *Extractor) word(name string, span facts.Span) facts.ExprID {
	id := x.Add(facts.Name, 0, span)
	x.F.Exprs[id].Name = x.symOf(name)
	return id
}

// attr appends `object.name` with the span of node i.
func (x *Extractor) attr(i uint32, object facts.ExprID, name facts.Sym) facts.ExprID {
	id := x.Over(facts.Attr, 0, i, object)
	x.F.Exprs[id].Name = name
	return id
}
