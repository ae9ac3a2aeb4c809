package report

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"topicls/index/topology"
)

// SchemaVersion is the version of the JSON document. It grows when a field
// goes away or changes its meaning, not when one is added.
const SchemaVersion = 1

type (
	document struct {
		SchemaVersion int              `json:"schemaVersion"`
		Root          string           `json:"root"`
		Environments  []docEnvironment `json:"environments"`
		Services      []docService     `json:"services"`
		Endpoints     []docEndpoint    `json:"endpoints"`
		Topics        []docTopic       `json:"topics"`
		Declared      []docDeclared    `json:"declared,omitempty"`
		Variables     []docVariable    `json:"variables"`
		Diagnostics   []docDiagnostic  `json:"diagnostics"`
		Stats         map[string]int   `json:"stats"`
	}
	docEnvironment struct {
		ID    string   `json:"id"`
		Files []string `json:"files"`
	}
	docService struct {
		ID          string   `json:"id"`
		Name        string   `json:"name"`
		Environment string   `json:"environment"`
		File        string   `json:"file"`
		Line        int      `json:"line"`
		Code        []string `json:"code"`
		Image       string   `json:"image,omitempty"`
	}
	docPosition struct {
		Line   int `json:"line"`
		Column int `json:"column"`
	}
	docRange struct {
		Start docPosition `json:"start"`
		End   docPosition `json:"end"`
	}
	docEndpoint struct {
		ID       string        `json:"id"`
		Role     topology.Role `json:"role"`
		File     string        `json:"file"`
		Range    docRange      `json:"range"`
		Library  string        `json:"library"`
		Via      []string      `json:"via"`
		Function string        `json:"function"`
		Topics   []docName     `json:"topics"`
		Groups   []docGroup    `json:"groups"`
		Key      *docKey       `json:"key"`
		Payload  *docPayload   `json:"payload"`
		Reads    []string      `json:"reads"`
		ReadAt   []docRead     `json:"readAt,omitempty"`
		State    []docStep     `json:"state,omitempty"`
		Reason   string        `json:"reason,omitempty"`
	}
	docName struct {
		Name       string          `json:"name"`
		Status     topology.Status `json:"status"`
		Services   []string        `json:"services"`
		Provenance []docStep       `json:"provenance"`
	}
	docStep struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
		What   string `json:"what"`
	}
	docGroup struct {
		Name     string          `json:"name"`
		Status   topology.Status `json:"status"`
		Services []string        `json:"services"`
	}
	docKey struct {
		Name   string          `json:"name"`
		Status topology.Status `json:"status"`
	}
	docPayload struct {
		Type   *string    `json:"type"`
		Fields []docField `json:"fields"`
	}
	docField struct {
		Name     string     `json:"name"`
		Types    []string   `json:"types"`
		Optional bool       `json:"optional"`
		Fields   []docField `json:"fields,omitempty"`
	}
	docRead struct {
		Path     []string `json:"path"`
		Types    []string `json:"types"`
		Optional bool     `json:"optional"`
		Topics   []string `json:"topics,omitempty"`
		File     string   `json:"file"`
		Line     int      `json:"line"`
		Column   int      `json:"column"`
	}
	docTopic struct {
		Name       string         `json:"name"`
		Producers  []string       `json:"producers"`
		Consumers  []string       `json:"consumers"`
		Schema     *Schema        `json:"schema"`
		Schemas    []docSchema    `json:"schemas,omitempty"`
		Operations []docOperation `json:"operations,omitempty"`
	}
	docSchema struct {
		Format string           `json:"format"`
		Name   string           `json:"name"`
		Key    bool             `json:"key,omitempty"`
		File   string           `json:"file"`
		Line   int              `json:"line"`
		Column int              `json:"column"`
		Tie    string           `json:"tie"`
		TiedAt docLine          `json:"tiedAt"`
		Open   bool             `json:"open"`
		Doc    string           `json:"doc,omitempty"`
		Fields []docSchemaField `json:"fields"`
	}
	docSchemaField struct {
		Name     string           `json:"name"`
		Type     string           `json:"type"`
		Types    []string         `json:"types"`
		Optional bool             `json:"optional"`
		Doc      string           `json:"doc,omitempty"`
		File     string           `json:"file"`
		Line     int              `json:"line"`
		Column   int              `json:"column"`
		Fields   []docSchemaField `json:"fields,omitempty"`
	}
	docOperation struct {
		Role    topology.Role `json:"role"`
		Service string        `json:"service,omitempty"`
		Title   string        `json:"title,omitempty"`
		File    string        `json:"file"`
		Line    int           `json:"line"`
		Column  int           `json:"column"`
	}
	docDeclared struct {
		Topic      string `json:"topic"`
		File       string `json:"file"`
		Line       int    `json:"line"`
		Column     int    `json:"column"`
		By         string `json:"by"`
		Partitions int    `json:"partitions,omitempty"`
	}
	docVariable struct {
		Service string    `json:"service"`
		Name    string    `json:"name"`
		Value   *string   `json:"value"`
		File    string    `json:"file"`
		Line    int       `json:"line"`
		ReadAt  []docLine `json:"readAt"`
	}
	docLine struct {
		File string `json:"file"`
		Line int    `json:"line"`
	}
	docDiagnostic struct {
		Code     string            `json:"code"`
		Severity topology.Severity `json:"severity"`
		Message  string            `json:"message"`
		File     string            `json:"file"`
		Range    docRange          `json:"range"`
		Topic    string            `json:"topic,omitempty"`
		Variable string            `json:"variable,omitempty"`
		Service  string            `json:"service,omitempty"`
		Related  []docRelated      `json:"related"`
	}
	docRelated struct {
		File    string   `json:"file"`
		Range   docRange `json:"range"`
		Message string   `json:"message"`
	}
)

// JSON writes the whole topology as one JSON document, described in
// docs/scan-json.md.
func JSON(w io.Writer, input Input) error {
	v := newView(input)
	d := document{
		SchemaVersion: SchemaVersion, Root: v.Root(), Stats: v.Counts(),
		Environments: []docEnvironment{}, Services: []docService{}, Endpoints: []docEndpoint{}, Topics: []docTopic{},
		Variables: []docVariable{}, Diagnostics: []docDiagnostic{},
	}
	for _, e := range v.Environments() {
		d.Environments = append(d.Environments, docEnvironment{e.ID, list(e.Files)})
	}
	for _, s := range v.Services() {
		line := 0
		if s.At.File != "" {
			line, _ = v.position(s.At.File, s.At.Start)
		}
		d.Services = append(d.Services, docService{s.ID, s.Name, s.Environment, s.At.File, line, list(s.Code), s.Image})
	}
	for _, e := range v.Endpoints() {
		d.Endpoints = append(d.Endpoints, v.endpoint(e))
	}
	for _, n := range v.Topics() {
		t := v.Topic(n)
		d.Topics = append(d.Topics, docTopic{n, serviceIDs(t.Producers), serviceIDs(t.Consumers), TopicSchema(t), v.schemas(n), v.operations(n)})
	}
	for _, n := range v.DeclaredTopics() {
		for _, x := range v.Declarations(n) {
			line, column := v.position(x.At.File, x.At.Start)
			d.Declared = append(d.Declared, docDeclared{n, x.At.File, line, column, x.By, x.Partitions})
		}
	}
	vars := v.Variables()
	for i := range vars {
		x := &vars[i]
		o := docVariable{Service: x.Service, Name: x.Name, File: x.NameAt.File, ReadAt: []docLine{}}
		if x.Known {
			o.Value = &x.Value
		}
		if x.NameAt.File != "" {
			o.Line, _ = v.position(x.NameAt.File, x.NameAt.Start)
		}
		for _, p := range x.ReadAt {
			line, _ := v.position(p.File, p.Start)
			o.ReadAt = append(o.ReadAt, docLine{p.File, line})
		}
		d.Variables = append(d.Variables, o)
	}
	for _, f := range v.Diagnostics() {
		o := docDiagnostic{
			Code: f.Code, Severity: f.Severity, Message: f.Message, File: f.Place.File, Range: v.rangeOf(f.Place),
			Topic: f.Topic, Variable: f.Variable, Service: f.Service, Related: []docRelated{},
		}
		for _, r := range f.Related {
			o.Related = append(o.Related, docRelated{r.File, v.rangeOf(r.Place), r.Message})
		}
		d.Diagnostics = append(d.Diagnostics, o)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(d)
}

func (v *view) endpoint(e *topology.Endpoint) docEndpoint {
	o := docEndpoint{
		ID: e.ID, Role: e.Role, File: e.Place.File, Range: v.rangeOf(e.Place), Library: e.Library, Via: list(e.Via), Function: e.Function,
		Topics: []docName{}, Groups: []docGroup{}, Reads: []string{}, Reason: e.Reason,
	}
	for i := range e.Topics {
		n := &e.Topics[i]
		name := docName{n.Name, n.Status, list(n.Services), []docStep{}}
		for _, s := range n.Steps {
			line, column := v.position(s.File, s.Start)
			name.Provenance = append(name.Provenance, docStep{s.File, line, column, s.What})
		}
		o.Topics = append(o.Topics, name)
	}
	for i := range e.Groups {
		o.Groups = append(o.Groups, docGroup{e.Groups[i].Name, e.Groups[i].Status, list(e.Groups[i].Services)})
	}
	for i := range e.Keys {
		if n := &e.Keys[i]; n.Name != "" || len(e.Keys) == 1 {
			o.Key = &docKey{n.Name, n.Status}
			break
		}
	}
	if p := e.Payload; p != nil {
		o.Payload = &docPayload{Fields: []docField{}}
		if p.Type != "" {
			o.Payload.Type = &p.Type
		}
		o.Payload.Fields = docFields(p.Fields)
	}
	for i := range e.Reads {
		f := &e.Reads[i]
		o.Reads = append(o.Reads, strings.Join(f.Path, "."))
		line, column := v.position(f.At.File, f.At.Start)
		o.ReadAt = append(o.ReadAt, docRead{f.Path, list(f.Types), f.Optional, f.Topics, f.At.File, line, column})
	}
	for _, s := range e.Stateful {
		line, column := v.position(s.File, s.Start)
		o.State = append(o.State, docStep{s.File, line, column, s.What})
	}
	slices.Sort(o.Reads)
	o.Reads = slices.Compact(o.Reads)
	return o
}

func (v *view) schemas(topic string) []docSchema {
	var out []docSchema
	for _, s := range v.Schemas(topic) {
		d := docSchema{Format: s.Format, Name: s.Name, Key: s.Key, File: s.At.File, Tie: s.Tie, Open: s.Open, Doc: s.Doc, Fields: v.schemaFields(s.Fields)}
		d.Line, d.Column = v.position(s.At.File, s.At.Start)
		d.TiedAt.File = s.TieAt.File
		d.TiedAt.Line, _ = v.position(s.TieAt.File, s.TieAt.Start)
		out = append(out, d)
	}
	return out
}

func (v *view) schemaFields(fields []topology.SchemaField) []docSchemaField {
	out := []docSchemaField{}
	for i := range fields {
		f := &fields[i]
		d := docSchemaField{Name: f.Name, Type: f.Type, Types: list(f.Types), Optional: f.Optional, Doc: f.Doc, File: f.At.File}
		d.Line, d.Column = v.position(f.At.File, f.At.Start)
		if len(f.Fields) > 0 {
			d.Fields = v.schemaFields(f.Fields)
		}
		out = append(out, d)
	}
	return out
}

func (v *view) operations(topic string) []docOperation {
	var out []docOperation
	for _, o := range v.Operations(topic) {
		d := docOperation{Role: o.Role, Service: o.Service, Title: o.Title, File: o.At.File}
		d.Line, d.Column = v.position(o.At.File, o.At.Start)
		out = append(out, d)
	}
	return out
}

func docFields(fields []topology.Field) []docField {
	out := []docField{}
	for i := range fields {
		f := &fields[i]
		d := docField{Name: f.Name, Types: list(f.Types), Optional: f.Optional}
		if len(f.Fields) > 0 {
			d.Fields = docFields(f.Fields)
		}
		out = append(out, d)
	}
	return out
}

func (v *view) rangeOf(p topology.Place) docRange {
	if p.File == "" {
		return docRange{docPosition{1, 1}, docPosition{1, 1}}
	}
	var r docRange
	r.Start.Line, r.Start.Column = v.position(p.File, p.Start)
	r.End.Line, r.End.Column = v.position(p.File, p.End)
	return r
}

// list is a slice that JSON shows as an array when it is nil too.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
