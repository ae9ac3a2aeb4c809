package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/source"
)

// Go's import paths lead to folders by way of the modules that go.mod files
// declare: a module's path stands for its folder. This file knows the modules
// of a workspace; replacements by folders count, a go.work file says nothing
// that the modules themselves do not.

// goModule is a go.mod file.
type goModule struct {
	path     string
	dir      string
	replaces map[string]string // import path -> folder
}

// goModules are the modules of a workspace, by folder. They are read when they
// are first asked for, and again when a go.mod file changed.
type goModules struct {
	read bool
	list []goModule
}

// isGoModule reports whether a file declares a Go module.
func isGoModule(p string) bool { return path.Base(p) == "go.mod" }

// goModuleList returns the modules of the workspace.
func (c *code) goModuleList() []goModule {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gomods.read || c.set == nil {
		return c.gomods.list
	}
	c.gomods.read = true
	for e := range c.set.All() {
		if e.Kind == source.KindNone || !isGoModule(e.Path) {
			continue
		}
		if data, err := c.set.ReadFile(e.Path); err == nil {
			if m := parseGoModule(path.Dir(e.Path), string(data)); m.path != "" {
				c.gomods.list = append(c.gomods.list, m)
			}
		}
	}
	return c.gomods.list
}

// parseGoModule reads the module and replace directives of a go.mod file
// (https://go.dev/ref/mod#go-mod-file).
func parseGoModule(dir, text string) goModule {
	m := goModule{dir: dir, replaces: map[string]string{}}
	block := ""
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		switch {
		case block != "" && words[0] == ")":
			block = ""
			continue
		case block == "" && len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case block == "":
			block, words = words[0], words[1:]
			m.directive(block, words)
			block = ""
			continue
		}
		m.directive(block, words)
	}
	return m
}

func (m *goModule) directive(verb string, words []string) {
	unquote := func(s string) string { return strings.Trim(s, "\"`") }
	switch verb {
	case "module":
		if len(words) > 0 {
			m.path = unquote(words[0])
		}
	case "replace":
		arrow := slices.Index(words, "=>")
		if arrow < 1 || arrow+1 >= len(words) {
			return
		}
		if to := unquote(words[arrow+1]); strings.HasPrefix(to, "./") || strings.HasPrefix(to, "../") {
			if d := path.Join(m.dir, to); d != ".." && !strings.HasPrefix(d, "../") {
				m.replaces[unquote(words[0])] = d
			}
		}
	}
}

// inModule returns what follows a module's path in an import path.
func inModule(importPath, module string) (rest string, ok bool) {
	if importPath == module {
		return "", true
	}
	rest, ok = strings.CutPrefix(importPath, module+"/")
	return rest, ok
}

// ImportFolder implements flow.Source: the folder that an import path leads to,
// as seen from a file, whether or not it has code; "" for paths outside of the
// workspace.
func (v familyView) ImportFolder(from, importPath string) string {
	if v.family != client.Go {
		return ""
	}
	mods := v.goModuleList()
	best, bestLen, bestNear := "", -1, -1
	take := func(module, dir string, near int) {
		rest, ok := inModule(importPath, module)
		if !ok || len(module) < bestLen || len(module) == bestLen && near <= bestNear {
			return
		}
		best, bestLen, bestNear = path.Join(dir, rest), len(module), near
	}
	for i := range mods {
		m := &mods[i]
		own := m.dir == "." || strings.HasPrefix(from, m.dir+"/")
		near := commonPrefix(m.dir+"/", from)
		if own {
			near += len(from) + 1
			for p, d := range m.replaces {
				take(p, d, near+1)
			}
		}
		take(m.path, m.dir, near)
	}
	if best == "" && len(mods) == 0 {
		return v.folderCalled(importPath)
	}
	return best
}

// commonPrefix is the length of what two paths begin with.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// folderCalled finds, in a workspace without modules, the folder whose path an
// import path ends with: that of a program under GOPATH.
func (v familyView) folderCalled(importPath string) string {
	for rest := importPath; ; {
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			return ""
		}
		rest = rest[i+1:]
		if len(v.packages[packageKey{v.family, rest}]) > 0 {
			return rest
		}
	}
}
