package yamldoc

import (
	"bytes"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
)

// An Extent is where a scalar's text stands in its file, without quotes.
type Extent struct {
	Start, End int
	Verbatim   bool // the file has the value byte for byte
}

// Extent finds a scalar's end, which yaml.v3 does not tell.
func (d *Document) Extent(n *yaml.Node) Extent {
	at := d.Offset(n)
	if n.Kind == yaml.AliasNode {
		end := at
		for end < len(d.Text.Data) && bytes.IndexByte([]byte(" \t\r\n,]}"), d.Text.Data[end]) < 0 {
			end++
		}
		return Extent{Start: at, End: end}
	}
	at = d.skipProperties(at, n)
	var e Extent
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
	e.Verbatim = string(d.Text.Data[e.Start:e.End]) == n.Value
	return e
}

// Pos returns a scalar's place, without quotes. For other nodes it is their
// first line.
func (d *Document) Pos(n *yaml.Node) deploy.Pos {
	if n.Kind == yaml.ScalarNode || n.Kind == yaml.AliasNode {
		e := d.Extent(n)
		return d.Text.Pos(e.Start, e.End)
	}
	at := d.Offset(n)
	end := at
	for end < len(d.Text.Data) && d.Text.Data[end] != '\n' && d.Text.Data[end] != '\r' {
		end++
	}
	return d.Text.Pos(at, end)
}

// Place returns a function from offsets in a scalar's value to places. When
// the file has the value in another form it is the whole scalar.
func (d *Document) Place(n *yaml.Node) func(start, end int) deploy.Pos {
	e := d.Extent(n)
	if !e.Verbatim {
		return func(int, int) deploy.Pos { return d.Text.Pos(e.Start, e.End) }
	}
	return func(start, end int) deploy.Pos { return d.Text.Pos(e.Start+start, e.Start+end) }
}

// skipProperties moves over an anchor and a tag in front of a value.
func (d *Document) skipProperties(at int, n *yaml.Node) int {
	src := d.Text.Data
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
func (d *Document) quoted(at int, quote byte) Extent {
	src := d.Text.Data
	if at >= len(src) || src[at] != quote {
		return Extent{Start: at, End: at}
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
			return Extent{Start: start, End: i}
		}
	}
	return Extent{Start: start, End: len(src)}
}

// plain matches a plain scalar, whose lines are folded in the value.
func (d *Document) plain(at int, value string) Extent {
	src := d.Text.Data
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
	return Extent{Start: at, End: i}
}

// block finds the lines of a block scalar: those that are indented deeper
// than the line with its header, up to the first that is not.
func (d *Document) block(at int) Extent {
	src := d.Text.Data
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
	return Extent{Start: min(start, end), End: end}
}

// indentOf returns the indentation of the line at an offset.
func (d *Document) indentOf(at int) int {
	start := bytes.LastIndexByte(d.Text.Data[:at], '\n') + 1
	n := 0
	for start+n < at && d.Text.Data[start+n] == ' ' {
		n++
	}
	return n
}
