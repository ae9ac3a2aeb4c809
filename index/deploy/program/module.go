package program

import (
	"path"
	"regexp"
	"strings"
)

// module runs a module, as `python -m` does, or loads it.
func (f *finder) module(name string, args []string, last bool) {
	roots := f.importRoots(f.dir)
	file, ok := f.moduleFile(name, roots, last, "/__main__.py", ".py", "/__init__.py")
	if !ok {
		f.found(Started{Args: args, Roots: roots})
		return
	}
	f.found(Started{File: file, Args: args, Roots: f.rootsFor(file, name, roots)})
}

// rootsFor puts the folder that a module was found in first.
func (f *finder) rootsFor(file, name string, roots []string) []string {
	name, _, _ = strings.Cut(name, ":")
	rel := strings.ReplaceAll(name, ".", "/")
	for _, r := range roots {
		if strings.HasPrefix(path.Join(r, rel), strings.TrimSuffix(strings.TrimSuffix(file, ".py"), "/__init__")) {
			return appendNew([]string{r}, roots...)
		}
	}
	if dir, ok := strings.CutSuffix(strings.TrimSuffix(file, ".py"), "/"+rel); ok {
		return appendNew(append([]string(nil), roots...), dir)
	}
	return roots
}

var dotted = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)*$`)

// moduleFile returns the workspace file of a dotted module, without what
// comes after a colon; a module's path ends in one of the endings. With last,
// its last part may be a name in the module.
func (f *finder) moduleFile(name string, roots []string, last bool, endings ...string) (string, bool) {
	name, _, _ = strings.Cut(name, ":")
	if len(name) > 512 || !dotted.MatchString(name) {
		return "", false
	}
	rel := strings.ReplaceAll(name, ".", "/")
	for _, root := range f.withSource(roots) {
		for _, end := range endings {
			if f.steps--; f.steps < 0 {
				return "", false
			}
			if file := path.Join(root, rel) + end; f.tree.isFile(file) {
				return file, true
			}
		}
	}
	if i := strings.LastIndexByte(name, '.'); last && i > 0 {
		return f.moduleFile(name[:i], roots, false, endings...)
	}
	return "", false
}

// withSource adds the src folders of roots that have one, as installed
// packages are kept in.
func (f *finder) withSource(roots []string) []string {
	out := append([]string(nil), roots...)
	for _, r := range roots {
		if src := path.Join(r, "src"); f.tree.FS.IsDir(src) {
			out = appendNew(out, src)
		}
	}
	return out
}

// app follows a program that loads an application by its module.
func (f *finder) app(l launcher, args []string) {
	dir := f.dir
	var named, others []string
	rest := args
	for i := 0; i < len(args); i++ {
		a := args[i]
		option, value, attached := strings.Cut(a, "=")
		next := func() string {
			if attached {
				return value
			}
			if i+1 < len(args) {
				i++
				return args[i]
			}
			return ""
		}
		switch {
		case contains(l.dir, option):
			if d := next(); path.IsAbs(d) {
				dir = path.Clean(d)
			} else {
				dir = path.Join(dir, d)
			}
		case contains(l.app, option):
			named = append(named, next())
		case contains(l.values, a):
			i++
		case strings.HasPrefix(a, "-"):
			for _, short := range l.app { // -Aproj
				if v, ok := strings.CutPrefix(a, short); ok && len(short) == 2 && v != "" {
					named = append(named, v)
				}
			}
		case len(l.app) == 0:
			if strings.Contains(a, ":") {
				named = append(named, a)
			} else {
				others = append(others, a)
			}
		}
	}
	if l.variable != "" {
		if v, ok := f.vars.get(l.variable); ok {
			named = append(named, v)
		}
	}
	candidates := append(named, others...)
	if len(candidates) == 0 {
		candidates = l.modules
	}
	old := f.dir
	f.dir = dir
	defer func() { f.dir = old }()
	roots := f.importRoots(dir)
	for _, find := range []func(string, []string, bool) (string, bool){f.appModule, f.appPath} {
		for _, c := range candidates {
			c, _, _ = strings.Cut(c, "(")
			if file, ok := find(c, roots, l.last); ok {
				f.found(Started{File: file, Args: rest, Roots: f.rootsFor(file, c, roots)})
				return
			}
		}
	}
	f.found(Started{Args: args, Roots: roots})
}

// appModule returns the file of an application that is named as a module.
func (f *finder) appModule(name string, roots []string, last bool) (string, bool) {
	if file, ok := f.moduleFile(name, roots, last, ".py", "/__init__.py"); ok {
		// The package of a faust or celery project has its app in a module.
		if last && strings.HasSuffix(file, "/__init__.py") {
			for _, app := range []string{"app.py", "celery.py"} {
				if p := path.Join(path.Dir(file), app); f.tree.isFile(p) {
					return p, true
				}
			}
		}
		return file, true
	}
	return "", false
}

// appPath returns the file of an application that is named by its path.
func (f *finder) appPath(name string, _ []string, _ bool) (string, bool) {
	p, _, _ := strings.Cut(name, ":")
	for _, suffix := range []string{"", ".py"} {
		if strings.HasSuffix(p+suffix, ".py") {
			if file, ok := f.file(p + suffix); ok {
				return file, true
			}
		}
	}
	return "", false
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

var (
	section    = regexp.MustCompile(`^\s*\[+\s*([^\]]+?)\s*\]+`)
	scriptLine = regexp.MustCompile(`^\s*["']?([\w.-]+)["']?\s*=\s*["']?([\w.]+)(?::[\w.]+)?["']?\s*(?:#.*)?$`)
	setupEntry = regexp.MustCompile(`["']([\w.-]+)\s*=\s*([\w.]+):[\w.]+["']`)
)

// consoleScript returns the module behind a command that a Python project of
// the workspace installs.
func (f *finder) consoleScript(name string) (string, bool) {
	for _, root := range f.folders(f.dir) {
		for _, file := range []string{"pyproject.toml", "setup.cfg", "setup.py"} {
			if f.steps--; f.steps < 0 {
				return "", false
			}
			data, err := f.tree.FS.ReadFile(path.Join(root, file))
			if err != nil {
				continue
			}
			if module, ok := scriptModule(string(data), name, file == "setup.py"); ok {
				return module, true
			}
		}
	}
	return "", false
}

// scriptModule finds a console script in a project file's text.
func scriptModule(text, name string, setup bool) (string, bool) {
	if setup {
		for _, m := range setupEntry.FindAllStringSubmatch(text, -1) {
			if m[1] == name {
				return m[2], true
			}
		}
		return "", false
	}
	in := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if m := section.FindStringSubmatch(line); m != nil {
			in = m[1]
			continue
		}
		if in != "project.scripts" && in != "tool.poetry.scripts" && in != "options.entry_points" {
			continue
		}
		if m := scriptLine.FindStringSubmatch(line); m != nil && m[1] == name {
			return m[2], true
		}
	}
	return "", false
}
