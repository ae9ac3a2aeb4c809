package java

import (
	"bytes"

	"topicls/index/facts"
)

// dotted appends `a.b.c` at node i as attributes of a name.
func (x *Extractor) dotted(i uint32) facts.ExprID {
	start := x.Nodes[i].Start
	var id facts.ExprID
	eachPart(x.Source(i), func(lo, hi int) {
		if lo == hi {
			return
		}
		kind, span := facts.Name, facts.Span{Start: start + uint32(lo), End: start + uint32(hi)}
		name := x.Sym(x.Src[span.Start:span.End])
		if id != 0 {
			kind, span.Start = facts.Attr, start
		}
		row := x.Add(kind, 0, span)
		x.F.Exprs[row].X, x.F.Exprs[row].Name = id, name
		id = row
	})
	if id == 0 {
		return x.Row(facts.Unknown, i)
	}
	return id
}

// eachPart calls f with the range of each part of a dotted name, which may be
// written with space and comments between them.
func eachPart(text []byte, f func(lo, hi int)) {
	for at := 0; at <= len(text); {
		at += skip(text[at:])
		end := at
		for end < len(text) && isWord(text[end]) {
			end++
		}
		f(at, end)
		end += skip(text[end:])
		if end >= len(text) || text[end] != '.' {
			return
		}
		at = end + 1
	}
}

// isWord reports whether c may be a byte of an identifier.
func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// skip returns the length of the space and comments at the start of text.
func skip(text []byte) int {
	at := 0
	for at < len(text) {
		switch c := text[at]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f':
			at++
		case bytes.HasPrefix(text[at:], []byte("//")):
			end := bytes.IndexAny(text[at:], "\r\n")
			if end < 0 {
				return len(text)
			}
			at += end
		case bytes.HasPrefix(text[at:], []byte("/*")):
			end := bytes.Index(text[at+2:], []byte("*/"))
			if end < 0 {
				return len(text)
			}
			at += end + len("/**/")
		default:
			return at
		}
	}
	return at
}

// plain interns a dotted name without the space and comments that it may be
// written with.
func (x *Extractor) plain(text []byte) facts.Sym {
	x.text = x.text[:0]
	eachPart(text, func(lo, hi int) {
		if len(x.text) > 0 {
			x.text = append(x.text, '.')
		}
		x.text = append(x.text, text[lo:hi]...)
	})
	return x.Sym(x.text)
}

// packageDeclaration notes the package of the file. Its annotations (in
// package-info.java) say nothing of values.
func (x *Extractor) packageDeclaration(i uint32) {
	if c := x.first(i); x.usable(c) {
		x.F.Package = x.plain(x.Source(c))
	}
}

// importDeclaration visits an import. What a name that is imported belongs to,
// a package or a class, stands in front of its last dot.
func (x *Extractor) importDeclaration(i uint32) {
	c := x.first(i)
	if !x.usable(c) {
		return
	}
	text := x.Source(c)
	if x.Has(i, kAsterisk) {
		x.F.Imports = append(x.F.Imports, facts.Import{Scope: x.Scope, Module: x.plain(text), Star: true, Span: x.Span(c)})
		return
	}
	var last, end, cut int
	eachPart(text, func(lo, hi int) {
		last, cut = lo, end
		end = hi
	})
	if last == end {
		return
	}
	span := facts.Span{Start: x.Nodes[c].Start + uint32(last), End: x.Nodes[c].Start + uint32(end)}
	name := x.Sym(text[last:end])
	imp := facts.Import{Scope: x.Scope, Module: x.plain(text[:cut]), Member: name, Local: name, Span: span}
	ref := x.Add(facts.ImportRef, 0, span)
	x.F.Exprs[ref].Lo = int32(len(x.F.Imports))
	x.F.Imports = append(x.F.Imports, imp)
	x.Bind(name, span, ref)
}
