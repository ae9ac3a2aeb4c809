package index

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"sort"

	"topicls/index/check"
	"topicls/index/deploy"
	"topicls/index/topology"
)

// delta says which parts of a snapshot differ from the one before. What does
// not differ is shared with it.
type delta struct {
	deployed  bool // services, their variables or which code they run
	listing   bool // files came or went
	endpoints bool // endpoints came, went or changed
	files     bool // files got their first endpoint or lost the last one
	services  bool // another main program has a file's endpoints
	topics    bool // topics came or went
	groups    bool // other names of groups
	reads     bool // reads of variables
}

// note compares the endpoints of a file.
func (d *delta) note(old, now *resolvedFile) {
	had, has := old != nil && len(old.endpoints) > 0, len(now.endpoints) > 0
	d.endpoints = d.endpoints || had || has
	d.files = d.files || had != has
	if had && has {
		d.services = d.services || !slices.Equal(old.endpoints[0].Services, now.endpoints[0].Services)
		d.groups = d.groups || !maps.Equal(groupNames(old), groupNames(now))
	}
	d.groups = d.groups || had != has
}

func groupNames(rf *resolvedFile) map[string]bool {
	names := map[string]bool{}
	for _, e := range rf.endpoints {
		for i := range e.Groups {
			names[e.Groups[i].Name] = true
		}
	}
	return names
}

// isProgramMarker reports whether a file of that name says which folder is a
// main program's (mainService).
func isProgramMarker(p string) bool { return slices.Contains(programMarkers, path.Base(p)) }

// readVariables takes in what a file reads now. It reports whether that
// differs from before.
func (w *Workspace) readVariables(p string) bool {
	reads := w.linker.EnvReads(p)
	old := w.reads[p]
	if len(reads) == 0 {
		delete(w.reads, p)
		return len(old) > 0
	}
	var ids []string
	for _, r := range w.runsOf(p) {
		ids = append(ids, r.id)
	}
	now := make([]topology.VariableRead, len(reads))
	for i, v := range reads {
		now[i] = topology.VariableRead{
			Name: v.Name, At: toPlace(v.At), Services: ids,
			HasDefault: v.HasDefault, Default: v.Default, Required: v.Required, Soft: v.Soft,
		}
	}
	w.reads[p] = now
	return !slices.EqualFunc(old, now, func(a, b topology.VariableRead) bool {
		return a.Name == b.Name && a.At == b.At && a.HasDefault == b.HasDefault && a.Default == b.Default &&
			a.Required == b.Required && a.Soft == b.Soft && slices.Equal(a.Services, b.Services)
	})
}

// buildVariables computes the variables of all services with their reads.
func (s *Snapshot) buildVariables(w *Workspace) {
	type key struct{ service, name string }
	readAt := make(map[key][]topology.Place, len(w.reads))
	for _, p := range slices.Sorted(maps.Keys(w.reads)) {
		for _, v := range w.reads[p] {
			v.Default = s.shownDefault(v.Name, v.Default)
			s.reads = append(s.reads, v)
			for _, id := range v.Services {
				k := key{id, v.Name}
				readAt[k] = append(readAt[k], v.At)
			}
		}
	}
	for _, svc := range s.deployed.services {
		if svc.Infra {
			continue
		}
		for i := range svc.Vars {
			v := &svc.Vars[i]
			out := topology.Variable{
				Service: svc.ID, Name: v.Name, Value: v.Value, Known: v.Status == deploy.VarSet, Reason: v.Reason,
				NameAt: placeOf(v.NamePos), ValueAt: placeOf(v.ValuePos), ReadAt: readAt[key{svc.ID, v.Name}],
				FromFile: v.NamePos.File != svc.Pos.File,
			}
			if v.Status == deploy.VarSecret {
				out.Value = ""
			}
			s.hideSecrets(&out, v)
			for _, o := range v.Origin {
				out.Origin = append(out.Origin, topology.Step{Place: placeOf(o.Pos), What: o.What})
			}
			s.variables = append(s.variables, out)
		}
	}
	slices.SortStableFunc(s.variables, func(a, b topology.Variable) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Name, b.Name))
	})
}

// linkDeadLetters ties dead-letter topics to the topics whose failures they
// take. While no topic comes or goes, those that were built again take over
// what the snapshot before says.
func (s *Snapshot) linkDeadLetters(old *Snapshot, d delta, built map[string]bool) {
	if old != nil && !d.topics {
		for n := range built {
			if t, was := s.topics[n], old.topics[n]; t != nil && was != nil {
				t.DeadLetterOf, t.DeadLetters = was.DeadLetterOf, was.DeadLetters
			}
		}
		return
	}
	bases := map[string][]string{}
	change := func(n string, with func(t *topology.Topic)) {
		t := *s.topics[n]
		with(&t)
		s.topics[n] = &t
	}
	for _, n := range s.order {
		base, ok := check.DeadLetterBase(n)
		if !ok || s.topics[base] == nil || base == n {
			base = ""
		} else {
			bases[base] = append(bases[base], n)
		}
		if s.topics[n].DeadLetterOf != base {
			change(n, func(t *topology.Topic) { t.DeadLetterOf = base })
		}
	}
	for _, n := range s.order {
		if !slices.Equal(s.topics[n].DeadLetters, bases[n]) {
			change(n, func(t *topology.Topic) { t.DeadLetters = bases[n] })
		}
	}
}

// publish completes a snapshot after its files and topics were set.
func (w *Workspace) publish(next *Snapshot, d delta, built map[string]bool, change check.Change) {
	old := w.current.Load()
	next.finish(old, d)
	if old != nil && !d.deployed && !d.listing && !d.files && !d.services {
		next.services, next.byID = old.services, old.byID
	} else {
		next.buildServices()
	}
	if old != nil && !d.deployed && !d.topics && !d.groups && !d.reads && !d.services {
		next.reads, next.variables = old.reads, old.variables
	} else {
		next.buildVariables(w)
	}
	next.buildProblems(w)
	next.mentions = w.mentions
	next.code = maps.Clone(w.code.files)
	next.count(w)
	next.linkDeadLetters(old, d, built)
	change.Topics = slices.Sorted(maps.Keys(built))
	change.Deployed = d.deployed
	if old == nil {
		next.found = check.All(next)
	} else {
		next.found = old.found.Update(next, change)
	}
	w.current.Store(next)
}

// Parsed returns the code files whose facts were needed, sorted.
func (w *Workspace) Parsed() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for p, cf := range w.code.files {
		if cf.facts != nil {
			out = append(out, p)
		}
	}
	sort.Strings(out)
	return out
}

// running lists the services that run any of the files.
func (w *Workspace) running(files []string) []string {
	var ids []string
	for _, p := range files {
		ids = append(ids, w.deployed.runs[p]...)
	}
	return uniqueSorted(ids)
}
