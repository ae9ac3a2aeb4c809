package index

import (
	"slices"
	"sort"

	"topicls/index/deploy"
	"topicls/index/topology"
)

// addVariableUses enters the endpoints whose topics depend on the variable in
// the services that the occurrence is about.
func (s *Snapshot) addVariableUses(o *Occurrence) {
	for _, id := range o.Services {
		svc := s.byID[id]
		if svc == nil {
			continue
		}
		for _, p := range svc.Files {
			for _, e := range s.File(p) {
				for i := range e.Topics {
					n := &e.Topics[i]
					if slices.Contains(n.Services, id) && dependsOn(n, o.Names) {
						o.add("", topology.Use{Endpoint: e, Name: n})
					}
				}
			}
		}
	}
}

func dependsOn(n *topology.Name, variables []string) bool {
	for i := range n.Vars {
		if slices.Contains(variables, n.Vars[i].Name) {
			return true
		}
	}
	return false
}

// setting is a variable as it is set for a service.
type setting struct {
	service string
	v       *deploy.Variable
}

// settingsOf returns how variables are set in services, or in every service
// when services is empty, by service.
func (s *Snapshot) settingsOf(names, services []string) []setting {
	var out []setting
	add := func(svc *service) {
		for _, n := range names {
			if v := svc.variable(n); v != nil {
				out = append(out, setting{svc.ID, v})
			}
		}
	}
	for _, id := range services {
		if svc := s.deployed.byID[id]; svc != nil {
			add(svc)
		}
	}
	if len(services) == 0 {
		for _, svc := range s.deployed.services {
			add(svc)
		}
	}
	return out
}

// setAt is where a setting stands: its value, or its name when it has none.
func (v setting) setAt() topology.Place {
	if v.v.ValuePos.File != "" && v.v.ValuePos.End > v.v.ValuePos.Start {
		return placeOf(v.v.ValuePos)
	}
	return placeOf(v.v.NamePos)
}

// readsOf returns where the code of services reads variables.
func (s *Snapshot) readsOf(names, services []string) []topology.VariableRead {
	var out []topology.VariableRead
	files := map[string]bool{}
	for _, id := range services {
		if svc := s.byID[id]; svc != nil {
			for _, p := range svc.Files {
				files[p] = true
			}
		}
		if svc := s.deployed.byID[id]; svc != nil {
			for _, p := range svc.files {
				files[p] = true
			}
		}
	}
	sorted := make([]string, 0, len(files))
	for p := range files {
		sorted = append(sorted, p)
	}
	sort.Strings(sorted)
	for _, p := range sorted {
		for _, r := range s.ReadsIn(p) {
			if slices.Contains(names, r.Name) {
				out = append(out, r)
			}
		}
	}
	return out
}
