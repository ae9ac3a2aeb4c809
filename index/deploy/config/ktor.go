package config

import (
	"path"
	"strings"
)

// NewKtor builds the store of a program that reads application.conf (HOCON) or
// application.yaml with Ktor's ApplicationConfig or Lightbend's config library:
// `-P:key=value` arguments, system properties, the file, reference.conf (Ktor 3,
// "Configuration in a file"; lightbend/config 1.4, "Standard behavior"). The
// environment counts only where the file refers to it.
func NewKtor(p *Process, m Module, extra Extra, files Files) *Store {
	s := &Store{kind: Ktor, syntax: hoconSyntax}
	s.layers = []layer{p.options("-P:", nil), p.properties(nil)}
	names := append(Extra{}, extra...)
	for _, w := range p.words() {
		if v, ok := strings.CutPrefix(w.What, "-config="); ok {
			names = append(names, v)
		}
	}
	if len(names) == 0 {
		names = Extra{"application.conf", "application.yaml", "application.yml", "application.properties"}
	}
	names = append(names, "reference.conf")
	for _, n := range names {
		if o, secret := p.named(files, n, "", "."); o != nil || secret {
			if secret {
				s.layers = append(s.layers, secretLayer(n))
				continue
			}
			s.docs = append(s.docs, o.docs(nil, nil)[:min(1, len(o.file.Documents))]...)
			if ext := path.Ext(n); ext == ".yaml" || ext == ".yml" {
				s.syntax = ktorYAMLSyntax
			}
			// It may stand in place of the packaged one, or over it as where Lightbend's
			// library is given both: what it leaves out, the program has from somewhere.
		}
		for _, dir := range append(append([]string{}, m.Resources...), m.Dir) {
			fp := path.Join(dir, n)
			f := files.Read(fp, "", ".")
			if f == nil || len(f.Documents) == 0 {
				continue
			}
			s.docs = append(s.docs, newDoc(fp, &f.Documents[0], nil))
			if ext := path.Ext(n); ext == ".yaml" || ext == ".yml" {
				s.syntax = ktorYAMLSyntax
			}
			break
		}
	}
	for _, d := range s.docs {
		s.layers = append(s.layers, d)
	}
	// Substitutions fall back to the environment.
	s.layers = append(s.layers, &varLayer{p: p, spell: func(key string) []string { return []string{key} }})
	return s
}
