package report

import (
	"encoding/json"
	"io"
	"strings"

	"topicls/index/lineage"
	"topicls/index/topology"
)

type (
	docLineage struct {
		SchemaVersion int       `json:"schemaVersion"`
		Field         string    `json:"field"`
		Stops         []docStop `json:"stops"`
	}
	docStop struct {
		Topic   string     `json:"topic"`
		Field   string     `json:"field"`
		Types   []string   `json:"types"`
		Writers []docFirst `json:"writers"`
		Readers []docUser  `json:"readers"`
		Hops    []docHop   `json:"hops"`
	}
	docUser struct {
		Service string   `json:"service"`
		Types   []string `json:"types"`
		File    string   `json:"file"`
		Line    int      `json:"line"`
		Column  int      `json:"column"`
	}
	docFirst struct {
		docUser
		Optional bool `json:"optional"`
		First    bool `json:"first"`
	}
	docHop struct {
		Service string      `json:"service"`
		To      string      `json:"to"`
		Field   string      `json:"field,omitempty"`
		How     lineage.How `json:"how"`
	}
)

// LineageJSON writes a field's way for programs, as docs/lineage-json.md describes it.
func LineageJSON(w io.Writer, input Input, way lineage.Way) error {
	v := newView(input)
	d := docLineage{SchemaVersion: SchemaVersion, Field: way.Field, Stops: []docStop{}}
	user := func(service string, at topology.Place, types []string) docUser {
		u := docUser{Service: service, Types: list(types), File: at.File}
		if at.File != "" {
			u.Line, u.Column = v.position(at.File, at.Start)
		}
		return u
	}
	for i := range way.Stops {
		s := &way.Stops[i]
		o := docStop{Topic: s.Topic, Field: s.Field, Types: list(s.Types), Writers: []docFirst{}, Readers: []docUser{}, Hops: []docHop{}}
		for _, x := range s.Writers {
			o.Writers = append(o.Writers, docFirst{user(x.Service, x.At, x.Types), x.Optional, x.First})
		}
		for _, x := range s.Readers {
			o.Readers = append(o.Readers, user(x.Service, x.At, x.Types))
		}
		for _, h := range s.Hops {
			o.Hops = append(o.Hops, docHop{h.Service, h.To, h.As, h.How})
		}
		d.Stops = append(d.Stops, o)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

// hopWords say what a service does with a field.
var hopWords = map[lineage.How]string{
	lineage.ByValue: "passed on by",
	lineage.ByName:  "perhaps passed on by",
	lineage.InPart:  "a part passed on by",
	lineage.Lost:    "not passed on by",
	lineage.Untold:  "not known of",
}

// LineageText writes a field's way for a person.
func LineageText(w io.Writer, input Input, way lineage.Way, st Style) error {
	v, o := newView(input), newOutput(w)
	topics, services := map[string]bool{}, map[string]bool{}
	for i := range way.Stops {
		s := &way.Stops[i]
		topics[s.Topic] = true
		for _, x := range s.Writers {
			services[x.Service] = true
		}
		for _, x := range s.Readers {
			services[x.Service] = true
		}
	}
	o.line(st.bold("field "+printable(way.Field)), "  ", plural(len(topics), "topic", "topics"), ", ", plural(len(services), "service", "services"))
	for i := range way.Stops {
		v.textStop(o, st, way.Field, &way.Stops[i])
	}
	return o.Flush()
}

func (v *view) textStop(o output, st Style, field string, s *lineage.Stop) {
	head := st.topic(printable(s.Topic))
	if s.Field != field {
		head += " as " + printable(s.Field)
	}
	if len(s.Types) > 0 {
		head += "  " + st.dim(strings.Join(s.Types, ", "))
	}
	o.line("\n", head)
	tab := &table{indent: "  "}
	// row adds a line; a word or service that the line before has isn't said again
	lastVerb, lastService := "", ""
	row := func(verb, service, place, note string) {
		saidVerb, said := verb, v.name(service)
		if verb == lastVerb {
			if saidVerb = ""; service == lastService {
				said = ""
			}
		}
		lastVerb, lastService = verb, service
		tab.add(cell{saidVerb, st.dim}, cell{said, st.service}, plain(place), cell{note, st.dim})
	}
	if len(s.Writers) == 0 {
		tab.add(cell{"written by", st.dim}, cell{"nobody here", st.dim})
	}
	for _, x := range s.Writers {
		verb, note := "written by", ""
		if x.First {
			verb = "first written by"
		}
		if x.Optional {
			note = "not always"
		}
		row(verb, x.Service, v.where(x.At), note)
	}
	for _, x := range s.Readers {
		note := ""
		if len(x.Types) > 0 {
			note = "as " + strings.Join(x.Types, ", ")
		}
		row("read by", x.Service, v.where(x.At), note)
	}
	for _, how := range [...]lineage.How{lineage.ByValue, lineage.ByName, lineage.InPart, lineage.Lost, lineage.Untold} {
		for _, h := range s.Hops {
			if h.How != how {
				continue
			}
			to := "to " + h.To
			if h.As != "" && h.As != s.Field {
				to += " as " + h.As
			}
			row(hopWords[how], h.Service, to, "")
		}
	}
	tab.write(o)
}
