package tree

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

func parseYAML(data []byte) (*Node, *Problem) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, &Problem{Message: strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	if len(doc.Content) == 0 {
		return &Node{}, nil
	}
	c := converter{data: data, starts: []int{0}}
	for i, b := range data {
		if b == '\n' {
			c.starts = append(c.starts, i+1)
		}
	}
	n := c.convert(doc.Content[0], 0)
	if n == nil {
		return nil, &Problem{Message: "nested too deeply, or too large, to be read"}
	}
	return n, nil
}

type converter struct {
	data   []byte
	starts []int
	nodes  int
}

// offset turns yaml.v3's place (1-based, columns in runes) into a byte offset.
func (c *converter) offset(line, column int) int {
	if line < 1 || line > len(c.starts) {
		return 0
	}
	off := c.starts[line-1]
	for i := 1; i < column && off < len(c.data) && c.data[off] != '\n'; i++ {
		_, n := utf8.DecodeRune(c.data[off:])
		off += n
	}
	return off
}

// convert copies a node. Depth and number are bounded: aliases can make a
// small document endless.
func (c *converter) convert(n *yaml.Node, depth int) *Node {
	if c.nodes++; depth > maxDepth || c.nodes > maxNodes {
		return nil
	}
	out := &Node{}
	switch n.Kind {
	case yaml.AliasNode:
		return c.convert(n.Alias, depth+1)
	case yaml.MappingNode:
		out.Kind = Map
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], c.convert(n.Content[i+1], depth+1)
			if v == nil {
				return nil
			}
			if k.Tag == "!!merge" {
				merged := []*Node{v}
				if v.Kind == List {
					merged = v.Items
				}
				for _, m := range merged {
					out.Entries = append(append([]Entry(nil), m.Entries...), out.Entries...)
				}
				continue
			}
			out.Entries = append(out.Entries, Entry{k.Value, c.scalar(k), v})
		}
	case yaml.SequenceNode:
		out.Kind = List
		for _, it := range n.Content {
			v := c.convert(it, depth+1)
			if v == nil {
				return nil
			}
			out.Items = append(out.Items, v)
		}
	default:
		out.Text, out.Span = n.Value, c.scalar(n)
		switch n.Tag {
		case "!!null":
			out.Kind, out.Text = Null, ""
		case "!!int", "!!float":
			out.Kind = Number
		case "!!bool":
			out.Kind = Bool
		default:
			out.Kind = String
		}
		return out
	}
	start := uint32(min(c.offset(n.Line, n.Column), len(c.data)))
	out.Span = Span{start, start}
	return out
}

// scalar is where a scalar's text stands, without quotes; its first line, if it
// is not written as it is.
func (c *converter) scalar(n *yaml.Node) Span {
	start := c.offset(n.Line, n.Column)
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		start++
	}
	start = min(start, len(c.data))
	end := min(start+len(n.Value), len(c.data))
	if string(c.data[start:end]) != n.Value {
		for end = start; end < len(c.data) && c.data[end] != '\n'; {
			end++
		}
	}
	return Span{uint32(start), uint32(end)}
}
