package compose

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/dotenv"
	"topicls/index/deploy/yamldoc"
)

// The names docker compose looks for, in its order.
var (
	standardNames = []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}
	overrideNames = []string{"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"}
)

// Matters reports whether a change to the file can change what Discover
// returns, from its name alone: compose files, and the .env that may name
// them in COMPOSE_FILE.
func Matters(file string) bool { return isComposeName(file) || path.Base(file) == ".env" }

func isComposeName(file string) bool {
	base := strings.ToLower(path.Base(file))
	ext := path.Ext(base)
	return (ext == ".yml" || ext == ".yaml") && strings.Contains(base, "compose")
}

// outline is what grouping needs to know about a compose file.
type outline struct {
	file     string
	services []string
	partial  bool     // compose would refuse the file alone
	uses     []string // files it includes or extends
}

// discover groups the compose files of the workspace.
//
// Per folder, the first standard name with its override file is the default
// set; COMPOSE_FILE in the folder's .env replaces both. Every other file is a
// set of its own, merged over the folder's default when compose would refuse
// it alone (a service without image or build, or one that names a service,
// network or volume it doesn't define) or when it repeats only some of the
// default's services. Files that others include or extend are no sets.
func (r *Reader) discover(fs *deploy.Recorder) []deploy.FileSet {
	var all []*outline
	for _, file := range fs.List(".") {
		if !isComposeName(file) {
			continue
		}
		if o := r.outline(fs, file); o != nil {
			all = append(all, o)
		}
	}
	return groupAll(all, fs.ReadFile)
}

// groupAll makes the sets of all folders. read reads a folder's .env.
func groupAll(all []*outline, read func(file string) ([]byte, error)) []deploy.FileSet {
	slices.SortFunc(all, func(a, b *outline) int { return cmp.Compare(a.file, b.file) })
	byDir := map[string][]*outline{}
	used := usedFiles(all)
	for _, o := range all {
		if !used[o.file] {
			dir := path.Dir(o.file)
			byDir[dir] = append(byDir[dir], o)
		}
	}
	gatherNamed(byDir, all, read)
	var sets []deploy.FileSet
	for dir, files := range byDir {
		sets = append(sets, group(read, dir, files, len(byDir) > 1 && dir != ".")...)
	}
	leaveOutTests(sets)
	deploy.SortSets(sets)
	deploy.Distinct("compose", sets)
	return sets
}

// gatherNamed puts the files of other folders that COMPOSE_FILE in a folder's .env
// names behind one of its own into that folder: paths in them count from there.
func gatherNamed(byDir map[string][]*outline, all []*outline, read func(file string) ([]byte, error)) {
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		named := composeFileVariable(read, dir, all)
		if len(named) == 0 || path.Dir(named[0]) != dir {
			continue
		}
		for _, file := range named {
			from := path.Dir(file)
			i := slices.IndexFunc(byDir[from], func(o *outline) bool { return o.file == file })
			if from == dir || i < 0 {
				continue
			}
			byDir[dir] = append(slices.Clip(byDir[dir]), byDir[from][i])
			if byDir[from] = slices.Delete(slices.Clone(byDir[from]), i, i+1); len(byDir[from]) == 0 {
				delete(byDir, from)
			}
		}
	}
}

// leaveOutTests makes the sets of test folders non-default, unless there are
// no others.
func leaveOutTests(sets []deploy.FileSet) {
	isTest := func(s deploy.FileSet) bool {
		return slices.ContainsFunc(strings.Split(strings.ToLower(s.Dir), "/"), func(part string) bool {
			return part == "test" || part == "tests" || part == "testing" || part == "e2e" || part == "testdata"
		})
	}
	if !slices.ContainsFunc(sets, func(s deploy.FileSet) bool { return s.Default && !isTest(s) }) {
		return
	}
	for i := range sets {
		sets[i].Default = sets[i].Default && !isTest(sets[i])
	}
}

// group makes the sets of one folder.
func group(read func(string) ([]byte, error), dir string, files []*outline, qualified bool) []deploy.FileSet {
	id := "compose"
	if qualified {
		id += ":" + dir
	}
	main := mainFiles(read, dir, files)
	sets := []deploy.FileSet{{ID: id, Kind: "compose", Dir: dir, Files: main, Default: true}}
	base := map[string]bool{}
	for _, o := range files {
		if slices.Contains(main, o.file) {
			for _, s := range o.services {
				base[s] = true
			}
		}
	}
	for _, o := range files {
		if slices.Contains(main, o.file) {
			continue
		}
		set := deploy.FileSet{ID: id + ":" + label(o.file), Kind: "compose", Dir: dir, Files: []string{o.file}}
		if o.partial || repeatsSome(o.services, base) {
			set.Files = []string{main[0], o.file}
		}
		sets = append(sets, set)
	}
	return sets
}

// repeatsSome reports whether all services are in base, but not all of base's.
func repeatsSome(services []string, base map[string]bool) bool {
	for _, s := range services {
		if !base[s] {
			return false
		}
	}
	return len(services) > 0 && len(services) < len(base)
}

// mainFiles returns the files of a folder's default set.
func mainFiles(read func(string) ([]byte, error), dir string, files []*outline) []string {
	if named := composeFileVariable(read, dir, files); named != nil {
		return named
	}
	find := func(names []string) string {
		for _, name := range names {
			for _, o := range files {
				if o.file == path.Join(dir, name) {
					return o.file
				}
			}
		}
		return ""
	}
	main := find(standardNames)
	if main == "" {
		return []string{mostPlausible(files)}
	}
	if over := find(overrideNames); over != "" {
		return []string{main, over}
	}
	return []string{main}
}

// composeFileVariable returns the files that COMPOSE_FILE names in the
// folder's .env, when they are all compose files of the workspace.
func composeFileVariable(read func(string) ([]byte, error), dir string, files []*outline) []string {
	name := path.Join(dir, ".env")
	data, err := read(name)
	if err != nil || !strings.Contains(string(data), "COMPOSE_FILE") {
		return nil
	}
	entries, _ := dotenv.Parse(deploy.NewText(name, data), nil, nil)
	separator, value := ":", ""
	for _, e := range entries {
		switch e.Name {
		case "COMPOSE_FILE":
			value = e.Value.Text
		case "COMPOSE_PATH_SEPARATOR":
			separator = e.Value.Text
		}
	}
	if value == "" || separator == "" {
		return nil
	}
	var out []string
	for _, p := range strings.Split(value, separator) {
		file, ok := resolve(dir, p)
		if !ok || !slices.ContainsFunc(files, func(o *outline) bool { return o.file == file }) {
			return nil
		}
		out = append(out, file)
	}
	return out
}

// preferred and avoided are labels of files that are, or are not, what a
// folder without a standard file is deployed with on a developer's machine.
var (
	preferred = []string{"dev", "local", "development", "base", "main", "full", "all"}
	avoided   = []string{"old", "test", "tests", "testing", "ci", "prod", "production", "staging", "override", "backup", "bak", "example", "sample", "template", "debug"}
)

// mostPlausible returns the file to take for the default: one that stands
// alone, for development rather than anything else, else the first.
func mostPlausible(files []*outline) string {
	rank := func(o *outline) int {
		n := 10
		for _, word := range strings.FieldsFunc(label(o.file), func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
			if slices.Contains(preferred, word) {
				n = 0
			} else if slices.Contains(avoided, word) {
				n = max(n, 20)
			}
		}
		if o.partial {
			n += 100
		}
		return n
	}
	best := files[0]
	for _, o := range files[1:] {
		if rank(o) < rank(best) {
			best = o
		}
	}
	return best.file
}

// label is what tells a compose file from others of its folder: "staging" for
// docker-compose.staging.yaml.
func label(file string) string {
	base := strings.ToLower(path.Base(file))
	base = strings.TrimSuffix(base, path.Ext(base))
	for _, word := range []string{"docker-compose", "docker_compose", "dockercompose", "compose"} {
		if before, after, ok := strings.Cut(base, word); ok {
			joined := strings.Trim(before, ".-_") + "." + strings.Trim(after, ".-_")
			if l := strings.Trim(joined, "."); l != "" {
				return l
			}
			break
		}
	}
	return path.Base(file)
}

// usedFiles returns the files that are included or extended by others, such
// that what uses them stays.
func usedFiles(all []*outline) map[string]bool {
	users := map[string]bool{}
	byFile := map[string]*outline{}
	for _, o := range all {
		byFile[o.file] = o
		for _, u := range o.uses {
			if u != o.file {
				users[u] = true
			}
		}
	}
	used := map[string]bool{}
	var visit func(o *outline)
	visit = func(o *outline) {
		for _, u := range o.uses {
			if next := byFile[u]; next != nil && u != o.file && !used[u] {
				used[u] = true
				visit(next)
			}
		}
	}
	for _, o := range all {
		if !users[o.file] {
			visit(o)
		}
	}
	byDepth := slices.Clone(all)
	slices.SortStableFunc(byDepth, func(a, b *outline) int { return strings.Count(a.file, "/") - strings.Count(b.file, "/") })
	for _, o := range byDepth { // files that use one another in a circle
		if users[o.file] && !used[o.file] {
			visit(o)
			delete(used, o.file)
		}
	}
	return used
}

// outline reads what grouping needs; nil when it is no compose file.
func (r *Reader) outline(fs deploy.FS, file string) *outline {
	data, err := fs.ReadFile(file)
	if err != nil {
		return nil
	}
	d := r.document(file, data)
	o := &outline{file: file}
	m := yamldoc.NewMapper(func(*yaml.Node, string) {})
	relevant := false
	for _, root := range d.Roots {
		services, include := m.Get(root, "services"), m.Get(root, "include")
		if services != nil && yamldoc.Deref(services).Kind == yaml.MappingNode {
			relevant = true
			r.outlineServices(o, m, root, services)
		}
		if include != nil && yamldoc.Deref(include).Kind == yaml.SequenceNode {
			relevant = true
			for _, item := range yamldoc.Deref(include).Content {
				for _, n := range yamldoc.ListOf(pathOf(m, item, "path")) {
					o.use(n)
				}
			}
		}
	}
	if !relevant && d.Err == nil {
		return nil
	}
	if !relevant && !slices.Contains(standardNames, path.Base(file)) {
		return nil // broken, and not surely a compose file
	}
	return o
}

// pathOf returns a key of a mapping, or the node itself when it is none.
func pathOf(m *yamldoc.Mapper, n *yaml.Node, key string) *yaml.Node {
	if yamldoc.Deref(n).Kind == yaml.MappingNode {
		return m.Get(n, key)
	}
	return n
}

func (o *outline) use(n *yaml.Node) {
	if n == nil || yamldoc.Deref(n).Kind != yaml.ScalarNode {
		return
	}
	if file, ok := resolve(path.Dir(o.file), yamldoc.Deref(n).Value); ok {
		o.uses = append(o.uses, file)
	}
}

func (r *Reader) outlineServices(o *outline, m *yamldoc.Mapper, root, services *yaml.Node) {
	names := map[string]bool{}
	for _, p := range m.Pairs(services) {
		names[yamldoc.Deref(p.Key).Value] = true
	}
	volumes := m.Names(m.Get(root, "volumes"))
	networks := m.Names(m.Get(root, "networks"))
	networks["default"] = true
	for _, p := range m.Pairs(services) {
		o.services = append(o.services, yamldoc.Deref(p.Key).Value)
		if ext := m.Get(p.Value, "extends"); ext != nil {
			if yamldoc.Deref(ext).Kind == yaml.MappingNode {
				o.use(m.Get(ext, "file"))
			}
		} else if m.Get(p.Value, "image") == nil && m.Get(p.Value, "build") == nil && m.Get(p.Value, "provider") == nil {
			o.partial = true
		}
		for name := range m.Names(m.Get(p.Value, "depends_on")) {
			o.partial = o.partial || !names[name]
		}
		for name := range m.Names(m.Get(p.Value, "networks")) {
			o.partial = o.partial || !networks[name]
		}
		for _, v := range yamldoc.ListOf(m.Get(p.Value, "volumes")) {
			source := ""
			if yamldoc.Deref(v).Kind == yaml.ScalarNode {
				var rest string
				if source, rest, _ = strings.Cut(yamldoc.Deref(v).Value, ":"); rest == "" {
					continue
				}
			}
			if source != "" && !strings.ContainsAny(source, "./~$\\") && len(source) > 1 {
				o.partial = o.partial || !volumes[source]
			}
		}
	}
}
