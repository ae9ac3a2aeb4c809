package ecmascript

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// maxText is the longest string whose text becomes a name. A schema fits;
// embedded data doesn't need to.
const maxText = 64 << 10

// string appends the string at node i.
func (x *Extractor) string(i uint32) facts.ExprID {
	name, ok := x.plainText(i)
	if !ok {
		return x.Row(facts.Unknown, i)
	}
	return x.Named(facts.String, i, name)
}

// plainText returns the text of the string literal at node i. It reports
// false if that is none or too long.
func (x *Extractor) plainText(i uint32) (facts.Sym, bool) {
	text := x.Source(i)
	if len(text) < 2 || len(text) > maxText || text[0] != '"' && text[0] != '\'' || text[len(text)-1] != text[0] {
		return 0, false
	}
	text = text[1 : len(text)-1]
	if bytes.IndexByte(text, '\\') < 0 {
		return x.Sym(text), true
	}
	x.text = decode(x.text[:0], text)
	return x.Sym(x.text), true
}

// template appends a template literal: a String if nothing is put in.
func (x *Extractor) template(i uint32) facts.ExprID {
	n := &x.Nodes[i]
	if n.End-n.Start < 2 || n.End-n.Start > maxText {
		return x.opaque(i)
	}
	mark := len(x.Kids)
	at, interp := n.Start+1, false
	for c := i + 1; c < n.Next; c = x.Nodes[c].Next {
		if k := x.Nodes[c].Kind; k != kSubstitution && k != kTemplateTypePart && k != syntax.Error || x.Nodes[c].Start < at {
			continue
		}
		x.literal(at, x.Nodes[c].Start)
		at = x.Nodes[c].End
		interp = true
		v := x.first(c)
		switch {
		case v == 0 || x.Nodes[c].Kind == syntax.Error:
			x.Push(x.opaque(c))
		case x.Nodes[c].Kind == kTemplateTypePart:
			x.Push(x.typeExpr(v))
		default:
			x.Push(x.expr(v))
		}
	}
	end := n.End
	if x.Src[end-1] == '`' {
		end--
	}
	if !interp {
		x.Kids = x.Kids[:mark]
		x.text = decode(x.text[:0], x.Src[at:max(at, end)])
		return x.Named(facts.String, i, x.Sym(x.text))
	}
	x.literal(at, end)
	return x.Group(facts.Interp, 0, x.Span(i), mark)
}

// literal pushes the literal text of a template.
func (x *Extractor) literal(start, end uint32) {
	if start >= end {
		return
	}
	x.text = decode(x.text[:0], x.Src[start:end])
	if len(x.text) == 0 {
		return
	}
	id := x.Add(facts.String, 0, facts.Span{Start: start, End: end})
	x.F.Exprs[id].Name = x.Sym(x.text)
	x.Push(id)
}

// regex appends `/source/flags` as RegExp("source", "flags").
func (x *Extractor) regex(i uint32) facts.ExprID {
	source := x.Tree.First(i, kRegexPattern)
	if source == 0 || x.Nodes[source].End-x.Nodes[source].Start > maxText {
		return x.Row(facts.Unknown, i)
	}
	listed := len(x.F.Calls)
	x.F.Calls = append(x.F.Calls, 0)
	callee := x.Add(facts.Name, 0, facts.Span{Start: x.Nodes[i].Start, End: x.Nodes[i].Start})
	x.F.Exprs[callee].Name = x.Sym([]byte("RegExp"))
	mark := len(x.Kids)
	for _, part := range [...]uint32{source, x.Tree.First(i, kRegexFlags)} {
		if part != 0 {
			x.Push(x.Over(facts.Arg, 0, part, x.Named(facts.String, part, x.Ident(part))))
		}
	}
	id := x.Group(facts.Call, 0, x.Span(i), mark)
	x.F.Exprs[id].X, x.F.Calls[listed] = callee, id
	return id
}

// decode appends the text that src stands for (ECMA-262, 12.9.4 and 12.9.6).
// What is no character remains as it is written.
func decode(dst, src []byte) []byte {
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '\\' && i+1 < len(src):
			var n int
			dst, n = escape(dst, src[i:])
			i += n
		case c == '\r': // in templates, every line end is \n
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
	return dst
}

// escape appends what the escape sequence at the start of src stands for and
// returns its length.
func escape(dst, src []byte) ([]byte, int) {
	switch c := src[1]; c {
	case '\n':
		return dst, 2
	case '\r':
		if len(src) > 2 && src[2] == '\n' {
			return dst, 3
		}
		return dst, 2
	case 'b':
		return append(dst, '\b'), 2
	case 'f':
		return append(dst, '\f'), 2
	case 'n':
		return append(dst, '\n'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 't':
		return append(dst, '\t'), 2
	case 'v':
		return append(dst, '\v'), 2
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n, v := 1, rune(0)
		for n < 4 && n < len(src) && src[n] >= '0' && src[n] <= '7' && v<<3|rune(src[n]-'0') < 256 {
			v = v<<3 | rune(src[n]-'0')
			n++
		}
		return utf8.AppendRune(dst, v), n
	case 'x':
		if v, ok := hex(src[2:], 2); ok {
			return utf8.AppendRune(dst, v), 4
		}
		return append(dst, src[:2]...), 2
	case 'u':
		return unicodeEscape(dst, src)
	}
	_, n := utf8.DecodeRune(src[1:])
	return append(dst, src[1:1+n]...), 1 + n
}

// unicodeEscape appends what \uXXXX, a pair of them, or \u{X} stands for.
func unicodeEscape(dst, src []byte) ([]byte, int) {
	if len(src) > 2 && src[2] == '{' {
		end := bytes.IndexByte(src, '}')
		if end > 3 && end <= 3+6 {
			if v, ok := hex(src[3:], end-3); ok && utf8.ValidRune(v) {
				return utf8.AppendRune(dst, v), end + 1
			}
		}
		return append(dst, src[:2]...), 2
	}
	v, ok := hex(src[2:], 4)
	if !ok {
		return append(dst, src[:2]...), 2
	}
	if utf16.IsSurrogate(v) {
		if len(src) >= 12 && src[6] == '\\' && src[7] == 'u' {
			if low, ok := hex(src[8:], 4); ok {
				if r := utf16.DecodeRune(v, low); r != utf8.RuneError {
					return utf8.AppendRune(dst, r), 12
				}
			}
		}
		return append(dst, src[:6]...), 6
	}
	return utf8.AppendRune(dst, v), 6
}

// hex reads a number of the given number of digits.
func hex(src []byte, digits int) (rune, bool) {
	if len(src) < digits {
		return 0, false
	}
	v := rune(0)
	for _, c := range src[:digits] {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}
