package kotlin

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"topicls/index/facts"
)

// maxText is the longest text of a string that is kept, in bytes.
const maxText = 64 << 10

// pieces is a string under construction. Its pending text is in
// Extractor.text.
type pieces struct {
	mark   int // of the operand stack
	flag   facts.Flag
	span   facts.Span // of the pending text; empty if there is none
	interp bool
	long   bool
}

// string reads a string: a String if all is literal, an Interp otherwise.
func (x *Extractor) string() facts.ExprID {
	open := x.next()
	raw := open.kind == tRawStr
	p := pieces{mark: len(x.Kids)}
	x.text = x.text[:0]
	for !x.at(tStrEnd) && !x.at(tEOF) {
		switch t := x.tok(); t.kind {
		case tText:
			x.next()
			x.pend(&p, t.span())
			x.literal(x.Src[t.start:t.end], raw, &p)
		case tRef, kwThis:
			x.next()
			p.interp = true
			x.flush(&p)
			if x.is(t, "it") || string(x.word(t)) == "it" {
				x.usesIt()
			}
			x.Push(x.named(facts.Name, x.ident(t), t.span()))
		case tTpl:
			x.template(&p)
		default:
			x.unexpected()
			x.skipBalanced()
		}
	}
	if x.at(tStrEnd) {
		if t := x.tok(); t.start == t.end {
			x.problem(facts.SyntaxError, x.since(open.start)) // no closing quotes
		}
		x.next()
	}
	if p.interp && !p.long {
		x.flush(&p)
		return x.Group(facts.Interp, p.flag, x.since(open.start), p.mark)
	}
	x.Kids = x.Kids[:p.mark]
	if p.long {
		return x.Add(facts.Unknown, 0, x.since(open.start))
	}
	id := x.Add(facts.String, p.flag, x.since(open.start))
	x.F.Exprs[id].Name = x.Sym(x.text)
	return id
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

// pend extends the span of the pending text.
func (x *Extractor) pend(p *pieces, span facts.Span) {
	if p.span == (facts.Span{}) {
		p.span = span
	}
	p.span.End = span.End
}

// template reads `${...}`. One of a literal character, as `${'$'}`, is text.
func (x *Extractor) template(p *pieces) {
	open := x.pos
	start := x.next().start
	if c := x.tok(); c.kind == tChar && x.peek(1).kind == tTplEnd {
		x.next()
		end := x.next().end
		x.pend(p, facts.Span{Start: start, End: end})
		if b := x.Src[c.start:c.end]; len(b) > 2 {
			x.literal(b[1:len(b)-1], false, p)
		}
		return
	}
	p.interp = true
	x.flush(p)
	mark := len(x.Kids)
	lambda := x.noLambda
	x.noLambda = false
	var value facts.ExprID
	if x.at(tTplEnd) {
		value = x.missing()
	} else {
		value = x.expr()
	}
	x.noLambda = lambda
	x.Kids = x.Kids[:mark]
	x.Push(value)
	x.close(open, tTplEnd)
	x.text, p.span = x.text[:0], facts.Span{}
}

// literal adds literal text to what is pending.
func (x *Extractor) literal(src []byte, raw bool, p *pieces) {
	if p.long = p.long || len(x.text)+len(src) > maxText; p.long {
		return
	}
	if (raw || bytes.IndexByte(src, '\\') < 0) && bytes.IndexByte(src, '\r') < 0 {
		x.text = append(x.text, src...)
		return
	}
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case c == '\\' && !raw && i+1 < len(src):
			n, ok := x.escape(src[i:])
			if !ok {
				p.flag |= facts.Raw
			}
			i += n
		case c == '\r': // Kotlin reads every line end as \n
			x.text = append(x.text, '\n')
			i++
			if i < len(src) && src[i] == '\n' {
				i++
			}
		default:
			x.text = append(x.text, c)
			i++
		}
	}
}

// escape appends what the escape sequence at the start of src stands for and
// returns its length. It reports false if it remained as written.
func (x *Extractor) escape(src []byte) (int, bool) {
	switch c := src[1]; c {
	case 't':
		x.text = append(x.text, '\t')
	case 'b':
		x.text = append(x.text, '\b')
	case 'n':
		x.text = append(x.text, '\n')
	case 'r':
		x.text = append(x.text, '\r')
	case '\'', '"', '\\', '$':
		x.text = append(x.text, c)
	case 'u':
		v, ok := hex4(src)
		if !ok {
			x.text = append(x.text, src[:2]...)
			return 2, false
		}
		if low, ok := hex4(src[6:]); utf16.IsSurrogate(v) && ok {
			if r := utf16.DecodeRune(v, low); r != utf8.RuneError {
				x.text = utf8.AppendRune(x.text, r)
				return 12, true
			}
		}
		if !utf8.ValidRune(v) {
			x.text = append(x.text, src[:6]...)
			return 6, false
		}
		x.text = utf8.AppendRune(x.text, v)
		return 6, true
	default:
		x.text = append(x.text, src[:2]...)
		return 2, false
	}
	return 2, true
}

// hex4 reads `\uXXXX`.
func hex4(src []byte) (rune, bool) {
	if len(src) < 6 || src[0] != '\\' || src[1] != 'u' {
		return 0, false
	}
	v := rune(0)
	for _, c := range src[2:6] {
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

// char appends a character literal.
func (x *Extractor) char(t *token) facts.ExprID {
	b := x.Src[t.start:t.end]
	if len(b) < 3 || b[len(b)-1] != '\'' {
		x.problem(facts.SyntaxError, t.span())
		return x.Add(facts.Unknown, 0, t.span())
	}
	p := pieces{mark: len(x.Kids)}
	x.text = x.text[:0]
	x.literal(b[1:len(b)-1], false, &p)
	id := x.Add(facts.String, p.flag, t.span())
	x.F.Exprs[id].Name = x.Sym(x.text)
	return id
}
