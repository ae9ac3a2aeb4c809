package index

import (
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"topicls/index/deploy"
	"topicls/index/deploy/compose"
	"topicls/index/deploy/container"
	"topicls/index/deploy/helm"
	"topicls/index/deploy/kubernetes"
	"topicls/index/deploy/kustomize"
	"topicls/index/deploy/stages"
	"topicls/index/source"
)

// deployments are the environments that the workspace's files describe, of all
// kinds, as they were last read.
type deployments struct {
	builder *container.Builder
	kinds   []*deploymentKind // those before others answer by default
	// completed are services whose image something else than their manifest
	// builds, by the service as it was read.
	completed map[*deploy.Service]*completed
	again     bool // all were forgotten
}

// deploymentKind is one kind of deployment files.
type deploymentKind struct {
	find  func(set *source.Set, diff []string, all bool) (sets []deploy.FileSet, changed bool)
	forgo func(diff, moved []string)
	load  func(fs deploy.FS, set deploy.FileSet) deploy.Loaded
	sets  []loadedSet
	// listed says that folders in what was read count by the files below them;
	// compose's are those that images are built from.
	listed bool
	// atOnce says that several of its environments may be loaded at the same time.
	atOnce bool
}

// loadedSet is an environment's files and what they say. A broken edit keeps the
// last good result.
type loadedSet struct {
	set    deploy.FileSet
	loaded deploy.Loaded
	good   deploy.Loaded
	hasOK  bool
	read   []string // of what counts, files that variables come from beside those of the environment
	runs   []image  // of what counts
}

func newDeployments() *deployments {
	builder := container.NewBuilder()
	return &deployments{
		builder: builder, completed: map[*deploy.Service]*completed{},
		kinds: []*deploymentKind{composeKind(compose.NewReaderOn(builder)), helmKind(), kindOf(kustomize.NewReader()), kindOf(kubernetes.NewReader())},
	}
}

// helmKind loads charts with several values files at once: an edit of one that they
// share concerns all of them.
func helmKind() *deploymentKind {
	k := kindOf(helm.NewReader())
	k.atOnce = true
	return k
}

func composeKind(r *compose.Reader) *deploymentKind {
	var finder *compose.Finder
	return &deploymentKind{
		find: func(set *source.Set, diff []string, all bool) ([]deploy.FileSet, bool) {
			if all {
				finder = r.NewFinder(set)
				return finder.Sets(), true
			}
			changed := slices.ContainsFunc(diff, compose.Matters) && finder.Update(set, diff, set.Has)
			return finder.Sets(), changed
		},
		forgo: func([]string, []string) {},
		load:  func(fs deploy.FS, set deploy.FileSet) deploy.Loaded { return r.Load(fs, set) },
	}
}

// kindOf takes a reader whose environments are found anew whenever a file
// changes that matters to them.
func kindOf(r deploy.Reader) *deploymentKind {
	var sets []deploy.FileSet
	k := &deploymentKind{forgo: func([]string, []string) {}, load: r.Load, listed: true}
	k.find = func(set *source.Set, diff []string, all bool) ([]deploy.FileSet, bool) {
		if !all && !slices.ContainsFunc(diff, r.Matters) {
			return sets, false
		}
		sets = r.Discover(set)
		return sets, true
	}
	if f, ok := r.(deploy.Forgetter); ok {
		k.forgo = f.Forget
	}
	return k
}

// forget says that files changed, and which of them came or went.
func (d *deployments) forget(diff, moved []string) {
	d.builder.Forget(diff, moved)
	for _, k := range d.kinds {
		k.forgo(diff, moved)
	}
}

// load reads the deployment files again as far as the changed paths, or those
// that came or went where images are built from, concern them. It reports
// whether anything may have changed.
func (d *deployments) load(set *source.Set, diff, moved []string, all bool) bool {
	dirty, others := all, false
	for _, k := range d.kinds {
		changed, images := k.reload(set, diff, moved, all)
		dirty, others = changed || dirty, images || others
	}
	if others && !all { // an image may be one that another file builds now, or no longer
		clear(d.completed)
	}
	dirty = d.staleCompleted(diff, moved) || dirty || d.again
	d.again = false
	return dirty
}

// reload reads the sets of a kind again. images says that they build or run other
// images than before.
func (k *deploymentKind) reload(fs *source.Set, diff, moved []string, all bool) (dirty, images bool) {
	sets, dirty := k.find(fs, diff, all)
	if dirty {
		old := map[string]loadedSet{}
		for _, s := range k.sets {
			old[s.set.ID] = s
		}
		k.sets = k.sets[:0:0]
		for _, s := range sets {
			ls := loadedSet{set: s}
			if o, ok := old[s.ID]; ok {
				ls.good, ls.hasOK, ls.read, ls.runs = o.good, o.hasOK, o.read, o.runs
				if sameSet(o.set, s) {
					ls.loaded = o.loaded
				}
				delete(old, s.ID)
			}
			k.sets = append(k.sets, ls)
		}
		images = len(old) > 0
	}
	var needed []*loadedSet
	for i := range k.sets {
		s := &k.sets[i]
		need := s.loaded.Read == nil || anyRead(s.loaded.Read, diff) || k.listed && anyListed(s.loaded.Read, moved)
		need = need || len(moved) > 0 && builtFrom(&s.loaded.Environment, moved)
		if need {
			needed = append(needed, s)
		}
	}
	k.loadAll(fs, needed)
	for _, s := range needed {
		dirty = true
		if s.loaded.Read == nil {
			s.loaded.Read = []string{}
		}
		if !s.loaded.Broken && (len(s.loaded.Environment.Services) > 0 || len(s.loaded.Problems) == 0) {
			s.good, s.hasOK = s.loaded, true
		}
		s.read = variableFiles(s.counts())
		runs := imagesOf(s.counts())
		images = images || !slices.Equal(s.runs, runs)
		s.runs = runs
	}
	return dirty, images
}

// loadAll loads sets, several at once where that may be. What panics there panics here.
func (k *deploymentKind) loadAll(fs deploy.FS, sets []*loadedSet) {
	if !k.atOnce || len(sets) < 2 {
		for _, s := range sets {
			s.loaded = k.load(fs, s.set)
		}
		return
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	var failed atomic.Pointer[any]
	for range min(runtime.GOMAXPROCS(0), len(sets)) {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					failed.Store(&p)
				}
			}()
			for i := int(next.Add(1)) - 1; i < len(sets); i = int(next.Add(1)) - 1 {
				sets[i].loaded = k.load(fs, sets[i].set)
			}
		})
	}
	wg.Wait()
	if p := failed.Load(); p != nil {
		panic(*p)
	}
}

// image is what a service says of the image that it runs, as far as others are
// told by it what builds theirs.
type image struct {
	service, name, context, dockerfile, target string
	infra, broker, manifest                    bool
}

func imagesOf(e *deploy.Environment) []image {
	out := make([]image, len(e.Services))
	for i := range e.Services {
		s := &e.Services[i]
		out[i] = image{s.Name, s.Image, s.Context, s.Dockerfile, s.Target, s.Infra, s.Broker, s.Start != nil}
	}
	return out
}

// anyRead reports whether one of the paths is in a sorted list.
func anyRead(read, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool {
		_, ok := slices.BinarySearch(read, p)
		return ok
	})
}

// anyListed reports whether a folder above one of the paths is in a sorted list.
func anyListed(read, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool {
		for dir := path.Dir(p); ; dir = path.Dir(dir) {
			if _, ok := slices.BinarySearch(read, dir); ok {
				return true
			}
			if dir == "." {
				return false
			}
		}
	})
}

// builtFrom reports whether a service's image is built from a folder with one
// of the paths: what a Dockerfile copies and what a command starts goes by the
// files there are.
func builtFrom(e *deploy.Environment, paths []string) bool {
	for i := range e.Services {
		if builtWithin(&e.Services[i], paths) {
			return true
		}
	}
	return false
}

func builtWithin(s *deploy.Service, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool {
		return s.Context == "." || s.Context != "" && strings.HasPrefix(p, s.Context+"/")
	})
}

func sameSet(a, b deploy.FileSet) bool {
	return a.ID == b.ID && a.Default == b.Default && a.Dir == b.Dir && a.Part == b.Part && slices.Equal(a.Files, b.Files)
}

// counts is the environment that counts: the last good state.
func (s *loadedSet) counts() *deploy.Environment {
	if s.hasOK {
		return &s.good.Environment
	}
	return &s.loaded.Environment
}

// variableFiles lists the files that variables of an environment come from,
// without those that make it what it is.
func variableFiles(e *deploy.Environment) []string {
	var out []string
	last := ""
	add := func(p deploy.Pos) {
		if p.File == last || p.File == "" {
			return
		}
		last = p.File
		if i, ok := slices.BinarySearch(out, p.File); !ok && !slices.Contains(e.Files, p.File) {
			out = slices.Insert(out, i, p.File)
		}
	}
	for i := range e.Services {
		for j := range e.Services[i].Vars {
			v := &e.Services[i].Vars[j]
			add(v.NamePos)
			add(v.ValuePos)
			for _, o := range v.Origin {
				add(o.Pos)
			}
		}
	}
	return out
}

// all returns the loaded environments.
func (d *deployments) all() []*loadedSet {
	var out []*loadedSet
	for _, k := range d.kinds {
		for i := range k.sets {
			out = append(out, &k.sets[i])
		}
	}
	return out
}

// problems lists what could not be read, each once: environments share files.
func (d *deployments) problems() []deploy.Problem {
	var out []deploy.Problem
	seen := map[deploy.Problem]bool{}
	for _, k := range d.kinds {
		for i := range k.sets {
			for _, p := range k.sets[i].loaded.Problems {
				if !seen[p] {
					seen[p] = true
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// An environment is one as the index takes it: with the code of its services.
type environment struct {
	*deploy.Environment
	read     []string // files that variables come from
	services []*deploy.Service
	own      int // services that run code of the workspace; counted where there are several kinds
}

// environments returns the loaded environments with their services' code.
func (w *Workspace) environments() []environment {
	all := w.deployments.all()
	built := sync.OnceValue(func() builtImages { return imagesBuilt(all) }) // mostly not asked for: what was completed is kept
	several := slices.ContainsFunc(all, func(s *loadedSet) bool { return s.set.Kind != all[0].set.Kind })
	out := make([]environment, len(all))
	w.deployments.drop(all)
	for i, s := range all {
		e := s.counts()
		out[i] = environment{Environment: e, read: s.read, services: make([]*deploy.Service, len(e.Services))}
		for j := range e.Services {
			out[i].services[j] = w.withOwnCode(w.withCode(&e.Services[j], built))
		}
		if several {
			out[i].own = w.ownServices(out[i].services)
		}
	}
	return out
}

// drop forgets what was completed of services that are not there any more, when
// there is more of it than of the others.
func (d *deployments) drop(all []*loadedSet) {
	there := 0
	for _, s := range all {
		there += len(s.counts().Services)
	}
	if len(d.completed) <= 2*there+64 {
		return
	}
	kept := map[*deploy.Service]*completed{}
	for _, set := range all {
		services := set.counts().Services
		for i := range services {
			if c := d.completed[&services[i]]; c != nil {
				kept[&services[i]] = c
			}
		}
	}
	d.completed = kept
}

// ownServices counts services that run code of the workspace.
func (w *Workspace) ownServices(services []*deploy.Service) int {
	n := 0
	for _, s := range services {
		if !s.Infra && slices.ContainsFunc(s.Code, func(p string) bool { return w.code.hasBelow(p) || w.code.Has(p) }) {
			n++
		}
	}
	return n
}

// answering tells which environments answer: the one that was asked for; else
// the default ones of the first kind that deploys at least half as many of the
// workspace's services as any kind does, and what is deployed beside those.
func (w *Workspace) answering(all []environment) map[string]bool {
	out := map[string]bool{}
	if id := w.chosen(all); id != "" {
		out[id] = true
		return out
	}
	var kinds []string
	own := map[string]int{}
	most := 0
	for i := range all {
		e := &all[i]
		if !slices.Contains(kinds, e.Kind) {
			kinds = append(kinds, e.Kind)
		}
		if e.Default {
			own[e.Kind] += e.own
			most = max(most, own[e.Kind])
		}
	}
	first := slices.IndexFunc(kinds, func(k string) bool { return 2*own[k] >= most })
	for i := range all {
		e := &all[i]
		// A kind that deploys nothing of the workspace may deploy the brokers.
		if e.Default && (e.Kind == kinds[first] || own[e.Kind] == 0) {
			out[e.ID] = true
		}
	}
	for i := range all {
		if e := &all[i]; !e.Default && e.Kind == kinds[first] && alongside(e, all, out) {
			out[e.ID] = true
		}
	}
	return out
}

// alongside reports whether an environment that is not a default one is
// deployed beside the default ones: a compose file of its own that stands alone
// and has none of their services, and whose name is no stage's.
func alongside(e *environment, all []environment, answering map[string]bool) bool {
	if e.Kind != "compose" || len(e.Files) == 0 || stages.Apart(e.ID) {
		return false
	}
	names := map[string]bool{}
	for i := range e.Services {
		names[e.Services[i].Name] = true
	}
	for i := range all {
		d := &all[i]
		if !d.Default || !answering[d.ID] {
			continue
		}
		if slices.Contains(d.Files, e.Files[0]) {
			return false
		}
		for j := range d.Services {
			if d.Dir == e.Dir && names[d.Services[j].Name] && !d.Services[j].Infra {
				return false
			}
		}
	}
	return true
}
