package check

import (
	"topicls/index/topology"
)

var topicUnresolved = Rule{
	Code:     "topic-unresolved",
	Severity: topology.Information,
	Summary:  "The topic of an endpoint could not be found out.",
	Doc: `Topicls follows the topic of each call through functions, modules and deployment files. Here it could not: the name comes
from somewhere that is not in the workspace, or is computed. That is no fault. But reports don't show this endpoint under
its topic, and the rules about topics without their other side hold back because of it.

The message says where Topicls stopped. A variable that is set nowhere is reported as [env-unset](env-unset.md) instead.

**To fix it**, give the variable a value in the deployment, or a default in the code.`,
	Example: `-- mailer/main.py --
import json

from kafka import KafkaConsumer

config = json.load(open("/etc/mailer.json"))
for message in KafkaConsumer(config["topic"], bootstrap_servers="kafka:9092"):  #@ topic-unresolved:information
    print(message.value)
`,
	endpoint: findTopicUnresolved,
}

func findTopicUnresolved(r *Rule, w *world, e *topology.Endpoint) []topology.Diagnostic {
	var out []topology.Diagnostic
	for i := range e.Topics {
		if n := &e.Topics[i]; n.Status == topology.Unknown && len(out) < 3 && !w.toldUnset(n) {
			out = append(out, w.unresolved(r, e, n))
		}
	}
	return out
}

// toldUnset reports whether env-unset says why a name is not known.
func (w *world) toldUnset(n *topology.Name) bool {
	v := w.unsetOf(n)
	return v != nil && w.judgeUnset(v.Name, n.Services).severity != "" && !w.guarded(v.Name, v.At, n.Services)
}

func (w *world) unresolved(r *Rule, e *topology.Endpoint, n *topology.Name) topology.Diagnostic {
	msg := "the topic is not known"
	if len(n.Services) < len(e.Services) {
		msg += " in " + and(w.namesOf(n.Services))
	}
	reason := n.Reason
	if reason == "" {
		reason = e.Reason
	}
	if reason != "" {
		msg += ": " + reason
	}
	f := topology.Diagnostic{Code: r.Code, Severity: r.Severity, Place: at(e), Message: msg}
	for _, s := range n.Steps[:min(len(n.Steps), 5)] {
		f.Related = append(f.Related, topology.Related{Place: s.Place, Message: s.What})
	}
	return f
}

// unsetOf returns the variable that a name needs and some service of it lacks, or nil.
func (w *world) unsetOf(n *topology.Name) *topology.VariableUse {
	for i := range n.Vars {
		v := &n.Vars[i]
		if v.HasDefault || v.Soft {
			continue
		}
		for _, s := range n.Services {
			if w.variable(s, v.Name) == nil {
				return v
			}
		}
	}
	return nil
}
