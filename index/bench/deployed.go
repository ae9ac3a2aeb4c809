package bench

import (
	"fmt"
	"strings"
)

// Deployed is Workspace as people deploy it without compose: the domains by a Helm
// chart with a template for each workload and each ConfigMap and values for two
// stages, by a kustomization with an overlay, and by plain manifests, in turns.
func Deployed(endpoints int, kinds Kinds) []File {
	var files []File
	for _, d := range domains(endpoints, kinds) {
		files = append(files, d.files...)
		switch d.number % 3 {
		case 0:
			files = append(files, d.chart()...)
		case 1:
			files = append(files, d.kustomization()...)
		default:
			files = append(files, d.manifests()...)
		}
	}
	return files
}

// settings are the variables of a service, in order.
func (s deployed) settings() [][2]string {
	return [][2]string{
		{"KAFKA_BOOTSTRAP_SERVERS", "kafka:9092"},
		{"LOG_LEVEL", "INFO"},
		{"PRODUCER_TOPIC", s.out},
		{"CONSUMER_GROUP_ID", s.name + "-v1"},
		{"CONSUMER_TOPIC", s.in},
		{"CHANGED_TOPIC", s.changed},
		{"COMMAND_TOPIC", s.cmd},
		{"DATABASE_URL", "postgresql://db/" + s.name},
	}
}

const helpers = `{{- define "app.labels" -}}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}
{{- define "app.env" -}}
- name: KAFKA_BOOTSTRAP_SERVERS
  value: {{ .Values.kafka.bootstrap | quote }}
{{- range $k, $v := .Values.common }}
- name: {{ $k }}
  value: {{ $v | quote }}
{{- end }}
{{- end -}}
`

// chart deploys a domain by Helm.
func (d domainFiles) chart() []File {
	dir := d.name + "/chart/"
	var values, prod strings.Builder
	values.WriteString("image: {registry: registry.example, tag: \"1.0\"}\nkafka: {bootstrap: \"kafka:9092\"}\ncommon:\n  LOG_LEVEL: INFO\nservices:\n")
	prod.WriteString("image: {tag: \"1.0-prod\"}\nservices:\n")
	files := []File{{dir + "Chart.yaml", "apiVersion: v2\nname: " + d.name + "\nversion: 1.0.0\n"}, {dir + "templates/_helpers.tpl", helpers}}
	for _, s := range d.services {
		key := strings.ReplaceAll(s.name, "-", "")
		fmt.Fprintf(&values, "  %s:\n    replicas: 1\n    group: %s-v1\n    topics:\n", key, s.name)
		for _, v := range s.settings() {
			if strings.HasSuffix(v[0], "_TOPIC") {
				fmt.Fprintf(&values, "      %s: %s\n", v[0], v[1])
			}
		}
		fmt.Fprintf(&prod, "  %s: {replicas: 3}\n", key)
		files = append(files, File{dir + "templates/" + s.name + "-config.yaml", fmt.Sprintf(`apiVersion: v1
kind: ConfigMap
metadata:
  name: %[1]s
  labels:
    {{- include "app.labels" . | nindent 4 }}
data:
  {{- range $k, $v := .Values.services.%[2]s.topics }}
  {{ $k }}: {{ $v | quote }}
  {{- end }}
`, s.name, key)}, File{dir + "templates/" + s.name + "-deployment.yaml", fmt.Sprintf(`{{- $service := .Values.services.%[2]s -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: %[1]s
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  replicas: {{ $service.replicas }}
  selector:
    matchLabels: {app: %[1]s}
  template:
    metadata:
      labels: {app: %[1]s}
    spec:
      containers:
        - name: main
          image: "{{ .Values.image.registry }}/%[1]s:{{ .Values.image.tag }}"
          envFrom:
            - configMapRef: {name: %[1]s}
          env:
            {{- include "app.env" . | nindent 12 }}
            - name: CONSUMER_GROUP_ID
              value: {{ $service.group }}
            - name: DATABASE_URL
              value: postgresql://db/%[1]s
`, s.name, key)})
	}
	return append(files, File{dir + "values.yaml", values.String()}, File{dir + "values-prod.yaml", prod.String()})
}

// manifest is a service's Deployment.
func (s deployed) manifest() string {
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %[1]s}\nspec:\n  selector:\n    matchLabels: {app: %[1]s}\n  template:\n    metadata:\n      labels: {app: %[1]s}\n    spec:\n      containers:\n        - name: main\n          image: registry.example/%[1]s:1.0\n          env:\n", s.name)
	for _, v := range s.settings() {
		fmt.Fprintf(&b, "            - name: %s\n              value: %s\n", v[0], v[1])
	}
	return b.String()
}

// manifests deploys a domain by plain manifests, a file for each service.
func (d domainFiles) manifests() []File {
	var files []File
	for _, s := range d.services {
		files = append(files, File{d.name + "/k8s/" + s.name + ".yaml", s.manifest()})
	}
	return files
}

// kustomization deploys a domain by a base and an overlay that patches its services.
func (d domainFiles) kustomization() []File {
	var base, overlay strings.Builder
	base.WriteString("resources:\n")
	overlay.WriteString("resources: [../../base]\nimages:\n")
	var files []File
	var patch strings.Builder
	for _, s := range d.services {
		fmt.Fprintf(&base, "  - %s-base.yaml\n", s.name)
		fmt.Fprintf(&overlay, "  - {name: registry.example/%s, newTag: 1.0-prod}\n", s.name)
		fmt.Fprintf(&patch, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec:\n  template:\n    spec:\n      containers:\n        - name: main\n          env:\n            - name: CONSUMER_GROUP_ID\n              value: %s-prod\n", s.name, s.name)
		files = append(files, File{d.name + "/deploy/base/" + s.name + "-base.yaml", s.manifest()})
	}
	overlay.WriteString("patches:\n  - path: patch.yaml\n")
	return append(files, File{d.name + "/deploy/base/kustomization.yaml", base.String()},
		File{d.name + "/deploy/overlays/prod/kustomization.yaml", overlay.String()}, File{d.name + "/deploy/overlays/prod/patch.yaml", patch.String()})
}
