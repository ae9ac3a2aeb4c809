package index

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"topicls/index/check"
	"topicls/index/deploy"
	"topicls/index/facts"
	"topicls/index/ordered"
	"topicls/index/source"
	"topicls/index/topology"
)

// Snapshot is the state of a workspace after some series of changes. It never
// changes and may be used by any number of goroutines. It shares with the one
// before it what did not change; lists of everything are made when they are
// first asked for.
//
// What is called whole is there in those of whole workspaces only (frozen.go):
// ask conf, codeOf and inFull for it.
type Snapshot struct {
	Seq         uint64
	set         *source.Set `store:"-"`
	deployed    *deployState
	files       ordered.Tree[*resolvedFile] // those with endpoints
	topics      ordered.Tree[topicEntry]
	touchedBy   ordered.Tree[touches]
	byID        map[string]*topology.Service
	variables   ordered.Tree[serviceVariables]
	reads       ordered.Tree[fileReads]
	wholeCode   ordered.Tree[codeEntry] `store:"-"`
	wholeFlawed ordered.Tree[codeEntry] `store:"-"` // code files with problems
	mentions    *mentions
	wholeConfig *configView `store:"-"`
	found       *check.Results
	own         *ownFile `store:"-"`
	flaws       []check.Flaw
	declared    *declarations
	schemas     *schemaView
	undeployed  map[string][]topology.Undeployed // by file
	imports     *imports                         `store:"-"`
	stats       Stats
	flat        *flatViews `store:"-"`

	frozen *frozen `store:"-"` // nil for one of a whole workspace
}

// flatViews are lists of everything, made when they are asked for.
type flatViews struct {
	endpoints func() []*topology.Endpoint
	topics    func() []string
	services  func() []*topology.Service
	variables func() []topology.Variable
	reads     func() []topology.VariableRead
	problems  func() []Problem

	undeployed func() map[string][]topology.Undeployed // by topic
}

type topicEntry struct{ *topology.Topic }

// Key implements ordered.Keyed, as do the methods below.
func (t topicEntry) Key() string { return t.Name }

// Key is the file's path.
func (rf *resolvedFile) Key() string { return rf.path }

// serviceVariables are the variables of one service, by name.
type serviceVariables struct {
	service string
	list    []topology.Variable
}

func (v serviceVariables) Key() string { return v.service }

// fileReads are the places where one file reads variables.
type fileReads struct {
	path string
	list []topology.VariableRead
}

func (r fileReads) Key() string { return r.path }

type codeEntry struct {
	path string
	*codeFile
}

func (c codeEntry) Key() string { return c.path }

// nextSnapshot is a copy of the current one to be changed and published.
func (w *Workspace) nextSnapshot() *Snapshot {
	s := &Snapshot{byID: map[string]*topology.Service{}}
	if old := w.current.Load(); old != nil {
		*s = *old
	}
	s.Seq, s.set, s.deployed = w.seq, w.set, w.deployed
	s.view()
	return s
}

// view makes the flat lists anew.
func (s *Snapshot) view() {
	s.flat = &flatViews{
		endpoints: sync.OnceValue(func() []*topology.Endpoint {
			out := make([]*topology.Endpoint, 0, s.stats.Endpoints)
			for rf := range s.files.All() {
				out = append(out, rf.endpoints...)
			}
			return out
		}),
		topics: sync.OnceValue(func() []string { return keysOf(s.topics) }),
		services: sync.OnceValue(func() []*topology.Service {
			return slices.SortedFunc(maps.Values(s.byID), func(a, b *topology.Service) int { return strings.Compare(a.ID, b.ID) })
		}),
		variables: sync.OnceValue(func() []topology.Variable {
			var out []topology.Variable
			for v := range s.variables.All() {
				out = append(out, v.list...)
			}
			return out
		}),
		reads: sync.OnceValue(func() []topology.VariableRead {
			var out []topology.VariableRead
			for r := range s.reads.All() {
				out = append(out, r.list...)
			}
			return out
		}),
		problems:   sync.OnceValue(s.listProblems),
		undeployed: sync.OnceValue(s.undeployedByTopic),
	}
	if s.frozen != nil {
		s.flat.problems = func() []Problem { return s.frozen.problems }
	}
}

func keysOf[T ordered.Keyed](t ordered.Tree[T]) []string {
	out := make([]string, 0, t.Len())
	for x := range t.All() {
		out = append(out, x.Key())
	}
	return out
}

// Endpoints returns all endpoints, by file and position.
func (s *Snapshot) Endpoints() []*topology.Endpoint { return s.flat.endpoints() }

// EndpointFiles returns the files that have endpoints, sorted.
func (s *Snapshot) EndpointFiles() []string { return keysOf(s.files) }

// Topics returns the names of all topics, sorted.
func (s *Snapshot) Topics() []string { return s.flat.topics() }

// Topic returns a topic by name, or nil.
func (s *Snapshot) Topic(name string) *topology.Topic {
	t, _ := s.topics.Get(name)
	return t.Topic
}

// Files returns the workspace's files.
func (s *Snapshot) Files() *source.Set { return s.set }

// File returns the endpoints of one file, in source order.
func (s *Snapshot) File(path string) []*topology.Endpoint {
	if rf, ok := s.files.Get(path); ok {
		return rf.endpoints
	}
	return nil
}

// Services returns the services of the chosen environments and the main
// programs that no deployment runs but that have endpoints, sorted by id.
func (s *Snapshot) Services() []*topology.Service { return s.flat.services() }

// Service returns a service by id, or nil.
func (s *Snapshot) Service(id string) *topology.Service { return s.byID[id] }

// Environments returns every environment that the workspace describes.
func (s *Snapshot) Environments() []topology.Environment { return s.deployed.environments }

// Variables returns the variables of all services with the places where code
// reads them, sorted by service and name.
func (s *Snapshot) Variables() []topology.Variable { return s.flat.variables() }

// VariablesOf returns the variables of one service, sorted by name.
func (s *Snapshot) VariablesOf(service string) []topology.Variable {
	v, _ := s.variables.Get(service)
	return v.list
}

// Problems returns what could not be read, sorted by file.
func (s *Snapshot) Problems() []Problem { return s.flat.problems() }

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
func (s *Snapshot) Reads() []topology.VariableRead { return s.flat.reads() }

// ReadFiles returns the files whose code reads variables, sorted.
func (s *Snapshot) ReadFiles() []string { return keysOf(s.reads) }

// ReadsIn returns the places where one file's code reads variables, by position.
func (s *Snapshot) ReadsIn(path string) []topology.VariableRead {
	r, _ := s.reads.Get(path)
	return r.list
}

// Mentioned reports whether a file that Topicls can't follow (code in another
// language, a configuration or script) mentions all words of a name, so that
// the name may have another side there. Files for which counts does not hold
// don't count.
func (s *Snapshot) Mentioned(name string, counts func(file string) bool) bool {
	return s.mentions.has(s.set, name, counts)
}

// Diagnostics returns all findings, by file and position.
func (s *Snapshot) Diagnostics() []topology.Diagnostic { return s.found.Diagnostics() }

// listProblems lists what could not be read.
func (s *Snapshot) listProblems() []Problem {
	var out []Problem
	for _, p := range s.set.Problems() {
		out = append(out, Problem{Place: topology.Place{File: p.Path}, Message: p.Message})
	}
	for _, p := range s.deployed.problems {
		out = append(out, Problem{Place: placeOf(p.Pos), Message: p.Message})
	}
	out = append(out, s.schemas.problemList()...)
	out = append(out, s.configProblems()...)
	for cf := range s.wholeFlawed.All() {
		if cf.problem != "" {
			out = append(out, Problem{Place: topology.Place{File: cf.path}, Message: cf.problem})
		}
		if cf.facts == nil {
			continue
		}
		for _, q := range cf.facts.Problems() {
			out = append(out, Problem{Place: topology.Place{File: cf.path, Start: q.Start, End: q.End}, Message: problemText[q.Kind]})
		}
	}
	slices.SortStableFunc(out, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.Place.File, b.Place.File), cmp.Compare(a.Place.Start, b.Place.Start))
	})
	return out
}

var problemText = map[facts.ProblemKind]string{
	facts.SyntaxError: "a syntax error; the code around it may be missing from the index",
	facts.TooDeep:     "nested too deeply to be read",
	facts.TooLarge:    "too large to be read",
	facts.TimedOut:    "took too long to be read",
	facts.Binary:      "not text",
	facts.NotUTF8:     "not UTF-8; odd bytes are left out",
}

// count counts the endpoints of a file in or, with -1, out.
func (st *Stats) count(endpoints []*topology.Endpoint, n int) {
	st.Endpoints += n * len(endpoints)
	for _, e := range endpoints {
		for i := range e.Topics {
			switch e.Topics[i].Status {
			case topology.Exact:
				st.Exact += n
			case topology.Default:
				st.Default += n
			case topology.Partial:
				st.Partial += n
			default:
				st.Unknown += n
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
