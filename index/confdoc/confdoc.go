// Package confdoc reads configuration documents (YAML, JSON, INI, TOML) into
// one plain tree with the place of every value. It is a pure function of the
// bytes: what a program does with the document is flow's matter, and what
// deployment files mean is deploy's.
package confdoc

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Kind says what a node is.
type Kind uint8

// The kinds of nodes.
const (
	Scalar Kind = iota
	Map
	List
)

// Node is a value in a document.
type Node struct {
	Kind       Kind
	Text       string // Scalar: the value as text
	Quoted     bool   // Scalar: written as a string
	Null       bool   // Scalar: null or empty
	Entries    []Entry
	Items      []*Node
	Start, End uint32 // byte offsets of a scalar's text, without quotes
}

// Entry is one entry of a map.
type Entry struct {
	Key   string
	Value *Node
}

// Doc is a document.
type Doc struct {
	Path string
	Root *Node
}

// Get returns the value of a key, or nil. The last one of equal keys wins.
func (n *Node) Get(key string) *Node {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := len(n.Entries) - 1; i >= 0; i-- {
		if n.Entries[i].Key == key {
			return n.Entries[i].Value
		}
	}
	return nil
}

// Supported reports whether a file's name is that of a document read here.
func Supported(name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json", ".ini", ".cfg", ".conf", ".toml", ".properties":
		return true
	}
	return false
}

const maxSize = 1 << 20

// Parse reads a document; nil when it can't be read.
func Parse(p string, data []byte) *Doc {
	if len(data) > maxSize || bytes.IndexByte(data, 0) >= 0 {
		return nil
	}
	var root *Node
	switch path.Ext(p) {
	case ".json":
		root = parseYAML(withoutComments(data))
	case ".yaml", ".yml":
		root = parseYAML(data)
	case ".ini", ".cfg", ".conf", ".toml", ".properties":
		root = parseLines(data)
	}
	if root == nil {
		return nil
	}
	return &Doc{Path: p, Root: root}
}

// withoutComments returns JSON with blanks for the comments that editors'
// configuration files have, so that places stay what they are.
func withoutComments(data []byte) []byte {
	if !bytes.Contains(data, []byte("//")) && !bytes.Contains(data, []byte("/*")) {
		return data
	}
	out := bytes.Clone(data)
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			if out[i] != '\n' && out[i] != '\r' {
				out[i] = ' '
			}
		}
	}
	for i := 0; i < len(data); i++ {
		rest := data[i:]
		switch {
		case data[i] == '"':
			for i++; i < len(data) && data[i] != '"' && data[i] != '\n'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		case bytes.HasPrefix(rest, []byte("//")):
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			blank(i, i+end)
			i += end
		case bytes.HasPrefix(rest, []byte("/*")):
			end := bytes.Index(rest[2:], []byte("*/"))
			if end < 0 {
				return data
			}
			blank(i, i+end+4)
			i += end + 3
		}
	}
	return out
}

func parseYAML(data []byte) *Node {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil || len(doc.Content) == 0 {
		return nil
	}
	c := converter{data: data, starts: []int{0}}
	for i, b := range data {
		if b == '\n' {
			c.starts = append(c.starts, i+1)
		}
	}
	return c.convert(doc.Content[0], 0)
}

type converter struct {
	data   []byte
	starts []int
	nodes  int
	// Where the last column was found: the next is most likely behind it, and
	// the lines of documents that programs write are long.
	line, column, at int
}

// offset turns yaml.v3's place (1-based, columns in runes) into a byte offset.
func (c *converter) offset(line, column int) int {
	if line < 1 || line > len(c.starts) {
		return 0
	}
	off, i := c.starts[line-1], 1
	if line == c.line && column >= c.column {
		off, i = c.at, c.column
	}
	for ; i < column && off < len(c.data) && c.data[off] != '\n'; i++ {
		_, n := utf8.DecodeRune(c.data[off:])
		off += n
	}
	if i == column {
		c.line, c.column, c.at = line, column, off
	}
	return off
}

// convert copies a node. Depth and number are bounded: aliases can make a
// small document endless.
func (c *converter) convert(n *yaml.Node, depth int) *Node {
	if c.nodes++; depth > 60 || c.nodes > 200_000 {
		return nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		return c.convert(n.Alias, depth+1)
	case yaml.MappingNode:
		out := &Node{Kind: Map}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], c.convert(n.Content[i+1], depth+1)
			if v == nil {
				continue
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
			out.Entries = append(out.Entries, Entry{k.Value, v})
		}
		return out
	case yaml.SequenceNode:
		out := &Node{Kind: List}
		for _, it := range n.Content {
			if v := c.convert(it, depth+1); v != nil {
				out.Items = append(out.Items, v)
			}
		}
		return out
	case yaml.ScalarNode:
		start := c.offset(n.Line, n.Column)
		out := &Node{Text: n.Value, Null: n.Tag == "!!null", Quoted: n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 || n.Tag == "!!str"}
		if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			start++
		}
		end := start + len(n.Value)
		if end > len(c.data) || string(c.data[min(start, len(c.data)):min(end, len(c.data))]) != n.Value { // escapes, block scalars
			end = start
			for end < len(c.data) && c.data[end] != '\n' {
				end++
			}
		}
		out.Start, out.End = uint32(min(start, len(c.data))), uint32(min(end, len(c.data)))
		return out
	}
	return nil
}

// parseLines reads INI, TOML as far as it is tables of strings, numbers and
// one-line lists, and properties files.
func parseLines(data []byte) *Node {
	root := &Node{Kind: Map}
	cur := root
	off := 0
	for _, raw := range bytes.SplitAfter(data, []byte("\n")) {
		line := string(raw)
		start := off
		off += len(raw)
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';' || trimmed[0] == '!' {
			continue
		}
		if trimmed[0] == '[' && !strings.Contains(trimmed, "=") {
			end := strings.IndexByte(trimmed, ']')
			if end < 0 {
				continue
			}
			cur = root.section(strings.Trim(trimmed[1:end], "[] \t"))
			continue
		}
		i := strings.IndexAny(line, "=:")
		if i < 0 {
			continue
		}
		key := strings.Trim(strings.TrimSpace(line[:i]), `"'`)
		cur.put(key, value(line[i+1:], start+i+1))
	}
	return root
}

// section finds or makes a table. A dotted name is both one key, as in INI
// files, and a path of tables, as in TOML.
func (n *Node) section(name string) *Node {
	if s := n.Get(name); s != nil && s.Kind == Map {
		return s
	}
	s := &Node{Kind: Map}
	n.Entries = append(n.Entries, Entry{name, s})
	if head, rest, ok := strings.Cut(name, "."); ok {
		parent := n.section(head)
		if parent.Get(rest) == nil {
			parent.Entries = append(parent.Entries, Entry{rest, s})
		}
	}
	return s
}

func (n *Node) put(key string, v *Node) {
	n.Entries = append(n.Entries, Entry{key, v})
	if lower := strings.ToLower(key); lower != key { // configparser looks keys up in lower case
		n.Entries = append(n.Entries, Entry{lower, v})
	}
}

// value reads the text behind a key; off is its byte offset.
func value(text string, off int) *Node {
	lead := len(text) - len(strings.TrimLeft(text, " \t"))
	off += lead
	text = strings.TrimRight(text[lead:], " \t\r\n")
	if len(text) >= 2 && (text[0] == '"' || text[0] == '\'') {
		if end := strings.IndexByte(text[1:], text[0]); end >= 0 {
			return &Node{Text: text[1 : 1+end], Quoted: true, Start: uint32(off + 1), End: uint32(off + 1 + end)}
		}
	}
	if strings.HasPrefix(text, "[") {
		if end := strings.IndexByte(text, ']'); end > 0 {
			list := &Node{Kind: List}
			at := off + 1
			for _, it := range strings.Split(text[1:end], ",") {
				if strings.TrimSpace(it) != "" {
					list.Items = append(list.Items, value(it, at))
				}
				at += len(it) + 1
			}
			return list
		}
	}
	for _, mark := range []string{" #", " ;", "\t#"} {
		if i := strings.Index(text, mark); i >= 0 {
			text = strings.TrimRight(text[:i], " \t")
		}
	}
	return &Node{Text: text, Null: text == "", Start: uint32(off), End: uint32(off + len(text))}
}
