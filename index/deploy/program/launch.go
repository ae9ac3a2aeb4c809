package program

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A Started is a program that a command line starts.
type Started struct {
	File string // its workspace file; "" when it can't be told
	// Missing is the path in the container of a file that is named and not here.
	Missing string
	Args    []string // the arguments after the file
	Roots   []string // workspace folders that it imports from, first one first
	// Set are the variables that commands gave it on the way.
	Set map[string]string
	// Exported are those of them, and of the ones around, that it gets.
	Exported map[string]Exported
}

// A Machine is where a command line runs.
type Machine struct {
	Tree *Tree
	Dir  string                           // the working directory in the container
	Vars func(name string) (string, bool) // the environment; may be nil
}

// Start returns the programs that a command line starts, in their order.
// Programs whose file is not in the workspace are there without one.
func (m Machine) Start(argv []string) []Started {
	f := finder{tree: m.Tree, steps: 2000, vars: &vars{lookup: m.Vars, set: map[string]string{}}}
	f.dir = path.Clean("/" + m.Dir)
	f.start(argv, 0)
	return f.out
}

// finder follows one command line.
type finder struct {
	tree  *Tree
	dir   string
	home  string // the folder of the script that is followed
	vars  *vars
	steps int // what is left of the work allowed
	out   []Started
}

const maxDepth = 12 // of shells in scripts in wrappers

func (f *finder) found(s Started) {
	if len(f.vars.set) > 0 {
		s.Set = maps.Clone(f.vars.set)
	}
	s.Exported = f.vars.exports.list
	f.out = append(f.out, s)
}

// start follows the words of one command.
func (f *finder) start(argv []string, depth int) {
	if f.steps--; f.steps < 0 || depth > maxDepth {
		return
	}
	outer := f.vars.exports
	defer func() { f.vars.exports = outer }()
	for len(argv) > 0 && (argv[0] == "env" || path.Base(argv[0]) == "env" || isAssignment(argv[0])) {
		if name, value, ok := strings.Cut(argv[0], "="); ok {
			f.vars.set[name] = value
			f.vars.export(name, Exported{Value: value, Raw: value, File: f.vars.exports.file, Open: f.vars.exports.open})
		}
		argv = argv[1:]
		for len(argv) > 0 && strings.HasPrefix(argv[0], "-") && argv[0] != "--" {
			argv = argv[1:]
		}
	}
	if len(argv) == 0 || argv[0] == "" {
		return
	}
	name := programName(argv[0])
	if name == "$@" {
		return
	}
	// A program of the workspace under a known name is still the workspace's.
	if l, ok := launcherOf(name); ok {
		f.launch(name, l, argv[1:], depth)
		return
	}
	if file, ok := f.file(argv[0]); ok && strings.Contains(argv[0], "/") || ok && hasExt(argv[0]) {
		f.run(argv[0], file, argv[1:], depth)
		return
	}
	if name == "make" {
		f.make(argv[1:], depth)
		return
	}
	if module, ok := f.consoleScript(name); ok {
		f.module(module, argv[1:], false)
		return
	}
	// An unknown program that runs what comes after `--`.
	if i := slices.Index(argv, "--"); i > 0 && i+1 < len(argv) {
		f.start(argv[i+1:], depth+1)
		return
	}
	if strings.HasPrefix(name, "wait") || strings.Contains(name, "entrypoint") || strings.HasSuffix(argv[0], ".sh") {
		f.embedded(argv[1:], depth)
		return
	}
	f.found(Started{})
}

// embedded follows the command that begins at the first known launcher among
// the arguments of a program we can't read.
func (f *finder) embedded(argv []string, depth int) {
	for i, a := range argv {
		if _, ok := launcherOf(programName(a)); ok && !strings.HasPrefix(a, "-") {
			f.start(argv[i:], depth+1)
			return
		}
	}
	f.found(Started{})
}

var version = regexp.MustCompile(`^(python|pypy|node|ruby|php)[0-9.]+$`)

// programName is the name a program is known under.
func programName(word string) string {
	name := strings.TrimSuffix(path.Base(word), ".exe")
	if m := version.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	if base, ok := strings.CutSuffix(name, ".sh"); ok {
		if l, known := launchers[base]; known && l.kind == wrapsDash {
			return base
		}
	}
	return name
}

func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	if !ok || name == "" || name[0] >= '0' && name[0] <= '9' {
		return false
	}
	for i := range len(name) {
		if !isName(name[i]) {
			return false
		}
	}
	return true
}

func hasExt(word string) bool {
	switch path.Ext(word) {
	case ".py", ".sh", ".js", ".ts", ".mjs", ".cjs", ".rb", ".php", ".jar":
		return true
	}
	return false
}

// launch follows a known launcher.
func (f *finder) launch(name string, l launcher, args []string, depth int) {
	f.loadFiles(name, args)
	if len(l.sub) > 0 {
		rest, ok := afterSub(args, l)
		if !ok {
			if name == "uv" || name == "bun" || name == "hatch" {
				f.found(Started{})
			} else if l.kind == loadsApp || l.kind == runsFile {
				f.loadOrRun(l, args, depth)
			} else {
				f.found(Started{})
			}
			return
		}
		args = rest
	}
	switch l.kind {
	case wraps:
		f.wrap(name, l, args, depth)
	case wrapsDash:
		if i := slices.Index(args, "--"); i >= 0 {
			f.start(args[i+1:], depth+1)
			return
		}
		f.embedded(args, depth)
	case wrapsString:
		f.wrapString(l, args, depth)
	case runsShell:
		f.shell(args, depth)
	case runsPython:
		f.python(l, args, depth)
	case runsScripts:
		f.packageScript(name, args, depth)
	case wrapsStrings:
		f.commandLines(l, args, depth)
	case runsProject:
		f.project(l, args)
	case runsSupervisor:
		f.supervisor(args, depth)
	default:
		f.loadOrRun(l, args, depth)
	}
}

func (f *finder) loadOrRun(l launcher, args []string, depth int) {
	if l.kind == loadsApp {
		f.app(l, args)
		return
	}
	f.firstFile(l, args, depth)
}

// afterSub returns the arguments after a subcommand.
func afterSub(args []string, l launcher) ([]string, bool) {
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case slices.Contains(l.sub, a):
			return args[i+1:], true
		case slices.Contains(l.values, a):
			i++
		case strings.HasPrefix(a, "-"):
		case slices.Contains(l.sub, ""):
			return args[i:], true
		default:
			return nil, false
		}
	}
	return nil, false
}

// wrap follows a command behind a wrapper's own options.
func (f *finder) wrap(name string, l launcher, args []string, depth int) {
	skip := l.skip
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			f.start(args[i+1:], depth+1)
			return
		case a == "-m" && name == "uv" && i+1 < len(args):
			f.start(append([]string{"python", "-m"}, args[i+1:]...), depth+1)
			return
		case a == "-m" && name == "hupper":
			f.start(append([]string{"python", "-m"}, args[i+1:]...), depth+1)
			return
		case slices.Contains(l.values, a):
			i++
		case strings.HasPrefix(a, "-") && len(a) > 1:
		case skip > 0:
			skip--
		default:
			rest := args[i:]
			if name == "eval" {
				f.script(strings.Join(rest, " "), nil, depth+1)
				return
			}
			if strings.HasSuffix(rest[0], ".py") {
				rest = append([]string{"python"}, rest...) // uv run main.py
			} else if env, cmd, ok := strings.Cut(rest[0], ":"); ok && name == "hatch" && env != "" {
				rest = append([]string{cmd}, rest[1:]...)
			}
			f.start(rest, depth+1)
			return
		}
	}
}

// wrapString follows a command given as one string.
func (f *finder) wrapString(l launcher, args []string, depth int) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case slices.Contains(l.app, a):
			if i+1 < len(args) {
				f.script(args[i+1]+" "+strings.Join(args[i+2:], " "), nil, depth+1)
			}
			return
		case slices.Contains(l.values, a):
			i++
		case strings.HasPrefix(a, "-"):
		default:
			if file, ok := f.file(a); ok {
				f.run(a, file, args[i+1:], depth)
				return
			}
			if strings.Contains(a, " ") {
				f.script(a, nil, depth+1)
				return
			}
			f.module(strings.TrimSuffix(a, "()"), nil, true)
			return
		}
	}
}

// python follows an interpreter's arguments.
func (f *finder) python(l launcher, args []string, depth int) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "-m" && i+1 < len(args), strings.HasPrefix(a, "-m") && len(a) > 2 && a[2] != '-':
			mod := a[2:]
			if a == "-m" {
				i++
				mod = args[i]
			}
			rest := args[i+1:]
			if known, ok := launcherOf(mod); ok && known.kind != runsShell {
				f.launch(mod, known, rest, depth+1)
				return
			}
			f.module(mod, rest, false)
			return
		case a == "-c":
			f.pythonText(strings.Join(args[i+1:min(i+2, len(args))], ""))
			return
		case a == "-" || a == "--":
		case slices.Contains(l.values, a):
			i++
		case strings.HasPrefix(a, "-"):
		default:
			f.pythonFile(a, args[i+1:])
			return
		}
	}
}

// pythonFile runs a file, or a folder or archive with a __main__.
func (f *finder) pythonFile(word string, args []string) {
	file, ok := f.file(word)
	if !ok {
		file, ok = f.file(path.Join(word, "__main__.py"))
	}
	if !ok {
		missing := ""
		if path.Ext(word) == ".py" && !strings.ContainsAny(word, "*?$\x00") {
			missing = f.inContainer(word)
		}
		f.found(Started{Args: args, Roots: f.importRoots(f.dir), Missing: missing})
		return
	}
	roots := appendNew([]string{path.Dir(file)}, f.pythonPath()...)
	f.found(Started{File: file, Args: args, Roots: roots})
}

// run runs a workspace file by its own name.
func (f *finder) run(word, file string, args []string, depth int) {
	data, err := f.tree.FS.ReadFile(file)
	if err != nil {
		return
	}
	text := string(data[:min(len(data), 128)])
	first, _, _ := strings.Cut(text, "\n")
	switch {
	case strings.HasSuffix(file, ".py"), strings.HasPrefix(first, "#!") && strings.Contains(first, "python"):
		f.found(Started{File: file, Args: args, Roots: appendNew([]string{path.Dir(file)}, f.pythonPath()...)})
	case isShellScript(file, first):
		f.shellFile(word, file, args, depth)
	default:
		f.found(Started{File: file, Args: args, Roots: []string{path.Dir(file)}})
	}
}

func isShellScript(file, first string) bool {
	if strings.HasPrefix(first, "#!") {
		for _, word := range strings.FieldsFunc(first[2:], func(r rune) bool { return r == ' ' || r == '/' || r == '\r' }) {
			if l, ok := launcherOf(word); ok && l.kind == runsShell {
				return true
			}
		}
		return false
	}
	return strings.HasSuffix(file, ".sh")
}

// firstFile runs the first argument that is a file of the workspace.
func (f *finder) firstFile(l launcher, args []string, depth int) {
	try := func(i int) bool {
		word := args[i]
		names := append([]string{word, word + ".js", path.Join(word, "index.js"), path.Join(word, "main.go")}, sources(word)...)
		for _, p := range names {
			if file, ok := f.file(p); ok {
				roots := appendNew([]string{path.Dir(file)}, f.pythonPath()...)
				f.found(Started{File: file, Args: args[i+1:], Roots: roots})
				f.beside(l, file, roots)
				return true
			}
		}
		return false
	}
	missing := ""
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case slices.Contains(l.app, a):
			if i+1 < len(args) && try(i+1) {
				return
			}
		case slices.Contains(l.values, a):
			i++
		case strings.HasPrefix(a, "-"):
		case len(l.app) == 0 && try(i):
			return
		case len(l.app) == 0 && missing == "" && isScript(a):
			missing = f.inContainer(a)
		}
	}
	f.found(Started{Missing: missing})
}

// inContainer is the path in the container of a file that a word names.
func (f *finder) inContainer(word string) string {
	if path.IsAbs(word) {
		return path.Clean(word)
	}
	return path.Join(f.dir, word)
}

// isScript reports whether a word is the path of a program in JavaScript or
// TypeScript.
func isScript(word string) bool {
	if strings.ContainsAny(word, "*?$\x00") || len(word) > 512 {
		return false
	}
	switch path.Ext(word) {
	case ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx":
		return true
	}
	return false
}

// beside finds the files that a launcher runs beside the one that it is given.
func (f *finder) beside(l launcher, file string, roots []string) {
	if l.beside == "" {
		return
	}
	dir := path.Join(path.Dir(file), l.beside)
	for _, p := range f.tree.FS.List(dir) {
		if path.Dir(p) == dir && path.Ext(p) == path.Ext(file) {
			f.found(Started{File: p, Roots: roots})
		}
	}
}

// sources lists what a program may have been compiled from: `dist/main.js` from
// src/main.ts, `dist/apps/api/main.js` of a workspace of several from
// apps/api/src/main.ts.
func sources(word string) []string {
	var out []string
	parts := strings.Split(word, "/")
	for i, p := range parts {
		switch p {
		case "dist", "build", "out", "lib", "output":
		default:
			continue
		}
		dir := strings.Join(parts[:i], "/")
		rest := parts[i+1:]
		if len(rest) == 0 {
			continue
		}
		rel := strings.TrimSuffix(strings.Join(rest, "/"), path.Ext(rest[len(rest)-1]))
		add := func(p string) {
			p = path.Join(dir, p)
			if strings.HasPrefix(word, "/") {
				p = path.Join("/", p)
			}
			out = append(out, p+".ts", p+".js", path.Join(p, "index.ts"), path.Join(p, "main.ts"), p+".mts")
		}
		add("src/" + strings.TrimPrefix(rel, "src/"))
		add(rel)
		if len(rest) > 2 && (rest[0] == "apps" || rest[0] == "packages" || rest[0] == "services") {
			add(path.Join(rest[0], rest[1], "src", strings.TrimPrefix(strings.TrimPrefix(rel, rest[0]+"/"+rest[1]+"/"), "src/")))
		}
	}
	return out
}

// file returns the workspace file that a word names.
func (f *finder) file(word string) (string, bool) {
	if f.steps--; f.steps < 0 || word == "" || strings.ContainsAny(word, "\x00*?") || len(word) > 512 {
		return "", false
	}
	p := word
	if !path.IsAbs(p) {
		p = path.Join(f.dir, p)
	}
	if file, ok := f.tree.Workspace(p); ok {
		return file, true
	}
	for _, folder := range f.tree.Folders {
		rel := word
		if path.IsAbs(rel) {
			var ok bool
			if rel, ok = Below(path.Clean(rel), f.dir); !ok {
				continue
			}
		}
		if q := path.Join(folder, rel); !strings.HasPrefix(q, "../") && f.tree.isFile(q) {
			return q, true
		}
	}
	return "", false
}

// pythonPath returns the workspace folders on PYTHONPATH.
func (f *finder) pythonPath() []string {
	value, _ := f.vars.get("PYTHONPATH")
	var out []string
	for _, dir := range strings.Split(value, ":") {
		if dir == "" {
			continue
		}
		out = appendNew(out, f.folders(dir)...)
	}
	return out
}

// folders returns the workspace folders that a container folder shows.
func (f *finder) folders(dir string) []string {
	if !path.IsAbs(dir) {
		dir = path.Join(f.dir, dir)
	}
	out := f.tree.Roots(dir)
	for _, folder := range f.tree.Folders {
		rel, ok := Below(path.Clean(dir), f.dir)
		if path.Clean(dir) == f.dir {
			rel, ok = ".", true
		}
		if q := path.Join(folder, rel); ok && f.tree.FS.IsDir(q) {
			out = appendNew(out, q)
		}
	}
	return out
}

// importRoots returns the folders that are imported from when a program
// starts in dir, PYTHONPATH included.
func (f *finder) importRoots(dir string) []string {
	return appendNew(f.folders(dir), f.pythonPath()...)
}

func appendNew(list []string, more ...string) []string {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}
