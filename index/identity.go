package index

import (
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/topology"
)

// One identity per service across environments: what an environment that does
// not answer deploys is tied to the service of the environments that answer which
// is the same program, its twin.

// otherService is a service of an environment that does not answer, such as a
// staging file's or a chart's beside compose. Which code it runs is told by its
// twin.
type otherService struct {
	*deploy.Service
	dir  string                      // of its environment
	vars map[string]*deploy.Variable `store:"-"`
	twin string                      // id, or ""
	as   *service                    // itself with the code files of its twin; nil without one
}

func newOtherService(s *deploy.Service, dir string) *otherService {
	o := &otherService{Service: s, dir: dir}
	o.Loaded()
	return o
}

// Loaded makes what is not kept between runs.
func (o *otherService) Loaded() {
	o.vars = make(map[string]*deploy.Variable, len(o.Vars))
	for i := range o.Vars {
		o.vars[o.Vars[i].Name] = &o.Vars[i]
	}
}

// other returns a service of an environment that does not answer, or nil.
func (st *deployState) other(id string) *otherService { return st.othersByID[id] }

// pairTwins finds the twin of each other service. dirs has the folders of the
// environments that answer, by id.
func (st *deployState) pairTwins(dirs map[string]string) {
	if len(st.others) == 0 {
		return
	}
	byName := map[string][]*service{}
	byCode := map[string][]*service{}
	for _, s := range st.services {
		byName[s.Name] = append(byName[s.Name], s)
		for _, c := range s.Code {
			byCode[c] = append(byCode[c], s)
		}
	}
	sharing := map[string]map[string]int{} // environment -> code -> services of it
	for _, o := range st.others {
		if sharing[o.Environment] == nil {
			sharing[o.Environment] = map[string]int{}
		}
		for _, c := range o.Code {
			sharing[o.Environment][c]++
		}
	}
	st.othersOf, st.othersByID = map[string][]*otherService{}, make(map[string]*otherService, len(st.others))
	for _, o := range st.others {
		st.othersByID[o.ID] = o
		t := twinOf(o, byName, byCode, dirs, sharing[o.Environment])
		if t == nil {
			continue
		}
		as := *t
		as.Service = o.Service
		o.twin, o.as = t.ID, &as
		st.othersOf[t.ID] = append(st.othersOf[t.ID], o)
	}
}

// twinOf finds a service's twin: of the same project, by name; else the one that
// runs the same code, and of several that do (or when several of its own
// environment do) the one that is called so or starts the same program.
func twinOf(o *otherService, byName, byCode map[string][]*service, dirs map[string]string, sharing map[string]int) *service {
	for _, s := range byName[o.Name] {
		if dirs[s.Environment] == o.dir && (len(o.Code) == 0 || slices.Equal(s.Code, o.Code)) {
			return s
		}
	}
	if o.Infra {
		return nil
	}
	var all []*service
	alone := true
	for _, c := range o.Code {
		alone = alone && sharing[c] == 1
		for _, s := range byCode[c] {
			if !s.Infra && !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	if len(all) == 1 && alone {
		return all[0]
	}
	for _, same := range []func(s *service) bool{
		func(s *service) bool { return plainName(s.Name) == plainName(o.Name) },
		func(s *service) bool { return wordsWithin(o.Name, s.Name) || wordsWithin(s.Name, o.Name) },
		func(s *service) bool { return startsSame(s.Service, o.Service) },
	} {
		found := slices.DeleteFunc(slices.Clone(all), func(s *service) bool { return !same(s) })
		if len(found) == 1 {
			return found[0]
		}
	}
	return nil
}

// wordsWithin reports whether a name is another with more words before or behind it,
// such as a release's name or "deployment".
func wordsWithin(long, short string) bool {
	words := func(name string) string {
		return "-" + strings.NewReplacer("_", "-", ".", "-", "/", "-").Replace(strings.ToLower(name)) + "-"
	}
	l, s := words(long), words(short)
	return len(l) > len(s) && (strings.HasPrefix(l, s) || strings.HasSuffix(l, s))
}

// startsSame reports whether two services start the same programs.
func startsSame(a, b *deploy.Service) bool {
	return len(a.Entries) > 0 && slices.EqualFunc(a.Entries, b.Entries, func(x, y deploy.Entry) bool {
		return x.File == y.File && slices.Equal(x.Args, y.Args) && (x.File != "" || slices.Equal(x.Words, y.Words))
	})
}

// changedOthers tells which services of environments that do not answer came,
// went or changed, and the ids of their twins.
func (st *deployState) changedOthers(old *deployState) (ids map[string]bool, twins []string) {
	ids = map[string]bool{}
	was := map[string]*otherService{}
	for _, o := range old.others {
		was[o.ID] = o
	}
	note := func(o *otherService) {
		ids[o.ID] = true
		if o.twin != "" && !slices.Contains(twins, o.twin) {
			twins = append(twins, o.twin)
		}
	}
	for _, o := range st.others {
		before := was[o.ID]
		delete(was, o.ID)
		if before == nil || before.twin != o.twin || before.Service != o.Service && !sameService(before.Service, o.Service) {
			note(o)
			if before != nil {
				note(before)
			}
		}
	}
	for _, o := range was {
		note(o)
	}
	return ids, twins
}

// Elsewhere returns a service as environments deploy it that do not answer, in
// the order of those.
func (s *Snapshot) Elsewhere(service string) []topology.Elsewhere {
	list := s.deployed.othersOf[service]
	out := make([]topology.Elsewhere, len(list))
	for i, o := range list {
		out[i] = topology.Elsewhere{ID: o.ID, Name: o.Name, Environment: o.Environment, At: placeOf(o.Pos), MoreVars: o.MoreVars}
	}
	return out
}

// SetElsewhere reports whether a variable is set for one of them, to whatever
// value.
func (s *Snapshot) SetElsewhere(id, variable string) bool {
	o := s.deployed.other(id)
	return o != nil && o.vars[variable] != nil
}
