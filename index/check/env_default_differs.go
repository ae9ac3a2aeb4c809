package check

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"topicls/index/topology"
)

var envDefaultDiffers = Rule{
	Code:     "env-default-differs",
	Severity: topology.Information,
	Summary:  "A topic or group has another default in the code than its deployed value.",
	Doc: `The code has a default for a variable that gives the name of a topic, a consumer group or a key, and the deployment sets
another value. Whoever runs the code without the deployment talks to another topic, or reads with another group.

Only names that messages flow by are looked at: defaults of hosts, buckets or levels differ from the deployment on purpose.
Nothing is said when several services run the code with different values, since no default fits them all.

**To fix it**, use the deployed value as the default, or none.`,
	Example: `-- compose.yaml --
services:
  mailer:
    build: ./mailer
    environment:
      GROUP: mailer-v2
-- mailer/main.py --
import os

from kafka import KafkaConsumer

group = os.environ.get("GROUP", "mailer")  #@ env-default-differs:information
for message in KafkaConsumer("orders.DLT", group_id=group, bootstrap_servers="kafka:9092"):  #@ topic-no-producer:information
    print(message.value)
`,
	file: findEnvDefaultDiffers,
}

func findEnvDefaultDiffers(r *Rule, w *world, file string) []topology.Diagnostic {
	type use struct {
		topology.VariableUse
		what     string
		services []string
	}
	uses := map[topology.Place]*use{}
	var order []*use
	for _, p := range w.in.Through(file) {
		for _, e := range w.in.File(p) {
			for k, n := range defaultUses(e) {
				for _, v := range n.Vars {
					if v.At.File != file || !v.HasDefault || v.Default == "" {
						continue
					}
					u := uses[v.At]
					if u == nil {
						u = &use{VariableUse: v, what: k}
						uses[v.At] = u
						order = append(order, u)
					}
					u.services = append(u.services, n.Services...)
				}
			}
		}
	}
	var out []topology.Diagnostic
	for _, u := range order {
		slices.Sort(u.services)
		u.services = slices.Compact(u.services)
		var set *topology.Variable
		var in []string
		same := true
		for _, id := range u.services {
			if !w.isDeployed(id) {
				continue
			}
			v := w.variable(id, u.Name)
			if v == nil {
				continue
			}
			if !v.Known || v.Value == u.Default || set != nil && v.Value != set.Value {
				same = false
				break
			}
			set = v
			in = append(in, id)
		}
		if set == nil || !same || sameList(set.Value, u.Default) {
			continue
		}
		out = append(out, topology.Diagnostic{
			Code: r.Code, Severity: r.Severity, Place: u.At, Variable: u.Name, Service: in[0],
			Message: fmt.Sprintf("%s, which names a %s, defaults to %q and is deployed as %q in %s", u.Name, u.what, u.Default, set.Value, and(w.namesOf(in))),
			Related: []topology.Related{{Place: set.ValueAt, Message: "set here for " + and(w.namesOf(in))}},
		})
	}
	return out
}

// defaultUses yields the names of an endpoint whose variables' defaults are
// looked at, with what they name.
func defaultUses(e *topology.Endpoint) iter.Seq2[string, *topology.Name] {
	return func(yield func(string, *topology.Name) bool) {
		for k, list := range [...][]topology.Name{e.Topics, e.Groups, e.Keys} {
			for i := range list {
				if !yield([...]string{"topic", "group", "key"}[k], &list[i]) {
					return
				}
			}
		}
	}
}

// defaultFiles adds the files in which an endpoint uses variables that have a default.
func defaultFiles(e *topology.Endpoint, to map[string]bool) {
	for _, n := range defaultUses(e) {
		for i := range n.Vars {
			if v := &n.Vars[i]; v.HasDefault && v.Default != "" {
				to[v.At.File] = true
			}
		}
	}
}

// sameList reports whether two values are lists of the same names.
func sameList(a, b string) bool {
	split := func(s string) []string {
		list := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
		slices.Sort(list)
		return list
	}
	return slices.Equal(split(a), split(b))
}
