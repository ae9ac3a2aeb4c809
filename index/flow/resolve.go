package flow

import (
	"slices"
	"strconv"
	"strings"

	"topicls/index/facts"
)

// Status says how far a name is known.
type Status string

// The statuses of a resolved name, from best to worst.
const (
	Exact   Status = "exact"   // the deployment or a literal says so
	Default Status = "default" // only the code's fallback says so
	Partial Status = "partial" // a pattern; the unknown part is `*`
	Unknown Status = "unknown"
)

// Setting is the value of a configuration variable in one service.
type Setting struct {
	Value string
	Steps []Step // where it is set, nearest first
	// Status and Reason say of a key of a store that only a default says it, and
	// of both that it is set to something unknown, and why. Vars are what the value
	// of a key depends on.
	Status Status
	Reason string
	Vars   []Variable
}

// Environment answers what is configured for one service.
type Environment struct {
	// Variable answers what a variable is. ok is false when its value is not
	// known, so that the code's default applies; why then says more about that, or
	// is "".
	Variable func(name string) (s Setting, ok bool, why string)
	// Loaded answers what the files of variables say that the program loads, and
	// those that the read of a variable in a file looks into. Nil where there are
	// none.
	Loaded func(name, from string, files []string) (Setting, bool)
	// Key answers what a key of a store is, as code in a file asks for it: one
	// value, or the elements of a list. ok is false when nothing sets it. Nil where
	// there are no stores.
	Key func(store, key, from string) (list []Setting, ok bool, why string)
}

// Step is one place that a value passed through.
type Step struct {
	Path string
	facts.Span
	What string
}

// Resolved is a name in one service.
type Resolved struct {
	Name   string
	Status Status
	Reason string // why it is unknown or partial
	Steps  []Step // provenance, nearest first
	Vars   []Variable
	// Files are the code files passed through; the name holds only in services
	// that run all of them.
	Files []string
	// Unset says that it is unknown because a variable or key without a default is
	// not set.
	Unset bool
}

// Variable is a configuration variable that a name depends on.
type Variable struct {
	Name       string
	Store      string // the store that Name is a key of; "" for the environment
	At         Place
	HasDefault bool
	Default    string // with HasDefault: the default as far as it is one known string
	Required   bool
	Soft       bool // a file read at start may set it too
}

// Resolve closes a name for one service. One name may become several: a list
// in a variable, alternative defaults.
func (n Name) Resolve(env Environment) []Resolved {
	return resolveAlt(alt(n), env, 0)
}

func (t *trace) steps() (out []Step, files []string) {
	for n := 0; t != nil && n < 40; t, n = t.next, n+1 {
		if t.file == nil {
			continue
		}
		s := Step{t.file.path, t.Span, t.what}
		if len(out) > 0 && out[len(out)-1].Path == s.Path && out[len(out)-1].Span == s.Span {
			continue
		}
		out = append(out, s)
		if !contains(files, t.file.path) {
			files = append(files, t.file.path)
		}
	}
	return out, files
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func resolveAlt(a alt, env Environment, depth int) []Resolved {
	out := resolveAny(a, env, depth)
	for i := range out {
		// A topic can't contain "^": librdkafka takes a subscription that
		// begins with it as a regular expression.
		if depth == 0 && strings.HasPrefix(out[i].Name, "^") {
			p, whole := patternName(out[i].Name), strings.HasSuffix(out[i].Name, "$")
			out[i].Name, out[i].Status, out[i].Reason = "", Partial, "a pattern"
			for _, q := range p.parts {
				if q.kind == partAny {
					out[i].Name += "*"
				} else {
					out[i].Name += q.text
				}
			}
			if !whole && !strings.HasSuffix(out[i].Name, "*") {
				out[i].Name += "*"
			}
		}
	}
	return out
}

func resolveAny(a alt, env Environment, depth int) []Resolved {
	steps, files := a.tr.steps()
	switch v := a.v.(type) {
	case *stringValue:
		if depth < 4 {
			return resolveString(v, steps, files, env, depth)
		}
	case *constant:
		if v.kind == facts.None {
			return nil
		}
		return []Resolved{{Name: v.text, Status: Exact, Steps: steps, Files: files}}
	case *unknown:
		if v.at.file != nil {
			steps = append(steps, Step{v.at.file.path, v.at.Span, v.why})
		}
		return []Resolved{{Status: Unknown, Reason: v.why, Steps: steps, Files: files}}
	case *param:
		return []Resolved{{Status: Unknown, Reason: "no caller is known that gives " + v.file.facts().Text(v.file.facts().Params[v.index].Name), Steps: steps, Files: files}}
	}
	return []Resolved{{Status: Unknown, Reason: "an expression that is computed at run time", Steps: steps, Files: files}}
}

func resolveString(v *stringValue, steps []Step, files []string, env Environment, depth int) []Resolved {
	cur := []Resolved{{Status: Exact, Steps: steps, Files: files}}
	text := false
	for _, p := range v.parts {
		var pieces []Resolved
		switch p.kind {
		case partText:
			text = true
			pieces = []Resolved{{Name: p.text, Status: Exact}}
		case partAny:
			pieces = []Resolved{{Name: "*", Status: Partial, Reason: p.text}}
		case partSub:
			if depth < 6 {
				pieces = resolveString(p.sub, nil, nil, env, depth+1)
			}
			text = true
		case partEnv, partChoice:
			if p.kind == partEnv {
				pieces = resolveVariable(p, env, depth)
			} else if depth < 4 {
				pieces = p.choice.resolve(env, depth)
			}
			for _, q := range pieces {
				text = text || q.Status != Unknown
			}
		}
		var next []Resolved
		for _, c := range cur {
			for _, q := range pieces {
				r := c
				if q.Status == Unknown {
					q.Name = "*"
				}
				r.Name += q.Name
				r.Status = worse(c.Status, q.Status)
				if q.Reason != "" && r.Reason == "" {
					r.Reason = q.Reason
				}
				r.Unset = r.Unset || q.Unset
				// Shared with c and others, so never appended to in place.
				r.Steps = append(slices.Clip(c.Steps), q.Steps...)
				r.Vars = append(slices.Clip(c.Vars), q.Vars...)
				r.Files = slices.Clip(c.Files)
				for _, f := range q.Files {
					if !contains(r.Files, f) {
						r.Files = append(r.Files, f)
					}
				}
				if next == nil {
					next = make([]Resolved, 0, min(len(cur)*len(pieces), maxAlts))
				}
				next = append(next, r)
				if len(next) >= maxAlts {
					break
				}
			}
		}
		cur = next
	}
	var out []Resolved
	for _, r := range cur {
		if r.Status == Unknown || r.Status == Partial {
			r.Status = Partial
			if !text || strings.Trim(r.Name, "*") == "" {
				r.Status, r.Name = Unknown, ""
			}
		}
		out = append(out, applyOps(r, v.ops)...)
	}
	return out
}

// resolveVariable closes one variable: the deployment's value, else the
// code's default.
func resolveVariable(p part, env Environment, depth int) []Resolved {
	vr := Variable{Name: p.text, Store: p.store, Required: p.required, Soft: p.soft}
	if p.at.file != nil {
		vr.At = Place{Path: p.at.file.path, Span: p.at.Span}
	}
	for _, d := range p.def {
		vr.HasDefault = true
		if t, ok := constOf(d.v); ok {
			vr.Default = t
		}
	}
	var s Setting
	var why string
	if p.store != "" {
		var out []Resolved
		if out, why = resolveKey(p, vr, env); len(out) > 0 {
			return out
		}
	} else {
		var ok bool
		s, ok, why = env.Variable(p.text)
		if ok && s.Status == Unknown {
			return []Resolved{{Status: Unknown, Reason: s.Reason, Steps: s.Steps, Vars: []Variable{vr}}}
		}
		if ok && (s.Value != "" || !p.filled) {
			return []Resolved{{Name: s.Value, Status: Exact, Steps: s.Steps, Vars: []Variable{vr}}}
		}
		if s, ok := p.loaded(env); ok && s.Status == Unknown {
			return []Resolved{{Status: Unknown, Reason: s.Reason, Steps: s.Steps, Vars: []Variable{vr}}}
		} else if ok && (s.Value != "" || !p.filled) {
			return []Resolved{{Name: s.Value, Status: Exact, Steps: s.Steps, Vars: []Variable{vr}}}
		}
	}
	if p.def != nil {
		var out []Resolved
		for _, d := range p.def {
			for _, r := range resolveAlt(d, env, depth+1) {
				if r.Status == Exact && len(r.Vars) == 0 && !p.filed { // a deployed variable behind this one is no default
					r.Status = Default
				}
				r.Vars = append([]Variable{vr}, r.Vars...)
				out = append(out, r)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	if why == "" {
		why = p.text + " is not set and has no default"
	}
	return []Resolved{{Status: Unknown, Reason: why, Steps: s.Steps, Vars: []Variable{vr}, Unset: true}}
}

// loaded answers what files of variables say of a variable.
func (p part) loaded(env Environment) (Setting, bool) {
	if env.Loaded == nil || p.at.file == nil {
		return Setting{}, false
	}
	var files []string
	if p.files != "" {
		files = strings.Split(p.files, "\n")
	}
	return env.Loaded(p.text, p.at.file.path, files)
}

// resolveKey closes a key of a store; nothing where the code's default applies.
func resolveKey(p part, vr Variable, env Environment) (out []Resolved, why string) {
	if env.Key == nil || p.at.file == nil {
		return nil, ""
	}
	list, ok, why := env.Key(p.store, p.text, p.at.file.path)
	if !ok {
		return nil, why
	}
	for _, s := range list {
		if s.Value == "" && s.Status != Unknown && p.filled {
			return nil, ""
		}
		r := Resolved{Name: s.Value, Status: s.Status, Reason: s.Reason, Steps: s.Steps, Vars: []Variable{vr}}
		for _, v := range s.Vars {
			if v.At.Path == "" {
				v.At = vr.At
			}
			r.Vars = append(r.Vars, v)
		}
		out = append(out, r)
	}
	return out, ""
}

func worse(a, b Status) Status {
	rank := map[Status]int{Exact: 0, Default: 1, Partial: 2, Unknown: 3}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

// applyOps carries out the operations on a string whose variables are closed.
func applyOps(r Resolved, ops []strOp) []Resolved {
	cur := []Resolved{r}
	for _, op := range ops {
		var next []Resolved
		if op.op == "item" {
			n, _ := strconv.Atoi(op.a)
			if n < 0 {
				n += len(cur)
			}
			if n < 0 || n >= len(cur) {
				return nil
			}
			cur = cur[n : n+1]
			continue
		}
		for _, c := range cur {
			if c.Status == Unknown {
				next = append(next, c)
				continue
			}
			switch op.op {
			case "split":
				sep := op.a
				var fields []string
				if sep == "" {
					fields = strings.Fields(c.Name)
				} else {
					fields = strings.Split(c.Name, sep)
				}
				for _, f := range fields {
					if f = strings.Trim(strings.TrimSpace(f), `[]"'`); f != "" {
						d := c
						d.Name = f
						next = append(next, d)
					}
				}
			default:
				c.Name = op.apply(c.Name)
				next = append(next, c)
			}
		}
		cur = next
	}
	return cur
}

// Variables lists the variables that a name depends on, defaults included.
func (n Name) Variables() []Variable {
	var out []Variable
	var walk func(v value, depth int)
	walk = func(v value, depth int) {
		s, ok := v.(*stringValue)
		if !ok || depth > 4 {
			return
		}
		for _, p := range s.parts {
			if p.kind == partSub {
				walk(p.sub, depth+1)
			}
			if p.kind == partChoice {
				p.choice.variables(func(v value) { walk(v, depth+1) })
			}
			if p.kind != partEnv {
				continue
			}
			vr := Variable{Name: p.text, Store: p.store, Required: p.required, HasDefault: len(p.def) > 0}
			if p.at.file != nil {
				vr.At = Place{Path: p.at.file.path, Span: p.at.Span}
			}
			out = append(out, vr)
			for _, d := range p.def {
				walk(d.v, depth+1)
			}
		}
	}
	walk(n.v, 0)
	return out
}
