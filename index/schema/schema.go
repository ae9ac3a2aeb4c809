// Package schema describes the shapes of messages that files of the workspace
// declare, in one form for all formats; packages below it read those. It knows
// nothing of topics' uses and of other files: what a name that a file refers to
// stands for is asked of whoever has all files.
package schema

import (
	"path"
	"strings"

	"topicls/index/topology"
)

// Format is a language of schemas, by its name for people.
type Format string

// The formats that are read.
const (
	Avro     Format = "Avro"
	Protobuf Format = "Protobuf"
	JSON     Format = "JSON Schema"
	AsyncAPI Format = "AsyncAPI"
)

// Record is a named shape: a record of Avro, a message of Protobuf, an object of
// a JSON Schema.
type Record struct {
	Format Format
	// Name is the full name: with the namespace or package, of a JSON Schema its
	// title or what it is called where it is declared.
	Name string
	// ID is what references name: the full name, or the file with a JSON pointer.
	ID     string
	Doc    string
	At     topology.Place
	Fields []Field
	Open   bool   // messages may have fields besides
	Any    []Type // it is one of these, each with its own fields
	// Space are the namespaces or packages in which generated code has its class,
	// and Outer the class around it, or "".
	Space []string
	Outer string
	Call  bool // calls of services have it as what is asked or answered
}

// Base is the name without its namespace.
func (r *Record) Base() string { return r.Name[strings.LastIndexByte(r.Name, '.')+1:] }

// Field is a field of a record.
type Field struct {
	Name     string
	Aliases  []string // other names that messages or code may have for it
	Doc      string
	At       topology.Place // its name
	Optional bool           // a message is right without it
	Type     Type
}

// Type is a field's type.
type Type struct {
	Text   string   // as the format spells it
	Types  []string // JSON types that values have in code, sorted; none when any or it can't be told
	Ref    string   // the record that an object is, as references name it
	Fields []Field  // of an object without a name
	Item   bool     // Ref and Fields are those of a list's or map's elements
	Open   bool     // an object without a name may have other fields
}

// Problem is a part of a file that could not be read.
type Problem struct {
	At      topology.Place
	Message string
}

// Lookup finds the record that a reference in another one means, or nil.
type Lookup func(from *Record, ref string) *Record

// maxDepth bounds how deep in fields are listed; a record in itself is not
// listed again.
const maxDepth = 8

// Expand lists the fields of a record with those inside. open says that messages
// may have others; a record that is one of several has the fields of all.
func Expand(r *Record, lookup Lookup) (fields []topology.SchemaField, open bool) {
	return expander{lookup, map[string]bool{}}.record(r)
}

type expander struct {
	lookup Lookup
	inside map[string]bool
}

func (x expander) record(r *Record) (fields []topology.SchemaField, open bool) {
	if r == nil || x.inside[r.ID] || len(x.inside) >= maxDepth {
		return nil, true
	}
	x.inside[r.ID] = true
	defer delete(x.inside, r.ID)
	fields, open = x.fields(r, r.Fields), r.Open
	for i, t := range r.Any {
		other, more := x.inner(r, &t)
		open = open || more
		if i == 0 {
			fields = append(fields, other...)
			continue
		}
		fields = join(fields, other)
	}
	return fields, open
}

// join joins the fields of messages of which there is one or the other.
func join(a, b []topology.SchemaField) []topology.SchemaField {
	has := func(list []topology.SchemaField, name string) *topology.SchemaField {
		for i := range list {
			if list[i].Name == name {
				return &list[i]
			}
		}
		return nil
	}
	var out []topology.SchemaField
	for _, f := range a {
		o := has(b, f.Name)
		switch {
		case o == nil:
			f.Optional = true
		default:
			f.Optional = f.Optional || o.Optional
			if f.Type != o.Type {
				f.Type += " | " + o.Type
				if len(f.Types) == 0 || len(o.Types) == 0 {
					f.Types = nil
				} else {
					f.Types = unique(append(append([]string(nil), f.Types...), o.Types...))
				}
				f.Fields, f.Open = join(f.Fields, o.Fields), true
			}
		}
		out = append(out, f)
	}
	for _, f := range b {
		if has(a, f.Name) == nil {
			f.Optional = true
			out = append(out, f)
		}
	}
	return out
}

func (x expander) fields(r *Record, list []Field) []topology.SchemaField {
	out := make([]topology.SchemaField, 0, len(list))
	for i := range list {
		f := &list[i]
		s := topology.SchemaField{Name: f.Name, Aliases: f.Aliases, Doc: f.Doc, At: f.At, Optional: f.Optional, Type: f.Type.Text, Types: f.Type.Types, Item: f.Type.Item}
		s.Fields, s.Open = x.inner(r, &f.Type)
		if f.Type.Ref != "" && len(s.Types) == 0 && !f.Type.Item {
			if o := x.lookup(r, f.Type.Ref); o != nil && f.Type.Text == f.Type.Ref || o != nil && f.Type.Text == o.Base() {
				s.Types = typesOf(o)
			}
		}
		out = append(out, s)
	}
	return out
}

// typesOf are the JSON types of what a name stands for.
func typesOf(r *Record) []string {
	if len(r.Any) == 0 {
		return []string{"object"}
	}
	var out []string
	for _, t := range r.Any {
		if len(t.Types) == 0 {
			return nil
		}
		out = append(out, t.Types...)
	}
	return unique(out)
}

func (x expander) inner(r *Record, t *Type) ([]topology.SchemaField, bool) {
	if t.Ref != "" {
		o := x.lookup(r, t.Ref)
		return x.record(o)
	}
	return x.fields(r, t.Fields), t.Open || len(t.Fields) == 0
}

func unique(s []string) []string {
	var out []string
	for _, x := range s {
		i := 0
		for i < len(out) && out[i] < x {
			i++
		}
		if i == len(out) || out[i] != x {
			out = append(out[:i], append([]string{x}, out[i:]...)...)
		}
	}
	return out
}

// Unique sorts JSON types and leaves out what is there twice.
func Unique(s []string) []string { return unique(s) }

// Fold is a name as names are compared between schemas and code, which has its
// own ways to spell them: order_id, orderId, OrderId.
func Fold(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
}

// Join is the path that a relative reference in a file means; "" when it leads
// out of the workspace or is none of a file.
func Join(from, ref string) string {
	if ref == "" || strings.HasPrefix(ref, "/") || strings.Contains(ref, ":") || strings.Contains(ref, `\`) {
		return ""
	}
	p := path.Join(path.Dir(from), ref)
	if p == ".." || strings.HasPrefix(p, "../") {
		return ""
	}
	return p
}
