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
	untold   bool // some producer's type can't be told
	inner    []topology.Field
}

// joinInner joins the fields of an object as several producers write it.
func joinInner(a, b []topology.Field) []topology.Field {
	out := slices.Clone(a)
	for _, f := range b {
		i := slices.IndexFunc(out, func(o topology.Field) bool { return o.Name == f.Name })
		if i < 0 {
			f.Optional = f.Optional || len(a) > 0
			out = append(out, f)
		}
	}
	if len(a) > 0 && len(b) > 0 {
		for i := range out {
			out[i].Optional = out[i].Optional || !slices.ContainsFunc(b, func(f topology.Field) bool { return f.Name == out[i].Name })
		}
	}
	return out
}

// ofAny reports whether a field is read of the messages of one of the topics
// that an endpoint's uses name.
func ofAny(r *topology.FieldRead, uses []topology.Use, e *topology.Endpoint) bool {
	return slices.ContainsFunc(uses, func(u topology.Use) bool { return u.Endpoint == e && (u.Name == nil || r.Of(u.Name.Name)) })
}

// typeText spells a field's type; an object with known fields by those.
func typeText(types []string, untold bool, inner []topology.Field) string {
	types = slices.Clone(types)
	sort.Strings(types)
	types = slices.Compact(types)
	if len(inner) > 0 {
		var fields []string
		for i := range inner {
			f := &inner[i]
			name := f.Name
			if f.Optional {
				name += "?"
			}
			fields = append(fields, name+": "+typeText(f.Types, len(f.Types) == 0, f.Fields))
		}
		types = append(slices.DeleteFunc(types, func(t string) bool { return t == "object" }), "{ "+strings.Join(fields, ", ")+" }")
	}
	if untold || len(types) == 0 {
		return "any"
	}
	return strings.Join(types, " | ")
}

// payloadSection shows the fields of a topic's messages: what the producers
// write, with `?` for what only some messages have, and who reads it.
func (s *Snapshot) payloadSection(producers, consumers []topology.Use) Section {
	fields := map[string]*payloadField{}
	var order []string
	known, open, typ := 0, false, ""
	for _, e := range endpointsOf(producers) {
		payload := s.passedPayload(e.Payload)
		if payload == nil {
			open = true
			continue
		}
		known++
		open = open || payload.Open
		if typ == "" {
			typ = payload.Type
		}
		for i := range payload.Fields {
			fd := &payload.Fields[i]
			f := fields[fd.Name]
			if f == nil {
				f = &payloadField{}
				fields[fd.Name] = f
				order = append(order, fd.Name)
			}
			f.written++
			f.optional = f.optional || fd.Optional
			f.untold = f.untold || len(fd.Types) == 0
			f.types = append(f.types, fd.Types...)
			f.inner = joinInner(f.inner, fd.Fields)
		}
	}
	if len(order) == 0 {
		return Section{}
	}
	for _, e := range endpointsOf(consumers) {
		for i := range e.Reads {
			if len(e.Reads[i].Path) == 0 || !ofAny(&e.Reads[i], consumers, e) {
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
		b.WriteString(": " + typeText(f.types, f.untold, f.inner))
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
