package kustomize

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/kustomization"
	"topicls/index/deploy/manifest"
	"topicls/index/deploy/stages"
)

// file is what grouping goes by: what a kustomization refers to, or what a manifest
// has.
type file struct {
	kustomization bool
	component     bool
	elsewhere     bool   // something that it needs is not in the workspace, or it is broken
	refs          []ref  // of a kustomization
	deploys       bool   // the manifest has something that counts
	own           string // workloads that may run the workspace's code, a line each
}

// ref is a file or folder that a kustomization refers to.
type ref struct {
	path  string
	takes bool // it may be a folder
}

func (f *file) same(o *file) bool {
	return f.kustomization == o.kustomization && f.component == o.component && f.elsewhere == o.elsewhere &&
		f.deploys == o.deploys && f.own == o.own && slices.Equal(f.refs, o.refs)
}

// file returns what is known of a file.
func (r *Reader) file(fs deploy.FS, p string) *file {
	if f := r.files[p]; f != nil {
		return f
	}
	f := &file{}
	r.files[p] = f
	data, err := fs.ReadFile(p)
	switch {
	case err != nil:
	case kustomization.IsFile(p):
		k := kustomization.Parse(p, data)
		f.kustomization, f.component, f.elsewhere = true, k.Kind == "Component", k.Doc.Err != nil || len(k.Charts) > 0
		for _, r := range k.Refs {
			f.elsewhere = f.elsewhere || r.Remote || r.Outside
			if r.Path != "" {
				f.refs = append(f.refs, ref{path: r.Path, takes: r.Takes()})
			}
		}
	case manifest.Likely(data):
		var own []string
		for _, o := range manifest.Parse(p, data).Objects {
			f.deploys = f.deploys || o.Workload != nil || o.Broker || o.Topic != nil
			if o.Own() {
				own = append(own, o.Kind+" "+o.Name)
			}
		}
		f.own = strings.Join(own, "\n")
	}
	return f
}

// A root is a kustomization that no other takes in.
type root struct {
	dir, file string
	dirs      map[string]bool // what it takes in
	own       map[string]bool
	deploys   bool
	elsewhere bool
}

// stage is the stage that the root's folder is called like, or "".
func (r *root) stage() string {
	base := strings.ToLower(path.Base(r.dir))
	if stages.Of(base) == base {
		return base
	}
	return ""
}

// discover finds the kustomizations and groups them.
func (r *Reader) discover(fs deploy.FS) []deploy.FileSet {
	files := map[string]string{} // by folder
	for _, p := range fs.List(".") {
		if kustomization.IsFile(p) && (files[path.Dir(p)] == "" || path.Base(p) == "kustomization.yaml" || path.Base(p) == "kustomization.yml" && path.Base(files[path.Dir(p)]) == "Kustomization") {
			files[path.Dir(p)] = p
		}
	}
	dirs := slices.SortedFunc(maps.Keys(files), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), cmp.Compare(a, b))
	})
	used := map[string]bool{}
	for _, dir := range dirs {
		for _, ref := range r.file(fs, files[dir]).refs {
			used[ref.path] = used[ref.path] || ref.takes && ref.path != dir
		}
	}
	reached := map[string]bool{}
	var roots []*root
	for _, circles := range []bool{false, true} { // those that take in one another in a circle come last
		for _, dir := range dirs {
			if r.file(fs, files[dir]).component || reached[dir] || used[dir] && !circles {
				continue
			}
			root := r.root(fs, files, dir)
			maps.Copy(reached, root.dirs)
			if root.deploys || root.elsewhere {
				roots = append(roots, root)
			}
		}
	}
	return sets(roots)
}

// root finds what a kustomization takes in.
func (r *Reader) root(fs deploy.FS, files map[string]string, dir string) *root {
	out := &root{dir: dir, file: files[dir], dirs: map[string]bool{dir: true}, own: map[string]bool{}}
	queue := []string{dir}
	for len(queue) > 0 {
		f := r.file(fs, files[queue[0]])
		queue = queue[1:]
		out.elsewhere = out.elsewhere || f.elsewhere
		for _, ref := range f.refs {
			switch {
			case files[ref.path] != "":
				if ref.takes && !out.dirs[ref.path] {
					out.dirs[ref.path] = true
					queue = append(queue, ref.path)
				}
			case ref.takes:
				m := r.file(fs, ref.path)
				out.deploys = out.deploys || m.deploys
				for _, w := range strings.Split(m.own, "\n") {
					if w != "" {
						out.own[w] = true
					}
				}
			}
		}
	}
	return out
}

// alternatives reports whether two roots are for the same, to be deployed one or
// the other.
func alternatives(a, b *root) bool {
	if path.Dir(a.dir) == path.Dir(b.dir) && stages.Is(path.Base(a.dir)) && stages.Is(path.Base(b.dir)) {
		return true
	}
	if len(a.own)+len(b.own) == 0 {
		for dir := range a.dirs {
			if b.dirs[dir] {
				return true
			}
		}
		return false
	}
	same := 0
	for w := range a.own {
		if b.own[w] {
			same++
		}
	}
	return 2*same > min(len(a.own), len(b.own))
}

// sets makes environments of roots.
func sets(roots []*root) []deploy.FileSet {
	main := slices.ContainsFunc(roots, func(r *root) bool { return stages.Aside(r.file) == "" })
	var groups [][]*root
	for _, r := range roots {
		var mine []*root
		groups = slices.DeleteFunc(groups, func(g []*root) bool {
			if stages.Aside(g[0].file) != stages.Aside(r.file) || !slices.ContainsFunc(g, func(o *root) bool { return alternatives(o, r) }) {
				return false
			}
			mine = append(mine, g...)
			return true
		})
		groups = append(groups, append(mine, r))
	}
	var out []deploy.FileSet
	add := func(id string, def bool, list ...*root) {
		s := deploy.FileSet{ID: Kind + ":" + id, Kind: Kind, Dir: list[0].dir, Default: def}
		for _, r := range list {
			s.Files = append(s.Files, r.file)
			for s.Dir != "." && r.dir != s.Dir && !strings.HasPrefix(r.dir, s.Dir+"/") {
				s.Dir = path.Dir(s.Dir)
			}
			s.Default = s.Default && !(main && stages.Aside(r.file) != "")
		}
		slices.Sort(s.Files)
		out = append(out, s)
	}
	// Overlays for one stage go together once a service has them for several.
	joined, several := 0, false
	for _, g := range groups {
		if n := stagesOf(g); n > 0 {
			joined++
			several = several || n > 1
		}
	}
	staged := map[string][]*root{} // by stage: the root of each group
	for _, g := range groups {
		best := slices.MinFunc(g, plausible)
		joins := joined > 1 && several && stagesOf(g) > 0
		for _, r := range g {
			if joins && r.stage() != "" {
				staged[r.stage()] = append(staged[r.stage()], r)
			} else {
				add(r.dir, r == best && !joins, r)
			}
		}
	}
	best := ""
	for stage := range staged {
		if best == "" || cmp.Or(cmp.Compare(stages.Rank(stage), stages.Rank(best)), cmp.Compare(stage, best)) < 0 {
			best = stage
		}
	}
	for _, stage := range slices.Sorted(maps.Keys(staged)) {
		add(stage, stage == best, staged[stage]...)
	}
	if len(out) == 1 {
		out[0].ID = Kind
	}
	deploy.SortSets(out)
	return out
}

// stagesOf counts the stages that a group has roots for, one each; none in folders
// for tests and examples.
func stagesOf(g []*root) int {
	if stages.Aside(g[0].file) != "" {
		return 0
	}
	seen := map[string]bool{}
	for _, r := range g {
		if s := r.stage(); s != "" {
			if seen[s] {
				return 0 // each is there for several regions, or the like
			}
			seen[s] = true
		}
	}
	return len(seen)
}

// plausible orders roots by how likely they are what is really deployed.
func plausible(a, b *root) int {
	return cmp.Or(cmp.Compare(stages.Rank(path.Base(a.dir)), stages.Rank(path.Base(b.dir))), cmp.Compare(a.dir, b.dir))
}
