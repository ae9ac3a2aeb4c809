package index

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/deploy"
	"topicls/index/deploy/images"
	"topicls/index/topology"
)

// deployState is what the chosen environments deploy. It never changes.
type deployState struct {
	environments []topology.Environment
	services     []*service                 // by id
	others       []*otherService            // of the environments that do not answer
	othersOf     map[string][]*otherService // by the id of their twin
	othersByID   map[string]*otherService
	elsewhere    map[string][]*otherService // services that only environments deploy which do not answer, by their code
	byID         map[string]*service
	programs     map[string][]string // see programsOfProjects
	chosen       string              // the environment that answers because somebody asked for it, or ""
	problems     []deploy.Problem
	unused       map[string][]topology.UnusedValue // by values file
}

// service is a deployed service with its variables and the code it runs.
type service struct {
	*deploy.Service
	files []string // sorted
	// whole says that the code was taken as a whole, because the program
	// started is not known or finds its modules at run time.
	whole bool
	// project is the project file of .NET whose program it starts, or "".
	project string
}

// variable returns a variable by name, or nil.
func (s *service) variable(name string) *deploy.Variable {
	i, ok := slices.BinarySearchFunc(s.Vars, name, func(v deploy.Variable, name string) int { return strings.Compare(v.Name, name) })
	if !ok {
		return nil
	}
	return &s.Vars[i]
}

// runs reports whether the service runs a code file.
func (s *service) runs(p string) bool {
	_, ok := slices.BinarySearch(s.files, p)
	return ok
}

// imports returns a file's imports, found without parsing.
func (c *code) imports(p string) scan {
	cf := c.files[p]
	if cf == nil {
		return scan{}
	}
	if !cf.scanned {
		cf.scanned = true
		if data, err := c.set.ReadFile(p); err == nil {
			cf.scan = scanImports(cf.family, data)
		}
	}
	return cf.scan
}

// importsChanged lists the changed files that can change which code runs
// where. It looks at the imports as they were last scanned.
func (w *Workspace) importsChanged(touched []string) []string {
	var out []string
	for _, p := range touched {
		cf := w.code.files[p]
		if cf == nil || !cf.known {
			out = append(out, p)
			continue
		}
		if !cf.lastScanned {
			continue // no service got this far
		}
		if w.code.imports(p) != cf.last {
			out = append(out, p)
		}
	}
	return out
}

// findModule returns the files that importing a module loads, as seen from a
// file: the packages on the way and the module itself.
func (c *code) findModule(from string, level int, dotted string, roots []string) []string {
	rel := strings.ReplaceAll(dotted, ".", "/")
	try := func(dir, rel string) []string {
		p := path.Join(dir, rel)
		var out []string
		switch {
		case c.Has(p + ".py"):
			out = append(out, p+".py")
		case c.Has(p + "/__init__.py"):
			out = append(out, p+"/__init__.py")
		case c.folders[packageKey{client.Python, p}] == 0:
			return nil
		default:
			out = []string{} // a folder without code of its own
		}
		for d := path.Dir(rel); d != "." && d != "/"; d = path.Dir(d) {
			if init := path.Join(dir, d, "__init__.py"); c.Has(init) {
				out = append(out, init)
			}
		}
		return out
	}
	if level > 0 {
		dir := path.Dir(from)
		for i := 1; i < level; i++ {
			dir = path.Dir(dir)
		}
		if rel == "" {
			if init := path.Join(dir, "__init__.py"); c.Has(init) {
				return []string{init}
			}
			return []string{}
		}
		return try(dir, rel)
	}
	for dir := path.Dir(from); ; dir = path.Dir(dir) {
		if got := try(dir, rel); got != nil {
			return got
		}
		if got := try(path.Join(dir, "src"), rel); got != nil {
			return got
		}
		if dir == "." || dir == "/" {
			break
		}
	}
	for _, r := range roots {
		if got := try(r, rel); got != nil {
			return got
		}
	}
	return nil
}

// importFolder returns the folder that a module name stands for, for members
// that are submodules.
func (c *code) importFolder(from string, level int, dotted string, roots []string) []string {
	var out []string
	if level > 0 {
		dir := path.Dir(from)
		for i := 1; i < level; i++ {
			dir = path.Dir(dir)
		}
		return append(out, path.Join(dir, strings.ReplaceAll(dotted, ".", "/")))
	}
	rel := strings.ReplaceAll(dotted, ".", "/")
	for dir := path.Dir(from); ; dir = path.Dir(dir) {
		out = append(out, path.Join(dir, rel), path.Join(dir, "src", rel))
		if dir == "." || dir == "/" {
			break
		}
	}
	for _, r := range roots {
		out = append(out, path.Join(r, rel))
	}
	return out
}

// reaching says how a program finds its code.
type reaching struct {
	roots, within []string            // folders imported from; the service's code
	discovers     bool                // a framework looks for modules where it is asked to
	listed        bool                // all that is found at run time is among the entries
	not           func(p string) bool // what is not found at run time
}

// reach follows imports from the entry files and returns every file reached. A
// file that finds modules at run time (or one that asks its framework to,
// where that does) reaches the files below its own folder, as far as they are in
// the service's code.
func (c *code) reach(entries []string, how reaching, unique func(from, dotted string) string) map[string]bool {
	roots, within := how.roots, how.within
	files := map[string]bool{}
	read := map[string]bool{} // settings, which say what is installed, but install nothing
	queue := append([]string(nil), entries...)
	add := func(p string) {
		if !files[p] {
			files[p] = true
			queue = append(queue, p)
		}
	}
	for _, e := range entries {
		files[e] = true
		if main := path.Join(path.Dir(e), "__init__.py"); c.Has(main) {
			add(main)
		}
	}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		found := c.imports(p)
		if (found.dynamic || how.discovers && found.auto) && !how.listed && !read[p] {
			mine := c.below(client.Python, within)
			var subs []string
			for _, sub := range c.below(client.Python, []string{path.Dir(p)}) {
				if _, ok := slices.BinarySearch(mine, sub); ok {
					subs = append(subs, sub)
				}
			}
			for _, sub := range c.discovered(subs, how, unique) {
				add(sub)
			}
		}
		for im := range found.all() {
			if im.Module == "django.conf" {
				for _, s := range c.settingsModules(within) {
					if !files[s] {
						add(s)
						read[s] = true
					}
				}
				continue
			}
			got := c.findModule(p, im.Level, im.Module, roots)
			if got == nil && im.Level == 0 {
				if u := unique(p, im.Module); u != "" {
					got = []string{u}
				}
			}
			for _, g := range got {
				add(g)
			}
			for _, m := range im.Members {
				if m == "*" {
					continue
				}
				for _, dir := range c.importFolder(p, im.Level, im.Module, roots) {
					sub := path.Join(dir, m)
					if c.Has(sub + ".py") {
						add(sub + ".py")
						break
					}
					if c.Has(sub + "/__init__.py") {
						add(sub + "/__init__.py")
						break
					}
				}
			}
		}
	}
	return files
}

// below lists the code files of a family in folders (or the files themselves).
func (c *code) below(family client.Family, folders []string) []string {
	var out []string
	for _, p := range c.sorted() {
		if c.files[p].family != family {
			continue
		}
		for _, f := range folders {
			if f == "." || p == f || strings.HasPrefix(p, f+"/") {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// computeServices works out what the chosen environments deploy and which
// code each service runs. What services that are deployed already run is taken
// over when neither they nor what stale says concern it; with a nil stale
// nothing is.
func (w *Workspace) computeServices(stale *staleCode) *deployState {
	st := &deployState{byID: make(map[string]*service, len(w.deployed.byID)), services: make([]*service, 0, len(w.deployed.services))}
	st.problems = w.deployments.problems()
	envs, dirs := w.environments(), map[string]string{}
	answering := w.answering(envs)
	st.chosen = w.chosen(envs)
	st.unused = unusedValues(envs)
	for i := range envs {
		e := &envs[i]
		st.environments = append(st.environments, topology.Environment{ID: e.ID, Kind: e.Kind, Default: answering[e.ID], Files: e.Files, Read: e.read})
		if !answering[e.ID] {
			for _, s := range e.services {
				st.others = append(st.others, newOtherService(s, e.Dir))
			}
			continue
		}
		dirs[e.ID] = e.Dir
		for _, built := range e.services {
			if st.byID[built.ID] != nil {
				continue
			}
			var s *service
			old := w.deployed.byID[built.ID]
			switch {
			case old == nil || stale == nil || !sameCode(old.Service, built) || stale.concerns(old):
				s = &service{Service: built}
				w.findCode(s)
				for _, p := range s.files {
					w.code.settle(p)
				}
				if old != nil && slices.Equal(old.files, s.files) {
					s.files = old.files
				}
			case old.Service == built:
				s = old
			default:
				c := *old
				c.Service = built
				s = &c
			}
			st.services = append(st.services, s)
			st.byID[s.ID] = s
		}
	}
	byID := func(a, b *service) int { return strings.Compare(a.ID, b.ID) }
	if !slices.IsSortedFunc(st.services, byID) {
		slices.SortStableFunc(st.services, byID)
	}
	st.pairTwins(dirs)
	st.setElsewhere()
	st.programs = w.deployed.programs
	if stale == nil {
		st.programs = w.programsOfProjects()
		for p := range w.code.files {
			w.code.settle(p)
		}
		return st
	}
	for _, p := range stale.files {
		w.code.settle(p)
	}
	return st
}

// sameCode reports whether two services start the same programs of the same code.
func sameCode(a, b *deploy.Service) bool {
	return a == b || a.Infra == b.Infra && a.Context == b.Context && a.Dockerfile == b.Dockerfile && slices.Equal(a.Code, b.Code) && slices.Equal(a.Roots, b.Roots) &&
		slices.EqualFunc(a.Builds, b.Builds, func(x, y deploy.Build) bool {
			return x.Text == y.Text && x.Dir == y.Dir && slices.Equal(x.Files, y.Files)
		}) &&
		slices.EqualFunc(a.Entries, b.Entries, func(x, y deploy.Entry) bool {
			return x.File == y.File && slices.Equal(x.Words, y.Words) && maps.Equal(x.Set, y.Set)
		})
}

// sameService reports whether two services are equal, with all of their places.
func sameService(a, b *deploy.Service) bool {
	return a == b || equalServices(a, b, func(p, q deploy.Pos) bool { return p == q })
}

// equalServices reports whether two services are equal, where pos says so of
// their places.
func equalServices(a, b *deploy.Service, pos func(p, q deploy.Pos) bool) bool {
	return sameCode(a, b) && a.Workdir == b.Workdir && slices.Equal(a.Mounts, b.Mounts) && sameFiles(a.Files, b.Files, pos) &&
		a.ID == b.ID && a.Name == b.Name && a.Environment == b.Environment && pos(a.Pos, b.Pos) && a.Image == b.Image &&
		sameLack(a.Lack, b.Lack, pos) && a.MoreVars == b.MoreVars && a.Broker == b.Broker && slices.Equal(a.DependsOn, b.DependsOn) && slices.Equal(a.Profiles, b.Profiles) &&
		slices.EqualFunc(a.Entries, b.Entries, func(x, y deploy.Entry) bool { return pos(x.Pos, y.Pos) && slices.Equal(x.Args, y.Args) }) &&
		slices.EqualFunc(a.Vars, b.Vars, func(x, y deploy.Variable) bool { return equalVariables(&x, &y, pos) })
}

// sameFiles reports whether the same files are mounted.
func sameFiles(a, b []deploy.MountedFile, pos func(p, q deploy.Pos) bool) bool {
	steps := func(a, b []deploy.Step) bool {
		return slices.EqualFunc(a, b, func(x, y deploy.Step) bool { return x.What == y.What && pos(x.Pos, y.Pos) })
	}
	return slices.EqualFunc(a, b, func(x, y deploy.MountedFile) bool {
		return x.Target == y.Target && x.Secret == y.Secret && x.Text == y.Text && pos(x.Pos, y.Pos) && slices.EqualFunc(x.Lines, y.Lines, pos) && steps(x.Origin, y.Origin) &&
			slices.EqualFunc(x.Parts, y.Parts, func(p, q deploy.Part) bool {
				return p.Start == q.Start && p.End == q.End && pos(p.Pos, q.Pos) && p.Exact == q.Exact && steps(p.Origin, q.Origin)
			})
	})
}

func sameLack(a, b *deploy.Lack, pos func(p, q deploy.Pos) bool) bool {
	if a == nil || b == nil {
		return a == b
	}
	now := *b
	now.Pos = a.Pos
	return *a == now && pos(a.Pos, b.Pos)
}

func equalVariables(a, b *deploy.Variable, pos func(p, q deploy.Pos) bool) bool {
	return a.Name == b.Name && a.Value == b.Value && a.Status == b.Status && a.Reason == b.Reason && a.Default == b.Default && a.Bulk == b.Bulk &&
		pos(a.NamePos, b.NamePos) && pos(a.ValuePos, b.ValuePos) && a.Raw == b.Raw &&
		slices.EqualFunc(a.Origin, b.Origin, func(x, y deploy.Step) bool { return x.What == y.What && pos(x.Pos, y.Pos) }) &&
		slices.EqualFunc(a.Hidden, b.Hidden, func(x, y deploy.Definition) bool {
			return pos(x.NamePos, y.NamePos) && pos(x.ValuePos, y.ValuePos)
		})
}

// under reports whether a path is a folder's or file's own or below it.
func under(p, folder string) bool {
	return folder == "." || p == folder || folder != "" && strings.HasPrefix(p, folder) && p[len(folder)] == '/'
}

// settle notes the imports that services were computed with.
func (c *code) settle(p string) {
	if cf := c.files[p]; cf != nil {
		cf.known, cf.lastScanned, cf.last = true, cf.scanned, cf.scan
	}
}

// redeployed says what changed in what is deployed.
type redeployed struct {
	services     map[string]bool   // ids of services that came, went or changed in any way
	code         map[string]bool   // ids of those that run other code
	moved        map[string]bool   // ids of those that are what they were, at other places
	places       relocation        // where those places are now
	files        []string          // code files that may be resolved in another way
	shifted      map[string]bool   // those among files of which only the places are others
	stores       map[storeKey]bool // those that may answer otherwise; false: only with other places
	elsewhere    []string          // ids of services that other environments deploy in another way now
	environments bool              // environments came, went or have other files
}

// redeploy computes services again, as far as stale files concern them; all
// of them when it is nil. programs says that other folders look like a main
// program's.
func (w *Workspace) redeploy(stale *staleCode, programs bool) redeployed {
	old := w.deployed
	w.deployed = w.computeServices(stale)
	d := redeployed{services: map[string]bool{}, code: map[string]bool{}, moved: map[string]bool{}, shifted: map[string]bool{}}
	d.environments = !slices.EqualFunc(old.environments, w.deployed.environments, func(a, b topology.Environment) bool {
		return a.ID == b.ID && a.Kind == b.Kind && a.Default == b.Default && slices.Equal(a.Files, b.Files) && slices.Equal(a.Read, b.Read)
	})
	changed := map[string]bool{}
	flipped := map[string]bool{} // files that some service runs now and none did, or the other way round
	run := func(s *service, id string, n int) {
		for _, p := range s.files {
			changed[p] = true
			list := w.runs[p]
			i, had := slices.BinarySearch(list, id)
			switch {
			case n > 0 && !had:
				w.runs[p] = slices.Insert(slices.Clone(list), i, id)
				flipped[p] = len(list) == 0 != flipped[p]
			case n < 0 && had && len(list) == 1:
				delete(w.runs, p)
				flipped[p] = !flipped[p]
			case n < 0 && had:
				w.runs[p] = slices.Delete(slices.Clone(list), i, i+1)
			}
		}
	}
	for _, s := range old.services {
		now := w.deployed.byID[s.ID]
		if now == s || now != nil && sameService(s.Service, now.Service) && slices.Equal(s.files, now.files) && s.whole == now.whole && s.project == now.project {
			continue
		}
		d.services[s.ID] = true
		if now != nil && slices.Equal(s.files, now.files) && s.whole == now.whole && s.project == now.project && d.places.services(s.Service, now.Service) {
			d.moved[s.ID] = true
			for _, p := range s.files {
				d.shifted[p] = true
			}
			continue
		}
		d.code[s.ID] = now == nil || s.whole != now.whole || !slices.Equal(s.files, now.files)
		programs = programs || now == nil || !slices.Equal(s.Code, now.Code)
		if now == nil || !slices.Equal(s.files, now.files) {
			run(s, s.ID, -1)
		}
	}
	for _, s := range w.deployed.services {
		was := old.byID[s.ID]
		if was != nil && (!d.services[s.ID] || d.moved[s.ID]) {
			continue
		}
		d.services[s.ID] = true
		d.code[s.ID] = d.code[s.ID] || was == nil
		programs = programs || was == nil
		run(s, s.ID, 1)
	}
	others, twins := w.deployed.changedOthers(old)
	maps.Copy(d.services, others)
	d.elsewhere = twins
	for _, id := range twins {
		for _, s := range []*service{old.byID[id], w.deployed.byID[id]} {
			if s != nil {
				for _, p := range s.files {
					changed[p] = true
				}
			}
		}
	}
	if !sameElsewhere(old.elsewhere, w.deployed.elsewhere) {
		programs = true
		for id := range w.programs {
			d.services[id] = true
		}
	}
	programs = programs || old.chosen != w.deployed.chosen || !maps.EqualFunc(old.programs, w.deployed.programs, slices.Equal[[]string])
	w.alsoResolve(changed, flipped, programs)
	maps.DeleteFunc(d.shifted, func(p string, _ bool) bool { return changed[p] })
	maps.Copy(changed, d.shifted)
	d.files = slices.Sorted(maps.Keys(changed))
	return d
}

// alsoResolve adds the files that have to do with services though none of
// theirs changed: with programs, those that no service runs, and those whose
// values pass through a file that came to be deployed or no longer is.
func (w *Workspace) alsoResolve(changed, flipped map[string]bool, programs bool) {
	if programs {
		for _, p := range w.linkers.files() {
			if len(w.runs[p]) == 0 {
				changed[p] = true
			}
		}
	}
	maps.DeleteFunc(flipped, func(_ string, now bool) bool { return !now })
	if !programs && len(flipped) == 0 {
		return
	}
	passes := func(through []string) bool {
		return len(flipped) > 0 && slices.ContainsFunc(through, func(f string) bool { return flipped[f] })
	}
	if len(flipped) <= 4 { // mostly: comparing is faster than looking up
		few := slices.Collect(maps.Keys(flipped))
		passes = func(through []string) bool {
			return slices.ContainsFunc(few, func(f string) bool { return slices.Contains(through, f) })
		}
	}
	for p, rf := range w.resolved {
		if programs && len(w.runs[p]) == 0 || passes(rf.through) {
			changed[p] = true
		}
	}
	if programs {
		for p := range w.reads {
			if len(w.runs[p]) == 0 {
				changed[p] = true
			}
		}
	}
}

// findPython finds the Python files that a service runs: what its programs
// import, or all of its code when the programs are not known.
func (w *Workspace) findPython(s *service) (files []string, whole bool) {
	var entries []string
	python, discovers := false, false
	for _, e := range s.Entries {
		if cf := w.code.files[e.File]; cf != nil && cf.family == client.Python {
			entries = append(entries, e.File)
		}
		for _, word := range e.Words {
			python = python || startsPython.MatchString(word)
			discovers = discovers || discoversModules.MatchString(word) || w.scriptDiscovers(s, word)
		}
	}
	if len(entries) > 0 {
		how := reaching{roots: s.Roots, within: s.Code, discovers: discovers, not: unnamedCommand(s.Entries)}
		if onlyTasks(s.Entries) {
			entries, how.listed = append(entries, w.code.taskCode(entries, s.Code)...), true
		}
		return slices.Sorted(maps.Keys(w.code.reach(entries, how, w.uniqueModule))), false
	}
	if len(entries) == 0 && (s.Context == "" || len(s.Entries) > 0 && !python) {
		return nil, false // a program that is not the workspace's beside its code
	}
	if len(s.Entries) == 0 {
		data, err := w.set.ReadFile(s.Dockerfile)
		switch {
		case err == nil && !images.For("python", data):
			return nil, false // some other image's program
		case err != nil && s.Dockerfile != "" && path.Base(s.Dockerfile) != "Dockerfile":
			return nil, false // an image of its own that is not described here
		}
	}
	files = w.code.below(client.Python, s.Code)
	return files, len(files) > 0
}

// scriptDiscovers reports whether a word of a command is a shell script of the
// service that starts such a framework.
func (w *Workspace) scriptDiscovers(s *service, word string) bool {
	if !strings.HasSuffix(word, ".sh") {
		return false
	}
	for _, dir := range append([]string{s.Context}, s.Code...) {
		for _, p := range []string{path.Join(dir, path.Base(word)), dir} {
			if path.Base(p) != path.Base(word) {
				continue
			}
			if data, err := w.set.ReadFile(p); err == nil && discoversModules.Match(data) {
				return true
			}
		}
	}
	return false
}

var (
	// startsPython matches words of a command that may start some Python
	// program, though which one can't be told.
	startsPython = regexp.MustCompile(`(^|[/ ;&])(python[0-9.]*|uvicorn|gunicorn|hypercorn|flask|celery|faust|faststream|poetry|pipenv|uv|hatch|pdm|supervisord|honcho|make|tox|invoke|manage\.py)( |$)`)
	// discoversModules matches commands whose framework finds modules by itself.
	discoversModules = regexp.MustCompile(`(^|[/ ;&])(faust|celery|manage\.py|django-admin)[ \t]` + "|" + `^(faust|celery|manage\.py|django-admin)$`)
)

// uniqueModule finds the one file that a module name can mean from elsewhere.
func (w *Workspace) uniqueModule(from, dotted string) string {
	if l := w.linkers.family(client.Python); l != nil {
		return l.UniqueModule(from, dotted)
	}
	return ""
}

// programMarkers are files that a main program's folder has.
var programMarkers = []string{
	"Dockerfile", "requirements.txt", "pyproject.toml", "setup.py", "Pipfile",
	"pom.xml", "build.gradle", "build.gradle.kts", "go.mod", "package.json",
}

// isProgramFolder reports whether a folder looks like a main program's.
func (w *Workspace) isProgramFolder(d string) bool {
	if slices.ContainsFunc(programMarkers, func(f string) bool { return w.set.Has(d + "/" + f) }) {
		return true
	}
	w.code.mu.Lock()
	defer w.code.mu.Unlock()
	return w.code.isDotnetFolder(d)
}

// mainService names the program that a code file belongs to when no
// deployment runs it: the nearest folder that looks like a program's.
func (w *Workspace) mainService(p string, st *deployState) string {
	dir := path.Dir(p)
	for d := dir; d != "." && d != "/"; d = path.Dir(d) {
		if w.isProgramFolder(d) {
			for _, s := range st.services {
				if slices.Contains(s.Code, d) { // deployed, but this file is not part of it
					return "code:" + strings.TrimSuffix(p, path.Ext(p))
				}
			}
			return "code:" + d
		}
	}
	if dir == "." {
		return "code:" + strings.TrimSuffix(p, path.Ext(p))
	}
	return "code:" + dir
}
