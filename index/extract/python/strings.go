package python

import (
	"bytes"
	"unicode/utf8"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// maxText is the longest string whose text becomes a name. A schema fits;
// embedded data doesn't need to.
const maxText = 64 << 10

// string appends the string at node i.
func (x *Extractor) string(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	text := x.Src[n.Start:n.End]
	// Most strings: no prefix, no escape, one pair of quotes.
	if len(text) >= 2 && len(text) <= maxText && (text[0] == '"' || text[0] == '\'') &&
		text[len(text)-1] == text[0] && bytes.IndexByte(text, '\\') < 0 &&
		(len(text) < 6 || text[1] != text[0]) {
		return x.Named(facts.String, i, x.Sym(text[1:len(text)-1]))
	}
	return x.strings(i, i, n.Next)
}

// concatenated appends `"a" f"b"`, which is one string.
func (x *Extractor) concatenated(i uint32) facts.ExprID {
	return x.strings(i, i+1, x.Nodes[i].Next)
}

// strings appends the expression at node i made of the strings from lo to hi:
// a String if all is literal, an Interp otherwise.
func (x *Extractor) strings(i, lo, hi uint32) facts.ExprID {
	p := pieces{mark: len(x.Kids)}
	x.text = x.text[:0]
	for c := lo; c < hi; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kString {
			x.pieces(c, &p)
		}
	}
	if p.interp && !p.tooLong {
		x.flush(&p)
		return x.Group(facts.Interp, p.flag, x.Span(i), p.mark)
	}
	x.Kids = x.Kids[:p.mark]
	if p.tooLong {
		return x.Row(facts.Unknown, i)
	}
	id := x.Add(facts.String, p.flag, x.Span(i))
	x.F.Exprs[id].Name = x.Sym(x.text)
	return id
}

// pieces is a string under construction. Its pending literal text is in
// Extractor.text.
type pieces struct {
	mark    int // of the operand stack
	flag    facts.Flag
	span    facts.Span // of the pending text; empty if there is none
	interp  bool
	tooLong bool
}

// flush makes the pending text a part.
func (x *Extractor) flush(p *pieces) {
	if len(x.text) > 0 {
		id := x.Add(facts.String, p.flag, p.span)
		x.F.Exprs[id].Name = x.Sym(x.text)
		x.Push(id)
	}
	x.text, p.span = x.text[:0], facts.Span{}
}

// pieces adds the string literal at node i.
func (x *Extractor) pieces(i uint32, p *pieces) {
	n := &x.Nodes[i]
	var form literal
	at := n.Start
prefix:
	for ; at < n.End; at++ {
		switch x.Src[at] {
		case 'r', 'R':
			form.raw = true
		case 'b', 'B':
			form.bytes = true
			p.flag |= facts.Bytes
		case 'f', 'F', 't', 'T':
			form.braces = true
		case 'u', 'U':
		default:
			break prefix
		}
	}
	end := n.End
	quotes := x.quotes(at, end)
	at += quotes
	if end >= at+quotes {
		end -= quotes
	}
	for c := i + 1; c < n.Next; c = x.Nodes[c].Next {
		k := x.Nodes[c].Kind
		if k != kInterpolation && k != syntax.Error || x.Nodes[c].Start < at || x.Nodes[c].End > end {
			continue
		}
		x.literal(at, x.Nodes[c].Start, form, p)
		x.interpolation(c, p)
		at = x.Nodes[c].End
	}
	if at < end {
		x.literal(at, end, form, p)
	}
}

// quotes counts the quotes at the start of a string: 1 or 3, or 0 in a broken
// one.
func (x *Extractor) quotes(at, end uint32) uint32 {
	if at >= end || x.Src[at] != '"' && x.Src[at] != '\'' {
		return 0
	}
	if end-at >= 6 && x.Src[at+1] == x.Src[at] && x.Src[at+2] == x.Src[at] {
		return 3
	}
	return 1
}

// interpolation adds the `{...}` of an f-string at node i. A part whose text
// isn't that of its expression, because of a conversion or format, is Unknown
// with the expression as X.
func (x *Extractor) interpolation(i uint32, p *pieces) {
	p.interp = true
	var value, spec uint32
	changed := false
	n := &x.Nodes[i]
	for c := i + 1; c < n.Next; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kTypeConversion:
			changed = string(x.Source(c)) != "!s"
		case kFormatSpecifier:
			spec = c
			if s := string(bytes.TrimSpace(x.Source(c))); s != ":" && s != ":s" {
				changed = true
			}
		case syntax.Error:
		default:
			if value == 0 {
				value = c
			}
		}
	}
	if value == 0 || n.Kind == syntax.Error {
		x.flush(p)
		x.Push(x.opaque(i))
		x.text = x.text[:0]
		return
	}
	if after := x.Src[x.Nodes[value].End:n.End]; containsOp(after, "=") {
		// {x=} is short for the text and the representation.
		text := x.Src[n.Start+1 : int(x.Nodes[value].End)+bytes.IndexByte(after, '=')+1]
		x.pend(p, facts.Span{Start: n.Start + 1, End: n.Start + 1 + uint32(len(text))})
		x.text = append(x.text, text...)
		changed = true
	}
	x.flush(p)
	part := x.expr(value)
	if changed {
		part = x.Over(facts.Unknown, 0, i, part)
	}
	x.Push(part)
	if spec != 0 {
		x.visitChildren(spec)
	}
	x.text = x.text[:0]
}

// pend extends the span of the pending text.
func (x *Extractor) pend(p *pieces, span facts.Span) {
	if p.span == (facts.Span{}) {
		p.span = span
	}
	p.span.End = span.End
}

// literal is how the text of a string literal is written.
type literal struct {
	raw    bool // r"": no escapes
	bytes  bool // b"": no Unicode escapes
	braces bool // f"": braces are doubled
}

// literal adds literal text. Text that doesn't decode to UTF-8 remains as
// written, with the Raw flag.
func (x *Extractor) literal(start, end uint32, form literal, p *pieces) {
	if start >= end {
		return
	}
	if p.tooLong = p.tooLong || len(x.text)+int(end-start) > maxText; p.tooLong {
		return
	}
	x.pend(p, facts.Span{Start: start, End: end})
	src := x.Src[start:end]
	before := len(x.text)
	decoded, ok := form.decode(x.text, src)
	if x.text = decoded; !ok || !utf8.Valid(decoded[before:]) && utf8.Valid(src) {
		p.flag |= facts.Raw
		if utf8.Valid(decoded[before:]) {
			return
		}
		x.text = append(x.text[:before], src...)
	}
}

// decode appends the text that src stands for. It reports false if an escape
// remained as written that Python would have replaced.
func (form literal) decode(dst, src []byte) ([]byte, bool) {
	if (form.raw || bytes.IndexByte(src, '\\') < 0) && !form.braces && bytes.IndexByte(src, '\r') < 0 {
		return append(dst, src...), true
	}
	ok := true
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '\\' && !form.raw && i+1 < len(src):
			var n int
			var known bool
			dst, n, known = form.escape(dst, src[i:])
			ok = ok && known
			i += n
		case form.braces && (c == '{' || c == '}') && i+1 < len(src) && src[i+1] == c:
			dst = append(dst, c)
			i += 2
		case c == '\r':
			// Python reads every line end as \n.
			dst = append(dst, '\n')
			i++
			if i < len(src) && src[i] == '\n' {
				i++
			}
		default:
			dst = append(dst, c)
			i++
		}
	}
	return dst, ok
}

// escape appends what the escape sequence at the start of src stands for and
// returns its length.
func (form literal) escape(dst, src []byte) ([]byte, int, bool) {
	switch c := src[1]; c {
	case '\n':
		return dst, 2, true
	case '\r':
		if len(src) > 2 && src[2] == '\n' {
			return dst, 3, true
		}
		return dst, 2, true
	case '\\', '\'', '"':
		return append(dst, c), 2, true
	case 'a':
		return append(dst, '\a'), 2, true
	case 'b':
		return append(dst, '\b'), 2, true
	case 'f':
		return append(dst, '\f'), 2, true
	case 'n':
		return append(dst, '\n'), 2, true
	case 'r':
		return append(dst, '\r'), 2, true
	case 't':
		return append(dst, '\t'), 2, true
	case 'v':
		return append(dst, '\v'), 2, true
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n, v := 1, rune(0)
		for n < 4 && n < len(src) && src[n] >= '0' && src[n] <= '7' {
			v = v<<3 | rune(src[n]-'0')
			n++
		}
		return form.char(dst, v), n, true
	case 'x':
		return form.hex(dst, src, 2)
	case 'u':
		if !form.bytes {
			return form.hex(dst, src, 4)
		}
	case 'U':
		if !form.bytes {
			return form.hex(dst, src, 8)
		}
	case 'N':
		if !form.bytes {
			return append(dst, src[:2]...), 2, false // needs the table of all names
		}
	}
	return append(dst, src[:2]...), 2, true // no escape, as in "\d"
}

// hex appends the character with the given number of hex digits.
func (form literal) hex(dst, src []byte, digits int) ([]byte, int, bool) {
	if len(src) < 2+digits {
		return append(dst, src[:2]...), 2, false
	}
	v := rune(0)
	for _, c := range src[2 : 2+digits] {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return append(dst, src[:2]...), 2, false
		}
	}
	if !form.bytes && !utf8.ValidRune(v) {
		return append(dst, src[:2+digits]...), 2 + digits, false // half a surrogate pair
	}
	return form.char(dst, v), 2 + digits, true
}

// char appends a character, or a byte in a byte string.
func (form literal) char(dst []byte, v rune) []byte {
	if form.bytes {
		return append(dst, byte(v))
	}
	return utf8.AppendRune(dst, v)
}
