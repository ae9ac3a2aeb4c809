package index

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/deploy/images"
)

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
