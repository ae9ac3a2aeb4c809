package check

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"topicls/index/topology"
)

var envUnset = Rule{
	Code:     "env-unset",
	Severity: topology.Warning,
	Summary:  "Code needs a variable that is set for no service that runs it.",
	Doc: `Reading the variable fails (` + "`os.environ[\"NAME\"]`" + `), or it gives the name of a topic, and there is no default; and neither the
deployment nor an image sets it for any service that runs the code.

It is a warning only when it is certain. It becomes information when not all code of the service need run (the program that is
started could not be found out), and nothing is said when

- the code checks for the variable or sets it on its own,
- an env_file that is not in the workspace may set it,
- the variable is passed through from the machine that deploys,
- any file of the workspace mentions it that is not followed: a script, a configuration,
- no deployed service runs the code.

A variable that the environment which answers sets, and another one that deploys the service does not, is found in that one.

**To fix it**, set the variable in the deployment, or give the read a default.`,
	Example: `-- compose.yaml --
services:
  mailer:
    build: ./mailer
    environment:
      SENDER: shop@example.com
-- mailer/main.py --
import os

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
host = os.environ["SMTP_HOST"]  #@ env-unset:warning
sender = os.environ["SENDER"]
`,
	variable: findEnvUnset,
}

func findEnvUnset(r *Rule, w *world, name string) []topology.Diagnostic {
	var needs []need
	seen := map[topology.Place]bool{}
	files := slices.Sorted(maps.Keys(w.needs[name]))
	for _, f := range files {
		for _, e := range w.in.File(f) {
			for i := range e.Topics {
				n := &e.Topics[i]
				if n.Status != topology.Unknown {
					continue
				}
				if v := w.unsetOf(n); v != nil && v.Name == name && !seen[v.At] {
					seen[v.At] = true
					needs = append(needs, need{name, v.At, n.Services, true})
				}
			}
		}
	}
	for _, f := range files {
		for _, n := range needsIn(w.in, f) {
			if !n.topic && n.name == name && !seen[n.at] {
				seen[n.at] = true
				needs = append(needs, n)
			}
		}
	}
	var out []topology.Diagnostic
	first := map[string]int{} // services -> finding
	for _, n := range needs {
		j := w.judgeUnset(n.name, n.services)
		if j.severity == "" || w.guarded(n.name, n.at, n.services) {
			continue
		}
		key := strings.Join(n.services, "\x00")
		if i, ok := first[key]; ok {
			if len(out[i].Related) < 8 {
				out[i].Related = append(out[i].Related, topology.Related{Place: n.at, Message: n.name + " is read here too"})
			}
			continue
		}
		first[key] = len(out)
		what := ", without a default"
		if n.topic {
			what = ", which names a topic"
		}
		f := topology.Diagnostic{
			Code: r.Code, Severity: j.severity, Place: n.at, Variable: n.name, Service: j.service,
			Message: fmt.Sprintf("%s reads %s%s, and nothing sets it", and(w.namesOf(j.runs)), n.name, what),
		}
		if j.why != "" {
			f.Message += " (" + j.why + ")"
		}
		out = append(out, f)
	}
	return append(out, w.unsetElsewhere(r, name, files)...)
}

// unsetElsewhere finds services for which the environment that answers sets a
// variable that their code needs, and another environment that deploys them does
// not. The finding stands where that one names the service.
func (w *world) unsetElsewhere(r *Rule, name string, files []string) []topology.Diagnostic {
	if wellKnown(name) {
		return nil
	}
	var out []topology.Diagnostic
	seen := map[string]bool{}
	for _, f := range files {
		for _, n := range needsIn(w.in, f) {
			if n.name != name {
				continue
			}
			for _, e := range w.deployedElsewhere(f, n) {
				if seen[e.there.ID] || e.there.MoreVars != "" || w.in.SetElsewhere(e.there.ID, name) || w.variable(e.service.ID, name) == nil || w.guarded(name, n.at, []string{e.service.ID}) {
					continue
				}
				seen[e.there.ID] = true
				if i := slices.IndexFunc(out, func(d topology.Diagnostic) bool { return d.Place == e.there.At }); i >= 0 { // environments that share a file
					continue
				}
				if w.in.Mentioned(name, func(f string) bool { return !w.envFiles[f] }) {
					return out
				}
				what := "its code reads it without a default"
				if n.topic {
					what = "it names a topic"
				}
				d := topology.Diagnostic{
					Code: r.Code, Severity: r.Severity, Place: e.there.At, Variable: name, Service: e.there.ID,
					Message: fmt.Sprintf("%s is not set for %s in %s, and %s", name, e.there.Name, e.there.Environment, what),
					Related: []topology.Related{{Place: n.at, Message: name + " is read here"}, {Place: w.variable(e.service.ID, name).NameAt, Message: "set in " + e.service.Environment}},
				}
				if e.service.Whole {
					d = w.weaken(d, doubt{why: "not all of this code need run in " + e.service.Name})
				}
				for _, mark := range dotenvMarks {
					if w.in.ServiceMentions(e.service.ID, mark) {
						d.Severity = topology.Information
					}
				}
				out = append(out, d)
			}
		}
	}
	return out
}

// placed is a service that answers and how another environment deploys it.
type placed struct {
	service *topology.Service
	there   topology.Elsewhere
}

// deployedElsewhere lists how other environments deploy the services that need a
// variable: those that run the code, or those in which an endpoint's topic needs it.
func (w *world) deployedElsewhere(file string, n need) []placed {
	var out []placed
	add := func(id string, only []string) {
		s := w.in.Service(id)
		if s == nil || s.Infra {
			return
		}
		for _, there := range w.in.Elsewhere(id) {
			if only == nil || slices.Contains(only, there.ID) {
				out = append(out, placed{s, there})
			}
		}
	}
	if !n.topic {
		for _, id := range n.services {
			add(id, nil)
		}
		return out
	}
	done := map[string]bool{}
	for _, e := range w.in.File(file) {
		for _, id := range e.Services {
			if !done[id] {
				done[id] = true
				add(id, n.services)
			}
		}
	}
	return out
}

// dotenvMarks are words of code that takes a file of variables at start.
var dotenvMarks = []string{"load_dotenv", "dotenv_values", "find_dotenv", "read_env", "godotenv"}

// judgement is how certain it is that a variable is set for no service.
type judgement struct {
	severity topology.Severity // "" = nothing to say
	runs     []string          // deployed services that run the code
	service  string
	why      string
}

func (w *world) judgeUnset(name string, services []string) judgement {
	j := judgement{severity: topology.Warning}
	for _, id := range services {
		s := w.in.Service(id)
		if s == nil || s.Environment == "" {
			continue
		}
		if s.MoreVars != "" || w.variable(id, name) != nil || w.in.MountsVariable(id, name) {
			return judgement{}
		}
		j.runs = append(j.runs, id)
		if s.Whole {
			j.severity, j.why = topology.Information, "not all of this code need run in "+s.Name
		}
		for _, mark := range dotenvMarks {
			if w.in.ServiceMentions(id, mark) {
				j.severity, j.why = topology.Information, s.Name+" reads a file of variables at start"
			}
		}
	}
	if len(j.runs) == 0 || wellKnown(name) {
		return judgement{}
	}
	j.service = j.runs[0]
	if w.in.Mentioned(name, func(f string) bool { return !w.envFiles[f] }) {
		return judgement{}
	}
	return j
}

// guarded reports whether the code looks whether a variable is set, or sets it.
func (w *world) guarded(name string, at topology.Place, services []string) bool {
	files := []string{at.File}
	for _, id := range services {
		if s := w.in.Service(id); s != nil {
			for _, f := range s.Files {
				if len(files) < 64 && !slices.Contains(files, f) {
					files = append(files, f)
				}
			}
		}
	}
	var pattern *regexp.Regexp
	for _, f := range files {
		text := w.text(f)
		if !bytes.Contains(text, []byte(name)) {
			continue
		}
		if pattern == nil {
			q := `["']` + regexp.QuoteMeta(name) + `["']`
			pattern = regexp.MustCompile(q + `\s+(?:not\s+)?in\b|\.get\(\s*` + q + `|getenv\(\s*` + q + `|setdefault\(\s*` + q + `|putenv\(\s*` + q + `|environ\[\s*` + q + `\s*\]\s*=[^=]|setenv\(\s*` + q)
		}
		for _, m := range pattern.FindAllIndex(text, -1) {
			if f != at.File || m[1] <= int(at.Start) || m[0] >= int(at.End) { // not the read itself
				return true
			}
		}
	}
	return false
}
