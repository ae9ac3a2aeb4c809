package index

import (
	"maps"
	"path"
	"slices"

	"topicls/index/client"
	"topicls/index/deploy/images"
)

// Which code of a service's folders it runs is told by each family of
// languages in its own way: Python's by what the started program imports, that
// of languages without an entry here as a whole.
var programFinders = map[client.Family]func(*Workspace, *service) (files []string, whole bool){
	client.Python: (*Workspace).findPython,
	client.ECMA:   (*Workspace).findECMA,
	client.DotNet: (*Workspace).findDotnet,
	client.Go:     (*Workspace).findGo,
}

// findCode finds the code files that a service runs.
func (w *Workspace) findCode(s *service) {
	if s.Infra || len(s.Code) == 0 {
		return
	}
	for _, f := range client.Families {
		if w.code.models[f] == nil {
			continue
		}
		find := programFinders[f]
		if find == nil {
			find = func(w *Workspace, s *service) ([]string, bool) { return w.findWhole(f, s) }
		}
		files, whole := find(w, s)
		s.files, s.whole = append(s.files, files...), s.whole || whole
	}
	slices.Sort(s.files)
}

// findWhole takes all code of a family in a service's folders, unless its image
// is made for another family's programs.
func (w *Workspace) findWhole(f client.Family, s *service) (files []string, whole bool) {
	if s.Context == "" && len(s.Entries) > 0 || !w.imageRuns(f, s) {
		return nil, false
	}
	files = w.code.below(f, s.Code)
	return files, len(files) > 0
}

// findECMA finds the JavaScript and TypeScript files that a service runs: what
// its programs import, or all code of its folders when the programs are not
// known.
func (w *Workspace) findECMA(s *service) (files []string, whole bool) {
	var entries []string
	for _, e := range s.Entries {
		file := e.File
		if from := sourceOf(w.set, file); from != "" {
			file = from
		}
		if cf := w.code.files[file]; cf != nil && cf.family == client.ECMA {
			entries = append(entries, file)
		}
	}
	switch {
	case len(entries) > 0:
	case s.Absent:
		return nil, false
	case s.Within != "":
		entries, whole = w.code.below(client.ECMA, []string{s.Within}), true
	default:
		return w.findWhole(client.ECMA, s)
	}
	l := w.linkers.family(client.ECMA)
	seen := map[string]bool{}
	queue := entries
	for _, e := range entries {
		seen[e] = true
	}
	add := func(p string) {
		if !seen[p] {
			seen[p] = true
			queue = append(queue, p)
		}
	}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		found := w.code.imports(p)
		for im := range found.all() {
			if m := l.ModuleFile(p, im.Module); m != "" {
				add(m)
			}
		}
		if found.dynamic {
			for _, sub := range w.code.below(client.ECMA, []string{path.Dir(p)}) {
				add(sub)
			}
		}
	}
	return slices.Sorted(maps.Keys(seen)), whole
}

// imageRuns reports whether a service's image can run a family's programs: its
// Dockerfile names an image for them, or none for any language.
func (w *Workspace) imageRuns(f client.Family, s *service) bool {
	data, err := w.set.ReadFile(s.Dockerfile)
	if err != nil {
		return true
	}
	return images.For(string(f), data) || !images.ForAny(data)
}
