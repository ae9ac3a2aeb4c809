package golang

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"topicls/index/facts"
)

// maxText is the longest string whose text becomes a name. A schema fits;
// embedded data doesn't need to.
const maxText = 64 << 10

// string appends the string or rune at node i.
func (x *Extractor) string(i uint32) facts.ExprID {
	text, ok := x.decoded(i)
	if !ok {
		return x.Row(facts.Unknown, i)
	}
	return x.Named(facts.String, i, x.Sym(text))
}

// decoded returns what the literal at node i stands for. It is valid until the
// next call, and the same bytes as in the source where nothing had to be decoded.
func (x *Extractor) decoded(i uint32) ([]byte, bool) {
	b := x.Source(i)
	if len(b) < 2 || len(b) > maxText || b[len(b)-1] != b[0] {
		return nil, false
	}
	quote, b := b[0], b[1:len(b)-1]
	if quote == '`' {
		if bytes.IndexByte(b, '\r') < 0 {
			return b, true
		}
		x.text = x.text[:0]
		for _, c := range b {
			if c != '\r' { // the language specification, String literals
				x.text = append(x.text, c)
			}
		}
		return x.text, true
	}
	if bytes.IndexByte(b, '\\') < 0 {
		return b, true
	}
	x.text = x.text[:0]
	for s := string(b); len(s) > 0; {
		r, multibyte, rest, err := strconv.UnquoteChar(s, quote)
		switch {
		case err != nil: // as written
			x.text = append(x.text, s[0])
			s = s[1:]
			continue
		case r < utf8.RuneSelf || !multibyte:
			x.text = append(x.text, byte(r))
		default:
			x.text = utf8.AppendRune(x.text, r)
		}
		s = rest
	}
	if !utf8.Valid(x.text) {
		x.text = bytes.ToValidUTF8(x.text, []byte("\uFFFD"))
	}
	return x.text, true
}
