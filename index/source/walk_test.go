package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWalk(t *testing.T) {
	root := writeTree(t, map[string]string{
		"docker-compose.yml":                "x",
		"docker-compose.override.yml":       "x",
		".env":                              "A=1",
		".env.local":                        "A=1",
		"prod.env":                          "A=1",
		".gitignore":                        ".env*\n*.env\ndocker-compose.override.yml\n*.gen.py\n/secret/\n!a/keep.gen.py\n",
		"a/app.py":                          "x",
		"a/b.gen.py":                        "x",
		"a/keep.gen.py":                     "x",
		"a/.gitignore":                      "local.yml\n!c.gen.py\n",
		"a/local.yml":                       "x",
		"a/c.gen.py":                        "x",
		"a/readme.md":                       "x",
		"a/types.pyi":                       "x",
		"a/.#app.py":                        "x",
		"a-b/app.py":                        "x",
		"a.py":                              "x",
		"local.yml":                         "x",
		"secret/.env":                       "x",
		"empty/":                            "",
		"svc/Dockerfile":                    "x",
		"svc/Dockerfile.prod":               "x",
		"svc/start.sh":                      "x",
		"svc/application.properties":        "x",
		"svc/src/main/java/Main.java":       "x",
		"svc/src/test/java/MainIT.java":     "x",
		"svc/target/gen/Main.java":          "x",
		"svc/build/app.py":                  "x",
		"svc/dist/app.js":                   "x",
		"vendor/app.py":                     "x",
		"services/vendor/Dockerfile":        "x",
		"services/vendor/app.py":            "x",
		"services/build/docker-compose.yml": "x",
		"web/index.ts":                      "x",
		"web/index.d.ts":                    "x",
		"web/package-lock.json":             "{}",
		"web/node_modules/k/index.js":       "x",
		"env/app.py":                        "x",
		"py/env/pyvenv.cfg":                 "x",
		"py/env/lib/x.py":                   "x",
		"py/.venv/lib/x.py":                 "x",
		"py/my/pyvenv.cfg":                  "x",
		"py/my/x.py":                        "x",
		"py/__pycache__/x.py":               "x",
		"py/x.egg-info/x.json":              "x",
		".git/config.json":                  "x",
		".github/workflows/ci.yml":          "x",
		"avro/order.avsc":                   "x",
		"avro/order.proto":                  "x",
	})
	files, problems := Walk(t.Context(), root, Options{})
	if len(problems) > 0 {
		t.Error(problems)
	}
	wantPaths(t, paths(files),
		".env", ".env.local", ".github/workflows/ci.yml", "a-b/app.py", "a.py", "a/app.py", "a/c.gen.py",
		// "!a/keep.gen.py" stands after "*.gen.py".
		"a/keep.gen.py", "avro/order.avsc", "avro/order.proto",
		"docker-compose.override.yml", "docker-compose.yml", "env/app.py", "local.yml", "prod.env",
		"services/build/docker-compose.yml", "services/vendor/Dockerfile", "services/vendor/app.py",
		"svc/Dockerfile", "svc/Dockerfile.prod", "svc/application.properties",
		"svc/src/main/java/Main.java", "svc/src/test/java/MainIT.java", "svc/start.sh",
		"web/index.ts",
	)
	e := files[slices.IndexFunc(files, func(e Entry) bool { return e.Path == "svc/src/test/java/MainIT.java" })]
	info, err := os.Stat(filepath.Join(root, e.Path))
	must(t, err)
	want := Entry{Path: e.Path, Size: 1, ModTime: info.ModTime().UnixNano(), Changed: changed(info), Mode: 0o644, Kind: KindCode, Lang: Java, Test: true}
	if e != want {
		t.Errorf("got %+v, want %+v", e, want)
	}
}

func TestWalkExclude(t *testing.T) {
	root := writeTree(t, map[string]string{"a.py": "", "gen/a.py": "", "gen/keep/b.py": "", ".env": "", ".gitignore": "!*.py"})
	wantPaths(t, walkPaths(t, root, Options{Exclude: []string{"/gen/", ".env"}}), "a.py")
}

func TestWalkLinks(t *testing.T) {
	outside := writeTree(t, map[string]string{"evil.py": "", "dir/evil.py": ""})
	root := writeTree(t, map[string]string{
		"shared/kafka.py":        "x",
		"shared/.gitignore":      "no.py",
		"shared/no.py":           "",
		"shared/deep/up":         "-> ../..",      // a cycle
		"shared/deep/self":       "-> .",          // another
		"shared/deep/other":      "-> ../../conf", // a link behind a link: not followed from a/common
		"a/common":               "-> ../shared",
		"b/common":               "-> ../shared",
		"a/one.py":               "-> ../shared/kafka.py",
		"a/twice.py":             "-> one.py",
		"a/readme":               "-> ../shared/kafka.py", // no name that matters
		"a/gone.py":              "-> nowhere.py",
		"a/loop.py":              "-> loop.py",
		"a/out.py":               "-> " + outside + "/evil.py",
		"a/outdir":               "-> " + outside + "/dir",
		"a/up.py":                "-> ../../../../../../../etc/passwd",
		"a/parent":               "-> ..",
		"conf/.env":              "x",
		"node_modules/k/i.js":    "x",
		"linked-modules":         "-> node_modules/k",
		"zero.py":                "-> /dev/zero",
		"ignored-link":           "-> shared",
		".gitignore":             "ignored-link/",
		"a/.env":                 "-> ../conf/.env",
		"a/vendor":               "-> ../shared", // what build tools make
		"one/two/three/four/end": "-> ../../../../one",
	})
	must(t, os.Symlink(filepath.Join(root, "conf"), filepath.Join(root, "absolute")))
	wantPaths(t, walkPaths(t, root, Options{}),
		"a/.env", "a/common/kafka.py", "a/one.py", "a/twice.py", "absolute/.env", "b/common/kafka.py", "conf/.env", "shared/deep/other/.env", "shared/kafka.py")

	t.Run("the root is a link", func(t *testing.T) {
		link := filepath.Join(t.TempDir(), "link")
		must(t, os.Symlink(root, link))
		if d := cmp.Diff(walkPaths(t, root, Options{}), walkPaths(t, link, Options{})); d != "" {
			t.Error(d)
		}
	})
}

func TestWalkManyLinked(t *testing.T) {
	files := map[string]string{"real/a.py": "", "real/sub/b.py": ""}
	for i := range 20 {
		files[fmt.Sprintf("l%02d", i)] = "-> real"
	}
	root := writeTree(t, files)
	// Each link leads to 2 folders and 2 files.
	if got := walkPaths(t, root, Options{MaxLinked: 80}); len(got) != 42 {
		t.Errorf("%d files", len(got))
	}
	got, problems := Walk(t.Context(), root, Options{MaxLinked: 79})
	wantPaths(t, paths(got), "real/a.py", "real/sub/b.py")
	if len(problems) != 1 || !strings.Contains(problems[0].Message, "more than 79") {
		t.Error(problems)
	}
}

func TestWalkDeterministic(t *testing.T) {
	root := t.TempDir()
	makeTree(t, root, 1000)
	write(t, root, "again", "-> d0")
	var want []Entry
	for i := range 12 {
		got, problems := Walk(t.Context(), root, Options{Workers: 1 + i%6})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if !slices.IsSortedFunc(got, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) }) {
			t.Fatal("not sorted")
		}
		if want == nil {
			want = got
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	}
}

func TestWalkUnreadable(t *testing.T) {
	root := writeTree(t, map[string]string{"a/x.py": "", "locked/x.py": "", "z/x.py": "", "odd/x.py": ""})
	files, problems := Walk(t.Context(), root, Options{disk: brokenDisk{unreadable: map[string]error{
		"locked": os.ErrPermission, "odd": errors.New("input/output error"),
	}}})
	wantPaths(t, paths(files), "a/x.py", "z/x.py")
	want := []Problem{{"locked", "can't read the folder: permission denied"}, {"odd", "can't read the folder: input/output error"}}
	if d := cmp.Diff(want, problems); d != "" {
		t.Error(d)
	}
}

// A root that can't be read is no workspace without findings.
func TestOpenUnreadable(t *testing.T) {
	root := writeTree(t, map[string]string{"a/x.py": ""})
	_, err := Open(t.Context(), root, Options{disk: brokenDisk{unreadable: map[string]error{filepath.Base(root): os.ErrPermission}}})
	if err == nil || err.Error() != "open workspace: can't read the folder "+root+": permission denied" {
		t.Errorf("error %v", err)
	}
}

// TestWalkTooDeep has a folder that really can't be read: its path is longer
// than the system takes.
func TestWalkTooDeep(t *testing.T) {
	root := writeTree(t, map[string]string{"a.py": ""})
	at, err := os.OpenRoot(root)
	must(t, err)
	for range 25 {
		name := strings.Repeat("d", 200)
		must(t, at.Mkdir(name, 0o755))
		next, err := at.OpenRoot(name)
		must(t, err)
		must(t, next.WriteFile("x.py", nil, 0o644))
		at.Close()
		at = next
	}
	at.Close()
	files, problems := Walk(t.Context(), root, Options{})
	if len(files) < 15 || len(files) > 21 || files[0].Path != "a.py" {
		t.Errorf("%d files", len(files))
	}
	if len(problems) == 0 || !strings.Contains(problems[0].Message, "too long") {
		t.Errorf("problems: %v", problems)
	}
}

func TestWalkOddNames(t *testing.T) {
	names := []string{"\xff\xfe.py", "new\nline.py", "sp ace.py", "ünï.py", "-rf.py", "back\\slash.py", "*.py", "\xc3/x.py"}
	files := map[string]string{}
	for _, name := range names {
		files[name] = "x"
	}
	root := writeTree(t, files)
	slices.Sort(names)
	wantPaths(t, walkPaths(t, root, Options{}), names...)
	s := open(t, root)
	for _, name := range names {
		if data, err := s.ReadFile(name); err != nil || string(data) != "x" {
			t.Errorf("%q: %q, %v", name, data, err)
		}
	}
}

// TestWalkSpecial has names that matter on things that are no files. Opening
// some of them would wait for ever.
func TestWalkSpecial(t *testing.T) {
	root := writeTree(t, map[string]string{"a.py": "", "folder.py/b.py": ""})
	makeSpecial(t, root)
	socket, err := net.Listen("unix", filepath.Join(root, "socket.py"))
	must(t, err)
	defer socket.Close()
	wantPaths(t, walkPaths(t, root, Options{}), "a.py", "folder.py/b.py")
	s := open(t, root)
	for _, path := range []string{"pipe.py", "socket.py", "folder.py", "to-pipe.py", "device.py"} {
		if data, err := s.ReadFile(path); err == nil {
			t.Errorf("%s: read %d bytes", path, len(data))
		}
	}
	// Without the look beforehand, too: the file may have been swapped.
	for _, path := range []string{"pipe.py", "socket.py", "folder.py", "to-pipe.py"} {
		for _, read := range []func(string, string, int) ([]byte, error){readBeneath, rootRead} {
			if _, err := read(root, path, MaxFile); err == nil {
				t.Errorf("%s: was read", path)
			}
		}
	}
}

func TestWalkCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	root := writeTree(t, map[string]string{"a/x.py": ""})
	if files, problems := Walk(ctx, root, Options{}); len(files) > 0 || len(problems) != 1 {
		t.Error(files, problems)
	}
	if _, err := Open(ctx, root, Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestWalkNoRoot(t *testing.T) {
	root := writeTree(t, map[string]string{"a.py": ""})
	for _, path := range []string{"a.py", "gone"} {
		if _, problems := Walk(t.Context(), filepath.Join(root, path), Options{}); len(problems) != 1 {
			t.Errorf("%s: %v", path, problems)
		}
		if _, err := Open(t.Context(), filepath.Join(root, path), Options{}); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
}

func TestClassify(t *testing.T) {
	for name, want := range map[string]string{
		"a.py": "code python", "a.pyi": "none ", "a.ipynb": "none ", "A.java": "code java", "a.kts": "code kotlin", "a.tsx": "code tsx",
		"a.min.js": "none ", "a.mjs": "code javascript", "a.d.ts": "none ", "Dockerfile": "deploy ", "Dockerfile.dev": "deploy ",
		"Dockerfile.py": "deploy ", "api.dockerfile": "deploy ", "Dockerfile.dockerignore": "none ", "Dockerfiles": "none ", ".env": "deploy ", ".env.prod": "deploy ",
		"x.env": "deploy ", "a.yaml": "deploy ", "a.sh": "deploy ", "pyproject.toml": "deploy ", "Cargo.lock": "none ", "package-lock.json": "none ",
		"Makefile": "deploy ", "a": "none ", "a.py~": "none ", ".#a.py": "none ", "a.avsc": "schema ", "": "none ", ".": "none ", "Procfile": "deploy ",
	} {
		kind, lang := Classify(name)
		if got := fmt.Sprintf("%v %s", kind, lang); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestIsTest(t *testing.T) {
	for path, want := range map[string]bool{
		"tests/a.py": true, "a/test/b.yml": true, "a/testdata/x.json": true, "test_a.py": true, "a/b_test.py": true, "conftest.py": true, "a_test.go": true,
		"a.spec.ts": true, "a.test.tsx": true, "OrdersTest.java": true, "OrdersIT.java": true, "Latest.java": false, "AUDIT.java": false, "Test.java": false,
		"OrderSpec.scala": true, "OrderSpec.java": false, "Shop.Tests/A.cs": true, "spec/a.rb": true, "a_spec.rb": true, "src/test/resources/x.yml": true,
		"contest/a.py": false, "latest.py": false, "attest/a.go": false, "testing_ground/a.py": false, "docker-compose.test.yml": false, "a.py": false,
		"test.yml": false, "tests.py": true, "test-common/src/main/kotlin/A.kt": true, "a/src/integrationTest/java/A.java": true, "test-orders/src/main/kotlin/A.kt": false,
	} {
		if got := IsTest(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
