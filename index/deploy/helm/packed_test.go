package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"topicls/index/deploy"
)

// pack makes an archive of a chart, as `helm package` does.
func pack(t *testing.T, folder string, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: folder + name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []interface{ Close() error }{w, z} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

const (
	packedPod = `apiVersion: v1
kind: Pod
metadata: {name: {{ .Release.Name }}-worker}
spec: {containers: [{name: main, image: shop/worker, env: [{name: TOPIC, value: {{ .Values.topic }}}, {name: LEVEL, value: {{ required "a level" .Values.level }}}]}]}
`
	umbrella = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: worker, version: ~1.2.0, repository: \"https://charts.example\"}\n"
	locked   = "dependencies:\n- name: worker\n  repository: https://charts.example\n  version: 1.2.7\n"
)

// TestPacked reads a chart whose dependency is an archive.
func TestPacked(t *testing.T) {
	worker := map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: worker\nversion: 1.2.7\n", "values.yaml": "topic: packed\n", "templates/pod.yaml": packedPod, "../../escaped.yaml": "a: b",
		"templates/broken.yaml": "{{ if }}",
	}
	fs := memFS{
		"shop/Chart.yaml": umbrella, "shop/Chart.lock": locked, "shop/values.yaml": "worker:\n  level: info\n",
		"shop/templates/none.yaml": "", "shop/charts/worker-1.2.7.tgz": pack(t, "worker/", worker),
	}
	r := NewReader()
	l := r.Load(fs, r.Discover(fs)[0])
	if l.Broken || len(l.Problems) > 0 {
		t.Errorf("problems: %v", l.Problems)
	}
	if len(l.Environment.Services) != 1 {
		t.Fatalf("services: %v", l.Environment.Services)
	}
	s := l.Environment.Services[0]
	if s.Name != "shop-worker" || s.Pos.File != "shop/charts/worker-1.2.7.tgz" {
		t.Errorf("service %s at %v", s.Name, s.Pos)
	}
	places := map[string]deploy.Pos{}
	for _, v := range s.Vars {
		places[v.Name+"="+v.Value] = v.ValuePos
	}
	if p := places["TOPIC=packed"]; p.File != "shop/charts/worker-1.2.7.tgz" || p.Line != 1 {
		t.Errorf("the default of the packed chart is at %v", p)
	}
	if p := places["LEVEL=info"]; p.File != "shop/values.yaml" || p.Line != 2 {
		t.Errorf("the value that is given is at %v", p)
	}
}

// TestPackedBad holds that an archive which is none, or is too much, costs itself.
func TestPackedBad(t *testing.T) {
	whole := pack(t, "worker/", map[string]string{"Chart.yaml": "name: worker\nversion: 1.2.7\n", "values.yaml": strings.Repeat("#", maxPackedFile)})
	many := map[string]string{"Chart.yaml": "name: worker\nversion: 1.2.7\n"}
	for i := range maxFiles + 1 {
		many["files/"+strings.Repeat("x", i%50)+string(rune('a'+i%26))+strings.Repeat("y", i/50)] = ""
	}
	for name, archive := range map[string]string{
		"no archive":   "not gzip",
		"cut off":      whole[:len(whole)/2],
		"too many":     pack(t, "worker/", many),
		"no chart":     pack(t, "worker/", map[string]string{"readme": ""}),
		"too large":    strings.Repeat("\x00", maxPacked+1),
		"empty folder": pack(t, "", map[string]string{"Chart.yaml": "name: worker\nversion: 1.2.7\n"}),
	} {
		t.Run(name, func(t *testing.T) {
			fs := memFS{"shop/Chart.yaml": umbrella, "shop/Chart.lock": locked, "shop/templates/own.yaml": strings.ReplaceAll(packedPod, ".Values.level", `"x"`), "shop/charts/worker-1.2.7.tgz": archive}
			r := NewReader()
			l := r.Load(fs, r.Discover(fs)[0])
			if len(l.Environment.Services) != 1 || l.Broken {
				t.Errorf("broken=%t, services %v", l.Broken, l.Environment.Services)
			}
			if len(l.Problems) == 0 || !l.Problems[0].Absent || l.Problems[0].Pos.File != "shop/Chart.yaml" {
				t.Errorf("problems: %v", l.Problems)
			}
		})
	}
}
