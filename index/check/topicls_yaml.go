package check

import "topicls/index/topology"

var topiclsYAML = Rule{
	Code:     "topicls-yaml",
	Severity: topology.Error,
	Summary:  "Something in .topicls.yaml can't be used.",
	Doc: `A part of the workspace's own ` + "`.topicls.yaml`" + ` does not say what it was meant to say: it is broken YAML, a value of another kind
than its key wants, or names something that there is not. What is wrong is not used; all else in the file is.

It is a warning where the name may be right elsewhere: a key that this version does not know, an environment, a service or a folder that is
not in this checkout.

The keys are in [.topicls.yaml](../topicls-yaml.md).

**To fix it**, write what the message says. Editors offer the name that was likely meant.`,
	Example: `-- .topicls.yaml --
enviroment: staging  #@ topicls-yaml:warning
severities:
  env-unused: hint
  env-unset: loud  #@ topicls-yaml:error
topics:
  external: orders  #@ topicls-yaml:error
-- shop/main.py --
from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
producer.send("orders", b"...")  #@ topic-no-consumer:information
`,
	flaws: findTopiclsYAML,
}

func findTopiclsYAML(r *Rule, w *world) []topology.Diagnostic {
	var out []topology.Diagnostic
	for _, f := range w.in.Flaws() {
		d := topology.Diagnostic{Code: r.Code, Severity: r.Severity, Message: f.Message, Place: f.Place, Replace: f.Replace}
		if f.Unsure {
			d.Severity = topology.Warning
		}
		out = append(out, d)
	}
	return out
}
