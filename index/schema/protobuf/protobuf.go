// Package protobuf reads Protobuf files (proto2, proto3, editions), as far as
// they say what messages are: by protocompile's parser, which goes on behind
// syntax errors. It takes bytes and gives messages with places.
package protobuf

import (
	"bytes"
	"path"
	"strings"
	"unicode"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"

	"topicls/index/schema"
	"topicls/index/topology"
)

// File is what a file declares.
type File struct {
	Package  string
	Records  []*schema.Record // outer ones first
	Imports  []string
	Problems []schema.Problem
}

// Moved returns what the file declares at other places: at says where an offset is.
func (f *File) Moved(at func(off uint32) uint32) *File {
	out := *f
	out.Records = make([]*schema.Record, len(f.Records))
	for i, r := range f.Records {
		out.Records[i] = r.Moved(at)
	}
	return &out
}

// maxSize bounds what is read, and maxProblems how much is said of what is broken.
const (
	maxSize     = 4 << 20
	maxProblems = 10
)

// Read reads a file.
func Read(p string, data []byte) *File {
	r := &reader{path: p, file: &File{}}
	if len(data) > maxSize {
		r.file.Problems = []schema.Problem{{At: topology.Place{File: p}, Message: "too large to be read"}}
		return r.file
	}
	note := func(err reporter.ErrorWithPos) error {
		if at := uint32(min(max(err.Start().Offset, 0), len(data))); len(r.file.Problems) < maxProblems {
			r.file.Problems = append(r.file.Problems, schema.Problem{At: topology.Place{File: p, Start: at, End: at}, Message: err.Unwrap().Error()})
		}
		return nil
	}
	handler := reporter.NewHandler(reporter.NewReporter(note, nil))
	tree, err := parser.Parse(p, bytes.NewReader(data), handler)
	if tree == nil {
		if err != nil && len(r.file.Problems) == 0 {
			r.file.Problems = append(r.file.Problems, schema.Problem{At: topology.Place{File: p}, Message: err.Error()})
		}
		return r.file
	}
	r.tree = tree
	r.read()
	return r.file
}

type reader struct {
	path   string
	tree   *ast.FileNode
	file   *File
	spaces []string // in which generated code has its classes
	outer  string   // the class of Java around those, or ""
}

func (r *reader) read() {
	java, outer, many := "", "", false
	for _, d := range r.tree.Decls {
		switch d := d.(type) {
		case *ast.PackageNode:
			if d.Name != nil {
				r.file.Package = string(d.Name.AsIdentifier())
			}
		case *ast.ImportNode:
			if d.Name != nil {
				r.file.Imports = append(r.file.Imports, d.Name.AsString())
			}
		case *ast.OptionNode:
			name, value := option(d)
			switch name {
			case "java_package":
				java = value
			case "java_outer_classname":
				outer = value
			case "java_multiple_files":
				many = value == "true"
			case "go_package":
				importPath, _, _ := strings.Cut(value, ";")
				r.spaces = append(r.spaces, importPath)
			case "csharp_namespace":
				r.spaces = append(r.spaces, value)
			}
		}
	}
	if java != "" {
		r.spaces = append(r.spaces, java)
	}
	if p := r.file.Package; p != "" {
		r.spaces = append(r.spaces, p, pascal(p))
	}
	if !many {
		if r.outer = outer; outer == "" {
			r.outer = pascal(strings.TrimSuffix(path.Base(r.path), ".proto"))
		}
	}
	for _, d := range r.tree.Decls {
		switch d := d.(type) {
		case *ast.MessageNode:
			r.message(d.Name, d, d.Decls, r.file.Package)
		case *ast.EnumNode:
			r.enum(d, r.file.Package)
		}
	}
	r.calls()
}

// calls marks the messages of the file that its services are called with.
func (r *reader) calls() {
	used := map[string]bool{}
	for _, d := range r.tree.Decls {
		s, ok := d.(*ast.ServiceNode)
		if !ok {
			continue
		}
		for _, m := range s.Decls {
			rpc, ok := m.(*ast.RPCNode)
			if !ok {
				continue
			}
			for _, t := range []*ast.RPCTypeNode{rpc.Input, rpc.Output} {
				if t != nil && t.MessageType != nil {
					for _, n := range Names(r.file.Package, string(t.MessageType.AsIdentifier())) {
						used[n] = true
					}
				}
			}
		}
	}
	for _, x := range r.file.Records {
		x.Call = used[x.Name]
	}
}

// option returns the name and value of a plain option.
func option(d *ast.OptionNode) (name, value string) {
	if d.Name == nil || d.Val == nil || len(d.Name.Parts) != 1 || d.Name.Parts[0].Name == nil {
		return "", ""
	}
	name = string(d.Name.Parts[0].Name.AsIdentifier())
	switch v := d.Val.Value().(type) {
	case string:
		value = v
	case ast.Identifier:
		value = string(v)
	}
	return name, value
}

// pascal spells names as generated code has them: acme.order_events becomes
// Acme.OrderEvents.
func pascal(s string) string {
	var b strings.Builder
	up := true
	for _, c := range s {
		switch {
		case c == '_' || c == '-':
			up = true
		case c == '.':
			up = true
			b.WriteRune(c)
		case up:
			b.WriteRune(unicode.ToUpper(c))
			up = false
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (r *reader) place(name *ast.IdentNode) topology.Place {
	start := uint32(r.tree.NodeInfo(name).Start().Offset)
	return topology.Place{File: r.path, Start: start, End: start + uint32(len(name.Val))}
}

// doc is what the comments before a declaration, or else behind it in its line, say.
func (r *reader) doc(n ast.Node) string {
	i := r.tree.NodeInfo(n)
	if d := words(i.LeadingComments()); d != "" {
		return d
	}
	return words(i.TrailingComments())
}

func words(c ast.Comments) string {
	var out []string
	for i := range c.Len() {
		t := c.Index(i).RawText()
		if strings.HasPrefix(t, "//") {
			t = strings.TrimPrefix(t, "//")
		} else {
			t = strings.TrimSuffix(strings.TrimPrefix(t, "/*"), "*/")
		}
		for _, line := range strings.Split(t, "\n") {
			if line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "*")); line != "" {
				out = append(out, line)
			}
		}
	}
	return strings.Join(out, " ")
}

func inside(space, name string) string {
	if space == "" {
		return name
	}
	return space + "." + name
}

func (r *reader) add(name *ast.IdentNode, d ast.Node, space string) *schema.Record {
	x := &schema.Record{
		Format: schema.Protobuf, Name: inside(space, name.Val), Doc: r.doc(d), At: r.place(name), Space: r.spaces, Outer: r.outer,
	}
	x.ID = x.Name
	r.file.Records = append(r.file.Records, x)
	return x
}

func (r *reader) enum(d *ast.EnumNode, space string) {
	if d.Name == nil {
		return
	}
	// Code has members of the enumeration, their names or numbers.
	r.add(d.Name, d, space).Any = []schema.Type{{Text: "enum"}}
}

func (r *reader) message(name *ast.IdentNode, d ast.Node, decls []ast.MessageElement, space string) {
	if name == nil {
		return
	}
	x := r.add(name, d, space)
	x.Fields = r.fields(x, decls)
}

func (r *reader) fields(x *schema.Record, decls []ast.MessageElement) []schema.Field {
	var out []schema.Field
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.FieldNode:
			out = append(out, r.field(d)...)
		case *ast.MapFieldNode:
			if d.Name == nil || d.MapType == nil || d.MapType.ValueType == nil || d.MapType.KeyType == nil {
				continue
			}
			t := typeOf(string(d.MapType.ValueType.AsIdentifier()))
			t.Text, t.Types, t.Item = "map<"+d.MapType.KeyType.Val+", "+t.Text+">", []string{"object"}, true
			out = append(out, r.named(d.Name, d, d.Options, t, true))
		case *ast.OneofNode:
			for _, e := range d.Decls {
				if f, ok := e.(*ast.FieldNode); ok {
					out = append(out, r.field(f)...)
				}
			}
		case *ast.GroupNode:
			if d.Name != nil {
				r.message(d.Name, d, d.Decls, x.Name)
				f := r.named(d.Name, d, nil, schema.Type{Text: d.Name.Val, Types: []string{"object"}, Ref: d.Name.Val}, true)
				f.Name = strings.ToLower(f.Name)
				out = append(out, f)
			}
		case *ast.MessageNode:
			r.message(d.Name, d, d.Decls, x.Name)
		case *ast.EnumNode:
			r.enum(d, x.Name)
		case *ast.ExtensionRangeNode:
			x.Open = true
		}
	}
	return out
}

func (r *reader) field(d *ast.FieldNode) []schema.Field {
	if d.Name == nil || d.FldType == nil {
		return nil
	}
	t := typeOf(string(d.FldType.AsIdentifier()))
	required := false
	if d.Label.KeywordNode != nil {
		required = d.Label.Required
		if d.Label.Repeated {
			t.Text, t.Types, t.Item = "repeated "+t.Text, []string{"array"}, true
		}
	}
	return []schema.Field{r.named(d.Name, d, d.Options, t, !required)}
}

func (r *reader) named(name *ast.IdentNode, d ast.Node, options *ast.CompactOptionsNode, t schema.Type, optional bool) schema.Field {
	f := schema.Field{Name: name.Val, At: r.place(name), Doc: r.doc(d), Optional: optional, Type: t}
	if options != nil {
		for _, o := range options.Options {
			if n, v := option(o); n == "json_name" {
				f.Aliases = append(f.Aliases, v)
			}
		}
	}
	return f
}

var scalars = map[string]string{
	"double": "number", "float": "number", "int32": "integer", "int64": "integer", "uint32": "integer", "uint64": "integer",
	"sint32": "integer", "sint64": "integer", "fixed32": "integer", "fixed64": "integer", "sfixed32": "integer", "sfixed64": "integer",
	"bool": "boolean", "string": "string", "bytes": "string",
}

func typeOf(name string) schema.Type {
	if t := scalars[name]; t != "" {
		return schema.Type{Text: name, Types: []string{t}}
	}
	if strings.HasPrefix(strings.TrimPrefix(name, "."), "google.protobuf.") { // code has values of its own for those
		return schema.Type{Text: strings.TrimPrefix(name, "."), Open: true}
	}
	return schema.Type{Text: strings.TrimPrefix(name, "."), Ref: name}
}

// Names lists the full names that a reference in a message or file may mean, in
// the order in which Protobuf looks for them.
func Names(from, ref string) []string {
	if full, ok := strings.CutPrefix(ref, "."); ok {
		return []string{full}
	}
	var out []string
	for from != "" {
		out = append(out, from+"."+ref)
		i := strings.LastIndexByte(from, '.')
		if i < 0 {
			break
		}
		from = from[:i]
	}
	return append(out, ref)
}
