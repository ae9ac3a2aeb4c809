package helm

import (
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
)

// Matters implements deploy.Reader: charts, and YAML files that may hold values.
func (r *Reader) Matters(file string) bool {
	base := path.Base(file)
	return base == "Chart.yaml" || base == "requirements.yaml" || base == "values.yaml" || path.Ext(base) == ".gotmpl" || label(file) != "" ||
		isHelmfile(file) || mayHoldApplications(file)
}

// found is a chart that stands for itself.
type found struct {
	dir    string
	name   string
	deps   []string // the names under which it uses other charts
	values []string
}

// Discover implements deploy.Reader. Each chart that no other one uses, and that
// is not a library, is an environment with its values.yaml; so is each further
// values file by convention, laid over it, and what releases of charts make that
// are described elsewhere.
func (r *Reader) Discover(fs deploy.FS) []deploy.FileSet {
	all := fs.List(".")
	charts := r.charts(fs, all)
	if len(charts) == 0 {
		return nil
	}
	for _, file := range all {
		if label(file) != "" {
			if c := owner(charts, file); c != nil && r.isFor(fs, c, file) {
				c.values = append(c.values, file)
			}
		}
	}
	var out []deploy.FileSet
	for _, c := range charts {
		id := "helm"
		if len(charts) > 1 && c.dir != "." {
			id += ":" + c.dir
		}
		main := path.Join(c.dir, "Chart.yaml")
		files := []string{main}
		if fs := path.Join(c.dir, "values.yaml"); slices.Contains(all, fs) {
			files = append(files, fs)
		}
		out = append(out, deploy.FileSet{ID: id, Kind: "helm", Dir: c.dir, Files: files, Default: !isTestDir(c.dir)})
		for _, v := range c.values {
			out = append(out, deploy.FileSet{ID: id + ":" + label(v), Kind: "helm", Dir: c.dir, Files: append(slices.Clone(files), v)})
		}
	}
	out = r.withReleases(fs, all, charts, out)
	if !slices.ContainsFunc(out, func(s deploy.FileSet) bool { return s.Default }) {
		for i := range out {
			out[i].Default = len(out[i].Files) < 3
		}
	}
	deploy.SortSets(out)
	deploy.Distinct("helm", out)
	return out
}

// isFor reports whether a values file may be for a chart: it has a key of the
// chart's own values, or the name of a chart that it depends on. Values for
// charts from elsewhere often stand beside those of one's own.
func (r *Reader) isFor(fs deploy.FS, c *found, file string) bool {
	read := func(file string) *valuesFile {
		data, err := fs.ReadFile(file)
		if err != nil {
			return nil
		}
		return r.values(file, data)
	}
	own, v := read(path.Join(c.dir, "values.yaml")), read(file)
	if own == nil || v == nil || own.err != nil || v.err != nil || len(own.data) == 0 || len(v.data) == 0 {
		return true
	}
	for k := range v.data {
		if _, ok := own.data[k]; ok || k == globalKey || slices.Contains(c.deps, k) {
			return true
		}
	}
	return false
}

// charts finds the charts that stand for themselves, sorted by folder.
func (r *Reader) charts(fs deploy.FS, all []string) []*found {
	var dirs []string
	for _, file := range all {
		if path.Base(file) == "Chart.yaml" {
			dirs = append(dirs, path.Dir(file))
		}
	}
	used := map[string]bool{}
	metas := map[string]*metadata{}
	for _, dir := range dirs {
		data, err := fs.ReadFile(path.Join(dir, "Chart.yaml"))
		if err != nil {
			continue
		}
		meta := new(metadata)
		if unmarshal(data, meta) != nil {
			meta = &metadata{}
		}
		var more metadata
		if data, err := fs.ReadFile(path.Join(dir, "requirements.yaml")); err == nil && unmarshal(data, &more) == nil {
			meta.Dependencies = append(meta.Dependencies, more.Dependencies...)
		}
		metas[dir] = meta
		for _, d := range meta.Dependencies {
			if d == nil {
				continue
			}
			if where, ok := strings.CutPrefix(d.Repository, "file://"); ok && !path.IsAbs(where) {
				if sub := path.Join(dir, where); sub != dir {
					used[sub] = true
				}
			}
		}
	}
	var out []*found
	for _, dir := range dirs {
		meta := metas[dir]
		if meta == nil || isLibrary(meta) || used[dir] || inChart(dirs, dir) {
			continue
		}
		c := &found{dir: dir, name: meta.Name}
		for _, d := range meta.Dependencies {
			if d != nil {
				c.deps = append(c.deps, d.Name, d.Alias)
			}
		}
		for _, other := range dirs {
			if strings.HasPrefix(other, path.Join(dir, "charts")+"/") {
				c.deps = append(c.deps, path.Base(other))
			}
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *found) int { return strings.Compare(a.dir, b.dir) })
	return out
}

// inChart reports whether a chart is below the charts or templates folder of another.
func inChart(dirs []string, dir string) bool {
	for _, other := range dirs {
		rest := below2(other, dir)
		if other != dir && (other == "." || strings.HasPrefix(dir, other+"/")) &&
			(strings.HasPrefix(rest, "charts/") || strings.HasPrefix(rest, "templates/")) {
			return true
		}
	}
	return false
}

// valuesFolders are the names of folders whose YAML files are values by convention.
var valuesFolders = []string{"environments", "environment", "envs", "env", "values"}

// label is what tells a values file from the chart's own: "prod" for
// values-prod.yaml, values.prod.yaml, prod-values.yaml, environments/prod.yaml and
// environments/prod/values.yaml; "" for files that are none.
func label(file string) string {
	base := path.Base(file)
	ext := path.Ext(base)
	if ext != ".yaml" && ext != ".yml" {
		return ""
	}
	stem := strings.TrimSuffix(base, ext)
	dir := path.Base(path.Dir(file))
	for _, part := range strings.Split(path.Dir(file), "/") {
		switch part {
		case "ci", "test", "tests", "examples", "example", "templates": // ci is chart-testing's
			return ""
		}
	}
	if slices.Contains(valuesFolders, dir) && stem != "values" && stem != "Chart" && stem != "kustomization" && !strings.Contains(stem, "schema") {
		return trimValues(stem)
	}
	if stem == "values" {
		above := path.Base(path.Dir(path.Dir(file)))
		if slices.Contains(valuesFolders, above) {
			return dir
		}
		return ""
	}
	low := strings.ToLower(stem)
	for _, separator := range []string{"-", ".", "_"} {
		if strings.HasPrefix(low, "values"+separator) || strings.HasSuffix(low, separator+"values") {
			return trimValues(stem)
		}
	}
	return ""
}

func trimValues(stem string) string {
	low := strings.ToLower(stem)
	for _, separator := range []string{"-", ".", "_"} {
		if strings.HasPrefix(low, "values"+separator) {
			return stem[len("values"+separator):]
		}
		if strings.HasSuffix(low, separator+"values") {
			return stem[:len(stem)-len(separator+"values")]
		}
	}
	return stem
}

// owner returns the chart that a values file is for: the one that it stands
// below, else the only one below the file's folder, or below a folder of values
// the only one of its parent; where there are several, the one that it is named after.
func owner(charts []*found, file string) *found {
	var best *found
	for _, c := range charts {
		if (c.dir == "." || strings.HasPrefix(file, c.dir+"/")) && (best == nil || len(c.dir) > len(best.dir)) {
			best = c
		}
	}
	if best != nil {
		if depth := strings.Count(below2(best.dir, file), "/"); depth <= 2 {
			return best
		}
		return nil
	}
	dir := path.Dir(file)
	if slices.Contains(valuesFolders, path.Base(dir)) {
		dir = path.Dir(dir)
	} else if slices.Contains(valuesFolders, path.Base(path.Dir(dir))) {
		dir = path.Dir(path.Dir(dir))
	}
	var near []*found
	for _, c := range charts {
		if path.Dir(c.dir) == dir || path.Dir(path.Dir(c.dir)) == dir && path.Base(path.Dir(c.dir)) == "charts" {
			near = append(near, c)
		}
	}
	if len(near) == 1 {
		return near[0]
	}
	words := strings.FieldsFunc(label(file), func(r rune) bool { return r == '.' || r == '_' })
	for _, c := range near {
		for _, w := range append(words, label(file)) {
			if w == c.name || w == path.Base(c.dir) {
				return c
			}
		}
	}
	return nil
}

func isTestDir(dir string) bool {
	return slices.ContainsFunc(strings.Split(strings.ToLower(dir), "/"), func(part string) bool {
		return part == "test" || part == "tests" || part == "testing" || part == "e2e" || part == "testdata"
	})
}
