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

// goCommand finds commands that build or run a Go program.
var goCommand = regexp.MustCompile(`\bgo\s+(?:build|run|install)\b([^\n;&|]*)`)

// startedMains picks the main packages that a service's command runs, or that
// its Dockerfile builds. Of several that are built those count whose name the
// command has.
func (w *Workspace) startedMains(s *service, mains []string) []string {
	var commands []string
	for _, e := range s.Entries {
		commands = append(commands, strings.Join(e.Words, " "))
	}
	if out := w.namedMains(s, commands, mains); len(out) > 0 {
		return out
	}
	data, err := w.set.ReadFile(s.Dockerfile)
	if err != nil {
		return nil
	}
	text := strings.NewReplacer("\\\r\n", " ", "\\\n", " ").Replace(string(data))
	built := w.namedMains(s, []string{text}, mains)
	if len(built) < 2 {
		return built
	}
	var out []string
	for _, dir := range built {
		for _, e := range s.Entries {
			if slices.ContainsFunc(e.Words, func(word string) bool { return path.Base(word) == path.Base(dir) }) && !slices.Contains(out, dir) {
				out = append(out, dir)
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	return built
}

// namedMains lists the main packages that go commands in some texts name.
func (w *Workspace) namedMains(s *service, texts, mains []string) []string {
	var out []string
	for _, text := range texts {
		for _, m := range goCommand.FindAllStringSubmatch(text, -1) {
			for _, dir := range w.commandMains(s, strings.Fields(m[1]), mains) {
				if !slices.Contains(out, dir) {
					out = append(out, dir)
				}
			}
		}
	}
	return out
}

// commandMains lists the main packages that the arguments of a go command name:
// folders, files of one, or none for the working directory.
func (w *Workspace) commandMains(s *service, args, mains []string) []string {
	var out []string
	named, value := false, false
	for _, a := range args {
		a = strings.Trim(a, "\"'[],")
		switch {
		case value:
			value = false
			continue
		case strings.HasPrefix(a, "-"):
			value = goFlagsWithValue[strings.TrimLeft(a, "-")]
			continue
		case a == "" || strings.HasPrefix(a, "$"):
			continue
		}
		named = true
		if strings.HasSuffix(a, ".go") {
			a = path.Dir(a)
		}
		out = append(out, mainCalled(s, a, mains)...)
	}
	if !named {
		out = mainCalled(s, ".", mains)
	}
	return out
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
