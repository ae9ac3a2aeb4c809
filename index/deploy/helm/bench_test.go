package helm

import (
	"fmt"
	"strings"
	"testing"
)

// benchChart is a chart of n templates as people write them: workloads with
// helpers, ConfigMaps and loops over values.
func benchChart(n int) memFS {
	var values strings.Builder
	values.WriteString("image:\n  registry: registry.example\n  tag: \"1.0\"\nkafka:\n  bootstrap: kafka:9092\n  topic: orders\ncommon:\n  LOG_LEVEL: info\n  REGION: eu\nservices:\n")
	fs := memFS{
		"chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
		"chart/templates/_helpers.tpl": `{{- define "shop.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}
{{- define "shop.env" -}}
- name: BOOTSTRAP_SERVERS
  value: {{ .Values.kafka.bootstrap | quote }}
{{- range $k, $v := .Values.common }}
- name: {{ $k }}
  value: {{ $v | quote }}
{{- end }}
{{- end -}}
`,
	}
	for i := range n {
		fmt.Fprintf(&values, "  s%d:\n    replicas: 1\n    topic: topic-%d\n    env:\n      GROUP: group-%d\n      BATCH: 10\n    extra:\n      - name: OUT\n        value: out-%d\n", i, i, i, i)
		if i%3 == 2 {
			fs[fmt.Sprintf("chart/templates/s%d-config.yaml", i)] = fmt.Sprintf(`apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "shop.fullname" . }}-s%[1]d
  labels:
    {{- include "shop.labels" . | nindent 4 }}
data:
  TOPIC: {{ .Values.services.s%[1]d.topic }}
  {{- range $k, $v := .Values.services.s%[1]d.env }}
  {{ $k }}: {{ $v | quote }}
  {{- end }}
`, i)
			continue
		}
		fs[fmt.Sprintf("chart/templates/s%d.yaml", i)] = fmt.Sprintf(`{{- $service := .Values.services.s%[1]d -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}-s%[1]d
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: {{ $service.replicas }}
  selector:
    matchLabels:
      app: s%[1]d
  template:
    metadata:
      labels:
        app: s%[1]d
        {{- include "shop.labels" . | nindent 8 }}
    spec:
      containers:
        - name: s%[1]d
          image: "{{ .Values.image.registry }}/s%[1]d:{{ .Values.image.tag }}"
          env:
            {{- include "shop.env" . | nindent 12 }}
            - name: TOPIC
              value: {{ $service.topic | quote }}
            {{- range $k, $v := $service.env }}
            - name: {{ $k }}
              value: {{ $v | quote }}
            {{- end }}
            {{- toYaml $service.extra | nindent 12 }}
`, i)
	}
	fs["chart/values.yaml"] = values.String()
	return fs
}

func BenchmarkLoad50(b *testing.B) {
	fs := benchChart(50)
	set := NewReader().Discover(fs)[0]
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			NewReader().Load(fs, set)
		}
	})
	b.Run("edit", func(b *testing.B) {
		r := NewReader()
		text := fs["chart/values.yaml"]
		defer func() { fs["chart/values.yaml"] = text }()
		for i := 0; b.Loop(); i++ {
			fs["chart/values.yaml"] = strings.Replace(text, "topic: orders", fmt.Sprintf("topic: orders-%d", i), 1)
			r.Load(fs, set)
		}
	})
	b.Run("template", func(b *testing.B) {
		r := NewReader()
		text := fs["chart/templates/s0.yaml"]
		defer func() { fs["chart/templates/s0.yaml"] = text }()
		for i := 0; b.Loop(); i++ {
			fs["chart/templates/s0.yaml"] = text + fmt.Sprintf("# %d\n", i)
			r.Load(fs, set)
		}
	})
}
