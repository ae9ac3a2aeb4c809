// Package kustomize reads kustomizations. What they make of their manifests is
// left to kustomize's own library, which is given the files in memory; package
// manifest reads the result as it reads plain manifests. Then each text of the
// result is looked up in the patches, generators and manifests that it may come
// from, overlays before bases, to tell where a person would edit it.
//
// Each kustomization that no other takes in is an environment, "kustomize:DIR".
// Of those that take in the same base, and of neighbours that are called like
// stages, one is the default one: prod if there is one.
//
// The library never gets to see what would make it reach out: references to other
// machines and to places outside the workspace, Helm charts, plugins' programs and
// the variables of this machine are taken out before, each with a problem that says
// so. What depends on them is read as far as it goes.
package kustomize

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"

	"topicls/index/deploy"
	"topicls/index/deploy/kustomization"
	"topicls/index/deploy/stages"
)

// Kind is the kind of the reader's environments.
const Kind = "kustomize"

// A Reader reads kustomizations. It keeps nothing between its calls.
type Reader struct{}

// NewReader returns a Reader.
func NewReader() *Reader { return &Reader{} }

// Matters implements deploy.Reader.
func (*Reader) Matters(p string) bool { return kustomization.IsFile(p) }

// Discover implements deploy.Reader.
func (*Reader) Discover(fs deploy.FS) []deploy.FileSet {
	g := graph{files: map[string]string{}, uses: map[string][]string{}}
	for _, p := range fs.List(".") {
		if !kustomization.IsFile(p) || g.files[path.Dir(p)] != "" {
			continue
		}
		data, err := fs.ReadFile(p)
		if err != nil {
			continue
		}
		dir := path.Dir(p)
		g.files[dir] = p
		f := kustomization.Parse(p, data)
		g.component(dir, f)
		for _, ref := range f.Refs {
			if ref.Takes() && ref.Path != "" && ref.Path != dir {
				g.uses[dir] = append(g.uses[dir], ref.Path)
			}
		}
	}
	return g.sets()
}

// graph is which kustomizations take in which, by folder.
type graph struct {
	files      map[string]string
	uses       map[string][]string
	components []string
}

// component notes what is only a part of others.
func (g *graph) component(dir string, f *kustomization.File) {
	if f.Kind == "Component" {
		g.components = append(g.components, dir)
	}
}

// sets makes a set of each kustomization that no other takes in.
func (g *graph) sets() []deploy.FileSet {
	dirs := make([]string, 0, len(g.files))
	used := map[string]bool{}
	for dir := range g.files {
		dirs = append(dirs, dir)
		for _, u := range g.uses[dir] {
			used[u] = true
		}
	}
	slices.SortFunc(dirs, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), cmp.Compare(a, b))
	})
	var roots []string
	reached := map[string][]string{} // by folder: the roots that take it in
	take := func(root string) {
		roots = append(roots, root)
		queue := []string{root}
		seen := map[string]bool{root: true}
		for len(queue) > 0 {
			dir := queue[0]
			queue = queue[1:]
			reached[dir] = append(reached[dir], root)
			for _, u := range g.uses[dir] {
				if g.files[u] != "" && !seen[u] {
					seen[u] = true
					queue = append(queue, u)
				}
			}
		}
	}
	for _, dir := range dirs {
		if !used[dir] && !slices.Contains(g.components, dir) {
			take(dir)
		}
	}
	for _, dir := range dirs { // those that take in one another in a circle
		if len(reached[dir]) == 0 && !slices.Contains(g.components, dir) {
			take(dir)
		}
	}
	return g.choose(roots, reached)
}

// choose says which sets are default ones.
func (g *graph) choose(roots []string, reached map[string][]string) []deploy.FileSet {
	group := map[string]string{}
	var find func(string) string
	find = func(r string) string {
		if p, ok := group[r]; ok {
			return find(p)
		}
		return r
	}
	unite := func(a, b string) {
		if a, b = find(a), find(b); a != b {
			group[max(a, b)] = min(a, b)
		}
	}
	for _, users := range reached {
		for _, u := range users[1:] {
			unite(users[0], u)
		}
	}
	neighbours := map[string]string{}
	for _, r := range roots {
		if stages.Is(path.Base(r)) {
			if n, ok := neighbours[path.Dir(r)]; ok {
				unite(n, r)
			} else {
				neighbours[path.Dir(r)] = r
			}
		}
	}
	best := map[string]string{}
	for _, r := range roots {
		b, ok := best[find(r)]
		if !ok || plausible(r, b) < 0 {
			best[find(r)] = r
		}
	}
	main := slices.ContainsFunc(roots, func(r string) bool { return stages.Aside(g.files[r]) == "" })
	var sets []deploy.FileSet
	for _, r := range roots {
		s := deploy.FileSet{ID: Kind + ":" + r, Kind: Kind, Dir: r, Files: []string{g.files[r]}}
		s.Default = best[find(r)] == r && !(main && stages.Aside(g.files[r]) != "")
		sets = append(sets, s)
	}
	if len(sets) == 1 {
		sets[0].ID = Kind
	}
	slices.SortFunc(sets, func(a, b deploy.FileSet) int {
		if a.Default != b.Default {
			if a.Default {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return sets
}

// plausible orders folders by how likely they are what is really deployed.
func plausible(a, b string) int {
	return cmp.Or(cmp.Compare(stages.Rank(path.Base(a)), stages.Rank(path.Base(b))), cmp.Compare(a, b))
}

// building guards kustomize's library, which keeps the schemas of the kustomization
// at hand in variables of its own.
var building sync.Mutex

// Load implements deploy.Reader.
func (*Reader) Load(fs deploy.FS, set deploy.FileSet) deploy.Loaded {
	rec := deploy.Record(fs)
	out := deploy.Loaded{Environment: deploy.Environment{ID: set.ID, Kind: Kind, Dir: set.Dir, Files: set.Files, Default: set.Default}}
	c := collect(rec, set.Dir)
	if c.root != nil {
		out.Environment.Files = c.files
		a := c.assemble(set.ID)
		out.Environment.Services, out.Environment.Topics = a.Services, a.Topics
		c.problems = append(c.problems, a.Problems...)
	}
	out.Problems = c.problems
	out.Read = rec.Seen()
	return out
}
