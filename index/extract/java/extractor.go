package java

import (
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

	params  []facts.Param  // stack of parameters whose list isn't complete
	text    []byte         // string decoding
	classes []class        // those that the walk is in, the innermost last
	fields  []field        // of those classes
	locals  []facts.Sym    // variables declared where the walk is
	asked   bool           // the walk is in a switch that is an expression
	given   []facts.ExprID // what the arms of such switches give
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
	x.params, x.classes, x.fields, x.locals = x.params[:0], x.classes[:0], x.fields[:0], x.locals[:0]
	x.asked, x.given = false, x.given[:0]
	tree, problem := view.Parse(x.Valid, &x.buf)
	if problem == nil && tree.Flawed {
		if closed := closeStrings(x.Valid); closed != nil {
			tree, problem = view.Parse(closed, &x.buf)
			tree.Flawed = true
		}
	}
	if problem != nil {
		x.F.Problems = append(x.F.Problems, *problem)
	} else {
		x.walk(tree)
	}
	return x.Finish("java")
}

// walk fills the tables from a tree.
func (x *Extractor) walk(tree syntax.Tree) {
	x.Take(tree)
	for c := uint32(1); c < x.Nodes[0].Next; c = x.Nodes[c].Next {
		x.visit(c)
	}
	x.Directives("//", kString, kCharacter)
	x.Problems()
}

// first returns the first child of node i that is an expression or type, or 0.
func (x *Extractor) first(i uint32) uint32 {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case syntax.Error, kModifiers, kStatic, kTransient, kDefault:
		case kMarkerAnnotation, kAnnotation:
			if k := x.Nodes[i].Kind; k == kAnnotationArguments || k == kElementPair || k == kElementArray {
				return c
			}
		default:
			return c
		}
	}
	return 0
}

// usable reports whether node i is there and was read whole.
func (x *Extractor) usable(i uint32) bool {
	return i != 0 && !x.Nodes[i].Missing() && x.Nodes[i].Kind != syntax.Error
}
