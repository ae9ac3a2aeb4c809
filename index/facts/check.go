package facts

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// Check reports the first thing in f that breaks what readers of facts rely
// on, so that they need not look: every reference leads to a row, operands
// stand in front of what they are operands of, scopes and blocks behind those
// that hold them, spans lie in the file, names are UTF-8.
func (f *File) Check() error {
	c := checker{f: f}
	if len(f.Names) == 0 || f.Names[0] != "" || len(f.Exprs) == 0 || f.Exprs[0] != (Expr{}) || len(f.Scopes) == 0 || len(f.Blocks) == 0 {
		return fmt.Errorf("a reserved row is missing")
	}
	c.end = f.Scopes[0].End
	c.names()
	c.exprs()
	c.scopes()
	c.blocks()
	c.statements()
	c.calls()
	c.places()
	return c.err
}

// checker keeps the first fault.
type checker struct {
	f   *File
	end uint32 // of the file
	err error

	callRows int // expressions that are calls
}

func (c *checker) fault(table string, row int, what string) {
	if c.err == nil {
		c.err = fmt.Errorf("%s %d: %s", table, row, what)
	}
}

func (c *checker) span(s Span) bool { return s.Start <= s.End && s.End <= c.end }

func (c *checker) expr(id ExprID) bool { return uint(id) < uint(len(c.f.Exprs)) }

func (c *checker) name(s Sym) bool { return uint(s) < uint(len(c.f.Names)) }

// place reports whether b is a block of scope s.
func (c *checker) place(s ScopeID, b BlockID) bool {
	return uint(s) < uint(len(c.f.Scopes)) && uint(b) < uint(len(c.f.Blocks)) && c.f.Blocks[b].Scope == s
}

// within reports whether a run of rows lies in a table of the given length.
func within(lo, n int32, length int) bool {
	return lo >= 0 && n >= 0 && int(lo) <= length && int(n) <= length-int(lo)
}

func (c *checker) names() {
	for i, s := range c.f.Names {
		if i > 0 && s == "" || !utf8.ValidString(s) {
			c.fault("name", i, "empty or not UTF-8")
		}
	}
}

func (c *checker) exprs() {
	f := c.f
	exprs, kids := f.Exprs, f.Kids
	for i := 1; i < len(exprs); i++ {
		x := &exprs[i]
		if x.Kind > lastKind {
			c.fault("expression", i, "no such kind")
		}
		if !c.span(x.Span) {
			c.fault("expression", i, "outside of the file")
		}
		if !c.name(x.Name) {
			c.fault("expression", i, "no such name")
		}
		if !c.place(x.Scope, x.Block) {
			c.fault("expression", i, "no such block of the scope")
		}
		if x.Kind == Call {
			c.callRows++
		}
		if uint(x.X) >= uint(i) || uint(x.Y) >= uint(i) {
			c.fault("expression", i, "operand behind it")
		}
		switch x.Kind {
		case Func, Class:
			if x.Lo <= 0 || int(x.Lo) >= len(f.Scopes) {
				c.fault("expression", i, "no such scope")
			}
		case ImportRef:
			if uint(x.Lo) >= uint(len(f.Imports)) {
				c.fault("expression", i, "no such import")
			}
		case ParamRef:
			if uint(x.Lo) >= uint(len(f.Params)) {
				c.fault("expression", i, "no such parameter")
			}
		case Compare:
			if x.Lo < 0 || Op(x.Lo) > lastOp {
				c.fault("expression", i, "no such comparison")
			}
		case Item:
		case Name:
			if x.Lo < 0 {
				c.fault("expression", i, "no such number of type arguments")
			}
		default:
			if !within(x.Lo, x.N, len(kids)) {
				c.fault("expression", i, "no such operands")
				continue
			}
			for _, k := range kids[x.Lo : x.Lo+x.N] {
				switch {
				case k <= 0 || int(k) >= i:
					c.fault("expression", i, "operand behind it")
				case x.Kind == Call && exprs[k].Kind != Arg, x.Kind == Map && exprs[k].Kind != Entry:
					c.fault("expression", i, "operand of another kind")
				}
			}
		}
		if hasNoKids(x.Kind) && x.N != 0 {
			c.fault("expression", i, "has operands")
		}
	}
}

// hasNoKids reports whether Lo is no index of File.Kids.
func hasNoKids(k Kind) bool {
	switch k {
	case Func, Class, ImportRef, ParamRef, Item, Compare, Name:
		return true
	}
	return false
}

func (c *checker) kids(lo, n int32) bool {
	if !within(lo, n, len(c.f.Kids)) {
		return false
	}
	for _, k := range c.f.Kids[lo : lo+n] {
		if k <= 0 || !c.expr(k) {
			return false
		}
	}
	return true
}

func (c *checker) scopes() {
	f := c.f
	for i := range f.Scopes {
		s := &f.Scopes[i]
		if s.Kind > CompScope || !c.span(s.Span) || !c.span(s.NameSpan) || !c.name(s.Name) || !c.expr(s.Result) {
			c.fault("scope", i, "bad kind, span, name or result")
		}
		if !c.place(s.Parent, s.Block) || i > 0 && int(s.Parent) >= i {
			c.fault("scope", i, "no scope around it")
		}
		if !c.place(ScopeID(i), s.Body) || f.Blocks[s.Body].Kind != Body {
			c.fault("scope", i, "no body")
		}
		if !within(s.ParamLo, s.ParamN, len(f.Params)) || !within(s.GlobalLo, s.GlobalN, len(f.Globals)) ||
			!c.kids(s.DecorLo, s.DecorN) || !c.kids(s.BaseLo, s.BaseN) {
			c.fault("scope", i, "no such parameters, globals, decorators or bases")
		}
	}
	for i := range f.Params {
		p := &f.Params[i]
		if p.Kind > RestMap || !c.span(p.Span) || !c.name(p.Name) || !c.expr(p.Default) || !c.expr(p.Annot) {
			c.fault("parameter", i, "bad kind, span, name, default or type")
		}
	}
	for i, s := range f.Globals {
		if !c.name(s) {
			c.fault("global", i, "no such name")
		}
	}
}

func (c *checker) blocks() {
	for i := range c.f.Blocks {
		b := &c.f.Blocks[i]
		if b.Kind > With || !c.span(b.Span) || !c.expr(b.Cond) || uint(b.Scope) >= uint(len(c.f.Scopes)) {
			c.fault("block", i, "bad kind, span, condition or scope")
		}
		if i > 0 && uint(b.Parent) >= uint(i) || i == 0 && b.Parent != 0 {
			c.fault("block", i, "no block around it")
		}
	}
}

func (c *checker) statements() {
	f := c.f
	for i := range f.Bindings {
		b := &f.Bindings[i]
		if b.Target > ToIndex || !c.span(b.Span) || !c.name(b.Name) || !c.place(b.Scope, b.Block) {
			c.fault("binding", i, "bad target, span, name or block")
		}
		if !c.expr(b.Obj) || !c.expr(b.Key) || !c.expr(b.Value) || !c.expr(b.Annot) {
			c.fault("binding", i, "no such expression")
		}
		if (b.Target == ToIndex) == (b.Name != 0) || (b.Target == ToName) != (b.Obj == 0) {
			c.fault("binding", i, "fields of another target")
		}
	}
	for i, r := range f.Returns {
		if !c.expr(r.Value) || !c.place(r.Scope, r.Block) {
			c.fault("return", i, "no such expression or block")
		}
	}
	for i := range f.Imports {
		m := &f.Imports[i]
		if !c.span(m.Span) || !c.name(m.Module) || !c.name(m.Member) || !c.name(m.Local) || uint(m.Scope) >= uint(len(f.Scopes)) || m.Level < 0 {
			c.fault("import", i, "bad span, name, scope or level")
		}
	}
}

func (c *checker) calls() {
	f := c.f
	if c.callRows != len(f.Calls) {
		c.fault("call", len(f.Calls), "not all calls are listed")
	}
	for i, id := range f.Calls {
		switch {
		case !c.expr(id) || f.Exprs[id].Kind != Call:
			c.fault("call", i, "no call")
		case i > 0 && f.Exprs[id].Start < f.Exprs[f.Calls[i-1]].Start:
			c.fault("call", i, "out of order")
		}
		if c.err != nil {
			return
		}
	}
}

func (c *checker) places() {
	f := c.f
	for i := range f.Directives {
		if !c.span(f.Directives[i].Span) || !utf8.ValidString(f.Directives[i].Text) {
			c.fault("directive", i, "outside of the file, or not UTF-8")
		}
	}
	for i, p := range f.Problems {
		if p.Kind > NotUTF8 || !c.span(p.Span) {
			c.fault("problem", i, "bad kind or span")
		}
	}
	if !c.span(f.Main) {
		c.fault("main", 0, "outside of the file")
	}
	if len(f.LineStarts) == 0 || f.LineStarts[0] != 0 || !slices.IsSorted(f.LineStarts) || f.LineStarts[len(f.LineStarts)-1] > c.end {
		c.fault("line", 0, "out of order")
	}
}
