package csharp

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"topicls/index/facts"
)

// maxText is the longest string whose text becomes a name. A schema fits;
// embedded data doesn't need to.
const maxText = 64 << 10

// form is how the text of a string literal is written.
type form struct {
	quotes   int  // 1, or 3 and more in a raw string
	dollars  int  // $ in front: the number of braces around an interpolation
	verbatim bool // @"": quotes are doubled, nothing else is special
}

// raw reports whether nothing in the string is special.
func (f form) raw() bool { return f.quotes >= 3 }

// prefix reads what stands in front of a string's text. The result is where
// that starts and ends.
func (x *Extractor) prefix(i uint32) (f form, start, end uint32) {
	n := &x.Nodes[i]
	at := n.Start
	for ; at < n.End && (x.Src[at] == '$' || x.Src[at] == '@'); at++ {
		if x.Src[at] == '$' {
			f.dollars++
		} else {
			f.verbatim = true
		}
	}
	end = n.End
	if bytes.HasSuffix(x.Src[at:end], []byte("u8")) || bytes.HasSuffix(x.Src[at:end], []byte("U8")) {
		end -= 2
	}
	for at < end && x.Src[at] == '"' && f.quotes < 64 {
		f.quotes++
		at++
	}
	if f.quotes == 2 || f.quotes >= 3 && f.verbatim { // empty, or @"" with a quote first
		at -= uint32(f.quotes - 1)
		f.quotes = 1
	}
	if f.quotes == 0 && at < end && x.Src[at] == '\'' {
		f.quotes = 1
		at++
	}
	if end >= at+uint32(f.quotes) {
		end -= uint32(f.quotes)
	}
	return f, at, end
}

// string appends the string or character at node i.
func (x *Extractor) string(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	text := x.Src[n.Start:n.End]
	if len(text) >= 2 && len(text) <= maxText && text[0] == '"' && text[len(text)-1] == '"' && (len(text) < 3 || text[1] != '"') &&
		bytes.IndexByte(text, '\\') < 0 {
		return x.Named(facts.String, i, x.Sym(text[1:len(text)-1]))
	}
	if len(text) > maxText {
		return x.Row(facts.Unknown, i)
	}
	f, start, end := x.prefix(i)
	x.text = x.text[:0]
	var flag facts.Flag
	if bytes.HasSuffix(text, []byte("u8")) || bytes.HasSuffix(text, []byte("U8")) {
		flag = facts.Bytes
	}
	if f.raw() {
		x.text = appendRaw(x.text, x.Src[start:end], closingIndent(x.Src[start:end]))
	} else if !x.literal(f, start, end) {
		flag |= facts.Raw
	}
	id := x.Add(facts.String, flag, x.Span(i))
	x.F.Exprs[id].Name = x.Sym(x.text)
	return id
}

// literal appends the text from start to end to x.text. It reports whether all
// of it could be decoded.
func (x *Extractor) literal(f form, start, end uint32) bool {
	if start >= end {
		return true
	}
	src := x.Src[start:end]
	before := len(x.text)
	ok := true
	x.text, ok = f.decode(x.text, src)
	if !utf8.Valid(x.text[before:]) && utf8.Valid(src) {
		x.text = append(x.text[:before], src...)
		return false
	}
	return ok
}

// decode appends the text that src stands for.
func (f form) decode(dst, src []byte) ([]byte, bool) {
	ok := true
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case f.dollars > 0 && (c == '{' || c == '}') && i+1 < len(src) && src[i+1] == c:
			dst = append(dst, c)
			i += 2
		case f.verbatim && c == '"' && i+1 < len(src) && src[i+1] == '"':
			dst = append(dst, '"')
			i += 2
		case !f.verbatim && c == '\\' && i+1 < len(src):
			var n int
			var known bool
			dst, n, known = escape(dst, src[i:])
			ok = ok && known
			i += n
		default:
			dst = append(dst, c)
			i++
		}
	}
	return dst, ok
}

// escape appends what the escape sequence at the start of src stands for and
// returns its length.
func escape(dst, src []byte) ([]byte, int, bool) {
	switch c := src[1]; c {
	case '\\', '\'', '"':
		return append(dst, c), 2, true
	case '0':
		return append(dst, 0), 2, true
	case 'a':
		return append(dst, '\a'), 2, true
	case 'b':
		return append(dst, '\b'), 2, true
	case 'e':
		return append(dst, 0x1b), 2, true
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
	case 'x': // one to four digits
		v, n := hex(src[2:], 4)
		if n == 0 {
			break
		}
		return utf8.AppendRune(dst, v), 2 + n, true
	case 'u':
		v, n := hex(src[2:], 4)
		if n != 4 {
			break
		}
		if utf16.IsSurrogate(v) {
			if len(src) >= 12 && src[6] == '\\' && src[7] == 'u' {
				if low, k := hex(src[8:], 4); k == 4 && utf16.DecodeRune(v, low) != utf8.RuneError {
					return utf8.AppendRune(dst, utf16.DecodeRune(v, low)), 12, true
				}
			}
			return append(dst, src[:6]...), 6, false
		}
		return utf8.AppendRune(dst, v), 6, true
	case 'U':
		v, n := hex(src[2:], 8)
		if n != 8 || !utf8.ValidRune(v) {
			break
		}
		return utf8.AppendRune(dst, v), 10, true
	}
	return append(dst, src[:2]...), 2, false
}

// hex reads at most max hex digits and returns their number.
func hex(src []byte, max int) (v rune, n int) {
	for n < max && n < len(src) {
		switch c := src[n]; {
		case c >= '0' && c <= '9':
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return v, n
		}
		n++
	}
	return v, n
}

// closingIndent returns the white space in front of the closing quotes of a
// raw string of several lines; nil if src has one line.
func closingIndent(src []byte) []byte {
	i := bytes.LastIndexByte(src, '\n')
	if i < 0 || len(bytes.TrimLeft(src[i+1:], " \t")) > 0 {
		return nil
	}
	return src[i:]
}

// appendRaw appends the text of a raw string: without its first and last line
// breaks and the indentation of the closing quotes, if it has several lines.
func appendRaw(dst, src, closing []byte) []byte {
	if closing == nil {
		return append(dst, src...)
	}
	indent := closing[1:]
	src = src[:len(src)-len(closing)]
	src = bytes.TrimSuffix(src, []byte("\r"))
	if i := bytes.IndexByte(src, '\n'); i >= 0 && len(bytes.TrimSpace(src[:i])) == 0 {
		src = src[i+1:]
	}
	return appendIndented(dst, src, indent, true)
}

// appendIndented appends lines without their indentation; fresh says that src
// starts at the start of a line.
func appendIndented(dst, src, indent []byte, fresh bool) []byte {
	for first := true; len(src) > 0; first = false {
		line := src
		if i := bytes.IndexByte(src, '\n'); i >= 0 {
			line = src[:i+1]
		}
		src = src[len(line):]
		if !first || fresh {
			line = bytes.TrimPrefix(line, indent)
		}
		dst = append(dst, line...)
	}
	return dst
}

// interpolated appends `$"..."`.
func (x *Extractor) interpolated(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	if n.End-n.Start > maxText {
		return x.opaque(i)
	}
	f, at, end := x.prefix(i)
	p := pieces{mark: len(x.Kids), form: f}
	if f.raw() {
		if p.closing = closingIndent(x.Src[at:end]); p.closing != nil {
			p.fresh = true
			if k := bytes.IndexByte(x.Src[at:end], '\n'); k >= 0 && len(bytes.TrimSpace(x.Src[at:at+uint32(k)])) == 0 {
				at += uint32(k) + 1
			}
			end -= uint32(len(p.closing))
			end = max(at, end)
			if end > at && x.Src[end-1] == '\r' {
				end--
			}
		}
	}
	var pending []byte // x.text is used by the parts
	receiver := x.receiver
	x.receiver = 0
	for c := i + 1; c < n.Next; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kInterpolation || x.Nodes[c].Start < at || x.Nodes[c].End > end {
			continue
		}
		pending = x.textPart(&p, at, x.Nodes[c].Start, pending)
		x.interpolation(c, &p)
		at = x.Nodes[c].End
		p.fresh = false
	}
	if at < end {
		x.textPart(&p, at, end, pending)
	}
	x.receiver = receiver
	if len(x.Kids) == p.mark {
		return x.Named(facts.String, i, 0)
	}
	if only := x.Kids[p.mark]; len(x.Kids) == p.mark+1 && x.F.Exprs[only].Kind == facts.String && !p.interp {
		x.Kids = x.Kids[:p.mark]
		x.F.Exprs[only].Span = x.Span(i)
		return only
	}
	return x.Group(facts.Interp, p.flag, x.Span(i), p.mark)
}

// pieces is an interpolated string under construction.
type pieces struct {
	mark    int // of the operand stack
	form    form
	flag    facts.Flag
	closing []byte // the line of a raw string's closing quotes
	fresh   bool   // the text starts a line
	interp  bool
}

// textPart pushes the text from start to end. A part in braces that the
// grammar took for text, as behind `{{`, becomes a part of its own.
func (x *Extractor) textPart(p *pieces, start, end uint32, buf []byte) []byte {
	for start < end {
		open, shut, ok := p.form.hole(x.Src[start:end])
		stop := end
		if ok {
			stop = start + uint32(open)
		}
		if start < stop {
			var fine bool
			if p.form.raw() {
				indent := []byte(nil)
				if len(p.closing) > 0 {
					indent = p.closing[1:]
				}
				buf, fine = appendIndented(buf[:0], x.Src[start:stop], indent, p.fresh), true
			} else {
				buf, fine = p.form.decode(buf[:0], x.Src[start:stop])
				if !utf8.Valid(buf) && utf8.Valid(x.Src[start:stop]) {
					buf, fine = append(buf[:0], x.Src[start:stop]...), false
				}
			}
			if !fine {
				p.flag |= facts.Raw
			}
			if len(buf) > 0 {
				id := x.Add(facts.String, p.flag&facts.Raw, facts.Span{Start: start, End: stop})
				x.F.Exprs[id].Name = x.Sym(buf)
				x.Push(id)
			}
		}
		if !ok {
			return buf
		}
		x.hole(p, facts.Span{Start: start + uint32(open), End: start + uint32(shut)})
		start += uint32(shut)
	}
	return buf
}

// hole finds the first `{...}` in text that isn't doubled.
func (f form) hole(text []byte) (open, shut int, ok bool) {
	if f.raw() {
		return 0, 0, false // counted by the grammar
	}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			if !f.verbatim {
				i++
			}
		case '{':
			if i+1 < len(text) && text[i+1] == '{' {
				i++
				continue
			}
			end := bytes.IndexByte(text[i:], '}')
			if end < 0 {
				return 0, 0, false
			}
			return i, i + end + 1, true
		}
	}
	return 0, 0, false
}

// hole pushes the `{...}` in text: a dotted name, or something unknown.
func (x *Extractor) hole(p *pieces, span facts.Span) {
	p.interp = true
	text := x.Src[span.Start+1 : span.End-1]
	var id facts.ExprID
	at := span.Start + 1
	for part := range bytes.SplitSeq(text, dot) {
		if !isName(part) {
			x.Push(x.Add(facts.Unknown, 0, span))
			return
		}
		end := at + uint32(len(part))
		kind := facts.Name
		if id != 0 {
			kind = facts.Attr
		}
		row := x.Add(kind, 0, facts.Span{Start: span.Start + 1, End: end})
		x.F.Exprs[row].X, x.F.Exprs[row].Name = id, x.Sym(part)
		id, at = row, end+1
	}
	x.Push(id)
}

// isName reports whether b is an identifier.
func isName(b []byte) bool {
	for i, c := range b {
		switch {
		case c == '_', c|0x20 >= 'a' && c|0x20 <= 'z', c >= 0x80:
		case i > 0 && c >= '0' && c <= '9':
		default:
			return false
		}
	}
	return len(b) > 0
}

// interpolation pushes the `{...}` at node i. A part whose text isn't that of
// its expression, because of a format or an alignment, is Unknown with the
// expression as X.
func (x *Extractor) interpolation(i uint32, p *pieces) {
	p.interp = true
	var value uint32
	changed := false
	n := &x.Nodes[i]
	for c := i + 1; c < n.Next; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kAlignment, kFormat:
			changed = true
		default:
			if value == 0 {
				value = c
			}
		}
	}
	if value == 0 {
		x.Push(x.Row(facts.Unknown, i))
		return
	}
	part := x.expr(value)
	if changed {
		part = x.Over(facts.Unknown, 0, i, part)
	}
	x.Push(part)
}
