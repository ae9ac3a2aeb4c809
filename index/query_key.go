package index

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"topicls/index/deploy/config"
	"topicls/index/deploy/keys"
	"topicls/index/flow"
	"topicls/index/source"
	"topicls/index/topology"
)

// configView is what a snapshot knows of configuration files. It never changes.
type configView struct {
	files  map[string]*keys.File
	stores map[storeKey]*builtStore
	reads  map[string][]flow.Variable // code file -> keys that it reads
}

// keyAt tells what stands at the name of a key in a configuration file: the topic
// or consumer group that its value names, or else the key.
func (s *Snapshot) keyAt(path string, off uint32) *Occurrence {
	if !s.isConfig(path) {
		return nil
	}
	f := s.conf().files[path]
	e := entryAt(f, off)
	if e == nil {
		return nil
	}
	at := topology.Place{File: path, Start: e.Name.Start, End: e.Name.End}
	var out *Occurrence
	key := e.Key
	for i := range f.Documents {
		for j := range f.Documents[i].Entries {
			n := &f.Documents[i].Entries[j]
			if n.Name != e.Name { // elements of a list have one name
				continue
			}
			key, _, _ = strings.Cut(n.Key, "[")
			g := finder{path: path, off: n.At.Start}
			s.concerning(path, n.At.Start, g.endpoint)
			for _, o := range g.found {
				if o.Kind != TopicOccurrence && o.Kind != GroupOccurrence || o.Place.Start != n.At.Start || o.Place.End != n.At.End {
					continue
				}
				if out == nil || out.Kind == GroupOccurrence && o.Kind == TopicOccurrence {
					out = &Occurrence{Kind: o.Kind, Place: at}
				}
				if out.Kind != o.Kind {
					continue
				}
				for _, u := range o.Uses {
					out.add(u.Name.Name, u)
				}
				for _, u := range o.parts {
					out.addPart(u.Name.Name, u)
				}
			}
		}
	}
	if out == nil {
		out = &Occurrence{Kind: KeyOccurrence, Place: at, Names: []string{key}}
		for _, k := range s.storesWith(path) {
			if k.service != "" {
				out.add("", topology.Use{}, k.service)
			}
		}
	}
	return out
}

// keysReadAt enters the keys that code reads at an offset.
func (s *Snapshot) keysReadAt(f *finder) {
	for _, v := range s.keyReads()[f.path] {
		if at := toPlace(v.At); f.hits(at) {
			f.occurrence(KeyOccurrence, at).add(v.Name, topology.Use{})
		}
	}
}

// storesWith lists the stores that a file is a part of, in a fixed order.
func (s *Snapshot) storesWith(path string) []storeKey {
	var out []storeKey
	for k, b := range s.conf().stores {
		if path == "" || b.looked[path] {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b storeKey) int {
		return strings.Compare(string(a.kind)+"\x00"+a.service+"\x00"+a.module, string(b.kind)+"\x00"+b.service+"\x00"+b.module)
	})
	return out
}

// keySetting is what a key is in one store.
type keySetting struct {
	storeKey
	values []config.Value
}

// keySettings looks keys up in all stores that have them.
func (s *Snapshot) keySettings(names []string) []keySetting {
	var out []keySetting
	for _, k := range s.storesWith("") {
		for _, n := range names {
			if values, ok, _ := s.conf().stores[k].Lookup(n); ok {
				out = append(out, keySetting{k, values})
			}
		}
	}
	return out
}

// keySetPlaces are the places that give keys their values.
func (s *Snapshot) keySetPlaces(names []string) []topology.Place {
	var out []topology.Place
	for _, k := range s.keySettings(names) {
		for _, v := range k.values {
			if len(v.Steps) > 0 {
				st := v.Steps[0]
				out = append(out, topology.Place{File: st.File, Start: st.Start, End: st.End})
			}
		}
	}
	return uniquePlaces(out)
}

// keyPlaces are the places in code that read keys, and those in configuration
// files that name them.
func (s *Snapshot) keyPlaces(names []string) (reads, named []topology.Place) {
	all := s.keyReads()
	for _, p := range slices.Sorted(maps.Keys(all)) {
		for _, v := range all[p] {
			if slices.Contains(names, v.Name) {
				reads = append(reads, toPlace(v.At))
			}
		}
	}
	for rf := range s.files.All() {
		for _, e := range rf.endpoints {
			for _, list := range [][]topology.Name{e.Topics, e.Groups, e.Keys, e.Brokers} {
				for i := range list {
					for _, k := range list[i].Keys {
						if slices.Contains(names, k.Key) {
							reads = append(reads, k.At)
						}
					}
				}
			}
		}
	}
	for p, f := range s.conf().files {
		for i := range f.Documents {
			for j := range f.Documents[i].Entries {
				e := &f.Documents[i].Entries[j]
				if key, _, _ := strings.Cut(e.Key, "["); (slices.Contains(names, key) || slices.Contains(names, e.Key)) && e.Name.End > e.Name.Start {
					named = append(named, topology.Place{File: p, Start: e.Name.Start, End: e.Name.End})
				}
			}
		}
	}
	return uniquePlaces(reads), uniquePlaces(named)
}

// keyPage tells about a key: its value in each service, and who reads it.
func (s *Snapshot) keyPage(o Occurrence) Page {
	p := Page{Title: Line{text(counted(len(o.Names), "configuration key"))}}
	if len(o.Names) == 1 {
		p.Title = Line{text("configuration key "), quoted(o.Names[0])}
	}
	sec := Section{Title: "Value"}
	services := map[string][]string{}
	lines := map[string]Line{}
	var order []string
	for _, k := range s.keySettings(o.Names) {
		for _, v := range k.values {
			var shown Line
			switch {
			case slices.ContainsFunc(o.Names, isSecret):
				shown = Line{text(topology.Masked + " (a secret)")}
			case v.Status == config.Unknown:
				shown = Line{text("not known: " + v.Why)}
			default:
				shown = Line{quoted(v.Text)}
			}
			at := topology.Place{}
			if len(v.Steps) > 0 {
				last := v.Steps[len(v.Steps)-1]
				at = topology.Place{File: last.File, Start: last.Start, End: last.End}
			}
			id := fmt.Sprintf("%s\x00%v", shown[0].Text, at)
			if _, ok := lines[id]; !ok {
				order = append(order, id)
				if at.File != "" {
					shown = append(shown, text(" "), link(at))
				}
				lines[id] = shown
			}
			if k.service != "" && !slices.Contains(services[id], k.service) {
				services[id] = append(services[id], k.service)
			}
		}
	}
	for _, id := range order {
		l := lines[id]
		if len(services[id]) > 0 {
			l = append(append(Line{l[0], text(" in ")}, s.serviceRuns(services[id])...), l[1:]...)
		}
		sec.Lines = append(sec.Lines, l)
	}
	sec.Lines = capped(sec.Lines)
	read := Section{Title: "Read at"}
	reads, _ := s.keyPlaces(o.Names)
	for _, at := range reads {
		read.Lines = append(read.Lines, Line{link(at)})
	}
	read.Lines = capped(read.Lines)
	p.add(sec, read)
	return p
}

// configViewOf returns what snapshots know of configuration files: the view before
// when nothing changed. Stores that nothing asks any more are forgotten.
func (w *Workspace) configViewOf(old *configView) *configView {
	c := w.configs
	if old != nil && !c.dirty {
		return old
	}
	c.dirty = false
	maps.DeleteFunc(c.stores, func(k storeKey, _ *builtStore) bool { return c.users[k] == 0 })
	v := &configView{files: map[string]*keys.File{}, stores: maps.Clone(c.stores), reads: maps.Clone(w.keyReads)}
	maps.DeleteFunc(v.stores, func(k storeKey, _ *builtStore) bool { // those of environments that do not answer
		return k.service != "" && w.deployed.byID[k.service] == nil
	})
	for k, f := range c.files {
		if f == nil || v.files[k.path] != nil && k.format != "" {
			continue
		}
		for _, s := range v.stores {
			if s.looked[k.path] {
				v.files[k.path] = f
				break
			}
		}
	}
	return v
}

// configProblems lists what could not be read of configuration files.
func (s *Snapshot) configProblems() []Problem {
	var out []Problem
	for p, f := range s.conf().files {
		if e, ok := s.set.Get(p); !ok || e.Kind != source.KindDeploy {
			continue
		}
		for _, pr := range f.Problems {
			out = append(out, Problem{Place: topology.Place{File: p, Start: pr.At.Start, End: pr.At.End}, Message: pr.Message})
		}
	}
	for _, k := range s.storesWith("") {
		s.conf().stores[k].Circles(func(at config.Place, key string) {
			pr := Problem{Place: topology.Place{File: at.File, Start: at.Start, End: at.End}, Message: key + " refers to itself"}
			if !slices.Contains(out, pr) {
				out = append(out, pr)
			}
		})
	}
	return out
}
