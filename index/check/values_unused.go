package check

import (
	"fmt"

	"topicls/index/topology"
)

var valuesUnused = Rule{
	Code:     "values-unused",
	Severity: topology.Hint,
	Summary:  "No template of a Helm chart uses a key of a values file.",
	Doc: `Setting the key changes nothing: no template of the chart, and no chart that it depends on, asks for it. It may be left over, or
its name may be wrong.

Nothing is said where a template may use the key in a way that can't be seen: when it hands all values on, looks keys up by names that are
made while it is rendered, or includes a template that is not in the workspace; of values for charts that the chart depends on; and of keys
that are there to be repeated (` + "`&anchors`" + `).

**To fix it**, remove the key or correct its name.`,
	Example: `-- chart/Chart.yaml --
apiVersion: v2
name: shop
version: 1.0.0
-- chart/values.yaml --
kafka:
  topic: orders
  tpoic: mails  #@ values-unused:hint "kafka.tpoic"
replicas: 2
-- chart/templates/shop.yaml --
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: shop
          image: shop
          env:
            - name: TOPIC
              value: {{ .Values.kafka.topic }}
`,
	file: findValuesUnused,
}

func findValuesUnused(r *Rule, w *world, file string) []topology.Diagnostic {
	var out []topology.Diagnostic
	for _, v := range w.in.UnusedValues(file) {
		out = append(out, topology.Diagnostic{
			Code: r.Code, Severity: r.Severity, Place: v.At,
			Message: fmt.Sprintf("no template of the chart uses %s", v.Key),
		})
	}
	return out
}
