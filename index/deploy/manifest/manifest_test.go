package manifest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/deploy"
)

var update = flag.Bool("update", false, "write what the tests get into their golden files")

// archive returns the texts of an archive, without what is expected of them.
func archive(t testing.TB, path string) (a *txtar.Archive, files []txtar.File, golden string) {
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		if f.Name == "golden" {
			golden = string(f.Data)
			continue
		}
		files = append(files, f)
	}
	return a, files, golden
}

func archives(t testing.TB) []string {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return paths
}

// TestAssemble reads the files of each archive as if all were applied together.
func TestAssemble(t *testing.T) {
	for _, path := range archives(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, files, golden := archive(t, path)
			texts := map[string]string{}
			var objects []*Object
			var problems []deploy.Problem
			for _, f := range files {
				texts[f.Name] = string(f.Data)
				read := Parse(f.Name, f.Data)
				objects = append(objects, read.Objects...)
				problems = append(problems, read.Problems...)
			}
			out := Assemble("kubernetes", objects)
			out.Problems = append(problems, out.Problems...)
			check(t, texts, out)
			got := dump(texts, out)
			if *update {
				a.Files = append(files, txtar.File{Name: "golden", Data: []byte(got)})
				if err := os.WriteFile(path, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(golden, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// check holds what is true of everything that is assembled.
func check(t testing.TB, texts map[string]string, out Assembled) {
	t.Helper()
	in := func(p deploy.Pos) {
		t.Helper()
		if text, ok := texts[p.File]; !ok || p.Start > p.End || int(p.End) > len(text) || p.Line < 1 || p.Column < 1 {
			t.Fatalf("position %+v is not in a file", p)
		}
	}
	for i, s := range out.Services {
		in(s.Pos)
		if i > 0 && out.Services[i-1].Name >= s.Name {
			t.Fatalf("services are not sorted: %q, %q", out.Services[i-1].Name, s.Name)
		}
		if s.Start == nil && !s.Broker {
			t.Fatalf("%s has no start", s.ID)
		}
		for j, v := range s.Vars {
			in(v.NamePos)
			in(v.ValuePos)
			for _, o := range v.Origin {
				in(o.Pos)
			}
			if j > 0 && s.Vars[j-1].Name >= v.Name {
				t.Fatalf("variables are not sorted: %q, %q", s.Vars[j-1].Name, v.Name)
			}
			if v.Status == deploy.VarSecret && (v.Value != "" || v.Raw != "") || v.Name == "" {
				t.Fatalf("%s: %+v", s.ID, v)
			}
		}
		for j, f := range s.Files {
			in(f.Pos)
			if j > 0 && s.Files[j-1].Target >= f.Target {
				t.Fatalf("files are not sorted: %q, %q", s.Files[j-1].Target, f.Target)
			}
			for k, line := range f.Lines {
				in(line)
				if got, want := texts[line.File][line.Start:line.End], strings.Split(f.Text, "\n")[k]; got != want {
					t.Fatalf("line %d of %s is %q, not %q", k+1, f.Target, want, got)
				}
			}
		}
	}
	for _, topic := range out.Topics {
		in(topic.Pos)
	}
	for _, p := range out.Problems {
		in(p.Pos)
	}
}

// dump writes what is assembled for people, with the text at every place.
func dump(texts map[string]string, out Assembled) string {
	var b strings.Builder
	at := func(p deploy.Pos) string {
		text := texts[p.File][p.Start:p.End]
		if len(text) > 60 {
			text = text[:57] + "..."
		}
		return fmt.Sprintf("%s:%d:%d %q", p.File, p.Line, p.Column, text)
	}
	for _, s := range out.Services {
		fmt.Fprintf(&b, "service %s %s\n", s.ID, at(s.Pos))
		if s.Image != "" {
			fmt.Fprintf(&b, "  image %s\n", s.Image)
		}
		if s.Infra {
			fmt.Fprintf(&b, "  infra broker=%v\n", s.Broker)
		}
		if s.MoreVars != "" {
			fmt.Fprintf(&b, "  more %s\n", s.MoreVars)
		}
		if s.Start != nil && (s.Start.Entrypoint != nil || s.Start.Args != nil || s.Start.Workdir != "") {
			fmt.Fprintf(&b, "  start %q args=%q dir=%q", s.Start.Entrypoint, s.Start.Args, s.Start.Workdir)
			if s.Start.Pos.File != "" {
				fmt.Fprintf(&b, " %s", at(s.Start.Pos))
			}
			fmt.Fprintln(&b)
		}
		for _, v := range s.Vars {
			status := [...]string{"set", "host", "secret", "invalid"}[v.Status]
			if v.Bulk {
				status += " bulk"
			}
			fmt.Fprintf(&b, "  var %s=%q %s\n    name %s value %s\n", v.Name, v.Value, status, at(v.NamePos), at(v.ValuePos))
			if v.Raw != v.Value && v.Status == deploy.VarSet {
				fmt.Fprintf(&b, "    raw %q\n", v.Raw)
			}
			if v.Reason != "" {
				fmt.Fprintf(&b, "    reason %s\n", v.Reason)
			}
			for _, o := range v.Origin {
				fmt.Fprintf(&b, "    from %s: %s\n", at(o.Pos), o.What)
			}
			for _, h := range v.Hidden {
				fmt.Fprintf(&b, "    hides %s\n", at(h.ValuePos))
			}
		}
		for _, f := range s.Files {
			fmt.Fprintf(&b, "  file %s %q %s lines=%d\n", f.Target, f.Text, at(f.Pos), len(f.Lines))
			for _, o := range f.Origin {
				fmt.Fprintf(&b, "    from %s: %s\n", at(o.Pos), o.What)
			}
		}
	}
	for _, topic := range out.Topics {
		fmt.Fprintf(&b, "topic %s partitions=%d %s\n", topic.Name, topic.Partitions, at(topic.Pos))
	}
	for _, p := range out.Problems {
		absent := ""
		if p.Absent {
			absent = " (absent)"
		}
		fmt.Fprintf(&b, "problem %s: %s%s\n", at(p.Pos), p.Message, absent)
	}
	return b.String()
}

// TestExpand follows the kubelet's own examples.
func TestExpand(t *testing.T) {
	vars := map[string]string{"A": "a", "B": "b", "EMPTY": "", "NESTED": "$(A)", "DOLLARS": "$$(A)"}
	for text, want := range map[string]string{
		"$(A)": "a", "___$(B)___": "___b___", "$(A)$(B)": "ab", "$$(A)": "$(A)", "$$$(A)": "$a", "$$$$(A)": "$$(A)",
		"$(EMPTY)x": "x", "$(NONE)": "$(NONE)", "$(A": "$(A", "$A": "$A", "$": "$", "a$": "a$", "$$": "$", "$()": "$()", "$(NESTED)": "$(A)",
		"$(DOLLARS)": "$$(A)", "f$(A": "f$(A", "$$(A)_$(B)_$$$(A)": "$(A)_b_$a", "($(A))": "(a)", "$(A)$": "a$", "$( A)": "$( A)", "$\\(A)": "$\\(A)",
		"$([A])": "$([A])", "$(A)) $(B)": "a) b", "$($(A))": "$($(A))", "": "",
	} {
		got := expand(text, func(name string) (known, bool) { v, ok := vars[name]; return known{text: v}, ok })
		if got.text != want {
			t.Errorf("%q is %q, want %q", text, got.text, want)
		}
	}
}

// TestHalfTyped cuts a file anywhere: what stands before stays.
func TestHalfTyped(t *testing.T) {
	first := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first}\ndata: {A: a}\n---\n"
	_, files, _ := archive(t, archives(t)[0])
	last := "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: last}\n"
	for i := range files[0].Data {
		read := Parse("a.yaml", []byte(first+string(files[0].Data[:i])+"\n"+last))
		names := map[string]bool{}
		for _, o := range read.Objects {
			names[o.Name] = true
		}
		if !names["first"] || !names["last"] {
			t.Fatalf("after %d bytes only %v are left", i, names)
		}
	}
}

// TestBombs checks that hostile files end.
func TestBombs(t *testing.T) {
	var aliases, doubling strings.Builder
	aliases.WriteString("x0: &x0 [a]\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&aliases, "x%d: &x%d [*x%d, *x%d]\n", i, i, i-1, i-1)
	}
	aliases.WriteString("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: *x59}\n")
	doubling.WriteString("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: x\n    env:\n    - {name: V0, value: xxxxxxxx}\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&doubling, "    - {name: V%d, value: $(V%d)$(V%d)}\n", i, i-1, i-1)
	}
	for name, text := range map[string]string{
		"aliases":      aliases.String(),
		"doubling":     doubling.String(),
		"cycle":        "apiVersion: v1\nkind: List\nmetadata: {name: x}\nitems: &a [{apiVersion: v1, kind: List, items: *a}]\n",
		"merge cycle":  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: &a\n  <<: *a\n  A: b\n",
		"many lists":   "apiVersion: v1\nkind: List\nitems: " + strings.Repeat("[", 9000),
		"NUL":          "apiVersion: v1\nkind: Pod\x00",
		"large":        "apiVersion: v1\nkind: ConfigMap\n" + strings.Repeat("#", 8<<20),
		"wrong shapes": "apiVersion: v1\nkind: Pod\nmetadata: [x]\nspec: a\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: {a: b}, volumes: 3, initContainers: [1, [2], {env: {A: b}, envFrom: [a], command: x}]}\n",
		"not texts":    "apiVersion: [v1]\nkind: {a: b}\n---\n- a\n---\nx\n",
	} {
		t.Run(name, func(t *testing.T) {
			read := Parse("a.yaml", []byte(text))
			check(t, map[string]string{"a.yaml": text}, Assemble("kubernetes", read.Objects))
		})
	}
}

// TestSecrets checks that nothing of a Secret's values comes out.
func TestSecrets(t *testing.T) {
	text := `apiVersion: v1
kind: Secret
metadata: {name: s}
data: {A: c2VjcmV0}
stringData: {B: secret}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: p
    envFrom: [{secretRef: {name: s}}]
    env: [{name: C, valueFrom: {secretKeyRef: {name: s, key: A}}}, {name: D, value: "x-$(C)"}]
    args: ["$(B)", "$(D)"]
`
	read := Parse("a.yaml", []byte(text))
	out := Assemble("kubernetes", read.Objects)
	all := fmt.Sprintf("%+v %+v", read.Objects[0].Map, out)
	for _, s := range out.Services {
		all += fmt.Sprintf("%+v", *s.Start)
		for _, v := range s.Vars {
			if v.Name != "D" && v.Status != deploy.VarSecret || v.Name == "D" && (v.Status != deploy.VarHost || v.Value != "x-*") {
				t.Errorf("%+v", v)
			}
		}
	}
	if strings.Contains(all, "secret}") || strings.Contains(all, ":secret") || strings.Contains(all, "c2VjcmV0") {
		t.Errorf("a Secret's value is kept: %s", all)
	}
}

func FuzzParse(f *testing.F) {
	for _, path := range archives(f) {
		_, files, _ := archive(f, path)
		for _, file := range files {
			f.Add(file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		texts := map[string]string{"a.yaml": string(data)}
		read := Parse("a.yaml", data)
		out := Assemble("kubernetes", read.Objects)
		out.Problems = append(out.Problems, read.Problems...)
		check(t, texts, out)
		if diff := cmp.Diff(read, Parse("a.yaml", data)); diff != "" {
			t.Fatalf("not the same twice:\n%s", diff)
		}
	})
}
