package kubernetes

import (
	"cmp"
	"crypto/sha256"
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/kustomization"
	"topicls/index/deploy/manifest"
	"topicls/index/deploy/stages"
)

// outline writes down what grouping goes by.
func outline(objects []*manifest.Object) string {
	var b strings.Builder
	for _, o := range objects {
		b.WriteString(o.ID.String())
		if o.Own() {
			b.WriteString(" own")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// discover groups all manifests.
func (r *Reader) discover(fs deploy.FS) []deploy.FileSet {
	list := fs.List(".")
	charts := map[string]bool{}
	taken := map[string]bool{}
	for _, p := range list {
		switch {
		case path.Base(p) == "Chart.yaml":
			charts[path.Dir(p)] = true
		case kustomization.IsFile(p):
			taken[p] = true
			for _, ref := range r.file(fs, p).takes.Refs {
				taken[ref.Path] = true
			}
		}
	}
	main, aside := newTree(""), map[string]*node{}
	r.compare = map[string]bool{}
	for _, p := range list {
		if !isYAML(p) || taken[p] || inChart(charts, p) {
			continue
		}
		f := r.file(fs, p)
		if len(f.objects) == 0 {
			continue
		}
		if dir := stages.Aside(p); dir != "" {
			if aside[dir] == nil {
				aside[dir] = newTree(dir)
			}
			aside[dir].add(p, f)
			continue
		}
		main.add(p, f)
	}
	var sets []deploy.FileSet
	for _, v := range main.variants(r.compare) {
		sets = append(sets, v.set())
	}
	alone := len(sets) == 0
	for _, dir := range slices.Sorted(maps.Keys(aside)) {
		for _, v := range aside[dir].variants(r.compare) {
			v.label = path.Join(dir, v.label)
			s := v.set()
			s.Default = s.Default && alone
			sets = append(sets, s)
		}
	}
	if len(sets) == 1 {
		sets[0].ID = Kind
	}
	deploy.SortSets(sets)
	return sets
}

// inChart reports whether a file is part of a Helm chart.
func inChart(charts map[string]bool, p string) bool {
	below := ""
	for dir := path.Dir(p); ; dir = path.Dir(dir) {
		if charts[dir] {
			switch below {
			case "templates", "charts", "crds", "ci", "tests":
				return true
			}
		}
		if dir == "." || dir == "/" {
			return false
		}
		below = path.Base(dir)
	}
}

// A node is a folder with manifests, or one of its files.
type node struct {
	path     string
	f        *file
	children map[string]*node
}

func newTree(name string) *node { return &node{path: name, children: map[string]*node{}} }

func (n *node) add(p string, f *file) {
	at := n
	parts := strings.Split(p, "/")
	for i, part := range parts {
		next := at.children[part]
		if next == nil {
			next = newTree(strings.Join(parts[:i+1], "/"))
			at.children[part] = next
		}
		at = next
		if i == len(parts)-1 {
			at.f = f
		}
	}
}

// A variant is a set of files that are applied together.
type variant struct {
	label     string
	files     []string
	isDefault bool
	apart     bool // a deployment of its own: nothing beside it belongs to it
}

func (v *variant) set() deploy.FileSet {
	id := Kind
	if v.label != "" {
		id += ":" + v.label
	}
	slices.Sort(v.files)
	dir := path.Dir(v.files[0])
	for _, f := range v.files[1:] {
		for dir != "." && !strings.HasPrefix(f, dir+"/") {
			dir = path.Dir(dir)
		}
	}
	return deploy.FileSet{ID: id, Kind: Kind, Dir: dir, Files: v.files, Default: v.isDefault}
}

// variants returns the ways to apply what is below a node, sorted by label. Files
// whose contents were compared are added to compared.
func (n *node) variants(compared map[string]bool) []*variant {
	if n.f != nil {
		return []*variant{{files: []string{n.path}, isDefault: true}}
	}
	names := slices.Sorted(maps.Keys(n.children))
	below := map[string][]*variant{}
	for _, name := range names {
		below[name] = n.children[name].variants(compared)
	}
	var parts [][]*variant
	var apart []*variant
	for _, group := range n.alternatives(names, compared) {
		var all []*variant
		for _, name := range group.names {
			for _, v := range below[name] {
				switch {
				case v.apart:
					apart = append(apart, v)
				case len(group.names) == 1:
					all = append(all, v)
				case group.separate:
					v.label, v.apart = path.Join(n.children[name].path, v.label), true
					apart = append(apart, v)
				default:
					v.label = path.Join(label(name, group.names), v.label)
					all = append(all, v)
				}
			}
		}
		if len(all) == 0 {
			continue
		}
		first := slices.MinFunc(all, plausible)
		for _, v := range all {
			v.isDefault = v == first
		}
		parts = append(parts, all)
	}
	together := append(join(parts), apart...)
	slices.SortStableFunc(together, func(a, b *variant) int { return cmp.Compare(a.label, b.label) })
	return distinct(together)
}

// join lays variants of several places beside one another: those of one label go
// together, and what has none goes with all.
func join(parts [][]*variant) []*variant {
	if len(parts) == 1 {
		return parts[0]
	}
	byLabel := map[string]*variant{}
	for _, part := range parts {
		for _, v := range part {
			if byLabel[v.label] == nil {
				byLabel[v.label] = &variant{label: v.label}
			}
		}
	}
	if len(byLabel) > 1 {
		delete(byLabel, "")
	}
	for _, part := range parts {
		has := map[string]*variant{}
		for _, v := range part {
			has[v.label] = v
		}
		for label, v := range byLabel {
			if own := has[label]; own != nil {
				v.files = append(v.files, own.files...)
			} else if common := has[""]; common != nil {
				v.files = append(v.files, common.files...)
			}
		}
	}
	var out []*variant
	for _, label := range slices.Sorted(maps.Keys(byLabel)) {
		out = append(out, byLabel[label])
	}
	if len(out) > 0 {
		slices.MinFunc(out, plausible).isDefault = true
	}
	return out
}

// plausible orders variants by how likely they are what is really deployed.
func plausible(a, b *variant) int {
	return cmp.Or(cmp.Compare(stages.Rank(a.label), stages.Rank(b.label)), cmp.Compare(a.label, b.label))
}

// distinct gives variants of one label others.
func distinct(list []*variant) []*variant {
	seen := map[string]bool{}
	for _, v := range list {
		for seen[v.label] {
			v.label += "'"
		}
		seen[v.label] = true
	}
	return list
}

// alternative are children of a node that are not applied together, or one that
// is applied with the others.
type alternative struct {
	names    []string
	separate bool // they have little in common
}

// alternatives finds which children of a node exclude one another.
func (n *node) alternatives(names []string, compared map[string]bool) []alternative {
	type place struct {
		child string
		files []string
		sums  [][sha256.Size]byte
	}
	places := map[manifest.ID][]place{}
	workloads := map[string]int{}
	for _, name := range names {
		n.children[name].walk(func(p string, f *file) {
			for _, o := range f.objects {
				if o.Map != nil && !stages.Is(name) || o.Map == nil && !o.Own() {
					continue
				}
				if o.Own() {
					workloads[name]++
				}
				list := places[o.ID]
				if i := slices.IndexFunc(list, func(q place) bool { return q.child == name }); i >= 0 {
					list[i].files, list[i].sums = append(list[i].files, p), append(list[i].sums, f.sum)
				} else {
					places[o.ID] = append(list, place{child: name, files: []string{p}, sums: [][sha256.Size]byte{f.sum}})
				}
			}
		})
	}
	parent := map[string]string{}
	var root func(string) string
	root = func(name string) string {
		if p, ok := parent[name]; ok {
			return root(p)
		}
		return name
	}
	common := map[[2]string]int{} // own workloads that two children have both
	for id, list := range places {
		if len(list) < 2 {
			continue
		}
		for i, q := range list {
			for _, p := range q.files {
				compared[p] = true
			}
			for _, o := range list[:i] {
				if slices.ContainsFunc(o.sums, func(sum [sha256.Size]byte) bool { return slices.Contains(q.sums, sum) }) {
					continue // copies
				}
				if id.Kind != "ConfigMap" && id.Kind != "Secret" {
					common[[2]string{o.child, q.child}]++
				}
				if a, b := root(o.child), root(q.child); a != b {
					parent[max(a, b)] = min(a, b)
				}
			}
		}
	}
	groups := map[string][]string{}
	for _, name := range names {
		groups[root(name)] = append(groups[root(name)], name)
	}
	var out []alternative
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		g := alternative{names: groups[name]}
		g.separate = len(g.names) > 1 && !slices.ContainsFunc(g.names, func(name string) bool { return stages.Is(name) })
		for pair, count := range common {
			if root(pair[0]) == name && 2*count > min(workloads[pair[0]], workloads[pair[1]]) {
				g.separate = false
			}
		}
		out = append(out, g)
	}
	return out
}

// walk visits the files below a node.
func (n *node) walk(visit func(p string, f *file)) {
	if n.f != nil {
		visit(n.path, n.f)
	}
	for _, name := range slices.Sorted(maps.Keys(n.children)) {
		n.children[name].walk(visit)
	}
}

// label is what tells a child from its alternatives: of files, the stage in their
// name, if that is enough.
func label(name string, all []string) string {
	if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" {
		return name
	}
	word := func(name string) string { return stages.Of(strings.TrimSuffix(name, path.Ext(name))) }
	w := word(name)
	if w == "" || slices.ContainsFunc(all, func(o string) bool { return o != name && word(o) == w }) {
		return strings.TrimSuffix(name, path.Ext(name))
	}
	return w
}
