package extracttest

import (
	"fmt"
	"strings"

	"topicls/index/facts"
)

// Dump writes a file's facts as text for people.
func Dump(f *facts.File) string {
	d := &dumper{f: f, seen: make([]bool, len(f.Exprs))}
	if f.Package != 0 {
		d.line("package %s", f.Text(f.Package))
	}
	d.imports()
	d.scopes()
	d.blocks()
	d.bindings()
	d.returns()
	d.calls()
	d.rest()
	for _, x := range f.Directives {
		d.line("directive %s %q", d.span(x.Span), x.Text)
	}
	for _, x := range f.Problems {
		d.line("problem %s %s", d.span(x.Span), [...]string{"syntax", "deep", "large", "time", "binary", "utf8"}[x.Kind])
	}
	if f.Main != (facts.Span{}) {
		d.line("main %s", d.span(f.Main))
	}
	return d.out.String()
}

type dumper struct {
	f    *facts.File
	out  strings.Builder
	seen []bool // expressions written
}

func (d *dumper) line(format string, args ...any) {
	d.out.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " "))
	d.out.WriteByte('\n')
}

func (d *dumper) pos(off uint32) string {
	line := 0
	for line+1 < len(d.f.LineStarts) && d.f.LineStarts[line+1] <= off {
		line++
	}
	return fmt.Sprintf("%d:%d", line+1, off-d.f.LineStarts[line]+1)
}

func (d *dumper) span(s facts.Span) string { return d.pos(s.Start) + "-" + d.pos(s.End) }

func (d *dumper) imports() {
	for _, i := range d.f.Imports {
		what := d.f.Text(i.Member)
		if i.Star {
			what = "*"
		}
		d.line("import %s s%d level=%d module=%q member=%q local=%q", d.span(i.Span), i.Scope, i.Level, d.f.Text(i.Module), what, d.f.Text(i.Local))
	}
}

func (d *dumper) scopes() {
	kinds := [...]string{"module", "class", "func", "lambda", "comp"}
	for i := range d.f.Scopes {
		s := &d.f.Scopes[i]
		var b strings.Builder
		fmt.Fprintf(&b, "scope s%d %s %s", i, kinds[s.Kind], d.f.Text(s.Name))
		if i > 0 {
			fmt.Fprintf(&b, " %s in s%d.b%d body b%d", d.span(s.Span), s.Parent, s.Block, s.Body)
		}
		for bit, word := range [...]string{" static", " partial", " abstract", " accessor"} {
			if s.Flag&(1<<bit) != 0 {
				b.WriteString(word)
			}
		}
		if s.Async {
			b.WriteString(" async")
		}
		if s.Generator {
			b.WriteString(" generator")
		}
		for _, id := range d.f.Decorators(s) {
			fmt.Fprintf(&b, " @%s", d.expr(id))
		}
		for _, id := range d.f.Bases(s) {
			fmt.Fprintf(&b, " base %s", d.expr(id))
		}
		if s.Result != 0 {
			fmt.Fprintf(&b, " -> %s", d.expr(s.Result))
		}
		for _, g := range d.f.GlobalNames(s) {
			fmt.Fprintf(&b, " global %s", d.f.Text(g))
		}
		d.line("%s", b.String())
		for _, p := range d.f.ScopeParams(s) {
			text := fmt.Sprintf("  param %s %s%s", d.span(p.Span), [...]string{"", "keyword ", "*", "**"}[p.Kind], d.f.Text(p.Name))
			if p.Annot != 0 {
				text += ": " + d.expr(p.Annot)
			}
			if p.Default != 0 {
				text += " = " + d.expr(p.Default)
			}
			d.line("%s", text)
		}
	}
}

func (d *dumper) blocks() {
	for i := range d.f.Blocks {
		b := &d.f.Blocks[i]
		if b.Kind == facts.Body {
			continue
		}
		kind := [...]string{"body", "branch", "loop", "try", "handler", "finally", "with"}[b.Kind]
		cond := ""
		if b.Cond != 0 {
			cond = "if " + d.expr(b.Cond)
		}
		if b.Leaves {
			cond += " leaves"
		}
		d.line("block s%d.b%d %s %s in b%d group %d arm %d %s", b.Scope, i, kind, d.span(b.Span), b.Parent, b.Group, b.Arm, cond)
	}
}

func (d *dumper) bindings() {
	for i := range d.f.Bindings {
		b := &d.f.Bindings[i]
		target := d.f.Text(b.Name)
		switch b.Target {
		case facts.ToAttr:
			target = d.expr(b.Obj) + "." + target
		case facts.ToIndex:
			target = d.expr(b.Obj) + "[" + d.expr(b.Key) + "]"
		}
		op := " = "
		if b.Flag&facts.Augmented != 0 {
			op = " += "
		}
		if b.Flag&facts.Annotated != 0 {
			target += ": " + d.expr(b.Annot)
		}
		if b.Flag&facts.Scoped != 0 {
			target = "let " + target
		}
		d.line("bind %s s%d.b%d %s%s%s", d.span(b.Span), b.Scope, b.Block, target, op, d.expr(b.Value))
	}
}

func (d *dumper) returns() {
	for _, r := range d.f.Returns {
		word := "return"
		if r.Yield {
			word = "yield"
		}
		d.line("%s s%d.b%d %s", word, r.Scope, r.Block, d.expr(r.Value))
	}
}

func (d *dumper) calls() {
	for _, id := range d.f.Calls {
		e := d.f.At(id)
		d.line("call %s s%d.b%d %s", d.span(e.Span), e.Scope, e.Block, d.expr(id))
	}
}

// rest writes the expressions that no other row led to.
func (d *dumper) rest() {
	inner := make([]bool, len(d.f.Exprs))
	for i := range d.f.Exprs {
		for _, id := range operands(d.f, facts.ExprID(i)) {
			inner[id] = true
		}
	}
	for i := 1; i < len(d.f.Exprs); i++ {
		if !d.seen[i] && !inner[i] {
			e := &d.f.Exprs[i]
			d.line("expr %s s%d.b%d %s", d.span(e.Span), e.Scope, e.Block, d.expr(facts.ExprID(i)))
		}
	}
}

// operands lists the expressions that a row refers to.
func operands(f *facts.File, id facts.ExprID) []facts.ExprID {
	e := f.At(id)
	ids := []facts.ExprID{e.X, e.Y}
	if e.N > 0 {
		ids = append(ids, f.Operands(e)...)
	}
	return ids
}

func (d *dumper) list(e *facts.Expr) string {
	var parts []string
	for _, id := range d.f.Operands(e) {
		parts = append(parts, d.expr(id))
	}
	return strings.Join(parts, ", ")
}

func (d *dumper) expr(id facts.ExprID) string {
	if id == 0 {
		return "-"
	}
	d.seen[id] = true
	e := d.f.At(id)
	name := d.f.Text(e.Name)
	has := func(f facts.Flag) bool { return e.Flag&f != 0 }
	switch e.Kind {
	case facts.Unknown:
		if e.X != 0 {
			return "Unknown(" + d.expr(e.X) + ")"
		}
		return "Unknown[" + d.span(e.Span) + "]"
	case facts.String:
		text := fmt.Sprintf("%q", name)
		if has(facts.Bytes) {
			text = "b" + text
		}
		if has(facts.Raw) {
			text = "raw:" + text
		}
		return text
	case facts.Number, facts.Bool, facts.Name:
		return name
	case facts.None:
		return "None"
	case facts.Interp:
		return "Interp(" + d.list(e) + ")"
	case facts.Concat:
		return "Concat(" + d.expr(e.X) + ", " + d.expr(e.Y) + ")"
	case facts.Format:
		return "Format(" + d.expr(e.X) + " % " + d.list(e) + ")"
	case facts.Attr:
		return d.expr(e.X) + "." + name
	case facts.Index:
		return d.expr(e.X) + "[" + d.expr(e.Y) + "]"
	case facts.Call:
		return d.expr(e.X) + "(" + d.list(e) + ")"
	case facts.Arg:
		text := d.expr(e.X)
		if name != "" {
			text = name + "=" + text
		}
		if has(facts.SpreadOne) {
			text = "*" + text
		}
		if has(facts.SpreadMap) {
			text = "**" + text
		}
		return text
	case facts.Map:
		text := "{" + d.list(e) + "}"
		if has(facts.Comp) {
			text = "comp" + text
		}
		return text
	case facts.Entry:
		if has(facts.SpreadMap) {
			return "**" + d.expr(e.X)
		}
		return d.expr(e.Y) + ": " + d.expr(e.X)
	case facts.List:
		text := d.list(e)
		if has(facts.Tuple) {
			text = "(" + text + ",)"
		} else {
			text = "[" + text + "]"
		}
		if has(facts.Set) {
			text = "set" + text
		}
		if has(facts.Comp) {
			text = "comp" + text
		}
		return text
	case facts.Spread:
		return "*" + d.expr(e.X)
	case facts.Alt:
		switch {
		case has(facts.Or):
			return "Or(" + d.list(e) + ")"
		case has(facts.And):
			return "And(" + d.list(e) + ")"
		case has(facts.Ternary):
			return "Ternary(" + d.list(e) + " if " + d.expr(e.Y) + ")"
		}
		return "Alt(" + d.list(e) + ")"
	case facts.Func:
		return fmt.Sprintf("Func s%d", e.Lo)
	case facts.Class:
		return fmt.Sprintf("Class s%d", e.Lo)
	case facts.Element:
		if has(facts.Keys) {
			return "Keys(" + d.expr(e.X) + ")"
		}
		return d.async(e) + "Element(" + d.expr(e.X) + ")"
	case facts.Item:
		return fmt.Sprintf("Item %d(%s)", e.Lo, d.expr(e.X))
	case facts.Enter:
		return d.async(e) + "Enter(" + d.expr(e.X) + ")"
	case facts.Raised:
		return "Raised(" + d.expr(e.X) + ")"
	case facts.ImportRef:
		return fmt.Sprintf("Import %d", e.Lo)
	case facts.Await:
		if has(facts.Yield) {
			return "Yield(" + d.expr(e.X) + ")"
		}
		return "Await(" + d.expr(e.X) + ")"
	case facts.Compare:
		return "(" + d.expr(e.X) + " " + [...]string{"==", "!=", "is", "is not", "in", "not in", "<", "<=", ">", ">="}[e.Lo] + " " + d.expr(e.Y) + ")"
	case facts.Compute:
		switch {
		case e.X == 0:
			return "Compute(" + name + ")"
		case e.Y == 0:
			return "Compute(" + name + d.expr(e.X) + ")"
		}
		return "Compute(" + d.expr(e.X) + " " + name + " " + d.expr(e.Y) + ")"
	case facts.Not:
		return "Not(" + d.expr(e.X) + ")"
	case facts.ParamRef:
		return fmt.Sprintf("Param %d", e.Lo)
	case facts.Receiver:
		return "receiver"
	}
	return "?"
}

func (d *dumper) async(e *facts.Expr) string {
	if e.Flag&facts.Async != 0 {
		return "async"
	}
	return ""
}
