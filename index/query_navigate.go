package index

import (
	"slices"
	"strings"

	"topicls/index/topology"
)

// Definition leads to the other side: from a produce to the consumers, from a
// consume to the producers, from configuration that is no endpoint itself and
// from places that serve both to all endpoints; from a variable or key to where
// it is set (from a key in a configuration file to where it is read), from a
// field to where it is written, from a group to its consumers, from a service to
// its code's endpoints.
func (s *Snapshot) Definition(path string, off uint32) []topology.Place {
	o, ok := s.At(path, off)
	if !ok {
		return nil
	}
	if o.Environment != "" {
		uses, given := s.otherPlaces(o)
		if o.Kind == VariableOccurrence {
			return given
		}
		return uses
	}
	switch o.Kind {
	case TopicOccurrence:
		produce, consume := o.Roles()
		producers, consumers := s.usesOf(o.Names)
		if len(o.Uses) == 0 || o.Deployed && !slices.ContainsFunc(o.Uses, func(u topology.Use) bool { return u.Endpoint.Place.File == path }) {
			produce, consume = true, true
		}
		var uses []topology.Use
		if consume {
			uses = append(uses, producers...)
		}
		if produce {
			uses = append(uses, consumers...)
		}
		return endpointPlaces(uses)
	case VariableOccurrence:
		return s.setPlaces(o)
	case FieldOccurrence:
		writes, reads := s.fieldPlaces(o)
		if o.inSchema() {
			return uniquePlaces(append(writes, reads...))
		}
		return uniquePlaces(append(writes, s.schemaFieldPlaces(topicsOfField(&o), o.Names)...))
	case GroupOccurrence:
		return endpointPlaces(s.membersOf(o.Names))
	case ServiceOccurrence:
		return s.servicePlaces(o)
	case KeyOccurrence:
		reads, _ := s.keyPlaces(o.Names)
		if o.Deployed {
			return reads
		}
		return s.keySetPlaces(o.Names)
	}
	return nil
}

// Declaration leads to where a topic's or group's name is given, and from a variable to
// where it is set.
func (s *Snapshot) Declaration(path string, off uint32) []topology.Place {
	o, ok := s.At(path, off)
	if !ok {
		return nil
	}
	if o.Environment != "" {
		_, given := s.otherPlaces(o)
		return given
	}
	switch o.Kind {
	case TopicOccurrence:
		return uniquePlaces(append(givenAt(o.Uses), s.declaredPlaces(o.Names)...))
	case GroupOccurrence:
		return givenAt(o.Uses)
	case VariableOccurrence:
		return s.setPlaces(o)
	case FieldOccurrence:
		if in := s.schemaFieldPlaces(topicsOfField(&o), o.Names); len(in) > 0 {
			return in
		}
		writes, _ := s.fieldPlaces(o)
		return writes
	case KeyOccurrence:
		return s.keySetPlaces(o.Names)
	}
	return nil
}

// Implementation leads to what handles a topic's messages: the handlers of its
// consumers, or where no handler is known the consumers.
func (s *Snapshot) Implementation(path string, off uint32) []topology.Place {
	o, ok := s.At(path, off)
	if !ok {
		return nil
	}
	var consumers []topology.Use
	switch {
	case o.Environment != "":
		if o.Kind != VariableOccurrence {
			_, consumers = sides(s.usesOfOther(o))
		}
	case o.Kind == TopicOccurrence:
		_, consumers = s.usesOf(o.Names)
	case o.Kind == VariableOccurrence:
		_, consumers = s.usesOf(topicsOf(o.Uses))
	case o.Kind == GroupOccurrence:
		consumers = s.membersOf(o.Names)
	}
	var out []topology.Place
	for _, u := range consumers {
		if len(u.Endpoint.Handlers) == 0 {
			out = append(out, usePlace(u))
		}
		out = append(out, u.Endpoint.Handlers...)
	}
	return uniquePlaces(out)
}

// References lists every place that has to do with a topic: endpoints,
// constants and configuration, and with declarations where the name is given;
// of a variable its reads and settings, of a field its reads and writes, of a
// group its consumers and where it is named.
func (s *Snapshot) References(path string, off uint32, declarations bool) []topology.Place {
	o, ok := s.At(path, off)
	if !ok {
		return nil
	}
	var out, given []topology.Place
	switch {
	case o.Environment != "":
		out, given = s.otherPlaces(o)
	case o.Kind == TopicOccurrence:
		producers, consumers := s.usesOf(o.Names)
		uses := append(slices.Clone(producers), consumers...)
		if len(uses) == 0 {
			uses = o.Uses // the topic is not known
		}
		given = append(givenAt(uses), s.declaredPlaces(o.Names)...)
		out = append(endpointPlaces(uses), namedAt(uses)...)
	case o.Kind == VariableOccurrence:
		for _, r := range s.readsOf(o.Names, o.Services) {
			out = append(out, r.At)
		}
		given = s.setPlaces(o)
	case o.Kind == FieldOccurrence:
		var writes []topology.Place
		writes, out = s.fieldPlaces(o)
		out = append(out, writes...)
		given = s.schemaFieldPlaces(topicsOfField(&o), o.Names)
	case o.Kind == GroupOccurrence:
		members := s.membersOf(o.Names)
		given = givenAt(members)
		out = append(endpointPlaces(members), namedAt(members)...)
	case o.Kind == ServiceOccurrence:
		out = s.servicePlaces(o)
	case o.Kind == KeyOccurrence:
		out, given = s.keyPlaces(o.Names)
	}
	out = uniquePlaces(append(out, given...))
	if !declarations {
		out = slices.DeleteFunc(out, func(p topology.Place) bool { return slices.Contains(given, p) })
	}
	return out
}

func endpointPlaces(uses []topology.Use) []topology.Place {
	out := make([]topology.Place, 0, len(uses))
	for _, u := range uses {
		out = append(out, usePlace(u))
	}
	return uniquePlaces(out)
}

func (s *Snapshot) setPlaces(o Occurrence) []topology.Place {
	var out []topology.Place
	for _, v := range s.settingsOf(o.Names, o.Services) {
		out = append(out, v.setAt())
	}
	return uniquePlaces(out)
}

func (s *Snapshot) servicePlaces(o Occurrence) []topology.Place {
	var out []topology.Place
	for _, id := range o.Names {
		for _, e := range s.endpointsIn(id) {
			out = append(out, EndpointPlace(e))
		}
	}
	return uniquePlaces(out)
}

// endpointsIn returns the endpoints of a service, by file and position.
func (s *Snapshot) endpointsIn(id string) []*topology.Endpoint {
	svc := s.byID[id]
	if svc == nil {
		return nil
	}
	var out []*topology.Endpoint
	for _, p := range svc.Files {
		for _, e := range s.File(p) {
			if slices.Contains(e.Services, id) {
				out = append(out, e)
			}
		}
	}
	return out
}

// fieldPlaces returns where the messages' field at an occurrence is written
// and read, on all topics that the occurrence's endpoints name.
func (s *Snapshot) fieldPlaces(o Occurrence) (writes, reads []topology.Place) {
	producers, consumers := s.usesOf(topicsOfField(&o))
	all := append(append(slices.Clone(o.Uses), producers...), consumers...)
	for _, e := range endpointsOf(all) {
		eachField(e.Payload, func(path string, f *topology.Field) {
			if slices.Contains(o.Names, path) && f.At.File != "" {
				writes = append(writes, f.At)
			}
		})
		for i := range e.Reads {
			if slices.Contains(o.Names, strings.Join(e.Reads[i].Path, ".")) {
				reads = append(reads, e.Reads[i].At)
			}
		}
	}
	return uniquePlaces(writes), uniquePlaces(reads)
}

// eachField calls f with the fields of a payload and those inside of them, by
// their paths joined with ".".
func eachField(p *topology.Payload, f func(path string, field *topology.Field)) {
	var walk func(prefix string, list []topology.Field)
	walk = func(prefix string, list []topology.Field) {
		for i := range list {
			f(prefix+list[i].Name, &list[i])
			walk(prefix+list[i].Name+".", list[i].Fields)
		}
	}
	if p != nil {
		walk("", p.Fields)
	}
}

// topicsOf returns the topics that uses name; all of the endpoint's where a
// use is about none.
func topicsOf(uses []topology.Use) []string {
	var out []string
	for _, u := range uses {
		names := u.Endpoint.TopicNames()
		if u.Name != nil {
			names = []string{u.Name.Name}
		}
		for _, n := range names {
			if n != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// Highlights lists where in the same file that stands which stands at an
// offset, the place itself among them.
func (s *Snapshot) Highlights(path string, off uint32) []topology.Place {
	o, ok := s.At(path, off)
	if !ok {
		return nil
	}
	all := s.References(path, off, true)
	if o.Kind == GroupOccurrence && o.Environment == "" { // its consumers are not what stands there
		members := s.membersOf(o.Names)
		all = append(namedAt(members), givenAt(members)...)
	}
	out := []topology.Place{o.Place}
	for _, p := range all {
		if p.File == path {
			out = append(out, p)
		}
	}
	return innermost(uniquePlaces(append(out, s.sameName(path, off)...)))
}
