// Package kustomize reads kustomizations. What they make of their manifests is
// left to kustomize's own library, which is given the files in memory; package
// manifest reads the result as it reads plain manifests. Then each text of the
// result is looked up in the patches, generators and manifests that it may come
// from, overlays before bases, to tell where a person would edit it.
//
// Each kustomization that no other takes in and that deploys something is an
// environment, "kustomize:DIR". Those that take in the same base, those beside one
// another that are called like stages, and those most of whose own workloads are the
// same are variants, one of which is the default one: prod if there is one. Where
// each of several services has its overlays, those of one stage are one
// environment, "kustomize:prod".
//
// The library never gets to see what would make it reach out: references to other
// machines and to places outside the workspace, Helm charts, plugins' programs and
// the variables of this machine are taken out before, each with a problem that says
// so. What depends on them is read as far as it goes.
package kustomize

import (
	"path"
	"slices"
	"strings"
	"sync"

	"topicls/index/deploy"
	"topicls/index/deploy/kustomization"
	"topicls/index/deploy/manifest"
)

// Kind is the kind of the reader's environments.
const Kind = "kustomize"

// A Reader reads kustomizations. It remembers what it read of each file until it
// is told that the file changed (Forget). While a kustomization can't be built, as
// when somebody types, what it made before stays. It is safe for concurrent use.
type Reader struct {
	mu    sync.Mutex
	files map[string]*file
	stale map[string]bool // paths that changed since Discover
	found bool            // sets are valid but for stale
	sets  []deploy.FileSet
	good  map[string][]*manifest.Object // what each root made when it was built last
}

// NewReader returns a Reader that knows nothing yet.
func NewReader() *Reader {
	return &Reader{files: map[string]*file{}, stale: map[string]bool{}, good: map[string][]*manifest.Object{}}
}

// Matters implements deploy.Reader.
func (*Reader) Matters(p string) bool {
	ext := strings.ToLower(path.Ext(p))
	return ext == ".yaml" || ext == ".yml" || kustomization.IsFile(p)
}

// Forget implements deploy.Forgetter.
func (r *Reader) Forget(changed, moved []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range changed {
		if r.files[p] != nil || kustomization.IsFile(p) {
			r.stale[p] = true
		}
	}
	for _, p := range moved {
		if r.Matters(p) {
			r.stale[p] = true
			r.found = false
		}
	}
}

// Discover implements deploy.Reader.
func (r *Reader) Discover(fs deploy.FS) []deploy.FileSet {
	r.mu.Lock()
	defer r.mu.Unlock()
	same := r.found
	for p := range r.stale {
		old := r.files[p]
		delete(r.files, p)
		delete(r.stale, p)
		same = same && old != nil && old.same(r.file(fs, p))
	}
	if !same {
		r.sets = r.discover(fs)
		r.found = true
	}
	return r.sets
}

// building guards kustomize's library, which keeps the schemas of the kustomization
// at hand in variables of its own.
var building sync.Mutex

// Load implements deploy.Reader.
func (r *Reader) Load(fs deploy.FS, set deploy.FileSet) deploy.Loaded {
	rec := deploy.Record(fs)
	out := deploy.Loaded{Environment: deploy.Environment{ID: set.ID, Kind: Kind, Dir: set.Dir, Default: set.Default}}
	var objects []*manifest.Object
	for _, p := range set.Files {
		c := collect(rec, path.Dir(p))
		made, ok := []*manifest.Object(nil), false
		if c.root != nil {
			made, ok = c.results()
		}
		objects = append(objects, r.lastGood(p, made, ok)...)
		for _, file := range c.files {
			if !slices.Contains(out.Environment.Files, file) {
				out.Environment.Files = append(out.Environment.Files, file)
			}
		}
		for _, problem := range c.problems {
			if !slices.Contains(out.Problems, problem) {
				out.Problems = append(out.Problems, problem)
			}
		}
	}
	a := manifest.Assemble(set.ID, objects)
	out.Environment.Services, out.Environment.Topics = a.Services, a.Topics
	out.Problems = append(out.Problems, a.Problems...)
	out.Read = rec.Seen()
	return out
}

// lastGood returns what a root makes, or made before it was broken.
func (r *Reader) lastGood(root string, made []*manifest.Object, ok bool) []*manifest.Object {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ok {
		r.good[root] = made
	}
	return r.good[root]
}
