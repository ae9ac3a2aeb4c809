package schema

import (
	"slices"
	"strings"

	"topicls/index/topology"
)

// DifferenceKind says how a message differs from a schema.
type DifferenceKind uint8

// The kinds of differences.
const (
	Lacks   DifferenceKind = iota // the schema needs a field that is not written
	Unknown                       // a field is written, or read, that the schema does not have
	Typed                         // a field is written, or read, with a type that the schema does not have
)

// Difference is one way in which messages of code differ from a schema.
type Difference struct {
	Kind  DifferenceKind
	Path  string                // of the field, as code has it; as the schema has it where code has none
	Field *topology.SchemaField // nil if the schema has none
	At    topology.Place        // in code; empty where code has none
	Types []string              // that code has
}

// Find finds the field of a schema that code means by a name.
func Find(fields []topology.SchemaField, name string) *topology.SchemaField {
	for i := range fields {
		if fields[i].Name == name || slices.Contains(fields[i].Aliases, name) {
			return &fields[i]
		}
	}
	folded := Fold(name)
	for i := range fields {
		if f := &fields[i]; Fold(f.Name) == folded || slices.ContainsFunc(f.Aliases, func(a string) bool { return Fold(a) == folded }) {
			return f
		}
	}
	return nil
}

// FindPath is Find for the path of a field.
func FindPath(fields []topology.SchemaField, path []string) *topology.SchemaField {
	var f *topology.SchemaField
	for _, name := range path {
		if f = Find(fields, name); f == nil {
			return nil
		}
		fields = f.Fields
	}
	return f
}

// Differences compares the fields that a producer writes with a schema. open says
// that it may write others; those that are optional then may be none of them.
func Differences(s *topology.Schema, fields []topology.Field, open bool) []Difference {
	return differences(s.Fields, s.Open, fields, open, "")
}

func differences(want []topology.SchemaField, more bool, have []topology.Field, open bool, prefix string) []Difference {
	var out []Difference
	for i := range have {
		f := &have[i]
		w := Find(want, f.Name)
		if w == nil {
			if !more && !(open && f.Optional) {
				out = append(out, Difference{Kind: Unknown, Path: prefix + f.Name, At: f.At, Types: f.Types})
			}
			continue
		}
		if !Compatible(w.Types, f.Types) {
			out = append(out, Difference{Kind: Typed, Path: prefix + f.Name, Field: w, At: f.At, Types: f.Types})
			continue
		}
		if !w.Item && len(f.Fields) > 0 && len(w.Fields) > 0 { // what is inside is known in part
			out = append(out, differences(w.Fields, w.Open, f.Fields, true, prefix+f.Name+".")...)
		}
	}
	if open {
		return out
	}
	for i := range want {
		w := &want[i]
		if !w.Optional && !slices.ContainsFunc(have, func(f topology.Field) bool { return Find(want, f.Name) == w }) {
			out = append(out, Difference{Kind: Lacks, Path: prefix + w.Name, Field: w})
		}
	}
	return out
}

// Compatible reports whether some value may have a type of both lists; a list
// that says nothing fits all.
func Compatible(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	number := func(s string) bool { return s == "integer" || s == "number" }
	for _, x := range a {
		for _, y := range b {
			if x == y || number(x) && number(y) {
				return true
			}
		}
	}
	return false
}

// ReadDifference compares a field that a consumer reads with a schema; nil when
// it fits, or nobody can tell.
func ReadDifference(s *topology.Schema, r *topology.FieldRead) *Difference {
	fields, more := s.Fields, s.Open
	var f *topology.SchemaField
	for i, name := range r.Path {
		if f = Find(fields, name); f == nil {
			if more {
				return nil
			}
			return &Difference{Kind: Unknown, Path: strings.Join(r.Path[:i+1], "."), At: r.At}
		}
		if i < len(r.Path)-1 {
			if f.Item {
				return nil
			}
			fields, more = f.Fields, f.Open || len(f.Fields) == 0
		}
	}
	if f != nil && !Compatible(f.Types, r.Types) && !slices.Contains(f.Types, "string") {
		return &Difference{Kind: Typed, Path: strings.Join(r.Path, "."), Field: f, At: r.At, Types: r.Types}
	}
	return nil
}
