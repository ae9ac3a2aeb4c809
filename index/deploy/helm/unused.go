package helm

import (
	"cmp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

// unusedOf lists the keys of values files that no release uses which has the file.
func unusedOf(releases []release) []deploy.ValueKey {
	if len(releases) == 1 {
		return unusedValues(releases[0].chart, releases[0].values)
	}
	unused := map[deploy.ValueKey]int{}
	has := map[string]int{}
	for i := range releases {
		rel := &releases[i]
		for _, v := range append(rel.chart.allValues(nil), rel.values...) {
			has[v.doc.Text.File]++
		}
		for _, k := range unusedValues(rel.chart, rel.values) {
			unused[k]++
		}
	}
	var out []deploy.ValueKey
	for k, n := range unused {
		if n == has[k.Pos.File] {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b deploy.ValueKey) int {
		return cmp.Or(strings.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Start, b.Pos.Start))
	})
	return out
}

// unusedValues lists the keys of a chart's values files that nothing uses, the
// outermost of each; none where something may use them that is not known here.
func unusedValues(c *chartFiles, more []*valuesFile) []deploy.ValueKey {
	u := c.usage()
	if u == nil {
		return nil
	}
	own := more
	if c.values != nil {
		own = append([]*valuesFile{c.values}, more...)
	}
	for _, v := range own {
		if u.tpl {
			v.templates(u)
		}
	}
	if u.tpl && u.readsFiles || u.all {
		return nil
	}
	global := newUsage()
	c.globals(global)
	u.ready()
	global.ready()
	var out []deploy.ValueKey
	for _, v := range own {
		if v.err != nil || len(v.doc.Roots) == 0 || v.doc.Text.Edited != nil {
			continue
		}
		s := &search{c: c, file: v, uses: u, global: global, mapper: yamldoc.NewMapper(func(*yaml.Node, string) {})}
		s.table(v.doc.Roots[0], nil, 0)
		if c.dir != "." && !strings.HasPrefix(v.doc.Text.File, c.dir+"/") && !s.used {
			continue // it stands outside of the chart and is another one's
		}
		out = append(out, s.out...)
	}
	return out
}

// usage is what the templates of a chart use of its values; nil when that is
// not known.
func (c *chartFiles) usage() *usage {
	u := newUsage()
	if len(c.templates) == 0 {
		return nil
	}
	for _, t := range c.templates {
		if t.trees == nil || t.err != nil {
			return nil
		}
		u.add(t.uses)
	}
	var defined []string
	c.named(u, &defined)
	for _, name := range u.includes {
		if !slices.Contains(defined, name) {
			return nil // a library that is not here
		}
	}
	for _, r := range c.meta.Dependencies {
		u.condition(r.Condition)
		if len(r.Tags) > 0 {
			u.use("tags")
		}
		if len(r.ImportValues) > 0 {
			return nil
		}
	}
	return u
}

// condition notes the keys that decide whether a dependency takes part.
func (u *usage) condition(s string) {
	for _, path := range splitCondition(s) {
		u.use(path...)
	}
}

// named adds what the named templates of dependencies use: they are rendered
// with whatever they are given.
func (c *chartFiles) named(u *usage, defined *[]string) {
	for _, t := range c.templates {
		if t.uses != nil {
			*defined = append(*defined, t.uses.defines...)
		}
	}
	for _, d := range c.deps {
		for _, t := range d.templates {
			if t.uses == nil || t.trees == nil {
				u.all = true
				continue
			}
			if isLibrary(&d.meta) || len(t.uses.defines) > 1 {
				u.add(t.uses)
			}
		}
		d.named(u, defined)
	}
}

// globals adds what dependencies use of the values that all share.
func (c *chartFiles) globals(u *usage) {
	for _, t := range c.templates {
		if t.trees == nil || t.uses == nil {
			u.all = true
			continue
		}
		u.add(t.uses)
	}
	u.all = u.all || len(c.absent) > 0
	for _, d := range c.deps {
		d.globals(u)
	}
}

// templates notes what texts of a values file use when they are templates.
func (v *valuesFile) templates(u *usage) {
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case string:
			u.text(v)
		case []any:
			for _, item := range v {
				look(item)
			}
		case map[string]any:
			for k, item := range v {
				u.text(k)
				look(item)
			}
		}
	}
	look(v.data)
}

type search struct {
	c      *chartFiles
	file   *valuesFile
	uses   *usage
	global *usage
	mapper *yamldoc.Mapper
	out    []deploy.ValueKey
	used   bool // a key is used
}

func (s *search) table(n *yaml.Node, path []string, depth int) {
	if depth > 50 {
		return
	}
	for _, p := range s.mapper.Pairs(n) {
		if len(p.Merged) > 0 || anchored(p.Key, 0) || anchored(p.Value, 0) {
			continue // it is there to be repeated
		}
		key := yamldoc.Deref(p.Key)
		at := append(slices.Clip(path), key.Value)
		uses := s.uses
		if len(path) == 0 {
			switch {
			case key.Value == globalKey:
				uses = s.global
			case slices.ContainsFunc(s.c.meta.Dependencies, func(r *dependency) bool { return r.Name == key.Value || r.Alias == key.Value }),
				slices.ContainsFunc(s.c.deps, func(d *chartFiles) bool { return d.meta.Name == key.Value }):
				s.used = true
				continue // values of another chart
			}
		} else if path[0] == globalKey {
			uses = s.global
		}
		if !uses.covers(at) {
			s.out = append(s.out, deploy.ValueKey{Key: strings.Join(at, "."), Pos: s.file.doc.Pos(p.Key)})
			continue
		}
		s.used = true
		if uses.onlyBelow(at) {
			s.table(p.Value, at, depth+1)
		}
	}
}

// anchored reports whether a node, or one below it, has a name by which it is
// repeated elsewhere.
func anchored(n *yaml.Node, depth int) bool {
	if n.Anchor != "" || depth > 50 {
		return true
	}
	return slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return anchored(c, depth+1) })
}
