package compose

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

// A testCase is a workspace and what is read from it, in one txtar file. The
// archive's comment says what the case is about; in the files, ␍ stands for a
// carriage return and ␉ for a tab.
type testCase struct {
	name    string
	path    string
	archive *txtar.Archive
	files   memFS
	golden  string
}

func cases(t testing.TB) []testCase {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var out []testCase
	for _, p := range paths {
		a, err := txtar.ParseFile(p)
		if err != nil {
			t.Fatal(err)
		}
		c := testCase{name: strings.TrimSuffix(filepath.Base(p), ".txtar"), path: p, archive: a, files: memFS{}}
		for _, f := range a.Files {
			if f.Name == "golden" {
				c.golden = string(f.Data)
				continue
			}
			data := strings.NewReplacer("␍", "\r", "␉", "\t").Replace(string(f.Data))
			c.files[f.Name] = []byte(data)
		}
		out = append(out, c)
	}
	return out
}

func TestRead(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.name, func(t *testing.T) {
			r := Read(c.files)
			checkResult(t, c.files, r)
			got := strings.NewReplacer("\r", "␍").Replace(dump(c.files, r))
			if *update {
				c.archive.Files = append(withoutGolden(c.archive.Files), txtar.File{Name: "golden", Data: []byte(got)})
				if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(c.golden, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func withoutGolden(files []txtar.File) []txtar.File {
	var out []txtar.File
	for _, f := range files {
		if f.Name != "golden" {
			out = append(out, f)
		}
	}
	return out
}

// TestReload checks what incremental use relies on: a file set's result
// changes only when a file in Read changes.
func TestReload(t *testing.T) {
	for _, c := range cases(t) {
		reader := NewReader()
		for _, set := range reader.Discover(c.files) {
			before := reader.Load(c.files, set)
			for name := range c.files {
				if depends(before.Read, name) {
					continue
				}
				changed := memFS{}
				for n, data := range c.files {
					changed[n] = data
				}
				changed[name] = []byte("services: {changed: {image: x}}\n")
				if diff := cmp.Diff(before, reader.Load(changed, set)); diff != "" {
					t.Errorf("%s: %s changed %s but is not in Read:\n%s", c.name, name, set.ID, diff)
				}
			}
			if diff := cmp.Diff(before, Load(c.files, set)); diff != "" {
				t.Errorf("%s: a new reader says something else about %s:\n%s", c.name, set.ID, diff)
			}
		}
	}
}

func depends(read []string, name string) bool {
	for _, r := range read {
		if r == name {
			return true
		}
	}
	return false
}

// TestReadKeepsGoing checks that half-typed files cost themselves only.
func TestReadKeepsGoing(t *testing.T) {
	text := string(cases(t)[0].files["compose.yaml"])
	for i := range text {
		m := memFS{"compose.yaml": []byte(text[:i]), "other/compose.yaml": []byte("services: {x: {image: y}}\n")}
		r := Read(m)
		checkResult(t, m, r)
		found := false
		for _, e := range r.Environments {
			found = found || e.Dir == "other" && len(e.Services) == 1
		}
		if !found {
			t.Fatalf("after %d bytes the other file is lost", i)
		}
	}
}

// TestBombs checks that hostile files end.
func TestBombs(t *testing.T) {
	var aliases, env strings.Builder
	aliases.WriteString("x0: &x0 {A: a}\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&aliases, "x%d: &x%d\n  <<: [*x%d, *x%d]\n  V%d: \"$V%d$V%d\"\n", i, i, i-1, i-1, i, i-1, i-1)
	}
	aliases.WriteString("services:\n")
	for i := range 300 {
		fmt.Fprintf(&aliases, "  s%d: {image: x, environment: *x59}\n", i)
	}
	env.WriteString("V0=xxxxxxxx\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&env, "V%d=$V%d$V%d\n", i, i-1, i-1)
	}
	for name, m := range map[string]memFS{
		"aliases and doubling": {"compose.yaml": []byte(aliases.String()), ".env": []byte(env.String())},
		"deep":                 {"compose.yaml": []byte("services: " + strings.Repeat("[", 100_000))},
		"deep maps":            {"compose.yaml": []byte("services: " + strings.Repeat("{a: ", 5000))},
		"many references":      {"compose.yaml": []byte("services: {a: {image: x, environment: {A: \"" + strings.Repeat("${A:-x}", 8000) + "\"}}}\n")},
		"nested references":    {"compose.yaml": []byte("services: {a: {image: x, environment: {A: \"" + strings.Repeat("${A:-", 5000) + strings.Repeat("}", 5000) + "\"}}}\n")},
		"NUL":                  {"compose.yaml": []byte("services:\x00")},
		"large":                {"compose.yaml": make([]byte, 20<<20)},
		"script": {
			"compose.yaml": []byte("services: {a: {build: ., command: ./a.sh}}\n"),
			"Dockerfile":   []byte("FROM x\nCOPY . .\n"),
			"a.sh":         []byte("./a.sh\n./a.sh\nsource a.sh\neval ./a.sh \"$@\" \"$@\"\n"),
		},
		"dockerfile": {
			"compose.yaml": []byte("services: {a: {build: .}}\n"),
			"Dockerfile":   []byte("FROM x\nENV A=xxxxxxxx\n" + strings.Repeat("ENV A=$A$A\n", 60)),
		},
	} {
		t.Run(name, func(t *testing.T) { checkResult(t, m, Read(m)) })
	}
}

// benchWorkspace is a compose file with n services.
func benchWorkspace(n int) memFS {
	var b strings.Builder
	b.WriteString("x-env: &env\n  KAFKA_BOOTSTRAP_SERVERS: kafka:9092\n  LEVEL: ${LEVEL:-info}\nservices:\n  kafka: {image: apache/kafka}\n")
	m := memFS{".env": []byte("LEVEL=debug\nTOPIC=orders\n"), "common.env": []byte("A=1\nB=2\nC=\"$TOPIC\"\n")}
	for i := range n {
		fmt.Fprintf(&b, "  service%d:\n    build: ./service%d\n    command: [python, -u, main.py]\n    depends_on: [kafka]\n    env_file: common.env\n", i, i)
		fmt.Fprintf(&b, "    environment:\n      <<: *env\n")
		for j := range 15 {
			fmt.Fprintf(&b, "      VARIABLE_%d: ${TOPIC:-default}-%d\n", j, i)
		}
		m[fmt.Sprintf("service%d/Dockerfile", i)] = []byte("FROM python:3.12\nWORKDIR /app\nCOPY requirements.txt .\nCOPY . .\nCMD [\"python\", \"main.py\"]\n")
		m[fmt.Sprintf("service%d/main.py", i)] = nil
	}
	m["compose.yaml"] = []byte(b.String())
	return m
}

// dirFS makes memFS.IsDir fast enough to measure.
type dirFS struct {
	memFS
	dirs map[string]bool
}

func newDirFS(m memFS) dirFS {
	d := dirFS{memFS: m, dirs: map[string]bool{".": true}}
	for f := range m {
		for dir := filepath.Dir(f); dir != "."; dir = filepath.Dir(dir) {
			d.dirs[dir] = true
		}
	}
	return d
}

func (d dirFS) IsDir(p string) bool { return d.dirs[p] }

func BenchmarkLoad200(b *testing.B) {
	fs := newDirFS(benchWorkspace(200))
	set := Discover(fs)[0]
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			Load(fs, set)
		}
	})
	b.Run("edit", func(b *testing.B) {
		r := NewReader()
		text := fs.memFS["compose.yaml"]
		defer func() { fs.memFS["compose.yaml"] = text }()
		for i := 0; b.Loop(); i++ {
			fs.memFS["compose.yaml"] = append(text[:len(text):len(text)], fmt.Sprintf("  # %d\n", i)...)
			r.Load(fs, set)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		r := NewReader()
		for b.Loop() {
			r.Load(fs, set)
		}
	})
}

var _ deploy.FS = memFS{}
