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
	Example: `-- compose.yaml --
services:
  mailer:
    build: ./mailer
-- mailer/Dockerfile --
FROM python:3.12
COPY . /app
CMD ["python", "main.py"]
-- mailer/main.py --
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
		n := &e.Topics[i]
		if n.Status != topology.Unknown {
			continue
		}
		if v := w.unsetOf(n); v != nil && w.judgeUnset(v.Name, n.Services).severity == topology.Warning {
			continue // env-unset says it
		}
		msg := "the topic is not known"
		if len(n.Services) < len(e.Services) {
			msg += " in " + and(w.names(n.Services))
		}
		reason := n.Reason
		if reason == "" {
			reason = e.Reason
		}
		if reason != "" {
			msg += ": " + reason
		}
		f := topology.Diagnostic{Code: r.Code, Severity: r.Severity, Place: at(e), Message: msg}
		for j, s := range n.Steps {
			if j == 5 {
				break
			}
			f.Related = append(f.Related, topology.Related{Place: s.Place, Message: s.What})
		}
		out = append(out, f)
		if len(out) == 3 {
			break
		}
	}
	return out
}

// unsetOf returns the variable that a name needs and some service of it lacks, or nil.
func (w *world) unsetOf(n *topology.Name) *topology.VariableUse {
	for i := range n.Vars {
		v := &n.Vars[i]
		if v.HasDefault {
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
