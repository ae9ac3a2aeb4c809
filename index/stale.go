package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/client"
)

// staleCode says what has changed in a way that may change which code
// services run.
type staleCode struct {
	files    []string        // code with other imports
	services map[string]bool // ids of services that run such code, may run files that came, or ran those that went
	scripts  []string        // shell scripts and Dockerfiles
}

// isEmpty reports whether nothing changed.
func (st *staleCode) isEmpty() bool {
	return len(st.files) == 0 && len(st.services) == 0 && len(st.scripts) == 0
}

// concerns reports whether a service may run other code.
func (st *staleCode) concerns(s *service) bool {
	return st.services[s.ID] || slices.ContainsFunc(st.scripts, func(p string) bool {
		return p == s.Dockerfile || strings.HasSuffix(p, ".sh") && (under(p, s.Context) || slices.ContainsFunc(s.Code, func(f string) bool { return under(p, f) }))
	})
}

// staleImports is what follows from changed files that neither came nor went:
// diff are all of them, touched the code.
func (w *Workspace) staleImports(diff, touched []string) *staleCode {
	st := &staleCode{files: w.importsChanged(touched), services: map[string]bool{}}
	for _, p := range st.files {
		for _, id := range w.runs[p] {
			st.services[id] = true
		}
		if cf := w.code.files[p]; cf != nil && cf.family == client.Go { // it may have become a program, or no longer be one
			w.addNear(st, p)
		}
	}
	for _, p := range diff {
		if isGoModule(p) {
			for _, s := range w.deployed.services {
				st.services[s.ID] = true
			}
		}
		if strings.HasSuffix(p, ".sh") || slices.ContainsFunc(w.deployed.services, func(s *service) bool { return s.Dockerfile == p }) {
			st.scripts = append(st.scripts, p)
		}
	}
	return st
}

// addMoved takes in the services that code which came or went may concern. It
// reports false where that can't be told and may be any.
func (w *Workspace) addMoved(st *staleCode, moved map[client.Family][]string) bool {
	for f, list := range moved {
		if f != client.Python && programFinders[f] != nil && len(list) > 0 { // imports and references that name files in ways of their own
			return false
		}
		for _, p := range list {
			w.addNear(st, p)
			if f == client.Python {
				w.addImporters(st, p, len(list))
			}
		}
	}
	return true
}

// addNear adds the services that have a file in their folders, or ran it: what
// is taken as a whole, what finds modules at run time and what is started.
func (w *Workspace) addNear(st *staleCode, p string) {
	for _, id := range w.runs[p] {
		st.services[id] = true
	}
	for _, s := range w.deployed.services {
		for _, e := range s.Entries {
			if e.File == p || e.File != "" && path.Dir(e.File) == path.Dir(p) {
				st.services[s.ID] = true
			}
		}
		if s.Context != "" && under(p, s.Context) || slices.ContainsFunc(s.Code, func(f string) bool { return under(p, f) }) {
			st.services[s.ID] = true
		}
	}
}

// addImporters adds the services that run a file which may import the module p,
// or a folder that is or was importable for its sake: such a file mentions its
// name. n is how many files came or went.
func (w *Workspace) addImporters(st *staleCode, p string, n int) {
	names := []string{stemOf(p)}
	for d := path.Dir(p); d != "." && d != "/"; d = path.Dir(d) {
		if w.code.folders[packageKey{client.Python, d}] <= n {
			names = append(names, path.Base(d))
		}
	}
	for _, name := range names {
		for _, q := range w.code.mentioning(client.Python, name) {
			for _, id := range w.runs[q] {
				st.services[id] = true
			}
		}
	}
	if path.Base(p) != "__init__.py" {
		return
	}
	for q, ids := range w.runs { // `from . import x` names no folder
		if under(q, path.Dir(p)) {
			for _, id := range ids {
				st.services[id] = true
			}
		}
	}
}
