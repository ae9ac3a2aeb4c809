package index

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"topicls/index/check"
	"topicls/index/deploy"
	"topicls/index/facts"
	"topicls/index/source"
	"topicls/index/topology"
)

// Snapshot is the state of a workspace after some series of changes. It never
// changes and may be used by any number of goroutines.
type Snapshot struct {
	Seq       uint64
	set       *source.Set
	deployed  *deployState
	files     map[string]*resolvedFile
	topics    map[string]*topology.Topic
	order     []string // topic names, sorted
	paths     []string // of files, sorted
	endpoints []*topology.Endpoint
	services  []*topology.Service
	byID      map[string]*topology.Service
	variables []topology.Variable
	problems  []Problem
	reads     []topology.VariableRead
	mentions  *mentions
	touchedBy map[string][]touch   // file -> other files whose endpoints lead through it, sorted
	code      map[string]*codeFile // never changed after publication
	found     *check.Results
	stats     Stats
}

func (w *Workspace) nextSnapshot() *Snapshot {
	d := w.deployed
	s := &Snapshot{Seq: w.seq, set: w.set, deployed: &d}
	if old := w.current.Load(); old != nil {
		s.files, s.topics = maps.Clone(old.files), maps.Clone(old.topics)
		s.touchedBy = old.touchedBy
	} else {
		s.files, s.topics = map[string]*resolvedFile{}, map[string]*topology.Topic{}
	}
	return s
}

func (s *Snapshot) setFile(p string, rf *resolvedFile) {
	if rf == nil {
		delete(s.files, p)
		return
	}
	s.files[p] = rf
}

func (s *Snapshot) setTopic(name string, t *topology.Topic) {
	if t == nil {
		delete(s.topics, name)
		return
	}
	s.topics[name] = t
}

// finish computes the sorted views, as far as they are not those of old.
func (s *Snapshot) finish(old *Snapshot, d delta) {
	if old != nil && !d.topics {
		s.order = old.order
	} else {
		s.order = slices.Sorted(maps.Keys(s.topics))
	}
	if old != nil && !d.files {
		s.paths = old.paths
	} else {
		s.paths = slices.Sorted(maps.Keys(s.files))
	}
	if old != nil && !d.endpoints {
		s.endpoints = old.endpoints
		return
	}
	if old != nil {
		s.endpoints = make([]*topology.Endpoint, 0, len(old.endpoints)+8)
	}
	for _, p := range s.paths {
		s.endpoints = append(s.endpoints, s.files[p].endpoints...)
	}
}

// Endpoints returns all endpoints, by file and position.
func (s *Snapshot) Endpoints() []*topology.Endpoint { return s.endpoints }

// Topics returns the names of all topics, sorted.
func (s *Snapshot) Topics() []string { return s.order }

// Topic returns a topic by name, or nil.
func (s *Snapshot) Topic(name string) *topology.Topic { return s.topics[name] }

// Files returns the workspace's files.
func (s *Snapshot) Files() *source.Set { return s.set }

// File returns the endpoints of one file, in source order.
func (s *Snapshot) File(path string) []*topology.Endpoint {
	if rf := s.files[path]; rf != nil {
		return rf.endpoints
	}
	return nil
}

// Services returns the services of the chosen environments and the main
// programs that no deployment runs but that have endpoints, sorted by id.
func (s *Snapshot) Services() []*topology.Service { return s.services }

// Service returns a service by id, or nil.
func (s *Snapshot) Service(id string) *topology.Service { return s.byID[id] }

// Environments returns every environment that the workspace describes.
func (s *Snapshot) Environments() []topology.Environment { return s.deployed.environments }

// Variables returns the variables of all services with the places where code
// reads them, sorted by service and name.
func (s *Snapshot) Variables() []topology.Variable { return s.variables }

// Problems returns what could not be read, sorted by file.
func (s *Snapshot) Problems() []Problem { return s.problems }

// Problem is a part of the workspace that could not be read or used.
type Problem struct {
	Place   topology.Place // Start and End may be 0: the whole file
	Message string
}

// Lines returns the line index of a file, for turning byte offsets into lines
// and columns; false when the file can't be read.
func (s *Snapshot) Lines(path string) (*source.Lines, []byte, bool) {
	data, err := s.set.ReadFile(path)
	if err != nil {
		return nil, nil, false
	}
	return source.NewLines(data), data, true
}

// buildServices computes the plain view of services.
func (s *Snapshot) buildServices() {
	s.byID = map[string]*topology.Service{}
	add := func(t *topology.Service) {
		s.byID[t.ID] = t
		s.services = append(s.services, t)
	}
	for _, svc := range s.deployed.services {
		t := &topology.Service{
			ID: svc.ID, Name: svc.Name, Environment: svc.Environment, At: placeOf(svc.Pos), Code: svc.Code,
			Infra: svc.Infra, Broker: svc.Broker, DependsOn: svc.DependsOn,
			Whole: svc.whole, MoreVars: svc.MoreVars, Unread: !svc.Infra && len(svc.files) == 0 && !s.hasCode(svc.Code),
		}
		for p := range svc.files {
			if s.files[p] != nil {
				t.Files = append(t.Files, p)
			}
		}
		sort.Strings(t.Files)
		add(t)
	}
	for _, e := range s.endpoints {
		for _, id := range e.Services {
			t := s.byID[id]
			if t == nil {
				t = &topology.Service{ID: id, Name: strings.TrimPrefix(id, "code:"), At: topology.Place{File: e.Place.File}, Code: []string{strings.TrimPrefix(id, "code:")}}
				add(t)
			}
			if t.Environment == "" && !slices.Contains(t.Files, e.Place.File) {
				t.Files = append(t.Files, e.Place.File)
			}
		}
	}
	sort.Slice(s.services, func(i, j int) bool { return s.services[i].ID < s.services[j].ID })
}

// hasCode reports whether there is code of any language in folders.
func (s *Snapshot) hasCode(folders []string) bool {
	for _, f := range folders {
		if e, ok := s.set.Get(f); ok && e.Kind == source.KindCode {
			return true
		}
		for e := range s.set.Under(f) {
			if e.Kind == source.KindCode {
				return true
			}
		}
	}
	return false
}

func placeOf(p deploy.Pos) topology.Place {
	return topology.Place{File: p.File, Start: p.Start, End: p.End}
}

// Reads returns the places where the workspace's parsed code reads
// configuration variables, by file and position.
func (s *Snapshot) Reads() []topology.VariableRead { return s.reads }

// Mentioned reports whether a file that Topicls can't follow (code in another
// language, a configuration or script) mentions all words of a name, so that
// the name may have another side there. except holds files that don't count.
func (s *Snapshot) Mentioned(name string, except map[string]bool) bool {
	return s.mentions.has(s.set, name, except)
}

// Diagnostics returns all findings, by file and position.
func (s *Snapshot) Diagnostics() []topology.Diagnostic { return s.found.Diagnostics() }

// buildProblems lists what could not be read.
func (s *Snapshot) buildProblems(w *Workspace) {
	for _, p := range w.set.Problems() {
		s.problems = append(s.problems, Problem{Place: topology.Place{File: p.Path}, Message: p.Message})
	}
	for _, p := range s.deployed.problems {
		s.problems = append(s.problems, Problem{Place: placeOf(p.Pos), Message: p.Message})
	}
	for p := range w.code.flawed {
		cf := w.code.files[p]
		if cf.problem != "" {
			s.problems = append(s.problems, Problem{Place: topology.Place{File: p}, Message: cf.problem})
		}
		if cf.facts == nil {
			continue
		}
		for _, q := range cf.facts.Problems {
			s.problems = append(s.problems, Problem{Place: topology.Place{File: p, Start: q.Start, End: q.End}, Message: problemText[q.Kind]})
		}
	}
	sort.SliceStable(s.problems, func(i, j int) bool {
		a, b := s.problems[i].Place, s.problems[j].Place
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Start < b.Start
	})
}

var problemText = map[facts.ProblemKind]string{
	facts.SyntaxError: "a syntax error; the code around it may be missing from the index",
	facts.TooDeep:     "nested too deeply to be read",
	facts.TooLarge:    "too large to be read",
	facts.TimedOut:    "took too long to be read",
	facts.Binary:      "not text",
	facts.NotUTF8:     "not UTF-8; odd bytes are left out",
}

// count fills the statistics.
func (s *Snapshot) count(w *Workspace) {
	s.stats = Stats{Files: s.set.Len(), Code: len(w.code.files), Endpoints: len(s.endpoints), Topics: len(s.topics), Services: len(s.services)}
	s.stats.Parsed = w.code.extracted
	for _, e := range s.endpoints {
		for i := range e.Topics {
			switch e.Topics[i].Status {
			case topology.Exact:
				s.stats.Exact++
			case topology.Default:
				s.stats.Default++
			case topology.Partial:
				s.stats.Partial++
			default:
				s.stats.Unknown++
			}
		}
	}
}

// Stats counts what the index did.
type Stats struct {
	Files     int // files that matter by their kind
	Code      int // code files in supported languages
	Parsed    int // code files whose facts were needed
	Endpoints int
	Topics    int
	Services  int
	Exact     int // names by status
	Default   int
	Partial   int
	Unknown   int
}

// Stats returns the counts of the snapshot.
func (s *Snapshot) Stats() Stats { return s.stats }
