package compose

import (
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/dockerfile"
	"topicls/index/deploy/dotenv"
	"topicls/index/deploy/images"
	"topicls/index/deploy/program"
)

// A recipe is how a service's image is built from the workspace.
type recipe struct {
	context string
	outside bool   // the context is not in the workspace
	file    string // the Dockerfile; "" when it is written inline
	inline  string
	pos     *deploy.Pos // of the inline one
	target  string
	args    map[string]dotenv.Value
	named   map[string]string
}

// recipe returns how a service is built; nil when it is not.
func (l *loader) recipe(service model) *recipe {
	build, ok := service["build"].(map[string]any)
	if !ok {
		return nil
	}
	r := &recipe{target: str(build, "target"), inline: str(build, "dockerfile_inline")}
	context, given := build["context"].(string)
	if !given {
		context = str(build, "default_context")
	}
	r.context = context
	r.outside = context == ""
	r.pos, _ = build["inline_pos"].(*deploy.Pos)
	if r.inline == "" && !r.outside {
		name := str(build, "dockerfile")
		if name == "" {
			name = "Dockerfile"
		}
		r.file, _ = resolve(context, name)
	}
	r.args = map[string]dotenv.Value{}
	for name, d := range l.entries(build["args"]) {
		v := d.value
		if !d.given {
			var ok bool
			if v, ok = l.root.lookup(name); !ok {
				continue
			}
		}
		v.Origin = append([]deploy.Step{{Pos: d.valuePos, What: "build argument " + name}}, v.Origin...)
		r.args[name] = v
	}
	r.named = map[string]string{}
	contexts, _ := build["contexts"].(map[string]any)
	for name, dir := range contexts {
		if s, ok := dir.(string); ok {
			r.named[name] = s
		}
	}
	return r
}

// image evaluates the Dockerfile of a recipe; nil when it can't be read. Many
// services may be built the same way.
func (l *loader) image(r *recipe) *dockerfile.Image {
	if len(r.args)+len(r.named)+len(r.inline) > 0 {
		return l.evaluate(r)
	}
	key := imageKey{r.context, r.file, r.target}
	if image, ok := l.images[key]; ok {
		return image
	}
	image := l.reader.image(l, key, r)
	l.images[key] = image
	return image
}

// image returns what a recipe without arguments builds.
func (r *Reader) image(l *loader, key imageKey, of *recipe) *dockerfile.Image {
	r.mu.Lock()
	known := r.images[key]
	r.mu.Unlock()
	if known == nil {
		own := *l
		own.fs = deploy.Record(l.fs)
		known = &builtImage{key: key, image: own.evaluate(of), read: own.fs.Seen()}
		r.keep(known)
	}
	l.fs.Note(known.read...)
	return known.image
}

func (l *loader) evaluate(r *recipe) *dockerfile.Image {
	var text *deploy.Text
	switch {
	case r.inline != "":
		text = deploy.NewText("", []byte(r.inline))
	case r.file != "":
		t, ok := l.read(r.file)
		if !ok && path.Base(r.file) == "Dockerfile" {
			t, ok = l.read(path.Join(path.Dir(r.file), "Containerfile"))
		}
		if !ok {
			return nil
		}
		text = t
	default:
		return nil
	}
	image := dockerfile.Parse(text).Build(dockerfile.Options{
		FS: l.fs, Context: r.context, Outside: r.outside, Target: r.target, Args: r.args, Named: r.named,
	})
	if r.inline != "" && r.pos != nil {
		moveTo(&image, *r.pos)
	}
	return &image
}

// moveTo places what an inline Dockerfile says at its scalar.
func moveTo(image *dockerfile.Image, pos deploy.Pos) {
	image.Cmd.Pos, image.Entrypoint.Pos = pos, pos
	for i := range image.Env {
		image.Env[i].NamePos, image.Env[i].ValuePos = pos, pos
		image.Env[i].Value.Origin = nil
	}
}

func str(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

// binds returns the workspace files and folders mounted into a service.
func binds(service model, fs deploy.FS) []deploy.Mount {
	var out []deploy.Mount
	volumes, _ := service["volumes"].([]any)
	for _, item := range volumes {
		v, _ := item.(map[string]any)
		source := str(v, "source")
		if v["bind"] != true || source == "" {
			continue
		}
		if !fs.IsDir(source) {
			if _, err := fs.ReadFile(source); err != nil {
				continue
			}
		}
		out = append(out, deploy.Mount{Source: source, Target: str(v, "target")})
	}
	// A mount on a longer path hides a part of one on a shorter path.
	slices.SortStableFunc(out, func(a, b deploy.Mount) int { return len(a.Target) - len(b.Target) })
	return out
}

// code finds a service's code: where it is, and which programs it starts.
func (l *loader) code(s *deploy.Service, service model, r *recipe, image *dockerfile.Image) {
	tree := &program.Tree{FS: l.fs}
	dir := "/"
	if image != nil {
		tree.Mounts = append(tree.Mounts, image.Files...)
		dir = image.Workdir
	}
	mounted := binds(service, l.fs)
	tree.Mounts = append(tree.Mounts, mounted...)
	if r != nil && !r.outside {
		s.Context, s.Dockerfile = r.context, r.file
		tree.Folders = append(tree.Folders, r.context)
	}
	if w := str(service, "working_dir"); w != "" {
		dir = path.Clean("/" + w)
	}
	argv, pos := commandOf(service, image)
	if len(argv) > 0 && strings.HasPrefix(argv[0], "-") {
		// Arguments for the image's own entrypoint, which mostly has its name.
		if name := path.Base(images.Repository(s.Image)); program.Launches(name) {
			argv = append([]string{name}, argv...)
		}
	}
	machine := program.Machine{Tree: tree, Dir: dir, Vars: known(s.Vars)}
	started := machine.Start(argv)
	if image != nil && dir == "/" && !slices.ContainsFunc(started, func(p program.Started) bool { return p.File != "" }) {
		machine.Dir = usualDir(image.Files, l.fs)
		started = machine.Start(argv)
	}
	l.entriesOf(s, started, argv, pos)
	s.Code = l.codeOf(r, image, mounted)
	s.Within, s.Absent = missing(started, machine)
	if image != nil {
		s.Builds = image.Builds
	}
	s.Roots = rootsOf(started, machine, r)
	l.classify(s, r, image, mounted)
	if len(argv) == 0 && image != nil && images.StartsNothing(image.Base) {
		s.Code, s.Roots = nil, nil
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

// commandOf returns what a service runs. As in compose, an entrypoint in the
// file also hides the image's CMD.
func commandOf(service model, image *dockerfile.Image) (argv []string, pos deploy.Pos) {
	entrypoint, hasEntrypoint := service["entrypoint"].(*commandLine)
	command, hasCommand := service["command"].(*commandLine)
	if image == nil {
		image = &dockerfile.Image{}
	}
	switch {
	case hasEntrypoint:
		argv, pos = slices.Clone(entrypoint.words), entrypoint.pos
	case image.Entrypoint.Shell: // a shell form takes no arguments
		return image.Entrypoint.Words, image.Entrypoint.Pos
	default:
		argv, pos = slices.Clone(image.Entrypoint.Words), image.Entrypoint.Pos
	}
	switch {
	case hasCommand:
		if len(command.words) > 0 {
			pos = command.pos
		}
		argv = append(argv, command.words...)
	case !hasEntrypoint:
		if len(argv) == 0 {
			pos = image.Cmd.Pos
		}
		argv = append(argv, image.Cmd.Words...)
	}
	return argv, pos
}

// entriesOf sets a service's entries: the programs with a file, or what is
// known of the others when no file was found.
func (l *loader) entriesOf(s *deploy.Service, started []program.Started, argv []string, pos deploy.Pos) {
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

// codeOf returns the smallest list of folders and files that covers the code.
// An image that has files of the workspace but no code among them was given what
// an earlier stage made: the code is that of the build context.
func (l *loader) codeOf(r *recipe, image *dockerfile.Image, mounted []deploy.Mount) []string {
	all := map[string]bool{}
	if image != nil {
		for _, f := range image.Files {
			all[f.Source] = true
		}
		for _, source := range image.Built {
			all[source] = true
		}
	}
	built := image != nil && image.Stages > 1 && len(image.Built) == 0 && !slices.ContainsFunc(image.Files, func(f deploy.Mount) bool { return l.holdsCode(f.Source) })
	if (len(all) == 0 || built) && r != nil && !r.outside && l.fs.IsDir(r.context) {
		all[r.context] = true
	}
	for _, m := range mounted {
		all[m.Source] = true
	}
	var out []string
	for _, p := range slices.Sorted(maps.Keys(all)) {
		if !coveredBy(p, all) {
			out = append(out, p)
		}
	}
	return out
}

// coveredBy reports whether a folder above p is in the set.
func coveredBy(p string, all map[string]bool) bool {
	for p != "." {
		if p = path.Dir(p); all[p] {
			return true
		}
	}
	return false
}

// rootsOf returns the folders that a service imports from.
func rootsOf(started []program.Started, machine program.Machine, r *recipe) []string {
	var out []string
	add := func(dirs ...string) {
		for _, d := range dirs {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	for _, p := range started {
		if p.File != "" {
			add(p.Roots...)
		}
	}
	if machine.Dir != "/" {
		add(machine.Tree.Roots(machine.Dir)...)
	}
	if value, ok := machine.Vars("PYTHONPATH"); ok {
		for _, dir := range strings.Split(value, ":") {
			if dir != "" && !path.IsAbs(dir) {
				dir = path.Join(machine.Dir, dir)
			}
			if dir != "" {
				add(machine.Tree.Roots(dir)...)
			}
		}
	}
	if len(out) == 0 && r != nil && !r.outside && machine.Tree.FS.IsDir(r.context) {
		add(r.context)
	}
	return out
}

// codeExt are the endings of files that programs are written in.
var codeExt = map[string]bool{
	".py": true, ".ipynb": true, ".go": true, ".js": true, ".mjs": true, ".cjs": true, ".ts": true, ".tsx": true, ".java": true, ".kt": true,
	".scala": true, ".jar": true, ".cs": true, ".rb": true, ".php": true, ".rs": true, ".ex": true, ".exs": true, ".clj": true, ".groovy": true,
}

// classify tells the workspace's own services from installed ones.
//
// A service is the workspace's when it runs a file of the workspace that is a
// program, when it is built from the workspace (except on top of a known
// image and without any program, as when plugins are added to a connector),
// or when an image not known to be installed has programs mounted into it.
func (l *loader) classify(s *deploy.Service, r *recipe, image *dockerfile.Image, mounted []deploy.Mount) {
	base := s.Image
	if image != nil {
		base = image.Base
	}
	s.Broker = images.Broker(base)
	for _, e := range s.Entries {
		if codeExt[path.Ext(e.File)] {
			return
		}
	}
	switch {
	case r != nil:
		s.Infra = image != nil && images.Installed(base) && !l.runsProgram(image)
	case images.Installed(base):
		s.Infra = true
	default:
		s.Infra = !slices.ContainsFunc(mounted, func(m deploy.Mount) bool { return l.holdsCode(m.Source) })
	}
	if s.Infra {
		s.Code, s.Roots = nil, nil
	}
}

// runsProgram reports whether an image on top of an installed one has programs of
// the workspace, or on top of a bare one those that an earlier stage built.
func (l *loader) runsProgram(image *dockerfile.Image) bool {
	return image.Stages > 1 && images.StartsNothing(image.Base) || slices.ContainsFunc(image.Files, func(f deploy.Mount) bool { return l.holdsCode(f.Source) })
}

// holdsCode reports whether a file or folder has programs in it.
func (l *loader) holdsCode(p string) bool {
	if !l.fs.IsDir(p) {
		return codeExt[path.Ext(p)]
	}
	return slices.ContainsFunc(l.fs.List(p), func(file string) bool { return codeExt[path.Ext(file)] })
}
