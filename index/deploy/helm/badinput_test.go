package helm

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"topicls/index/deploy"
)

// hostile makes a chart of one template and values.
func hostile(template, values string) memFS {
	return memFS{
		"chart/Chart.yaml": "apiVersion: v2\nname: bad\nversion: 1.0.0\n", "chart/values.yaml": values, "chart/templates/bad.yaml": template,
		"chart/templates/good.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec:\n  containers:\n    - {name: good, image: good, env: [{name: A, value: b}]}\n",
		"secret.txt":                "outside",
	}
}

// TestHostile holds that a template costs itself: the other one is read.
func TestHostile(t *testing.T) {
	deep := strings.Repeat("[", 20000)
	for name, fs := range map[string]memFS{
		"doubling":      hostile(`{{ define "d" }}{{ include "d" . }}{{ include "d" . }}{{ end }}{{ include "d" . }}`, ""),
		"template loop": hostile(`{{ define "d" }}{{ template "d" . }}{{ end }}{{ template "d" . }}`, ""),
		"tpl loop":      hostile(`{{ tpl .Values.a . }}`, `a: "{{ tpl .Values.a . }}"`),
		"huge indent":   hostile(`a: {{ "x" | indent 2000000000 }}`, ""),
		"huge repeat":   hostile(`a: {{ repeat 2000000000 "xxxxxxxxxx" }}`, ""),
		"huge until":    hostile(`{{ range until 2000000000 }}x{{ end }}`, ""),
		"huge step":     hostile(`{{ range untilStep 0 9000000000000000000 1 }}x{{ end }}`, ""),
		"huge seq":      hostile(`{{ seq 2000000000 }}`, ""),
		"nested loops":  hostile(`{{ range until 1000000 }}{{ range until 1000000 }}{{ "x" }}{{ end }}{{ end }}`, ""),
		"silent loops":  hostile(`{{ range until 1000000 }}{{ range until 1000000 }}{{ $x := 1 }}{{ end }}{{ end }}`, ""),
		"range number":  hostile(`{{ range 1000000000000 }}{{ end }}`, ""),
		"grow":          hostile(`{{ $s := "xxxxxxxx" }}{{ range until 100 }}{{ $s = printf "%s%s" $s $s }}{{ end }}{{ $s }}`, ""),
		"grow lists":    hostile(`{{ $s := list 1 2 }}{{ range until 100 }}{{ $s = concat $s $s }}{{ end }}{{ len $s }}`, ""),
		"cycle":         hostile(`{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}{{ toYamlPretty $d }}`, ""),
		"merge cycle":   hostile(`{{ $d := dict "a" (dict) }}{{ $_ := merge $d (dict "b" $d) }}{{ $d }}{{ toToml $d }}`, ""),
		"values cycle":  hostile(`{{ $_ := set .Values "v" .Values }}{{ .Values }}`, "a: 1"),
		"list cycle":    hostile(`{{ $l := list 1 }}{{ $d := dict "l" $l }}{{ $_ := set $d "d" (list $d) }}{{ $d }}`, ""),
		"width":         hostile(`{{ printf "%999999999d" 1 }}{{ printf "%*d" 999999999 1 }}`, ""),
		"zero bytes":    hostile("apiVersion: v1\x00\nkind: Pod\n{{ .Values.a }}\x00", "a: \"x\\0y\"\n"),
		"zero values":   hostile("{{ .Values.a }}", "a: \x00\n"),
		"not UTF-8":     hostile("kind: Pod \xff\xfe\n{{ .Values.a }}", "a: \xff\xfe"),
		"deep values":   hostile("{{ toYaml .Values }}", "a: "+deep),
		"deep parens":   hostile("{{ "+strings.Repeat("(", 20000)+"1"+strings.Repeat(")", 20000)+" }}", ""),
		"deep ifs":      hostile(strings.Repeat("{{ if true }}", 20000)+strings.Repeat("{{ end }}", 20000), ""),
		"aliases":       hostile("{{ toYaml .Values }}", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"),
		"outside":       hostile(`{{ .Files.Get "../secret.txt" }}{{ .Files.Get "/etc/passwd" }}{{ range $p, $_ := .Files.Glob "../*" }}{{ $p }}{{ end }}`, ""),
		"panics":        hostile(`{{ substr 5 1 "abc" }}{{ first (list) }}{{ div 1 0 }}{{ index .Values.a 99 }}{{ slice (list 1) 5 9 }}{{ regexMatch "(" "x" }}`, "a: [1]"),
		"huge number":   hostile("{{ .Values.a }}", "a: "+strings.Repeat("9", 100000)),
		"large":         hostile(strings.Repeat("x", maxTemplate+1), ""),
		"BOM":           hostile("\uFEFF{{ .Values.a }}", "\uFEFFa: 1\n"),
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReader()
			sets := r.Discover(fs)
			if len(sets) != 1 {
				t.Fatalf("%d environments", len(sets))
			}
			start := time.Now()
			l := r.Load(fs, sets[0])
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("it took %v", d)
			}
			checkLoaded(t, fs, l)
			found := false
			for _, s := range l.Environment.Services {
				found = found || s.Name == "good"
			}
			if !found {
				t.Errorf("the other template is not read: %+v", l.Problems)
			}
			for _, read := range l.Read {
				if !strings.HasPrefix(read, "chart") {
					t.Errorf("%s is read", read)
				}
			}
		})
	}
}

// TestCharts holds that what is no chart, or hardly one, does no harm.
func TestCharts(t *testing.T) {
	for name, fs := range map[string]memFS{
		"nothing":         {"Chart.yaml": ""},
		"broken":          {"Chart.yaml": "apiVersion: [\n"},
		"a list":          {"Chart.yaml": "- a\n"},
		"no name":         {"a/Chart.yaml": "apiVersion: v2\n", "a/templates/x.yaml": "a: {{ .Chart.Name }}"},
		"a path":          {"a/Chart.yaml": "name: ../../x\nversion: 1\n", "a/templates/x.yaml": "a: {{ .Chart.Name }}"},
		"types":           {"a/Chart.yaml": "name: {a: b}\ndependencies: x\n"},
		"null dependency": {"a/Chart.yaml": "name: a\ndependencies: [null, {name: \"\"}, {name: b, repository: 'file://../..'}, {name: c, repository: 'file:///etc'}]\n"},
		"itself":          {"a/Chart.yaml": "name: a\nversion: 1.0.0\ndependencies: [{name: a, version: '*', repository: 'file://.'}, {name: b, version: '*', repository: 'file://../a'}]\n"},
		"one another": {
			"a/Chart.yaml": "name: a\nversion: 1.0.0\ndependencies: [{name: b, version: '*', repository: 'file://../b'}]\n",
			"b/Chart.yaml": "name: b\nversion: 1.0.0\ndependencies: [{name: a, version: '*', repository: 'file://../a'}]\n",
		},
		"values are no table": {"a/Chart.yaml": "name: a\nversion: 1.0.0\n", "a/values.yaml": "- x\n", "a/templates/x.yaml": "{{ .Values.a }}"},
		"values for a chart are no table": {
			"a/Chart.yaml": "name: a\nversion: 1.0.0\n", "a/values.yaml": "b: 1\n", "a/charts/b/Chart.yaml": "name: b\nversion: 1.0.0\n", "a/charts/b/templates/x.yaml": "{{ .Values.a }}",
		},
		"globals are no table": {
			"a/Chart.yaml": "name: a\nversion: 1.0.0\n", "a/values.yaml": "global: 1\n", "a/charts/b/Chart.yaml": "name: b\nversion: 1.0.0\n", "a/charts/b/templates/x.yaml": "{{ .Values.global }}",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReader()
			for _, set := range r.Discover(fs) {
				checkLoaded(t, fs, r.Load(fs, set))
			}
		})
	}
}

// TestSecrets holds that no value of a Secret is told.
func TestSecrets(t *testing.T) {
	fs := hostile("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: {{ .Values.password }}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"+
		"spec:\n  containers:\n    - name: p\n      image: p\n      envFrom: [{secretRef: {name: s}}]\n      env: [{name: P, valueFrom: {secretKeyRef: {name: s, key: password}}}]\n", "password: hunter2\n")
	r := NewReader()
	if got := fmt.Sprintf("%+v", r.Load(fs, r.Discover(fs)[0])); strings.Contains(got, "hunter2") {
		t.Errorf("the secret is told: %s", got)
	}
}

// checkLoaded holds what is true of every result.
func checkLoaded(t *testing.T, fs memFS, l deploy.Loaded) {
	t.Helper()
	in := func(p deploy.Pos) {
		t.Helper()
		data, ok := fs[p.File]
		if !ok || p.Start > p.End || int(p.End) > len(data) || p.Line < 1 || p.Column < 1 {
			t.Fatalf("position %+v is not in a file", p)
		}
	}
	for _, s := range l.Environment.Services {
		in(s.Pos)
		for _, v := range s.Vars {
			in(v.NamePos)
			in(v.ValuePos)
			for _, o := range v.Origin {
				in(o.Pos)
			}
			if strings.Contains(v.Value, unknown) {
				t.Fatalf("%s is %q", v.Name, v.Value)
			}
		}
	}
	for _, k := range l.Environment.UnusedValues {
		in(k.Pos)
	}
	for _, p := range l.Problems {
		in(p.Pos)
	}
}

func FuzzLoad(f *testing.F) {
	for _, c := range cases(f) {
		for name, text := range c.fs {
			if strings.Contains(name, "/templates/") {
				f.Add(text, c.fs["chart/values.yaml"], c.fs["chart/templates/_helpers.tpl"], c.fs["chart/Chart.yaml"])
			}
		}
	}
	f.Fuzz(func(t *testing.T, template, values, helpers, chart string) {
		fs := memFS{
			"chart/Chart.yaml": "apiVersion: v2\nname: fuzz\nversion: 1.0.0\n", "chart/values.yaml": values, "chart/templates/a.yaml": template,
			"chart/templates/_helpers.tpl": helpers, "chart/values-prod.yaml": values, "chart/charts/sub/Chart.yaml": chart, "chart/charts/sub/templates/a.yaml": template,
			"chart/file.txt": template,
		}
		r := NewReader()
		for _, set := range r.Discover(fs) {
			checkLoaded(t, fs, r.Load(fs, set))
		}
	})
}
