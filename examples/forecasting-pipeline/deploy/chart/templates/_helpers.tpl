{{- define "forecasting.name" -}}
{{ .Release.Name }}-{{ .name }}
{{- end }}

{{- define "forecasting.image" -}}
{{ .Values.registry }}/forecasting/{{ .image }}:{{ .Values.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "forecasting.kafka" -}}
- name: KAFKA_BOOTSTRAP_SERVERS
  value: {{ .Values.kafka.bootstrap | quote }}
{{- end }}
