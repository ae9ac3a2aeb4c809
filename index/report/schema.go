package report

import (
	"bytes"
	"encoding/json"
	"slices"

	"topicls/index/topology"
)

// Schema is a JSON Schema (draft 2020-12) of a message.
type Schema struct {
	Dialect              string      `json:"$schema,omitempty"`
	Title                string      `json:"title,omitempty"`
	Type                 any         `json:"type,omitempty"` // a string or a list of strings
	Properties           *properties `json:"properties,omitempty"`
	Required             []string    `json:"required,omitempty"`
	AdditionalProperties *bool       `json:"additionalProperties,omitempty"`
}

// properties keep the order in which producers write the fields.
type properties struct {
	names   []string
	schemas map[string]*Schema
}

// MarshalJSON implements json.Marshaler.
func (p *properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, n := range p.names {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, x := range [...]any{n, p.schemas[n]} {
			data, err := json.Marshal(x)
			if err != nil {
				return nil, err
			}
			if j == 1 {
				b.WriteByte(':')
			}
			b.Write(data)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// TopicSchema returns the schema that all known messages of a topic fit, or
// nil when none is known. Fields that only some messages have are not required.
func TopicSchema(t *topology.Topic) *Schema {
	list, open := payloads(t)
	if len(list) == 0 {
		return nil
	}
	fields := mergeFields(list)
	s := objectSchema(fields)
	s.Dialect = "https://json-schema.org/draft/2020-12/schema"
	for _, p := range list {
		if p.Type != "" {
			s.Title = p.Type
		}
		open = open || p.Open
	}
	if !open {
		s.AdditionalProperties = new(bool)
	}
	return s
}

// payloads lists the known payloads of a topic. open says that some producer's
// is not known.
func payloads(t *topology.Topic) (list []*topology.Payload, open bool) {
	for _, u := range t.Producers {
		if p := u.Endpoint.Payload; p != nil && (len(p.Fields) > 0 || p.Type != "") {
			list = append(list, p)
		} else {
			open = true
		}
	}
	return list, open
}

func objectSchema(fields []mergedField) *Schema {
	s := &Schema{Type: "object", Properties: &properties{schemas: map[string]*Schema{}}}
	for _, f := range fields {
		s.Properties.names = append(s.Properties.names, f.Name)
		s.Properties.schemas[f.Name] = fieldSchema(&f.Field)
		if !f.Optional {
			s.Required = append(s.Required, f.Name)
		}
	}
	return s
}

func fieldSchema(f *topology.Field) *Schema {
	s := &Schema{}
	if len(f.Fields) > 0 {
		all := make([]mergedField, len(f.Fields))
		for i := range f.Fields {
			all[i] = mergedField{Field: f.Fields[i]}
		}
		s = objectSchema(all)
	}
	switch len(f.Types) {
	case 0:
		if len(f.Fields) == 0 {
			s.Type = nil
		}
	case 1:
		s.Type = f.Types[0]
	default:
		s.Type = f.Types
	}
	return s
}

// mergedField is a field of several payloads.
type mergedField struct {
	topology.Field
	in []int // the payloads that have it
}

// mergeFields joins the fields of payloads in the order in which they come.
func mergeFields(list []*topology.Payload) []mergedField {
	var out []mergedField
	index := map[string]int{}
	for i, p := range list {
		for _, f := range p.Fields {
			j, ok := index[f.Name]
			if !ok {
				index[f.Name] = len(out)
				out = append(out, mergedField{Field: f, in: []int{i}})
				out[len(out)-1].Types = slices.Clone(f.Types)
				continue
			}
			m := &out[j]
			if m.in[len(m.in)-1] != i {
				m.in = append(m.in, i)
			}
			m.Optional = m.Optional || f.Optional
			if len(f.Fields) > len(m.Fields) {
				m.Fields = f.Fields
			}
			if len(f.Types) == 0 || len(m.Types) == 0 {
				m.Types = nil
				continue
			}
			for _, t := range f.Types {
				if !slices.Contains(m.Types, t) {
					m.Types = append(m.Types, t)
				}
			}
			slices.Sort(m.Types)
		}
	}
	for i := range out {
		out[i].Optional = out[i].Optional || len(out[i].in) < len(list)
	}
	return out
}

// example writes a message of a payload's shape as JSON.
func example(p *topology.Payload) string {
	var b bytes.Buffer
	writeExample(&b, p.Fields, "")
	return b.String()
}

func writeExample(b *bytes.Buffer, fields []topology.Field, indent string) {
	b.WriteString("{\n")
	for i := range fields {
		f := &fields[i]
		name, _ := json.Marshal(f.Name)
		b.WriteString(indent + "  ")
		b.Write(name)
		b.WriteString(": ")
		switch {
		case len(f.Fields) > 0:
			writeExample(b, f.Fields, indent+"  ")
		default:
			b.WriteString(exampleValue(f.Types))
		}
		if i < len(fields)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString(indent + "}")
}

func exampleValue(types []string) string {
	for _, t := range types {
		switch t {
		case "string":
			return `"string"`
		case "integer":
			return "0"
		case "number":
			return "0.0"
		case "boolean":
			return "true"
		case "array":
			return "[]"
		case "object":
			return "{}"
		}
	}
	return "null"
}
