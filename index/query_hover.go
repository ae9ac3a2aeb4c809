package index

import (
	"slices"

	"topicls/index/topology"
)

// Limits of a page beside the code.
const (
	maxLines  = 10 // of one section
	maxTopics = 3  // that are shown in full; more are only listed
)

// Hover is what to show about a place.
type Hover struct {
	Place topology.Place
	Page
}

// Hover tells about what stands at a byte offset of a file.
func (s *Snapshot) Hover(path string, off uint32) (Hover, bool) {
	if IsOwnFile(path) {
		return s.ownHover(off)
	}
	o, ok := s.At(path, off)
	if !ok {
		return Hover{}, false
	}
	h := Hover{Place: o.Place}
	if o.Environment != "" {
		h.Page = s.otherPage(o)
		return h, true
	}
	switch o.Kind {
	case TopicOccurrence:
		h.Page = s.topicsPage(o.Names, o.Uses)
		derived := o.Derived
		if len(o.Names) == 1 && s.Topic(o.Names[0]) != nil { // it names its dead-letter topics already
			dead := s.Topic(o.Names[0]).DeadLetters
			derived = slices.DeleteFunc(slices.Clone(derived), func(n string) bool { return slices.Contains(dead, n) })
		}
		h.add(s.derivedSection(derived))
	case VariableOccurrence:
		h.Page = s.variablePage(o)
	case FieldOccurrence:
		h.Page = s.fieldPage(o)
	case GroupOccurrence:
		h.Page = s.groupPage(o)
	case KeyOccurrence:
		h.Page = s.keyPage(o)
	case ServiceOccurrence:
		h.Page = s.servicePage(o.Names[0])
	}
	return h, true
}

// TopicPage tells about a topic.
func (s *Snapshot) TopicPage(name string) (Page, bool) {
	t := s.Topic(name)
	if t == nil {
		return Page{}, false
	}
	return s.topicPage(name, append(slices.Clone(t.Producers), t.Consumers...)), true
}

func capped(lines []Line) []Line {
	if len(lines) > maxLines {
		lines = append(lines[:maxLines-1:maxLines-1], Line{text("and " + counted(len(lines)-maxLines+1, "more place"))})
	}
	return lines
}
