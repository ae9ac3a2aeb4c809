package program

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// shell follows a shell's arguments: `-c text` or a script file.
func (f *finder) shell(args []string, depth int) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.HasSuffix(a, "c") && i+1 < len(args):
			f.script(args[i+1], args[min(i+3, len(args)):], depth+1)
			return
		case a == "-o" || a == "+o" || a == "-O":
			i++
		case strings.HasPrefix(a, "-") || strings.HasPrefix(a, "+"):
		default:
			if file, ok := f.file(a); ok {
				f.shellFile(a, file, args[i+1:], depth)
			} else {
				f.embedded(args[i+1:], depth)
			}
			return
		}
	}
}

// shellFile follows a script of the workspace. When it starts nothing we can
// read, it is the program itself.
func (f *finder) shellFile(word, file string, args []string, depth int) {
	if depth > maxDepth {
		return
	}
	home := f.home
	defer func() { f.home = home }()
	if f.home = path.Dir(word); !path.IsAbs(f.home) {
		f.home = path.Join(f.dir, f.home)
	}
	data, err := f.tree.FS.ReadFile(file)
	if err != nil {
		return
	}
	before := len(f.out)
	outer := f.vars.exports.file
	f.vars.exports.file = file
	f.script(string(data), args, depth+1)
	f.vars.exports.file = outer
	started := slices.DeleteFunc(f.out[before:], func(s Started) bool { return s.File == "" })
	f.out = f.out[:before+len(started)]
	if len(started) == 0 {
		f.found(Started{File: file, Args: args})
	}
}

// script follows the commands of a shell script.
func (f *finder) script(text string, args []string, depth int) {
	if depth > maxDepth {
		return
	}
	dir, old := f.dir, f.vars
	f.vars = &vars{lookup: old.get, set: map[string]string{}, args: args, exports: old.exports}
	defer func() { f.dir, f.vars = dir, old }()
	f.interpret(split(text), depth)
}

// command follows one simple command of a script.
func (f *finder) command(c []string, depth int) {
	var words []string
	for i := 0; i < len(c); i++ {
		if redirect, alone := redirection(c[i]); redirect {
			if alone {
				i++
			}
			continue
		}
		if len(words) == 0 && isAssignment(c[i]) {
			name, value, _ := strings.Cut(c[i], "=")
			x := f.vars.assign(value)
			if alone := isCommand(c[i+1:]); alone {
				defer f.vars.restore(name)()
				f.vars.export(name, x)
			} else if f.vars.isExported(name) {
				f.vars.export(name, x)
			}
			f.vars.set[name] = x.Value
			continue
		}
		if len(words) > 0 && words[0] == "cd" && f.home != "" && strings.Contains(c[i], "dirname") {
			words = append(words, f.home) // cd "$(dirname "$0")"
			continue
		}
		words = append(words, f.vars.fields(c[i])...)
		if len(words) > 1000 {
			return
		}
	}
	if len(words) == 0 {
		return
	}
	switch words[0] {
	case "cd", "pushd":
		if len(words) > 1 {
			f.chdir(words[1])
		}
	case "export", "declare", "readonly", "local", "typeset":
		f.vars.exportWords(c)
		for _, w := range words[1:] {
			if name, value, ok := strings.Cut(w, "="); ok {
				f.vars.set[name] = value
			}
		}
	case "source", ".":
		if len(words) > 1 {
			if file, ok := f.file(words[1]); ok && depth < maxDepth {
				if data, err := f.tree.FS.ReadFile(file); err == nil {
					outer := f.vars.exports.file
					f.vars.exports.file = file
					f.interpret(split(string(data)), depth+1)
					f.vars.exports.file = outer
				}
			}
		}
	case "set":
		if len(words) > 2 && words[1] == "--" {
			f.vars.args = words[2:]
		}
		for i, w := range words[1:] {
			if w == "allexport" && i > 0 || len(w) > 1 && (w[0] == '-' || w[0] == '+') && strings.Contains(w[1:], "a") {
				f.vars.exports.all = words[1][0] == '-'
			}
		}
	case "shift":
		f.vars.args = f.vars.args[min(1, len(f.vars.args)):]
	case "for", "select", "function", "[", "[[", "test", "echo", "printf", "trap",
		"true", "false", ":", "sleep", "exit", "return", "mkdir", "chmod", "chown", "cp", "rm", "mv", "ls", "cat", "nc", "curl", "wait", "pip", "pip3", "apt-get", "kill", "touch", "sed", "grep", "awk", "date", "alembic", "unset", "ulimit", "umask":
	default:
		f.start(words, depth+1)
	}
}

func (f *finder) chdir(dir string) {
	if path.IsAbs(dir) {
		f.dir = path.Clean(dir)
	} else {
		f.dir = path.Join(f.dir, dir)
	}
}

// redirection reports whether a word is a redirection, and whether its target
// is the next word.
func redirection(word string) (is, alone bool) {
	rest := strings.TrimLeft(word, "0123456789&")
	if rest == "" || rest[0] != '<' && rest[0] != '>' {
		return false, false
	}
	return true, strings.Trim(rest, "<>|") == ""
}

// project finds the entry of the project that the first plain argument names,
// as nest-cli.json says it or by the usual places; that of the folder itself
// when none is named.
func (f *finder) project(l launcher, args []string) {
	name := ""
	for i := 0; i < len(args) && name == ""; i++ {
		switch a := args[i]; {
		case slices.Contains(l.values, a):
			i++
		case strings.HasPrefix(a, "-"):
		default:
			name, _, _ = strings.Cut(a, ":") // api:serve
		}
	}
	var tried []string
	add := func(source, entry string) {
		if source == "" {
			source = "src"
		}
		if entry == "" {
			entry = "main"
		}
		tried = append(tried, path.Join(source, entry+".ts"), path.Join(source, entry+".js"))
	}
	if file, ok := f.file("nest-cli.json"); ok {
		type project struct{ SourceRoot, EntryFile, Root string }
		var cli struct {
			project
			Projects map[string]project
		}
		if data, err := f.tree.FS.ReadFile(file); err == nil && json.Unmarshal(data, &cli) == nil {
			if p, ok := cli.Projects[name]; ok {
				if p.SourceRoot == "" && p.Root != "" {
					p.SourceRoot = path.Join(p.Root, "src")
				}
				add(p.SourceRoot, p.EntryFile)
			} else if name == "" || len(cli.Projects) == 0 {
				add(cli.SourceRoot, cli.EntryFile)
			}
		}
	}
	if name != "" {
		for _, dir := range [...]string{"apps", "packages", "services"} {
			add(path.Join(dir, name, "src"), "")
		}
	} else {
		add("", "")
	}
	for _, p := range tried {
		if file, ok := f.file(p); ok {
			f.found(Started{File: file, Roots: []string{path.Dir(file)}})
			return
		}
	}
	f.found(Started{})
}
