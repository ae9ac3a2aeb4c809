package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// YAML reads a file of one or several YAML documents. Parts of keys are joined
// with sep. A key that is there twice in one mapping is a problem; the later one
// counts.
func YAML(data []byte, sep string) File {
	if f, ok := TooLarge(data); ok {
		return f
	}
	r := reader{data: data, sep: sep, starts: []int{0}}
	for i, b := range data {
		if b == '\n' {
			r.starts = append(r.starts, i+1)
		}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.file.Broken = true
			r.file.Problems = append(r.file.Problems, Problem{At: r.lineOf(err), Message: "not valid YAML: " + trimmed(err)})
			break
		}
		r.doc = Document{}
		if len(doc.Content) > 0 {
			r.walk("", doc.Content[0], Span{}, 0)
		}
		r.file.Documents = append(r.file.Documents, r.doc)
	}
	return r.file
}

// trimmed is the text of a parser's error without its own name.
func trimmed(err error) string {
	return string(bytes.TrimPrefix([]byte(err.Error()), []byte("yaml: ")))
}

type reader struct {
	data   []byte
	sep    string
	starts []int
	file   File
	doc    Document
	nodes  int
}

// lineOf finds the line that an error names.
func (r *reader) lineOf(err error) Span {
	var line int
	if _, e := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); e != nil || line < 1 || line > len(r.starts) {
		return Span{}
	}
	start := r.starts[line-1]
	end := start
	for end < len(r.data) && r.data[end] != '\n' && r.data[end] != '\r' {
		end++
	}
	return Span{uint32(start), uint32(end)}
}

// offset turns yaml.v3's place (1-based, columns in runes) into a byte offset.
func (r *reader) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(r.starts) {
		return 0
	}
	off := r.starts[n.Line-1]
	for i := 1; i < n.Column && off < len(r.data) && r.data[off] != '\n'; i++ {
		_, size := utf8.DecodeRune(r.data[off:])
		off += size
	}
	return off
}

// scalar returns where a scalar's text stands, and whether the bytes there are
// its value.
func (r *reader) scalar(n *yaml.Node) (Span, bool) {
	start := r.offset(n)
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		start++
	}
	end := start + len(n.Value)
	if start <= len(r.data) && end <= len(r.data) && string(r.data[start:end]) == n.Value {
		return Span{uint32(start), uint32(end)}, true
	}
	end = min(start, len(r.data)) // escapes, block scalars
	for end < len(r.data) && r.data[end] != '\n' && r.data[end] != '\r' {
		end++
	}
	return Span{uint32(min(start, end)), uint32(end)}, false
}

// walk adds the entries of a node. name is where its key stands. Depth and
// number are bounded: aliases can make a small document endless.
func (r *reader) walk(key string, n *yaml.Node, name Span, depth int) {
	if r.nodes++; depth > 60 || r.nodes > maxEntries {
		return
	}
	switch n.Kind {
	case yaml.AliasNode:
		r.walk(key, n.Alias, name, depth+1)
	case yaml.MappingNode:
		if key != "" && len(n.Content) == 0 {
			r.add(Entry{Key: key, Name: name, At: Span{name.End, name.End}, Null: true})
		}
		for i := 0; i+1 < len(n.Content); i += 2 { // what is merged in gives way to what stands here
			if n.Content[i].Tag == "!!merge" {
				r.merge(key, n.Content[i+1], depth+1)
			}
		}
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if k.Tag == "!!merge" || k.Kind != yaml.ScalarNode {
				continue
			}
			at, _ := r.scalar(k)
			if seen[k.Value] {
				r.file.Problems = append(r.file.Problems, Problem{At: at, Message: "the key " + strconv.Quote(k.Value) + " is there twice"})
			}
			seen[k.Value] = true
			r.walk(Join(key, r.sep, k.Value), v, at, depth+1)
		}
	case yaml.SequenceNode:
		if key != "" && len(n.Content) == 0 {
			r.add(Entry{Key: key, Name: name, At: Span{name.End, name.End}, Null: true})
		}
		for i, it := range n.Content {
			r.walk(key+"["+strconv.Itoa(i)+"]", it, name, depth+1)
		}
	case yaml.ScalarNode:
		if key == "" {
			return
		}
		e := Entry{Key: key, Value: n.Value, Name: name, Null: n.Tag == "!!null"}
		if e.At, e.Verbatim = r.scalar(n); e.Null && n.Value == "" {
			e.At, e.Verbatim = Span{name.End, name.End}, true
		}
		if e.Null {
			e.Value, e.Verbatim = "", e.At.Start == e.At.End
		}
		r.add(e)
	}
}

func (r *reader) merge(key string, n *yaml.Node, depth int) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n == nil || depth > 60 {
		return
	}
	if n.Kind == yaml.SequenceNode {
		for i := len(n.Content) - 1; i >= 0; i-- { // the first of them counts
			r.merge(key, n.Content[i], depth+1)
		}
		return
	}
	if n.Kind == yaml.MappingNode {
		r.walk(key, n, Span{}, depth)
	}
}

func (r *reader) add(e Entry) { r.doc.Entries = append(r.doc.Entries, e) }

// JSON reads one JSON document, in which comments and commas at the end are
// allowed as .NET's reader of settings does. Parts of keys are joined with sep.
func JSON(data []byte, sep string) File {
	if f, ok := TooLarge(data); ok {
		return f
	}
	f := YAML(withoutComments(data), sep)
	for i := range f.Problems {
		if f.Broken && i == len(f.Problems)-1 {
			f.Problems[i].Message = "not valid JSON" + f.Problems[i].Message[len("not valid YAML"):]
		}
	}
	if len(f.Documents) > 1 {
		f.Documents = f.Documents[:1]
	}
	return f
}

// withoutComments puts blanks where comments stand, so that all else keeps its
// place.
func withoutComments(data []byte) []byte {
	out := data
	own := false
	blank := func(i, j int) {
		if !own {
			out, own = bytes.Clone(data), true
		}
		for ; i < j; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		blank(0, 3)
	}
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			for i++; i < len(data) && data[i] != '"' && data[i] != '\n'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		case '/':
			if i+1 >= len(data) {
				break
			}
			end := -1
			if data[i+1] == '/' {
				if end = bytes.IndexByte(data[i:], '\n'); end < 0 {
					end = len(data) - i
				}
			} else if data[i+1] == '*' {
				if end = bytes.Index(data[i+2:], []byte("*/")); end >= 0 {
					end += 4
				} else {
					end = len(data) - i
				}
			}
			if end > 0 {
				blank(i, i+end)
				i += end - 1
			}
		}
	}
	return out
}

// PlainText reports whether YAML takes a text without quotes for that text, and
// not for a number, a date or nothing.
func PlainText(text string) bool {
	var n yaml.Node
	err := yaml.Unmarshal([]byte(text), &n)
	return err == nil && len(n.Content) == 1 && n.Content[0].Kind == yaml.ScalarNode && n.Content[0].Tag == "!!str" && n.Content[0].Value == text
}
