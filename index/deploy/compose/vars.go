package compose

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/container"
	"topicls/index/deploy/dockerfile"
	"topicls/index/deploy/dotenv"
)

// entries returns the merged definitions of an environment tree by name.
func (l *loader) entries(env any) map[string]*definition {
	out := map[string]*definition{}
	add := func(name, index string) {
		if d := l.definitionAt(index); d != nil {
			out[name] = d
		}
	}
	switch env := env.(type) {
	case map[string]any:
		for name, index := range env {
			if s, ok := index.(string); ok {
				add(name, s)
			}
		}
	case []any:
		for _, e := range env {
			if s, ok := e.(string); ok {
				name, index, _ := strings.Cut(s, "=")
				add(name, index)
			}
		}
	}
	return out
}

// A varSet collects variables; the last of a name wins.
type varSet struct {
	list []deploy.Variable
	at   map[string]int
}

func newVarSet(n int) *varSet {
	return &varSet{list: make([]deploy.Variable, 0, n), at: make(map[string]int, n)}
}

// slot returns the variable of a name to be filled.
func (s *varSet) slot(name string) *deploy.Variable {
	i, ok := s.at[name]
	if !ok {
		i = len(s.list)
		s.at[name] = i
		s.list = append(s.list, deploy.Variable{})
	}
	v := &s.list[i]
	hidden := v.Hidden
	if ok {
		hidden = append(hidden, deploy.Definition{NamePos: v.NamePos, ValuePos: v.ValuePos})
	}
	*v = deploy.Variable{Name: name, Hidden: hidden}
	return v
}

// variables computes a service's environment: the image's ENV, over it the
// env files in their order, over those the environment section.
func (l *loader) variables(s *deploy.Service, service model, image *dockerfile.Image) {
	own := l.entries(service["environment"])
	vars := newVarSet(len(own) + 8)
	if image != nil {
		for i := range image.Env {
			container.FromImage(vars.slot(image.Env[i].Name), &image.Env[i])
		}
	}
	l.envFiles(s, service, own, vars)
	for name, d := range own {
		if name != "" {
			l.variable(vars.slot(name), d)
		}
	}
	slices.SortFunc(vars.list, func(a, b deploy.Variable) int { return strings.Compare(a.Name, b.Name) })
	s.Vars = vars.list
}

// variable turns a definition into a variable.
func (l *loader) variable(v *deploy.Variable, d *definition) {
	v.Raw, v.NamePos, v.ValuePos = d.raw, d.namePos, d.valuePos
	value := d.value
	if !d.given {
		found, ok := l.root.lookup(d.name)
		value = found
		if !ok {
			v.Status = deploy.VarHost
			v.Reason = d.name + " is passed through from the machine that deploys"
			if found.Reason != "" {
				v.Reason = found.Reason
			}
			v.Origin = slices.Concat(found.Origin, d.steps)
			return
		}
	}
	container.Fill(v, value, d.err)
	v.Origin = slices.Concat(d.anchor, value.Origin, d.steps)
}

// envFiles reads a service's env files.
func (l *loader) envFiles(s *deploy.Service, service model, own map[string]*definition, vars *varSet) {
	list, _ := service["env_file"].([]any)
	values := map[string]dotenv.Value{}
	for _, item := range list {
		entry, ok := item.(map[string]any)
		if !ok {
			continue
		}
		name, _ := entry["path"].(string)
		pos, _ := entry["pos"].(*deploy.Pos)
		if pos == nil {
			pos = &deploy.Pos{}
		}
		if entry["outside"] == true {
			s.MoreVars = fmt.Sprintf("env_file %s is outside the workspace", name)
			l.problem(*pos, "env_file %s is outside the workspace and not read", name)
			continue
		}
		text, ok := l.read(name)
		if !ok {
			s.MoreVars = fmt.Sprintf("env_file %s is not in the workspace", name)
			if entry["required"] == true {
				l.problems = append(l.problems, deploy.Problem{Pos: *pos, Message: "env_file " + name + " is not in the workspace", Absent: true})
			}
			continue
		}
		step := deploy.Step{Pos: *pos, What: "env_file " + name}
		for _, e := range l.parseEnvFile(text, entry["format"] == "raw", own, values) {
			if e.Missing {
				if _, ok := values[e.Name]; ok {
					continue // compose leaves what an earlier file says
				}
			}
			v := vars.slot(e.Name)
			v.Bulk = true
			v.Raw, v.NamePos, v.ValuePos = e.Raw, e.NamePos, e.ValuePos
			if e.Missing {
				v.Status, v.Reason = deploy.VarHost, e.Name+" is passed through from the machine that deploys"
			} else {
				container.Fill(v, e.Value, e.Err)
				value := e.Value
				value.Origin = append([]deploy.Step{{Pos: e.ValuePos, What: e.Name + " in " + name}}, value.Origin...)
				values[e.Name] = value
			}
			v.Origin = append([]deploy.Step{step}, v.Origin...)
		}
	}
}

// parseEnvFile reads an env file. Names in it are looked up in the project's
// variables, in the service's environment, and in what was read before.
func (l *loader) parseEnvFile(text *deploy.Text, raw bool, own map[string]*definition, before map[string]dotenv.Value) []dotenv.Entry {
	if raw {
		return dotenv.ParseRaw(text)
	}
	entries, problems := dotenv.Parse(text, func(name string) (dotenv.Value, bool) {
		if v, ok := l.root.vars[name]; ok {
			return v, true
		}
		if d, ok := own[name]; ok && d.given {
			return d.value, true
		}
		return l.root.lookup(name)
	}, func(name string) (dotenv.Value, bool) {
		v, ok := before[name]
		return v, ok
	})
	for _, p := range problems {
		if !slices.Contains(l.problems, p) {
			l.problems = append(l.problems, p)
		}
	}
	return entries
}
