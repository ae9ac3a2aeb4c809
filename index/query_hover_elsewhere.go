package index

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/topology"
)

// elsewhere is what a name is in environments that do not answer.
type elsewhere struct {
	name         topology.Name // as it is there
	environments []string
	services     []string // ids of the services there
}

// elsewhereSection tells what a topic is called where it is called otherwise: in
// the environments that do not answer, at the endpoints that use it. It also
// tells which of its services those do not deploy.
func (s *Snapshot) elsewhereSection(uses []topology.Use) Section {
	sec := Section{Title: "In other environments"}
	var all []elsewhere
	for _, e := range endpointsOf(uses) {
		all = s.addElsewhere(all, e.Topics, e.OtherTopics, namesAt(uses, e))
	}
	for _, x := range all {
		l := Line{quoted(x.name.Name)}
		switch x.name.Status {
		case topology.Unknown:
			l = Line{text("not known (" + x.name.Reason + ")")}
		case topology.Default:
			l = append(l, text(", the code's default,"))
		}
		l = append(append(l, text(" in ")), codeList(x.environments)...)
		l = append(append(l, text(" for ")), s.serviceRuns(onePerName(s, x.services))...)
		if at, ok := lastPlace(x.name); ok {
			l = append(l, text(" "), link(at))
		}
		sec.Lines = append(sec.Lines, l)
	}
	sec.Lines = append(sec.Lines, s.notDeployed(uses)...)
	sec.Lines = capped(sec.Lines)
	return sec
}

// namesAt lists the names by which uses name an endpoint's topics.
func namesAt(uses []topology.Use, e *topology.Endpoint) map[string]bool {
	out := map[string]bool{}
	for _, u := range uses {
		if u.Endpoint == e && u.Name != nil {
			out[u.Name.Name] = true
		}
	}
	return out
}

// addElsewhere adds the names of an endpoint elsewhere that differ from all that
// it has in the twin, for twins in which it has one of the asked names.
func (s *Snapshot) addElsewhere(all []elsewhere, here, there []topology.Name, asked map[string]bool) []elsewhere {
	for i := range there {
		n := &there[i]
		for _, id := range n.Services {
			o := s.deployed.other(id)
			if o == nil {
				continue
			}
			about, same := false, false
			for j := range here {
				if h := &here[j]; slices.Contains(h.Services, o.twin) {
					about = about || asked[h.Name]
					same = same || h.Name == n.Name && h.Status == n.Status
				}
			}
			if !about || same {
				continue
			}
			k := slices.IndexFunc(all, func(x elsewhere) bool {
				return x.name.Name == n.Name && x.name.Status == n.Status && x.name.Reason == n.Reason
			})
			if k < 0 {
				k = len(all)
				all = append(all, elsewhere{name: *n})
			}
			if !slices.Contains(all[k].environments, o.Environment) {
				all[k].environments = append(all[k].environments, o.Environment)
			}
			if !slices.Contains(all[k].services, id) {
				all[k].services = append(all[k].services, id)
			}
		}
	}
	return all
}

// notDeployed tells which services of uses other environments do not deploy. One
// that deploys none of them says nothing.
func (s *Snapshot) notDeployed(uses []topology.Use) []Line {
	missing := map[string][]string{} // service -> environments
	var services []string
	for _, u := range uses {
		if u.Name == nil {
			continue
		}
		for _, id := range u.Name.Services {
			if s.deployed.byID[id] != nil && !slices.Contains(services, id) {
				services = append(services, id)
			}
		}
	}
	sort.Strings(services)
	for _, env := range s.otherEnvironments() {
		var not []string
		for _, id := range services {
			if !slices.ContainsFunc(s.deployed.othersOf[id], func(o *otherService) bool { return o.Environment == env }) {
				not = append(not, id)
			}
		}
		if len(not) < len(services) || s.deploysAny(env) && len(services) > 0 {
			for _, id := range not {
				missing[id] = append(missing[id], env)
			}
		}
	}
	var out []Line
	for _, id := range services {
		if envs := missing[id]; len(envs) > 0 {
			l := append(s.serviceRuns([]string{id}), text(" is not deployed in "))
			out = append(out, append(l, codeList(envs)...))
		}
	}
	return out
}

// otherEnvironments lists the environments that do not answer.
func (s *Snapshot) otherEnvironments() []string {
	var out []string
	for _, e := range s.deployed.environments {
		if !e.Default {
			out = append(out, e.ID)
		}
	}
	return out
}

// deploysAny reports whether an environment that does not answer deploys at least
// half of the services with code that answer, so that what it lacks counts.
func (s *Snapshot) deploysAny(env string) bool {
	own, there := 0, 0
	for _, svc := range s.deployed.services {
		if svc.Infra || len(svc.files) == 0 {
			continue
		}
		own++
		if slices.ContainsFunc(s.deployed.othersOf[svc.ID], func(o *otherService) bool { return o.Environment == env }) {
			there++
		}
	}
	return there > 0 && 2*there >= own
}

// elsewhereValues tells the values of variables where they differ in environments
// that do not answer.
func (s *Snapshot) elsewhereValues(names, services []string) []Line {
	type value struct {
		name, shown  string
		at           topology.Place
		environments []string
		services     []string
	}
	var all []value
	for _, id := range services {
		here := s.deployed.byID[id]
		if here == nil {
			continue
		}
		for _, o := range s.deployed.othersOf[id] {
			for _, name := range names {
				mine, v := here.variable(name), o.vars[name]
				x := value{name: name, shown: "not set"}
				switch {
				case mine == nil && v == nil, mine != nil && v != nil && mine.Value == v.Value && mine.Status == v.Status:
					continue
				case v != nil:
					x.at = placeOf(v.NamePos)
					shown, ok := s.shownVariable(o.twin, v)
					switch {
					case !ok:
						x.shown = topology.Masked + " (a secret)"
					case v.Reason != "":
						x.shown = "not known: " + v.Reason
					default:
						x.shown = "`" + shown
					}
				}
				k := slices.IndexFunc(all, func(y value) bool { return y.name == x.name && y.shown == x.shown })
				if k < 0 {
					k = len(all)
					all = append(all, x)
				}
				if !slices.Contains(all[k].environments, o.Environment) {
					all[k].environments = append(all[k].environments, o.Environment)
				}
				if !slices.Contains(all[k].services, o.ID) {
					all[k].services = append(all[k].services, o.ID)
				}
			}
		}
	}
	var out []Line
	for _, x := range all {
		var l Line
		if len(names) > 1 {
			l = Line{quoted(x.name), text(" is ")}
		}
		if v, ok := strings.CutPrefix(x.shown, "`"); ok {
			l = append(l, quoted(v))
		} else {
			l = append(l, text(x.shown))
		}
		l = append(append(l, text(" in ")), codeList(x.environments)...)
		l = append(append(l, text(" for ")), s.serviceRuns(onePerName(s, x.services))...)
		if x.at.File != "" {
			l = append(l, text(" "), link(x.at))
		}
		out = append(out, l)
	}
	return capped(out)
}

// onePerName keeps one service of each name.
func onePerName(s *Snapshot, ids []string) []string {
	var out, names []string
	for _, id := range ids {
		if n := s.serviceName(id); !slices.Contains(names, n) {
			names, out = append(names, n), append(out, id)
		}
	}
	return out
}

func codeList(list []string) Line {
	var out Line
	for i, x := range list {
		if i > 0 {
			out = append(out, text(", "))
		}
		out = append(out, quoted(x))
	}
	return out
}

// lastPlace is where a name is given.
func lastPlace(n topology.Name) (topology.Place, bool) {
	if i := lastGiving(&n); i >= 0 {
		return n.Steps[i].Place, true
	}
	return topology.Place{}, false
}
