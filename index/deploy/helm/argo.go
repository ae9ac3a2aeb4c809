package helm

import (
	"bytes"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

// Applications of Argo CD deploy charts of a repository with values
// (https://argo-cd.readthedocs.io/en/stable/user-guide/helm/), and sets of
// applications make many of one template. That an application means this workspace
// and not another repository is told by the folder that it names being a chart here.

// mayHoldApplications reports whether a file may hold applications, by its name.
func mayHoldApplications(file string) bool {
	if ext := path.Ext(file); ext != ".yaml" && ext != ".yml" {
		return false
	}
	file = strings.ToLower(file)
	base, dir := path.Base(file), path.Base(path.Dir(file))
	return strings.Contains(file, "argo") || strings.Contains(file, "gitops") || strings.Contains(base, "application") || strings.Contains(base, "appset") ||
		dir == "apps" || dir == "applications" || dir == "applicationsets"
}

// argoSets finds the environments that applications make: those of one stage are
// deployed together.
func (l *folderLoader) argoSets(all []string) []group {
	var files []string
	for _, file := range all {
		if mayHoldApplications(file) {
			files = append(files, file)
		}
	}
	byStage := map[string][]described{}
	from := map[string][]string{}
	for _, file := range files {
		for _, d := range l.applications(file) {
			if slices.ContainsFunc(byStage[d.stage], d.again) {
				continue
			}
			byStage[d.stage] = append(byStage[d.stage], d)
			if !slices.Contains(from[d.stage], file) {
				from[d.stage] = append(from[d.stage], file)
			}
		}
	}
	var out []group
	for _, stage := range sorted(byStage) {
		out = append(out, setOf(byArgo, stage, from[stage], byStage[stage]))
	}
	return out
}

// argo reads the releases of a stage.
func (l *folderLoader) argo(files []string, stage string) []described {
	var out []described
	for _, file := range files {
		if !mayHoldApplications(file) {
			continue
		}
		for _, d := range l.applications(file) {
			if d.stage == stage && !slices.ContainsFunc(out, d.again) {
				out = append(out, d)
			}
		}
	}
	return out
}

// again reports whether a release is another one described once more, as where
// applications stand in the folders of several clusters.
func (d *described) again(o described) bool {
	return d.chart == o.chart && d.name == o.name && d.namespace == o.namespace
}

// applications reads the releases that a file's applications are.
func (l *folderLoader) applications(file string) []described {
	data, err := l.fs.ReadFile(file)
	if err != nil || !bytes.Contains(data, []byte("argoproj.io")) || !bytes.Contains(data, []byte("Application")) {
		return nil
	}
	doc := yamldoc.Parse(file, data)
	m := yamldoc.NewMapper(func(*yaml.Node, string) {})
	var out []described
	for _, root := range doc.Roots {
		if !strings.HasPrefix(text(m, root, "apiVersion"), "argoproj.io/") {
			continue
		}
		a := &application{l: l, doc: doc, m: m}
		switch text(m, root, "kind") {
		case "Application":
			out = append(out, a.releases(root, root)...)
		case "ApplicationSet":
			for _, row := range a.rows(at(m, root, "spec", "generators"), 0) {
				a.row = row
				if t := at(m, root, "spec", "template"); t != nil {
					out = append(out, a.releases(t, root)...)
				}
			}
		}
	}
	return out
}

// An application is read with the values of its parameters, in a set.
type application struct {
	l   *folderLoader
	doc *yamldoc.Document
	m   *yamldoc.Mapper
	row map[string]string // nil outside of sets
}

// releases reads the sources of an application that are charts here.
func (a *application) releases(n, root *yaml.Node) []described {
	m := a.m
	sources := yamldoc.ListOf(at(m, n, "spec", "sources"))
	if s := at(m, n, "spec", "source"); s != nil {
		sources = append(sources, s)
	}
	refs := map[string]bool{}
	for _, s := range sources {
		refs[text(m, s, "ref")] = true
	}
	name := a.text(n, "metadata", "name")
	var out []described
	for _, s := range sources {
		dir := path.Clean(a.text(s, "path"))
		if dir == "." && a.text(s, "path") == "" || !a.l.isChart(dir) {
			continue
		}
		d := described{name: a.text(s, "helm", "releaseName"), namespace: a.text(n, "spec", "destination", "namespace"), chart: dir, pos: a.doc.Pos(yamldoc.Deref(root))}
		if d.name == "" {
			d.name = name
		}
		d.values = a.values(s, dir, refs)
		names := []string{name, d.namespace}
		for i := len(d.values) - 1; i >= 0; i-- {
			if file := d.values[i].file; file != "" {
				names = append(names, label(file), path.Base(path.Dir(file)))
			}
		}
		d.stage = stageOf(append(names, path.Base(path.Dir(a.doc.Text.File)), path.Base(a.doc.Text.File))...)
		out = append(out, d)
	}
	return out
}

// values reads what is laid over a chart's own values: files, then values, then the
// values that are an object, then parameters.
func (a *application) values(s *yaml.Node, dir string, refs map[string]bool) []layer {
	h := at(a.m, s, "helm")
	if h == nil {
		return nil
	}
	var out []layer
	optional := text(a.m, h, "ignoreMissingValueFiles") == "true"
	for _, f := range yamldoc.ListOf(a.m.Get(h, "valueFiles")) {
		name, ok := a.fill(yamldoc.Deref(f).Value)
		if !ok || strings.Contains(name, "://") {
			continue
		}
		file := path.Join(dir, name)
		if ref, rest, ok := strings.Cut(strings.TrimPrefix(name, "$"), "/"); ok && name[0] == '$' {
			if !refs[ref] || !a.l.fs.IsFile(path.Clean(rest)) {
				continue // another repository's
			}
			file = path.Clean(rest)
		} else if path.IsAbs(name) {
			file = path.Clean(name[1:]) // from the root of the repository
		}
		out = append(out, layer{file: file, optional: optional})
	}
	if n := at(a.m, h, "values"); n != nil && n.Kind == yaml.ScalarNode && n.Value != "" {
		if value, ok := a.fill(n.Value); ok {
			out = append(out, layer{values: parseValuesAt(a.doc.Text.File, []byte(value), a.inside(n, value))})
		}
	}
	if n := at(a.m, h, "valuesObject"); n != nil && n.Kind == yaml.MappingNode && a.row == nil {
		out = append(out, layer{values: valuesOf(a.doc, n)})
	}
	if list := a.parameters(h); len(list) > 0 {
		out = append(out, layer{values: valuesGiven(a.doc, list)})
	}
	return out
}

// inside says where the parts of a text stand that a scalar has; the whole of it
// where it is written in another form.
func (a *application) inside(n *yaml.Node, value string) func(start, end int) deploy.Pos {
	lines := a.doc.Lines(n)
	text := deploy.NewText("", []byte(value))
	return func(start, end int) deploy.Pos {
		own := text.Own(start, end)
		if value != n.Value || own.Line > len(lines) {
			return a.doc.Pos(n)
		}
		from, to := text.Line(own.Line)
		line := lines[own.Line-1]
		if end > to || int(line.End-line.Start) != to-from {
			return line
		}
		return a.doc.Text.Pos(int(line.Start)+start-from, int(line.Start)+end-from)
	}
}

func (a *application) parameters(h *yaml.Node) []given {
	var out []given
	for _, p := range yamldoc.ListOf(a.m.Get(h, "parameters")) {
		n := at(a.m, p, "value")
		if n == nil || n.Kind != yaml.ScalarNode {
			continue
		}
		value, ok := a.fill(n.Value)
		if !ok {
			value = unknown
		}
		if value != n.Value {
			filled := *n
			filled.Value = value
			n = &filled
		}
		out = append(out, given{name: at(a.m, p, "name"), node: n, text: text(a.m, p, "forceString") == "true"})
	}
	return out
}

// text is a scalar with the parameters of a set filled in; "" when one is not known.
func (a *application) text(n *yaml.Node, keys ...string) string {
	s, ok := a.fill(text(a.m, n, keys...))
	if !ok {
		return ""
	}
	return s
}

// parameter is one in the template of a set: {{env}}, or {{ .env }} where it is one of Go.
var parameter = regexp.MustCompile(`\{\{-?\s*\.?([\w.\[\]-]+)\s*-?\}\}`)

// fill fills parameters in; ok is false when one is not known.
func (a *application) fill(s string) (out string, ok bool) {
	if a.row == nil || !strings.Contains(s, "{{") {
		return s, true
	}
	ok = true
	out = parameter.ReplaceAllStringFunc(s, func(p string) string {
		v, known := a.row[parameter.FindStringSubmatch(p)[1]]
		ok = ok && known
		return v
	})
	return out, ok && !strings.Contains(out, "{{")
}

// maxRows is how many applications a set makes at most.
const maxRows = 500

// rows lists the parameters that the generators of a set make: those of lists,
// folders and files of the repository, and combinations of these. Clusters and
// what is asked of other machines are not known.
func (a *application) rows(generators *yaml.Node, depth int) []map[string]string {
	var out []map[string]string
	for _, g := range yamldoc.ListOf(orEmptyList(generators)) {
		g = yamldoc.Deref(g)
		for _, e := range yamldoc.ListOf(at(a.m, g, "list", "elements")) {
			row := map[string]string{}
			a.take(row, "", yamldoc.Deref(e))
			out = append(out, row)
		}
		out = append(out, a.folders(yamldoc.ListOf(at(a.m, g, "git", "directories")))...)
		out = append(out, a.filesOf(yamldoc.ListOf(at(a.m, g, "git", "files")))...)
		if m := at(a.m, g, "matrix", "generators"); m != nil && depth == 0 && len(m.Content) == 2 {
			single := func(i int) []map[string]string {
				return a.rows(&yaml.Node{Kind: yaml.SequenceNode, Content: m.Content[i : i+1]}, depth+1)
			}
			second := single(1)
			for _, x := range single(0) {
				for _, y := range second {
					row := maps.Clone(x)
					maps.Copy(row, y)
					out = append(out, row)
				}
			}
		}
		if len(out) > maxRows {
			return out[:maxRows]
		}
	}
	return out
}

func orEmptyList(n *yaml.Node) *yaml.Node {
	if n == nil {
		return &yaml.Node{Kind: yaml.SequenceNode}
	}
	return n
}

// take takes the scalars of a mapping as parameters, called by their path.
func (a *application) take(row map[string]string, name string, n *yaml.Node) {
	switch n.Kind {
	case yaml.ScalarNode:
		row[name] = n.Value
	case yaml.MappingNode:
		for _, p := range a.m.Pairs(n) {
			key := yamldoc.Deref(p.Key).Value
			if name != "" {
				key = name + "." + key
			}
			if strings.Count(key, ".") < 10 {
				a.take(row, key, yamldoc.Deref(p.Value))
			}
		}
	}
}

// folders are the rows of the folders that patterns name.
func (a *application) folders(patterns []*yaml.Node) []map[string]string {
	var dirs []string
	for _, p := range patterns {
		pattern := path.Clean(text(a.m, p, "path"))
		if !isWithin(pattern) || pattern == "." {
			continue
		}
		matches := func(dir string) bool { ok, err := path.Match(pattern, dir); return ok && err == nil }
		if text(a.m, p, "exclude") == "true" {
			dirs = slices.DeleteFunc(dirs, matches)
			continue
		}
		for _, file := range a.l.fs.List(fixedPart(pattern + "*")) {
			for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
				if matches(dir) && !slices.Contains(dirs, dir) && len(dirs) < maxRows {
					dirs = append(dirs, dir)
				}
			}
		}
	}
	slices.Sort(dirs)
	var out []map[string]string
	for _, dir := range dirs {
		out = append(out, pathRow(dir))
	}
	return out
}

// pathRow are the parameters that a folder gives.
func pathRow(dir string) map[string]string {
	row := map[string]string{"path": dir, "path.path": dir, "path.basename": path.Base(dir), "path.basenameNormalized": strings.ReplaceAll(path.Base(dir), "_", "-")}
	for i, part := range strings.Split(dir, "/") {
		row["path["+string(rune('0'+i%10))+"]"] = part
	}
	return row
}

// filesOf are the rows of the files that patterns name: what stands in them, and where.
func (a *application) filesOf(patterns []*yaml.Node) []map[string]string {
	var out []map[string]string
	for _, p := range patterns {
		pattern := path.Clean(text(a.m, p, "path"))
		if !isWithin(pattern) || pattern == "." {
			continue
		}
		parts := slices.CompactFunc(strings.Split(pattern, "/"), func(a, b string) bool { return a == "**" && a == b })
		if strings.Count(pattern, "**") > 3 {
			continue
		}
		for _, file := range a.l.fs.List(fixedPart(pattern + "*")) {
			if !matchesDeep(parts, strings.Split(file, "/")) || len(out) >= maxRows {
				continue
			}
			data, err := a.l.fs.ReadFile(file)
			if err != nil {
				continue
			}
			row := pathRow(path.Dir(file))
			row["path.filename"] = path.Base(file)
			for _, root := range yamldoc.Parse(file, data).Roots {
				a.take(row, "", root)
			}
			out = append(out, row)
		}
	}
	return out
}

// matchesDeep reports whether a path matches a pattern in which ** is any folders.
func matchesDeep(pattern, file []string) bool {
	if len(pattern) == 0 || len(file) == 0 {
		return len(pattern) == len(file)
	}
	if pattern[0] == "**" {
		return matchesDeep(pattern[1:], file) || matchesDeep(pattern, file[1:])
	}
	ok, err := path.Match(pattern[0], file[0])
	return ok && err == nil && matchesDeep(pattern[1:], file[1:])
}
