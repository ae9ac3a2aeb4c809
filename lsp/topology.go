package lsp

import (
	"context"

	"topicls/index"
	"topicls/index/report"
	"topicls/index/topology"
	"topicls/lsp/internal/wire"
)

// The answer to topicls/topology; docs/lsp-extensions.md describes it.
type (
	topologyResult struct {
		Folders []folderTopology `json:"folders"`
	}
	folderTopology struct {
		URI          wire.URI              `json:"uri"`
		Name         string                `json:"name"`
		Environments []topologyEnvironment `json:"environments"`
		Services     []topologyService     `json:"services"`
		Topics       []topologyTopic       `json:"topics"`
		Unknown      []topologyEndpoint    `json:"unknown"`
		Findings     []topologyFinding     `json:"findings"`
	}
	topologyEnvironment struct {
		ID     string     `json:"id"`
		Kind   string     `json:"kind"`
		Files  []wire.URI `json:"files"`
		Chosen bool       `json:"chosen"`
	}
	topologyService struct {
		ID          string             `json:"id"`
		Name        string             `json:"name"`
		Environment string             `json:"environment,omitempty"`
		Kind        string             `json:"kind"`
		Image       string             `json:"image,omitempty"`
		Code        []string           `json:"code"`
		Location    *wire.Location     `json:"location,omitempty"`
		Variables   []topologyVariable `json:"variables"`
	}
	topologyVariable struct {
		Name     string          `json:"name"`
		Value    *string         `json:"value"`
		Reason   string          `json:"reason,omitempty"`
		Location *wire.Location  `json:"location,omitempty"`
		ReadAt   []wire.Location `json:"readAt"`
	}
	topologyTopic struct {
		Name         string             `json:"name"`
		Pattern      bool               `json:"pattern,omitempty"`
		Location     *wire.Location     `json:"location,omitempty"`
		Producers    []topologyEndpoint `json:"producers"`
		Consumers    []topologyEndpoint `json:"consumers"`
		Groups       []topologyGroup    `json:"groups"`
		Fields       []topologyField    `json:"fields"`
		Schema       *report.Schema     `json:"schema,omitempty"`
		DeadLetterOf string             `json:"deadLetterOf,omitempty"`
		DeadLetters  []string           `json:"deadLetters"`
	}
	topologyEndpoint struct {
		Services []string        `json:"services"`
		Function string          `json:"function,omitempty"`
		Library  string          `json:"library"`
		Role     topology.Role   `json:"role"`
		Status   topology.Status `json:"status"`
		Reason   string          `json:"reason,omitempty"`
		Location *wire.Location  `json:"location,omitempty"`
		Handlers []wire.Location `json:"handlers"`
	}
	topologyGroup struct {
		Name     string         `json:"name"`
		Services []string       `json:"services"`
		Location *wire.Location `json:"location,omitempty"`
	}
	topologyField struct {
		Name      string          `json:"name"`
		Types     []string        `json:"types"`
		Optional  bool            `json:"optional"`
		WrittenAt []wire.Location `json:"writtenAt"`
		ReadAt    []wire.Location `json:"readAt"`
	}
	topologyFinding struct {
		wire.Diagnostic
		URI      wire.URI `json:"uri"`
		Topic    string   `json:"topic,omitempty"`
		Variable string   `json:"variable,omitempty"`
		Service  string   `json:"service,omitempty"`
	}
)

// topology answers topicls/topology: all that views show, with places to go to.
func (s *server) topology(ctx context.Context, tickets []ticket, p wire.FolderParams) (topologyResult, error) {
	out := topologyResult{Folders: []folderTopology{}}
	for _, t := range s.only(tickets, p.Folder) {
		snap, err := t.snapshot(ctx)
		if err != nil {
			return out, err
		}
		if snap != nil {
			out.Folders = append(out.Folders, query{folder: t.folder, snap: snap}.topology())
		}
	}
	return out, nil
}

// only picks the ticket of one folder, or all when none is named.
func (s *server) only(tickets []ticket, folder wire.URI) []ticket {
	if folder == "" {
		return tickets
	}
	var out []ticket
	path, ok := folder.Path()
	for _, t := range tickets {
		if _, in := within(t.folder.root, path); ok && in {
			out = append(out, t)
		}
	}
	return out
}

func (q query) topology() folderTopology {
	t := q.snap.Topology()
	out := folderTopology{
		URI: q.folder.uri("."), Name: q.folder.name(),
		Environments: q.environments(t.Environments), Services: []topologyService{}, Topics: []topologyTopic{}, Findings: []topologyFinding{},
		Unknown: q.topologyEndpoints(t.Unknown),
	}
	for i := range t.Services {
		out.Services = append(out.Services, q.topologyService(&t.Services[i]))
	}
	for i := range t.Topics {
		out.Topics = append(out.Topics, q.topologyTopic(&t.Topics[i]))
	}
	for i := range t.Findings {
		f := &t.Findings[i]
		if d, ok := q.folder.diagnostic(q.snap, f); ok {
			out.Findings = append(out.Findings, topologyFinding{d, q.folder.uri(f.Place.File), f.Topic, f.Variable, f.Service})
		}
	}
	return out
}

func (q query) environments(list []index.TopologyEnvironment) []topologyEnvironment {
	out := []topologyEnvironment{}
	for _, e := range list {
		env := topologyEnvironment{ID: e.ID, Kind: e.Kind, Files: []wire.URI{}, Chosen: e.Chosen}
		for _, f := range e.Files {
			env.Files = append(env.Files, q.folder.uri(f))
		}
		out = append(out, env)
	}
	return out
}

func (q query) topologyService(svc *index.TopologyService) topologyService {
	out := topologyService{
		ID: svc.ID, Name: svc.Name, Environment: svc.Environment, Kind: "code", Image: svc.Image, Code: wire.List(svc.Code),
		Location: q.place(svc.At), Variables: []topologyVariable{},
	}
	switch {
	case svc.Broker:
		out.Kind = "broker"
	case svc.Infra:
		out.Kind = "infrastructure"
	}
	for i := range svc.Variables {
		v := &svc.Variables[i]
		shown := topologyVariable{Name: v.Name, Reason: v.Why, Location: q.place(v.At), ReadAt: q.locations(v.ReadAt)}
		if v.Why == "" {
			shown.Value = &v.Value
		}
		out.Variables = append(out.Variables, shown)
	}
	return out
}

func (q query) topologyTopic(t *index.TopologyTopic) topologyTopic {
	out := topologyTopic{
		Name: t.Name, Pattern: t.Pattern, Location: q.place(t.At), Schema: t.Schema,
		Producers: q.topologyEndpoints(t.Producers), Consumers: q.topologyEndpoints(t.Consumers),
		Groups: []topologyGroup{}, Fields: []topologyField{}, DeadLetterOf: t.DeadLetterOf, DeadLetters: wire.List(t.DeadLetters),
	}
	for i := range t.Groups {
		g := &t.Groups[i]
		out.Groups = append(out.Groups, topologyGroup{g.Name, wire.List(g.Services), q.place(g.At)})
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		out.Fields = append(out.Fields, topologyField{f.Name, wire.List(f.Types), f.Optional, q.locations(f.WrittenAt), q.locations(f.ReadAt)})
	}
	return out
}

func (q query) topologyEndpoints(list []index.TopologyEndpoint) []topologyEndpoint {
	out := []topologyEndpoint{}
	for i := range list {
		e := &list[i]
		out = append(out, topologyEndpoint{
			wire.List(e.Services), e.Function, e.Library, e.Role, e.Status, e.Reason, q.place(e.At), q.locations(e.Handlers),
		})
	}
	return out
}

// place spells a place, nil when there is none.
func (q query) place(p topology.Place) *wire.Location {
	if p.File == "" {
		return nil
	}
	if l, ok := q.folder.location(q.snap, p); ok {
		return &l
	}
	return nil
}
