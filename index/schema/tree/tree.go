// Package tree reads JSON and YAML into one plain tree with the place of every
// key and value, for the readers of schemas. It is a pure function of the bytes.
package tree

import (
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind says what a node is.
type Kind uint8

// The kinds of nodes.
const (
	Null Kind = iota
	String
	Number
	Bool
	Map
	List
)

// Span is a half-open range of bytes.
type Span struct{ Start, End uint32 }

// Node is a value in a document. The span of a string is its text, without quotes.
type Node struct {
	Kind    Kind
	Text    string // of a scalar
	Entries []Entry
	Items   []*Node
	Span
}

// Entry is one entry of a map.
type Entry struct {
	Key   string
	At    Span // the key, without quotes
	Value *Node
}

// Problem is what is wrong with a document, at a place of it.
type Problem struct {
	Span
	Message string
}

// Bounds of what is read: documents that are larger are not schemas that people
// write.
const (
	MaxSize  = 4 << 20
	maxDepth = 100
	maxNodes = 200_000
)

// Parse reads a document; nil, with the problem, when it can't be read.
func Parse(name string, data []byte) (*Node, *Problem) {
	if len(data) > MaxSize {
		return nil, &Problem{Message: "too large to be read"}
	}
	if !utf8.Valid(data) {
		return nil, &Problem{Message: "not UTF-8"}
	}
	switch path.Ext(name) {
	case ".yaml", ".yml":
		return parseYAML(data)
	}
	return parseJSON(data)
}

// Moved returns the node at other places: at says where an offset is. The node
// itself stays as it is.
func (n *Node) Moved(at func(off uint32) uint32) *Node {
	if n == nil {
		return nil
	}
	out := *n
	out.Span = n.Span.moved(at)
	if n.Entries != nil {
		out.Entries = make([]Entry, len(n.Entries))
		for i, e := range n.Entries {
			out.Entries[i] = Entry{e.Key, e.At.moved(at), e.Value.Moved(at)}
		}
	}
	if n.Items != nil {
		out.Items = make([]*Node, len(n.Items))
		for i, item := range n.Items {
			out.Items[i] = item.Moved(at)
		}
	}
	return &out
}

func (s Span) moved(at func(uint32) uint32) Span { return Span{at(s.Start), at(s.End)} }

// Get returns the value of a key, or nil. The last one of equal keys wins.
func (n *Node) Get(key string) *Node {
	if e := n.Entry(key); e != nil {
		return e.Value
	}
	return nil
}

// Entry returns the entry of a key, or nil.
func (n *Node) Entry(key string) *Entry {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := len(n.Entries) - 1; i >= 0; i-- {
		if n.Entries[i].Key == key {
			return &n.Entries[i]
		}
	}
	return nil
}

// Str returns the text of a key that is a string, or "".
func (n *Node) Str(key string) string {
	if v := n.Get(key); v != nil && v.Kind == String {
		return v.Text
	}
	return ""
}

// Is reports whether a node is of a kind. A node that is not there is of none.
func (n *Node) Is(k Kind) bool { return n != nil && n.Kind == k }

// At finds a node by a JSON pointer (RFC 6901), with the entry that it is the
// value of, if it is one's.
func (n *Node) At(pointer string) (*Node, *Entry) {
	var in *Entry
	for _, part := range strings.Split(strings.Trim(pointer, "/"), "/") {
		if part == "" {
			continue
		}
		part = strings.ReplaceAll(strings.ReplaceAll(unescape(part), "~1", "/"), "~0", "~")
		switch {
		case n.Is(Map):
			if in = n.Entry(part); in == nil {
				return nil, nil
			}
			n = in.Value
		case n.Is(List):
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(n.Items) {
				return nil, nil
			}
			n, in = n.Items[i], nil
		default:
			return nil, nil
		}
	}
	return n, in
}

// unescape replaces the percent-encoded bytes of a URI's fragment.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
