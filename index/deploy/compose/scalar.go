package compose

import (
	"bytes"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
)

// An extent is where a scalar's text stands in its file, without quotes.
type extent struct {
	start, end int
	verbatim   bool // the file has the value byte for byte
}

// extent finds a scalar's end, which yaml.v3 does not tell.
func (d *document) extent(n *yaml.Node) extent {
	at := d.offset(n)
	if n.Kind == yaml.AliasNode {
		end := at
		for end < len(d.text.Data) && bytes.IndexByte([]byte(" \t\r\n,]}"), d.text.Data[end]) < 0 {
			end++
		}
		return extent{start: at, end: end}
	}
	at = d.skipProperties(at, n)
	var e extent
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		e = d.block(at)
	case n.Style&yaml.DoubleQuotedStyle != 0:
		e = d.quoted(at, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		e = d.quoted(at, '\'')
	default:
		e = d.plain(at, n.Value)
	}
	e.verbatim = string(d.text.Data[e.start:e.end]) == n.Value
	return e
}

// pos returns a scalar's place, without quotes. For other nodes it is their
// first line.
func (d *document) pos(n *yaml.Node) deploy.Pos {
	if n.Kind == yaml.ScalarNode || n.Kind == yaml.AliasNode {
		e := d.extent(n)
		return d.text.Pos(e.start, e.end)
	}
	at := d.offset(n)
	end := at
	for end < len(d.text.Data) && d.text.Data[end] != '\n' && d.text.Data[end] != '\r' {
		end++
	}
	return d.text.Pos(at, end)
}

// place returns a function from offsets in a scalar's value to places. When
// the file has the value in another form it is the whole scalar.
func (d *document) place(n *yaml.Node) func(start, end int) deploy.Pos {
	e := d.extent(n)
	if !e.verbatim {
		return func(int, int) deploy.Pos { return d.text.Pos(e.start, e.end) }
	}
	return func(start, end int) deploy.Pos { return d.text.Pos(e.start+start, e.start+end) }
}

// skipProperties moves over an anchor and a tag in front of a value.
func (d *document) skipProperties(at int, n *yaml.Node) int {
	src := d.text.Data
	for at < len(src) && (src[at] == '&' && n.Anchor != "" || src[at] == '!' && n.Style&yaml.TaggedStyle != 0 || src[at] == '!' && n.Tag != "" && n.Tag[0] == '!' && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0) {
		for at < len(src) && !isBlank(src[at]) {
			at++
		}
		for at < len(src) && (isBlank(src[at]) || src[at] == '#') {
			if src[at] == '#' {
				for at < len(src) && src[at] != '\n' {
					at++
				}
				continue
			}
			at++
		}
	}
	return at
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// quoted finds the closing quote.
func (d *document) quoted(at int, quote byte) extent {
	src := d.text.Data
	if at >= len(src) || src[at] != quote {
		return extent{start: at, end: at}
	}
	start := at + 1
	for i := start; i < len(src); i++ {
		switch {
		case src[i] == '\\' && quote == '"':
			i++
		case src[i] == quote:
			if quote == '\'' && i+1 < len(src) && src[i+1] == quote {
				i++
				continue
			}
			return extent{start: start, end: i}
		}
	}
	return extent{start: start, end: len(src)}
}

// plain matches a plain scalar, whose lines are folded in the value.
func (d *document) plain(at int, value string) extent {
	src := d.text.Data
	i := at
	for v := 0; v < len(value); {
		if i < len(src) && src[i] == value[v] && value[v] != '\n' {
			i++
			v++
			continue
		}
		if value[v] != ' ' && value[v] != '\n' || i >= len(src) || !isBlank(src[i]) {
			break
		}
		for v < len(value) && (value[v] == ' ' || value[v] == '\n') {
			v++
		}
		for i < len(src) && isBlank(src[i]) {
			i++
		}
	}
	return extent{start: at, end: i}
}

// block finds the lines of a block scalar: those that are indented deeper
// than the line with its header, up to the first that is not.
func (d *document) block(at int) extent {
	src := d.text.Data
	lineEnd := func(i int) int {
		if n := bytes.IndexByte(src[i:], '\n'); n >= 0 {
			return i + n + 1
		}
		return len(src)
	}
	start := lineEnd(at)
	indent, end := -1, start
	for i := start; i < len(src); {
		next := lineEnd(i)
		line := bytes.TrimRight(src[i:next], " \t\r\n")
		if len(line) > 0 {
			in := len(line) - len(bytes.TrimLeft(line, " "))
			if indent < 0 {
				if in <= d.indentOf(at) {
					break
				}
				indent, start = in, i+in
			}
			if in < indent {
				break
			}
			end = i + len(line)
		}
		i = next
	}
	return extent{start: min(start, end), end: end}
}

// indentOf returns the indentation of the line at an offset.
func (d *document) indentOf(at int) int {
	start := bytes.LastIndexByte(d.text.Data[:at], '\n') + 1
	n := 0
	for start+n < at && d.text.Data[start+n] == ' ' {
		n++
	}
	return n
}
