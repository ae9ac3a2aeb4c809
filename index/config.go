package index

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"topicls/index/client"
	"topicls/index/confdoc"
	"topicls/index/deploy"
	"topicls/index/deploy/config"
	"topicls/index/deploy/hocon"
	"topicls/index/deploy/keys"
	"topicls/index/deploy/properties"
	"topicls/index/flow"
	"topicls/index/source"
)

// configs are the stores that the workspace's programs read their configuration
// from: one for each framework, service and module. They are built when code asks
// for a key, and forgotten when something that they looked at changes.
type configs struct {
	mu     sync.Mutex // guards what is built on demand
	set    *source.Set
	tests  bool
	files  map[fileKey]*keys.File // what was read; nil for what can't be
	good   map[fileKey]*keys.File // the last that was not broken
	stores map[storeKey]*builtStore
	homes  map[config.Kind][]string // modules that have files of a framework, sorted
	setups map[string][]flow.Setup  // by file, what code tells stores
	dirty  bool                     // something is not in the last view
	sought map[string]bool          // paths that some store looked for, ever
	users  map[storeKey]int         // how many files and services have a store; the others go
}

// used notes that a file or service has a store, or with -1 that it has it no more.
func (c *configs) used(k storeKey, n int) {
	if c.users[k] += n; c.users[k] == 0 {
		delete(c.users, k)
	}
}

// fileKey is a file read in one way.
type fileKey struct{ path, format, sep string }

// storeKey names a store.
type storeKey struct {
	kind    config.Kind
	service string // id of a deployed service; "" for a program that none runs
	module  string // its folder
}

// builtStore is a store with what it was built from.
type builtStore struct {
	*config.Store
	key    storeKey
	looked map[string]bool   // paths that were looked for
	loads  map[string]bool   // of files of variables, those that count; nil for other stores
	vars   []deploy.Variable // what launch settings give a program of .NET that nothing deploys
}

func newConfigs(tests bool) *configs {
	return &configs{tests: tests, files: map[fileKey]*keys.File{}, good: map[fileKey]*keys.File{}, stores: map[storeKey]*builtStore{}, setups: map[string][]flow.Setup{}, sought: map[string]bool{}, users: map[storeKey]int{}}
}

// reading is the files as one store reads them (config.Files).
type reading struct {
	c       *configs
	looked  map[string]bool
	mounted map[fileKey]*keys.File
}

// Read implements config.Files.
func (r reading) Read(p, format, sep string) *keys.File {
	p = path.Clean(p)
	r.looked[p], r.c.sought[p] = true, true
	return r.c.read(fileKey{p, format, sep})
}

// Mounted implements config.Files.
func (r reading) Mounted(m *deploy.MountedFile, format, sep string) *keys.File {
	k := fileKey{m.Target, format, sep}
	if f, ok := r.mounted[k]; ok {
		return f
	}
	f := parseConfig(k, []byte(m.Text))
	r.mounted[k] = f
	return f
}

func (c *configs) read(k fileKey) *keys.File {
	if f, ok := c.files[k]; ok {
		return f
	}
	var f *keys.File
	if e, ok := c.set.Get(k.path); ok && (c.tests || !e.Test) {
		if data, err := c.set.ReadFile(k.path); err == nil {
			f = parseConfig(k, data)
		}
	}
	if f != nil && f.Broken && c.good[k] != nil { // half-typed: what it last said
		g := *c.good[k]
		g.Problems = f.Problems
		f = &g
	} else if f != nil && !f.Broken {
		c.good[k] = f
	}
	c.files[k] = f
	return f
}

// parseConfig reads a file's bytes by its extension, or as the format says.
func parseConfig(k fileKey, data []byte) *keys.File {
	ext := k.format
	if ext == "" {
		ext = path.Ext(k.path)
	}
	var f keys.File
	switch ext {
	case ".yml", ".yaml":
		f = keys.YAML(data, k.sep)
	case ".json":
		f = keys.JSON(data, k.sep)
	case ".dotenv":
		f = variablesOfFile(k.path, data)
	case ".dockerignore":
		f = linesOf(data)
	case ".properties", ".env":
		f = properties.Read(data)
	case ".conf":
		f = hocon.Read(data)
	case ".js", ".cjs", ".mjs", ".ts", ".cts", ".mts": // there, but not read
	case ".toml", ".ini":
		f = keysOfDocument(confdoc.Parse(k.path, data), k.sep)
	default:
		return nil
	}
	return &f
}

// keysOfDocument flattens a document of a format that has no reader of keys.
func keysOfDocument(d *confdoc.Doc, sep string) keys.File {
	var doc keys.Document
	var walk func(key string, n *confdoc.Node, depth int)
	walk = func(key string, n *confdoc.Node, depth int) {
		if n == nil || depth > 20 || len(doc.Entries) > 10_000 {
			return
		}
		switch n.Kind {
		case confdoc.Map:
			for _, e := range n.Entries {
				walk(keys.Join(key, sep, e.Key), e.Value, depth+1)
			}
		case confdoc.List:
			for i, it := range n.Items {
				walk(key+"["+strconv.Itoa(i)+"]", it, depth+1)
			}
		default:
			at := keys.Span{Start: n.Start, End: n.End}
			doc.Entries = append(doc.Entries, keys.Entry{Key: key, Value: n.Text, Null: n.Null, At: at, Name: keys.Span{Start: n.Start, End: n.Start}})
		}
	}
	if d != nil {
		walk("", d.Root, 0)
	}
	return keys.File{Documents: []keys.Document{doc}}
}

// homeOf returns the module that a file is a framework's configuration of; ok
// is false for other files.
func homeOf(p string) (kinds []config.Kind, module string, ok bool) {
	base, dir := path.Base(p), path.Dir(p)
	ext := path.Ext(base)
	stem, _, _ := strings.Cut(strings.TrimSuffix(base, ext), "-")
	switch {
	case ext == ".json" && (base == "appsettings.json" || strings.HasPrefix(base, "appsettings.")):
		return []config.Kind{config.DotNet}, dir, true
	case (stem == "application" || stem == "bootstrap") && (ext == ".yml" || ext == ".yaml" || ext == ".properties"):
		kinds = []config.Kind{config.Spring, config.MicroProfile, config.Micronaut, config.Ktor}
	case base == "application.conf":
		kinds = []config.Kind{config.Ktor}
	case path.Base(dir) == "config" && (base == "default"+ext || base == "custom-environment-variables"+ext):
		return []config.Kind{config.NodeConfig}, path.Dir(dir), true
	case stem == "microprofile" && ext == ".properties":
		kinds = []config.Kind{config.MicroProfile}
	case strings.HasSuffix("/"+dir, "/src/main/resources") && (ext == ".yml" || ext == ".yaml" || ext == ".properties"):
		kinds = []config.Kind{config.Spring} // other modules may import it
	default:
		return nil, "", false
	}
	return kinds, moduleOfResources(dir), true
}

// moduleOfResources is the module that a folder of resources is packaged with.
func moduleOfResources(dir string) string {
	dir = strings.TrimSuffix(strings.TrimSuffix(dir, "/META-INF"), "/config")
	if i := strings.LastIndex("/"+dir, "/src/"); i >= 0 && strings.HasSuffix(dir, "resources") {
		if i == 0 {
			return "."
		}
		return dir[:i-1]
	}
	switch path.Base(dir) {
	case "resources", "config":
		return path.Dir(dir)
	}
	return dir
}

// setHomes lists the modules that have configuration.
func (c *configs) setHomes() {
	found := map[config.Kind]map[string]bool{}
	for e := range c.set.All() {
		if e.Kind != source.KindDeploy || e.Test && !c.tests {
			continue
		}
		kinds, module, ok := homeOf(e.Path)
		if !ok {
			continue
		}
		for _, k := range kinds {
			if found[k] == nil {
				found[k] = map[string]bool{}
			}
			found[k][module] = true
		}
	}
	c.homes = map[config.Kind][]string{}
	for k, m := range found {
		c.homes[k] = slices.Sorted(maps.Keys(m))
	}
}

// moduleOf tells which module's configuration a code file reads, and where its
// files lie: the nearest folder around it that has some, else the module that
// the file's place names.
func (c *configs) moduleOf(kind config.Kind, from string) config.Module {
	dir := path.Dir(from)
	if root, set, ok := sourceSet(dir); ok {
		return c.module(kind, root, set)
	}
	for d := dir; ; d = path.Dir(d) {
		if _, ok := slices.BinarySearch(c.homes[kind], d); ok {
			return c.module(kind, d, "")
		}
		if d == "." {
			return c.module(kind, dir, "")
		}
	}
}

// sourceSet divides a folder of code in the layout of Maven and Gradle,
// module/src/main/java/..., into the module and the source set.
func sourceSet(dir string) (module, set string, ok bool) {
	parts := strings.Split(dir, "/")
	for i := len(parts) - 3; i >= 0; i-- {
		if parts[i] != "src" {
			continue
		}
		switch parts[i+2] {
		case "java", "kotlin", "scala", "groovy":
			return path.Join(append([]string{"."}, parts[:i]...)...), parts[i+1], true
		}
	}
	return "", "", false
}

// module is the module in a folder. set is the source set that asks: "main" as a
// rule.
func (c *configs) module(kind config.Kind, dir, set string) config.Module {
	m := config.Module{Dir: dir}
	switch kind {
	case config.DotNet, config.Viper, config.NodeConfig:
		return m
	}
	m.Resources = []string{path.Join(dir, "src/main/resources"), path.Join(dir, "resources")}
	if set != "" && set != "main" && set != "test" {
		m.Resources = append([]string{path.Join(dir, "src", set, "resources")}, m.Resources...)
	}
	if _, ok := slices.BinarySearch(c.homes[kind], dir); ok && dir != "." {
		m.Resources = append(m.Resources, dir)
	}
	if kind == config.Spring {
		m.Others = func() []config.Module {
			var out []config.Module
			for _, other := range c.homes[kind] {
				if other != dir && (path.Dir(other) == path.Dir(dir) || strings.Contains(other, "config")) {
					o := c.module(kind, other, "")
					o.Others = nil
					out = append(out, o)
				}
			}
			return out
		}
	}
	return m
}

// store returns the store of a module in a service.
func (c *configs) store(kind config.Kind, m config.Module, svc *service) *builtStore {
	k := storeKey{kind: kind, module: m.Dir}
	p := &config.Process{}
	if svc != nil {
		k.service = svc.ID
		p.Vars, p.Entries, p.Dir, p.Files, p.Mounts = svc.Vars, svc.Entries, svc.Workdir, svc.Files, svc.Mounts
	}
	if s := c.stores[k]; s != nil {
		return s
	}
	s := &builtStore{key: k, looked: map[string]bool{}}
	files := reading{c, s.looked, map[fileKey]*keys.File{}}
	if kind == config.DotNet && svc == nil {
		s.vars = launchVariables(path.Join(m.Dir, launchSettings), files)
		p.Vars = s.vars
	}
	switch kind {
	case config.Spring:
		s.Store = config.NewSpring(p, m, c.named(kind, m, "file"), files)
	case config.MicroProfile:
		s.Store = config.NewMicroProfile(p, m, c.named(kind, m, "file"), files)
	case config.Micronaut:
		s.Store = config.NewMicronaut(p, m, nil, files)
	case config.DotNet:
		s.Store = config.NewDotNet(p, m, c.named(kind, m, "file"), files)
	case config.Ktor:
		s.Store = config.NewKtor(p, m, c.named(kind, m, "file"), files)
	case config.Viper:
		s.Store = config.NewViper(p, m, c.viper(m), files)
	case config.NodeConfig:
		s.Store = config.NewNodeConfig(p, m, files)
	default:
		return nil
	}
	c.stores[k], c.dirty = s, true
	return s
}

// launchVariable finds a variable that the launch settings of a project of .NET
// give its program; nil for none.
func (c *configs) launchVariable(dir, name string, asked askedStores) *deploy.Variable {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.store(config.DotNet, c.module(config.DotNet, dir, ""), nil)
	if s == nil {
		return nil
	}
	asked[s.key] = true
	for i := range s.vars {
		if s.vars[i].Name == name {
			return &s.vars[i]
		}
	}
	return nil
}

// within reports whether a code file's setups concern a module.
func within(p string, m config.Module) bool { return under(p, m.Dir) }

// named lists the constant texts that code of a module gives to setups of a kind.
func (c *configs) named(kind config.Kind, m config.Module, is string) config.Extra {
	var out config.Extra
	c.eachSetup(kind, m, func(u flow.Setup) {
		if u.Is != is {
			return
		}
		for _, list := range u.Args {
			for _, n := range list {
				if t, ok := n.Text(); ok {
					out = append(out, t)
				}
			}
		}
	})
	return out
}

// eachSetup calls do with what code of a module tells a store, in the order of
// files.
func (c *configs) eachSetup(kind config.Kind, m config.Module, do func(flow.Setup)) {
	for _, p := range slices.Sorted(maps.Keys(c.setups)) {
		if !within(p, m) {
			continue
		}
		for _, u := range c.setups[p] {
			if config.Kind(u.Store) == kind {
				do(u)
			}
		}
	}
}

// viper gathers what the code of a module tells viper.
func (c *configs) viper(m config.Module) config.ViperSetup {
	u := config.ViperSetup{Bound: map[string][]string{}, Defaults: map[string]config.CodeValue{}, Set: map[string]config.CodeValue{}}
	texts := func(s flow.Setup, i int) []string {
		var out []string
		if i < len(s.Args) {
			for _, n := range s.Args[i] {
				if t, ok := n.Text(); ok {
					out = append(out, t)
				}
			}
		}
		return out
	}
	c.eachSetup(config.Viper, m, func(s flow.Setup) {
		switch s.Is {
		case "name":
			u.Names = append(u.Names, texts(s, 0)...)
		case "path":
			u.Paths = append(u.Paths, texts(s, 0)...)
		case "file":
			u.Files = append(u.Files, texts(s, 0)...)
		case "later":
			u.Files = append(texts(s, 0), u.Files...)
		case "named":
			u.Named = append(u.Named, texts(s, 0)...)
		case "prefix":
			for _, t := range texts(s, 0) {
				u.Prefix = t
			}
		case "automatic":
			u.Automatic = true
		case "replace":
			u.Replace = nil
			for i := range s.Args {
				u.Replace = append(u.Replace, texts(s, i)...)
			}
		case "default", "set":
			values := u.Defaults
			if s.Is == "set" {
				values = u.Set
			}
			given := texts(s, 1)
			for _, k := range texts(s, 0) {
				if len(given) == 1 {
					at := config.Place{File: s.At.Path, Span: keys.Span{Start: s.At.Start, End: s.At.End}}
					values[strings.ToLower(k)] = config.CodeValue{Text: given[0], At: at}
				}
			}
		case "bind":
			for _, k := range texts(s, 0) {
				k = strings.ToLower(k)
				u.Bound[k] = append(u.Bound[k], texts(s, 1)...)
			}
		}
	})
	return u
}

// asked is what one code file asked of stores: those that answered.
type askedStores map[storeKey]bool

// key answers a key as code in a file asks for it, in a service or, with nil, in
// a program that none runs. The file's own module answers first, then the other
// modules that the service runs; where those disagree nothing is known.
func (c *configs) key(kind config.Kind, key, from string, svc *service, asked askedStores) (list []config.Value, ok bool, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ask := func(m config.Module) ([]config.Value, bool, string) {
		s := c.store(kind, m, svc)
		if s == nil {
			return nil, false, ""
		}
		k := storeKey{kind: kind, module: m.Dir}
		if svc != nil {
			k.service = svc.ID
		}
		asked[k] = true
		return s.Lookup(key)
	}
	own := c.moduleOf(kind, from)
	for d := own; ; d = c.module(kind, path.Dir(d.Dir), "") {
		if list, ok, why = ask(d); ok {
			return list, ok, why
		}
		if d.Dir == "." || kind != config.Viper && kind != config.DotNet && kind != config.NodeConfig {
			break
		}
	}
	agreed, hasOwn := false, c.isProgram(kind, own.Dir)
	for _, dir := range c.homes[kind] {
		if dir == own.Dir || !c.runsWith(dir, own.Dir, svc) || hasOwn && c.isProgram(kind, dir) {
			continue
		}
		got, found, _ := ask(c.module(kind, dir, ""))
		if !found {
			continue
		}
		if agreed && !sameValues(list, got) {
			return nil, false, key + " differs between the modules that may run this code"
		}
		if !agreed {
			list, agreed = got, true
		}
	}
	return list, agreed, why
}

// isProgram reports whether a module has a framework's first file, so that it is
// a program of its own and not a part of others.
func (c *configs) isProgram(kind config.Kind, dir string) bool {
	first := map[config.Kind][]string{
		config.Spring:       {"application.yml", "application.yaml", "application.properties"},
		config.Micronaut:    {"application.yml", "application.yaml", "application.properties"},
		config.MicroProfile: {"application.properties", "application.yml", "application.yaml", "META-INF/microprofile-config.properties"},
	}[kind]
	if kind == config.DotNet { // libraries may have such files too, for tools
		return c.set.Has(path.Join(dir, "appsettings.json")) && c.set.Has(path.Join(dir, "Program.cs"))
	}
	for _, f := range first {
		if c.set.Has(path.Join(dir, "src/main/resources", f)) {
			return true
		}
	}
	return false
}

// runsWith reports whether the configuration of a module may be that of code in
// another: the service runs it, or both are parts of one build.
func (c *configs) runsWith(dir, other string, svc *service) bool {
	if svc != nil {
		return slices.ContainsFunc(svc.Code, func(f string) bool { return under(dir, f) || under(f, dir) && dir != "." })
	}
	a, _, _ := strings.Cut(dir, "/")
	b, _, _ := strings.Cut(other, "/")
	return a == b || path.Dir(dir) == path.Dir(other)
}

func sameValues(a, b []config.Value) bool {
	return slices.EqualFunc(a, b, func(x, y config.Value) bool {
		return x.Text == y.Text && (x.Status == config.Unknown) == (y.Status == config.Unknown)
	})
}

// flowSettings turns values into what flow takes.
func flowSettings(list []config.Value) []flow.Setting {
	out := make([]flow.Setting, len(list))
	for i, v := range list {
		s := flow.Setting{Value: v.Text, Reason: v.Why, Status: flow.Exact}
		switch v.Status {
		case config.Default:
			s.Status = flow.Default
		case config.Unknown:
			s.Status = flow.Unknown
		}
		for _, st := range v.Steps {
			f := flow.Step{Path: st.File, What: st.What}
			f.Start, f.End = st.Start, st.End
			s.Steps = append(s.Steps, f)
		}
		for _, u := range v.Uses {
			w := flow.Variable{Name: u.Name, HasDefault: u.HasDefault, Default: u.Default, Required: !u.HasDefault && !u.Key}
			if u.Key {
				w.Store = string(storeOfKeys)
			}
			w.At.Path, w.At.Start, w.At.End = u.At.File, u.At.Start, u.At.End
			s.Vars = append(s.Vars, w)
		}
		out[i] = s
	}
	return out
}

// storeOfKeys marks, among the uses of a value, a key of the store that has the
// value.
const storeOfKeys = config.Kind("same")

// changed takes changed files, those that came or went, the services that are
// deployed in another way, and the files whose setups changed. It returns the
// stores that may answer otherwise, or all = true.
func (c *configs) changed(set *source.Set, diff, moved []string, d *redeployed, setups []string) (stale map[storeKey]bool, all bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = set
	if c.homes != nil && len(d.services) == 0 && len(setups) == 0 && !slices.ContainsFunc(diff, func(p string) bool {
		_, _, home := homeOf(p)
		return home || c.sought[p]
	}) {
		return nil, false // as for most edits
	}
	touched := setOf(diff)
	for k := range c.files {
		if touched[k.path] {
			c.dirty = true
			delete(c.files, k)
			if !set.Has(k.path) {
				delete(c.good, k)
			}
		}
	}
	if c.homes == nil || slices.ContainsFunc(moved, func(p string) bool { _, _, ok := homeOf(p); return ok }) {
		c.setHomes()
		all = true
	}
	stale = map[storeKey]bool{}
	for k, s := range c.stores {
		otherwise := all || d.services[k.service] && !d.moved[k.service] || slices.ContainsFunc(diff, func(p string) bool { return s.looked[p] }) ||
			slices.ContainsFunc(setups, func(p string) bool { return k.kind == config.DotEnv || under(p, k.module) })
		if !otherwise && (!d.moved[k.service] || k.kind == config.DotEnv || k.kind == config.EnvFile) { // those go by no variable of the service
			continue
		}
		stale[k], c.dirty = otherwise, true
		delete(c.stores, k)
	}
	return stale, all
}

// frameworks are the stores that code of a family of languages may read.
var frameworks = map[client.Family][]config.Kind{
	client.JVM:    {config.Spring, config.MicroProfile, config.Micronaut, config.Ktor},
	client.Go:     {config.Viper},
	client.DotNet: {config.DotNet},
	client.ECMA:   {config.NodeConfig},
}
