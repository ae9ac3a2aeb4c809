package facts

import (
	"errors"
	"fmt"
)

var (
	errVersion   = errors.New("facts: encoded by another version")
	errTruncated = errors.New("facts: encoded file is cut off or damaged")
)

// Decode returns the file that Encode was given. It trusts nothing: bytes of
// any other origin give an error, or a File that passes Check, at a cost in
// proportion to their number. The result shares no memory with b.
func Decode(b []byte) (*File, error) {
	f, err := decode(b)
	if err != nil {
		return nil, err
	}
	if err := f.Check(); err != nil {
		return nil, fmt.Errorf("facts: encoded file is damaged: %w", err)
	}
	return f, nil
}

// decode reads the tables without looking at what they mean.
func decode(b []byte) (*File, error) {
	if len(b) == 0 || b[0] != codecVersion {
		return nil, errVersion
	}
	f := new(File)
	d := decoder{b: b[1:], f: f}
	f.Lang = d.text()
	f.ASCII = d.byte() != 0
	f.Main = d.span(Span{})
	f.Package = Sym(d.num())
	d.names()
	d.exprs()
	f.Kids = d.ids()
	d.scopes()
	d.params()
	d.blocks()
	d.bindings()
	d.returns()
	d.imports()
	d.globals()
	f.Calls = d.ids()
	d.directives()
	d.problems()
	d.lines()
	if d.bad || len(d.b) > 0 {
		return nil, errTruncated
	}
	return f, nil
}

// decoder reads from the front of b. At the first fault it drops the rest, so
// that loops run out over zeros and only the end needs to ask.
type decoder struct {
	b   []byte
	bad bool
	f   *File
}

func (d *decoder) fail() {
	d.b, d.bad = nil, true
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail()
		return 0
	}
	v := d.b[0]
	d.b = d.b[1:]
	return v
}

func (d *decoder) num() uint32 {
	if len(d.b) > 0 && d.b[0] < 0x80 {
		v := d.b[0]
		d.b = d.b[1:]
		return uint32(v)
	}
	return d.long()
}

func (d *decoder) long() uint32 {
	var v uint64
	for i, c := range d.b {
		v |= uint64(c&0x7F) << (7 * i)
		if c < 0x80 {
			if v > 1<<32-1 {
				break
			}
			d.b = d.b[i+1:]
			return uint32(v)
		}
		if i == 4 {
			break
		}
	}
	d.fail()
	return 0
}

func (d *decoder) diff(near uint32) uint32 {
	v := d.num()
	return near + (v>>1 ^ -(v & 1))
}

// count reads how many rows follow, of at least size bytes each.
func (d *decoder) count(size int) int {
	n := d.num()
	if uint64(n) > uint64(len(d.b)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

// rows returns room for the rows that follow, nil if there are none.
func rows[T any](d *decoder, size int) []T {
	n := d.count(size)
	if n == 0 {
		return nil
	}
	return make([]T, n)
}

func (d *decoder) text() string {
	n := d.count(1)
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

func (d *decoder) span(near Span) Span {
	start := d.diff(near.Start)
	return Span{Start: start, End: start + d.num()}
}

func (d *decoder) slice() (lo, n int32) {
	lo = int32(d.num())
	return lo, int32(d.num())
}

func (d *decoder) place(scope ScopeID, block BlockID) (ScopeID, BlockID) {
	scope = ScopeID(d.diff(uint32(scope)))
	return scope, BlockID(d.diff(uint32(block)))
}

func (d *decoder) id(near *ExprID) ExprID {
	*near = ExprID(d.diff(uint32(*near)))
	return *near
}

func (d *decoder) ids() []ExprID {
	ids := rows[ExprID](d, 1)
	var near ExprID
	for i := range ids {
		ids[i] = d.id(&near)
	}
	return ids
}

// names slices all names out of one string.
func (d *decoder) names() {
	names := rows[string](d, 1)
	lengths, total := *d, uint64(0)
	for range names {
		total += uint64(d.num())
	}
	if total > uint64(len(d.b)) {
		d.fail()
		return
	}
	all := string(d.b[:total])
	d.b = d.b[total:]
	for i := range names {
		n := lengths.num()
		names[i], all = all[:n], all[n:]
	}
	d.f.Names = names
}

func (d *decoder) exprs() {
	exprs := rows[Expr](d, 2)
	d.f.Exprs = exprs
	var scope ScopeID
	var block BlockID
	var last uint32 // start of the row before
	var next int32  // the next free kid
	for id := range exprs {
		x := &exprs[id]
		head, mask := d.byte(), d.byte()
		x.Kind = Kind(head & exprKind)
		if head&exprPlace != 0 {
			scope, block = d.place(scope, block)
		}
		x.Scope, x.Block = scope, block
		if head&exprFlag != 0 {
			x.Flag = Flag(d.num())
		}
		if mask&exprName != 0 {
			x.Name = Sym(d.num())
		}
		if mask&exprX != 0 {
			x.X = ExprID(d.diff(uint32(id)))
		} else if mask&exprXLast != 0 {
			x.X = ExprID(id - 1)
		}
		if mask&exprY != 0 {
			x.Y = ExprID(d.diff(uint32(id)))
		}
		switch mask & exprKidsMask {
		case exprKids:
			x.Lo = next
		case exprLo, exprKidsMask:
			x.Lo = int32(d.num())
		}
		if mask&exprKids != 0 {
			x.N = int32(d.num())
			next = x.Lo + x.N
		}
		x.Start = expectedStart(exprs, id, x.X, last)
		if mask&exprStart != 0 {
			x.Start = d.diff(last)
		}
		if mask&exprEnd != 0 {
			x.End = x.Start + d.num()
		} else {
			x.End = expectedEnd(exprs, d.f.Names, id, x)
		}
		last = x.Start
	}
}

func (d *decoder) scopes() {
	scopes := rows[Scope](d, 10)
	d.f.Scopes = scopes
	var last Scope
	for i := range scopes {
		s := &scopes[i]
		first, has := d.byte(), d.byte()
		s.Kind, s.Flag = ScopeKind(first&rowKind), ScopeFlag(first>>scopeFlags)
		s.Async, s.Generator = has&scopeAsync != 0, has&scopeGenerator != 0
		s.Name = Sym(d.num())
		s.Parent, s.Block = d.place(last.Parent, last.Block)
		s.Body = BlockID(d.diff(uint32(last.Body)))
		s.Span = d.span(last.Span)
		s.NameSpan = d.span(s.Span)
		if has&scopeParam != 0 {
			s.ParamLo, s.ParamN = d.slice()
		}
		if has&scopeDecor != 0 {
			s.DecorLo, s.DecorN = d.slice()
		}
		if has&scopeBase != 0 {
			s.BaseLo, s.BaseN = d.slice()
		}
		if has&scopeResult != 0 {
			s.Result = ExprID(d.num())
		}
		if has&scopeGlobal != 0 {
			s.GlobalLo, s.GlobalN = d.slice()
		}
		last = *s
	}
}

func (d *decoder) params() {
	params := rows[Param](d, 4)
	d.f.Params = params
	var near ExprID
	var last Span
	for i := range params {
		p := &params[i]
		has := d.byte()
		p.Kind = ParamKind(has & rowKind)
		p.Name = Sym(d.num())
		if has&paramDefault != 0 {
			p.Default = d.id(&near)
		}
		if has&paramAnnot != 0 {
			p.Annot = d.id(&near)
		}
		p.Span = d.span(last)
		last = p.Span
	}
}

func (d *decoder) blocks() {
	blocks := rows[Block](d, 6)
	d.f.Blocks = blocks
	var near ExprID
	var last Block
	for i := range blocks {
		b := &blocks[i]
		has := d.byte()
		b.Kind = BlockKind(has & rowKind)
		b.Scope, b.Parent = d.place(last.Scope, last.Parent)
		b.Group = int32(d.diff(uint32(last.Group)))
		if has&blockArm != 0 {
			b.Arm = int32(d.num())
		}
		b.Leaves = has&blockLeaves != 0
		if has&blockCond != 0 {
			b.Cond = d.id(&near)
		}
		b.Span = d.span(last.Span)
		last = *b
	}
}

func (d *decoder) bindings() {
	bindings := rows[Binding](d, 4)
	d.f.Bindings = bindings
	var near ExprID
	var last Binding
	for i := range bindings {
		b := &bindings[i]
		has := d.byte()
		b.Target = TargetKind(has & (bindPlace - 1))
		b.Scope, b.Block = last.Scope, last.Block
		if has&bindPlace != 0 {
			b.Scope, b.Block = d.place(last.Scope, last.Block)
		}
		if has&bindFlag != 0 {
			b.Flag = Flag(d.num())
		}
		b.Name = Sym(d.num())
		if has&bindObj != 0 {
			b.Obj = d.id(&near)
		}
		if has&bindKey != 0 {
			b.Key = d.id(&near)
		}
		if has&bindValue != 0 {
			b.Value = d.id(&near)
		}
		if has&bindAnnot != 0 {
			b.Annot = d.id(&near)
		}
		b.Span = d.span(last.Span)
		last = *b
	}
}

func (d *decoder) returns() {
	returns := rows[Return](d, 1)
	d.f.Returns = returns
	var near ExprID
	var last Return
	for i := range returns {
		r := &returns[i]
		has := d.byte()
		r.Yield = has&returnYield != 0
		r.Scope, r.Block = last.Scope, last.Block
		if has&returnPlace != 0 {
			r.Scope, r.Block = d.place(last.Scope, last.Block)
		}
		if has&returnValue != 0 {
			r.Value = d.id(&near)
		}
		last = *r
	}
}

func (d *decoder) imports() {
	imports := rows[Import](d, 6)
	d.f.Imports = imports
	var last Span
	for i := range imports {
		m := &imports[i]
		has := d.byte()
		m.Star = has&importStar != 0
		m.Scope = ScopeID(d.num())
		if has&importLevel != 0 {
			m.Level = int32(d.num())
		}
		m.Module = Sym(d.num())
		if has&importMember != 0 {
			m.Member = Sym(d.num())
		}
		m.Local = Sym(d.num())
		m.Span = d.span(last)
		last = m.Span
	}
}

func (d *decoder) globals() {
	d.f.Globals = rows[Sym](d, 1)
	for i := range d.f.Globals {
		d.f.Globals[i] = Sym(d.num())
	}
}

func (d *decoder) directives() {
	d.f.Directives = rows[Directive](d, 3)
	for i := range d.f.Directives {
		d.f.Directives[i] = Directive{Text: d.text(), Span: d.span(Span{})}
	}
}

func (d *decoder) problems() {
	d.f.Problems = rows[Problem](d, 3)
	for i := range d.f.Problems {
		d.f.Problems[i] = Problem{Kind: ProblemKind(d.byte()), Span: d.span(Span{})}
	}
}

func (d *decoder) lines() {
	d.f.LineStarts = rows[uint32](d, 1)
	var last uint32
	for i := range d.f.LineStarts {
		last += d.num()
		d.f.LineStarts[i] = last
	}
}
