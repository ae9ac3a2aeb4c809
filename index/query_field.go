package index

import (
	"slices"
	"sort"

	"topicls/index/report"
	"topicls/index/topology"
)

// maxPassed bounds through how many topics a field is followed to its writer.
const maxPassed = 8

// passed returns a field with the types and inner fields of the consumed
// fields that its value is passed on from, as their writers give them. Where
// one of them can't be told the types stay open.
func (s *Snapshot) passed(f topology.Field, depth int) topology.Field {
	f.Fields = s.passedFields(f.Fields, depth)
	if f.Copy == nil {
		return f
	}
	types, open := slices.Clone(f.Copy.Types), f.Copy.Open || depth >= maxPassed
	var inner []topology.Field
	for _, src := range f.Copy.Sources {
		if open {
			break
		}
		open = len(src.Consumers) == 0
		for _, w := range s.writersOf(src) {
			if w == nil {
				open = true
				break
			}
			g := s.passed(*w, depth+1)
			open = open || len(g.Types) == 0
			types = append(types, g.Types...)
			if len(g.Fields) > len(inner) {
				inner = g.Fields
			}
		}
	}
	f.Types = nil
	if !open {
		sort.Strings(types)
		f.Types = slices.Compact(types)
		if len(f.Fields) == 0 {
			f.Fields = inner
		}
	}
	return f
}

func (s *Snapshot) passedFields(list []topology.Field, depth int) []topology.Field {
	if !passesOn(list) {
		return list
	}
	out := slices.Clone(list)
	for i := range out {
		out[i] = s.passed(out[i], depth)
	}
	return out
}

func passesOn(list []topology.Field) bool {
	return slices.ContainsFunc(list, func(f topology.Field) bool { return f.Copy != nil || passesOn(f.Fields) })
}

// writersOf lists the fields as written of what a value is passed on from; nil
// among them stands for one that can't be told. A message whose fields are
// known counts as an object.
func (s *Snapshot) writersOf(src topology.Source) []*topology.Field {
	var out []*topology.Field
	for _, at := range src.Consumers {
		for _, e := range s.File(at.File) {
			if e.Place != at || e.Role != topology.Consume {
				continue
			}
			for i := range e.Topics {
				t := s.Topic(e.Topics[i].Name)
				if t == nil || len(t.Producers) == 0 {
					return append(out, nil)
				}
				for _, u := range t.Producers {
					f, known := writtenAt(u.Endpoint.Payload, src.Path)
					if !known {
						return append(out, nil)
					}
					if f != nil {
						out = append(out, f)
					}
				}
			}
		}
	}
	return out
}

// writtenAt finds a field of a payload by its path; nil, and known, when the
// payload has no such field.
func writtenAt(p *topology.Payload, path []string) (f *topology.Field, known bool) {
	if p == nil {
		return nil, false
	}
	if len(path) == 0 {
		return &topology.Field{Types: []string{"object"}, Fields: p.Fields}, true
	}
	list, open := p.Fields, p.Open
	for depth, name := range path {
		i := slices.IndexFunc(list, func(f topology.Field) bool { return f.Name == name })
		if i < 0 {
			return nil, depth == 0 && !open
		}
		f, list, open = &list[i], list[i].Fields, true
	}
	return f, true
}

// passedPayload returns a payload with the types of fields that are passed on.
func (s *Snapshot) passedPayload(p *topology.Payload) *topology.Payload {
	if p == nil || !passesOn(p.Fields) {
		return p
	}
	q := *p
	q.Fields = s.passedFields(p.Fields, 0)
	return &q
}

// reported is a snapshot as the writers of reports take it: with the types of
// fields that are passed on from topic to topic.
type reported struct {
	*Snapshot
	endpoints []*topology.Endpoint
	topics    map[string]*topology.Topic
}

// Report returns the snapshot as the report's writers take it.
func (s *Snapshot) Report() report.Input {
	r := &reported{Snapshot: s, topics: map[string]*topology.Topic{}}
	told := map[*topology.Endpoint]*topology.Endpoint{}
	for _, e := range s.Endpoints() {
		c := e
		if p := s.passedPayload(e.Payload); p != e.Payload {
			q := *e
			q.Payload = p
			c = &q
		}
		told[e] = c
		r.endpoints = append(r.endpoints, c)
	}
	uses := func(list []topology.Use) []topology.Use {
		out := slices.Clone(list)
		for i := range out {
			if c := told[out[i].Endpoint]; c != nil {
				out[i].Endpoint = c
			}
		}
		return out
	}
	for t := range s.topics.All() {
		c := *t.Topic
		c.Producers, c.Consumers = uses(t.Producers), uses(t.Consumers)
		r.topics[t.Name] = &c
	}
	return r
}

// Endpoints implements report.Input.
func (r *reported) Endpoints() []*topology.Endpoint { return r.endpoints }

// Topic implements report.Input.
func (r *reported) Topic(name string) *topology.Topic { return r.topics[name] }
