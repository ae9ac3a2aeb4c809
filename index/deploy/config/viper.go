package config

import (
	"path"
	"strings"
)

// ViperSetup is what code tells spf13/viper (1.19) before it reads.
type ViperSetup struct {
	Names     []string             // SetConfigName
	Paths     []string             // AddConfigPath
	Files     []string             // SetConfigFile
	Named     []string             // koanf's: what the names of variables begin with that set keys
	Automatic bool                 // AutomaticEnv
	Prefix    string               // SetEnvPrefix
	Replace   []string             // SetEnvKeyReplacer: old and new, by turns
	Bound     map[string][]string  // BindEnv: by key in small letters, the variables; none: the automatic one
	Defaults  map[string]CodeValue // SetDefault, by key in small letters
	Set       map[string]CodeValue // Set
}

// CodeValue is a value that code gives a key.
type CodeValue struct {
	Text string
	At   Place
}

// codeLayer is what code gives keys.
type codeLayer struct {
	values   map[string]CodeValue
	fallback bool
}

func (y *codeLayer) find(key string) []hit {
	v, ok := y.values[strings.ToLower(key)]
	if !ok {
		return nil
	}
	return []hit{{text: v.Text, at: v.At, raw: true, fallback: y.fallback}}
}

// CodeValues returns what code gives a key: whether it counts or is overridden.
func (s *Store) CodeValues(key string) []CodeValue {
	var out []CodeValue
	for _, y := range s.layers {
		if c, ok := y.(*codeLayer); ok {
			if v, ok := c.values[strings.ToLower(key)]; ok {
				out = append(out, v)
			}
		}
	}
	return out
}

// NewViper builds the store of a Go program that reads its configuration with
// viper: the environment as far as it was asked to look there, then the file;
// keys are compared without case ("Viper uses the following precedence order":
// Set, flag, env, config, key/value store, default).
func NewViper(p *Process, m Module, u ViperSetup, files Files) *Store {
	s := &Store{kind: Viper}
	s.spell = func(key string) []string { return u.variables(key) }
	s.layers = []layer{&codeLayer{values: u.Set}, &varLayer{p: p, spell: s.spell}}
	add := func(fp string) bool {
		f := files.Read(fp, "", ".")
		if f == nil {
			return false
		}
		for j := range f.Documents {
			s.docs = append(s.docs, newDoc(fp, &f.Documents[j], strings.ToLower))
		}
		return true
	}
	mounted := func(target string) bool {
		o, secret := p.named(files, target, "", ".")
		switch {
		case secret:
			s.layers = append(s.layers, secretLayer(target))
		case o != nil && o.mounted != nil:
			s.docs = append(s.docs, o.docs(strings.ToLower, nil)...)
		default:
			return false
		}
		return true
	}
	for _, f := range u.Files {
		if mounted(f) {
			continue
		}
		for tail := strings.TrimLeft(path.Clean("/"+f), "/"); tail != ""; { // "/etc/app/config.yaml" may be config.yaml here
			if add(path.Join(m.Dir, tail)) {
				break
			}
			_, rest, more := strings.Cut(tail, "/")
			if !more {
				break
			}
			tail = rest
		}
	}
	names := u.Names
	if len(names) == 0 && len(u.Files) == 0 && len(u.Paths) > 0 {
		names = []string{"config"}
	}
names:
	for _, n := range names {
		for _, dir := range u.Paths {
			for _, ext := range viperExts {
				if mounted(path.Join(dir, n+ext)) {
					continue names
				}
			}
			dir = strings.TrimLeft(path.Clean("/"+strings.TrimPrefix(dir, "$HOME")), "/")
			for _, ext := range viperExts {
				if add(path.Join(m.Dir, dir, n+ext)) {
					continue names
				}
			}
		}
	}
	for _, d := range s.docs {
		s.layers = append(s.layers, d)
	}
	s.layers = append(s.layers, &codeLayer{values: u.Defaults, fallback: true})
	return s
}

var viperExts = []string{".json", ".toml", ".yaml", ".yml", ".properties", ".env", ".ini"}

// variables are the variables that set a key.
func (u *ViperSetup) variables(key string) []string {
	var out []string
	for _, prefix := range u.Named { // the rest is made a key by a function: words are parted by one or two underscores
		for _, part := range []string{"_", "__"} {
			out = append(out, prefix+strings.ToUpper(strings.ReplaceAll(key, ".", part)))
		}
	}
	if len(out) > 0 {
		return out
	}
	names, bound := u.Bound[strings.ToLower(key)]
	if bound && len(names) > 0 {
		return names
	}
	if !bound && !u.Automatic {
		return nil
	}
	n := key
	if u.Prefix != "" {
		n = u.Prefix + "_" + key
	}
	n = strings.ToUpper(n)
	if len(u.Replace) > 1 {
		n = strings.NewReplacer(u.Replace[:len(u.Replace)/2*2]...).Replace(n)
	}
	return []string{n}
}
