package flow

import (
	"path"
	"strings"
	"sync"

	"topicls/index/client"
)

// modules answers which file or folder of the workspace an import means, by
// paths alone. Answers are kept until a code file comes or goes. Several
// goroutines may ask at once.
type modules struct {
	models *client.Set
	src    Source
	mu     sync.RWMutex
	found  map[moduleQuery]modulePath
}

// moduleQuery is an absolute import as seen from a folder.
type moduleQuery struct{ dir, rel string }

// modulePath is where a module stands. The zero value is no module.
type modulePath struct {
	file string // "" for a package without a file of its own
	dir  string // where its submodules stand
	doc  string // a configuration document in a module's place
}

func newModules(models *client.Set, src Source) *modules {
	return &modules{models: models, src: src, found: map[moduleQuery]modulePath{}}
}

// reset forgets all answers.
func (m *modules) reset() {
	m.mu.Lock()
	clear(m.found)
	m.mu.Unlock()
}

// at returns the module or package at a path without extension.
func (m *modules) at(p string) (modulePath, bool) {
	if f := p + ".py"; m.src.Has(f) {
		return modulePath{file: f, dir: p}, true
	}
	if f := p + "/__init__.py"; m.src.Has(f) {
		return modulePath{file: f, dir: p}, true
	}
	if m.src.IsPackage(p) {
		return modulePath{dir: p}, true
	}
	return modulePath{}, false
}

// absolute resolves an absolute import of the module rel ("a/b" for a.b): in
// the importing file's own folder first, then in each folder around it, then
// in the one place of the workspace that has it.
func (m *modules) absolute(from, rel string) (modulePath, bool) {
	q := moduleQuery{path.Dir(from), rel}
	m.mu.RLock()
	got, ok := m.found[q]
	m.mu.RUnlock()
	if !ok {
		got = m.resolve(q, from)
		m.mu.Lock()
		m.found[q] = got
		m.mu.Unlock()
	}
	return got, got.dir != ""
}

func (m *modules) resolve(q moduleQuery, from string) modulePath {
	if top, _, _ := strings.Cut(q.rel, "/"); m.models.Builtin[top] {
		return modulePath{}
	}
	for dir := q.dir; ; dir = path.Dir(dir) {
		if got, ok := m.at(path.Join(dir, q.rel)); ok {
			return got
		}
		if got, ok := m.at(path.Join(dir, "src", q.rel)); ok {
			return got
		}
		if dir == "." || dir == "/" {
			break
		}
	}
	if m.models.KnowsModule(q.rel) {
		return modulePath{}
	}
	if p, ok := m.unique(q.rel, from); ok {
		got, _ := m.at(p)
		return got
	}
	return modulePath{}
}

// unique finds the one workspace module that a name can mean when no folder
// around the importing file has it: the nearest, if that is one.
func (m *modules) unique(rel, from string) (string, bool) {
	best, bestN, ties := "", -1, 0
	for _, p := range m.src.Stems(path.Base(rel)) {
		mod := modulePathOf(p)
		if mod != rel && !strings.HasSuffix(mod, "/"+rel) {
			continue
		}
		n := commonFolders(mod, from)
		switch {
		case n > bestN:
			best, bestN, ties = mod, n, 1
		case n == bestN:
			ties++
		}
	}
	return best, ties == 1
}

// UniqueModule returns the file of the one workspace module that a dotted name
// can mean when no folder around the importing file has it, or "".
func (l *Linker) UniqueModule(from, dotted string) string {
	if l.models.KnowsModule(dotted) || dotted == "" {
		return ""
	}
	if top, _, _ := strings.Cut(dotted, "."); l.models.Builtin[top] {
		return ""
	}
	p, ok := l.modules.unique(strings.ReplaceAll(dotted, ".", "/"), from)
	if !ok {
		return ""
	}
	m, _ := l.modules.at(p)
	return m.file
}

// modulePathOf is a module file's path without its ending.
func modulePathOf(p string) string {
	return strings.TrimSuffix(strings.TrimSuffix(p, ".py"), "/__init__")
}

func commonFolders(a, b string) int {
	n := 0
	for {
		i, j := strings.IndexByte(a, '/'), strings.IndexByte(b, '/')
		if i < 0 || j < 0 || a[:i] != b[:j] {
			return n
		}
		a, b = a[i+1:], b[j+1:]
		n++
	}
}

// stem is the last component of the module name that a path stands for.
func stem(p string) string {
	b := path.Base(p)
	if i := strings.LastIndexByte(b, '.'); i > 0 {
		b = b[:i]
	}
	if b == "__init__" {
		return path.Base(path.Dir(p))
	}
	return b
}
