package kubernetes

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

var update = flag.Bool("update", false, "write what the tests get into their golden files")

// memFS is a workspace in memory.
type memFS map[string][]byte

func (m memFS) ReadFile(path string) ([]byte, error) {
	if data, ok := m[path]; ok {
		return data, nil
	}
	return nil, fmt.Errorf("%s: no such file", path)
}

func (m memFS) IsDir(path string) bool { return len(m.List(path)) > 0 }

func (m memFS) List(dir string) []string {
	var out []string
	for f := range m {
		if dir == "." || strings.HasPrefix(f, dir+"/") {
			out = append(out, f)
		}
	}
	sort.Strings(out)
	return out
}

func archive(t testing.TB, path string) (a *txtar.Archive, m memFS, golden string) {
	a, err := txtar.ParseFile(path)
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
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return paths
}

// read loads all environments and writes them down.
func read(r *Reader, fs deploy.FS) string {
	var b strings.Builder
	for _, set := range r.Discover(fs) {
		l := r.Load(fs, set)
		mark := ""
		if set.Default {
			mark = " default"
		}
		fmt.Fprintf(&b, "%s%s dir=%s: %s\n", set.ID, mark, set.Dir, strings.Join(set.Files, " "))
		for _, s := range l.Environment.Services {
			fmt.Fprintf(&b, "  %s", s.Name)
			for _, v := range s.Vars {
				fmt.Fprintf(&b, " %s=%s", v.Name, v.Value)
			}
			fmt.Fprintln(&b)
		}
		for _, topic := range l.Environment.Topics {
			fmt.Fprintf(&b, "  topic %s\n", topic.Name)
		}
		for _, p := range l.Problems {
			fmt.Fprintf(&b, "  problem %s:%d: %s\n", p.Pos.File, p.Pos.Line, p.Message)
		}
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, path := range archives(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, m, golden := archive(t, path)
			got := read(NewReader(), m)
			if *update {
				files := a.Files[:0]
				for _, f := range a.Files {
					if f.Name != "golden" {
						files = append(files, f)
					}
				}
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

// TestEdits checks that a Reader that is told of changes says what a new one
// does: every file goes, comes back, and has another's text for a while.
func TestEdits(t *testing.T) {
	for _, path := range archives(t) {
		_, m, _ := archive(t, path)
		r := NewReader()
		read(r, m)
		check := func(what string) {
			t.Helper()
			if diff := cmp.Diff(read(NewReader(), m), read(r, m)); diff != "" {
				t.Fatalf("%s: %s:\n%s", path, what, diff)
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
			if other := m[names[(i+1)%len(names)]]; yamldoc.Parse(name, other).Err == nil {
				m[name] = other
				r.Forget([]string{name}, nil)
				check(name + " has another text")
			}
			m[name] = text[:len(text)/2] // what is broken keeps what it had
			r.Forget([]string{name}, nil)
			read(r, m)
			m[name] = text
			r.Forget([]string{name}, nil)
			check(name + " is as it was")
		}
	}
}

// TestHalfTyped checks that a file that is broken while somebody types keeps what
// it had, and that the rest goes on.
func TestHalfTyped(t *testing.T) {
	_, m, _ := archive(t, "testdata/stages.txtar")
	r := NewReader()
	whole := read(r, m)
	name := "k8s/prod/orders.yaml"
	text := m[name]
	m[name] = append([]byte("{{"), text...)
	r.Forget([]string{name}, nil)
	got := read(r, m)
	said := regexp.MustCompile(`  problem k8s/prod/orders\.yaml:1: broken YAML: .*\n`)
	if !said.MatchString(got) {
		t.Errorf("nothing is said about the broken file: %s", got)
	}
	if diff := cmp.Diff(whole, said.ReplaceAllString(got, "")); diff != "" {
		t.Errorf("while the file is broken:\n%s", diff)
	}
	m[name] = text
	r.Forget([]string{name}, nil)
	if diff := cmp.Diff(whole, read(r, m)); diff != "" {
		t.Errorf("when it is whole again:\n%s", diff)
	}
}

// countingFS counts the files that are read.
type countingFS struct {
	memFS
	reads int
}

func (c *countingFS) ReadFile(path string) ([]byte, error) {
	c.reads++
	return c.memFS.ReadFile(path)
}

func many(n int) *countingFS {
	m := memFS{}
	for i := range n {
		m[fmt.Sprintf("services/s%d/k8s/all.yaml", i)] = fmt.Appendf(nil, `apiVersion: v1
kind: ConfigMap
metadata: {name: s%[1]d}
data: {TOPIC: orders-%[1]d, GROUP: g}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: s%[1]d
spec:
  template:
    spec:
      containers:
      - name: app
        image: registry.example/s%[1]d:1
        envFrom:
        - configMapRef: {name: s%[1]d}
        env:
        - name: KAFKA_BOOTSTRAP_SERVERS
          value: kafka:9092
        - {name: A, value: a}
`, i)
	}
	return &countingFS{memFS: m}
}

// TestReadsOnce checks that an edit reads the file that was edited, and no other.
func TestReadsOnce(t *testing.T) {
	fs := many(300)
	r := NewReader()
	read(r, fs)
	if fs.reads != 300 {
		t.Errorf("%d reads for 300 files", fs.reads)
	}
	fs.reads = 0
	fs.memFS["services/s7/k8s/all.yaml"] = append(fs.memFS["services/s7/k8s/all.yaml"], "        - {name: NEW, value: n}\n"...)
	r.Forget([]string{"services/s7/k8s/all.yaml"}, nil)
	got := read(r, fs)
	if fs.reads != 1 || !strings.Contains(got, "NEW=n") {
		t.Errorf("%d reads; %s", fs.reads, got)
	}
}

func BenchmarkManifests10000(b *testing.B) {
	fs := many(10_000)
	load := func(r *Reader) {
		for _, set := range r.Discover(fs) {
			r.Load(fs, set)
		}
	}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			load(NewReader())
		}
	})
	b.Run("edit", func(b *testing.B) {
		r := NewReader()
		load(r)
		name := "services/s7/k8s/all.yaml"
		text := fs.memFS[name]
		for i := 0; b.Loop(); i++ {
			fs.memFS[name] = append(text[:len(text):len(text)], fmt.Sprintf("        - {name: NEW, value: n%d}\n", i)...)
			r.Forget([]string{name}, nil)
			load(r)
		}
	})
}

var (
	_ deploy.Reader    = (*Reader)(nil)
	_ deploy.Forgetter = (*Reader)(nil)
)
