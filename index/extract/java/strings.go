package java

import (
	"bytes"
	"unicode/utf8"

	"topicls/index/facts"
)

// maxText is the longest string whose text becomes a name. A schema fits;
// embedded data doesn't need to.
const maxText = 64 << 10

// stringLiteral appends the string or text block at node i.
func (x *Extractor) stringLiteral(i uint32) facts.ExprID {
	text := x.Source(i)
	switch {
	case len(text) > maxText:
		return x.Row(facts.Unknown, i)
	case bytes.HasPrefix(text, []byte(`"""`)) && len(text) >= 6:
		return x.textBlock(i, text)
	case len(text) < 2 || text[len(text)-1] != '"':
		return x.Row(facts.Unknown, i)
	}
	return x.decoded(i, text[1:len(text)-1])
}

// character appends a character, which is a string of one.
func (x *Extractor) character(i uint32) facts.ExprID {
	text := x.Source(i)
	if len(text) < 3 {
		return x.Row(facts.Unknown, i)
	}
	return x.decoded(i, text[1:len(text)-1])
}

// decoded appends a string with escapes as they stand in the source.
func (x *Extractor) decoded(i uint32, text []byte) facts.ExprID {
	if bytes.IndexByte(text, '\\') < 0 {
		return x.Named(facts.String, i, x.Sym(text))
	}
	if bytes.Contains(text, []byte(`\u`)) {
		text = unicodeEscapes(text)
	}
	var ok bool
	x.text, ok = escapes(x.text[:0], text)
	id := x.Named(facts.String, i, x.Sym(x.text))
	if !ok {
		x.F.Exprs[id].Flag |= facts.Raw
	}
	return id
}

// textBlock appends a text block: what stands between the line of the opening
// quotes and the closing ones, without the indentation that all its lines have
// and without space at their ends (The Java Language Specification, 3.10.6).
func (x *Extractor) textBlock(i uint32, text []byte) facts.ExprID {
	text = text[3 : len(text)-3]
	if bytes.Contains(text, []byte(`\u`)) {
		text = unicodeEscapes(text)
	}
	open := bytes.IndexAny(text, "\r\n")
	if open < 0 || len(bytes.TrimSpace(text[:open])) > 0 {
		return x.Row(facts.Unknown, i)
	}
	text = bytes.ReplaceAll(text[open:], []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	lines := bytes.Split(text[1:], []byte("\n"))
	indent := -1
	for k, line := range lines {
		at := len(line) - len(bytes.TrimLeft(line, " \t\f"))
		if at == len(line) && k < len(lines)-1 {
			continue // blank
		}
		if indent < 0 || at < indent {
			indent = at
		}
	}
	var stripped []byte
	for k, line := range lines {
		if k > 0 {
			stripped = append(stripped, '\n')
		}
		stripped = append(stripped, bytes.TrimRight(line[min(indent, len(line)):], " \t\f")...)
	}
	var ok bool
	x.text, ok = escapes(x.text[:0], stripped)
	id := x.Named(facts.String, i, x.Sym(x.text))
	if !ok {
		x.F.Exprs[id].Flag |= facts.Raw
	}
	return id
}

// unicodeEscapes replaces `\uXXXX`, which the compiler does before anything
// else. Behind an odd number of backslashes there is none. Half of a surrogate
// pair remains as written, unless the other half follows.
func unicodeEscapes(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			out = append(out, text[i])
			i++
			continue
		}
		r, n := unicodeEscape(text[i:])
		if n > 0 && r >= 0xD800 && r < 0xDC00 {
			if low, m := unicodeEscape(text[i+n:]); m > 0 && low >= 0xDC00 && low < 0xE000 {
				r, n = (r-0xD800)<<10|(low-0xDC00)+0x10000, n+m
			}
		}
		switch {
		case n == 0: // an escape of another kind: two bytes, the second of which starts none
			out = append(out, text[i])
			i++
			if i < len(text) && text[i] == '\\' {
				out = append(out, text[i])
				i++
			}
		case !utf8.ValidRune(r):
			out = append(out, text[i:i+n]...)
			i += n
		default:
			out = utf8.AppendRune(out, r)
			i += n
		}
	}
	return out
}

// unicodeEscape reads the `\uXXXX` at the start of text; n is 0 if there is
// none.
func unicodeEscape(text []byte) (r rune, n int) {
	if len(text) < 2 || text[0] != '\\' || text[1] != 'u' {
		return 0, 0
	}
	at := 1
	for at < len(text) && text[at] == 'u' {
		at++
	}
	if len(text) < at+4 {
		return 0, 0
	}
	for _, c := range text[at : at+4] {
		d := hexDigit(c)
		if d < 0 {
			return 0, 0
		}
		r = r<<4 | d
	}
	return r, at + 4
}

func hexDigit(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c | 0x20 - 'a' + 10)
	}
	return -1
}

// escapes appends what text stands for. It reports false if an escape remained
// as written.
func escapes(dst, text []byte) ([]byte, bool) {
	ok := true
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			dst = append(dst, text[i])
			i++
			continue
		}
		c := text[i+1]
		i += 2
		switch c {
		case 'n':
			dst = append(dst, '\n')
		case 't':
			dst = append(dst, '\t')
		case 'r':
			dst = append(dst, '\r')
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 's':
			dst = append(dst, ' ')
		case '"', '\'', '\\':
			dst = append(dst, c)
		case '\n': // a text block's line goes on
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v, digits := rune(c-'0'), 1
			for digits < 3 && i < len(text) && text[i] >= '0' && text[i] <= '7' && v<<3 <= 0xFF {
				v = v<<3 | rune(text[i]-'0')
				i++
				digits++
			}
			dst = utf8.AppendRune(dst, v)
		default:
			dst = append(dst, '\\', c)
			ok = false
		}
	}
	return dst, ok
}
