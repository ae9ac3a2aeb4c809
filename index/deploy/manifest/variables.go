package manifest

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/deploy"
)

// variables computes the variables of a container, as the kubelet does: those of
// envFrom in their order, over them those of env, which may use what came before.
type variables struct {
	a      *assembler
	owner  *Object
	c      *Container
	list   []deploy.Variable
	at     map[string]int
	values map[string]known
	more   string
}

func (a *assembler) variables(owner *Object, c *Container) *variables {
	n := len(c.Env)
	v := &variables{a: a, owner: owner, c: c, at: make(map[string]int, n), values: make(map[string]known, n)}
	for i := range c.EnvFrom {
		v.envFrom(&c.EnvFrom[i])
	}
	for i := range c.Env {
		v.env(&c.Env[i])
	}
	for i := range v.list {
		s := &v.list[i]
		if s.Status == deploy.VarSet {
			v.set(s, unfilled(known{text: s.Value}, func(name string) bool { _, ok := v.at[name]; return ok }))
		}
	}
	slices.SortFunc(v.list, func(a, b deploy.Variable) int { return strings.Compare(a.Name, b.Name) })
	return v
}

// slot returns the variable of a name to be filled; the last of a name wins.
func (v *variables) slot(name string) *deploy.Variable {
	i, ok := v.at[name]
	if !ok {
		i = len(v.list)
		v.at[name] = i
		v.list = append(v.list, deploy.Variable{})
	}
	s := &v.list[i]
	hidden := s.Hidden
	if ok {
		hidden = append(hidden, deploy.Definition{NamePos: s.NamePos, ValuePos: s.ValuePos})
	}
	*s = deploy.Variable{Name: name, Hidden: hidden}
	return s
}

// set gives a variable a value, as far as it is known.
func (v *variables) set(s *deploy.Variable, k known) {
	s.Value = k.text
	if k.reason != "" {
		s.Status, s.Reason = deploy.VarHost, k.reason
		if k.text == "*" {
			s.Value = ""
		}
	}
}

// unknown makes a variable one whose value is not known.
func (v *variables) unknown(s *deploy.Variable, status deploy.VarStatus, reason string) {
	s.Status, s.Reason = status, reason
	v.values[s.Name] = known{text: "*", reason: s.Name + ": " + reason}
}

func (v *variables) envFrom(e *EnvFrom) {
	m, why := v.a.find(v.owner, e.Kind, e.Name.Text)
	if m == nil {
		v.missing(e.Kind, e.Name, e.Optional, why)
		v.more = why
		return
	}
	step := deploy.Step{Pos: e.Name.Pos, What: "envFrom " + e.Kind + " " + m.title()}
	if m.Map.More != "" {
		v.more = m.Map.More
	}
	for i := range m.Map.Entries {
		entry := &m.Map.Entries[i]
		if strings.Contains(entry.Key.Text, "=") {
			continue
		}
		s := v.slot(e.Prefix + entry.Key.Text)
		s.Bulk = true
		s.NamePos = entry.Key.Pos
		if e.Kind == "Secret" {
			s.ValuePos, s.Origin = after(entry.Key.Pos), []deploy.Step{step}
			v.unknown(s, deploy.VarSecret, "it comes from Secret "+m.title())
			continue
		}
		s.ValuePos, s.Raw = entry.Value.Pos, entry.Value.Raw
		s.Origin = slices.Concat(entry.Value.Origin, []deploy.Step{{Pos: entry.Key.Pos, What: entry.Key.Text + " in ConfigMap " + m.title()}, step})
		v.set(s, known{text: entry.Value.Text})
		v.values[s.Name] = known{text: entry.Value.Text}
	}
}

func (v *variables) env(e *Env) {
	if e.From != nil {
		v.from(e)
		return
	}
	k := expand(e.Value.Text, v.lookup)
	s := v.slot(e.Name.Text)
	s.NamePos, s.ValuePos, s.Raw = e.Name.Pos, e.Value.Pos, e.Value.Raw
	s.Origin = slices.Concat(e.Value.Origin, k.origin)
	v.set(s, k)
	v.values[s.Name] = k
}

// lookup finds what `$(NAME)` stands for.
func (v *variables) lookup(name string) (known, bool) {
	if k, ok := v.values[name]; ok {
		s := &v.list[v.at[name]]
		k.origin = append([]deploy.Step{{Pos: s.ValuePos, What: "$(" + name + ")"}}, s.Origin...)
		return k, true
	}
	switch {
	case v.more != "":
		return known{text: "*", reason: v.more}, true
	case ofServices.MatchString(name):
		return known{text: "*", reason: name + " is set by Kubernetes for a Service"}, true
	}
	return known{}, false
}

// from takes a variable from elsewhere.
func (v *variables) from(e *Env) {
	f := e.From
	title := f.Name.Text
	add := func() *deploy.Variable {
		s := v.slot(e.Name.Text)
		s.NamePos, s.ValuePos = e.Name.Pos, after(e.Name.Pos)
		s.Origin = []deploy.Step{{Pos: f.Name.Pos, What: f.what(title)}}
		return s
	}
	switch f.Kind {
	case "ConfigMap", "Secret":
	case "field":
		s := add()
		if text, ok := v.field(f.Name.Text); ok {
			v.set(s, known{text: text})
			v.values[s.Name] = known{text: text}
			return
		}
		v.unknown(s, deploy.VarHost, "it is "+f.Name.Text+" of the pod")
		return
	default:
		v.unknown(add(), deploy.VarHost, "it comes from a "+f.Kind)
		return
	}
	m, why := v.a.find(v.owner, f.Kind, f.Name.Text)
	if m != nil {
		title = m.title()
	}
	switch {
	case f.Kind == "Secret":
		if m != nil && m.Map.More == "" && m.Map.entry(f.Key.Text) == nil && f.Optional {
			return // it is not set
		}
		s := add()
		v.unknown(s, deploy.VarSecret, "it comes from Secret "+title)
	case m == nil:
		v.missing(f.Kind, f.Name, f.Optional, why)
		v.unknown(add(), deploy.VarHost, why)
	default:
		entry := m.Map.entry(f.Key.Text)
		if entry == nil {
			if f.Optional {
				return // it is not set
			}
			reason := fmt.Sprintf("ConfigMap %s has no key %s", m.title(), f.Key.Text)
			v.a.problem(f.Key.Pos, reason, false)
			v.unknown(add(), deploy.VarInvalid, reason)
			return
		}
		s := add()
		s.ValuePos, s.Raw = entry.Value.Pos, entry.Value.Raw
		s.Origin = slices.Concat(entry.Value.Origin, []deploy.Step{{Pos: entry.Key.Pos, What: entry.Key.Text + " in ConfigMap " + m.title()}}, s.Origin)
		v.set(s, known{text: entry.Value.Text})
		v.values[s.Name] = known{text: entry.Value.Text}
	}
}

// what says in words where a value is taken from, an object of a title.
func (f *From) what(title string) string {
	switch f.Kind {
	case "ConfigMap", "Secret":
		return "key " + f.Key.Text + " of " + f.Kind + " " + title
	}
	return f.Kind + " " + f.Name.Text
}

// field returns a field of the pod that its manifest says.
func (v *variables) field(path string) (string, bool) {
	w := v.owner.Workload
	for prefix, texts := range map[string]map[string]string{"metadata.labels['": w.Labels, "metadata.annotations['": w.Annotations} {
		if key, ok := strings.CutPrefix(path, prefix); ok {
			text, ok := texts[strings.TrimSuffix(key, "']")]
			return text, ok
		}
	}
	if path == "metadata.namespace" && v.owner.Namespace != "" {
		return v.owner.Namespace, true
	}
	return "", false
}

// missing reports a ConfigMap that is not there. Secrets are seldom kept with
// the rest, and what is optional may be missing.
func (v *variables) missing(kind string, name Scalar, optional bool, why string) {
	if kind == "ConfigMap" && !optional {
		v.a.problem(name.Pos, why, true)
	}
}
