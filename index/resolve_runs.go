package index

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unique"

	"topicls/index/deploy"
	"topicls/index/deploy/config"
	"topicls/index/flow"
)

// serviceRun is one service that runs a file, or a main program.
type serviceRun struct {
	id      string
	svc     *service // nil for a main program
	program string   // the folder of the .NET project that is started, if svc is nil; or ""
}

func (w *Workspace) runsOf(p string) []serviceRun {
	ids := w.runs[p]
	if len(ids) == 0 {
		if w.deployed.chosen != "" && len(w.deployed.elsewhereOf(p)) > 0 {
			return nil
		}
		run := serviceRun{id: w.mainService(p, w.deployed)}
		var out []serviceRun
		if len(w.deployed.programs) > 0 {
			for _, run.program = range w.deployed.programs[w.code.projectFolder(p)] {
				out = append(out, run)
			}
		}
		if len(out) == 0 {
			out = append(out, run)
		}
		return out
	}
	out := make([]serviceRun, len(ids))
	for i, id := range ids {
		out[i] = serviceRun{id: id, svc: w.deployed.byID[id]}
	}
	return out
}

// startedFrom lists places whose configuration a program reads before that of
// the code which asks for a key: of .NET, that of the project which is started,
// whatever library the code is in.
func startedFrom(kind config.Kind, r serviceRun, rf *resolvedFile) []string {
	switch s := r.svc; {
	case kind != config.DotNet:
		return nil
	case s == nil && r.program != "":
		return []string{path.Join(r.program, "appsettings.json")}
	case s == nil:
		return []string{rf.path}
	case s.project != "":
		return []string{s.project}
	}
	return nil
}

// environmentOf answers variables and keys of stores for a service. The stores
// that were asked are noted.
func (w *Workspace) environmentOf(r serviceRun, rf *resolvedFile) flow.Environment {
	s := r.svc
	return flow.Environment{Variable: w.variablesOf(r, rf), Loaded: w.loadedOf(s, rf), Key: func(store, key, from string) ([]flow.Setting, bool, string) {
		if rf.asked == nil {
			rf.asked = askedStores{}
		}
		for _, p := range startedFrom(config.Kind(store), r, rf) {
			if list, ok, _ := w.configs.key(config.Kind(store), key, p, s, rf.asked); ok {
				return flowSettings(list), true, ""
			}
		}
		list, ok, why := w.configs.key(config.Kind(store), key, from, s, rf.asked)
		return flowSettings(list), ok, why
	}}
}

// variablesOf answers variables for a service, or for a program of .NET as its
// launch settings start it.
func (w *Workspace) variablesOf(r serviceRun, rf *resolvedFile) func(name string) (flow.Setting, bool, string) {
	s := r.svc
	return func(name string) (flow.Setting, bool, string) {
		if s == nil && r.program != "" {
			if rf.asked == nil {
				rf.asked = askedStores{}
			}
			if v := w.configs.launchVariable(r.program, name, rf.asked); v != nil {
				return flow.Setting{Value: v.Value, Steps: variableSteps(v)}, true, ""
			}
		}
		if s == nil {
			return flow.Setting{}, false, ""
		}
		if strings.HasPrefix(name, "-") {
			return optionOf(s, name)
		}
		v := s.variable(name)
		if v == nil {
			return flow.Setting{}, false, ""
		}
		steps := variableSteps(v)
		switch {
		case v.Status == deploy.VarSet:
			return flow.Setting{Value: v.Value, Steps: steps}, true, ""
		case v.Status == deploy.VarSecret || s.Start != nil: // set, but to what can't be told: no default applies
			return flow.Setting{Steps: steps, Status: flow.Unknown, Reason: v.Reason}, true, ""
		}
		return flow.Setting{Steps: steps}, false, v.Reason
	}
}

// optionOf answers a command line option from the commands that a service starts.
func optionOf(s *service, name string) (flow.Setting, bool, string) {
	for _, e := range s.Entries {
		args := e.Args
		if e.File == "" && len(args) == 0 && len(e.Words) > 1 { // of a program that is built
			args = e.Words[1:]
		}
		for i, w := range args {
			value, given := "", false
			if !strings.HasPrefix(name, "--") && len(name) > 2 { // Go's flags have one dash or two
				if rest, ok := strings.CutPrefix(w, "-"+name); ok && (rest == "" || rest[0] == '=') {
					w = name + rest
				}
			}
			if w == name && i+1 < len(args) {
				value, given = args[i+1], true
			} else if v, ok := strings.CutPrefix(w, name+"="); ok {
				value, given = v, true
			}
			if given {
				return flow.Setting{Value: value, Steps: []flow.Step{step(e.Pos, name+" in the command of "+s.Name)}}, true, ""
			}
		}
	}
	return flow.Setting{}, false, ""
}

func variableSteps(v *deploy.Variable) []flow.Step {
	at := v.ValuePos
	if at.File == "" || at.Start == at.End {
		at = v.NamePos
	}
	out := []flow.Step{step(at, unique.Make(v.Name+" is set here").Value())}
	for _, o := range v.Origin {
		out = append(out, step(o.Pos, o.What))
	}
	return out
}

func step(p deploy.Pos, what string) flow.Step {
	s := flow.Step{Path: p.File, What: what}
	s.Start, s.End = p.Start, p.End
	return s
}

func idsOf(runs []serviceRun) []string {
	ids := make([]string, len(runs))
	for i, r := range runs {
		ids[i] = r.id
	}
	return slices.Compact(ids) // one library may be run by several programs
}

// builtWith reports whether a build file in a folder around a code file has one
// of the words, or there is none.
func (w *Workspace) builtWith(p string, words []string) bool {
	some := false
	for d := path.Dir(p); ; d = path.Dir(d) {
		for _, f := range []string{"pom.xml", "build.gradle", "build.gradle.kts"} {
			data, err := w.set.ReadFile(path.Join(d, f))
			if err != nil {
				continue
			}
			some = true
			if slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(data, []byte(word)) }) {
				return true
			}
		}
		if d == "." || d == "/" {
			return !some
		}
	}
}

// configured returns the services in which all conditions hold, or can't be told
// not to.
func (w *Workspace) configured(rf *resolvedFile, when []flow.Condition, runs []serviceRun) []serviceRun {
	var out []serviceRun
	for _, r := range runs {
		env := w.environmentOf(r, rf)
		holds := true
		for _, c := range when {
			ok := len(c.Built) > 0 && w.builtWith(rf.path, c.Built)
			if len(c.Built) > 0 {
				holds = holds && ok
				continue
			}
			for _, res := range c.Name.Resolve(env) {
				switch {
				case res.Unset:
					ok = ok || slices.Contains(c.Is, "")
				case res.Status == flow.Unknown || res.Status == flow.Partial:
					ok = true
				default:
					ok = ok || slices.ContainsFunc(c.Is, func(is string) bool { m, _ := path.Match(is, res.Name); return m || is == res.Name })
				}
			}
			holds = holds && ok
		}
		if holds {
			out = append(out, r)
		}
	}
	return out
}

// passesThrough reports whether a deployed service runs all the code that a
// value passed through.
func (w *Workspace) passesThrough(r serviceRun, files []string) bool {
	if r.svc == nil || r.svc.whole {
		return true
	}
	for _, f := range files {
		if !r.svc.runs(f) && w.code.Has(f) && len(w.runs[f]) > 0 {
			return false
		}
	}
	return true
}
