package helm

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/stages"
	"topicls/index/deploy/yamldoc"
)

// Charts are deployed with values that others than the chart lay over its own, often
// one chart several times: Helmfile, applications of Argo CD and folders of values
// say so. What they deploy together is one environment.

// A described release is one that a file describes.
type described struct {
	name, namespace string
	chart           string // the chart's folder
	stage           string // "" for the one that there is
	values          []layer
	pos             deploy.Pos
}

// A layer is a file of values, or values that stand where the release is described.
type layer struct {
	file     string
	rendered bool // the file is a template of Helmfile's
	values   *valuesFile
	optional bool
}

// The ways in which releases are described: the first part of a set's Part, the
// second is the stage.
const (
	byHelmfile = "helmfile"
	byArgo     = "argocd"
	byFolders  = "values"
)

// A group is an environment that releases make.
type group struct {
	set      deploy.FileSet
	releases []described
}

// withReleases adds the environments that releases make to those of single charts.
// What is the same stays one; a chart that is deployed several times at once is no
// environment by itself.
func (r *Reader) withReleases(fs deploy.FS, all []string, charts []*found, sets []deploy.FileSet) []deploy.FileSet {
	l := &folderLoader{r: r, fs: &unpackedFS{Recorder: deploy.Record(fs)}}
	var groups []group
	for _, file := range all {
		if isHelmfile(file) {
			groups = append(groups, l.helmfileSets(file)...)
		}
	}
	groups = append(groups, l.argoSets(all)...)
	groups = append(groups, l.folderSets(charts, all)...)

	drop := map[int]bool{}
	var out []deploy.FileSet
	for _, g := range groups {
		times := map[string]int{}
		for i := range g.releases {
			times[g.releases[i].chart]++
			if same := slices.IndexFunc(sets, g.releases[i].is); same >= 0 {
				if len(g.releases) == 1 {
					g.set.ID = ""
					break
				}
				if !sets[same].Default {
					drop[same] = true
				}
			}
		}
		if g.set.ID == "" {
			continue
		}
		for i := range sets {
			switch n := times[sets[i].Dir]; {
			case n > 1:
				drop[i] = drop[i] || len(sets[i].Files) < 3
			case n == 1 && g.set.Default:
				sets[i].Default = false
			}
		}
		out = append(out, g.set)
	}
	for i := range sets {
		if !drop[i] {
			out = append(out, sets[i])
		}
	}
	if len(groups) > 0 && !slices.ContainsFunc(out, func(s deploy.FileSet) bool { return s.Default }) {
		best := -1
		for i := range out {
			if out[i].Part != "" && (best < 0 || stages.Rank(out[i].ID) < stages.Rank(out[best].ID)) {
				best = i
			}
		}
		if best >= 0 {
			out[best].Default = true
		}
	}
	return out
}

// is reports whether a release is what a chart's environment is already.
func (d *described) is(set deploy.FileSet) bool {
	if set.Part != "" || set.Dir != d.chart {
		return false
	}
	files := []string{path.Join(d.chart, "Chart.yaml")}
	if own := path.Join(d.chart, "values.yaml"); slices.Contains(set.Files, own) {
		files = append(files, own)
	}
	for _, v := range d.values {
		if v.file == "" || v.rendered {
			return false
		}
		if !slices.Contains(files, v.file) {
			files = append(files, v.file)
		}
	}
	return slices.Equal(files, set.Files)
}

// described reads the releases of a set.
func (l *folderLoader) described(set deploy.FileSet) []release {
	by, stage, _ := strings.Cut(set.Part, ":")
	var list []described
	switch by {
	case byHelmfile:
		list = l.helmfile(set.Files[0], stage)
	case byArgo:
		list = l.argo(set.Files, stage)
	case byFolders:
		list = l.folders(set)
	}
	var out []release
	for i := range list {
		d := &list[i]
		c := l.load(d.chart)
		if c == nil {
			continue
		}
		rel := release{name: d.name, namespace: d.namespace, chart: c}
		if rel.namespace == "" {
			rel.namespace = "default"
		}
		for _, v := range d.values {
			if v.values == nil {
				v.values = l.layer(d, v)
			}
			if v.values != nil && !(c.values != nil && v.file == c.values.doc.Text.File) {
				rel.values = append(rel.values, v.values)
			}
		}
		out = append(out, rel)
	}
	return out
}

// layer reads a file of values.
func (l *folderLoader) layer(d *described, v layer) *valuesFile {
	if !isWithin(v.file) {
		l.problem(deploy.Problem{Pos: d.pos, Message: "the values file " + v.file + " is outside of the workspace and is not read", Absent: true})
		return nil
	}
	out := l.valuesFile(v.file)
	if out == nil && !v.optional {
		l.problem(deploy.Problem{Pos: d.pos, Message: "there is no values file " + v.file, Absent: true})
	}
	return out
}

// isWithin reports whether a clean path is in the workspace.
func isWithin(p string) bool {
	return p != "" && p != ".." && !strings.HasPrefix(p, "../") && !path.IsAbs(p) && !strings.Contains(p, "://")
}

// isChart reports whether a folder of the workspace is a chart's.
func (l *folderLoader) isChart(dir string) bool {
	return isWithin(dir) && l.fs.IsFile(path.Join(dir, "Chart.yaml"))
}

// setOf makes the environment of releases of one stage.
func setOf(by, stage string, main []string, list []described) group {
	set := deploy.FileSet{ID: by, Kind: "helm", Dir: path.Dir(main[0]), Files: slices.Clone(main), Part: by + ":" + stage, Default: stage == ""}
	if stage != "" {
		set.ID += ":" + stage
	}
	for i := range list {
		for _, v := range list[i].values {
			if v.file != "" && isWithin(v.file) && !slices.Contains(set.Files, v.file) {
				set.Files = append(set.Files, v.file)
			}
		}
	}
	return group{set, list}
}

// stageOf is the stage that a release is for, as the first of some names says.
func stageOf(names ...string) string {
	for _, n := range names {
		if s := stages.Of(n); s != "" {
			return s
		}
	}
	return ""
}

// valuesOf makes values of a mapping of a document.
func valuesOf(doc *yamldoc.Document, n *yaml.Node) *valuesFile {
	v := &valuesFile{doc: doc, data: map[string]any{}, nodes: map[*byte]valueNode{}}
	m := yamldoc.NewMapper(func(*yaml.Node, string) {})
	b := &binder{file: v, mapper: m}
	if t, ok := b.bind(n, decoded(m, n, 0)).(map[string]any); ok {
		v.data = t
	}
	return v
}

// decoded is what a node stands for, with numbers as Helm has them.
func decoded(m *yamldoc.Mapper, n *yaml.Node, depth int) any {
	n = yamldoc.Deref(n)
	switch {
	case depth > 100:
	case n.Kind == yaml.MappingNode:
		out := map[string]any{}
		for _, p := range m.Pairs(n) {
			out[yamldoc.Deref(p.Key).Value] = decoded(m, p.Value, depth+1)
		}
		return out
	case n.Kind == yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, item := range n.Content {
			out[i] = decoded(m, item, depth+1)
		}
		return out
	case n.Kind == yaml.ScalarNode:
		var v any
		if n.Decode(&v) != nil {
			return n.Value
		}
		switch v := v.(type) {
		case int:
			return float64(v)
		case bool, float64, nil:
			return v
		}
		return n.Value
	}
	return nil
}

// given is a single value, by its path of keys, as --set has it.
type given struct {
	name *yaml.Node // has the path of keys
	node *yaml.Node
	text bool // as --set-string
}

// valuesGiven makes values of single ones.
func valuesGiven(doc *yamldoc.Document, list []given) *valuesFile {
	v := &valuesFile{doc: doc, data: map[string]any{}, nodes: map[*byte]valueNode{}}
	for _, g := range list {
		if g.name == nil {
			continue
		}
		keys := keysOf(g.name.Value)
		n := yamldoc.Deref(g.node)
		if len(keys) == 0 || n.Kind != yaml.ScalarNode || yamldoc.IsNull(n) {
			continue
		}
		at := v.data
		for _, k := range keys[:len(keys)-1] {
			next, ok := at[k].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[k] = next
			}
			at = next
		}
		key := clone(keys[len(keys)-1])
		v.nodes[unsafe.StringData(key)] = valueNode{node: lastOf(g.name, key), value: n}
		at[key] = v.scalar(n, g.text)
	}
	return v
}

// lastOf is the last key of a path, as if it stood there alone.
func lastOf(n *yaml.Node, key string) *yaml.Node {
	out := *n
	out.Value, out.Style = key, 0
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		out.Column++
	}
	out.Column += utf8.RuneCountInString(n.Value) - utf8.RuneCountInString(key)
	return &out
}

// scalar is a value as --set reads it.
func (v *valuesFile) scalar(n *yaml.Node, text bool) any {
	if !text {
		switch n.Value {
		case "true", "false":
			return n.Value == "true"
		case "null":
			return nil
		}
		if i, err := strconv.ParseInt(n.Value, 10, 64); err == nil && (n.Value == "0" || n.Value[0] != '0') {
			return i
		}
	}
	if n.Value == "" {
		return ""
	}
	s := clone(n.Value)
	v.nodes[unsafe.StringData(s)] = valueNode{node: n}
	return s
}

// keysOf splits the path of a value; nil for one in a list.
func keysOf(p string) []string {
	if strings.ContainsAny(p, "[{") {
		return nil
	}
	const mark = "\x00"
	keys := strings.Split(strings.ReplaceAll(p, `\.`, mark), ".")
	for i := range keys {
		if keys[i] = strings.ReplaceAll(keys[i], mark, "."); keys[i] == "" {
			return nil
		}
	}
	return keys
}

// text is a scalar of a mapping, "" when there is none.
func text(m *yamldoc.Mapper, n *yaml.Node, keys ...string) string {
	for _, k := range keys {
		if n == nil {
			return ""
		}
		n = m.Get(n, k)
	}
	if n == nil || yamldoc.Deref(n).Kind != yaml.ScalarNode || yamldoc.IsNull(n) {
		return ""
	}
	return yamldoc.Deref(n).Value
}

// at follows keys to a node, or nil.
func at(m *yamldoc.Mapper, n *yaml.Node, keys ...string) *yaml.Node {
	for _, k := range keys {
		if n == nil {
			return nil
		}
		n = m.Get(n, k)
	}
	if n == nil {
		return nil
	}
	return yamldoc.Deref(n)
}
