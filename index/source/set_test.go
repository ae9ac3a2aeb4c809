package source

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSet(t *testing.T) {
	outside := writeTree(t, map[string]string{"evil.py": "evil"})
	root := writeTree(t, map[string]string{
		"a/app.py": "one", "a/b/c.py": "c", "a.py": "", "docker-compose.yml": "x",
		".gitignore": "local.vars", "local.vars": "A=1", "data/big.bin": "x",
		"to-file.py": "-> a/app.py", "to-dir": "-> a/b", "out.py": "-> " + outside + "/evil.py", "outdir": "-> " + outside,
		"node_modules/k/package.json": "{}",
	})
	must(t, os.Symlink(filepath.Join(root, "a", "app.py"), filepath.Join(root, "absolute.py")))
	s := open(t, root)
	wantPaths(t, s.List("."), "a.py", "a/app.py", "a/b/c.py", "absolute.py", "docker-compose.yml", "to-dir/c.py", "to-file.py")
	wantPaths(t, s.List("a"), "a/app.py", "a/b/c.py")
	wantPaths(t, s.List("a/"), "a/app.py", "a/b/c.py")
	wantPaths(t, s.List("a.py"))
	wantPaths(t, s.List("../"+filepath.Base(root)))
	wantPaths(t, slices.Collect(s.Folders()), ".", "a", "a/b", "data", "to-dir")
	if s.Len() != 7 || len(s.Entries()) != 7 {
		t.Error(s.Len())
	}
	for path, want := range map[string]bool{
		".": true, "a": true, "a/b": true, "./a/": true, "data": true, "node_modules/k": true, "to-dir": true,
		"a/app.py": false, "gone": false, "..": false, "/": false, root: false, "": false, "outdir": false, "a/../..": false, "a\x00": false,
	} {
		if s.IsDir(path) != want {
			t.Errorf("IsDir(%q) = %v", path, !want)
		}
	}
	for path, want := range map[string]bool{"a/app.py": true, "./a//app.py": true, "a": false, "data/big.bin": false, "local.vars": false} {
		if s.Has(path) != want {
			t.Errorf("Has(%q) = %v", path, !want)
		}
	}
	for path, want := range map[string]string{
		"a/app.py": "one", "local.vars": "A=1", "data/big.bin": "x", "to-file.py": "one", "absolute.py": "one", "to-dir/c.py": "c", "a/../a/app.py": "one",
		"node_modules/k/package.json": "{}",
	} {
		data, err := s.ReadFile(path)
		if err != nil || string(data) != want {
			t.Errorf("ReadFile(%q) = %q, %v", path, data, err)
		}
		if h, err := s.Hash(path); err != nil || h != HashBytes(data) {
			t.Errorf("Hash(%q) = %v, %v", path, h, err)
		}
	}
	for path, want := range map[string]error{
		"../x": ErrOutside, "/etc/passwd": ErrOutside, "": ErrOutside, "a/../../x": ErrOutside, "out.py": ErrOutside, "outdir/evil.py": ErrOutside,
		"gone.py": fs.ErrNotExist, "a": ErrNotRegular, ".": ErrNotRegular, "a.py/x": errAny,
	} {
		data, err := s.ReadFile(path)
		if err == nil || want != errAny && !errors.Is(err, want) {
			t.Errorf("ReadFile(%q) = %q, %v", path, data, err)
		}
		if _, err := s.Hash(path); err == nil {
			t.Errorf("Hash(%q): no error", path)
		}
		if err != nil && strings.Contains(err.Error(), root) {
			t.Errorf("ReadFile(%q) tells the absolute path: %v", path, err)
		}
	}
}

var errAny = errors.New("any")

// TestReadFileSwapped replaces a known folder by a link to the outside, of
// which the Set isn't told.
func TestReadFileSwapped(t *testing.T) {
	outside := writeTree(t, map[string]string{"app.py": "evil"})
	root := writeTree(t, map[string]string{"a/app.py": "x"})
	s := open(t, root)
	must(t, os.RemoveAll(filepath.Join(root, "a")))
	must(t, os.Symlink(outside, filepath.Join(root, "a")))
	if data, err := s.ReadFile("a/app.py"); !errors.Is(err, ErrOutside) {
		t.Errorf("read %q, %v", data, err)
	}
	if data, err := rootRead(root, "a/app.py", MaxFile); !errors.Is(err, ErrOutside) {
		t.Errorf("os.Root: read %q, %v", data, err)
	}
}

func TestReadFileSize(t *testing.T) {
	root := writeTree(t, map[string]string{"empty.py": "", "full.py": "", "huge.py": ""})
	must(t, os.Truncate(filepath.Join(root, "full.py"), MaxFile))
	must(t, os.Truncate(filepath.Join(root, "huge.py"), 1<<40))
	for _, read := range []func(string, string, int) ([]byte, error){readBeneath, rootRead} {
		for path, want := range map[string]int{"empty.py": 0, "full.py": MaxFile} {
			if data, err := read(root, path, MaxFile); err != nil || len(data) != want {
				t.Errorf("%s: %d bytes, %v", path, len(data), err)
			}
		}
		if _, err := read(root, "huge.py", MaxFile); !errors.Is(err, ErrTooLarge) {
			t.Error(err)
		}
	}
	s := open(t, root).With(Opened("open.py", make([]byte, MaxFile+1)))
	if e, ok := s.Get("huge.py"); !ok || e.Size != 1<<40 {
		t.Error("a huge file is a file")
	}
	for _, path := range []string{"huge.py", "open.py"} {
		if _, err := s.ReadFile(path); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "the limit is 8388608") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestOverlay(t *testing.T) {
	root := writeTree(t, map[string]string{"a/app.py": "disk", ".gitignore": "gen/\n*.tmp.py", "gen/x.py": "x", "node_modules/x.js": ""})
	s0 := open(t, root)
	s1 := s0.With(
		Opened("a/app.py", []byte("text")), Opened("new/dir/b.py", []byte("b")), Opened("a/c.tmp.py", []byte("c")), Opened("notes.md", []byte("d")),
		Opened("gen/x.py", []byte("e")), Opened("gen/new/y.py", nil), Opened("node_modules/x.js", nil), Opened("target/z.py", nil), Opened("../out.py", nil), Opened(".", nil),
	)
	wantPaths(t, s1.List("."), "a/app.py", "new/dir/b.py")
	wantPaths(t, s0.List("."), "a/app.py")
	if e, _ := s1.Get("a/app.py"); !e.Overlay || e.Size != 4 || e.ModTime != 0 || e.Lang != Python {
		t.Errorf("%+v", e)
	}
	if !s1.IsDir("new/dir") || s0.IsDir("new") || !s1.IsOpen("notes.md") || s1.IsOpen("gone.md") {
		t.Error("IsDir, IsOpen")
	}
	for path, want := range map[string]string{"a/app.py": "text", "new/dir/b.py": "b", "notes.md": "d", "gen/x.py": "e", "a/c.tmp.py": "c"} {
		if data, err := s1.ReadFile(path); err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	if data, _ := s0.ReadFile("a/app.py"); string(data) != "disk" {
		t.Error("the old set changed")
	}
	wantPaths(t, Diff(s0, s1), "a/app.py", "new/dir/b.py")

	// The file under the text goes, then the text.
	must(t, os.RemoveAll(filepath.Join(root, "a")))
	s2 := s1.With(Touched("a"))
	wantPaths(t, s2.List("."), "a/app.py", "new/dir/b.py")
	s3 := s2.With(Closed("a/app.py"), Closed("new/dir/b.py"), Closed("never.py"))
	wantPaths(t, s3.List("."))
	wantPaths(t, s1.List("."), "a/app.py", "new/dir/b.py")

	// Rules that come later count for text, too.
	write(t, root, "new/.gitignore", "*.py")
	wantPaths(t, s2.With(Touched("new")).List("."), "a/app.py")
}

// TestWithEqualsFresh makes random changes on disk, tells a Set of them, and
// compares it with a new one.
func TestWithEqualsFresh(t *testing.T) {
	seeds := uint64(30)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 7))
			root := t.TempDir()
			chaos := &chaos{t: t, rng: rng, root: root, links: seed%3 == 2}
			for range 30 {
				chaos.step()
			}
			opts := Options{Workers: 1 + int(seed%3)}
			s, err := Open(t.Context(), root, opts)
			must(t, err)
			open := map[string]string{}
			for step := range 60 {
				var changes []Change
				var told []string
				for range 1 + rng.IntN(4) {
					for _, path := range chaos.step() {
						changes = append(changes, Touched(path))
						told = append(told, path)
					}
				}
				if rng.IntN(4) == 0 {
					path, text := chaos.path(), fmt.Sprint(step)
					if _, ok := open[path]; ok {
						delete(open, path)
						changes = append(changes, Closed(path))
					} else {
						open[path] = text
						changes = append(changes, Opened(path, []byte(text)))
					}
				}
				rng.Shuffle(len(changes), func(i, j int) { changes[i], changes[j] = changes[j], changes[i] })
				before := s.state()
				next := s.With(changes...)
				if step%10 == 0 && !slices.Equal(s.state(), before) {
					t.Fatal("With changed the old set")
				}
				fresh, err := Open(t.Context(), root, opts)
				if err != nil {
					t.Fatal(err)
				}
				for path, text := range open {
					fresh = fresh.With(Opened(path, []byte(text)))
				}
				if d := cmp.Diff(fresh.state(), next.state()); d != "" {
					t.Fatalf("step %d, told of %q (-fresh +with):\n%s", step, told, d)
				}
				if want, got := fullDiff(s, next), Diff(s, next); !slices.Equal(want, got) {
					t.Fatalf("Diff: %q, want %q", got, want)
				}
				s = next
			}
		})
	}
}

func fullDiff(a, b *Set) []string {
	entries := map[string][2]Entry{}
	for e := range a.All() {
		entries[e.Path] = [2]Entry{e, {}}
	}
	for e := range b.All() {
		entries[e.Path] = [2]Entry{entries[e.Path][0], e}
	}
	var out []string
	for path, pair := range entries {
		if pair[0] != pair[1] {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// chaos changes a folder at random.
type chaos struct {
	t     testing.TB
	rng   *rand.Rand
	root  string
	links bool
}

func pick[T any](rng *rand.Rand, from ...T) T { return from[rng.IntN(len(from))] }

func (c *chaos) dir() string {
	dir := ""
	for range c.rng.IntN(4) {
		dir += pick(c.rng, "a", "b", "vendor", "node_modules", "gen", "venv", "a-b", "link0") + "/"
	}
	return dir
}

func (c *chaos) path() string {
	return c.dir() + pick(c.rng, "a", "x.py", "y.py", "x.go", "Dockerfile", ".env", "gen.py", "x.md", "pyvenv.cfg", "x.yml", "a.py")
}

// step makes one change and returns the paths that tell of it.
func (c *chaos) step() []string {
	abs := func(path string) string { return filepath.Join(c.root, path) }
	switch n := c.rng.IntN(20); {
	case n < 10: // write
		path := c.path()
		if os.MkdirAll(filepath.Dir(abs(path)), 0o755) != nil || os.WriteFile(abs(path), make([]byte, c.rng.IntN(1000)), 0o644) != nil {
			return nil // something else is there
		}
		return c.told(path)
	case n < 13: // delete a file or folder
		path := c.path()
		if c.rng.IntN(2) == 0 {
			path = strings.TrimSuffix(c.dir(), "/")
		}
		if path == "" {
			return nil
		}
		if os.RemoveAll(abs(path)) != nil {
			return nil
		}
		return c.told(path)
	case n < 15: // rules
		dir := c.dir()
		lines := []string{"gen/", "gen.py", "*.py", "!x.py", "/a/", "**/b", ".env", "*.yml", "link*", "!vendor"}
		c.rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if os.MkdirAll(abs(dir), 0o755) != nil || os.WriteFile(abs(dir+".gitignore"), []byte(strings.Join(lines[:c.rng.IntN(4)], "\n")), 0o644) != nil {
			return nil
		}
		return c.told(dir + ".gitignore")
	case n < 17: // move
		from, to := strings.TrimSuffix(c.dir(), "/"), strings.TrimSuffix(c.dir(), "/")
		if c.rng.IntN(2) == 0 {
			from, to = c.path(), c.path()
		}
		if from == "" || to == "" || os.Rename(abs(from), abs(to)) != nil {
			return nil
		}
		return append(c.told(from), c.told(to)...)
	case n < 18:
		path := c.path()
		if os.Chmod(abs(path), pick[fs.FileMode](c.rng, 0o600, 0o700, 0o755)) != nil {
			return nil
		}
		return c.told(path)
	default:
		if !c.links {
			return nil
		}
		path := c.dir() + pick(c.rng, "link0", "link1", "link.py")
		if os.MkdirAll(filepath.Dir(abs(path)), 0o755) != nil {
			return nil
		}
		_ = os.Remove(abs(path))
		target := abs(c.path())
		if c.rng.IntN(2) == 0 {
			target = abs(c.dir())
		}
		if rel, err := filepath.Rel(filepath.Dir(abs(path)), target); err == nil && c.rng.IntN(3) > 0 {
			target = rel
		}
		if os.Symlink(target, abs(path)) != nil {
			return nil
		}
		return c.told(path)
	}
}

// told returns the paths that tell of a change at path: the place where the
// thing is, and at times also the path through links by which it was reached.
func (c *chaos) told(path string) (out []string) {
	path = filepath.ToSlash(filepath.Clean(path))
	out = append(out, path)
	if real, err := filepath.EvalSymlinks(filepath.Dir(filepath.Join(c.root, path))); err == nil {
		if rel, err := filepath.Rel(c.root, filepath.Join(real, filepath.Base(path))); err == nil && filepath.IsLocal(rel) && rel != path {
			if c.rng.IntN(2) == 0 {
				out = nil
			}
			out = append(out, filepath.ToSlash(rel))
		}
	}
	return out
}

// TestPatterns has every extension and name that Classify keeps matched by a
// pattern.
func TestPatterns(t *testing.T) {
	all := strings.Join(Patterns([]Language{Python, Java, Kotlin, Go, JavaScript, TypeScript, TSX, CSharp}), " ")
	for _, name := range []string{
		"a.py", "A.java", "a.kt", "a.go", "a.js", "a.mjs", "a.cjs", "a.jsx", "a.ts", "a.mts", "a.tsx", "a.cs", "a.yaml", "a.json", "a.properties", "a.csproj", "a.avsc",
	} {
		if kind, _ := Classify(name); kind == KindNone {
			t.Errorf("%s is not kept", name)
		}
		if ext := name[strings.IndexByte(name, '.')+1:]; !strings.Contains(all, "{"+ext+",") && !strings.Contains(all, ","+ext+",") && !strings.Contains(all, ","+ext+"}") {
			t.Errorf("no pattern for %s in %s", name, all)
		}
	}
	for _, name := range []string{"pom.xml", "go.mod", "build.gradle", "requirements.txt", "Pipfile"} {
		if kind, _ := Classify(name); kind != KindBuild || !strings.Contains(all, name) {
			t.Errorf("%s: %v, %s", name, kind, all)
		}
	}
	if kind, _ := Classify("build.gradle.kts"); kind != KindBuild {
		t.Error("a build script is code")
	}
}
