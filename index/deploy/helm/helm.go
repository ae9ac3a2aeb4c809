// Package helm reads Helm charts: each chart with each of its values files is an
// environment, with the services that its templates deploy once they are rendered.
//
// Rendering is text/template with the functions of sprig and Helm's own, by
// Helm's rules for values, dependencies and named templates; recordings of the real
// program are the oracle. Helm's engine itself is not used: it brings the clients
// of Kubernetes, which would more than double the program; it gives up a whole
// chart for one value that is missing; and it does not tell what a value of the
// output comes from. That is known here: see template.go, trace.go and source.go.
//
// Nothing is run, fetched or looked up in a cluster, and no file outside the
// workspace is read. What is made by chance or must be given on deploying is unknown.
package helm

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"topicls/index/deploy"
	"topicls/index/deploy/manifest"
	"topicls/index/deploy/yamldoc"
)

// A Reader reads charts. It remembers parsed templates and values by content.
type Reader struct {
	mu     sync.Mutex
	units  map[string]*unit       // by path
	parsed map[string]*valuesFile // by path
	files  map[string][]byte      // the bytes of parsed
	// outputs are what templates gave, parsed: most of it is the same after an edit.
	outputs map[outputKey]*yamldoc.Document
	texts   map[string]parsed // texts that templates encoded, such as by toYaml, likewise
	kept    int               // bytes of the texts of outputs
}

// outputKey is a template in an environment.
type outputKey struct{ environment, file string }

// maxOutputs bounds the texts, in bytes, that are kept parsed: nodes take more
// than ten times their text.
const maxOutputs = 256 << 10

// NewReader returns an empty Reader.
func NewReader() *Reader {
	return &Reader{units: map[string]*unit{}, parsed: map[string]*valuesFile{}, files: map[string][]byte{}, outputs: map[outputKey]*yamldoc.Document{}, texts: map[string]parsed{}}
}

// output returns what a template gave, parsed.
func (r *Reader) output(environment string, o output) *yamldoc.Document {
	key := outputKey{environment, o.name}
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.outputs[key]
	if old != nil && string(old.Text.Data) == o.text {
		return old
	}
	d := yamldoc.ParseAll(o.unit.file, []byte(o.text))
	if old != nil {
		r.kept -= len(old.Text.Data)
		delete(r.outputs, key)
	}
	if r.kept+len(o.text) <= maxOutputs {
		r.kept += len(o.text)
		r.outputs[key] = d
	}
	return d
}

var _ deploy.Reader = (*Reader)(nil)

// unit returns a parsed template file.
func (r *Reader) unit(file, name string, data []byte) *unit {
	r.mu.Lock()
	u := r.units[file]
	r.mu.Unlock()
	if u != nil && u.name == name && bytes.Equal(u.text.Data, data) {
		return u
	}
	u = parseUnit(file, name, bytes.Clone(data))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.units[file] = u
	return u
}

// values returns a parsed values file.
func (r *Reader) values(file string, data []byte) *valuesFile {
	r.mu.Lock()
	v := r.parsed[file]
	same := v != nil && bytes.Equal(r.files[file], data)
	r.mu.Unlock()
	if same {
		return v
	}
	kept := bytes.Clone(data)
	v = parseValues(file, kept)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parsed[file], r.files[file] = v, kept
	return v
}

// parseText reads a text as YAML. Small ones are kept: most of them are the same
// after an edit.
func (r *Reader) parseText(s string) parsed {
	if len(s) > maxKeptText {
		return parseText(s)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	d, ok := r.texts[s]
	if ok {
		return d
	}
	d = parseText(s)
	if len(r.texts) >= maxKeptTexts {
		clear(r.texts)
	}
	r.texts[strings.Clone(s)] = d
	return d
}

// The texts that are kept: how long they are at most, and how many there are.
const (
	maxKeptText  = 1 << 10
	maxKeptTexts = 256
)

// Load implements deploy.Reader.
func (r *Reader) Load(fs deploy.FS, set deploy.FileSet) deploy.Loaded {
	rec := deploy.Record(fs)
	out := deploy.Loaded{Environment: deploy.Environment{ID: set.ID, Kind: "helm", Dir: set.Dir, Files: set.Files, Default: set.Default}}
	l := &folderLoader{r: r, fs: &unpackedFS{Recorder: rec}}
	if releases := l.releasesOf(set); len(releases) > 0 {
		l.readAll(releases, set, &out)
	}
	out.Problems = tidy(append(l.problems, out.Problems...))
	out.Broken = l.failed
	out.Read = rec.Seen()
	return out
}

// A release is a chart as it is deployed.
type release struct {
	name, namespace string
	chart           *chartFiles
	values          []*valuesFile // those that are laid over the chart's own, in this order
}

// releasesOf reads the charts of an environment with their values.
func (l *folderLoader) releasesOf(set deploy.FileSet) []release {
	if set.Part != "" {
		return l.described(set)
	}
	if c := l.load(set.Dir); c != nil {
		return []release{{name: c.meta.Name, namespace: "default", chart: c, values: l.laidOver(c, set)}}
	}
	return nil
}

// laidOver reads the values files of an environment that are laid over a chart's own.
func (l *folderLoader) laidOver(c *chartFiles, set deploy.FileSet) []*valuesFile {
	var out []*valuesFile
	for _, file := range set.Files {
		if file == c.doc.Text.File || c.values != nil && file == c.values.doc.Text.File {
			continue
		}
		if v := l.valuesFile(file); v != nil {
			out = append(out, v)
		}
	}
	return out
}

// readAll renders charts that are deployed together and reads the manifests.
func (l *folderLoader) readAll(releases []release, set deploy.FileSet, out *deploy.Loaded) {
	var objects []*manifest.Object
	for i := range releases {
		objects = append(objects, l.objectsOf(&releases[i], set, out)...)
	}
	assembled := manifest.Assemble(set.ID, objects)
	out.Environment.Services = assembled.Services
	out.Environment.Topics = assembled.Topics
	for i := range out.Environment.Services {
		notGiven(&out.Environment.Services[i])
	}
	out.Problems = append(out.Problems, assembled.Problems...)
	out.Environment.UnusedValues = unusedOf(releases)
}

// objectsOf renders a chart and reads the manifests.
func (l *folderLoader) objectsOf(rel *release, set deploy.FileSet, out *deploy.Loaded) []*manifest.Object {
	done, err := l.render(rel)
	if err != nil {
		out.Problems = append(out.Problems, deploy.Problem{Pos: rel.chart.doc.Text.Pos(0, 0), Message: err.Error(), Absent: true})
		return nil
	}
	for _, p := range done.problems {
		if !fromPacked(p.Pos.File) { // what a chart from elsewhere says is nobody's fault here
			out.Problems = append(out.Problems, p)
		}
	}
	kept := set.ID
	if set.Part != "" {
		kept += "\x00" + rel.name
	}
	f := newFinder(done.tracer, append(slices.Clone(rel.values), rel.chart.allValues(nil)...), done.files, l.r.parseText)
	var objects []*manifest.Object
	for _, o := range done.outputs {
		if manifest.Likely([]byte(o.text)) {
			objects = append(objects, f.objects(o, l.r.output(kept, o), out)...)
		}
	}
	return objects
}

// rendered is what the templates of a release gave.
type rendered struct {
	*rendering
	outputs []output
	files   map[*byte]*deploy.Text
}

// render renders a chart with the values of a release.
func (l *folderLoader) render(rel *release) (rendered, error) {
	given := map[string]any{}
	out := rendered{rendering: &rendering{tracer: newTracer()}}
	for _, v := range rel.values {
		given = overlay(given, v.data)
	}
	root := rel.chart.instance()
	settled, err := settle(root, given)
	if err != nil {
		return out, err
	}
	fs := &fileReader{fs: l.fs, texts: map[string]string{}, known: map[*byte]*deploy.Text{}}
	out.outputs = out.rendering.render(root, releaseValues(rel.name, rel.namespace), settled, fs)
	out.files = fs.known
	return out, nil
}

// settle works out the values of a tree of charts, and which take part.
func settle(root *chart, given map[string]any) (map[string]any, error) {
	if err := root.enable(given, ""); err != nil {
		return nil, err
	}
	if err := root.importValues(); err != nil {
		return nil, err
	}
	return root.settle(given, false)
}

// allValues lists the values files of a chart and its dependencies.
func (c *chartFiles) allValues(out []*valuesFile) []*valuesFile {
	if c.values != nil {
		out = append(out, c.values)
	}
	for _, d := range c.deps {
		out = d.allValues(out)
	}
	return out
}

// objects reads the manifests in a template's output.
func (f *finder) objects(o output, doc *yamldoc.Document, out *deploy.Loaded) []*manifest.Object {
	file := manifest.Read(doc, func(p deploy.Pos) manifest.Place { return f.place(o, p) })
	for _, p := range file.Problems {
		if fromPacked(p.Pos.File) {
			continue
		}
		p.Absent = true // what is rendered with other values may be right
		out.Problems = append(out.Problems, p)
	}
	return file.Objects
}

// place says where a part of a template's output is edited.
func (f *finder) place(o output, p deploy.Pos) manifest.Place {
	at, parts := f.locate(o.text, int(p.Start), int(p.End))
	if at.pos.File == "" {
		return manifest.Place{Pos: o.unit.pos(0, 0)}
	}
	out := manifest.Place{Pos: at.pos, Raw: at.raw}
	step := func(pos deploy.Pos, what string) {
		s := deploy.Step{Pos: pos, What: what}
		if !slices.Contains(out.Origin, s) && len(out.Origin) < 20 {
			out.Origin = append(out.Origin, s)
		}
	}
	for _, part := range parts {
		if part.value && !(part.pos.File == at.pos.File && part.pos.Start >= at.pos.Start && part.pos.End <= at.pos.End) {
			step(part.pos, "a value in "+part.pos.File)
		}
	}
	for _, via := range slices.Backward(at.via) {
		step(via, "the template "+via.File)
	}
	return out
}

// notGiven makes variables unknown whose values are to be given on deploying.
func notGiven(s *deploy.Service) {
	for i := range s.Vars {
		v := &s.Vars[i]
		if v.Status != deploy.VarSet || !strings.Contains(v.Value, unknown) {
			continue
		}
		v.Status, v.Reason = deploy.VarHost, "it is not known from the chart alone"
		if v.Value = strings.ReplaceAll(v.Value, unknown, "*"); v.Value == "*" {
			v.Value = ""
		}
	}
	if strings.Contains(s.Image, unknown) {
		s.Image = strings.ReplaceAll(s.Image, unknown, "*")
	}
}

// tidy sorts problems and leaves each once.
func tidy(problems []deploy.Problem) []deploy.Problem {
	slices.SortStableFunc(problems, func(a, b deploy.Problem) int {
		if n := strings.Compare(a.Pos.File, b.Pos.File); n != 0 {
			return n
		}
		return int(a.Pos.Start) - int(b.Pos.Start)
	})
	return slices.Compact(problems)
}
