package helm

import (
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
)

// One chart for all services, and for each service a folder with its values
// (deploy/orders/values-prod.yaml): commands in scripts lay them over the chart, with
// names that are variables. What has one label in folders beside one another is
// deployed together, where most of what they give is what the one chart takes.

// folderSets finds such environments.
func (l *folderLoader) folderSets(charts []*found, all []string) []group {
	type place struct{ above, label string }
	files := map[place][]string{}
	for _, file := range all {
		name := label(file)
		if name == "" && path.Base(file) == "values.yaml" {
			name = "values"
		}
		if name == "" || strings.Count(file, "/") < 2 || inCharts(charts, file) || owner(charts, file) != nil {
			continue
		}
		at := place{path.Dir(path.Dir(file)), name}
		files[at] = append(files[at], file)
	}
	var out []group
	for at, list := range files {
		if len(list) < 2 {
			continue
		}
		chart := l.takes(charts, list)
		if chart == nil {
			continue
		}
		slices.Sort(list)
		set := deploy.FileSet{ID: "helm:" + at.label, Kind: "helm", Dir: at.above, Files: append([]string{path.Join(chart.dir, "Chart.yaml")}, list...), Part: byFolders + ":" + at.label}
		if at.label == "values" {
			set.ID, set.Default = "helm:"+at.above, true
		}
		out = append(out, group{set, l.folders(set)})
	}
	slices.SortFunc(out, func(a, b group) int { return strings.Compare(a.set.Dir+"\x00"+a.set.ID, b.set.Dir+"\x00"+b.set.ID) })
	return out
}

// inCharts reports whether a file is a chart's own.
func inCharts(charts []*found, file string) bool {
	return slices.ContainsFunc(charts, func(c *found) bool { return c.dir == "." || strings.HasPrefix(file, c.dir+"/") })
}

// takes finds the one chart whose own values have most keys of every file.
func (l *folderLoader) takes(charts []*found, files []string) *found {
	var best *found
	for _, c := range charts {
		own := l.peek(path.Join(c.dir, "values.yaml"))
		if own == nil || len(own.data) == 0 {
			continue
		}
		if slices.ContainsFunc(files, func(file string) bool {
			v := l.peek(file)
			if v == nil || len(v.data) == 0 {
				return true
			}
			n := 0
			for k := range v.data {
				if _, ok := own.data[k]; ok || k == globalKey {
					n++
				}
			}
			return 4*n < 3*len(v.data)
		}) {
			continue
		}
		if best != nil {
			return nil
		}
		best = c
	}
	return best
}

// peek reads values without telling what is wrong with them.
func (l *folderLoader) peek(file string) *valuesFile {
	data, err := l.fs.ReadFile(file)
	if err != nil {
		return nil
	}
	if v := l.r.values(file, data); v.err == nil {
		return v
	}
	return nil
}

// folders reads the releases of such an environment: each is called like its folder.
func (l *folderLoader) folders(set deploy.FileSet) []described {
	var out []described
	for _, file := range set.Files[1:] {
		out = append(out, described{name: path.Base(path.Dir(file)), chart: path.Dir(set.Files[0]), values: []layer{{file: file}}})
	}
	return out
}
