package facts

// Moved returns the facts as those of another text: each place where at says,
// which must not change the order of offsets and leave 0 where it is; the lines
// and problems of that text as its own facts have them. All else is shared with
// f, which stays as it is.
func (f *File) Moved(at func(off uint32) uint32, text *File) *File {
	out := *f
	out.LineStarts, out.ASCII, out.Problems = text.LineStarts, text.ASCII, text.Problems
	out.Exprs = movedRows(f.Exprs, at, func(e *Expr) *Span { return &e.Span })
	out.Scopes = movedRows(f.Scopes, at, func(s *Scope) *Span { return &s.Span })
	for i := range out.Scopes {
		out.Scopes[i].NameSpan = out.Scopes[i].NameSpan.moved(at)
	}
	out.Params = movedRows(f.Params, at, func(p *Param) *Span { return &p.Span })
	out.Blocks = movedRows(f.Blocks, at, func(b *Block) *Span { return &b.Span })
	out.Bindings = movedRows(f.Bindings, at, func(b *Binding) *Span { return &b.Span })
	out.Imports = movedRows(f.Imports, at, func(i *Import) *Span { return &i.Span })
	out.Directives = movedRows(f.Directives, at, func(d *Directive) *Span { return &d.Span })
	out.Main = f.Main.moved(at)
	return &out
}

func movedRows[T any](rows []T, at func(uint32) uint32, span func(*T) *Span) []T {
	out := make([]T, len(rows))
	copy(out, rows)
	for i := range out {
		s := span(&out[i])
		*s = s.moved(at)
	}
	return out
}

func (s Span) moved(at func(uint32) uint32) Span { return Span{at(s.Start), at(s.End)} }
