package index

import (
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"topicls/index/client"
	"topicls/index/deploy"
	"topicls/index/deploy/config"
	"topicls/index/deploy/keys"
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
		s.Store = config.NewViper(p, m, c.viper(m, svc), files)
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

// viper gathers what the code of a module tells viper, as far as a service runs
// it: programs that share a module have files of their own.
func (c *configs) viper(m config.Module, svc *service) config.ViperSetup {
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
	files := func(s flow.Setup) []string {
		var out []string
		if len(s.Args) > 0 {
			for _, n := range s.Args[0] {
				out = append(out, n.Paths(givenTo(svc))...)
			}
		}
		return out
	}
	c.eachSetup(config.Viper, m, func(s flow.Setup) {
		if svc != nil && !svc.runs(s.At.Path) {
			return
		}
		switch s.Is {
		case "name":
			u.Names = append(u.Names, texts(s, 0)...)
		case "path":
			u.Paths = append(u.Paths, texts(s, 0)...)
		case "file":
			u.Files = append(u.Files, files(s)...)
		case "later":
			u.Files = append(files(s), u.Files...)
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

// givenTo answers what variables and options a service gives its program.
func givenTo(svc *service) flow.Given {
	return func(name string) (string, bool, bool) {
		if svc == nil {
			return "", false, true
		}
		if strings.HasPrefix(name, "-") {
			v, given, _ := optionOf(svc, name)
			return v.Value, given, true
		}
		v := svc.variable(name)
		switch {
		case v == nil:
			return "", false, true
		case v.Status == deploy.VarSet:
			return v.Value, true, true
		}
		return "", v.Status == deploy.VarSecret || svc.Start != nil, false
	}
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
	if c.homes != nil && len(d.services) == 0 && len(d.code) == 0 && len(setups) == 0 && !slices.ContainsFunc(diff, func(p string) bool {
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
		otherwise := all || d.services[k.service] && !d.moved[k.service] || k.kind == config.Viper && d.code[k.service] || slices.ContainsFunc(diff, func(p string) bool { return s.looked[p] }) ||
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
