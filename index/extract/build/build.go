// Package build holds what the extractors of all languages have in common: a
// Builder appends rows to a file's tables while an extractor walks the tree.
// It knows no language, does no I/O, and reuses its memory from file to file.
package build

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// Builder builds one file after the other. An extractor embeds it.
type Builder struct {
	Src   []byte     // the file
	Valid []byte     // Src with "?" for bytes that aren't UTF-8, which is what to parse
	F     facts.File // tables under construction; their arrays are reused
	Tree  syntax.Tree
	Nodes []syntax.Node // Tree.Nodes

	Scope facts.ScopeID // where the walk stands
	Block facts.BlockID

	Kids    []facts.ExprID // stack of operands whose list isn't complete
	Globals []facts.Sym    // the same for names declared global

	names   names
	notUTF8 bool
	groups  int32 // block groups given out
}

// Start prepares for another file.
func (x *Builder) Start(src []byte) {
	f := &x.F
	*f = facts.File{
		Exprs: append(f.Exprs[:0], facts.Expr{}), Kids: f.Kids[:0], Scopes: f.Scopes[:0], Params: f.Params[:0],
		Blocks: f.Blocks[:0], Bindings: f.Bindings[:0], Returns: f.Returns[:0], Imports: f.Imports[:0],
		Globals: f.Globals[:0], Calls: f.Calls[:0], Directives: f.Directives[:0], Problems: f.Problems[:0],
		LineStarts: f.LineStarts[:0],
	}
	x.names.reset()
	x.Src, x.Tree, x.Nodes = src, syntax.Tree{}, nil
	x.notUTF8, x.Scope, x.Block, x.groups = false, 0, 0, 0
	x.Kids, x.Globals = x.Kids[:0], x.Globals[:0]
	whole := facts.Span{End: uint32(min(len(src), 1<<32-1))}
	f.Scopes = append(f.Scopes, facts.Scope{Kind: facts.ModuleScope, Span: whole})
	f.Blocks = append(f.Blocks, facts.Block{Kind: facts.Body, Span: whole})
	x.lines()
	x.Valid = src
	if !f.ASCII {
		x.Valid = x.checkUTF8(src)
	}
}

// Take gives the tree of the file.
func (x *Builder) Take(tree syntax.Tree) { x.Tree, x.Nodes = tree, tree.Nodes }

// Finish returns the tables in arrays of their exact size. They share no
// memory with the Builder.
func (x *Builder) Finish(lang string) *facts.File {
	f := &x.F
	x.sortCalls()
	out := &facts.File{
		Lang: lang, Package: f.Package, Names: x.names.strings(), Exprs: exact(f.Exprs), Kids: exact(f.Kids), Scopes: exact(f.Scopes),
		Params: exact(f.Params), Blocks: exact(f.Blocks), Bindings: exact(f.Bindings), Returns: exact(f.Returns),
		Imports: exact(f.Imports), Globals: exact(f.Globals), Calls: exact(f.Calls), Main: f.Main,
		Directives: exact(f.Directives), Problems: exact(f.Problems), LineStarts: exact(f.LineStarts), ASCII: f.ASCII,
	}
	x.Src, x.Valid, x.Tree, x.Nodes = nil, nil, syntax.Tree{}, nil
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
func (x *Builder) sortCalls() {
	exprs := x.F.Exprs
	order := func(a, b facts.ExprID) int {
		return cmp.Or(cmp.Compare(exprs[a].Start, exprs[b].Start), cmp.Compare(exprs[b].End, exprs[a].End))
	}
	if !slices.IsSortedFunc(x.F.Calls, order) {
		slices.SortStableFunc(x.F.Calls, order)
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
func (x *Builder) checkUTF8(src []byte) []byte {
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
	x.F.Problems = append(x.F.Problems, facts.Problem{
		Kind: facts.NotUTF8, Span: facts.Span{Start: uint32(first), End: uint32(first) + 1},
	})
	return fixed
}

// lines fills LineStarts and ASCII. Lines end as the language server protocol
// has it: with \n, \r\n or \r.
func (x *Builder) lines() {
	src := x.Src
	starts := append(x.F.LineStarts, 0)
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
	x.F.LineStarts = starts
	x.F.ASCII = isASCII(src)
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

// LineAround returns the line that holds offset at, without its end.
func (x *Builder) LineAround(at int) (start, end int) {
	i, found := slices.BinarySearch(x.F.LineStarts, uint32(at))
	if !found {
		i--
	}
	start, end = int(x.F.LineStarts[i]), len(x.Src)
	if i+1 < len(x.F.LineStarts) {
		end = int(x.F.LineStarts[i+1])
	}
	for end > start && (x.Src[end-1] == '\n' || x.Src[end-1] == '\r') {
		end--
	}
	return start, end
}

// maxProblems bounds the syntax errors recorded for one file.
const maxProblems = 32

// Problems records the parts of the tree that have no facts.
func (x *Builder) Problems() {
	if !x.Tree.Flawed && !x.Tree.Deep && len(x.Tree.Mended) == 0 {
		return
	}
	for _, line := range x.Tree.Mended {
		x.F.Problems = append(x.F.Problems, facts.Problem{Kind: facts.SyntaxError, Span: line})
	}
	for i := 0; i < len(x.Nodes) && len(x.F.Problems) < maxProblems; i++ {
		n := &x.Nodes[i]
		if n.Kind == syntax.Error || n.Missing() {
			x.F.Problems = append(x.F.Problems, facts.Problem{Kind: facts.SyntaxError, Span: facts.Span{Start: n.Start, End: n.End}})
		}
		if n.Deep() {
			x.F.Problems = append(x.F.Problems, facts.Problem{Kind: facts.TooDeep, Span: facts.Span{Start: n.Start, End: n.End}})
		}
	}
	slices.SortStableFunc(x.F.Problems, func(a, b facts.Problem) int { return int(a.Start) - int(b.Start) })
}

// Sym interns source text, with U+FFFD for bytes that aren't UTF-8.
func (x *Builder) Sym(b []byte) facts.Sym {
	if x.notUTF8 && !utf8.Valid(b) {
		b = bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return x.names.intern(b)
}

// Text returns the text of a symbol, which is valid until another is interned.
func (x *Builder) Text(s facts.Sym) []byte { return x.names.text(uint32(s)) }
