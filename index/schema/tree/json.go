package tree

import (
	"encoding/json"
	"fmt"
)

// parser reads JSON (RFC 8259), and what people write into JSON files besides:
// comments and commas at the end.
type parser struct {
	data  []byte
	i     int
	nodes int
	err   *Problem
}

func parseJSON(data []byte) (*Node, *Problem) {
	p := &parser{data: data}
	if len(data) >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF {
		p.i = 3
	}
	n := p.value(0)
	if p.err == nil {
		if p.space(); p.i < len(p.data) {
			p.fail("something follows the document's end")
		}
	}
	if p.err != nil {
		return nil, p.err
	}
	return n, nil
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		at := uint32(min(p.i, len(p.data)))
		p.err = &Problem{Span{at, at}, fmt.Sprintf(format, args...)}
	}
}

func (p *parser) space() {
	for p.i < len(p.data) {
		switch c := p.data[p.i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.i++
		case c == '/' && p.i+1 < len(p.data) && p.data[p.i+1] == '/':
			for p.i < len(p.data) && p.data[p.i] != '\n' {
				p.i++
			}
		case c == '/' && p.i+1 < len(p.data) && p.data[p.i+1] == '*':
			end := p.i + 2
			for end+1 < len(p.data) && (p.data[end] != '*' || p.data[end+1] != '/') {
				end++
			}
			p.i = min(end+2, len(p.data))
		default:
			return
		}
	}
}

func (p *parser) value(depth int) *Node {
	p.space()
	if p.nodes++; depth > maxDepth || p.nodes > maxNodes {
		p.fail("nested too deeply, or too large, to be read")
		return nil
	}
	if p.i >= len(p.data) {
		p.fail("the document ends too early")
		return nil
	}
	start := p.i
	n := &Node{}
	switch c := p.data[p.i]; {
	case c == '{':
		p.object(n, depth)
	case c == '[':
		p.array(n, depth)
	case c == '"':
		n.Kind = String
		n.Text, n.Span = p.text()
		return n
	case c == '-' || '0' <= c && c <= '9':
		for p.i < len(p.data) && isNumber(p.data[p.i]) {
			p.i++
		}
		n.Kind, n.Text = Number, string(p.data[start:p.i])
	default:
		for p.i < len(p.data) && 'a' <= p.data[p.i] && p.data[p.i] <= 'z' {
			p.i++
		}
		switch word := string(p.data[start:p.i]); word {
		case "true", "false":
			n.Kind, n.Text = Bool, word
		case "null":
		default:
			p.i = start
			p.fail("a value is expected here")
			return nil
		}
	}
	if p.err != nil {
		return nil
	}
	n.Span = Span{uint32(start), uint32(p.i)}
	return n
}

func isNumber(c byte) bool {
	return '0' <= c && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

func (p *parser) object(n *Node, depth int) {
	n.Kind = Map
	p.i++
	for p.err == nil {
		p.space()
		if p.i < len(p.data) && p.data[p.i] == '}' {
			p.i++
			return
		}
		if p.i >= len(p.data) || p.data[p.i] != '"' {
			p.fail("a key, or the end of the object, is expected here")
			return
		}
		key, at := p.text()
		p.space()
		if p.i >= len(p.data) || p.data[p.i] != ':' {
			p.fail(`":" is expected here`)
			return
		}
		p.i++
		n.Entries = append(n.Entries, Entry{key, at, p.value(depth + 1)})
		if !p.comma('}') {
			return
		}
	}
}

func (p *parser) array(n *Node, depth int) {
	n.Kind = List
	p.i++
	for p.err == nil {
		p.space()
		if p.i < len(p.data) && p.data[p.i] == ']' {
			p.i++
			return
		}
		n.Items = append(n.Items, p.value(depth+1))
		if !p.comma(']') {
			return
		}
	}
}

// comma reports whether another element may follow.
func (p *parser) comma(end byte) bool {
	if p.err != nil {
		return false
	}
	p.space()
	switch {
	case p.i < len(p.data) && p.data[p.i] == ',':
		p.i++
		return true
	case p.i < len(p.data) && p.data[p.i] == end:
		p.i++
		return false
	}
	p.fail(`"," or %q is expected here`, string(end))
	return false
}

// text reads a string. Its span is what stands between the quotes.
func (p *parser) text() (string, Span) {
	start, plain := p.i, true
	for p.i++; p.i < len(p.data) && p.data[p.i] != '"'; p.i++ {
		if p.data[p.i] == '\\' {
			plain = false
			p.i++
		}
	}
	if p.i >= len(p.data) {
		p.fail("a text has no end")
		return "", Span{}
	}
	p.i++
	at := Span{uint32(start + 1), uint32(p.i - 1)}
	if plain {
		return string(p.data[at.Start:at.End]), at
	}
	var s string
	if err := json.Unmarshal(p.data[start:p.i], &s); err != nil {
		return string(p.data[at.Start:at.End]), at // as it is written
	}
	return s, at
}
