package kustomize

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/deploy"
)

// generate makes a base with services and overlays on overlays over it, with
// patches of all forms, generators that change one another, prefixes and images.
func generate(rnd *rand.Rand) memFS {
	m := memFS{}
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	name := func() string { return pick("A", "B", "C", "D", "TOPIC", "GROUP") }
	value := func() string { return fmt.Sprintf("%s-%d", pick("orders", "x", "$(A)", "a b"), rnd.IntN(5)) }
	services := []string{"orders", "orders-worker", "web"}[:1+rnd.IntN(3)]
	envs := map[string]int{} // how many entries a service has
	var base strings.Builder
	for _, s := range services {
		fmt.Fprintf(&base, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec:\n  template:\n    spec:\n      containers:\n      - name: main\n        image: example/%s\n", s, s)
		if rnd.IntN(2) == 0 {
			fmt.Fprintf(&base, "        envFrom:\n        - configMapRef: {name: config}\n")
		}
		fmt.Fprintf(&base, "        env:\n")
		seen := map[string]bool{}
		for range 1 + rnd.IntN(4) {
			if n := name(); !seen[n] {
				seen[n] = true
				envs[s]++
				if rnd.IntN(4) == 0 {
					fmt.Fprintf(&base, "        - {name: %s, valueFrom: {configMapKeyRef: {name: config, key: %s}}}\n", n, pick("A", "B"))
				} else {
					fmt.Fprintf(&base, "        - name: %s\n          value: \"%s\"\n", n, value())
				}
			}
		}
	}
	m["base/all.yaml"] = []byte(base.String())
	m["base/some.env"] = fmt.Appendf(nil, "A=%s\nC=%s\n", value(), value())
	m["base/kustomization.yaml"] = fmt.Appendf(nil, "resources: [all.yaml]\nconfigMapGenerator:\n- name: config\n  literals: [\"B=%s\"]\n  envs: [some.env]\n", value())
	below := "../base"
	for i := range 1 + rnd.IntN(2) {
		dir := fmt.Sprintf("overlay%d", i)
		var k strings.Builder
		fmt.Fprintf(&k, "resources: [%s]\n", below)
		below = "../" + dir
		if rnd.IntN(2) == 0 {
			fmt.Fprintf(&k, "namePrefix: p%d-\n", i)
		}
		if rnd.IntN(3) == 0 {
			fmt.Fprintf(&k, "nameSuffix: -s%d\n", i)
		}
		if rnd.IntN(3) == 0 {
			fmt.Fprintf(&k, "images: [{name: example/web, newTag: v%d}]\n", i)
		}
		if rnd.IntN(2) == 0 {
			fmt.Fprintf(&k, "configMapGenerator:\n- name: config\n  behavior: merge\n  literals: [\"%s=%s\", 'B=\"%s\"']\n", pick("A", "C", "D"), value(), value())
		}
		var patches, old strings.Builder
		for j := range rnd.IntN(4) {
			s := pick(services...)
			part := fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {template: {spec: {containers: [{name: main, env: [{name: %s, value: \"%s\"}]}]}}}\n", s, name(), value())
			switch rnd.IntN(5) {
			case 0:
				file := fmt.Sprintf("patch%d.yaml", j)
				m[dir+"/"+file] = []byte(part)
				fmt.Fprintf(&patches, "- path: %s\n", file)
			case 1:
				fmt.Fprintf(&patches, "- patch: |\n    %s", strings.ReplaceAll(strings.TrimSuffix(part, "\n"), "\n", "\n    ")+"\n")
			case 2:
				fmt.Fprintf(&patches, "- target: {kind: Deployment, name: %s}\n  patch: |-\n    - {op: add, path: /spec/template/spec/containers/0/env/-, value: {name: E%d, value: \"%s\"}}\n", s, j, value())
			case 3:
				fmt.Fprintf(&patches, "- target: {kind: Deployment, name: %s}\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/env/0\n      value: {name: R%d%d, value: \"%s\"}\n", s, i, j, value())
			default:
				fmt.Fprintf(&old, "- |-\n  %s", strings.ReplaceAll(strings.TrimSuffix(part, "\n"), "\n", "\n  ")+"\n")
			}
		}
		if patches.Len() > 0 {
			k.WriteString("patches:\n" + patches.String())
		}
		if old.Len() > 0 {
			k.WriteString("patchesStrategicMerge:\n" + old.String())
		}
		m[dir+"/kustomization.yaml"] = []byte(k.String())
	}
	return m
}

// TestGenerated compares variables with what kustomize builds, on generated
// kustomizations, and looks at each place: it must have the value's own text, and
// the name's.
func TestGenerated(t *testing.T) {
	compared, placed := 0, 0
	for seed := range uint64(150) {
		m := generate(rand.New(rand.NewPCG(seed, 1)))
		r := NewReader()
		for _, set := range r.Discover(m) {
			want, err := kustomizeBuild(t, m, set.Dir)
			l := r.Load(m, set)
			if err != nil {
				if len(l.Problems) == 0 {
					t.Errorf("seed %d: kustomize says %v, and nothing is said", seed, err)
				}
				continue
			}
			got := map[string]string{}
			for _, s := range l.Environment.Services {
				for _, v := range s.Vars {
					got[s.Image+" "+v.Name] = fmt.Sprintf("%q %d", v.Value, v.Status)
					if name := string(m[v.NamePos.File][v.NamePos.Start:v.NamePos.End]); name != v.Name {
						t.Errorf("seed %d: the name of %s is placed at %q", seed, v.Name, name)
					}
					if v.Status != deploy.VarSet || strings.Contains(v.Raw, "$(") {
						continue
					}
					placed++
					if text := string(m[v.ValuePos.File][v.ValuePos.Start:v.ValuePos.End]); text != v.Value {
						t.Errorf("seed %d: %s=%s is placed at %q (%s:%d)", seed, v.Name, v.Value, text, v.ValuePos.File, v.ValuePos.Line)
					}
				}
			}
			compared += len(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("seed %d: %s:\n%s", seed, set.ID, diff)
			}
		}
	}
	t.Logf("%d variables compared, %d placed", compared, placed)
	if compared < 500 || placed < 500 {
		t.Errorf("only %d variables compared, %d placed", compared, placed)
	}
}

func FuzzLoad(f *testing.F) {
	for _, file := range archives(f) {
		_, m, _ := archive(f, file)
		for name, text := range m {
			if strings.Contains(name, "ustomization") {
				f.Add(text, []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"))
			}
		}
		if text := m["base/deployment.yaml"]; text != nil {
			f.Add(m["overlays/prod/kustomization.yaml"], text)
		}
	}
	f.Fuzz(func(t *testing.T, kustomization, manifest []byte) {
		m := memFS{"a/b/kustomization.yaml": kustomization, "base/kustomization.yaml": []byte("resources: [all.yaml]\n")}
		for _, p := range []string{"a/b/pod.yaml", "a/b/patch.yaml", "a/b/a.env", "base/all.yaml", "a/b/half.env"} {
			m[p] = manifest
		}
		dump(t, m)
	})
}
