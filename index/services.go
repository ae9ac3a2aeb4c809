package index

import (
	"bytes"
	"maps"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"

	"topicls/index/deploy"
	"topicls/index/extract/python"
	"topicls/index/topology"
)

// deployState is what the chosen environments deploy, and which code runs where.
type deployState struct {
	environments []topology.Environment
	services     []*service
	others       []*otherService // of the environments that do not answer
	byID         map[string]*service
	runs         map[string][]string // code file -> ids of the services that run it, sorted
	problems     []deploy.Problem
}

// service is a deployed service with its variables and the code it runs.
type service struct {
	*deploy.Service
	vars  map[string]*deploy.Variable
	files map[string]bool
	// whole says that the code was taken as a whole, because the program
	// started is not known or finds its modules at run time.
	whole bool
}

// imports returns a file's imports, found without parsing.
func (c *code) imports(p string) ([]python.QuickImport, bool) {
	cf := c.files[p]
	if cf == nil {
		return nil, false
	}
	if !cf.scanned {
		cf.scanned = true
		if data, err := c.set.ReadFile(p); err == nil {
			cf.imports = python.QuickImports(data)
			for _, w := range dynamicImports {
				if bytes.Contains(data, w) {
					cf.dynamic = true
				}
			}
			cf.auto = bytes.Contains(data, []byte("autodiscover"))
		}
	}
	return cf.imports, cf.dynamic
}

// dynamicImports are the marks of code that finds its modules at run time.
var dynamicImports = [][]byte{
	[]byte("importlib.import_module"), []byte("__import__("), []byte("pkgutil."),
	[]byte("INSTALLED_APPS"), []byte("django.setup"), []byte("DJANGO_SETTINGS_MODULE"), []byte("import_string("),
}

// importsChanged reports whether changed files can change which code runs
// where. It looks at the imports as they were last scanned.
func (w *Workspace) importsChanged(touched []string) bool {
	for _, p := range touched {
		cf := w.code.files[p]
		if cf == nil || !cf.known {
			return true
		}
		if !cf.lastScanned {
			continue // no service got this far
		}
		now, dyn := w.code.imports(p)
		if dyn != cf.lastDynamic || cf.auto != cf.lastAuto || !sameImports(now, cf.lastImports) {
			return true
		}
	}
	return false
}

func sameImports(a, b []python.QuickImport) bool {
	return slices.EqualFunc(a, b, func(x, y python.QuickImport) bool {
		return x.Level == y.Level && x.Module == y.Module && slices.Equal(x.Members, y.Members)
	})
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
		case !c.IsPackage(p):
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

// reach follows imports from the entry files and returns every file reached. A
// file that finds modules at run time (or, with discovers, one that asks its
// framework to) reaches the files below its own folder, as far as they are in
// the service's code.
func (c *code) reach(entries, roots, within []string, discovers bool, unique func(from, dotted string) string) map[string]bool {
	files := map[string]bool{}
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
		imports, dyn := c.imports(p)
		if dyn || discovers && c.files[p] != nil && c.files[p].auto {
			mine := c.below(within)
			for _, sub := range c.below([]string{path.Dir(p)}) {
				if _, ok := slices.BinarySearch(mine, sub); ok {
					add(sub)
				}
			}
		}
		for _, im := range imports {
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

// below lists the code files in folders (or the files themselves).
func (c *code) below(folders []string) []string {
	var out []string
	for _, p := range c.sorted() {
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
// code each service runs.
// Services that w.deployed has already and that stale does not concern are
// taken over; with a nil stale none is.
func (w *Workspace) computeServices(stale map[string]bool) deployState {
	st := deployState{byID: map[string]*service{}, runs: map[string][]string{}}
	for _, s := range w.sets {
		st.problems = append(st.problems, s.loaded.Problems...)
	}
	envs, dirs := w.environments(), map[string]string{}
	for i := range envs {
		e := &envs[i]
		st.environments = append(st.environments, topology.Environment{ID: e.ID, Kind: e.Kind, Default: e.Default, Files: e.Files})
		if !w.chosen(e) && !w.alongside(e, envs) {
			for j := range e.Services {
				o := &otherService{Service: &e.Services[j], dir: e.Dir, vars: map[string]*deploy.Variable{}}
				for k := range o.Vars {
					o.vars[o.Vars[k].Name] = &o.Vars[k]
				}
				st.others = append(st.others, o)
			}
			continue
		}
		dirs[e.ID] = e.Dir
		for j := range e.Services {
			s := &service{Service: &e.Services[j], vars: map[string]*deploy.Variable{}, files: map[string]bool{}}
			for k := range s.Vars {
				s.vars[s.Vars[k].Name] = &s.Vars[k]
			}
			if st.byID[s.ID] != nil {
				continue
			}
			if old := w.deployed.byID[s.ID]; stale != nil && old != nil && old.Service == s.Service && !old.concerned(stale) {
				s = old
			} else {
				w.findCode(s)
				for p := range s.files {
					w.code.settle(p)
				}
			}
			st.services = append(st.services, s)
			st.byID[s.ID] = s
			for p := range s.files {
				st.runs[p] = append(st.runs[p], s.ID)
			}
		}
	}
	for _, ids := range st.runs {
		sort.Strings(ids)
	}
	sort.SliceStable(st.services, func(i, j int) bool { return st.services[i].ID < st.services[j].ID })
	st.pairTwins(dirs)
	if stale == nil {
		for p := range w.code.files {
			w.code.settle(p)
		}
	}
	for p := range stale {
		w.code.settle(p)
	}
	return st
}

// settle notes the imports that services were computed with.
func (c *code) settle(p string) {
	if cf := c.files[p]; cf != nil {
		cf.known, cf.lastScanned, cf.lastImports, cf.lastDynamic, cf.lastAuto = true, cf.scanned, cf.imports, cf.dynamic, cf.auto
	}
}

// concerned reports whether changed files may change which code a service runs.
func (s *service) concerned(stale map[string]bool) bool {
	for p := range stale {
		if s.files[p] || p == s.Dockerfile {
			return true
		}
	}
	return false
}

// redeploy computes services again, as far as changed files concern them, and
// returns the code files that may be resolved in another way, sorted; all of
// them when diff is nil or files came or went.
func (w *Workspace) redeploy(diff []string, listing bool) []string {
	var stale map[string]bool
	if !listing && diff != nil && !slices.ContainsFunc(diff, func(p string) bool { return strings.HasSuffix(p, ".sh") }) {
		stale = map[string]bool{}
		for _, p := range diff {
			stale[p] = true
		}
	}
	old := w.deployed
	w.deployed = w.computeServices(stale)
	changed := map[string]bool{}
	differs := func(a, b *deployState) {
		for _, s := range a.services {
			if b.byID[s.ID] != s {
				for p := range s.files {
					changed[p] = true
				}
			}
		}
	}
	differs(&old, &w.deployed)
	differs(&w.deployed, &old)
	all := stale == nil
	for p := range changed {
		all = all || (len(old.runs[p]) == 0) != (len(w.deployed.runs[p]) == 0)
	}
	for _, p := range w.linker.Files() {
		if all || len(w.deployed.runs[p]) == 0 {
			changed[p] = true
		}
	}
	for p := range w.resolved {
		if all || len(w.deployed.runs[p]) == 0 {
			changed[p] = true
		}
	}
	for p := range w.reads {
		if all || len(w.deployed.runs[p]) == 0 {
			changed[p] = true
		}
	}
	return slices.Sorted(maps.Keys(changed))
}

// alongside reports whether an environment that is not a default one is
// deployed beside the default ones: a compose file of its own that stands alone
// and has none of their services, and whose name is no stage's.
func (w *Workspace) alongside(e *deploy.Environment, all []deploy.Environment) bool {
	if w.opts.Environment != "" || len(e.Files) == 0 || stageName.MatchString(e.ID) {
		return false
	}
	names := map[string]bool{}
	for i := range e.Services {
		names[e.Services[i].Name] = true
	}
	for i := range all {
		d := &all[i]
		if !d.Default {
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

var stageName = regexp.MustCompile(`(?i)(^|[:/._-])(tests?|e2e|ci|stag(e|ing)|prod(uction)?|dev(el(opment)?)?|local|debug|qa|uat|functional|integration|example|sample)([/._-]|$)`)

// findCode finds the code files that a service runs: what its programs import,
// or all of its code when the programs are not known.
func (w *Workspace) findCode(s *service) {
	if s.Infra || len(s.Code) == 0 {
		return
	}
	var entries []string
	python, discovers := false, false
	for _, e := range s.Entries {
		if e.File != "" && w.code.Has(e.File) {
			entries = append(entries, e.File)
		}
		for _, word := range e.Words {
			python = python || startsPython.MatchString(word)
			discovers = discovers || discoversModules.MatchString(word) || w.scriptDiscovers(s, word)
		}
	}
	if len(entries) > 0 {
		s.files = w.code.reach(entries, s.Roots, s.Code, discovers, w.uniqueModule)
		return
	}
	if len(entries) == 0 && (s.Context == "" || len(s.Entries) > 0 && !python) {
		return // a program that is not the workspace's beside its code
	}
	if len(s.Entries) == 0 {
		if data, err := w.set.ReadFile(s.Dockerfile); err == nil && !installsPython.Match(data) {
			return // some other image's program
		}
	}
	s.whole = true
	for _, p := range w.code.below(s.Code) {
		s.files[p] = true
	}
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
	// installsPython matches Dockerfiles of images that have Python code to run.
	installsPython = regexp.MustCompile(`(?mi)^\s*FROM\s+(--platform=\S+\s+)?\S*(python|pypy|conda|mamba|/uv\b|jupyter|tiangolo|ubi|faust)`)
	// discoversModules matches commands whose framework finds modules by itself.
	discoversModules = regexp.MustCompile(`(^|[/ ;&])(faust|celery|manage\.py|django-admin)[ \t]` + "|" + `^(faust|celery|manage\.py|django-admin)$`)
)

// uniqueModule finds the one file that a module name can mean from elsewhere.
func (w *Workspace) uniqueModule(from, dotted string) string {
	return w.linker.UniqueModule(from, dotted)
}

// programMarkers are files that a main program's folder has.
var programMarkers = []string{"Dockerfile", "requirements.txt", "pyproject.toml", "setup.py", "Pipfile"}

// mainService names the program that a code file belongs to when no
// deployment runs it: the nearest folder that looks like a program's.
func (w *Workspace) mainService(p string, st *deployState) string {
	dir := path.Dir(p)
	for d := dir; d != "." && d != "/"; d = path.Dir(d) {
		for _, f := range programMarkers {
			if w.set.Has(d + "/" + f) {
				for _, s := range st.services {
					if slices.Contains(s.Code, d) { // deployed, but this file is not part of it
						return "code:" + strings.TrimSuffix(p, ".py")
					}
				}
				return "code:" + d
			}
		}
	}
	if dir == "." {
		return "code:" + strings.TrimSuffix(p, ".py")
	}
	return "code:" + dir
}
