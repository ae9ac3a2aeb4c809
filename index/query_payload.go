package index

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/topology"
)

// payloadField is a field of a topic's messages over all producers.
type payloadField struct {
	types    []string
	optional bool
	written  int // producers that write it
	readers  []string
}

// payloadSection shows the fields of a topic's messages: what the producers
// write, with `?` for what only some messages have, and who reads it.
func (s *Snapshot) payloadSection(producers, consumers []topology.Use) Section {
	fields := map[string]*payloadField{}
	var order []string
	known, open, typ := 0, false, ""
	for _, e := range endpointsOf(producers) {
		if e.Payload == nil {
			open = true
			continue
		}
		known++
		open = open || e.Payload.Open
		if typ == "" {
			typ = e.Payload.Type
		}
		for i := range e.Payload.Fields {
			fd := &e.Payload.Fields[i]
			f := fields[fd.Name]
			if f == nil {
				f = &payloadField{}
				fields[fd.Name] = f
				order = append(order, fd.Name)
			}
			f.written++
			f.optional = f.optional || fd.Optional
			f.types = append(f.types, fd.Types...)
		}
	}
	if len(order) == 0 {
		return Section{}
	}
	for _, e := range endpointsOf(consumers) {
		for i := range e.Reads {
			if len(e.Reads[i].Path) == 0 {
				continue
			}
			if f := fields[e.Reads[i].Path[0]]; f != nil {
				for _, id := range e.Services {
					f.readers = append(f.readers, s.serviceName(id))
				}
			}
		}
	}
	var b strings.Builder
	if typ != "" {
		b.WriteString("// " + typ + "\n")
	}
	b.WriteString("{\n")
	for _, name := range order {
		f := fields[name]
		b.WriteString("  " + name)
		if f.optional || f.written < known {
			b.WriteString("?")
		}
		sort.Strings(f.types)
		types := strings.Join(slices.Compact(f.types), " | ")
		if types == "" {
			types = "any"
		}
		b.WriteString(": " + types)
		if len(f.readers) > 0 {
			sort.Strings(f.readers)
			b.WriteString("  // read by " + strings.Join(slices.Compact(f.readers), ", "))
		}
		b.WriteString("\n")
	}
	if open {
		b.WriteString("  ...  // there may be more\n")
	}
	b.WriteString("}")
	return Section{Title: "Payload", Code: b.String(), Lang: "typescript"}
}
