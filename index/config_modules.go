package index

import (
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy/config"
	"topicls/index/flow"
	"topicls/index/source"
)

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
