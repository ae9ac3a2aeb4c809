package index

import (
	"slices"
	"sort"

	"topicls/index/flow"
	"topicls/index/topology"
)

// dependsOnDeployment reports whether a name may be another one where the service
// is deployed in another way.
func dependsOnDeployment(n *topology.Name) bool {
	return len(n.Vars) > 0 || len(n.Keys) > 0
}

// resolveNames resolves names for every service; equal results are joined.
func (w *Workspace) resolveNames(rf *resolvedFile, list []flow.Name, runs []serviceRun) []topology.Name {
	return knownNames(w.resolveAll(rf, list, runs))
}

// resolveBrokers is resolveNames for brokers: an address that stands beside
// something unknown may be what the code falls back to.
func (w *Workspace) resolveBrokers(rf *resolvedFile, list []flow.Name, runs []serviceRun) []topology.Name {
	all := w.resolveAll(rf, list, runs)
	unsure := map[string]bool{}
	for i := range all {
		if all[i].Status == topology.Unknown {
			for _, s := range all[i].Services {
				unsure[s] = true
			}
		}
	}
	out := knownNames(all)
	for i := range out {
		if n := &out[i]; n.Status == topology.Exact && slices.ContainsFunc(n.Services, func(s string) bool { return unsure[s] }) {
			n.Status = topology.Default
		}
	}
	return out
}

// resolveAll resolves names for every service, also those that can't be told.
func (w *Workspace) resolveAll(rf *resolvedFile, list []flow.Name, runs []serviceRun) []topology.Name {
	var out []topology.Name
	for _, r := range runs {
		env := w.environmentOf(r, rf)
		for _, n := range list {
			for _, res := range n.Resolve(env) {
				if res.Name == "" && res.Status != flow.Unknown {
					res.Status, res.Reason = flow.Unknown, "the name is empty"
				}
				if r.svc != nil && !r.svc.whole {
					rf.passed(res.Files)
				}
				if !w.passesThrough(r, res.Files) {
					continue
				}
				out = joinName(out, res, r.id)
			}
		}
	}
	return out
}

// knownNames sorts names, without the unknown ones of services that have others:
// an unknown says nothing beside something known.
func knownNames(all []topology.Name) []topology.Name {
	out := slices.Clone(all)
	for i := range out {
		if out[i].Status != topology.Unknown {
			out = slices.DeleteFunc(out, func(n topology.Name) bool {
				return n.Status == topology.Unknown && coveredBy(n.Services, out)
			})
			break
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name && out[i].Name != "" })
	return out
}

// coveredBy reports whether every service has a known name too.
func coveredBy(services []string, names []topology.Name) bool {
	for _, s := range services {
		ok := false
		for _, n := range names {
			ok = ok || n.Status != topology.Unknown && slices.Contains(n.Services, s)
		}
		if !ok {
			return false
		}
	}
	return true
}

func joinName(list []topology.Name, r flow.Resolved, service string) []topology.Name {
	for i := range list {
		n := &list[i]
		if n.Name == r.Name && n.Status == topology.Status(r.Status) && (r.Name != "" || n.Reason == r.Reason) && sameSteps(n.Steps, r.Steps) {
			if !slices.Contains(n.Services, service) {
				n.Services = append(n.Services, service)
			}
			return list
		}
		if n.Name == r.Name && r.Name != "" && slices.Contains(n.Services, service) {
			alsoBy(n, newName(r, service))
			return list // the same name by another way
		}
	}
	return append(list, newName(r, service))
}

// alsoBy notes where a name is given too, by another way.
func alsoBy(n *topology.Name, other topology.Name) {
	i, j := lastGiving(n), lastGiving(&other)
	if j < 0 || i >= 0 && n.Steps[i].Place == other.Steps[j].Place || slices.Contains(n.Also, other.Steps[j]) {
		return
	}
	n.Also = append(n.Also, other.Steps[j])
}

func newName(r flow.Resolved, service string) topology.Name {
	n := topology.Name{Name: r.Name, Status: topology.Status(r.Status), Services: []string{service}, Reason: r.Reason}
	if len(r.Steps) > 0 {
		n.Steps = make([]topology.Step, len(r.Steps))
	}
	for i, s := range r.Steps {
		n.Steps[i] = topology.Step{Place: topology.Place{File: s.Path, Start: s.Start, End: s.End}, What: s.What}
	}
	for _, v := range r.Vars {
		if v.Store != "" {
			n.Keys = append(n.Keys, topology.KeyUse{Key: v.Name, At: toPlace(v.At)})
			continue
		}
		n.Vars = append(n.Vars, topology.VariableUse{Name: v.Name, At: toPlace(v.At), HasDefault: v.HasDefault, Default: v.Default, Required: v.Required, Soft: v.Soft})
	}
	return n
}

func sameSteps(a []topology.Step, b []flow.Step) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].File != b[i].Path || a[i].Start != b[i].Start || a[i].End != b[i].End {
			return false
		}
	}
	return true
}
