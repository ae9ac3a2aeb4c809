package golang

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

	params  []facts.Param  // stack of parameters whose list isn't complete
	pending []facts.ExprID // stack of values that are not yet assigned
	text    []byte         // decoding of strings
	types   map[facts.Sym]namedType
	pkg     facts.Sym
	iota    int         // the place of the constant in its declaration; -1 elsewhere
	named   []facts.Sym // names of the results of the functions that the walk is in
	results int         // where those of the innermost one start

	declared, assigned []facts.Sym // stacks of the names that the functions which the walk is in declare, and assign to
}

// New returns an Extractor.
func New() *Extractor { return &Extractor{types: map[facts.Sym]namedType{}} }

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
	x.start(src)
	tree, problem := view.Parse(x.Valid, &x.buf)
	if problem != nil {
		x.F.Problems = append(x.F.Problems, *problem)
	} else {
		x.walk(tree)
	}
	return x.finish()
}

func (x *Extractor) start(src []byte) {
	x.Start(src)
	x.params, x.named = x.params[:0], x.named[:0]
	x.declared, x.assigned = x.declared[:0], x.assigned[:0]
	clear(x.types)
	x.pkg, x.iota = 0, -1
}

func (x *Extractor) finish() *facts.File {
	f := x.Finish("go")
	f.Package = x.pkg
	return f
}

// walk fills the tables from a tree.
func (x *Extractor) walk(tree syntax.Tree) {
	x.Take(tree)
	x.constraint()
	x.declaredTypes()
	for c := uint32(1); c < x.Nodes[0].Next; c = x.Nodes[c].Next {
		x.visit(c)
	}
	x.Directives("//", kString, kRawString, kRune)
	x.Problems()
}

// constraint writes the build constraint of the file as a decorator of the
// module: a string of what it says.
func (x *Extractor) constraint() {
	mark := []byte("//go:build ")
	for rest, at := x.Src, 0; ; {
		i := bytes.Index(rest, mark)
		if i < 0 {
			return
		}
		if i == 0 || rest[i-1] == '\n' {
			at += i
			if code := x.firstCode(); code != 0 && uint32(at) > code {
				return
			}
			start, end := x.LineAround(at)
			text := bytes.TrimSpace(x.Src[start+len(mark) : end])
			if len(text) == 0 {
				return
			}
			id := x.Add(facts.String, 0, facts.Span{Start: uint32(start + len(mark)), End: uint32(end)})
			x.F.Exprs[id].Name = x.Sym(text)
			x.Push(id)
			s := &x.F.Scopes[0]
			s.DecorLo, s.DecorN = x.Pop(0)
			return
		}
		at += i + len(mark)
		rest = rest[i+len(mark):]
	}
}

// firstCode returns where the package clause starts, 0 if there is none.
func (x *Extractor) firstCode() uint32 {
	if i := x.Tree.First(0, kPackage); i != 0 {
		return x.Nodes[i].Start
	}
	return 0
}

// first returns the first child of node i that is no token, or 0.
func (x *Extractor) first(i uint32) uint32 {
	return x.after(i, i+1)
}

// after returns the first child of node i from c on that is no token, or 0.
func (x *Extractor) after(i, c uint32) uint32 {
	end := x.Nodes[i].Next
	for ; c < end; c = x.Nodes[c].Next {
		if k := x.Nodes[c].Kind; !isToken(k) && k != syntax.Error {
			return c
		}
	}
	return 0
}

func isToken(k syntax.Kind) bool { return k >= kPlus && k <= kDeclare }

// only returns the one child of node i that is no token; 0 if there are none
// or several.
func (x *Extractor) only(i uint32) uint32 {
	c := x.first(i)
	if c == 0 || x.after(i, x.Nodes[c].Next) != 0 {
		return 0
	}
	return c
}
