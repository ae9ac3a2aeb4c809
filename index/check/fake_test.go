package check_test

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/check"
	"topicls/index/topology"
)

// fake is a hand-built input.
type fake struct {
	endpoints    []*topology.Endpoint
	services     []*topology.Service
	variables    []topology.Variable
	reads        []topology.VariableRead
	environments []topology.Environment
	mentioned    map[string]bool   // names that unfollowed files mention
	says         map[string]string // service -> words of its files
	texts        map[string]string
	topics       map[string]*topology.Topic
	order        []string
	settings     *check.Settings
	flaws        []check.Flaw
	imported     map[string][]topology.Imported
}

var _ check.Input = (*fake)(nil)

func (f *fake) Services() []*topology.Service        { return f.services }
func (f *fake) Environments() []topology.Environment { return f.environments }
func (f *fake) Topics() []string                     { return f.order }
func (f *fake) Topic(n string) *topology.Topic       { return f.topics[n] }

func (f *fake) Undeployed(string) []topology.Undeployed    { return nil }
func (f *fake) ValuesFiles() []string                      { return nil }
func (f *fake) UnusedValues(string) []topology.UnusedValue { return nil }
func (f *fake) Elsewhere(string) []topology.Elsewhere      { return nil }
func (f *fake) SetElsewhere(string, string) bool           { return false }

func (f *fake) Service(id string) *topology.Service {
	for _, s := range f.services {
		if s.ID == id {
			return s
		}
	}
	return nil
}

func (f *fake) EndpointFiles() []string {
	var out []string
	for _, e := range f.endpoints {
		out = append(out, e.Place.File)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (f *fake) File(p string) (out []*topology.Endpoint) {
	for _, e := range f.endpoints {
		if e.Place.File == p {
			out = append(out, e)
		}
	}
	return out
}

func (f *fake) Through(p string) []string {
	var out []string
	for _, e := range f.endpoints {
		in := e.Place.File == p
		for _, r := range e.Reads {
			in = in || r.At.File == p
		}
		for _, list := range [][]topology.Name{e.Topics, e.Groups, e.Keys} {
			for _, n := range list {
				for _, v := range n.Vars {
					in = in || v.At.File == p
				}
			}
		}
		if in {
			out = append(out, e.Place.File)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// VariablesOf gives the variables with the places where they are read.
func (f *fake) VariablesOf(id string) []topology.Variable {
	var out []topology.Variable
	for _, v := range f.variables {
		if v.Service != id || f.Service(id) == nil {
			continue
		}
		for _, r := range f.reads {
			if r.Name == v.Name && slices.Contains(r.Services, id) && !slices.Contains(v.ReadAt, r.At) {
				v.ReadAt = append(slices.Clip(v.ReadAt), r.At)
			}
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b topology.Variable) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (f *fake) ReadFiles() []string {
	var out []string
	for _, r := range f.reads {
		out = append(out, r.At.File)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (f *fake) ReadsIn(p string) (out []topology.VariableRead) {
	for _, r := range f.reads {
		if r.At.File == p {
			out = append(out, r)
		}
	}
	return out
}

func (f *fake) Settings() *check.Settings { return f.settings }
func (f *fake) Flaws() []check.Flaw       { return f.flaws }

func (f *fake) Imported(n string) []topology.Imported { return f.imported[n] }

func (f *fake) DeclaredTopics() []string { return nil }
func (f *fake) DeclaresOpen() bool       { return false }

func (f *fake) Schemas(string) []topology.Schema       { return nil }
func (f *fake) Operations(string) []topology.Operation { return nil }
func (f *fake) DescribedTopics() []string              { return nil }

func (f *fake) Declarations(string) []topology.Declaration { return nil }

func (f *fake) Mentioned(n string, _ func(string) bool) bool { return f.mentioned[n] }

func (f *fake) MountsVariable(string, string) bool { return false }

func (f *fake) ServiceMentions(id, name string) bool {
	return slices.Contains(strings.Fields(strings.ToLower(f.says[id])), strings.ToLower(name))
}

func (f *fake) Text(p string) ([]byte, bool) {
	t, ok := f.texts[p]
	return []byte(t), ok
}

// link gathers the topics from the endpoints.
func (f *fake) link() *fake {
	f.topics, f.order = map[string]*topology.Topic{}, nil
	sort.SliceStable(f.endpoints, func(i, j int) bool { return f.endpoints[i].Place.File < f.endpoints[j].Place.File })
	for _, e := range f.endpoints {
		for i := range e.Topics {
			n := &e.Topics[i]
			if n.Name == "" {
				continue
			}
			t := f.topics[n.Name]
			if t == nil {
				t = &topology.Topic{Name: n.Name, Pattern: strings.Contains(n.Name, "*")}
				f.topics[n.Name] = t
				f.order = append(f.order, n.Name)
			}
			u := topology.Use{Endpoint: e, Name: n}
			if e.Role == topology.Produce {
				t.Producers = append(t.Producers, u)
			} else {
				t.Consumers = append(t.Consumers, u)
			}
		}
	}
	sort.Strings(f.order)
	return f
}

func deployed(name string) *topology.Service {
	return &topology.Service{ID: "compose:" + name, Name: name, Environment: "compose", Code: []string{name}, Files: []string{name + "/main.py"}}
}

func place(file string, start int) topology.Place {
	return topology.Place{File: file, Start: uint32(start), End: uint32(start + 5)}
}

// endpoint is one of service, at an offset of its main.py.
func endpoint(role topology.Role, service, topic string, start int) *topology.Endpoint {
	e := &topology.Endpoint{
		Role: role, Place: place(service+"/main.py", start), Services: []string{"compose:" + service},
		Topics: []topology.Name{{Name: topic, Status: topology.Exact, Services: []string{"compose:" + service}}},
	}
	switch {
	case topic == "":
		e.Topics[0].Status = topology.Unknown
	case strings.Contains(topic, "*"):
		e.Topics[0].Status = topology.Partial
	}
	return e
}

func payload(fields ...string) *topology.Payload {
	p := &topology.Payload{}
	for _, f := range fields {
		name, types, _ := strings.Cut(f, ":")
		x := topology.Field{Name: name}
		if types != "" {
			x.Types = strings.Split(types, "|")
		}
		p.Fields = append(p.Fields, x)
	}
	return p
}

func reads(file string, paths ...string) []topology.FieldRead {
	var out []topology.FieldRead
	for i, p := range paths {
		name, optional := strings.CutSuffix(p, "?")
		out = append(out, topology.FieldRead{Path: strings.Split(name, "."), At: place(file, 1000+10*i), Optional: optional})
	}
	return out
}
