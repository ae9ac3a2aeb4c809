package config

import (
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/keys"
)

// NewMicroProfile builds the store of a program that uses MicroProfile Config as
// SmallRye Config 3 and Quarkus 3 implement it. Precedence, by ordinal: system
// properties (400), the environment (300), `.env` (295), application.properties
// in config/ (260), packaged application.yaml (255) and .properties (250),
// META-INF/microprofile-config.properties (100); files of a profile before those
// of none. A key `%prod.key` counts before `key` in the same source while its
// profile is active (Quarkus, "Configuration reference"; MicroProfile Config
// 3.1).
func NewMicroProfile(p *Process, m Module, extra Extra, files Files) *Store {
	s := &Store{kind: MicroProfile, syntax: smallryeSyntax}
	b := &smallryeBuilder{p: p, m: m, files: files}
	s.spell = func(key string) []string { return smallryeVariables(key, s.Profiles) }
	env := &varLayer{p: p, spell: func(key string) []string { return smallryeVariables(key, s.Profiles) }, expands: true}
	options := p.properties(nil)
	s.layers = []layer{options, env}
	var files0 []*docLayer
	read := func(profiles []string) {
		b.profiles = profiles
		files0 = nil
		var dotenv []*docLayer
		for i := len(profiles) - 1; i >= 0; i-- {
			dotenv = append(dotenv, b.dotenv(".env-"+profiles[i])...)
		}
		dotenv = append(dotenv, b.dotenv(".env")...)
		files0 = append(files0, dotenv...)
		for i := len(profiles) - 1; i >= 0; i-- {
			files0 = append(files0, b.inService("application-"+profiles[i])...)
		}
		files0 = append(files0, b.inService("application")...)
		inside := slices.Clone(m.Resources)
		for _, dirs := range [][]string{{path.Join(m.Dir, "config")}, inside} {
			for i := len(profiles) - 1; i >= 0; i-- {
				files0 = append(files0, b.named(dirs, "application-"+profiles[i])...)
			}
			files0 = append(files0, b.named(dirs, "application")...)
		}
		for _, e := range extra {
			files0 = append(files0, b.named(inside, e)...)
		}
		for i := len(profiles) - 1; i >= 0; i-- {
			files0 = append(files0, b.named(inside, "META-INF/microprofile-config-"+profiles[i])...)
		}
		files0 = append(files0, b.named(inside, "META-INF/microprofile-config")...)
	}
	look := func(keys ...string) string {
		t := &Store{kind: MicroProfile, syntax: smallryeSyntax, layers: slices.Clone(s.layers)}
		for _, d := range files0 {
			t.layers = append(t.layers, d)
		}
		for _, k := range keys {
			if v, ok, _ := t.Lookup(k); ok && v[0].Status != Unknown && v[0].Text != "" {
				return v[0].Text
			}
		}
		return ""
	}
	read(nil)
	// A profile of dev mode is given where the program is started in it.
	names := look("quarkus.profile", "smallrye.config.profile", "mp.config.profile")
	if names == "" {
		names = "prod"
		for _, w := range p.words() {
			if strings.Contains(w.What, "quarkus:dev") || strings.Contains(w.What, "quarkusDev") {
				names = "dev"
			}
		}
	}
	for _, n := range strings.Split(names, ",") {
		if n = strings.TrimSpace(n); n != "" {
			s.Profiles = append(s.Profiles, n)
		}
	}
	read(s.Profiles)
	s.docs = files0
	for _, d := range files0 {
		s.layers = append(s.layers, d)
	}
	return s
}

type smallryeBuilder struct {
	p        *Process
	m        Module
	files    Files
	profiles []string
}

// named reads the files of a name in folders, what counts first first.
func (b *smallryeBuilder) named(dirs []string, name string) []*docLayer {
	var out []*docLayer
	for _, dir := range dirs {
		exts := []string{".yaml", ".yml", ".properties"}
		if path.Ext(name) != "" {
			exts = []string{""}
		}
		for _, ext := range exts {
			out = append(out, b.file(path.Join(dir, name+ext), "")...)
		}
	}
	return out
}

// inService reads the files of a name that a deployment puts into the folder config
// of the program, or where a setting says.
func (b *smallryeBuilder) inService(name string) []*docLayer {
	var out []*docLayer
	read := func(target string) {
		if o, _ := b.p.at(b.files, target, "", "."); o != nil && o.mounted != nil {
			out = append(out, b.docs(o)...)
		}
	}
	for _, loc := range b.locations() {
		if ext := path.Ext(loc); ext != "" && path.Base(loc) == name+ext {
			read(loc)
			continue
		}
		for _, ext := range []string{".yaml", ".yml", ".properties"} {
			read(path.Join(loc, name+ext))
		}
	}
	return out
}

// locations are folders and files of the service's file system that are read.
func (b *smallryeBuilder) locations() []string {
	var out []string
	for _, name := range []string{"SMALLRYE_CONFIG_LOCATIONS", "QUARKUS_CONFIG_LOCATIONS"} {
		if v := b.p.variable(name); v != nil && v.Status == deploy.VarSet {
			for _, loc := range strings.Split(v.Value, ",") {
				if at := b.p.absolute(strings.TrimPrefix(strings.TrimSpace(loc), "file:")); at != "" {
					out = append(out, at)
				}
			}
		}
	}
	return append(out, b.p.folders([]string{"config"}, isApplication)...)
}

func (b *smallryeBuilder) dotenv(name string) []*docLayer {
	out := b.file(path.Join(b.m.Dir, name), ".properties")
	profiles := b.profiles
	for _, d := range out {
		d.variants = func(key string) []string {
			list := smallryeVariables(key, profiles)
			return list
		}
	}
	return out
}

func (b *smallryeBuilder) file(p, format string) []*docLayer {
	f := b.files.Read(p, format, ".")
	if f == nil {
		return nil
	}
	return b.docs(&opened{p, f, nil})
}

// docs makes layers of the documents of a file, what counts first first.
func (b *smallryeBuilder) docs(o *opened) []*docLayer {
	out := o.docs(smallryeCanon, withProfiles)
	slices.Reverse(out)
	profiles := b.profiles
	for _, d := range out {
		d.variants = func(key string) []string {
			var list []string
			for i := len(profiles) - 1; i >= 0; i-- {
				list = append(list, "%"+profiles[i]+"."+key)
			}
			return list
		}
	}
	return out
}

// withProfiles divides keys such as `%{dev,test}.topic` into one for each
// profile.
func withProfiles(d *keys.Document) *keys.Document {
	if !slices.ContainsFunc(d.Entries, func(e keys.Entry) bool { return strings.HasPrefix(e.Key, "%") }) {
		return d
	}
	out := &keys.Document{}
	for _, e := range d.Entries {
		rest, many := strings.CutPrefix(e.Key, "%{")
		names, rest, ok := strings.Cut(rest, "}.")
		if !many || !ok {
			if strings.HasPrefix(e.Key, "%") { // YAML may write the profile in quotes
				e.Key = strings.ReplaceAll(e.Key, `"`, "")
			}
			out.Entries = append(out.Entries, e)
			continue
		}
		for _, n := range strings.Split(names, ",") {
			c := e
			c.Key = "%" + strings.TrimSpace(n) + "." + rest
			out.Entries = append(out.Entries, c)
		}
	}
	return out
}

// smallryeCanon makes keys equal that differ in the quotes around a part.
func smallryeCanon(key string) string { return strings.ReplaceAll(key, `"`, "") }

// smallryeVariables are the variables that set a key: as it is, with
// underscores for all that is no letter or digit, and that in capitals; those of
// active profiles first (MicroProfile Config, "Environment Variables Mapping
// Rules").
func smallryeVariables(key string, profiles []string) []string {
	flat := separated(strings.ReplaceAll(key, "]", ""))
	var out []string
	for i := len(profiles) - 1; i >= 0; i-- {
		n := "_" + separated(profiles[i]) + "_" + flat
		out = append(out, n, strings.ToUpper(n))
	}
	list := separated(key)
	return unique(append(out, key, list, strings.ToUpper(list), flat, strings.ToUpper(flat)))
}
