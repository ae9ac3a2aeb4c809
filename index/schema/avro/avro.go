// Package avro reads schemas of Avro (specification 1.12): its JSON form. It
// takes bytes, or a part of another document, and gives records with places.
package avro

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"topicls/index/schema"
	"topicls/index/schema/tree"
	"topicls/index/topology"
)

// File is what a file declares.
type File struct {
	Records  []*schema.Record
	Root     *schema.Record // what the file as a whole describes; nil if that is no record
	Problems []schema.Problem
}

// Read reads a file of a schema (.avsc).
func Read(p string, data []byte) *File {
	n, problem := tree.Parse(p+".json", data)
	if problem != nil {
		return &File{Problems: []schema.Problem{{At: topology.Place{File: p, Start: problem.Start, End: problem.End}, Message: problem.Message}}}
	}
	return FromNode(p, n)
}

// FromNode reads a schema that is part of a document.
func FromNode(p string, n *tree.Node) *File {
	r := &reader{path: p, file: &File{}}
	if n.Is(tree.List) { // a union, or several types in one file
		for _, it := range n.Items {
			r.typ(it, "", 0)
		}
		if len(r.file.Records) == 1 {
			r.file.Root = r.file.Records[0]
		}
		return r.file
	}
	t := r.typ(n, "", 0)
	for _, x := range r.file.Records {
		if t.Ref == x.ID && !t.Item {
			r.file.Root = x
		}
	}
	if r.file.Root == nil && len(r.file.Records) > 0 { // a protocol (.avpr): what no other one has inside
		r.file.Root = r.outermost()
	}
	return r.file
}

// Likely reports whether a document may be a schema of Avro, by its root.
func Likely(n *tree.Node) bool {
	return n.Str("type") == "record" && n.Get("fields").Is(tree.List) && n.Str("name") != ""
}

const maxDepth = 64

type reader struct {
	path string
	file *File
}

// outermost is the one record that no other refers to, or nil.
func (r *reader) outermost() *schema.Record {
	used := map[string]bool{}
	for _, x := range r.file.Records {
		for i := range x.Fields {
			used[x.Fields[i].Type.Ref] = true
		}
	}
	var out *schema.Record
	for _, x := range r.file.Records {
		if used[x.ID] {
			continue
		}
		if out != nil {
			return nil
		}
		out = x
	}
	return out
}

func (r *reader) place(s tree.Span) topology.Place {
	return topology.Place{File: r.path, Start: s.Start, End: s.End}
}

func (r *reader) problem(n *tree.Node, message string) {
	r.file.Problems = append(r.file.Problems, schema.Problem{At: r.place(tree.Span{Start: n.Start, End: n.Start}), Message: message})
}

var primitives = map[string][]string{
	"null": {"null"}, "boolean": {"boolean"}, "int": {"integer"}, "long": {"integer"}, "float": {"number"}, "double": {"number"},
	"bytes": {"string"}, "string": {"string"},
}

// fullName is a name in a namespace, unless it has its own.
func fullName(name, space string) string {
	if strings.Contains(name, ".") || space == "" {
		return name
	}
	return space + "." + name
}

func (r *reader) typ(n *tree.Node, space string, depth int) schema.Type {
	switch {
	case n == nil:
		return schema.Type{}
	case depth > maxDepth:
		r.problem(n, "nested too deeply to be read")
		return schema.Type{}
	case n.Kind == tree.String:
		if t, ok := primitives[n.Text]; ok {
			return schema.Type{Text: n.Text, Types: t}
		}
		return schema.Type{Text: n.Text, Ref: fullName(n.Text, space)}
	case n.Kind == tree.List:
		return r.union(n, space, depth)
	case n.Kind != tree.Map:
		r.problem(n, "this is no type")
		return schema.Type{}
	}
	switch kind := n.Str("type"); kind {
	case "":
		if inner := n.Get("type"); inner.Is(tree.Map) || inner.Is(tree.List) {
			return r.typ(inner, space, depth+1)
		}
		if types := n.Get("types"); types.Is(tree.List) && n.Get("protocol") != nil { // a protocol (.avpr)
			for _, it := range types.Items {
				r.typ(it, cmp.Or(n.Str("namespace"), space), depth+1)
			}
			return schema.Type{}
		}
		r.problem(n, "a type is missing")
		return schema.Type{}
	case "record", "error":
		return r.record(n, space, depth)
	case "enum":
		var symbols []string
		if s := n.Get("symbols"); s.Is(tree.List) {
			for _, x := range s.Items {
				symbols = append(symbols, x.Text)
			}
		}
		name := fullName(n.Str("name"), cmp.Or(n.Str("namespace"), space))
		r.add(&schema.Record{Name: name, At: r.nameAt(n), Any: []schema.Type{{Text: "enum", Types: []string{"string"}}}})
		return schema.Type{Text: "enum " + strings.Join(capped(symbols), " | "), Types: []string{"string"}}
	case "fixed":
		name := fullName(n.Str("name"), cmp.Or(n.Str("namespace"), space))
		r.add(&schema.Record{Name: name, At: r.nameAt(n), Any: []schema.Type{{Text: "fixed", Types: []string{"string"}}}})
		return logical(n, schema.Type{Text: "fixed", Types: []string{"string"}})
	case "array":
		t := r.typ(n.Get("items"), space, depth+1)
		return schema.Type{Text: "array<" + t.Text + ">", Types: []string{"array"}, Ref: t.Ref, Fields: t.Fields, Item: true}
	case "map":
		t := r.typ(n.Get("values"), space, depth+1)
		return schema.Type{Text: "map<" + t.Text + ">", Types: []string{"object"}, Ref: t.Ref, Fields: t.Fields, Item: true}
	default:
		return logical(n, r.typ(n.Get("type"), space, depth+1))
	}
}

func capped(s []string) []string {
	if len(s) > 8 {
		return append(slices.Clone(s[:7]), "...")
	}
	return s
}

// logical gives a type with its logical one: code has values of types of its own
// for those.
func logical(n *tree.Node, t schema.Type) schema.Type {
	l := n.Str("logicalType")
	if l == "" {
		return t
	}
	if l == "decimal" {
		if p := n.Get("precision"); p.Is(tree.Number) {
			l += "(" + p.Text
			if s := n.Get("scale"); s.Is(tree.Number) {
				l += ", " + s.Text
			}
			l += ")"
		}
	}
	t.Text += " (" + l + ")"
	if l != "uuid" {
		t.Types = nil
	}
	return t
}

// union: with null, a value that may be missing.
func (r *reader) union(n *tree.Node, space string, depth int) schema.Type {
	var out schema.Type
	var texts []string
	any, records := false, 0
	for _, it := range n.Items {
		t := r.typ(it, space, depth+1)
		if t.Text != "null" {
			texts = append(texts, t.Text)
		}
		any = any || len(t.Types) == 0
		out.Types = append(out.Types, t.Types...)
		if t.Ref != "" || len(t.Fields) > 0 {
			records++
			out.Ref, out.Fields, out.Item = t.Ref, t.Fields, t.Item
		}
	}
	if records > 1 {
		out.Ref, out.Fields, out.Open = "", nil, true
	}
	if out.Types = schema.Unique(out.Types); any {
		out.Types = nil
	}
	out.Text = strings.Join(texts, " | ")
	return out
}

func isNullable(n *tree.Node) bool {
	if n.Is(tree.Map) {
		n = n.Get("type")
	}
	if n.Is(tree.String) {
		return n.Text == "null"
	}
	return n.Is(tree.List) && slices.ContainsFunc(n.Items, func(x *tree.Node) bool { return x.Is(tree.String) && x.Text == "null" })
}

func (r *reader) nameAt(n *tree.Node) topology.Place {
	if name := n.Get("name"); name.Is(tree.String) {
		return r.place(name.Span)
	}
	return r.place(tree.Span{Start: n.Start, End: n.Start})
}

func (r *reader) add(x *schema.Record) {
	x.Format, x.ID = schema.Avro, x.Name
	if i := strings.LastIndexByte(x.Name, '.'); i >= 0 {
		x.Space = []string{x.Name[:i]}
	}
	r.file.Records = append(r.file.Records, x)
}

func (r *reader) record(n *tree.Node, space string, depth int) schema.Type {
	name := n.Str("name")
	if name == "" {
		r.problem(n, "a record has no name")
	}
	full := fullName(name, cmp.Or(n.Str("namespace"), space))
	x := &schema.Record{Name: full, Doc: n.Str("doc"), At: r.nameAt(n)}
	r.add(x)
	inner := ""
	if i := strings.LastIndexByte(full, '.'); i >= 0 {
		inner = full[:i]
	}
	fields := n.Get("fields")
	if !fields.Is(tree.List) {
		r.problem(n, "record "+strconv.Quote(name)+" has no fields")
		x.Open = true
		return schema.Type{Text: name, Types: []string{"object"}, Ref: full}
	}
	for _, f := range fields.Items {
		if f.Str("name") == "" {
			r.problem(f, "a field of "+strconv.Quote(name)+" has no name")
			x.Open = true
			continue
		}
		d := schema.Field{Name: f.Str("name"), Doc: f.Str("doc"), At: r.place(f.Get("name").Span)}
		if a := f.Get("aliases"); a.Is(tree.List) {
			for _, s := range a.Items {
				d.Aliases = append(d.Aliases, s.Text)
			}
		}
		d.Type = r.typ(f.Get("type"), inner, depth+1)
		if f.Str("logicalType") != "" && f.Get("type").Is(tree.String) { // often written a level too high
			d.Type = logical(f, d.Type)
		}
		d.Optional = f.Get("default") != nil || isNullable(f.Get("type"))
		x.Fields = append(x.Fields, d)
	}
	return schema.Type{Text: name, Types: []string{"object"}, Ref: full}
}
