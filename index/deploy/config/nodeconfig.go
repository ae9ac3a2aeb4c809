package config

import (
	"path"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/keys"
)

// NewNodeConfig builds the store of a program that reads its configuration with
// the npm package config (4.0): variables that custom-environment-variables
// names for keys, then local files, those of the deployment that NODE_ENV names,
// and the default ones ("Configuration Files": file load order). Files that are
// code are not read; they may say anything.
func NewNodeConfig(p *Process, m Module, files Files) *Store {
	s := &Store{kind: NodeConfig}
	dir, there := path.Join(m.Dir, "config"), "config"
	if v := p.variable("NODE_CONFIG_DIR"); v != nil && v.Status == deploy.VarSet && v.Value != "" {
		there = v.Value
		dir = path.Join(m.Dir, strings.TrimPrefix(path.Clean(v.Value), "/"))
		if path.IsAbs(v.Value) { // where the image has the folder
			dir = path.Join(m.Dir, path.Base(v.Value))
		}
	}
	read := func(stem string) (out []layer) {
		for _, ext := range []string{".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"} {
			if fp := path.Join(dir, stem+ext); files.Read(fp, "", ".") != nil {
				out = append(out, sealed(path.Base(fp)+", which is code, may set it"))
			}
		}
		for _, ext := range []string{".yml", ".yaml", ".toml", ".json5", ".json"} {
			o, secret := p.named(files, path.Join(there, stem+ext), "", ".")
			if secret {
				out = append(out, secretLayer(stem+ext))
				continue
			}
			if fp := path.Join(dir, stem+ext); o == nil || o.mounted == nil {
				f := files.Read(fp, "", ".")
				if f == nil {
					continue
				}
				o = &opened{fp, f, nil}
			}
			for _, d := range o.docs(nil, nil) {
				s.docs, out = append(s.docs, d), append(out, d)
			}
		}
		return out
	}
	s.layers = []layer{&varLayer{p: p, spell: func(key string) []string { return s.spell(key) }}}
	if p.variable("NODE_CONFIG") != nil {
		s.layers = append(s.layers, sealed("NODE_CONFIG may set it"))
	}
	names, why := p.nodeDeployment()
	for _, env := range names {
		s.layers = append(s.layers, read("local-"+env)...)
	}
	s.layers = append(s.layers, read("local")...)
	for _, env := range names {
		s.layers = append(s.layers, read(env)...)
	}
	if why != "" {
		for _, env := range []string{"production", "prod", "staging", "test", "development", "dev"} {
			for _, y := range read(env) {
				s.layers = append(s.layers, &maybe{y, why})
			}
		}
	}
	s.layers = append(s.layers, read("default")...)
	named := s.variableNames(files, dir)
	s.spell = func(key string) []string { return named[key] }
	return s
}

// variableNames reads which variables set which keys.
func (s *Store) variableNames(files Files, dir string) map[string][]string {
	named := map[string][]string{}
	for _, ext := range []string{".json", ".yaml", ".yml", ".toml"} {
		fp := path.Join(dir, "custom-environment-variables"+ext)
		f := files.Read(fp, "", ".")
		if f == nil {
			continue
		}
		for i := range f.Documents {
			own := keys.Document{}
			for _, e := range f.Documents[i].Entries {
				key := strings.TrimSuffix(e.Key, ".__name")
				if strings.HasSuffix(key, ".__format") {
					continue
				}
				named[key] = append(named[key], e.Value)
				e.Key = key
				own.Entries = append(own.Entries, e)
			}
			s.docs = append(s.docs, newDoc(fp, &own, nil)) // keys, though no values
		}
	}
	return named
}

// nodeDeployment tells the names of the deployment, what counts first before the
// others, or why they are not known.
func (p *Process) nodeDeployment() (names []string, why string) {
	text := "development"
	for _, name := range []string{"NODE_ENV", "NODE_CONFIG_ENV"} {
		if v := p.variable(name); v != nil {
			switch {
			case v.Status != deploy.VarSet:
				text, why = "", name+" is not known"
			case v.Value != "":
				text, why = v.Value, ""
			}
		}
		for i := range p.Entries {
			if value := p.Entries[i].Set[name]; value != "" {
				text, why = value, ""
			}
		}
	}
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append([]string{name}, names...)
		}
	}
	return names, why
}

// sealed is a layer that can't be looked into: it may have any key.
type sealed string

func (y sealed) find(string) []hit { return []hit{{why: string(y), ends: true}} }

// maybe is a layer that may count.
type maybe struct {
	layer
	why string
}

func (y *maybe) find(key string) []hit {
	if len(y.layer.find(key)) == 0 {
		return nil
	}
	return []hit{{why: y.why, ends: true}}
}
