package index

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"topicls/index/schema"
	"topicls/index/topology"
)

// Bounds of what a hover shows of schemas.
const (
	maxSchemas      = 3  // that are shown with their fields
	maxSchemaFields = 40 // of one
	maxDoc          = 120
)

// schemaSections tell what files declare of a topic's messages, and how code
// differs from it.
func (s *Snapshot) schemaSections(topic string) []Section {
	var out []Section
	var shown []topology.Schema
	for _, t := range s.Schemas(topic) {
		i := slices.IndexFunc(shown, func(o topology.Schema) bool { return o.Key == t.Key && sameShape(&o, &t) })
		if i < 0 {
			shown = append(shown, t)
		}
	}
	for i := range shown {
		if i == maxSchemas {
			out = append(out, Section{Title: "Schema", Lines: []Line{{text("and " + counted(len(shown)-maxSchemas, "more schema"))}}})
			break
		}
		t := &shown[i]
		sec := Section{Title: "Schema"}
		if t.Key {
			sec.Title = "Schema of the key"
		}
		seen := map[string]bool{}
		for _, o := range s.Schemas(topic) {
			if o.Key != t.Key || !sameShape(&o, t) {
				continue
			}
			l := Line{quoted(o.Name), text(" (" + o.Format + ") "), link(o.At)}
			if key := fmt.Sprint(o.At, o.Tie); !seen[key] {
				seen[key] = true
				l = append(l, text(", "+o.Tie))
				if o.TieAt.End > 0 {
					l = append(l, text(" "), link(o.TieAt))
				}
				sec.Lines = append(sec.Lines, l)
			}
		}
		if t.Doc != "" {
			sec.Lines = append(sec.Lines, Line{text(shortened(t.Doc))})
		}
		sec.Lines = capped(sec.Lines)
		if len(t.Fields) > 0 {
			sec.Code, sec.Lang = schemaText(t), "typescript"
		}
		out = append(out, sec)
	}
	return append(out, s.operationSection(topic))
}

// sameShape reports whether two schemas say the same of messages.
func sameShape(a, b *topology.Schema) bool {
	return a.Name == b.Name && a.Open == b.Open && slices.EqualFunc(a.Fields, b.Fields, sameField)
}

func sameField(a, b topology.SchemaField) bool {
	return a.Name == b.Name && a.Type == b.Type && a.Optional == b.Optional && slices.EqualFunc(a.Fields, b.Fields, sameField)
}

// schemaText spells the fields of a schema.
func schemaText(t *topology.Schema) string {
	var b strings.Builder
	left := maxSchemaFields
	b.WriteString("{\n")
	writeSchema(&b, t.Fields, "  ", &left)
	b.WriteString("}")
	return b.String()
}

func writeSchema(b *strings.Builder, list []topology.SchemaField, indent string, left *int) {
	for i := range list {
		f := &list[i]
		if *left--; *left < 0 {
			if *left == -1 {
				b.WriteString(indent + "...\n")
			}
			return
		}
		b.WriteString(indent + f.Name)
		if f.Optional {
			b.WriteString("?")
		}
		b.WriteString(": " + f.Type)
		inner := len(f.Fields) > 0 && len(indent) < 8
		if inner {
			b.WriteString(" {")
		}
		if f.Doc != "" {
			b.WriteString("  // " + shortened(f.Doc))
		}
		b.WriteString("\n")
		if inner {
			writeSchema(b, f.Fields, indent+"  ", left)
			b.WriteString(indent + "}\n")
		}
	}
}

// shortened is a text in one line, as far as there is room.
func shortened(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxDoc {
		return string(r[:maxDoc-3]) + "..."
	}
	return s
}

// operationSection lists what documents declare that services do with a topic.
func (s *Snapshot) operationSection(topic string) Section {
	sec := Section{Title: "Described"}
	for _, o := range s.Operations(topic) {
		who := o.Title
		if o.Service != "" {
			who = s.serviceName(o.Service)
		}
		does := " consumes it"
		if o.Role == topology.Produce {
			does = " produces to it"
		}
		l := Line{text(who + does + " "), link(o.At)}
		if who == "" {
			l[0].Text = strings.TrimSpace(does) + " "
		}
		sec.Lines = append(sec.Lines, l)
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// schemaFields finds what schemas of a topic say of a field that code writes or
// reads by a path.
func (s *Snapshot) schemaFields(topics []string, names []string) []topology.SchemaField {
	var out []topology.SchemaField
	seen := map[topology.Place]bool{}
	for _, t := range topics {
		for _, x := range s.Schemas(t) {
			if x.Key {
				continue
			}
			for _, n := range names {
				if f := schema.FindPath(x.Fields, strings.Split(n, ".")); f != nil && !seen[f.At] {
					seen[f.At] = true
					out = append(out, *f)
				}
			}
		}
	}
	return out
}

// schemaFieldSection shows what schemas say of a field.
func (s *Snapshot) schemaFieldSection(topics, names []string) Section {
	sec := Section{Title: "Schema"}
	for _, f := range s.schemaFields(topics, names) {
		mark := ""
		if f.Optional {
			mark = "?"
		}
		l := Line{quoted(f.Name + mark + ": " + f.Type), text(" "), link(f.At)}
		if f.Doc != "" {
			l = append(l, text(": "+shortened(f.Doc)))
		}
		sec.Lines = append(sec.Lines, l)
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// schemaFieldPlaces are the places of a field in schemas.
func (s *Snapshot) schemaFieldPlaces(topics, names []string) []topology.Place {
	var out []topology.Place
	for _, f := range s.schemaFields(topics, names) {
		out = append(out, f.At)
	}
	return out
}

// schemaAt tells what stands at a place of a schema: a field of messages, or the
// record of a topic's messages.
func (s *Snapshot) schemaAt(file string, off uint32) *Occurrence {
	if s.schemas == nil {
		return nil
	}
	var o *Occurrence
	for _, t := range s.schemas.tied {
		for _, p := range t.shape.places[file] {
			if !p.at.Contains(file, off) || o != nil && o.Place != p.at {
				continue
			}
			if o == nil {
				o = &Occurrence{Kind: FieldOccurrence, Place: p.at}
			}
			s.addSchemaField(o, t.topic, p.path)
		}
	}
	if o != nil {
		return o
	}
	for _, t := range s.schemas.tied {
		if !t.head.Contains(file, off) || t.head.End == 0 {
			continue
		}
		if o == nil {
			o = &Occurrence{Kind: TopicOccurrence, Place: t.head, describes: true}
		}
		if !slices.Contains(o.Names, t.topic) {
			o.Names = append(o.Names, t.topic)
		}
	}
	return o
}

// describedIn lists the schemas of a file that are tied to topics, by where their
// names stand, with the topics, sorted.
func (s *Snapshot) describedIn(file string) map[topology.Place][]string {
	if s.schemas == nil {
		return nil
	}
	var out map[topology.Place][]string
	for _, t := range s.schemas.tied {
		if t.head.File != file || t.head.End == 0 || slices.Contains(out[t.head], t.topic) {
			continue
		}
		if out == nil {
			out = map[topology.Place][]string{}
		}
		out[t.head] = append(out[t.head], t.topic)
	}
	for _, topics := range out {
		slices.Sort(topics)
	}
	return out
}

// addSchemaField enters a field of a topic's schema, by the names that code has
// for it.
func (s *Snapshot) addSchemaField(o *Occurrence, topic string, field []string) {
	if !slices.Contains(o.topics, topic) {
		o.topics = append(o.topics, topic)
	}
	same := func(path []string) bool {
		return slices.EqualFunc(path, field, func(a, b string) bool { return a == b || schema.Fold(a) == schema.Fold(b) })
	}
	producers, consumers := s.usesOf([]string{topic})
	for _, u := range append(slices.Clone(producers), consumers...) {
		found := false
		eachField(u.Endpoint.Payload, func(path string, f *topology.Field) {
			if same(strings.Split(path, ".")) {
				o.add(path, u)
				found = true
			}
		})
		for i := range u.Endpoint.Reads {
			if r := &u.Endpoint.Reads[i]; r.Of(topic) && same(r.Path) {
				o.add(strings.Join(r.Path, "."), u)
				found = true
			}
		}
		if !found {
			o.add("", u)
		}
	}
	o.add(strings.Join(field, "."), topology.Use{})
}

// topicsOfField are the topics of whose messages an occurrence is a field.
func topicsOfField(o *Occurrence) []string {
	topics := topicsOf(o.Uses)
	for _, t := range o.topics {
		if !slices.Contains(topics, t) {
			topics = append(topics, t)
		}
	}
	sort.Strings(topics)
	return topics
}

// inSchema reports whether a field stands in a schema, not in code.
func (o *Occurrence) inSchema() bool { return o.Kind == FieldOccurrence && len(o.topics) > 0 }
