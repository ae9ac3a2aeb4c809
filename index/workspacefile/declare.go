package workspacefile

import (
	"bytes"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy/yamldoc"
)

// DeclareExternal says how a topic is added to those whose other side lives
// elsewhere: which text to put in at which offset of the file's own, which may be
// empty. Nothing of it is taken away, and it is written as what is there. ok is
// false where the topic is there already, where the file can't be read, and where
// it is written in a way in which nothing can be put in and all else stays as it is.
func DeclareExternal(data []byte, topic string) (at int, text string, ok bool) {
	was, problems, ok := Read(data)
	if !ok || slices.Contains(Texts(was.External), topic) {
		return 0, "", false
	}
	e := adder{doc: yamldoc.Parse(Name, data), data: data, eol: "\n"}
	if bytes.Contains(data, []byte("\r\n")) {
		e.eol = "\r\n"
	}
	if at, text = e.add(topic); text == "" {
		return 0, "", false
	}
	now, after, ok := Read(slices.Concat(data[:at], []byte(text), data[at:]))
	ok = ok && len(after) == len(problems) && says(now, append(Texts(was.External), topic)) == says(was, Texts(was.External))
	return at, text, ok
}

// says spells what a file says beside the topics of the list, "" if those are
// others.
func says(f *File, external []string) string {
	a, b := Texts(f.External), slices.Clone(external)
	slices.Sort(a)
	slices.Sort(b)
	if !slices.Equal(a, b) {
		return ""
	}
	parts := []string{"says", f.Environment.Text, strings.Join(Texts(f.Ignore), "\n"), strings.Join(Texts(f.DeadLetters), "\n")}
	for _, s := range f.Services {
		parts = append(parts, s.Name.Text, strings.Join(Texts(s.Code), "\n"))
	}
	for _, s := range f.Severities {
		parts = append(parts, s.Code.Text, s.Level)
	}
	return strings.Join(parts, "\x00")
}

type adder struct {
	doc  *yamldoc.Document
	data []byte
	eol  string
}

const step = "  " // of indentation, where the file shows none

func (e *adder) add(topic string) (at int, text string) {
	name := spelled(topic, 0)
	if len(e.doc.Roots) == 0 {
		return e.atEnd("topics:" + e.eol + step + "external:" + e.eol + step + step + "- " + name)
	}
	root := e.doc.Roots[0]
	key, topics := pair(root, "topics")
	switch {
	case root.Style&yaml.FlowStyle != 0:
		return 0, ""
	case key == nil:
		in := e.indent(root.Content[0])
		return e.atEnd(in + "topics:" + e.eol + in + step + "external:" + e.eol + in + step + step + "- " + name)
	case yamldoc.IsNull(topics):
		in := e.indent(key)
		return e.below(key, in+step+"external:"+e.eol+in+step+step+"- "+name)
	case topics.Kind != yaml.MappingNode:
		return 0, ""
	}
	inner, list := pair(topics, "external")
	switch {
	case inner == nil && topics.Style&yaml.FlowStyle != 0:
		return e.opened(topics, "external: ["+inFlow(topic, 0)+"]")
	case inner == nil:
		in := e.indent(topics.Content[0])
		return e.below(key, in+"external:"+e.eol+in+step+"- "+name)
	case yamldoc.IsNull(list):
		return e.below(inner, e.indent(inner)+step+"- "+name)
	case list.Kind != yaml.SequenceNode:
		return 0, ""
	case len(list.Content) == 0:
		return e.opened(list, inFlow(topic, 0))
	}
	last := list.Content[len(list.Content)-1]
	if last.Kind != yaml.ScalarNode {
		return 0, ""
	}
	start, end := e.doc.Offset(last), int(e.doc.Pos(last).End)
	before := string(e.data[e.lineStart(start):start])
	if list.Style&yaml.FlowStyle == 0 {
		if strings.Trim(before, " -") != "" {
			return 0, ""
		}
		return e.lineEnd(end), e.eol + before + spelled(topic, last.Style)
	}
	if strings.TrimSpace(before) == "" { // each on a line of its own
		return end, "," + e.eol + before + inFlow(topic, last.Style)
	}
	return end, ", " + inFlow(topic, last.Style)
}

// pair returns a key of a mapping and its value, as they stand there.
func pair(n *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

// atEnd puts lines in behind all others.
func (e *adder) atEnd(lines string) (at int, text string) {
	if n := len(e.data); n > 0 && e.data[n-1] != '\n' {
		return n, e.eol + lines + e.eol
	}
	return len(e.data), lines + e.eol
}

// below puts lines in below that of a key.
func (e *adder) below(key *yaml.Node, lines string) (at int, text string) {
	return e.lineEnd(e.doc.Offset(key)), e.eol + lines
}

// opened puts something in as the first of what stands in brackets.
func (e *adder) opened(n *yaml.Node, text string) (int, string) {
	at := e.doc.Offset(n)
	if n.Anchor != "" || at >= len(e.data) || e.data[at] != '[' && e.data[at] != '{' {
		return 0, ""
	}
	if len(n.Content) > 0 {
		text += ", "
	}
	return at + 1, text
}

func (e *adder) lineStart(off int) int { return bytes.LastIndexByte(e.data[:off], '\n') + 1 }

// lineEnd is where the line of an offset ends, with its comment.
func (e *adder) lineEnd(off int) int {
	n := bytes.IndexByte(e.data[off:], '\n')
	if n < 0 {
		return len(e.data)
	}
	return off + len(bytes.TrimRight(e.data[off:off+n], "\r"))
}

// indent is the white space in front of a key.
func (e *adder) indent(key *yaml.Node) string {
	off := e.doc.Offset(key)
	return strings.Repeat(" ", off-e.lineStart(off))
}

// spelled writes a text in YAML, quoted as others are.
func spelled(text string, as yaml.Style) string {
	n := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: as & (yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle)}
	out, err := yaml.Marshal(&n)
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(out), "\n")
}

// inFlow is spelled for brackets.
func inFlow(text string, as yaml.Style) string {
	if strings.ContainsAny(text, ",[]{}") {
		as = yaml.DoubleQuotedStyle
	}
	return spelled(text, as)
}
