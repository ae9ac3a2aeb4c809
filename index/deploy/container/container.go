// Package container tells what runs in a container: given how its image is
// built from the workspace, what is mounted into it and what a deployment file
// says of its command, it finds the programs started, the code that they are made
// of and the variables that the image sets. All readers of deployment files
// use it. It reads through a deploy.FS, runs nothing, and knows no kind of
// deployment file.
package container

import (
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/dockerfile"
	"topicls/index/deploy/images"
	"topicls/index/deploy/program"
)

// Given is what is known of a service's container.
type Given struct {
	Recipe  *Recipe           // nil when its image is not built from the workspace
	Image   *dockerfile.Image // what the recipe builds; nil when that can't be read
	Mounts  []deploy.Mount    // folders and files of the workspace, see SortMounts
	Workdir string            // "" for the image's own
	Argv    []string          // what is started
	Pos     deploy.Pos        // where that is said
}

// SortMounts sorts mounts as Given has them: one on a longer path hides a part
// of one on a shorter path.
func SortMounts(list []deploy.Mount) {
	slices.SortStableFunc(list, func(a, b deploy.Mount) int { return len(a.Target) - len(b.Target) })
}

// A Command is a container's entrypoint or command as a deployment file gives it.
type Command struct {
	Words []string
	Pos   deploy.Pos
}

// Argv returns what a container starts. An entrypoint that is given also hides
// the image's CMD, in compose (its specification, "entrypoint") as in Kubernetes
// ("Define a Command and Arguments for a Container"). The image may be nil.
func Argv(entrypoint, command *Command, image *dockerfile.Image) (argv []string, pos deploy.Pos) {
	if image == nil {
		image = &dockerfile.Image{}
	}
	switch {
	case entrypoint != nil:
		argv, pos = slices.Clone(entrypoint.Words), entrypoint.Pos
	case image.Entrypoint.Shell: // a shell form takes no arguments
		return image.Entrypoint.Words, image.Entrypoint.Pos
	default:
		argv, pos = slices.Clone(image.Entrypoint.Words), image.Entrypoint.Pos
	}
	switch {
	case command != nil:
		if len(command.Words) > 0 {
			pos = command.Pos
		}
		argv = append(argv, command.Words...)
	case entrypoint == nil:
		if len(argv) == 0 {
			pos = image.Cmd.Pos
		}
		argv = append(argv, image.Cmd.Words...)
	}
	return argv, pos
}

// Complete finds a service's code: where it is, and which programs it starts. It
// goes by the service's Image and Vars, to which it adds what commands set, and sets Context, Dockerfile, Code, Roots,
// Within, Absent, Lack, Workdir, Mounts, Entries, Builds, Infra and Broker.
func Complete(fs deploy.FS, s *deploy.Service, g Given) {
	r, image := g.Recipe, g.Image
	tree := &program.Tree{FS: fs}
	dir := "/"
	if image != nil {
		tree.Mounts = append(tree.Mounts, image.Files...)
		dir = image.Workdir
	}
	tree.Mounts = append(tree.Mounts, g.Mounts...)
	if r != nil && !r.Outside {
		s.Context, s.Dockerfile, s.Target = r.Context, r.File, r.Target
		tree.Folders = append(tree.Folders, r.Context)
	}
	if g.Workdir != "" {
		dir = path.Clean("/" + g.Workdir)
	}
	argv := g.Argv
	if len(argv) > 0 && strings.HasPrefix(argv[0], "-") {
		// Arguments for the image's own entrypoint, which mostly has its name.
		if name := path.Base(images.Repository(s.Image)); program.Launches(name) {
			argv = append([]string{name}, argv...)
		}
	}
	machine := program.Machine{Tree: tree, Dir: dir, Vars: known(s.Vars)}
	started := machine.Start(argv)
	if image != nil && dir == "/" && !slices.ContainsFunc(started, func(p program.Started) bool { return p.File != "" }) {
		machine.Dir = usualDir(image.Files, fs)
		started = machine.Start(argv)
	}
	if image != nil || g.Workdir != "" {
		s.Workdir = machine.Dir
	}
	s.Mounts = tree.Mounts
	setEntries(s, started, argv, g.Pos)
	addExported(fs, s, started, g.Pos)
	s.Code = codeOf(fs, g)
	s.Within, s.Absent = missing(started, machine)
	s.Lack = lack(fs, s, g, started, machine)
	if image != nil {
		s.Builds = image.Builds
	}
	s.Roots = rootsOf(started, machine, r)
	classify(fs, s, g)
	if len(argv) == 0 && image != nil && images.StartsNothing(image.Base) {
		s.Code, s.Roots = nil, nil
	}
}

// setEntries sets a service's entries: the programs with a file, or what is
// known of the others when no file was found.
func setEntries(s *deploy.Service, started []program.Started, argv []string, pos deploy.Pos) {
	if len(argv) == 0 {
		return
	}
	for _, p := range started {
		if p.File != "" && !slices.ContainsFunc(s.Entries, func(e deploy.Entry) bool { return e.File == p.File && slices.Equal(e.Args, p.Args) }) {
			s.Entries = append(s.Entries, deploy.Entry{File: p.File, Args: p.Args, Words: argv, Set: p.Set, Pos: pos})
		}
	}
	if len(s.Entries) == 0 {
		s.Entries = []deploy.Entry{{Words: argv, Pos: pos}}
	}
}

// buildFolders hold what compilers make, in containers and beside sources.
var buildFolders = map[string]bool{"dist": true, "build": true, "out": true, "lib": true, "output": true, "src": true}

// missing finds the folder that a program stands in whose file is named and not
// in the workspace, as far as the names on the path to it are folders of the
// workspace: `node apps/web/server.js` of apps/web. absent says that one is not.
func missing(started []program.Started, machine program.Machine) (within string, absent bool) {
	file := ""
	for _, p := range started {
		if p.File != "" {
			return "", false
		}
		if file == "" {
			file = p.Missing
		}
	}
	source, whole, ok := machine.Tree.Source(file, machine.Dir)
	if file == "" || !ok {
		return "", false
	}
	rel, ok := program.Below(source, whole)
	if whole == "." {
		rel, ok = source, true
	}
	if !ok {
		return "", false
	}
	dir := whole
	for _, name := range strings.Split(path.Dir(rel), "/") {
		switch next := path.Join(dir, name); {
		case machine.Tree.FS.IsDir(next):
			dir = next
		case !buildFolders[name] && name != ".":
			return "", dir != whole
		}
	}
	if dir == whole {
		return "", false
	}
	return dir, false
}

// usualDir is the container folder that most was copied into: the working
// directory of a base image whose Dockerfile sets none.
func usualDir(files []deploy.Mount, fs deploy.FS) string {
	count := map[string]int{}
	best := "/"
	for _, f := range files {
		dir := path.Dir(f.Target)
		if dir == "/" && fs.IsDir(f.Source) {
			dir = f.Target
		}
		if count[dir]++; count[dir] > count[best] || count[dir] == count[best] && best == "/" {
			best = dir
		}
	}
	return best
}

// known returns a lookup among variables whose value is known.
func known(vars []deploy.Variable) func(string) (string, bool) {
	values := make(map[string]string, len(vars))
	for _, v := range vars {
		if v.Status == deploy.VarSet {
			values[v.Name] = v.Value
		}
	}
	return func(name string) (string, bool) { v, ok := values[name]; return v, ok }
}
