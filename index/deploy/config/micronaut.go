package config

import (
	"path"
	"slices"
	"strings"
)

// NewMicronaut builds the store of a Micronaut program: command line arguments,
// system properties, the environment, then files of the active environments and
// those of none (Micronaut 4, "Application Configuration").
func NewMicronaut(p *Process, m Module, _ Extra, files Files) *Store {
	s := &Store{kind: Micronaut, syntax: braces, spell: micronautVariables}
	args, options := p.options("--", micronautCanon), p.properties(micronautCanon)
	for k, h := range p.options("-", micronautCanon).set {
		if _, ok := args.set[k]; !ok && !strings.HasPrefix(k, "-") && !strings.HasPrefix(k, "D") {
			args.set[k] = h
		}
	}
	s.layers = []layer{args, options, &varLayer{p: p, spell: micronautVariables, expands: true}}
	if v, ok, _ := s.Lookup("micronaut.environments"); ok && v[0].Status != Unknown {
		for _, n := range strings.Split(v[0].Text, ",") {
			if n = strings.TrimSpace(n); n != "" {
				s.Profiles = append(s.Profiles, n)
			}
		}
	}
	if v, ok, _ := s.Lookup("micronaut.config.files"); ok && v[0].Status != Unknown {
		for _, name := range slices.Backward(strings.Split(v[0].Text, ",")) {
			at := p.absolute(strings.TrimPrefix(strings.TrimSpace(name), "file:"))
			o, secret := p.at(files, at, "", ".")
			switch {
			case at == "":
			case secret:
				s.layers = append(s.layers, secretLayer(at))
			case o != nil:
				for _, d := range slices.Backward(o.docs(micronautCanon, nil)) {
					s.docs, s.layers = append(s.docs, d), append(s.layers, d)
				}
			}
		}
	}
	given := len(s.docs)
	dirs := slices.Clone(m.Resources)
	names := []string{"application"}
	for _, n := range s.Profiles {
		names = append(names, "application-"+n)
	}
	names = append([]string{"bootstrap"}, names...)
	for i := len(names) - 1; i >= 0; i-- {
		for _, dir := range append([]string{path.Join(m.Dir, "config")}, dirs...) {
			for _, ext := range []string{".properties", ".yml", ".yaml", ".json"} {
				fp := path.Join(dir, names[i]+ext)
				f := files.Read(fp, "", ".")
				if f == nil {
					continue
				}
				for j := len(f.Documents) - 1; j >= 0; j-- {
					s.docs = append(s.docs, newDoc(fp, &f.Documents[j], micronautCanon))
				}
			}
		}
	}
	for _, d := range s.docs[given:] {
		s.layers = append(s.layers, d)
	}
	return s
}

// micronautCanon is the form in which Micronaut compares keys: in small letters
// with dashes.
func micronautCanon(key string) string {
	var b strings.Builder
	for i := 0; i < len(key); i++ {
		c := key[i]
		switch {
		case c >= 'A' && c <= 'Z':
			if i > 0 && key[i-1] >= 'a' && key[i-1] <= 'z' {
				b.WriteByte('-')
			}
			b.WriteByte(c + 'a' - 'A')
		case c == '_':
			b.WriteByte('-')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// micronautVariables are the variables that set a key: in capitals, with
// underscores for dots and dashes.
func micronautVariables(key string) []string {
	return unique([]string{key, strings.ToUpper(separated(micronautCanon(key)))})
}
