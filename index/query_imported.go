package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/topology"
)

// An OtherPlace is a line of a file in another repository whose folder on this
// machine is known. It was not looked at.
type OtherPlace struct {
	Path string // with slashes, from the root of the workspace or absolute
	Line int    // from 1
}

// DefinitionElsewhere leads to the other side of a topic in other repositories, as
// Definition does in this one.
func (s *Snapshot) DefinitionElsewhere(path string, off uint32) []OtherPlace {
	o, ok := s.At(path, off)
	if !ok || o.Kind != TopicOccurrence || o.Environment != "" {
		return nil
	}
	produce, consume := o.Roles()
	if len(o.Uses) == 0 || o.Deployed && !slices.ContainsFunc(o.Uses, func(u topology.Use) bool { return u.Endpoint.Place.File == path }) {
		produce, consume = true, true
	}
	return s.importedPlaces(o.Names, func(r topology.Role) bool {
		return consume && r == topology.Produce || produce && r == topology.Consume
	})
}

// ReferencesElsewhere lists where other repositories use a topic.
func (s *Snapshot) ReferencesElsewhere(path string, off uint32) []OtherPlace {
	o, ok := s.At(path, off)
	if !ok || o.Kind != TopicOccurrence || o.Environment != "" {
		return nil
	}
	return s.importedPlaces(o.Names, func(topology.Role) bool { return true })
}

func (s *Snapshot) importedPlaces(topics []string, counts func(topology.Role) bool) []OtherPlace {
	if len(s.imports.byTopic)+len(s.imports.patterns) == 0 {
		return nil
	}
	var out []OtherPlace
	for _, n := range topics {
		for _, i := range s.Imported(n) {
			if !counts(i.Role) || i.Root == "" || strings.Contains(i.Root, "://") || !insideOf(i.File) {
				continue
			}
			if p := (OtherPlace{path.Join(strings.ReplaceAll(i.Root, "\\", "/"), i.File), i.Line}); !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// insideOf reports whether a path stays below the folder that it is relative to.
func insideOf(p string) bool {
	p = path.Clean(p)
	return p != "." && !path.IsAbs(p) && p != ".." && !strings.HasPrefix(p, "../")
}
