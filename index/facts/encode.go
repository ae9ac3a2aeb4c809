package facts

import (
	"slices"
	"sync"
)

// The compact form of a File: a version byte, then the tables one after the
// other, each with its number of rows in front. Numbers are varints, and most
// are written as the distance from what a reader would expect (the row before,
// the next free kid, the length of the name), so that they fit one byte or,
// by a bit in the row's first bytes, none. All distances are taken modulo
// 2^32: whatever a field holds, it comes back.
//
// encode.go and decode.go mirror each other line by line. A change to either,
// or to the meaning of a row, needs a new codecVersion.

// codecVersion is the first byte of an encoded file.
const codecVersion = 4

// The first byte of an expression is its kind with two bits.
const (
	exprKind  = 1<<6 - 1
	exprPlace = 1 << 6 // scope or block differ from the row before
	exprFlag  = 1 << 7
)

// There are bits for this many kinds.
const _ uint = exprKind - uint(lastKind)

// The second byte says which fields follow.
const (
	exprName     = 1 << iota
	exprXLast    // X is the row before
	exprX        // X follows
	exprY        // Y follows
	exprStart    // Start isn't the expected one
	exprEnd      // End isn't the expected one
	exprKids     // Lo is the next free kid and N follows
	exprLo       // Lo follows; N too if exprKids is set
	exprKidsMask = exprKids | exprLo
)

// Encode returns f in a compact form that Decode reads.
func Encode(f *File) []byte {
	room := scratch.Get().(*[]byte)
	e := encoder{b: append((*room)[:0], codecVersion), f: f}
	e.text(f.Lang)
	e.b = append(e.b, bit(f.ASCII, 1))
	e.span(Span{}, f.Main)
	e.num(uint32(f.Package))
	e.names()
	e.exprs()
	e.ids(f.Kids)
	e.scopes()
	e.params()
	e.blocks()
	e.bindings()
	e.returns()
	e.imports()
	e.globals()
	e.ids(f.Calls)
	e.directives()
	e.problems()
	e.lines()
	b := slices.Clone(e.b)
	if *room = e.b; cap(e.b) <= maxScratch {
		scratch.Put(room)
	}
	return b
}

// scratch is where files are encoded, so that results have their exact size.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// maxScratch is the largest room that is kept.
const maxScratch = 1 << 20

type encoder struct {
	b []byte
	f *File
}

// num writes a number that is small.
func (e *encoder) num(v uint32) {
	for v >= 0x80 {
		e.b = append(e.b, byte(v)|0x80)
		v >>= 7
	}
	e.b = append(e.b, byte(v))
}

// diff writes v as its distance from a number that is near.
func (e *encoder) diff(near, v uint32) {
	d := int32(v - near)
	e.num(uint32(d<<1) ^ uint32(d>>31))
}

func (e *encoder) count(n int) { e.num(uint32(n)) }

// bit returns v if b holds.
func bit(b bool, v byte) byte {
	if b {
		return v
	}
	return 0
}

func (e *encoder) text(s string) {
	e.count(len(s))
	e.b = append(e.b, s...)
}

// span writes a span that starts near another one.
func (e *encoder) span(near, s Span) {
	e.diff(near.Start, s.Start)
	e.num(s.End - s.Start)
}

// slice writes where a run of rows starts, and its length.
func (e *encoder) slice(lo, n int32) {
	e.num(uint32(lo))
	e.num(uint32(n))
}

// place writes a scope and a block that are near others.
func (e *encoder) place(nearScope ScopeID, nearBlock BlockID, scope ScopeID, block BlockID) {
	e.diff(uint32(nearScope), uint32(scope))
	e.diff(uint32(nearBlock), uint32(block))
}

// id writes an expression near the one written before.
func (e *encoder) id(near *ExprID, id ExprID) {
	e.diff(uint32(*near), uint32(id))
	*near = id
}

func (e *encoder) ids(ids []ExprID) {
	e.count(len(ids))
	var near ExprID
	for _, id := range ids {
		e.id(&near, id)
	}
}

func (e *encoder) names() {
	e.count(len(e.f.Names))
	for _, s := range e.f.Names {
		e.count(len(s))
	}
	for _, s := range e.f.Names {
		e.b = append(e.b, s...)
	}
}

func (e *encoder) exprs() {
	exprs := e.f.Exprs
	e.count(len(exprs))
	var last Expr
	var next int32 // the next free kid
	for id := range exprs {
		x := &exprs[id]
		start := expectedStart(exprs, id, x.X, last.Start)
		end := expectedEnd(exprs, e.f.Names, id, x)
		head, mask := byte(x.Kind), exprMask(x, id, start, end, next)
		if x.Scope != last.Scope || x.Block != last.Block {
			head |= exprPlace
		}
		if x.Flag != 0 {
			head |= exprFlag
		}
		e.b = append(e.b, head, mask)
		if head&exprPlace != 0 {
			e.place(last.Scope, last.Block, x.Scope, x.Block)
		}
		if head&exprFlag != 0 {
			e.num(uint32(x.Flag))
		}
		if mask&exprName != 0 {
			e.num(uint32(x.Name))
		}
		if mask&exprX != 0 {
			e.diff(uint32(id), uint32(x.X))
		}
		if mask&exprY != 0 {
			e.diff(uint32(id), uint32(x.Y))
		}
		if mask&exprLo != 0 {
			e.num(uint32(x.Lo))
		}
		if mask&exprKids != 0 {
			e.num(uint32(x.N))
			next = x.Lo + x.N
		}
		if mask&exprStart != 0 {
			e.diff(last.Start, x.Start)
		}
		if mask&exprEnd != 0 {
			e.num(x.End - x.Start)
		}
		last = *x
	}
}

func exprMask(x *Expr, id int, start, end uint32, next int32) byte {
	mask := bit(x.Name != 0, exprName) | bit(x.Y != 0, exprY) | bit(x.Start != start, exprStart) | bit(x.End != end, exprEnd)
	switch {
	case x.X == 0:
	case int(x.X) == id-1:
		mask |= exprXLast
	default:
		mask |= exprX
	}
	switch {
	case x.N == 0 && x.Lo == 0:
	case x.Lo == next:
		mask |= exprKids
	case x.N == 0:
		mask |= exprLo
	default:
		mask |= exprKidsMask
	}
	return mask
}

// expectedStart is where an expression starts that begins with its operand,
// or else near the row before.
func expectedStart(rows []Expr, id int, x ExprID, last uint32) uint32 {
	if x > 0 && int(x) < id {
		return rows[x].Start
	}
	return last
}

// expectedEnd is where an expression ends that is a name, a name behind its
// operand and one more character, or its operand alone. It depends on nothing
// of x that is written after End.
func expectedEnd(rows []Expr, names []string, id int, x *Expr) uint32 {
	end := x.Start
	operand := x.X > 0 && int(x.X) < id
	if operand {
		end = rows[x.X].End
	}
	if int(x.Name) < len(names) {
		end += uint32(len(names[x.Name]))
	}
	switch {
	case x.Kind == String:
		end += 2
	case x.Kind == Attr:
		end++
	case x.Kind == Arg && x.Name != 0 && operand:
		end = rows[x.X].End
	case x.Kind == Call && x.N == 0:
		end += 2
	}
	return end
}

// Bits of the rows of other tables; the lower ones of a row's first byte are its kind.
const (
	rowKind = 1<<3 - 1 // all kinds but those of expressions

	scopeFlags = 3 // of the first byte, the bits above the kind's

	scopeAsync     = 1 << 0 // in a second byte
	scopeGenerator = 1 << 1
	scopeDecor     = 1 << 2
	scopeBase      = 1 << 3
	scopeResult    = 1 << 4
	scopeGlobal    = 1 << 5
	scopeParam     = 1 << 6

	paramDefault = 1 << 3
	paramAnnot   = 1 << 4

	blockArm    = 1 << 3
	blockCond   = 1 << 4
	blockLeaves = 1 << 5

	bindPlace = 1 << 2 // targets need two bits
	bindFlag  = 1 << 3
	bindObj   = 1 << 4
	bindKey   = 1 << 5
	bindValue = 1 << 6
	bindAnnot = 1 << 7

	returnYield = 1 << 0
	returnPlace = 1 << 1
	returnValue = 1 << 2

	importStar   = 1 << 0
	importLevel  = 1 << 1
	importMember = 1 << 2
)

// There are bits for the kinds of all tables.
const (
	_ uint = rowKind - uint(CompScope)
	_ uint = 255>>scopeFlags - uint(allScopeFlags)
	_ uint = rowKind - uint(RestMap)
	_ uint = rowKind - uint(With)
	_ uint = bindPlace - 1 - uint(ToIndex)
)

func (e *encoder) scopes() {
	e.count(len(e.f.Scopes))
	var last Scope
	for i := range e.f.Scopes {
		s := &e.f.Scopes[i]
		has := bit(s.Async, scopeAsync) | bit(s.Generator, scopeGenerator) | bit(s.Result != 0, scopeResult) |
			bit(s.DecorLo|s.DecorN != 0, scopeDecor) | bit(s.BaseLo|s.BaseN != 0, scopeBase) |
			bit(s.GlobalLo|s.GlobalN != 0, scopeGlobal) | bit(s.ParamLo|s.ParamN != 0, scopeParam)
		e.b = append(e.b, byte(s.Kind)|byte(s.Flag)<<scopeFlags, has)
		e.num(uint32(s.Name))
		e.place(last.Parent, last.Block, s.Parent, s.Block)
		e.diff(uint32(last.Body), uint32(s.Body))
		e.span(last.Span, s.Span)
		e.span(s.Span, s.NameSpan)
		if has&scopeParam != 0 {
			e.slice(s.ParamLo, s.ParamN)
		}
		if has&scopeDecor != 0 {
			e.slice(s.DecorLo, s.DecorN)
		}
		if has&scopeBase != 0 {
			e.slice(s.BaseLo, s.BaseN)
		}
		if has&scopeResult != 0 {
			e.num(uint32(s.Result))
		}
		if has&scopeGlobal != 0 {
			e.slice(s.GlobalLo, s.GlobalN)
		}
		last = *s
	}
}

func (e *encoder) params() {
	e.count(len(e.f.Params))
	var near ExprID
	var last Span
	for i := range e.f.Params {
		p := &e.f.Params[i]
		e.b = append(e.b, byte(p.Kind)|bit(p.Default != 0, paramDefault)|bit(p.Annot != 0, paramAnnot))
		e.num(uint32(p.Name))
		if p.Default != 0 {
			e.id(&near, p.Default)
		}
		if p.Annot != 0 {
			e.id(&near, p.Annot)
		}
		e.span(last, p.Span)
		last = p.Span
	}
}

func (e *encoder) blocks() {
	e.count(len(e.f.Blocks))
	var near ExprID
	var last Block
	for i := range e.f.Blocks {
		b := &e.f.Blocks[i]
		e.b = append(e.b, byte(b.Kind)|bit(b.Arm != 0, blockArm)|bit(b.Cond != 0, blockCond)|bit(b.Leaves, blockLeaves))
		e.place(last.Scope, last.Parent, b.Scope, b.Parent)
		e.diff(uint32(last.Group), uint32(b.Group))
		if b.Arm != 0 {
			e.num(uint32(b.Arm))
		}
		if b.Cond != 0 {
			e.id(&near, b.Cond)
		}
		e.span(last.Span, b.Span)
		last = *b
	}
}

func (e *encoder) bindings() {
	e.count(len(e.f.Bindings))
	var near ExprID
	var last Binding
	for i := range e.f.Bindings {
		b := &e.f.Bindings[i]
		has := bit(b.Scope != last.Scope || b.Block != last.Block, bindPlace) | bit(b.Flag != 0, bindFlag) | bit(b.Obj != 0, bindObj) |
			bit(b.Key != 0, bindKey) | bit(b.Value != 0, bindValue) | bit(b.Annot != 0, bindAnnot)
		e.b = append(e.b, byte(b.Target)|has)
		if has&bindPlace != 0 {
			e.place(last.Scope, last.Block, b.Scope, b.Block)
		}
		if has&bindFlag != 0 {
			e.num(uint32(b.Flag))
		}
		e.num(uint32(b.Name))
		if has&bindObj != 0 {
			e.id(&near, b.Obj)
		}
		if has&bindKey != 0 {
			e.id(&near, b.Key)
		}
		if has&bindValue != 0 {
			e.id(&near, b.Value)
		}
		if has&bindAnnot != 0 {
			e.id(&near, b.Annot)
		}
		e.span(last.Span, b.Span)
		last = *b
	}
}

func (e *encoder) returns() {
	e.count(len(e.f.Returns))
	var near ExprID
	var last Return
	for i := range e.f.Returns {
		r := &e.f.Returns[i]
		has := bit(r.Yield, returnYield) | bit(r.Scope != last.Scope || r.Block != last.Block, returnPlace) | bit(r.Value != 0, returnValue)
		e.b = append(e.b, has)
		if has&returnPlace != 0 {
			e.place(last.Scope, last.Block, r.Scope, r.Block)
		}
		if has&returnValue != 0 {
			e.id(&near, r.Value)
		}
		last = *r
	}
}

func (e *encoder) imports() {
	e.count(len(e.f.Imports))
	var last Import
	for i := range e.f.Imports {
		m := &e.f.Imports[i]
		has := bit(m.Star, importStar) | bit(m.Level != 0, importLevel) | bit(m.Member != 0, importMember)
		e.b = append(e.b, has)
		e.num(uint32(m.Scope))
		if has&importLevel != 0 {
			e.num(uint32(m.Level))
		}
		e.num(uint32(m.Module))
		if has&importMember != 0 {
			e.num(uint32(m.Member))
		}
		e.num(uint32(m.Local))
		e.span(last.Span, m.Span)
		last = *m
	}
}

func (e *encoder) globals() {
	e.count(len(e.f.Globals))
	for _, s := range e.f.Globals {
		e.num(uint32(s))
	}
}

func (e *encoder) directives() {
	e.count(len(e.f.Directives))
	for i := range e.f.Directives {
		e.text(e.f.Directives[i].Text)
		e.span(Span{}, e.f.Directives[i].Span)
	}
}

func (e *encoder) problems() {
	e.count(len(e.f.Problems))
	for i := range e.f.Problems {
		e.b = append(e.b, byte(e.f.Problems[i].Kind))
		e.span(Span{}, e.f.Problems[i].Span)
	}
}

func (e *encoder) lines() {
	e.count(len(e.f.LineStarts))
	var last uint32
	for _, at := range e.f.LineStarts {
		e.num(at - last)
		last = at
	}
}
