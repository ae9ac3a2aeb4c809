package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/client"
)

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

// under reports whether a path is a folder's or file's own or below it.
func under(p, folder string) bool {
	return folder == "." || p == folder || folder != "" && strings.HasPrefix(p, folder) && p[len(folder)] == '/'
}
