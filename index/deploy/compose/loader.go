package compose

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/override"
	"github.com/compose-spec/compose-go/v2/tree"
	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

// A loader loads one file set. Services travel through it as the trees that
// compose-go merges, with entries of the loader's tables in place of the
// values whose places matter: compose-go's rules decide which definition
// wins, and the table says where it stands.
type loader struct {
	reader   *Reader
	fs       *deploy.Recorder
	problems []deploy.Problem
	defs     []*definition // environment entries
	root     *scope        // the project's
	places   map[string]place
	includes map[string]model
	bases    map[string]*file
	files    []string // compose files read, in order
	configs  map[string]*config
	budget   int // definitions that may still be made
}

// place is where a service is first named.
type place struct {
	doc *yamldoc.Document
	key *yaml.Node
}

// maxDefinitions bounds what one file set may hold: aliases repeat text.
const maxDefinitions = 200_000

// A model is a tree of services, as compose-go merges it.
type model = map[string]any

// A file is one compose file read in one scope.
type file struct {
	doc      *yamldoc.Document
	scope    *scope
	dir      string // paths are relative to it
	maps     *yamldoc.Mapper
	services model
	resets   [][]string // paths marked !reset or !override
}

func newLoader(r *Reader, fs *deploy.Recorder) *loader {
	return &loader{
		reader: r, fs: fs, places: map[string]place{}, includes: map[string]model{}, bases: map[string]*file{}, configs: map[string]*config{},
		budget: maxDefinitions,
	}
}

// read returns a file's text; false when there is none.
func (l *loader) read(file string) (*deploy.Text, bool) {
	data, err := l.fs.ReadFile(file)
	if err != nil {
		return nil, false
	}
	return l.reader.text(file, data), true
}

// document returns a parsed compose file; nil when there is none.
func (l *loader) document(file string) *yamldoc.Document {
	data, err := l.fs.ReadFile(file)
	if err != nil {
		return nil
	}
	d := l.reader.document(file, data)
	if !slices.Contains(l.files, file) {
		l.files = append(l.files, file)
		if d.Err != nil {
			l.problems = append(l.problems, *d.Err)
		}
	}
	return d
}

func (l *loader) problem(pos deploy.Pos, format string, args ...any) {
	l.problems = append(l.problems, deploy.Problem{Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// model loads files over one another.
func (l *loader) model(files []string, s *scope, including []string) model {
	out := model{}
	for _, name := range files {
		d := l.document(name)
		if d == nil {
			continue
		}
		for i := range d.Roots {
			f := l.open(d, i, s, s.dir)
			l.include(f, i, append(including, name))
			reset(f.resets, out)
			l.extendAll(f)
			out = l.merge(out, f.services, d)
		}
	}
	l.passThrough(out, s)
	return out
}

// open reads the services of one YAML document of a file.
func (l *loader) open(d *yamldoc.Document, root int, s *scope, dir string) *file {
	f := &file{doc: d, scope: s, dir: dir, services: model{}}
	f.maps = yamldoc.NewMapper(func(n *yaml.Node, message string) { l.problem(d.Pos(n), "%s", message) })
	l.readConfigs(f, d.Roots[root])
	services := f.maps.Get(d.Roots[root], "services")
	if services == nil || yamldoc.IsNull(services) {
		return f
	}
	if yamldoc.Deref(services).Kind != yaml.MappingNode {
		l.problem(d.Pos(services), "services must be a mapping")
		return f
	}
	for _, p := range f.maps.Pairs(services) {
		name := yamldoc.Deref(p.Key).Value
		if tag := yamldoc.Deref(p.Value).Tag; tag == "!reset" {
			f.resets = append(f.resets, []string{name})
			continue
		}
		if strings.HasPrefix(name, "x-") && yamldoc.Deref(p.Value).Kind != yaml.MappingNode {
			continue
		}
		if !yamldoc.IsNull(p.Value) && yamldoc.Deref(p.Value).Kind != yaml.MappingNode {
			l.problem(d.Pos(p.Key), "service %q must be a mapping", name)
			continue
		}
		f.services[name] = l.service(f, name, p)
		if _, ok := l.places[name]; !ok {
			l.places[name] = place{doc: d, key: p.Key}
		}
	}
	return f
}

// merge merges services over others by compose-go's rules.
func (l *loader) merge(base, over model, d *yamldoc.Document) model {
	out := base
	for _, name := range slices.Sorted(maps.Keys(over)) {
		old, ok := out[name]
		if !ok {
			out[name] = over[name]
			continue
		}
		merged, err := override.MergeYaml(old, over[name], tree.NewPath("services", name))
		if err != nil {
			l.problem(l.placeOf(name, d), "service %q can't be merged: %v", name, err)
			continue
		}
		out[name] = merged
	}
	return l.unique(out, d)
}

func (l *loader) unique(services model, d *yamldoc.Document) model {
	for _, name := range slices.Sorted(maps.Keys(services)) {
		one, err := override.EnforceUnicity(map[string]any{"services": map[string]any{name: services[name]}})
		if err != nil {
			l.problem(l.placeOf(name, d), "service %q: %v", name, err)
			continue
		}
		services[name] = one["services"].(map[string]any)[name]
	}
	return services
}

func (l *loader) placeOf(name string, d *yamldoc.Document) deploy.Pos {
	if p, ok := l.places[name]; ok {
		return p.doc.Pos(p.key)
	}
	return d.Text.Pos(0, 0)
}

// include loads the files that a compose file includes into its services.
func (l *loader) include(f *file, root int, including []string) {
	list := f.maps.Get(f.doc.Roots[root], "include")
	if list == nil || yamldoc.IsNull(list) {
		return
	}
	if yamldoc.Deref(list).Kind != yaml.SequenceNode {
		l.problem(f.doc.Pos(list), "include must be a list")
		return
	}
	for _, item := range yamldoc.Deref(list).Content {
		l.includeOne(f, item, including)
	}
}

func (l *loader) includeOne(f *file, item *yaml.Node, including []string) {
	paths := []*yaml.Node{item}
	var project, env *yaml.Node
	if yamldoc.Deref(item).Kind == yaml.MappingNode {
		paths = yamldoc.ListOf(f.maps.Get(item, "path"))
		project, env = f.maps.Get(item, "project_directory"), f.maps.Get(item, "env_file")
	}
	var files []string
	for _, n := range paths {
		file, ok := l.filePath(f, n, f.scope.dir, "include")
		if !ok {
			return
		}
		if slices.Contains(including, file) {
			l.problem(f.doc.Pos(n), "%s includes itself", file)
			return
		}
		files = append(files, file)
	}
	if len(files) == 0 {
		return
	}
	s := l.includeScope(f, path.Dir(files[0]), project, env)
	if s == nil {
		return
	}
	key := strings.Join(files, "\x00") + "\x00\x00" + s.dir + "\x00" + fmt.Sprint(f.scope.dir, env != nil)
	imported, ok := l.includes[key]
	if !ok {
		if len(including) > 50 {
			l.problem(f.doc.Pos(item), "too many files include one another")
			return
		}
		imported = l.model(files, s, including)
		l.includes[key] = imported
	}
	for _, name := range slices.Sorted(maps.Keys(imported)) {
		service := clone(imported[name])
		own, ok := f.services[name]
		if !ok {
			f.services[name] = service
			continue
		}
		if reflect.DeepEqual(own, service) {
			continue
		}
		one := model{name: service}
		reset(f.resets, one)
		if merged, err := override.MergeYaml(one[name], own, tree.NewPath("services", name)); err == nil {
			f.services[name] = merged
		}
	}
}

// includeScope returns the scope of an included project.
func (l *loader) includeScope(f *file, dir string, project, env *yaml.Node) *scope {
	if project != nil && !yamldoc.IsNull(project) {
		v, ok := l.text(f, project)
		if !ok {
			return nil
		}
		if dir, ok = resolve(f.scope.dir, v.Text); !ok {
			l.problem(f.doc.Pos(project), "%s is outside the workspace and not read", v.Text)
			return nil
		}
	}
	s := &scope{dir: dir, vars: maps.Clone(f.scope.vars), hint: f.scope.hint}
	if env == nil || yamldoc.IsNull(env) {
		l.addEnvFile(s, path.Join(dir, ".env"))
		return s
	}
	for _, n := range yamldoc.ListOf(env) {
		if v, ok := l.text(f, n); ok && v.Text == "/dev/null" {
			continue
		}
		if file, ok := l.filePath(f, n, f.scope.dir, "env_file"); ok {
			l.addEnvFile(s, file)
		}
	}
	return s
}

// filePath evaluates a path to a file of the workspace, which must exist.
func (l *loader) filePath(f *file, n *yaml.Node, dir, what string) (string, bool) {
	v, ok := l.text(f, n)
	if !ok {
		return "", false
	}
	pos := f.doc.Pos(n)
	if isRemote(v.Text) || strings.HasPrefix(v.Text, "oci:") {
		l.problem(pos, "%s %s is remote and not fetched", what, v.Text)
		return "", false
	}
	if v.Reason != "" {
		l.problem(pos, "%s: %s", what, v.Reason)
		return "", false
	}
	file, ok := resolve(dir, v.Text)
	if !ok {
		l.problem(pos, "%s %s is outside the workspace and not read", what, v.Text)
		return "", false
	}
	if !deploy.IsFile(l.fs, file) {
		l.problems = append(l.problems, deploy.Problem{Pos: pos, Message: fmt.Sprintf("%s %s is not in the workspace", what, file), Absent: true})
		return "", false
	}
	return file, true
}

// reset removes what a later file marks with !reset or !override.
func reset(paths [][]string, services model) {
	for _, p := range paths {
		at := services
		for i, key := range p {
			if i == len(p)-1 {
				delete(at, key)
				break
			}
			next, ok := at[key].(model)
			if !ok {
				break
			}
			at = next
		}
	}
}

// clone copies a tree, so that merging into one user of it leaves the others.
func clone(value any) any {
	switch v := value.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = clone(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = clone(e)
		}
		return out
	}
	return value
}
