package helm

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	helmchart "helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/ignore"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

type (
	metadata   = helmchart.Metadata
	dependency = helmchart.Dependency
)

// The sizes above which files are not read.
const (
	maxTemplate = 1 << 20
	maxFile     = 4 << 20
	maxFiles    = 2000 // of a chart
	maxDepth    = 20   // of charts in charts
)

// chartFiles is what the folder of a chart holds.
type chartFiles struct {
	dir       string
	meta      metadata
	doc       *yamldoc.Document // of Chart.yaml
	values    *valuesFile       // nil when there is none
	templates []*unit
	extra     map[string]string // files that templates may read, by their name below dir, to their path
	deps      []*chartFiles
	absent    []string // dependencies that are not in the workspace
}

// A folderLoader reads charts through an FS.
type folderLoader struct {
	r        *Reader
	fs       *unpackedFS
	problems []deploy.Problem
	active   []string // folders that are being read
	failed   bool     // some file of a chart could not be read as it is
}

func (l *folderLoader) problem(p deploy.Problem) { l.problems = append(l.problems, p) }

// load reads the chart in a folder, or returns nil when there is none.
func (l *folderLoader) load(dir string) *chartFiles {
	if slices.Contains(l.active, dir) || len(l.active) > maxDepth {
		return nil
	}
	l.active = append(l.active, dir)
	defer func() { l.active = l.active[:len(l.active)-1] }()
	main := path.Join(dir, "Chart.yaml")
	data, err := l.fs.ReadFile(main)
	if err != nil {
		return nil
	}
	c := &chartFiles{dir: dir, extra: map[string]string{}}
	c.doc = yamldoc.Parse(main, data)
	c.doc.Text.Edited = editedIn(main)
	if c.doc.Err != nil {
		l.failed = true
		l.problem(*c.doc.Err)
		return nil
	}
	if err := unmarshal(data, &c.meta); err != nil {
		l.problem(deploy.Problem{Pos: c.doc.Text.Pos(0, 0), Message: "the chart can't be read: " + err.Error(), Absent: true})
		return nil
	}
	c.meta.Name = path.Base("/" + c.meta.Name)
	if c.meta.Name == "/" {
		c.meta.Name = path.Base(dir)
		l.problem(deploy.Problem{Pos: c.doc.Text.Pos(0, 0), Message: "the chart has no name", Absent: true})
	}
	if c.meta.APIVersion == "" {
		c.meta.APIVersion = helmchart.APIVersionV1
	}
	l.files(c)
	l.fileDependencies(c)
	return c
}

// files reads what belongs to a chart below its folder.
func (l *folderLoader) files(c *chartFiles) {
	rules := l.ignored(c.dir)
	subs := map[string]bool{}
	for i, file := range l.fs.List(c.dir) {
		name := below2(c.dir, file)
		if name == "" || rules.ignores(name) {
			continue
		}
		if i > maxFiles {
			l.problem(deploy.Problem{Pos: c.doc.Text.Pos(0, 0), Message: fmt.Sprintf("the chart has more than %d files; the rest is not read", maxFiles), Absent: true})
			break
		}
		switch first, rest, nested := strings.Cut(name, "/"); {
		case name == "Chart.yaml":
		case name == "values.yaml":
			c.values = l.valuesFile(file)
		case name == "requirements.yaml":
			l.requirements(c, file)
		case first == "templates" && nested:
			l.template(c, file, name)
		case first == "charts" && nested:
			if sub, _, ok := strings.Cut(rest, "/"); ok && !strings.HasPrefix(sub, "_") && !strings.HasPrefix(sub, ".") {
				subs[sub] = true
			}
		default:
			c.extra[name] = file
		}
	}
	if notes := "templates/NOTES.txt"; !slices.ContainsFunc(c.templates, func(u *unit) bool { return u.name == notes }) && !rules.ignores(notes) {
		l.template(c, path.Join(c.dir, notes), notes)
	}
	for _, u := range c.templates { // files may be of kinds that are not listed
		for _, name := range u.uses.files {
			if c.extra[name] == "" && isInside(name) && !rules.ignores(name) {
				c.extra[name] = path.Join(c.dir, name)
			}
		}
	}
	if c.values == nil { // it may be of a kind that is not listed
		c.values = l.valuesFile(path.Join(c.dir, "values.yaml"))
	}
	for _, sub := range sorted(subs) {
		if d := l.load(path.Join(c.dir, "charts", sub)); d != nil {
			c.deps = append(c.deps, d)
		}
	}
}

func (l *folderLoader) valuesFile(file string) *valuesFile {
	data, err := l.fs.ReadFile(file)
	if err != nil {
		return nil
	}
	v := l.r.values(file, data)
	if v.err != nil && !fromPacked(file) {
		l.failed = true
		l.problem(*v.err)
	}
	return v
}

func (l *folderLoader) requirements(c *chartFiles, file string) {
	data, err := l.fs.ReadFile(file)
	if err != nil {
		return
	}
	var more struct {
		Dependencies []*helmchart.Dependency `json:"dependencies"`
	}
	if unmarshal(data, &more) == nil && more.Dependencies != nil {
		c.meta.Dependencies = more.Dependencies
	}
}

func (l *folderLoader) template(c *chartFiles, file, name string) {
	data, err := l.fs.ReadFile(file)
	if err != nil {
		return
	}
	if len(data) > maxTemplate {
		l.problem(deploy.Problem{Pos: deploy.Pos{File: file, Line: 1, Column: 1}, Message: fmt.Sprintf("the template is too large to be read (%d bytes)", len(data)), Absent: true})
		return
	}
	u := l.r.unit(file, name, data)
	if u.err != nil && !fromPacked(file) {
		l.failed = l.failed || !u.err.Absent
		l.problem(*u.err)
	}
	c.templates = append(c.templates, u)
}

// fileDependencies adds the charts that Chart.yaml takes from archives and from other
// folders of the workspace, and notes those that are not in it.
func (l *folderLoader) fileDependencies(c *chartFiles) {
	c.meta.Dependencies = slices.DeleteFunc(c.meta.Dependencies, func(r *helmchart.Dependency) bool { return r == nil || r.Name == "" })
	for _, r := range c.meta.Dependencies {
		if slices.ContainsFunc(c.deps, func(d *chartFiles) bool { return d.meta.Name == r.Name }) {
			continue
		}
		if archive := l.unpack(c, r); archive != "" {
			if d := l.load(archive); d != nil {
				c.deps = append(c.deps, d)
				continue
			}
		}
		if where, ok := strings.CutPrefix(r.Repository, "file://"); ok {
			dir := path.Join(c.dir, where)
			if !path.IsAbs(where) && dir != ".." && !strings.HasPrefix(dir, "../") {
				if d := l.load(dir); d != nil {
					c.deps = append(c.deps, d)
					continue
				}
			}
		}
		c.absent = append(c.absent, r.Name)
		if isPacked(c.dir + "/") {
			continue
		}
		l.problem(deploy.Problem{
			Pos:     l.dependencyPos(c, r.Name),
			Message: fmt.Sprintf("the chart %s is not in the workspace; what it deploys is not known", r.Name),
			Absent:  true,
		})
	}
}

// dependencyPos is where Chart.yaml names a dependency.
func (l *folderLoader) dependencyPos(c *chartFiles, name string) deploy.Pos {
	if len(c.doc.Roots) > 0 {
		m := yamldoc.NewMapper(func(*yamlNode, string) {})
		for _, item := range yamldoc.ListOf(m.Get(c.doc.Roots[0], "dependencies")) {
			if n := m.Get(item, "name"); n != nil && yamldoc.Deref(n).Value == name {
				return c.doc.Pos(n)
			}
		}
	}
	return c.doc.Text.Pos(0, 0)
}

// instance makes a tree of charts that may be named and valued anew.
func (c *chartFiles) instance() *chart {
	out := &chart{files: c, meta: c.meta}
	out.meta.Dependencies = nil
	for _, r := range c.meta.Dependencies {
		dep := *r
		out.meta.Dependencies = append(out.meta.Dependencies, &dep)
	}
	if c.values != nil {
		out.values = c.values.data
	}
	deps := make([]*chart, len(c.deps))
	for i, d := range c.deps {
		deps[i] = d.instance()
	}
	out.setDeps(deps)
	return out
}

// isLibrary reports whether a chart has named templates only.
func isLibrary(m *metadata) bool { return strings.EqualFold(m.Type, "library") }

// below2 returns the name of a file below a folder.
func below2(dir, file string) string {
	if dir == "." {
		return file
	}
	return strings.TrimPrefix(strings.TrimPrefix(file, dir), "/")
}

// An ignorer is a .helmignore file.
type ignorer struct{ rules *ignore.Rules }

func (l *folderLoader) ignored(dir string) ignorer {
	data, err := l.fs.ReadFile(path.Join(dir, ignore.HelmIgnore))
	rules := ignore.Empty()
	if err == nil {
		if r, err := ignore.Parse(bytes.NewReader(data)); err == nil {
			rules = r
		}
	}
	rules.AddDefaults()
	return ignorer{rules}
}

// ignores reports whether a file or one of the folders above it is ignored.
func (i ignorer) ignores(name string) bool {
	for at := 0; at < len(name); at++ {
		if name[at] == '/' && i.rules.Ignore(name[:at], fileInfo{name[:at], true}) {
			return true
		}
	}
	return i.rules.Ignore(name, fileInfo{name, false})
}

// fileInfo is what the rules want to know about a file.
type fileInfo struct {
	name string
	dir  bool
}

func (f fileInfo) Name() string       { return path.Base(f.name) }
func (f fileInfo) Size() int64        { return 0 }
func (f fileInfo) ModTime() time.Time { return time.Time{} }
func (f fileInfo) IsDir() bool        { return f.dir }
func (f fileInfo) Sys() any           { return nil }
func (f fileInfo) Mode() fs.FileMode {
	if f.dir {
		return fs.ModeDir
	}
	return 0
}
