package index

import (
	"strings"

	"topicls/index/lineage"
	"topicls/index/workspacefile"
)

// Lineage follows a field of messages, given by its path with dots, through
// topics and services. Where no message has it, near are the paths of fields
// that may be meant, sorted.
func (s *Snapshot) Lineage(field string) (way lineage.Way, near []string) {
	g := lineage.New(s.Report())
	if way = g.Of(field); len(way.Stops) > 0 {
		return way, nil
	}
	last := field[strings.LastIndexByte(field, '.')+1:]
	for _, f := range g.Fields() {
		if strings.EqualFold(f, field) || strings.EqualFold(f[strings.LastIndexByte(f, '.')+1:], last) {
			near = append(near, f)
		}
	}
	if len(near) == 0 {
		if n := workspacefile.Nearest(field, g.Fields()); n != "" {
			near = []string{n}
		}
	}
	return way, near
}
