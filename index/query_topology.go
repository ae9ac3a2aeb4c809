package index

import (
	"reflect"
	"slices"
	"sort"
	"strings"

	"topicls/index/ordered"
	"topicls/index/report"
	"topicls/index/topology"
)

// Topology is the whole of a workspace as views of an editor show it: every
// entry with the place that it leads to.
type Topology struct {
	Environments []TopologyEnvironment
	Services     []TopologyService
	Topics       []TopologyTopic
	Unknown      []TopologyEndpoint // endpoints whose topic is not known
	Findings     []topology.Diagnostic
}

// TopologyEnvironment is an environment, and whether it is one that answers.
type TopologyEnvironment struct {
	topology.Environment
	Chosen bool
}

// TopologyService is a service with its variables.
type TopologyService struct {
	*topology.Service
	Variables []TopologyVariable
}

// TopologyVariable is a variable of a service, as people may see it.
type TopologyVariable struct {
	Name   string
	Value  string // "" when it is not known
	Why    string // why it is not
	At     topology.Place
	ReadAt []topology.Place
}

// TopologyTopic is a topic with both its sides.
type TopologyTopic struct {
	Name         string
	Pattern      bool
	At           topology.Place
	Producers    []TopologyEndpoint
	Consumers    []TopologyEndpoint
	Groups       []TopologyGroup
	Fields       []TopologyField
	Schema       *report.Schema // nil when nothing is known of the messages
	DeadLetterOf string
	DeadLetters  []string
}

// TopologyEndpoint is an endpoint's use of a topic.
type TopologyEndpoint struct {
	Services []string // ids
	Function string
	Library  string
	Status   topology.Status
	Reason   string // why the topic is not known
	Role     topology.Role
	At       topology.Place
	Handlers []topology.Place
}

// TopologyGroup is a consumer group with the services that are in it.
type TopologyGroup struct {
	Name     string
	Services []string
	At       topology.Place
}

// TopologyField is a field of a topic's messages: as producers write it, and
// where consumers read it. Nobody writes it when WrittenAt is empty.
type TopologyField struct {
	Name      string // a path joined by "."
	Types     []string
	Optional  bool
	WrittenAt []topology.Place
	ReadAt    []topology.Place
}

// Topology tells of the whole workspace.
func (s *Snapshot) Topology() Topology {
	out := Topology{Findings: s.Diagnostics(), Environments: s.TopologyEnvironments()}
	for _, svc := range s.Services() {
		out.Services = append(out.Services, TopologyService{svc, s.shownVariables(svc.ID)})
	}
	for t := range s.topics.All() {
		out.Topics = append(out.Topics, s.topologyTopic(t.Topic))
	}
	for rf := range s.files.All() {
		for _, e := range rf.endpoints {
			out.Unknown = append(out.Unknown, unknownUses(e)...)
		}
	}
	return out
}

// TopologyEnvironments lists every environment that the workspace describes.
func (s *Snapshot) TopologyEnvironments() []TopologyEnvironment {
	var out []TopologyEnvironment
	for _, e := range s.Environments() {
		out = append(out, TopologyEnvironment{e, s.answers(e.ID)})
	}
	return out
}

// shownVariables lists the variables of a service without secrets.
func (s *Snapshot) shownVariables(service string) []TopologyVariable {
	list := s.VariablesOf(service)
	out := make([]TopologyVariable, 0, len(list))
	for i := range list {
		v := &list[i]
		shown := TopologyVariable{Name: v.Name, Why: v.Reason, At: v.ValueAt, ReadAt: v.ReadAt}
		if v.Known {
			shown.Value, shown.Why = v.Value, ""
		}
		if shown.At.File == "" || shown.At.End <= shown.At.Start {
			shown.At = v.NameAt
		}
		out = append(out, shown)
	}
	return out
}

func (s *Snapshot) topologyTopic(t *topology.Topic) TopologyTopic {
	out := TopologyTopic{
		Name: t.Name, Pattern: t.Pattern, DeadLetterOf: t.DeadLetterOf, DeadLetters: t.DeadLetters,
		Producers: topologyUses(t.Producers), Consumers: topologyUses(t.Consumers),
		Groups: topologyGroups(t), Fields: s.topologyFields(t),
	}
	out.At, _ = s.topicPlace(t.Name)
	told := *t
	told.Producers = slices.Clone(t.Producers)
	for i, u := range told.Producers {
		if p := s.passedPayload(u.Endpoint.Payload); p != u.Endpoint.Payload {
			e := *u.Endpoint
			e.Payload = p
			told.Producers[i].Endpoint = &e
		}
	}
	out.Schema = report.TopicSchema(&told)
	return out
}

func topologyUses(uses []topology.Use) []TopologyEndpoint {
	out := make([]TopologyEndpoint, 0, len(uses))
	for _, u := range uses {
		e := topologyEndpoint(u.Endpoint)
		e.At = usePlace(u)
		if u.Name != nil {
			e.Services, e.Status, e.Reason = u.Name.Services, u.Name.Status, u.Name.Reason
		}
		i := slices.IndexFunc(out, func(o TopologyEndpoint) bool { return o.At == e.At && o.Status == e.Status })
		if i >= 0 { // the same call in several services, by several ways
			out[i].Services = union(out[i].Services, e.Services)
			continue
		}
		out = append(out, e)
	}
	return out
}

func topologyEndpoint(e *topology.Endpoint) TopologyEndpoint {
	return TopologyEndpoint{
		Services: e.Services, Function: e.Function, Library: e.Library, Role: e.Role,
		Status: topology.Unknown, Reason: e.Reason, At: EndpointPlace(e), Handlers: e.Handlers,
	}
}

// unknownUses lists the uses of an endpoint whose topic is not known.
func unknownUses(e *topology.Endpoint) []TopologyEndpoint {
	if len(e.Topics) == 0 {
		return []TopologyEndpoint{topologyEndpoint(e)}
	}
	var out []TopologyEndpoint
	for i := range e.Topics {
		if n := &e.Topics[i]; n.Name == "" {
			u := topologyEndpoint(e)
			u.Services = n.Services
			if n.Reason != "" {
				u.Reason = n.Reason
			}
			out = append(out, u)
		}
	}
	return out
}

func topologyGroups(t *topology.Topic) []TopologyGroup {
	var out []TopologyGroup
	for _, e := range endpointsOf(t.Consumers) {
		for i := range e.Groups {
			n := &e.Groups[i]
			if n.Name == "" {
				continue
			}
			j := slices.IndexFunc(out, func(g TopologyGroup) bool { return g.Name == n.Name })
			if j < 0 {
				g := TopologyGroup{Name: n.Name, At: EndpointPlace(e)}
				if given := lastGiving(n); given >= 0 {
					g.At = n.Steps[given].Place
				}
				out, j = append(out, g), len(out)
			}
			out[j].Services = union(out[j].Services, n.Services)
		}
	}
	slices.SortFunc(out, func(a, b TopologyGroup) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// topologyFields lists the fields of a topic's messages in the order in which
// the first producer writes them, then what is only read.
func (s *Snapshot) topologyFields(t *topology.Topic) []TopologyField {
	var out []TopologyField
	at := map[string]int{}
	field := func(name string) *TopologyField {
		i, ok := at[name]
		if !ok {
			i = len(out)
			at[name] = i
			out = append(out, TopologyField{Name: name})
		}
		return &out[i]
	}
	var write func(prefix string, list []topology.Field)
	write = func(prefix string, list []topology.Field) {
		for i := range list {
			f := field(prefix + list[i].Name)
			f.Types = union(f.Types, list[i].Types)
			f.Optional = f.Optional || list[i].Optional
			if list[i].At.File != "" && !slices.Contains(f.WrittenAt, list[i].At) {
				f.WrittenAt = append(f.WrittenAt, list[i].At)
			}
			write(prefix+list[i].Name+".", list[i].Fields)
		}
	}
	for _, e := range endpointsOf(t.Producers) {
		if p := s.passedPayload(e.Payload); p != nil {
			write("", p.Fields)
		}
	}
	for _, e := range endpointsOf(t.Consumers) {
		for i := range e.Reads {
			if r := &e.Reads[i]; r.Of(t.Name) && len(r.Path) > 0 {
				f := field(strings.Join(r.Path, "."))
				if !slices.Contains(f.ReadAt, r.At) {
					f.ReadAt = append(f.ReadAt, r.At)
				}
			}
		}
	}
	return out
}

// union joins two sorted lists.
func union(a, b []string) []string {
	if len(a) == 0 || slices.Equal(a, b) {
		return b
	}
	out := append(slices.Clone(a), b...)
	sort.Strings(out)
	return slices.Compact(out)
}

// answers reports whether the services of an environment are the ones that
// questions are answered for.
func (s *Snapshot) answers(environment string) bool {
	return slices.ContainsFunc(s.deployed.services, func(svc *service) bool { return svc.Environment == environment })
}

// SameTopology reports whether Topology tells the same of two states. It takes
// the time of what differs. It may be false where variables were looked at again.
func (s *Snapshot) SameTopology(o *Snapshot) bool {
	if s == o {
		return true
	}
	if !reflect.DeepEqual(s.deployed.environments, o.deployed.environments) || !s.variables.Same(o.variables) || reflect.ValueOf(s.byID).Pointer() != reflect.ValueOf(o.byID).Pointer() || !s.found.Same(o.found) {
		return false
	}
	if s.files.Same(o.files) {
		return true
	}
	for _, p := range ordered.Diff(s.files, o.files) { // topics are made of endpoints
		if !reflect.DeepEqual(s.File(p), o.File(p)) {
			return false
		}
	}
	return true
}
