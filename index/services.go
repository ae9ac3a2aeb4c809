package index

import (
	"maps"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/topology"
)

// deployState is what the chosen environments deploy. It never changes.
type deployState struct {
	environments []topology.Environment
	services     []*service                 // by id
	others       []*otherService            // of the environments that do not answer
	othersOf     map[string][]*otherService // by the id of their twin
	othersByID   map[string]*otherService
	elsewhere    map[string][]*otherService // services that only environments deploy which do not answer, by their code
	byID         map[string]*service
	programs     map[string][]string // see programsOfProjects
	chosen       string              // the environment that answers because somebody asked for it, or ""
	problems     []deploy.Problem
	unused       map[string][]topology.UnusedValue // by values file
}

// service is a deployed service with its variables and the code it runs.
type service struct {
	*deploy.Service
	files []string // sorted
	// whole says that the code was taken as a whole, because the program
	// started is not known or finds its modules at run time.
	whole bool
	// project is the project file of .NET whose program it starts, or "".
	project string
}

// variable returns a variable by name, or nil.
func (s *service) variable(name string) *deploy.Variable {
	i, ok := slices.BinarySearchFunc(s.Vars, name, func(v deploy.Variable, name string) int { return strings.Compare(v.Name, name) })
	if !ok {
		return nil
	}
	return &s.Vars[i]
}

// runs reports whether the service runs a code file.
func (s *service) runs(p string) bool {
	_, ok := slices.BinarySearch(s.files, p)
	return ok
}

// computeServices works out what the chosen environments deploy and which
// code each service runs. What services that are deployed already run is taken
// over when neither they nor what stale says concern it; with a nil stale
// nothing is.
func (w *Workspace) computeServices(stale *staleCode) *deployState {
	st := &deployState{byID: make(map[string]*service, len(w.deployed.byID)), services: make([]*service, 0, len(w.deployed.services))}
	st.problems = w.deployments.problems()
	envs, dirs := w.environments(), map[string]string{}
	answering := w.answering(envs)
	st.chosen = w.chosen(envs)
	st.unused = unusedValues(envs)
	for i := range envs {
		e := &envs[i]
		st.environments = append(st.environments, topology.Environment{ID: e.ID, Kind: e.Kind, Default: answering[e.ID], Files: e.Files, Read: e.read})
		if !answering[e.ID] {
			for _, s := range e.services {
				st.others = append(st.others, newOtherService(s, e.Dir))
			}
			continue
		}
		dirs[e.ID] = e.Dir
		for _, built := range e.services {
			if st.byID[built.ID] != nil {
				continue
			}
			var s *service
			old := w.deployed.byID[built.ID]
			switch {
			case old == nil || stale == nil || !sameCode(old.Service, built) || stale.concerns(old):
				s = &service{Service: built}
				w.findCode(s)
				for _, p := range s.files {
					w.code.settle(p)
				}
				if old != nil && slices.Equal(old.files, s.files) {
					s.files = old.files
				}
			case old.Service == built:
				s = old
			default:
				c := *old
				c.Service = built
				s = &c
			}
			st.services = append(st.services, s)
			st.byID[s.ID] = s
		}
	}
	byID := func(a, b *service) int { return strings.Compare(a.ID, b.ID) }
	if !slices.IsSortedFunc(st.services, byID) {
		slices.SortStableFunc(st.services, byID)
	}
	st.pairTwins(dirs)
	st.setElsewhere()
	st.programs = w.deployed.programs
	if stale == nil {
		st.programs = w.programsOfProjects()
		for p := range w.code.files {
			w.code.settle(p)
		}
		return st
	}
	for _, p := range stale.files {
		w.code.settle(p)
	}
	return st
}

// settle notes the imports that services were computed with.
func (c *code) settle(p string) {
	if cf := c.files[p]; cf != nil {
		cf.known, cf.lastScanned, cf.last = true, cf.scanned, cf.scan
	}
}

// redeployed says what changed in what is deployed.
type redeployed struct {
	services     map[string]bool   // ids of services that came, went or changed in any way
	code         map[string]bool   // ids of those that run other code
	moved        map[string]bool   // ids of those that are what they were, at other places
	places       relocation        // where those places are now
	files        []string          // code files that may be resolved in another way
	shifted      map[string]bool   // those among files of which only the places are others
	stores       map[storeKey]bool // those that may answer otherwise; false: only with other places
	elsewhere    []string          // ids of services that other environments deploy in another way now
	environments bool              // environments came, went or have other files
}

// redeploy computes services again, as far as stale files concern them; all
// of them when it is nil. programs says that other folders look like a main
// program's.
func (w *Workspace) redeploy(stale *staleCode, programs bool) redeployed {
	old := w.deployed
	w.deployed = w.computeServices(stale)
	d := redeployed{services: map[string]bool{}, code: map[string]bool{}, moved: map[string]bool{}, shifted: map[string]bool{}}
	d.environments = !slices.EqualFunc(old.environments, w.deployed.environments, func(a, b topology.Environment) bool {
		return a.ID == b.ID && a.Kind == b.Kind && a.Default == b.Default && slices.Equal(a.Files, b.Files) && slices.Equal(a.Read, b.Read)
	})
	changed := map[string]bool{}
	flipped := map[string]bool{} // files that some service runs now and none did, or the other way round
	run := func(s *service, id string, n int) {
		for _, p := range s.files {
			changed[p] = true
			list := w.runs[p]
			i, had := slices.BinarySearch(list, id)
			switch {
			case n > 0 && !had:
				w.runs[p] = slices.Insert(slices.Clone(list), i, id)
				flipped[p] = len(list) == 0 != flipped[p]
			case n < 0 && had && len(list) == 1:
				delete(w.runs, p)
				flipped[p] = !flipped[p]
			case n < 0 && had:
				w.runs[p] = slices.Delete(slices.Clone(list), i, i+1)
			}
		}
	}
	for _, s := range old.services {
		now := w.deployed.byID[s.ID]
		if now == s || now != nil && sameService(s.Service, now.Service) && slices.Equal(s.files, now.files) && s.whole == now.whole && s.project == now.project {
			continue
		}
		d.services[s.ID] = true
		if now != nil && slices.Equal(s.files, now.files) && s.whole == now.whole && s.project == now.project && d.places.services(s.Service, now.Service) {
			d.moved[s.ID] = true
			for _, p := range s.files {
				d.shifted[p] = true
			}
			continue
		}
		d.code[s.ID] = now == nil || s.whole != now.whole || !slices.Equal(s.files, now.files)
		programs = programs || now == nil || !slices.Equal(s.Code, now.Code)
		if now == nil || !slices.Equal(s.files, now.files) {
			run(s, s.ID, -1)
		}
	}
	for _, s := range w.deployed.services {
		was := old.byID[s.ID]
		if was != nil && (!d.services[s.ID] || d.moved[s.ID]) {
			continue
		}
		d.services[s.ID] = true
		d.code[s.ID] = d.code[s.ID] || was == nil
		programs = programs || was == nil
		run(s, s.ID, 1)
	}
	others, twins := w.deployed.changedOthers(old)
	maps.Copy(d.services, others)
	d.elsewhere = twins
	for _, id := range twins {
		for _, s := range []*service{old.byID[id], w.deployed.byID[id]} {
			if s != nil {
				for _, p := range s.files {
					changed[p] = true
				}
			}
		}
	}
	if !sameElsewhere(old.elsewhere, w.deployed.elsewhere) {
		programs = true
		for id := range w.programs {
			d.services[id] = true
		}
	}
	programs = programs || old.chosen != w.deployed.chosen || !maps.EqualFunc(old.programs, w.deployed.programs, slices.Equal[[]string])
	w.alsoResolve(changed, flipped, programs)
	maps.DeleteFunc(d.shifted, func(p string, _ bool) bool { return changed[p] })
	maps.Copy(changed, d.shifted)
	d.files = slices.Sorted(maps.Keys(changed))
	return d
}

// alsoResolve adds the files that have to do with services though none of
// theirs changed: with programs, those that no service runs, and those whose
// values pass through a file that came to be deployed or no longer is.
func (w *Workspace) alsoResolve(changed, flipped map[string]bool, programs bool) {
	if programs {
		for _, p := range w.linkers.files() {
			if len(w.runs[p]) == 0 {
				changed[p] = true
			}
		}
	}
	maps.DeleteFunc(flipped, func(_ string, now bool) bool { return !now })
	if !programs && len(flipped) == 0 {
		return
	}
	passes := func(through []string) bool {
		return len(flipped) > 0 && slices.ContainsFunc(through, func(f string) bool { return flipped[f] })
	}
	if len(flipped) <= 4 { // mostly: comparing is faster than looking up
		few := slices.Collect(maps.Keys(flipped))
		passes = func(through []string) bool {
			return slices.ContainsFunc(few, func(f string) bool { return slices.Contains(through, f) })
		}
	}
	for p, rf := range w.resolved {
		if programs && len(w.runs[p]) == 0 || passes(rf.through) {
			changed[p] = true
		}
	}
	if programs {
		for p := range w.reads {
			if len(w.runs[p]) == 0 {
				changed[p] = true
			}
		}
	}
}
