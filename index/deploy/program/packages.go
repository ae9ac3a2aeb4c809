package program

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// Package managers run the scripts of a package.json: of the folder they are
// started in, or of another package of the workspace that they are told of.

// scriptCall is what the arguments of a package manager say.
type scriptCall struct {
	words []string // without options: the script and its arguments
	dir   string   // of the package, as an option says it
	name  string   // of the package likewise, or its folder
}

// packageScript follows a script of package.json.
func (f *finder) packageScript(manager string, args []string, depth int) {
	call := readScriptCall(manager, args)
	dir := f.dir
	defer func() { f.dir = dir }()
	if call.dir != "" {
		f.chdir(call.dir)
	}
	words := call.words
	if manager == "yarn" && len(words) > 2 && words[0] == "workspace" {
		call.name, words = words[1], words[2:]
	}
	if len(words) > 0 && (words[0] == "run" || words[0] == "run-script") {
		words = words[1:]
	}
	if call.name != "" {
		found, ok := f.packageDir(call.name)
		if !ok {
			f.found(Started{})
			return
		}
		f.dir = found
	} else if manager == "turbo" || manager == "lerna" { // the script of every package
		f.found(Started{})
		return
	}
	if len(words) > 1 && (words[0] == "exec" || words[0] == "x") {
		f.start(words[1:], depth+1)
		return
	}
	script := "start"
	if len(words) > 0 {
		script, words = words[0], words[1:]
	}
	file, ok := f.file("package.json")
	if !ok || depth > maxDepth {
		f.found(Started{})
		return
	}
	text := f.manifest(file).Scripts[script]
	_, known := launcherOf(script)
	switch {
	case text != "":
		outer := f.vars.exports.file
		f.vars.exports.file = file
		f.script(text, words, depth+1)
		f.vars.exports.file = outer
	case known && manager != "npm": // a program that is installed
		f.start(append([]string{script}, words...), depth+1)
	default:
		f.found(Started{})
	}
}

// readScriptCall reads the arguments of a package manager.
func readScriptCall(manager string, args []string) (call scriptCall) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			call.words = append(call.words, args[i+1:]...)
			break
		}
		if !strings.HasPrefix(a, "-") {
			call.words = append(call.words, a)
			continue
		}
		option, value, given := strings.Cut(a, "=")
		var to *string
		switch option {
		case "--filter", "-F", "--workspace", "--scope":
			to = &call.name
		case "-w":
			if manager == "npm" {
				to = &call.name
			}
		case "--prefix", "--cwd", "--dir", "-C":
			to = &call.dir
		}
		if to == nil {
			continue
		}
		if !given && i+1 < len(args) {
			i++
			value = args[i]
		}
		*to = value
	}
	return call
}

// manifest is what a package.json says.
type manifest struct {
	Name    string            `json:"name"`
	Scripts map[string]string `json:"scripts"`
}

func (f *finder) manifest(file string) (m manifest) {
	data, err := f.tree.FS.ReadFile(file)
	if err != nil || json.Unmarshal(data, &m) != nil {
		return manifest{}
	}
	return m
}

// maxPackages bounds how many packages are looked at for one of a name.
const maxPackages = 300

// packageDir returns the folder in the container of the package of a name, or
// of the one in a folder.
func (f *finder) packageDir(name string) (string, bool) {
	name = strings.Trim(strings.TrimSuffix(strings.TrimPrefix(strings.Trim(name, "{}"), "..."), "..."), "^")
	folder := strings.TrimPrefix(path.Clean(name), "./")
	left := maxPackages
	in := func(source, target string) (string, bool) {
		if !f.tree.FS.IsDir(source) {
			return "", false
		}
		for _, p := range f.tree.FS.List(source) {
			if path.Base(p) != "package.json" {
				continue
			}
			if left--; left < 0 {
				return "", false
			}
			rel, _ := Below(path.Dir(p), source)
			if source == "." {
				rel = path.Dir(p)
			}
			if rel != "" && rel == folder || f.manifest(p).Name == name {
				return path.Join(target, rel), true
			}
		}
		return "", false
	}
	for _, m := range slices.Backward(f.tree.Mounts) {
		if dir, ok := in(m.Source, m.Target); ok {
			return dir, true
		}
	}
	for _, source := range f.tree.Folders {
		if dir, ok := in(source, f.dir); ok {
			return dir, true
		}
	}
	return "", false
}

// commandLines follows arguments each of which is a command line.
func (f *finder) commandLines(l launcher, args []string, depth int) {
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case slices.Contains(l.values, a):
			i++
		case strings.HasPrefix(a, "-"):
		default:
			for _, manager := range [...]string{"npm", "yarn", "pnpm"} {
				if script, ok := strings.CutPrefix(a, manager+":"); ok {
					a = manager + " run " + script
				}
			}
			f.script(a, nil, depth+1)
		}
	}
}
