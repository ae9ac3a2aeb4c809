package index

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/deploy"
)

// A Go program is a folder of package main, with what it imports. Which one a
// service runs is said by the `go build` of its Dockerfile or the `go run` of
// its command; where that is not told, by there being only one.

// findGo finds the Go files that a service runs: those of its main packages and
// what they import, or all code of its folders when these are not known.
func (w *Workspace) findGo(s *service) (files []string, whole bool) {
	if s.Context == "" && len(s.Entries) > 0 && !slices.ContainsFunc(s.Entries, func(e deploy.Entry) bool { return len(e.Words) > 0 && path.Base(e.Words[0]) == "go" }) || !w.imageRuns(client.Go, s) {
		return nil, false
	}
	mains := w.goMains(s.Code)
	if len(mains) == 0 {
		return w.findWhole(client.Go, s)
	}
	if migrates(s, mains) {
		return nil, false
	}
	started := w.startedMains(s, mains)
	if len(started) == 0 && len(mains) > 1 {
		return w.findWhole(client.Go, s)
	}
	if len(started) == 0 {
		started = mains
	}
	v := familyView{w.code, client.Go}
	seen := map[string]bool{}
	queue := slices.Clone(started)
	for len(queue) > 0 {
		dir := queue[0]
		queue = queue[1:]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		for _, p := range v.PackageFiles(dir) {
			files = append(files, p)
			found := w.code.imports(p)
			for im := range found.all() {
				if d := v.ImportFolder(p, im.Module); d != "" {
					queue = append(queue, d)
				}
			}
		}
	}
	slices.Sort(files)
	return files, false
}

// migrationTools bring a database up to date. Images have them beside their program.
var migrationTools = map[string]bool{"atlas": true, "dbmate": true, "goose": true, "migrate": true, "sql-migrate": true, "tern": true}

// migrates reports whether a service starts such a tool, and no program of its own
// that is called so.
func migrates(s *service, mains []string) bool {
	for _, e := range s.Entries {
		if len(e.Words) == 0 || !migrationTools[e.Words[0]] {
			return false
		}
		if slices.ContainsFunc(mains, func(dir string) bool { return path.Base(dir) == e.Words[0] }) {
			return false
		}
	}
	return len(s.Entries) > 0
}

// goMains lists the folders of main packages among some folders, sorted.
func (w *Workspace) goMains(code []string) []string {
	dirs := map[string]bool{}
	for _, p := range w.code.below(client.Go, code) {
		if w.code.imports(p).main {
			dirs[path.Dir(p)] = true
		}
	}
	return slices.Sorted(maps.Keys(dirs))
}

// goCommand finds commands that build or run a Go program, and changes of folder.
var goCommand = regexp.MustCompile(`\b(?:(cd)|go\s+(?:build|run|install))\b([^\n;&|]*)`)

// builtProgram is a program that a go command builds: under which name, of which
// main packages.
type builtProgram struct {
	name string
	dirs []string
}

// startedMains picks the main packages that a service's command runs, or that
// its image is built with. Of several that are built those count that the command
// names.
func (w *Workspace) startedMains(s *service, mains []string) []string {
	var run, built []builtProgram
	for _, e := range s.Entries {
		run = append(run, goPrograms(s, deploy.Build{Text: strings.Join(e.Words, " ")}, mains)...)
	}
	if out := foldersOf(run); len(out) > 0 {
		return out
	}
	for _, b := range s.Builds {
		built = append(built, goPrograms(s, b, mains)...)
	}
	if all := foldersOf(built); len(all) < 2 {
		return all
	}
	started := slices.DeleteFunc(slices.Clone(built), func(p builtProgram) bool { return !p.isStartedBy(s) })
	if out := foldersOf(started); len(out) > 0 {
		return out
	}
	return foldersOf(built)
}

// isStartedBy reports whether a service's command names the program.
func (p *builtProgram) isStartedBy(s *service) bool {
	for _, e := range s.Entries {
		for _, word := range e.Words {
			if word = path.Base(word); word == p.name || p.name == "" && slices.ContainsFunc(p.dirs, func(d string) bool { return path.Base(d) == word }) {
				return true
			}
		}
	}
	return false
}

// foldersOf lists the main packages of programs.
func foldersOf(list []builtProgram) []string {
	var out []string
	for _, p := range list {
		for _, d := range p.dirs {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// goPrograms lists the programs that the go commands of a shell command build.
func goPrograms(s *service, b deploy.Build, mains []string) []builtProgram {
	var out []builtProgram
	for _, m := range goCommand.FindAllStringSubmatch(b.Text, -1) {
		args := strings.Fields(m[2])
		if m[1] != "" {
			if len(args) > 0 {
				b.Dir = inFolder(b.Dir, strings.Trim(args[0], "\"'"))
			}
			continue
		}
		if p := goProgram(s, b, args, mains); len(p.dirs) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// inFolder is a path that is given in a folder.
func inFolder(dir, name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(dir, name)
}

// goProgram reads the arguments of a go command: what it builds is called, and
// folders, files of one, or none for the working directory.
func goProgram(s *service, b deploy.Build, args, mains []string) builtProgram {
	var out builtProgram
	named, value := false, ""
	for _, a := range args {
		a = strings.Trim(a, "\"'[],")
		flag, given, joined := strings.Cut(strings.TrimLeft(a, "-"), "=")
		switch {
		case value == "o":
			value, out.name = "", outputName(a)
			continue
		case value != "":
			value = ""
			continue
		case strings.HasPrefix(a, "-") && joined && flag == "o":
			out.name = outputName(given)
			continue
		case strings.HasPrefix(a, "-"):
			if goFlagsWithValue[flag] && !joined {
				value = flag
			}
			continue
		case a == "" || strings.HasPrefix(a, "$"):
			continue
		}
		named = true
		if strings.HasSuffix(a, ".go") {
			a = path.Dir(a)
		}
		out.dirs = append(out.dirs, mainsAt(s, b, a, mains)...)
	}
	if !named {
		out.dirs = mainsAt(s, b, ".", mains)
	}
	return out
}

// outputName is what a program is called that is written to a path; "" when that
// is a folder.
func outputName(p string) string {
	if strings.HasSuffix(p, "/") || p == "" {
		return ""
	}
	return path.Base(p)
}

// mainsAt finds the main package that a path in a build means: what was copied
// there, else what mainCalled says.
func mainsAt(s *service, b deploy.Build, name string, mains []string) []string {
	at := inFolder("/"+b.Dir, name)
	for _, f := range slices.Backward(b.Files) {
		rest, ok := strings.CutPrefix(at+"/", strings.TrimSuffix(f.Target, "/")+"/")
		if d := path.Join(f.Source, rest); ok && slices.Contains(mains, d) {
			return []string{d}
		}
	}
	return mainCalled(s, name, mains)
}

// goFlagsWithValue are the flags of go build and go run behind which a value
// stands (cmd/go of Go 1.24), where it isn't joined by "=".
var goFlagsWithValue = map[string]bool{
	"o": true, "ldflags": true, "tags": true, "mod": true, "gcflags": true, "asmflags": true, "p": true, "modfile": true,
	"installsuffix": true, "buildmode": true, "compiler": true, "exec": true, "overlay": true, "pkgdir": true, "toolexec": true, "C": true,
}

// mainCalled finds the main package that a path in an image means: in the
// service's folders, the folder of its Dockerfile, or by the end of the path.
func mainCalled(s *service, name string, mains []string) []string {
	name = path.Clean(strings.TrimPrefix(name, "/"))
	bases := append([]string{s.Context, path.Dir(s.Dockerfile)}, s.Code...)
	for _, b := range bases {
		if d := path.Join(b, name); slices.Contains(mains, d) {
			return []string{d}
		}
	}
	if name == "." {
		return nil
	}
	var out []string
	for _, m := range mains {
		if strings.HasSuffix("/"+m, "/"+name) {
			out = append(out, m)
		}
	}
	if len(out) != 1 {
		return nil
	}
	return out
}
