package kustomize

import (
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"topicls/index/deploy"
	"topicls/index/deploy/manifest"
)

var update = flag.Bool("update", false, "write what the tests get into their golden files")

// memFS is a workspace in memory. Nothing outside of it may be asked for.
type memFS map[string][]byte

func (m memFS) ReadFile(p string) ([]byte, error) {
	if p != path.Clean(p) || strings.HasPrefix(p, "/") || p == ".." || strings.HasPrefix(p, "../") {
		panic("read outside the workspace: " + p)
	}
	if data, ok := m[p]; ok {
		return data, nil
	}
	return nil, fmt.Errorf("%s: no such file", p)
}

func (m memFS) IsDir(p string) bool { return len(m.List(p)) > 0 }

func (m memFS) List(dir string) []string {
	if strings.HasPrefix(dir, "/") || dir == ".." || strings.HasPrefix(dir, "../") {
		panic("looked outside the workspace: " + dir)
	}
	var out []string
	for f := range m {
		if dir == "." || strings.HasPrefix(f, dir+"/") {
			out = append(out, f)
		}
	}
	sort.Strings(out)
	return out
}

func archive(t testing.TB, file string) (a *txtar.Archive, m memFS, golden string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m = memFS{}
	for _, f := range a.Files {
		if f.Name == "golden" {
			golden = string(f.Data)
			continue
		}
		m[f.Name] = f.Data
	}
	return a, m, golden
}

func archives(t testing.TB) []string {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return files
}

// dump reads all environments and writes them down, with the text at every place.
func dump(t testing.TB, m memFS) string {
	t.Helper()
	var b strings.Builder
	r := NewReader()
	at := func(p deploy.Pos) string {
		t.Helper()
		text, ok := m[p.File]
		if !ok || p.Start > p.End || int(p.End) > len(text) || p.Line < 1 || p.Column < 1 {
			t.Fatalf("position %+v is not in a file", p)
		}
		s := string(text[p.Start:p.End])
		if len(s) > 40 {
			s = s[:37] + "..."
		}
		return fmt.Sprintf("%s:%d:%d %q", p.File, p.Line, p.Column, s)
	}
	for _, set := range r.Discover(m) {
		l := r.Load(m, set)
		mark := ""
		if set.Default {
			mark = " default"
		}
		fmt.Fprintf(&b, "%s%s: %s\n", set.ID, mark, strings.Join(l.Environment.Files, " "))
		for _, s := range l.Environment.Services {
			fmt.Fprintf(&b, "  service %s %s image=%s\n", s.Name, at(s.Pos), s.Image)
			if s.MoreVars != "" {
				fmt.Fprintf(&b, "    more %s\n", s.MoreVars)
			}
			if s.Start != nil && s.Start.Pos.File != "" {
				fmt.Fprintf(&b, "    start %q %q %s\n", s.Start.Entrypoint, s.Start.Args, at(s.Start.Pos))
			}
			for _, v := range s.Vars {
				status := [...]string{"", " host", " secret", " invalid"}[v.Status]
				fmt.Fprintf(&b, "    %s=%s%s\n      name %s value %s\n", v.Name, v.Value, status, at(v.NamePos), at(v.ValuePos))
				for _, o := range v.Origin {
					fmt.Fprintf(&b, "      from %s: %s\n", at(o.Pos), o.What)
				}
			}
			for _, f := range s.Files {
				fmt.Fprintf(&b, "    file %s %s lines=%d\n", f.Target, at(f.Pos), len(f.Lines))
				for i, line := range f.Lines {
					if got, want := string(m[line.File][line.Start:line.End]), strings.Split(f.Text, "\n")[i]; got != want {
						t.Errorf("line %d of %s is %q, not %q", i+1, f.Target, want, got)
					}
				}
			}
		}
		for _, topic := range l.Environment.Topics {
			fmt.Fprintf(&b, "  topic %s %s\n", topic.Name, at(topic.Pos))
		}
		for _, p := range l.Problems {
			absent := ""
			if p.Absent {
				absent = " (absent)"
			}
			fmt.Fprintf(&b, "  problem %s: %s%s\n", at(p.Pos), p.Message, absent)
		}
		if !slices.IsSorted(l.Read) {
			t.Errorf("%s: Read is not sorted", set.ID)
		}
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, file := range archives(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, m, golden := archive(t, file)
			got := dump(t, m)
			if *update {
				files := a.Files[:0]
				for _, f := range a.Files {
					if f.Name != "golden" {
						files = append(files, f)
					}
				}
				a.Files = append(files, txtar.File{Name: "golden", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
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

// kustomizeBuild is what `kustomize build` says of a folder: each container's
// variables, by the workload's name there.
func kustomizeBuild(t testing.TB, m memFS, dir string) (vars map[string]string, err error) {
	t.Helper()
	disk := filesys.MakeFsInMemory()
	for p, data := range m {
		if err := disk.WriteFile("/w/"+p, data); err != nil {
			t.Fatal(err)
		}
	}
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone
	result, err := krusty.MakeKustomizer(options).Run(disk, path.Join("/w", dir))
	if err != nil {
		return nil, err
	}
	text, err := result.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	vars = map[string]string{}
	for _, s := range manifest.Assemble("x", manifest.Parse("", text).Objects).Services {
		for _, v := range s.Vars {
			vars[s.Image+" "+v.Name] = fmt.Sprintf("%q %d", v.Value, v.Status)
		}
	}
	return vars, nil
}

// TestLikeKustomize compares variables with what kustomize builds from the files
// as they are, without anything of this package.
func TestLikeKustomize(t *testing.T) {
	compared := 0
	for _, file := range archives(t) {
		_, m, _ := archive(t, file)
		r := NewReader()
		for _, set := range r.Discover(m) {
			want, err := kustomizeBuild(t, m, set.Dir)
			if err != nil {
				continue
			}
			got := map[string]string{}
			for _, s := range r.Load(m, set).Environment.Services {
				for _, v := range s.Vars {
					got[s.Image+" "+v.Name] = fmt.Sprintf("%q %d", v.Value, v.Status)
				}
			}
			compared += len(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s:\n%s", file, set.ID, diff)
			}
		}
	}
	if compared < 20 {
		t.Errorf("only %d variables compared", compared)
	}
}

// TestReload checks what incremental use relies on: a result changes only when a
// file in Read does.
func TestReload(t *testing.T) {
	for _, file := range archives(t) {
		_, m, _ := archive(t, file)
		r := NewReader()
		for _, set := range r.Discover(m) {
			before := NewReader().Load(m, set)
			for name := range m {
				if _, read := slices.BinarySearch(before.Read, name); read {
					continue
				}
				text := m[name]
				m[name] = []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: changed}\n")
				if diff := cmp.Diff(before, NewReader().Load(m, set)); diff != "" {
					t.Errorf("%s: %s changed %s but is not in Read:\n%s", file, name, set.ID, diff)
				}
				m[name] = text
			}
		}
	}
}

// TestEdits checks that a Reader that is told of changes finds what a new one
// does: every file goes, comes back, and has another's text for a while.
func TestEdits(t *testing.T) {
	for _, file := range archives(t) {
		_, m, _ := archive(t, file)
		r := NewReader()
		r.Discover(m)
		check := func(what string) {
			t.Helper()
			if diff := cmp.Diff(NewReader().Discover(m), r.Discover(m)); diff != "" {
				t.Fatalf("%s: %s:\n%s", file, what, diff)
			}
		}
		names := m.List(".")
		for i, name := range names {
			text := m[name]
			delete(m, name)
			r.Forget([]string{name}, []string{name})
			check(name + " is gone")
			m[name] = text
			r.Forget([]string{name}, []string{name})
			check(name + " is back")
			m[name] = m[names[(i+1)%len(names)]]
			r.Forget([]string{name}, nil)
			check(name + " has another text")
			m[name] = text
			r.Forget([]string{name}, nil)
			check(name + " is as it was")
		}
	}
}

// TestLastGood checks that what can't be built for a while keeps what it made.
func TestLastGood(t *testing.T) {
	_, m, _ := archive(t, "testdata/overlays.txtar")
	r := NewReader()
	set := r.Discover(m)[0]
	whole := r.Load(m, set)
	for _, name := range []string{"overlays/prod/patch.yaml", "overlays/prod/kustomization.yaml", "base/deployment.yaml"} {
		text := m[name]
		m[name] = append([]byte("{{"), text...)
		l := r.Load(m, set)
		if len(l.Problems) == 0 {
			t.Errorf("%s is broken, and nothing is said", name)
		}
		if diff := cmp.Diff(whole.Environment.Services, l.Environment.Services); diff != "" {
			t.Errorf("while %s is broken:\n%s", name, diff)
		}
		m[name] = text
		if diff := cmp.Diff(whole, r.Load(m, set)); diff != "" {
			t.Errorf("when %s is whole again:\n%s", name, diff)
		}
	}
}

// TestHalfTyped cuts every file of a case in some places: there is always an answer.
func TestHalfTyped(t *testing.T) {
	for _, file := range archives(t) {
		_, m, _ := archive(t, file)
		for name, text := range m {
			for i := 0; i < len(text); i += 1 + len(text)/3 {
				m[name] = text[:i]
				dump(t, m)
			}
			m[name] = text
		}
	}
}

var (
	_ deploy.Reader    = (*Reader)(nil)
	_ deploy.Forgetter = (*Reader)(nil)
)
