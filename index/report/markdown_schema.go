package report

import (
	"slices"
	"strings"

	"topicls/index/topology"
)

// distinctSchemas are the schemas of a topic, each once.
func (v *view) distinctSchemas(topic string) []topology.Schema {
	var out []topology.Schema
	for _, s := range v.Schemas(topic) {
		if !slices.ContainsFunc(out, func(o topology.Schema) bool { return o.At == s.At && o.Key == s.Key }) {
			out = append(out, s)
		}
	}
	return out
}

// schemas shows what files declare of a topic's messages.
func (m *markdown) schemas(topic string) {
	for _, s := range m.distinctSchemas(topic) {
		what := "Schema"
		if s.Key {
			what = "Schema of the key"
		}
		m.o.line("\n", what, " ", code(s.Name), " (", s.Format, "), ", code(m.where(s.At)), ", ", words(s.Tie), ".\n")
		if s.Doc != "" {
			m.o.line(words(s.Doc), "\n")
		}
		m.table([]string{"field", "type", "there", "what"}, schemaRows("", s.Fields, nil))
	}
}

func schemaRows(prefix string, fields []topology.SchemaField, rows [][]string) [][]string {
	for i := range fields {
		f := &fields[i]
		always := "always"
		if f.Optional {
			always = "sometimes"
		}
		rows = append(rows, []string{code(prefix + f.Name), words(f.Type), always, orDash(words(strings.Join(strings.Fields(f.Doc), " ")))})
		rows = schemaRows(prefix+f.Name+".", f.Fields, rows)
	}
	return rows
}
