package helm

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

// Helmfile (https://helmfile.readthedocs.io) deploys releases: charts, each with
// files of values and values of its own, for one of several environments, which
// have values themselves. Releases of charts that are not in the workspace are left
// out: brokers and databases for the most part.

// isHelmfile reports whether a file is one that the program helmfile reads by itself.
func isHelmfile(file string) bool {
	base := strings.TrimSuffix(path.Base(file), ".gotmpl")
	return base == "helmfile.yaml" || base == "helmfile.yml" || path.Base(path.Dir(file)) == "helmfile.d" && (strings.HasSuffix(base, ".yaml") || strings.HasSuffix(base, ".yml"))
}

// helmfileSets finds the environments of a helmfile.
func (l *folderLoader) helmfileSets(file string) []group {
	h := l.openHelmfile(file, "default", 0)
	names := h.environments
	if len(names) == 0 {
		names = []string{"default"}
	}
	var out []group
	for i, name := range names {
		list := l.helmfile(file, name)
		if len(list) == 0 {
			continue
		}
		g := setOf(byHelmfile, name, []string{file}, list)
		if name == "default" {
			g.set.ID = byHelmfile
		}
		g.set.Default = name == "default" || i == 0 && !slices.Contains(names, "default")
		out = append(out, g)
	}
	return out
}

// helmfile reads the releases of an environment.
func (l *folderLoader) helmfile(file, environment string) []described {
	return l.openHelmfile(file, environment, 0).releases
}

// A helmfile is what one says for an environment.
type helmfile struct {
	l            *folderLoader
	dir          string
	environment  string
	environments []string
	values       []*valuesFile  // of the environment
	data         map[string]any // the same
	releases     []described
}

const maxHelmfiles = 10 // that are in one another

func (l *folderLoader) openHelmfile(file, environment string, depth int) *helmfile {
	h := &helmfile{l: l, dir: path.Dir(file), environment: environment, data: map[string]any{}}
	h.read(file, depth)
	return h
}

// dot is what templates see.
func (h *helmfile) dot() map[string]any {
	return map[string]any{
		"Environment": map[string]any{"Name": h.environment, "KubeContext": unknown, "Values": h.data},
		"Values":      Values(h.data), "StateValues": Values(h.data), "Namespace": unknown,
	}
}

// read reads a file part by part: values that one part sets count in those behind it.
func (h *helmfile) read(file string, depth int) {
	data, err := h.l.fs.ReadFile(file)
	if err != nil || len(data) > maxTemplate || depth > maxHelmfiles {
		return
	}
	doc := h.document(file, data)
	if doc == nil {
		return
	}
	m := yamldoc.NewMapper(func(*yaml.Node, string) {})
	before := len(h.values)
	for _, root := range doc.Roots {
		h.bases(m, root, depth)
		h.readEnvironments(doc, m, root)
	}
	if len(h.values) > before && bytes.Contains(data, []byte("{{")) { // now it is known what its templates see
		if doc = h.document(file, data); doc == nil {
			return
		}
	}
	for _, root := range doc.Roots {
		for _, n := range yamldoc.ListOf(m.Get(root, "releases")) {
			h.release(doc, m, n)
		}
		for _, n := range yamldoc.ListOf(m.Get(root, "helmfiles")) {
			h.nested(m, n, depth)
		}
	}
}

// document parses a file, rendered if it is a template.
func (h *helmfile) document(file string, data []byte) *yamldoc.Document {
	var edited func(start, end int) deploy.Pos
	if bytes.Contains(data, []byte("{{")) {
		out, at, ok := h.l.renderText(file, data, h.dot(), h.values)
		if !ok {
			return nil
		}
		data, edited = []byte(out), at
	}
	doc := yamldoc.Parse(file, data)
	doc.Text.Edited = edited
	if doc.Err != nil {
		if edited == nil {
			h.l.failed = true
			h.l.problem(*doc.Err)
		} else {
			h.l.problem(deploy.Problem{Pos: deploy.Pos{File: file, Line: 1, Column: 1}, Message: "not rendered as YAML without what is given on deploying: " + doc.Err.Message, Absent: true})
		}
	}
	return doc
}

func (h *helmfile) bases(m *yamldoc.Mapper, root *yaml.Node, depth int) {
	for _, n := range yamldoc.ListOf(m.Get(root, "bases")) {
		if file := path.Join(h.dir, yamldoc.Deref(n).Value); isWithin(file) {
			h.read(file, depth+1)
		}
	}
}

// readEnvironments reads which environments there are, and the values of this one.
func (h *helmfile) readEnvironments(doc *yamldoc.Document, m *yamldoc.Mapper, root *yaml.Node) {
	h.layers(doc, m, m.Get(root, "values"))
	for _, p := range m.Pairs(yamldoc.Deref(orEmpty(m.Get(root, "environments")))) {
		name := yamldoc.Deref(p.Key).Value
		if !slices.Contains(h.environments, name) {
			h.environments = append(h.environments, name)
		}
		if name == h.environment {
			h.layers(doc, m, at(m, p.Value, "values"))
		}
	}
}

// layers lays values of an environment over those before them.
func (h *helmfile) layers(doc *yamldoc.Document, m *yamldoc.Mapper, list *yaml.Node) {
	if list == nil {
		return
	}
	for _, n := range yamldoc.ListOf(list) {
		v := h.layer(doc, n).values
		if v == nil {
			continue
		}
		h.values = append(h.values, v)
		h.data = overlay(h.data, v.data)
	}
}

// layer reads an element of a list of values: a file, or values themselves.
func (h *helmfile) layer(doc *yamldoc.Document, n *yaml.Node) layer {
	n = yamldoc.Deref(n)
	switch {
	case n.Kind == yaml.MappingNode:
		return layer{values: valuesOf(doc, n)}
	case n.Kind != yaml.ScalarNode || n.Value == "":
		return layer{}
	}
	v := layer{file: path.Join(h.dir, n.Value), rendered: path.Ext(n.Value) == ".gotmpl"}
	if !isWithin(v.file) || path.IsAbs(n.Value) || strings.Contains(n.Value, "://") || strings.Contains(n.Value, unknown) {
		if !strings.Contains(n.Value, unknown) {
			h.l.problem(deploy.Problem{Pos: doc.Pos(n), Message: n.Value + " is outside of the workspace and is not read", Absent: true})
		}
		return layer{}
	}
	data, err := h.l.fs.ReadFile(v.file)
	if err != nil {
		h.l.problem(deploy.Problem{Pos: doc.Pos(n), Message: "there is no values file " + v.file, Absent: true})
		return layer{}
	}
	if !v.rendered {
		v.values = h.l.valuesFile(v.file)
		return v
	}
	v.values = &valuesFile{doc: yamldoc.Parse(v.file, nil), data: map[string]any{}, nodes: map[*byte]valueNode{}}
	if out, edited, ok := h.l.renderText(v.file, data, h.dot(), h.values); ok {
		v.values = parseValuesAt(v.file, []byte(out), edited)
	}
	return v
}

// release reads a release of a chart of the workspace.
func (h *helmfile) release(doc *yamldoc.Document, m *yamldoc.Mapper, n *yaml.Node) {
	n = yamldoc.Deref(n)
	chart := text(m, n, "chart")
	d := described{name: text(m, n, "name"), namespace: text(m, n, "namespace"), chart: path.Join(h.dir, chart), pos: doc.Pos(n)}
	if chart == "" || path.IsAbs(chart) || !h.l.isChart(d.chart) || text(m, n, "installed") == "false" || !h.isOn(text(m, n, "condition")) {
		return
	}
	for _, v := range yamldoc.ListOf(m.Get(n, "values")) {
		if v := h.layer(doc, v); v.values != nil {
			d.values = append(d.values, v)
		}
	}
	for _, key := range []string{"set", "setString"} {
		var list []given
		for _, s := range yamldoc.ListOf(m.Get(n, key)) {
			if value := m.Get(s, "value"); value != nil {
				list = append(list, given{name: at(m, s, "name"), node: value, text: key == "setString"})
			}
		}
		if len(list) > 0 {
			d.values = append(d.values, layer{values: valuesGiven(doc, list)})
		}
	}
	h.releases = append(h.releases, d)
}

// isOn reports whether a condition of a release is not false in the environment's values.
func (h *helmfile) isOn(condition string) bool {
	keys := strings.Split(condition, ".")
	t, ok := lookUp(h.data, keys[:len(keys)-1])
	if condition == "" || !ok {
		return true
	}
	on, is := t[keys[len(keys)-1]].(bool)
	return !is || on
}

// nested takes in another helmfile, with the values of the environment there.
func (h *helmfile) nested(m *yamldoc.Mapper, n *yaml.Node, depth int) {
	n = yamldoc.Deref(n)
	file := n.Value
	if n.Kind == yaml.MappingNode {
		file = text(m, n, "path")
	}
	if file == "" || strings.Contains(file, "://") || strings.Contains(file, "::") || path.IsAbs(file) {
		return
	}
	file = path.Join(h.dir, file)
	if !isWithin(file) {
		return
	}
	files := []string{file}
	if strings.ContainsAny(file, "*?[") {
		files = slices.DeleteFunc(slices.Clone(h.l.fs.List(fixedPart(file))), func(f string) bool { ok, err := path.Match(file, f); return !ok || err != nil })
	}
	for _, f := range files {
		h.releases = append(h.releases, h.l.openHelmfile(f, h.environment, depth+1).releases...)
	}
}

// fixedPart is the folder of a pattern that every match is below.
func fixedPart(pattern string) string {
	at := strings.IndexAny(pattern, "*?[")
	return path.Dir(pattern[:at] + "x")
}

func orEmpty(n *yaml.Node) *yaml.Node {
	if n == nil {
		return &yaml.Node{Kind: yaml.MappingNode}
	}
	return n
}
