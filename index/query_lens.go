package index

import (
	"slices"
	"strings"

	"topicls/index/topology"
)

// Lens stands above a place that names topics, to say how many produce to them
// and consume them.
type Lens struct {
	Place  topology.Place
	Topics []string
	Role   topology.Role // what the place does; "" in configuration
	Schema bool          // it stands at a schema, which does not spell the topics
}

// maxLenses is how many topics of one place have a lens each; of more there is
// one for all.
const maxLenses = 3

// Lenses lists the lenses of a file: of its endpoints, or where its
// configuration gives topics their names, or schemas describe their messages.
func (s *Snapshot) Lenses(path string) []Lens {
	var out []Lens
	if isCode(s, path) {
		for _, e := range s.File(path) {
			var at []topology.Place // of several topics, each may be spelled
			names := map[topology.Place][]string{}
			for i := range e.Topics {
				p := usePlace(topology.Use{Endpoint: e, Name: &e.Topics[i]})
				if n := e.Topics[i].Name; n != "" && !slices.Contains(names[p], n) {
					names[p] = append(names[p], n)
					at = append(at, p)
				}
			}
			for _, p := range uniquePlaces(at) {
				out = appendLenses(out, p, names[p], e.Role)
			}
		}
		return out
	}
	names := map[topology.Place][]string{}
	for _, p := range s.Through(path) {
		for _, e := range s.File(p) {
			for i := range e.Topics {
				for _, at := range givenAt([]topology.Use{{Endpoint: e, Name: &e.Topics[i]}}) {
					if n := e.Topics[i].Name; at.File == path && n != "" && !slices.Contains(names[at], n) {
						names[at] = append(names[at], n)
					}
				}
			}
		}
	}
	described := s.describedIn(path)
	for at, topics := range described {
		names[at] = append(names[at], topics...)
	}
	var places []topology.Place
	for at := range names {
		places = append(places, at)
	}
	for _, at := range uniquePlaces(places) {
		list := names[at]
		slices.Sort(list)
		if n := s.spelledText(at); slices.Contains(list, n) { // others are made from it and more
			list = []string{n}
		}
		n := len(out)
		out = appendLenses(out, at, list, "")
		for i := n; i < len(out); i++ {
			out[i].Schema = described[at] != nil
		}
	}
	return out
}

func appendLenses(out []Lens, at topology.Place, topics []string, role topology.Role) []Lens {
	if len(topics) > maxLenses {
		return append(out, Lens{Place: at, Topics: topics, Role: role})
	}
	for _, n := range topics {
		out = append(out, Lens{Place: at, Topics: []string{n}, Role: role})
	}
	return out
}

// spelledText is the text at a place without quotes.
func (s *Snapshot) spelledText(at topology.Place) string {
	data, err := s.set.ReadFile(at.File)
	if err != nil || int(at.End) > len(data) || at.Start > at.End {
		return ""
	}
	return strings.Trim(string(data[at.Start:at.End]), "\"'`")
}

// LensText says how many services there are on the sides of a lens's topics, the
// other side first, and where they are. named says that the topic is to be named.
func (s *Snapshot) LensText(l Lens, named bool) (title string, places []topology.Place) {
	producers, consumers := s.usesOf(l.Topics)
	sides := []string{counted(len(servicesOf(consumers)), "consumer"), counted(len(servicesOf(producers)), "producer")}
	places = append(endpointPlaces(consumers), endpointPlaces(producers)...)
	if l.Role == topology.Consume {
		slices.Reverse(sides)
		places = append(endpointPlaces(producers), endpointPlaces(consumers)...)
	}
	title = strings.Join(sides, " · ")
	if more := s.importedSides(l.Topics); more != nil {
		title += " · in other repositories " + strings.Join(more, ", ")
	}
	switch {
	case len(l.Topics) > 1:
		title = counted(len(l.Topics), "topic") + ": " + title
	case named && len(l.Topics) == 1:
		title = l.Topics[0] + ": " + title
	}
	return title, slices.Compact(places)
}
