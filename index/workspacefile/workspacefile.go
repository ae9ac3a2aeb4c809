// Package workspacefile reads .topicls.yaml, by which a workspace tells Topicls
// what it can't find out: which environment answers, what a service's code is,
// which topics have their other side elsewhere. It takes bytes and gives what
// they say as plain data with places, and what is wrong with them. One table
// ([Root]) says which keys there are: the reader, the JSON Schema for editors and
// the page for people come from it.
//
// It follows nothing that the file names: whether a service or a folder exists,
// others know.
package workspacefile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

// Name is the file's name, at the root of the workspace.
const Name = ".topicls.yaml"

// File is what the file says. The zero value says nothing.
type File struct {
	Environment Value
	Ignore      []Value
	Services    []Service
	External    []Value // names and patterns of topics
	DeadLetters []Value // patterns of names
	Severities  []Severity
	Models      []ClientModel
	Imports     []Import
}

// Value is a text and where it stands.
type Value struct {
	Text string
	Pos  deploy.Pos
}

// Service is a service and its code.
type Service struct {
	Name Value // or its id
	Code []Value
}

// Severity is a rule and how much its findings matter.
type Severity struct {
	Code  Value
	Level string // a severity, or [Off]
}

// ClientModel is a client model: the path of a file, or the model's own text.
type ClientModel struct {
	File Value
	Pos  deploy.Pos // of the item
	// Text is the model as a document whose lines have the numbers that they have in
	// the file; nil with File.
	Text []byte
}

// Import is what another repository has, by its scan.
type Import struct{ File, Repository, Root Value }

// A Problem is a part of the file that can't be used.
type Problem struct {
	Pos     deploy.Pos
	Message string
	Replace string // what was likely meant in place of it, or ""
	// Unknown says that it may be something that this version does not know: a key.
	Unknown bool
}

// Read reads the file's text. ok is false when it is no YAML as a whole, or no
// mapping, which it is at times while somebody types; what it says then is nothing.
func Read(data []byte) (file *File, problems []Problem, ok bool) {
	doc := yamldoc.Parse(Name, data)
	r := &reader{doc: doc}
	r.maps = yamldoc.NewMapper(func(n *yaml.Node, message string) { r.problem(n, message) })
	file = &File{}
	switch {
	case doc.Err != nil:
		return file, []Problem{{Pos: doc.Err.Pos, Message: doc.Err.Message}}, false
	case len(doc.Roots) == 0:
		var v any
		if yaml.Unmarshal(data, &v) != nil || v != nil {
			return file, []Problem{{Pos: doc.Text.Pos(doc.Text.Line(1)), Message: "this is no mapping of keys to values"}}, false
		}
		return file, nil, true
	case len(doc.Roots) > 1:
		r.problem(doc.Roots[1], "there is more than one YAML document; only the first is read")
	}
	top := doc.Roots[0]
	r.validate(top, root, "")
	r.fill(file, top)
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return int(a.Pos.Start) - int(b.Pos.Start) })
	return file, r.problems, true
}

type reader struct {
	doc      *yamldoc.Document
	maps     *yamldoc.Mapper
	problems []Problem
}

func (r *reader) problem(n *yaml.Node, message string) {
	r.problems = append(r.problems, Problem{Pos: r.doc.Pos(n), Message: message})
}

// validate says what of a value is not as its form says. name is the key that it
// is the value of.
func (r *reader) validate(n *yaml.Node, form *Form, name string) {
	if form == nil || yamldoc.IsNull(n) { // nothing said yet
		return
	}
	v := yamldoc.Deref(n)
	switch form.Kind {
	case Text:
		if v.Kind != yaml.ScalarNode {
			r.problem(n, fmt.Sprintf("%s is a text", name))
			return
		}
		if form.Enum != nil && !slices.ContainsFunc(form.Enum, func(k Key) bool { return k.Name == v.Value }) {
			r.unlisted(n, v.Value, fmt.Sprintf("%s is one of %s, not %q", name, namesOf(form.Enum), v.Value), form.Enum)
		}
		if form.Check != nil {
			if wrong := form.Check(v.Value); wrong != "" {
				r.problem(n, wrong)
			}
		}
	case List:
		if v.Kind != yaml.SequenceNode {
			r.problem(n, fmt.Sprintf("%s is a list", name))
			return
		}
		for _, item := range v.Content {
			r.validate(item, form.Item, "each of "+name)
		}
	case Model:
		if v.Kind != yaml.ScalarNode && v.Kind != yaml.MappingNode {
			r.problem(n, fmt.Sprintf("%s is a client model, or the path of a file", name))
		}
	case Object, Map:
		if v.Kind != yaml.MappingNode {
			r.problem(n, fmt.Sprintf("%s is a mapping of names to values", name))
			return
		}
		for _, p := range r.maps.Pairs(n) {
			key := yamldoc.Deref(p.Key).Value
			known := form.key(key)
			item := form.Item
			switch {
			case known != nil && form.Kind == Object:
				item = known.Form
			case known == nil && form.Keys != nil:
				what := "key"
				if form.Kind == Map {
					what = "rule"
				}
				r.unlisted(p.Key, key, fmt.Sprintf("there is no %s %q", what, key), form.Keys)
				r.problems[len(r.problems)-1].Unknown = true
				continue
			}
			r.validate(p.Value, item, key)
		}
		for i := range form.Keys {
			if k := &form.Keys[i]; k.Required && yamldoc.IsNull(r.maps.Get(n, k.Name)) {
				r.problem(n, fmt.Sprintf("%s is missing", k.Name))
			}
		}
	}
}

// unlisted says that a word is none of those that there may be.
func (r *reader) unlisted(n *yaml.Node, word, message string, there []Key) {
	p := Problem{Pos: r.doc.Pos(n), Message: message}
	names := make([]string, len(there))
	for i := range there {
		names[i] = there[i].Name
	}
	if p.Replace = Nearest(word, names); p.Replace != "" {
		p.Message += fmt.Sprintf("; did you mean %q?", p.Replace)
	}
	r.problems = append(r.problems, p)
}

func namesOf(keys []Key) string {
	var names []string
	for _, k := range keys {
		names = append(names, k.Name)
	}
	return strings.Join(names, ", ")
}

// fill takes in what is well-formed.
func (r *reader) fill(file *File, top *yaml.Node) {
	file.Environment, _ = r.text(r.maps.Get(top, "environment"), text)
	file.Ignore = r.texts(r.maps.Get(top, "ignore"), text)
	file.External = r.texts(r.get(top, "topics", "external"), text)
	file.DeadLetters = r.texts(r.maps.Get(top, "deadLetters"), root.key("deadLetters").Form.Item)
	for _, p := range r.pairs(r.maps.Get(top, "services")) {
		if s := (Service{Name: r.value(p.Key), Code: r.texts(p.Value, text)}); len(s.Code) > 0 {
			file.Services = append(file.Services, s)
		}
	}
	if models := r.maps.Get(top, "models"); models != nil && yamldoc.Deref(models).Kind == yaml.SequenceNode {
		for _, item := range yamldoc.Deref(models).Content {
			if v, ok := r.text(item, text); ok {
				file.Models = append(file.Models, ClientModel{File: v, Pos: v.Pos})
			} else if item.Kind == yaml.MappingNode {
				file.Models = append(file.Models, ClientModel{Pos: r.doc.Pos(item), Text: r.excerpt(item)})
			}
		}
	}
	if imports := r.maps.Get(top, "imports"); imports != nil && yamldoc.Deref(imports).Kind == yaml.SequenceNode {
		for _, item := range yamldoc.Deref(imports).Content {
			var i Import
			i.File, _ = r.text(r.maps.Get(item, "file"), text)
			i.Repository, _ = r.text(r.maps.Get(item, "repository"), text)
			i.Root, _ = r.text(r.maps.Get(item, "root"), text)
			if i.File.Text != "" && i.Repository.Text != "" {
				file.Imports = append(file.Imports, i)
			}
		}
	}
	form := root.key("severities").Form
	for _, p := range r.pairs(r.maps.Get(top, "severities")) {
		code := r.value(p.Key)
		if level, ok := r.text(p.Value, form.Item); ok && form.key(code.Text) != nil {
			file.Severities = append(file.Severities, Severity{code, level.Text})
		}
	}
}

// get returns what stands below keys.
func (r *reader) get(n *yaml.Node, keys ...string) *yaml.Node {
	for _, k := range keys {
		if n == nil {
			return nil
		}
		n = r.maps.Get(n, k)
	}
	return n
}

func (r *reader) pairs(n *yaml.Node) []yamldoc.Pair {
	if n == nil {
		return nil
	}
	return r.maps.Pairs(n)
}

// text reads a text of a form.
func (r *reader) text(n *yaml.Node, form *Form) (Value, bool) {
	if yamldoc.IsNull(n) {
		return Value{}, false
	}
	v := yamldoc.Deref(n)
	ok := v.Kind == yaml.ScalarNode && v.Value != "" &&
		(form.Enum == nil || slices.ContainsFunc(form.Enum, func(k Key) bool { return k.Name == v.Value })) &&
		(form.Check == nil || form.Check(v.Value) == "")
	if !ok {
		return Value{}, false
	}
	return r.value(n), true
}

// texts reads the texts of a list.
func (r *reader) texts(n *yaml.Node, form *Form) []Value {
	if n == nil || yamldoc.Deref(n).Kind != yaml.SequenceNode {
		return nil
	}
	var out []Value
	for _, item := range yamldoc.Deref(n).Content {
		if v, ok := r.text(item, form); ok {
			out = append(out, v)
		}
	}
	return out
}

// excerpt is a mapping as a document of its own: its lines have the numbers that
// they have in the file.
func (r *reader) excerpt(n *yaml.Node) []byte {
	data := r.doc.Text.Data
	start := r.doc.Offset(n)
	begin := bytes.LastIndexByte(data[:start], '\n') + 1
	indent := start - begin
	end := start
	for end < len(data) {
		next := len(data)
		if i := bytes.IndexByte(data[end:], '\n'); i >= 0 {
			next = end + i + 1
		}
		line := bytes.TrimRight(data[end:next], "\r\n")
		if rest := bytes.TrimLeft(line, " "); end > start && len(rest) > 0 && rest[0] != '#' && len(line)-len(rest) < indent && n.Style&yaml.FlowStyle == 0 {
			break
		}
		end = next
	}
	if n.Style&yaml.FlowStyle != 0 { // up to the bracket that closes it
		if end = flowEnd(data, start); end == 0 {
			return nil
		}
	}
	out := bytes.Repeat([]byte("\n"), bytes.Count(data[:start], []byte("\n")))
	out = append(out, bytes.Repeat([]byte(" "), indent)...)
	return append(out, data[start:end]...)
}

// flowEnd is the end of what a bracket at an offset opens, or 0.
func flowEnd(data []byte, at int) int {
	depth, quote := 0, byte(0)
	for ; at < len(data); at++ {
		switch b := data[at]; {
		case quote != 0:
			if b == '\\' && quote == '"' {
				at++
			} else if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return 0
}

func (r *reader) value(n *yaml.Node) Value {
	return Value{Text: yamldoc.Deref(n).Value, Pos: r.doc.Pos(n)}
}

// Texts are the texts of values.
func Texts(values []Value) []string {
	var out []string
	for _, v := range values {
		out = append(out, v.Text)
	}
	return out
}
