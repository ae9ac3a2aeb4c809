package compose

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
)

// maxFile is the size above which a YAML file is not read.
const maxFile = 4 << 20

// A document is a parsed compose file. It is not changed after parsing.
type document struct {
	text  *deploy.Text
	lines []int        // offsets of lines as YAML counts them
	roots []*yaml.Node // the mapping of each YAML document
	err   *deploy.Problem
}

// parse reads a YAML file. A broken one has an error and what comes before
// the broken YAML document.
func parse(file string, data []byte) *document {
	d := &document{text: deploy.NewText(file, data)}
	d.lines = yamlLines(data)
	if len(data) > maxFile {
		d.err = &deploy.Problem{Pos: d.text.Pos(0, 0), Message: fmt.Sprintf("the file is too large to read (%d bytes)", len(data))}
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
			d.err = d.syntaxError(err)
			return d
		}
		if node.Kind == yaml.DocumentNode && len(node.Content) == 1 {
			if root := deref(node.Content[0]); root.Kind == yaml.MappingNode {
				d.roots = append(d.roots, root)
			}
		}
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

func (d *document) syntaxError(err error) *deploy.Problem {
	line, message := 1, err.Error()
	if m := yamlErrorLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = "broken YAML: " + m[2]
	}
	start, end := d.text.Line(line)
	return &deploy.Problem{Pos: d.text.Pos(start, end), Message: message}
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

// offset returns where a node begins: yaml.v3 counts columns in runes.
func (d *document) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(d.lines) {
		return len(d.text.Data)
	}
	at := d.lines[n.Line-1]
	for c := n.Column; c > 1 && at < len(d.text.Data); c-- {
		_, size := utf8.DecodeRune(d.text.Data[at:])
		at += size
	}
	return at
}

// deref returns what an alias stands for. An alias never stands for another.
func deref(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// A pair is an entry of a mapping.
type pair struct {
	key, value *yaml.Node
	merged     []*yaml.Node // the values of `<<` it came through, nearest first
}

// A mapper reads mappings with their merges. It remembers them, since
// aliases can repeat a mapping without end.
type mapper struct {
	done   map[*yaml.Node][]pair
	active map[*yaml.Node]bool
	report func(n *yaml.Node, message string)
}

func newMapper(report func(n *yaml.Node, message string)) *mapper {
	return &mapper{done: map[*yaml.Node][]pair{}, active: map[*yaml.Node]bool{}, report: report}
}

// pairs returns the entries of a mapping in their order, merged ones last;
// nil for any other node. A key of its own wins over a merged one, an earlier
// merged mapping over a later one.
func (m *mapper) pairs(n *yaml.Node) []pair {
	n = deref(n)
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
	var out []pair
	at := map[string]int{}
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := deref(n.Content[i]), n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			continue
		}
		if key.Tag == "!!merge" {
			merges = append(merges, value)
			continue
		}
		if deref(value).Tag == "!reset" { // it is gone, and hides no merged one
			out = append(out, pair{key: n.Content[i], value: value})
			continue
		}
		if j, ok := at[key.Value]; ok {
			m.report(n.Content[i], fmt.Sprintf("%q is already given on line %d", key.Value, out[j].key.Line))
			out[j] = pair{key: n.Content[i], value: value}
			continue
		}
		at[key.Value] = len(out)
		out = append(out, pair{key: n.Content[i], value: value})
	}
	for _, merge := range merges {
		for _, source := range mergeSources(merge) {
			for _, p := range m.pairs(source) {
				key := deref(p.key).Value
				if _, ok := at[key]; ok || deref(p.value).Tag == "!reset" {
					continue
				}
				at[key] = len(out)
				p.merged = append([]*yaml.Node{source}, p.merged...)
				out = append(out, p)
			}
		}
	}
	m.done[n] = out
	return out
}

// mergeSources returns the mappings that a `<<` names.
func mergeSources(value *yaml.Node) []*yaml.Node {
	if target := deref(value); target.Kind == yaml.SequenceNode {
		return target.Content
	}
	return []*yaml.Node{value}
}

// get returns an entry's value of a mapping.
func (m *mapper) get(n *yaml.Node, key string) *yaml.Node {
	for _, p := range m.pairs(n) {
		if deref(p.key).Value == key && deref(p.value).Tag != "!reset" {
			return p.value
		}
	}
	return nil
}

// isNull reports whether a node is null or missing.
func isNull(n *yaml.Node) bool {
	return n == nil || n.Kind == 0 || deref(n).Kind == yaml.ScalarNode && deref(n).Tag == "!!null"
}
