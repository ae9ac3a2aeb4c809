package python

import (
	"cmp"
	"slices"
	"sync"
	"unicode/utf8"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// Extractor extracts one file after the other with the same memory. It isn't
// safe for concurrent use; a worker has one of its own.
type Extractor struct {
	buf   syntax.Buffer
	tree  syntax.Tree
	nodes []syntax.Node // tree.Nodes
	src   []byte
	names names
	f     facts.File // tables under construction; their arrays are reused

	notUTF8 bool
	scope   facts.ScopeID // where the walk stands
	block   facts.BlockID
	groups  int32 // block groups given out

	kids    []facts.ExprID // stack of operands whose list isn't complete
	params  []facts.Param  // the same for parameters
	globals []facts.Sym    // the same for global names
	text    []byte         // string decoding
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
	x.reset(src)
	parsed := src
	if !x.f.ASCII {
		parsed = x.checkUTF8(src)
	}
	tree, problem := view.Parse(parsed, &x.buf)
	if problem != nil {
		x.f.Problems = append(x.f.Problems, *problem)
		return x.result()
	}
	x.walk(tree)
	return x.result()
}

// walk fills the tables from a tree.
func (x *Extractor) walk(tree syntax.Tree) {
	x.tree, x.nodes = tree, tree.Nodes
	for c := uint32(1); c < x.nodes[0].Next; c = x.nodes[c].Next {
		x.visit(c)
	}
	x.flushGlobals(0, 0)
	x.directives()
	if tree.Flawed || tree.Deep {
		x.problems()
	}
}

// reset prepares for another file.
func (x *Extractor) reset(src []byte) {
	f := &x.f
	*f = facts.File{
		Exprs: append(f.Exprs[:0], facts.Expr{}), Kids: f.Kids[:0], Scopes: f.Scopes[:0], Params: f.Params[:0],
		Blocks: f.Blocks[:0], Bindings: f.Bindings[:0], Returns: f.Returns[:0], Imports: f.Imports[:0],
		Globals: f.Globals[:0], Calls: f.Calls[:0], Directives: f.Directives[:0], Problems: f.Problems[:0],
		LineStarts: f.LineStarts[:0],
	}
	x.names.reset()
	x.src, x.tree, x.nodes = src, syntax.Tree{}, nil
	x.notUTF8, x.scope, x.block, x.groups = false, 0, 0, 0
	x.kids, x.params, x.globals = x.kids[:0], x.params[:0], x.globals[:0]
	whole := facts.Span{End: uint32(min(len(src), 1<<32-1))}
	f.Scopes = append(f.Scopes, facts.Scope{Kind: facts.ModuleScope, Span: whole})
	f.Blocks = append(f.Blocks, facts.Block{Kind: facts.Body, Span: whole})
	x.lines()
}

// result returns the tables in arrays of their exact size.
func (x *Extractor) result() *facts.File {
	f := &x.f
	x.sortCalls()
	out := &facts.File{
		Lang: "python", Names: x.names.strings(), Exprs: exact(f.Exprs), Kids: exact(f.Kids), Scopes: exact(f.Scopes),
		Params: exact(f.Params), Blocks: exact(f.Blocks), Bindings: exact(f.Bindings), Returns: exact(f.Returns),
		Imports: exact(f.Imports), Globals: exact(f.Globals), Calls: exact(f.Calls), Main: f.Main,
		Directives: exact(f.Directives), Problems: exact(f.Problems), LineStarts: exact(f.LineStarts), ASCII: f.ASCII,
	}
	x.src, x.tree, x.nodes = nil, syntax.Tree{}, nil
	clear(f.Directives) // they hold strings
	if cap(f.Exprs) > maxKept {
		*f = facts.File{}
	}
	return out
}

// maxKept is the largest table of expressions that is reused; those of other
// kinds are in proportion.
const maxKept = 1 << 18

// sortCalls puts Calls in source order, where they almost always are: only
// what is evaluated before what stands in front of it comes too early.
func (x *Extractor) sortCalls() {
	exprs := x.f.Exprs
	order := func(a, b facts.ExprID) int {
		return cmp.Or(cmp.Compare(exprs[a].Start, exprs[b].Start), cmp.Compare(exprs[b].End, exprs[a].End))
	}
	if !slices.IsSortedFunc(x.f.Calls, order) {
		slices.SortStableFunc(x.f.Calls, order)
	}
}

// exact returns a copy of s without spare capacity, nil if s is empty.
func exact[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	out := make([]T, len(s))
	copy(out, s)
	return out
}

// checkUTF8 returns src, or a copy of the same length that is UTF-8 and in
// which spans therefore mean the same.
func (x *Extractor) checkUTF8(src []byte) []byte {
	if utf8.Valid(src) {
		return src
	}
	x.notUTF8 = true
	first := -1
	fixed := slices.Clone(src)
	for i := 0; i < len(fixed); {
		if fixed[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(fixed[i:])
		if r == utf8.RuneError && n == 1 {
			fixed[i] = '?'
			if first < 0 {
				first = i
			}
		}
		i += n
	}
	x.f.Problems = append(x.f.Problems, facts.Problem{
		Kind: facts.NotUTF8, Span: facts.Span{Start: uint32(first), End: uint32(first) + 1},
	})
	return fixed
}
