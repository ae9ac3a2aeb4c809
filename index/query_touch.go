package index

import (
	"maps"
	"slices"
	"strings"

	"topicls/index/topology"
)

// touch says that the names, fields or handlers of a file's endpoints lead
// through another file, somewhere from lo to hi.
type touch struct {
	file   string // the one led through; in a snapshot's reverse map the one with the endpoints
	lo, hi uint32
}

// touchDelta gathers which files' endpoints came to lead, or no longer lead,
// through which other files, so that a snapshot's reverse map is changed once
// per refresh: file led through -> file with endpoints -> where, nil for nowhere.
type touchDelta map[string]map[string]*touch

// note compares where the endpoints of file p led before and lead now.
func (d touchDelta) note(p string, old, now *resolvedFile) {
	var was, is []touch
	if old != nil {
		was = old.touches
	}
	if now != nil && len(now.endpoints) > 0 {
		is = now.touches
	}
	if slices.Equal(was, is) {
		return
	}
	for _, t := range was {
		d.set(t.file, p, nil)
	}
	for _, t := range is {
		d.set(t.file, p, &touch{p, t.lo, t.hi})
	}
}

func (d touchDelta) set(through, p string, t *touch) {
	if through == "" || through == p {
		return
	}
	if d[through] == nil {
		d[through] = map[string]*touch{}
	}
	d[through][p] = t
}

// touches are the files whose endpoints lead through one.
type touches struct {
	through string
	list    []touch // by file
}

// Key implements ordered.Keyed.
func (t touches) Key() string { return t.through }

// setTouches changes the reverse map by a delta. Lists of earlier snapshots
// stay as they are.
func (s *Snapshot) setTouches(d touchDelta) {
	var lists []touches
	for _, through := range slices.Sorted(maps.Keys(d)) {
		change := d[through]
		old, _ := s.touchedBy.Get(through)
		next := make([]touch, 0, len(old.list)+len(change))
		for _, t := range old.list {
			if _, ok := change[t.file]; !ok {
				next = append(next, t)
			}
		}
		for _, t := range change {
			if t != nil {
				next = append(next, *t)
			}
		}
		if len(next) == 0 {
			s.touchedBy = s.touchedBy.Without(through)
			continue
		}
		slices.SortFunc(next, func(a, b touch) int { return strings.Compare(a.file, b.file) })
		lists = append(lists, touches{through, next})
	}
	s.touchedBy = s.touchedBy.PutAll(lists)
}

// ledThrough lists where the endpoints of other files lead through one.
func (s *Snapshot) ledThrough(path string) []touch {
	t, _ := s.touchedBy.Get(path)
	return t.list
}

// Through returns the files whose endpoints stand in a file or have a name,
// field or handler that leads through it, sorted.
func (s *Snapshot) Through(path string) []string {
	list := s.ledThrough(path)
	out := make([]string, 0, len(list)+1)
	for _, t := range list {
		out = append(out, t.file)
	}
	if _, ok := s.files.Get(path); ok {
		i, _ := slices.BinarySearch(out, path)
		out = slices.Insert(out, i, path)
	}
	return out
}

// concerning calls f with every endpoint that stands in a file or that leads
// through it at an offset.
func (s *Snapshot) concerning(path string, off uint32, f func(e *topology.Endpoint)) {
	for _, e := range s.File(path) {
		f(e)
	}
	for _, t := range s.ledThrough(path) {
		if off < t.lo || t.hi < off {
			continue
		}
		for _, e := range s.File(t.file) {
			f(e)
		}
	}
}

// touchesOf lists where endpoints lead, by file.
func touchesOf(endpoints []*topology.Endpoint) []touch {
	found := map[string]*touch{}
	add := func(p topology.Place) {
		if t := found[p.File]; t != nil {
			t.lo, t.hi = min(t.lo, p.Start), max(t.hi, p.End)
		} else if p.File != "" {
			found[p.File] = &touch{p.File, p.Start, p.End}
		}
	}
	for _, e := range endpoints {
		for _, list := range [][]topology.Name{e.Topics, e.Groups, e.Keys} {
			for i := range list {
				for j := range list[i].Steps {
					add(list[i].Steps[j].Place)
				}
				for j := range list[i].Also {
					add(list[i].Also[j].Place)
				}
				for j := range list[i].Vars {
					add(list[i].Vars[j].At)
				}
				for j := range list[i].Keys {
					add(list[i].Keys[j].At)
				}
			}
		}
		if e.Payload != nil {
			for i := range e.Payload.Fields {
				add(e.Payload.Fields[i].At)
			}
		}
		for i := range e.Reads {
			add(e.Reads[i].At)
		}
		for _, h := range e.Handlers {
			add(h)
		}
	}
	out := make([]touch, 0, len(found))
	for _, t := range found {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b touch) int { return strings.Compare(a.file, b.file) })
	return out
}
