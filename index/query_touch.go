package index

import (
	"maps"
	"slices"
	"sort"

	"topicls/index/topology"
)

// touchDelta gathers which files' names came to pass, or no longer pass,
// through which other files, so that a snapshot's reverse map is changed once
// per refresh: place passed through -> file with endpoints -> whether it does.
type touchDelta map[string]map[string]bool

// note compares what the endpoints of file p touched before and touch now.
func (d touchDelta) note(p string, old, now *resolvedFile) {
	var was, is []string
	if old != nil {
		was = old.touches
	}
	if now != nil && len(now.endpoints) > 0 {
		is = now.touches
	}
	if slices.Equal(was, is) {
		return
	}
	for _, f := range was {
		d.set(f, p, false)
	}
	for _, f := range is {
		d.set(f, p, true)
	}
}

func (d touchDelta) set(touched, p string, on bool) {
	if touched == "" || touched == p {
		return
	}
	if d[touched] == nil {
		d[touched] = map[string]bool{}
	}
	d[touched][p] = on
}

// setTouches changes the reverse map by a delta. Maps and lists of earlier
// snapshots stay as they are.
func (s *Snapshot) setTouches(d touchDelta) {
	if len(d) == 0 {
		return
	}
	s.touchedBy = maps.Clone(s.touchedBy)
	if s.touchedBy == nil {
		s.touchedBy = map[string][]string{}
	}
	for touched, change := range d {
		next := make([]string, 0, len(s.touchedBy[touched])+len(change))
		for _, p := range s.touchedBy[touched] {
			if _, ok := change[p]; !ok {
				next = append(next, p)
			}
		}
		for p, on := range change {
			if on {
				next = append(next, p)
			}
		}
		if len(next) == 0 {
			delete(s.touchedBy, touched)
			continue
		}
		sort.Strings(next)
		s.touchedBy[touched] = next
	}
}

// concerning calls f with every endpoint that stands in a file or whose names,
// fields or handlers lead through it.
func (s *Snapshot) concerning(path string, f func(e *topology.Endpoint)) {
	for _, e := range s.File(path) {
		f(e)
	}
	for _, p := range s.touchedBy[path] {
		for _, e := range s.File(p) {
			f(e)
		}
	}
}

// touchesOf lists the files that an endpoint leads through.
func touchesOf(e *topology.Endpoint, add func(file string)) {
	for _, list := range [][]topology.Name{e.Topics, e.Groups, e.Keys} {
		for i := range list {
			for j := range list[i].Steps {
				add(list[i].Steps[j].File)
			}
			for j := range list[i].Vars {
				add(list[i].Vars[j].At.File)
			}
		}
	}
	if e.Payload != nil {
		for i := range e.Payload.Fields {
			add(e.Payload.Fields[i].At.File)
		}
	}
	for i := range e.Reads {
		add(e.Reads[i].At.File)
	}
	for i := range e.Handlers {
		add(e.Handlers[i].File)
	}
}
