// Package yamldoc reads YAML files as nodes and knows where each stands in its
// file, byte for byte, which yaml.v3 tells only nearly. Broken, large and endless
// files cost themselves. It must not know what a file is about; `!reset` of
// compose files is honoured by its Mapper.
package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
)

// maxFile is the size above which a YAML file is not read.
const maxFile = 4 << 20

// A Document is a parsed file, which may hold several YAML documents. It is not
// changed after parsing.
type Document struct {
	Text  *deploy.Text
	lines []int           // offsets of lines as YAML counts them
	Roots []*yaml.Node    // the mapping of each YAML document
	Err   *deploy.Problem // why the rest is not read
}

// Parse reads a YAML file. A broken one has an error and what comes before
// the broken YAML document.
func Parse(file string, data []byte) *Document {
	d := &Document{Text: deploy.NewText(file, data)}
	d.lines = yamlLines(data)
	if len(data) > maxFile {
		d.Err = &deploy.Problem{Pos: d.Text.Pos(0, 0), Message: fmt.Sprintf("the file is too large to read (%d bytes)", len(data))}
		return d
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var node yaml.Node
		err := decode(decoder, &node)
		if errors.Is(err, io.EOF) {
			return d
		}
		if err != nil {
			d.Err = d.syntaxError(err)
			return d
		}
		if node.Kind == yaml.DocumentNode && len(node.Content) == 1 {
			if root := Deref(node.Content[0]); root.Kind == yaml.MappingNode {
				d.Roots = append(d.Roots, root)
			}
		}
	}
}

// ParseAll is like Parse, but a broken YAML document costs only itself: those
// behind it are read as well.
func ParseAll(file string, data []byte) *Document {
	d := Parse(file, data)
	if d.Err == nil || len(data) > maxFile {
		return d
	}
	all := &Document{Text: d.Text, lines: d.lines, Err: d.Err}
	first := 0 // index of the line where a YAML document begins
	for i := 1; i <= len(d.lines); i++ {
		if i < len(d.lines) && !separates(data[d.lines[i]:]) {
			continue
		}
		end := len(data)
		if i < len(d.lines) {
			end = d.lines[i]
		}
		part := Parse(file, data[d.lines[first]:end])
		for _, root := range part.Roots {
			shift(root, first, map[*yaml.Node]bool{})
		}
		all.Roots = append(all.Roots, part.Roots...)
		first = i
	}
	return all
}

// separates reports whether a line is one between YAML documents.
func separates(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("---"))
	return ok && (len(rest) == 0 || isBlank(rest[0]))
}

// shift moves nodes down by a number of lines.
func shift(n *yaml.Node, lines int, done map[*yaml.Node]bool) {
	if n == nil || done[n] {
		return
	}
	done[n] = true
	n.Line += lines
	shift(n.Alias, lines, done)
	for _, c := range n.Content {
		shift(c, lines, done)
	}
}

// decode reads one YAML document. The parser has been seen to panic.
func decode(decoder *yaml.Decoder, node *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return decoder.Decode(node)
}

var yamlErrorLine = regexp.MustCompile(`^yaml: line (\d+): (?s:(.*))`)

func (d *Document) syntaxError(err error) *deploy.Problem {
	line, message := 1, err.Error()
	if m := yamlErrorLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = "broken YAML: " + m[2]
	}
	start, end := d.Text.Line(line)
	return &deploy.Problem{Pos: d.Text.Pos(start, end), Message: message}
}

// yamlLines returns the offsets of the lines as the YAML parser counts them:
// it also ends lines at NEL, LS and PS, and doesn't see a byte order mark.
func yamlLines(data []byte) []int {
	start := len(data) - len(bytes.TrimPrefix(data, []byte("\uFEFF")))
	lines := []int{start}
	for i := start; i < len(data); i++ {
		switch data[i] {
		case '\n':
			lines = append(lines, i+1)
		case '\r':
			if i+1 >= len(data) || data[i+1] != '\n' {
				lines = append(lines, i+1)
			}
		case 0xC2:
			if i+1 < len(data) && data[i+1] == 0x85 {
				lines = append(lines, i+2)
			}
		case 0xE2:
			if i+2 < len(data) && data[i+1] == 0x80 && (data[i+2] == 0xA8 || data[i+2] == 0xA9) {
				lines = append(lines, i+3)
			}
		}
	}
	return lines
}

// Offset returns where a node begins: yaml.v3 counts columns in runes.
func (d *Document) Offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(d.lines) {
		return len(d.Text.Data)
	}
	at := d.lines[n.Line-1]
	for c := n.Column; c > 1 && at < len(d.Text.Data); c-- {
		_, size := utf8.DecodeRune(d.Text.Data[at:])
		at += size
	}
	return at
}

// Deref returns what an alias stands for. An alias never stands for another.
func Deref(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// A Pair is an entry of a mapping.
type Pair struct {
	Key, Value *yaml.Node
	Merged     []*yaml.Node // the values of `<<` it came through, nearest first
}

// A Mapper reads mappings with their merges. It remembers them, since
// aliases can repeat a mapping without end.
type Mapper struct {
	done   map[*yaml.Node][]Pair
	active map[*yaml.Node]bool
	report func(n *yaml.Node, message string)
}

// NewMapper returns a Mapper that reports what is wrong with a mapping.
func NewMapper(report func(n *yaml.Node, message string)) *Mapper {
	return &Mapper{done: map[*yaml.Node][]Pair{}, active: map[*yaml.Node]bool{}, report: report}
}

// Pairs returns the entries of a mapping in their order, merged ones last;
// nil for any other node. A key of its own wins over a merged one, an earlier
// merged mapping over a later one.
func (m *Mapper) Pairs(n *yaml.Node) []Pair {
	n = Deref(n)
	if n.Kind != yaml.MappingNode {
		return nil
	}
	if p, ok := m.done[n]; ok {
		return p
	}
	if m.active[n] {
		m.report(n, "the mapping contains itself")
		return nil
	}
	m.active[n] = true
	defer delete(m.active, n)
	var out []Pair
	at := map[string]int{}
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := Deref(n.Content[i]), n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			continue
		}
		if key.Tag == "!!merge" {
			merges = append(merges, value)
			continue
		}
		if Deref(value).Tag == "!reset" { // it is gone, and hides no merged one
			out = append(out, Pair{Key: n.Content[i], Value: value})
			continue
		}
		if j, ok := at[key.Value]; ok {
			m.report(n.Content[i], fmt.Sprintf("%q is already given on line %d", key.Value, out[j].Key.Line))
			out[j] = Pair{Key: n.Content[i], Value: value}
			continue
		}
		at[key.Value] = len(out)
		out = append(out, Pair{Key: n.Content[i], Value: value})
	}
	for _, merge := range merges {
		for _, source := range mergeSources(merge) {
			for _, p := range m.Pairs(source) {
				key := Deref(p.Key).Value
				if _, ok := at[key]; ok || Deref(p.Value).Tag == "!reset" {
					continue
				}
				at[key] = len(out)
				p.Merged = append([]*yaml.Node{source}, p.Merged...)
				out = append(out, p)
			}
		}
	}
	m.done[n] = out
	return out
}

// mergeSources returns the mappings that a `<<` names.
func mergeSources(value *yaml.Node) []*yaml.Node {
	if target := Deref(value); target.Kind == yaml.SequenceNode {
		return target.Content
	}
	return []*yaml.Node{value}
}

// Get returns an entry's value of a mapping.
func (m *Mapper) Get(n *yaml.Node, key string) *yaml.Node {
	for _, p := range m.Pairs(n) {
		if Deref(p.Key).Value == key && Deref(p.Value).Tag != "!reset" {
			return p.Value
		}
	}
	return nil
}

// IsNull reports whether a node is null or missing.
func IsNull(n *yaml.Node) bool {
	return n == nil || n.Kind == 0 || Deref(n).Kind == yaml.ScalarNode && Deref(n).Tag == "!!null"
}

// ListOf returns the items of a list, or a single value as one.
func ListOf(n *yaml.Node) []*yaml.Node {
	switch {
	case n == nil || IsNull(n):
		return nil
	case Deref(n).Kind == yaml.SequenceNode:
		return Deref(n).Content
	}
	return []*yaml.Node{n}
}

// Names returns the names in a mapping or a list.
func (m *Mapper) Names(n *yaml.Node) map[string]bool {
	out := map[string]bool{}
	if n == nil {
		return out
	}
	for _, p := range m.Pairs(n) {
		out[Deref(p.Key).Value] = true
	}
	if Deref(n).Kind == yaml.SequenceNode {
		for _, item := range Deref(n).Content {
			if Deref(item).Kind == yaml.ScalarNode {
				out[Deref(item).Value] = true
			}
		}
	}
	return out
}

// Lines returns the places of a text's lines, or nil when they are not written as
// they are.
func (d *Document) Lines(n *yaml.Node) []deploy.Pos {
	e := d.Extent(n)
	if e.Verbatim && !strings.Contains(n.Value, "\n") {
		return []deploy.Pos{d.Text.Pos(e.Start, e.End)}
	}
	if n.Style&yaml.LiteralStyle == 0 {
		return nil
	}
	var out []deploy.Pos
	start := d.Text.Pos(e.Start, e.End)
	indent := start.Column - 1
	for i, line := range strings.Split(strings.TrimRight(n.Value, "\n"), "\n") {
		from, to := d.Text.Line(start.Line + i)
		from = min(from+indent, to)
		if string(d.Text.Data[from:to]) != line {
			return nil
		}
		out = append(out, d.Text.Pos(from, to))
	}
	return out
}
