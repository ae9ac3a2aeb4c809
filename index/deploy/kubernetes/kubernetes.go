// Package kubernetes reads plain Kubernetes manifests: which of the workspace's
// YAML files they are, and how they are grouped into environments.
//
// A manifest is a YAML file that has objects which count here (package manifest).
// What a Helm chart or a kustomization takes in is theirs.
//
// All manifests of a workspace are one environment, "kubernetes", as if all were
// applied to one cluster, except where folders, or files of one folder, are
// alternatives: where they have the same workload (kind, namespace and name) of
// the workspace's own, with other contents. Image names tell which workloads are
// somebody else's: two copies of a database make no alternatives.
//
//   - Alternatives that are called like stages (dev, prod, base, ...), or most of
//     whose workloads are the same, are variants: each is an environment, called
//     by its folder ("kubernetes:prod"), with everything beside them that is no
//     alternative itself. Variants of one name in several places go together, as
//     orders/k8s/prod and payments/k8s/prod do. One variant is the default one:
//     prod if there is one, and what is named for tests last.
//   - Other alternatives are deployments of their own, like the samples of a
//     collection that have a workload of one name. Each is an environment, and all
//     are default ones, and so is what is beside them.
//
// ConfigMaps that differ make alternatives only in folders that are called like
// stages: elsewhere those nearest to a workload are meant. Manifests in folders for
// tests, documentation and examples are environments of their own and no default
// ones, unless there are no others.
package kubernetes

import (
	"bytes"
	"crypto/sha256"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"topicls/index/deploy"
	"topicls/index/deploy/kustomization"
	"topicls/index/deploy/manifest"
	"topicls/index/deploy/yamldoc"
)

// Kind is the kind of the reader's environments.
const Kind = "kubernetes"

// A Reader reads manifests. It remembers what it read of each file until it is
// told that the file changed (Forget). While a file is broken, as when somebody
// types, what it had before stays. It is safe for concurrent use.
type Reader struct {
	mu      sync.Mutex
	files   map[string]*file // by path: YAML files and what says whose they are
	good    map[string]*file // what files had before they were broken
	stale   map[string]bool  // paths that changed since Discover
	found   bool             // sets are valid but for stale
	sets    []deploy.FileSet
	memory  map[string]*manifest.Memory // by environment
	compare map[string]bool             // files whose contents, not only identities, made the sets
}

// file is what is known of one file.
type file struct {
	objects  []*manifest.Object
	problems []deploy.Problem
	broken   bool                // it is no YAML
	outline  string              // what grouping goes by
	takes    *kustomization.File // of a kustomization
	sum      [sha256.Size]byte   // of the contents, to tell copies
}

// NewReader returns a Reader that knows nothing yet.
func NewReader() *Reader {
	return &Reader{files: map[string]*file{}, good: map[string]*file{}, stale: map[string]bool{}, memory: map[string]*manifest.Memory{}}
}

// Matters implements deploy.Reader.
func (r *Reader) Matters(p string) bool {
	return isYAML(p) || kustomization.IsFile(p)
}

func isYAML(p string) bool {
	ext := strings.ToLower(path.Ext(p))
	return ext == ".yaml" || ext == ".yml"
}

// Forget implements deploy.Forgetter.
func (r *Reader) Forget(changed, moved []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range changed {
		if r.Matters(p) {
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
	same := r.refresh(fs)
	if r.found && same {
		return r.sets
	}
	r.sets = r.discover(fs)
	r.found = true
	return r.sets
}

// refresh reads what changed. It reports whether the sets stay what they are.
func (r *Reader) refresh(fs deploy.FS) bool {
	same := true
	for p := range r.stale {
		old := r.files[p]
		delete(r.files, p)
		delete(r.stale, p)
		if old != nil && !old.broken && len(old.objects) > 0 {
			r.good[p] = old
		}
		if !r.found {
			continue
		}
		now := r.file(fs, p)
		same = same && !kustomization.IsFile(p) && old != nil && old.outline == now.outline && !(r.compare[p] && old.sum != now.sum)
	}
	return same
}

// file returns what is known of a file.
func (r *Reader) file(fs deploy.FS, p string) *file {
	if f := r.files[p]; f != nil {
		return f
	}
	f := &file{}
	r.files[p] = f
	data, err := fs.ReadFile(p)
	if err != nil {
		delete(r.good, p)
		return f
	}
	if kustomization.IsFile(p) {
		f.takes = kustomization.Parse(p, data)
		return f
	}
	if !manifest.Likely(data) || !counts.Match(data) && !bytes.Contains(data, []byte("serving.knative.dev")) {
		return f
	}
	doc := yamldoc.ParseAll(p, data)
	read := manifest.Read(doc, nil)
	f.objects, f.problems, f.broken = read.Objects, read.Problems, doc.Err != nil
	if good := r.good[p]; f.broken && good != nil && len(good.objects) > len(f.objects) {
		f.objects = good.objects
	}
	if !f.broken {
		delete(r.good, p)
	}
	if len(f.problems) > 0 && bytes.Contains(data, []byte("{{")) && len(f.objects) == 0 {
		f.problems = nil // a template of some engine
	}
	f.outline, f.sum = outline(f.objects), sha256.Sum256(data)
	return f
}

// counts matches the kinds of objects that count, to spare all others the parsing.
// A Service counts in Knative only.
var counts = regexp.MustCompile(`kind["']?:[ \t]*["']?(` + strings.Join(slices.DeleteFunc(manifest.Kinds(), func(kind string) bool { return kind == "Service" }), "|") + `)`)

// Load implements deploy.Reader.
func (r *Reader) Load(fs deploy.FS, set deploy.FileSet) deploy.Loaded {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := deploy.Loaded{
		Environment: deploy.Environment{ID: set.ID, Kind: Kind, Dir: set.Dir, Files: set.Files, Default: set.Default},
		Read:        slices.Sorted(slices.Values(set.Files)),
	}
	var objects []*manifest.Object
	for _, p := range set.Files {
		f := r.file(fs, p)
		objects = append(objects, f.objects...)
		out.Problems = append(out.Problems, f.problems...)
	}
	m := r.memory[set.ID]
	if m == nil {
		m = &manifest.Memory{}
		r.memory[set.ID] = m
	}
	a := m.Assemble(set.ID, objects)
	out.Environment.Services, out.Environment.Topics = a.Services, a.Topics
	out.Problems = append(out.Problems, a.Problems...)
	return out
}
