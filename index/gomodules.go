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

// goModules are the modules of a workspace. They are read when they are first
// asked for, and again when a go.mod file changed.
type goModules struct {
	byPath    map[string][]*goModule // by module path, in the order of their files
	replacing map[string]*goModule   // those that replace modules, by folder
}

// isGoModule reports whether a file declares a Go module.
func isGoModule(p string) bool { return path.Base(p) == "go.mod" }

// goModules returns the modules of the workspace.
func (c *code) goModules() *goModules {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gomods != nil || c.set == nil {
		return c.gomods
	}
	c.gomods = &goModules{byPath: map[string][]*goModule{}, replacing: map[string]*goModule{}}
	for e := range c.set.All() {
		if e.Kind == source.KindNone || !isGoModule(e.Path) {
			continue
		}
		if data, err := c.set.ReadFile(e.Path); err == nil {
			if m := parseGoModule(path.Dir(e.Path), string(data)); m.path != "" {
				c.gomods.byPath[m.path] = append(c.gomods.byPath[m.path], &m)
				if len(m.replaces) > 0 {
					c.gomods.replacing[m.dir] = &m
				}
			}
		}
	}
	return c.gomods
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

// ImportFolder implements flow.Source: the folder that an import path leads to,
// as seen from a file, whether or not it has code; "" for paths outside of the
// workspace. The module with the longest path decides; of several with the same
// path a replacement of the own module, then the nearest.
func (v familyView) ImportFolder(from, importPath string) string {
	if v.family != client.Go {
		return ""
	}
	mods := v.goModules()
	if mods == nil {
		return ""
	}
	for module := importPath; module != ""; module = parentPath(module) {
		if dir, ok := mods.lead(from, module); ok {
			return path.Join(dir, importPath[len(module):])
		}
	}
	if len(mods.byPath) == 0 {
		return v.folderCalled(importPath)
	}
	return ""
}

// lead returns the folder that a module's path means in a file.
func (g *goModules) lead(from, module string) (dir string, ok bool) {
	best := -1
	take := func(m *goModule, to string, more int) {
		near := commonPrefix(m.dir, from)
		if m.holds(from) {
			near += len(from) + 1 + more
		}
		if near > best {
			best, dir, ok = near, to, true
		}
	}
	if len(g.replacing) > 0 {
		for d := path.Dir(from); ; d = path.Dir(d) {
			if m := g.replacing[d]; m != nil {
				if to, is := m.replaces[module]; is {
					take(m, to, 1)
				}
			}
			if d == "." || d == "/" {
				break
			}
		}
	}
	for _, m := range g.byPath[module] {
		take(m, m.dir, 0)
	}
	return dir, ok
}

// holds reports whether a file is in the module's folder.
func (m *goModule) holds(file string) bool {
	return m.dir == "." || len(file) > len(m.dir) && file[len(m.dir)] == '/' && file[:len(m.dir)] == m.dir
}

// parentPath is an import path without its last element; "" for one element.
func parentPath(p string) string {
	return p[:max(0, strings.LastIndexByte(p, '/'))]
}

// commonPrefix is the length of what a folder's path, with its slash, and a file's
// begin with.
func commonPrefix(dir, file string) int {
	n := 0
	for n < len(dir) && n < len(file) && dir[n] == file[n] {
		n++
	}
	if n == len(dir) && n < len(file) && file[n] == '/' {
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
