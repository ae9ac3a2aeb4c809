package kotlin

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

	lex  lexer
	toks []token
	pos  int // the next token
	end  int // where the tokens that may be read end: len(toks)-1, that of the end of file

	depth    int          // of nested constructs
	typeEnd  int          // the token where a receiver's type ends, 0 if nothing ends it
	jump     facts.ExprID // the last expression that has no value, since it goes elsewhere
	cast     choice       // the last expression that was cast, and the type (its cond)
	discard  int          // the token of the statement whose value nothing uses
	extended facts.ExprID // the receiver's type of the function or property that is being read
	noLambda bool         // a brace here is no trailing lambda: it is the body of the class that delegates to what is in front

	classes  []class
	funcs    []function
	tops     []facts.Sym // properties at the top of the file
	names    []facts.Sym // all that the file declares but functions, sorted; if listed
	funNames []facts.Sym // the functions that it declares, sorted; if listed
	listed   bool
	locals   []facts.Sym // names declared in the functions that the walk is in
	params   []facts.Param
	args     []facts.ExprID // annotations whose list isn't complete
	text     []byte         // string decoding
	more     map[extension]build.Place
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
	x.pos, x.depth, x.typeEnd, x.noLambda, x.jump, x.discard, x.cast, x.extended = 1, 0, 0, false, 0, 0, choice{}, 0
	x.classes, x.funcs, x.locals, x.params, x.args = x.classes[:0], x.funcs[:0], x.locals[:0], x.params[:0], x.args[:0]
	clear(x.more)
	x.listed = false
	limits := syntax.DefaultLimits
	if problem := limits.Check(x.Valid); problem != nil {
		x.F.Problems = append(x.F.Problems, *problem)
		return x.Finish("kotlin")
	}
	x.toks = x.lex.tokens(x.Valid, x.toks[:0])
	x.end = len(x.toks) - 1
	x.file()
	x.Take(syntax.Tree{Nodes: x.lex.texts})
	x.Directives("//", kString)
	return x.Finish("kotlin")
}

// kString is the kind of the strings that directives are not searched in.
const kString = syntax.FirstKind

// maxProblems bounds the syntax errors recorded for one file.
const maxProblems = 32

// problem records that the source can't be read at a place.
func (x *Extractor) problem(kind facts.ProblemKind, span facts.Span) {
	if n := len(x.F.Problems); n >= maxProblems || n > 0 && x.F.Problems[n-1].Span == span {
		return
	}
	x.F.Problems = append(x.F.Problems, facts.Problem{Kind: kind, Span: span})
}

// maxNesting is how deep constructs may stand in each other, and how long a
// chain of operators may be. What is deeper is left out.
const maxNesting = 400

// enter reports whether another construct may begin here. If so, leave must
// follow. Otherwise what begins here has been skipped.
func (x *Extractor) enter() bool {
	if x.depth < maxNesting {
		x.depth++
		return true
	}
	t := x.tok()
	x.problem(facts.TooDeep, facts.Span{Start: t.start, End: t.end})
	x.skipBalanced()
	return false
}

func (x *Extractor) leave() { x.depth-- }
