package index

import (
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy/config"
	"topicls/index/deploy/keys"
	"topicls/index/flow"
	"topicls/index/source"
	"topicls/index/topology"
)

// What configuration files change in what is known: which code files are
// resolved again, and which variables the files refer to.

// reconfigure takes changed files, those that came or went, and the code whose
// endpoints, reads or setups changed, and adds the code files whose names may
// come about in another way to what is resolved again.
func (w *Workspace) reconfigure(diff, moved, linked []string, d *redeployed) {
	var setups []string
	for _, p := range slices.Concat(linked, moved) {
		now := w.linkers.setups(p)
		if len(now) == 0 && w.configs.setups[p] == nil {
			continue
		}
		if w.configs.setups[p] = now; len(now) == 0 {
			delete(w.configs.setups, p)
		}
		setups = append(setups, p)
	}
	stale, all := w.configs.changed(w.set, diff, moved, d, setups)
	all = all || slices.ContainsFunc(diff, func(p string) bool { kind, _ := source.Classify(path.Base(p)); return kind == source.KindBuild })
	if d.stores = stale; len(stale) == 0 && !all {
		return
	}
	var again []string
	if all {
		again = slices.Collect(maps.Keys(w.askedBy))
	} else {
		again = w.asking(stale)
	}
	for _, p := range again {
		delete(d.shifted, p)
	}
	d.files = uniqueSorted(slices.Concat(d.files, again))
}

// asking lists the files whose names asked one of the stores that may answer
// otherwise. For a service that answers, those can only be files that it runs:
// what it ran before is resolved again anyway.
func (w *Workspace) asking(stale map[storeKey]bool) (out []string) {
	others := map[storeKey]bool{}
	for k, otherwise := range stale {
		if !otherwise {
			continue
		}
		svc := w.deployed.byID[k.service]
		if svc == nil {
			others[k] = true
			continue
		}
		for _, p := range svc.files {
			if w.askedBy[p][k] {
				out = append(out, p)
			}
		}
	}
	if len(others) == 0 {
		return out
	}
	for p, asked := range w.askedBy {
		for k := range asked {
			if others[k] {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// setAsked notes which stores a file's names asked.
func (w *Workspace) setAsked(p string, asked askedStores) {
	if maps.Equal(w.askedBy[p], asked) {
		return
	}
	w.configs.dirty = true
	for k := range w.askedBy[p] {
		w.configs.used(k, -1)
	}
	for k := range asked {
		w.configs.used(k, 1)
	}
	if len(asked) == 0 {
		delete(w.askedBy, p)
		return
	}
	w.askedBy[p] = asked
}

// environmentReads returns the variables of the environment that a file reads,
// and notes the keys of stores that it reads.
func (w *Workspace) environmentReads(p string, c *delta) []flow.Variable {
	reads := w.linkers.envReads(p)
	var keyed []flow.Variable
	for i, v := range reads {
		if v.Store == "" {
			if keyed != nil {
				reads = append(reads, v)
			}
			continue
		}
		if keyed == nil {
			reads = slices.Clone(reads[:i])
		}
		keyed = append(keyed, v)
	}
	if !slices.Equal(w.keyReads[p], keyed) {
		for _, r := range w.runsOf(p) {
			c.variables[r.id] = true
		}
		w.configs.dirty = true
		if w.keyReads[p] = keyed; len(keyed) == 0 {
			delete(w.keyReads, p)
		}
	}
	return reads
}

// readConfigs brings the variables that configuration files refer to up to date,
// for the services that are deployed in another way, those whose stores changed,
// and those that run one of the changed code files.
func (w *Workspace) readConfigs(c *delta, changed []string) {
	ids := maps.Clone(c.redeployed.services)
	for k := range c.stores {
		ids[k.service] = true
	}
	for _, p := range changed {
		if len(w.askedBy[p]) > 0 {
			for _, id := range w.runs[p] {
				ids[id] = true
			}
		}
	}
	delete(ids, "")
	affected := map[string]bool{}
	for id := range ids {
		stores := w.storesOf(w.deployed.byID[id])
		now := readConfigsOf(id, stores)
		list := make([]storeKey, len(stores))
		for i, s := range stores {
			list[i] = s.key
		}
		for _, k := range w.serviceStores[id] {
			w.configs.used(k, -1)
		}
		for _, k := range list {
			w.configs.used(k, 1)
		}
		if w.serviceStores[id] = list; len(list) == 0 {
			delete(w.serviceStores, id)
		}
		w.configs.dirty = true
		old := w.configReads[id]
		for _, m := range []map[string][]topology.VariableRead{old, now} {
			for p := range m {
				affected[p] = true
			}
		}
		c.variables[id] = true
		if w.configReads[id] = now; len(now) == 0 {
			delete(w.configReads, id)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(affected)) {
		var list []topology.VariableRead
		for _, id := range slices.Sorted(maps.Keys(w.configReads)) {
			for _, r := range w.configReads[id][p] {
				i := slices.IndexFunc(list, func(o topology.VariableRead) bool { return o.Name == r.Name && o.At == r.At })
				if i < 0 {
					list = append(list, r)
				} else {
					list[i].Services = append(slices.Clone(list[i].Services), id)
				}
			}
		}
		slices.SortStableFunc(list, func(a, b topology.VariableRead) int { return int(a.At.Start) - int(b.At.Start) })
		if w.setReadsOf(p, list, c) {
			c.reads = append(c.reads, p)
		}
	}
}

// storesOf lists the stores of a service: those that its code asked, and those
// of the modules in its folders; of the framework that is asked most, or Spring,
// whose placeholders others share, where code asks none.
func (w *Workspace) storesOf(svc *service) []*builtStore {
	if svc == nil || svc.Infra || len(svc.files) == 0 {
		return nil
	}
	found := map[storeKey]bool{}
	kinds := map[config.Kind]bool{}
	for _, p := range svc.files {
		for k := range w.askedBy[p] {
			if k.service == svc.ID {
				found[k], kinds[k.kind] = true, true
			}
		}
	}
	if len(kinds) == 0 {
		for _, p := range svc.files {
			if cf := w.code.files[p]; cf != nil && len(frameworks[cf.family]) > 0 {
				kinds[frameworks[cf.family][0]] = true
			}
		}
	}
	w.configs.mu.Lock()
	defer w.configs.mu.Unlock()
	for kind := range kinds {
		for _, dir := range w.configs.homes[kind] {
			if slices.ContainsFunc(svc.Code, func(f string) bool { return under(dir, f) }) {
				found[storeKey{kind: kind, service: svc.ID, module: dir}] = true
			}
		}
	}
	var out []*builtStore
	for _, k := range slices.SortedFunc(maps.Keys(found), func(a, b storeKey) int {
		return strings.Compare(string(a.kind)+a.module, string(b.kind)+b.module)
	}) {
		s := w.configs.stores[k]
		if s == nil {
			s = w.configs.store(k.kind, w.configs.module(k.kind, k.module, ""), svc)
		}
		if s != nil {
			out = append(out, s)
		}
	}
	return out
}

// readConfigsOf lists the variables that the files of a service's stores refer to,
// by file.
func readConfigsOf(service string, stores []*builtStore) map[string][]topology.VariableRead {
	out := map[string][]topology.VariableRead{}
	for _, s := range stores {
		for _, u := range s.Reads() {
			if u.Key {
				continue
			}
			r := topology.VariableRead{
				Name: u.Name, At: topology.Place{File: u.At.File, Start: u.At.Start, End: u.At.End}, Services: []string{service},
				HasDefault: u.HasDefault, Default: u.Default, Soft: true,
			}
			if !slices.ContainsFunc(out[r.At.File], func(o topology.VariableRead) bool { return o.Name == r.Name && o.At == r.At }) {
				out[r.At.File] = append(out[r.At.File], r)
			}
		}
	}
	return out
}

// mayBind reports whether a framework of a service's code may take a variable for
// a setting by its name alone: those of the Java world do with any name, .NET
// with the parts of a key between two underscores.
func (w *Workspace) mayBind(svc *service, name string) bool {
	return slices.ContainsFunc(w.serviceStores[svc.ID], func(k storeKey) bool {
		switch k.kind {
		case config.Spring, config.MicroProfile, config.Micronaut:
			return true
		case config.DotNet:
			return strings.Contains(name, "__")
		}
		return false
	})
}

// configuredReads adds where the configuration of a service takes variables:
// where files refer to them, and the keys that they set by their name alone.
func (w *Workspace) configuredReads(svc *service, readAt map[string][]topology.Place) {
	for _, p := range slices.Sorted(maps.Keys(w.configReads[svc.ID])) {
		for _, r := range w.configReads[svc.ID][p] {
			readAt[r.Name] = append(readAt[r.Name], r.At)
		}
	}
	var stores []*builtStore
	for _, k := range w.serviceStores[svc.ID] {
		if s := w.configs.stores[k]; s != nil {
			stores = append(stores, s)
		}
	}
	if len(stores) == 0 {
		return
	}
	for i := range svc.Vars {
		name := svc.Vars[i].Name
		if len(readAt[name]) > 0 {
			continue
		}
		for _, s := range stores {
			if at, _, ok := s.Binds(name); ok {
				readAt[name] = append(readAt[name], topology.Place{File: at.File, Start: at.Start, End: at.End})
				break
			}
			for _, p := range svc.files {
				for _, v := range w.keyReads[p] {
					if len(readAt[name]) == 0 && v.Store == string(s.Kind()) && slices.Contains(s.Variables(v.Name), name) {
						readAt[name] = append(readAt[name], toPlace(v.At))
					}
				}
			}
		}
	}
}

// entryAt returns the entry of a configuration file whose key's name stands at an
// offset.
func entryAt(f *keys.File, off uint32) *keys.Entry {
	for i := range f.Documents {
		d := &f.Documents[i]
		for j := range d.Entries {
			if e := &d.Entries[j]; e.Name.Start <= off && off <= e.Name.End && e.Name.End > e.Name.Start {
				return e
			}
		}
	}
	return nil
}
