package index

import (
	"slices"
	"strings"

	"topicls/index/topology"
)

// fieldPage tells who writes and reads a field of messages.
func (s *Snapshot) fieldPage(o Occurrence) Page {
	topics := topicsOfField(&o)
	p := Page{Title: Line{text("field "), quoted(strings.Join(o.Names, ", ")), text(" of ")}}
	for i, t := range topics {
		if i > 0 {
			p.Title = append(p.Title, text(", "))
		}
		p.Title = append(p.Title, quoted(t))
	}
	if len(topics) == 0 {
		p.Title = append(p.Title, text("messages of an unknown topic"))
	}
	producers, consumers := s.usesOf(topics)
	var types []string
	var inner []topology.Field
	untold := false
	written, read := Section{Title: "Written at"}, Section{Title: "Read at"}
	seen := map[topology.Place]bool{}
	for _, e := range endpointsOf(append(append(slices.Clone(o.Uses), producers...), consumers...)) {
		where := func(at topology.Place, optional bool) Line {
			l := append(s.serviceRuns(e.Services), text(" "), link(at))
			if optional {
				l = append(l, text(", not always"))
			}
			return l
		}
		eachField(e.Payload, func(path string, f *topology.Field) {
			if !slices.Contains(o.Names, path) || f.At.File == "" || seen[f.At] {
				return
			}
			seen[f.At] = true
			told := s.passed(*f, 0)
			if untold = untold || len(told.Types) == 0; !untold {
				types = append(types, told.Types...)
			}
			inner = joinInner(inner, told.Fields)
			written.Lines = append(written.Lines, where(f.At, f.Optional))
		})
		for i := range e.Reads {
			r := &e.Reads[i]
			if slices.Contains(o.Names, strings.Join(r.Path, ".")) && !seen[r.At] {
				seen[r.At] = true
				l := where(r.At, false)
				if len(r.Types) > 0 {
					l = append(l, text(" as "), quoted(strings.Join(r.Types, " | ")))
				}
				read.Lines = append(read.Lines, l)
			}
		}
	}
	if len(types) > 0 && !untold {
		p.add(Section{Title: "Type", Lines: []Line{{quoted(typeText(types, false, inner))}}})
	}
	if len(written.Lines) == 0 {
		written.Lines = []Line{{text("nothing in this workspace")}}
	}
	written.Lines, read.Lines = capped(written.Lines), capped(read.Lines)
	p.add(s.schemaFieldSection(topics, o.Names), written, read)
	return p
}
