package config

import (
	"path"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/keys"
)

// NewDotNet builds the store of a .NET program with a default host: command line
// arguments, the environment (`A__B` for A:B), appsettings.{Environment}.json,
// appsettings.json; keys are compared without case (.NET 8, "Configuration in
// .NET": default host builder). extra are files that the code adds.
func NewDotNet(p *Process, m Module, extra Extra, files Files) *Store {
	s := &Store{kind: DotNet, spell: dotnetVariables}
	args := &setLayer{set: map[string]hit{}, canon: strings.ToLower}
	words := p.words()
	for i, w := range words {
		text := w.What
		switch {
		case strings.HasPrefix(text, "--"):
			text = text[2:]
		case strings.HasPrefix(text, "/") && strings.Contains(text, "="):
			text = text[1:]
		default:
			continue
		}
		k, v, ok := strings.Cut(text, "=")
		if !ok && i+1 < len(words) && strings.Contains(k, ":") {
			v, ok = words[i+1].What, true
		}
		if ok && k != "" {
			args.put(strings.ReplaceAll(k, "__", ":"), hit{text: v, steps: []Step{{w.Place, k + " in the command"}}})
		}
	}
	s.layers = []layer{args, &varLayer{p: p, spell: dotnetVariables, fold: true}}
	env := "Production"
	for _, name := range []string{"DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT"} {
		if v := p.variable(name); v != nil && v.Status == deploy.VarSet && v.Value != "" {
			env = v.Value
		}
	}
	for _, k := range []string{"environment"} {
		if h := args.find(k); len(h) > 0 {
			env = h[0].text
		}
	}
	s.Profiles = []string{env}
	names := []string{"appsettings.json", "appsettings." + env + ".json"}
	names = append(names, extra...)
	dirs := append([]string{m.Dir}, m.Resources...)
	for i := len(names) - 1; i >= 0; i-- {
		name := strings.ReplaceAll(names[i], "{env}", env)
		o, secret := p.named(files, name, "", ":")
		if secret {
			s.layers = append(s.layers, secretLayer(name))
			continue
		}
		for _, dir := range dirs {
			if o != nil {
				break
			}
			if f := files.Read(path.Join(dir, name), "", ":"); f != nil {
				o = &opened{path.Join(dir, name), f, nil}
			}
		}
		if o == nil {
			continue
		}
		for _, d := range o.docs(strings.ToLower, indexed) {
			s.docs, s.layers = append(s.docs, d), append(s.layers, d)
		}
	}
	return s
}

// indexed gives elements of lists a key as .NET has it, `Topics:0`, beside the
// reader's.
func indexed(d *keys.Document) *keys.Document {
	out := &keys.Document{Entries: d.Entries[:len(d.Entries):len(d.Entries)]}
	for _, e := range d.Entries {
		if k := colons(e.Key); k != e.Key {
			e.Key = k
			out.Entries = append(out.Entries, e)
		}
	}
	return out
}

func colons(key string) string {
	return strings.NewReplacer("[", ":", "]", "").Replace(key)
}

// dotnetVariables are the variables that set a key: with two underscores for
// each colon.
func dotnetVariables(key string) []string {
	key = colons(key)
	return unique([]string{strings.ReplaceAll(key, ":", "__"), key, "DOTNET_" + strings.ReplaceAll(key, ":", "__")})
}
