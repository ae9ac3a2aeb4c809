package index

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicls/index/source"
	"topicls/index/store"
)

// openKept opens a workspace with a store.
func openKept(t testing.TB, root, dir, version string) *Workspace {
	t.Helper()
	s, err := store.Open(dir, store.Options{Version: version})
	if err != nil {
		t.Fatal(err)
	}
	w, err := Open(context.Background(), root, Options{Store: s, racy: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// secondStarts is a workspace that is opened again and again, and edited while
// it is open and while it is not.
type secondStarts struct {
	*editedWorkspace
	dir   string // of the store
	clock time.Time
}

// TestSecondStart holds a workspace that was opened with a store after random
// edits against a fresh one.
func TestSecondStart(t *testing.T) {
	seeds, starts := 3, 6
	if testing.Short() {
		seeds = 1
	}
	for name, files := range incrementalWorkspaces(t) {
		for seed := range seeds {
			t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) {
				t.Parallel()
				newSecondStarts(t, files, uint64(seed)).run(starts)
			})
		}
	}
}

func newSecondStarts(t *testing.T, files map[string]string, seed uint64) *secondStarts {
	s := &secondStarts{newEditedWorkspace(t, files, seed), t.TempDir(), time.Now().Add(-time.Hour)}
	s.r = rand.New(rand.NewPCG(seed, 1))
	return s
}

func (s *secondStarts) run(starts int) {
	for range starts {
		s.offline()
		s.note("start")
		s.w = openKept(s.t, s.root, s.dir, "1")
		s.compare()
		if s.r.IntN(3) == 0 {
			s.save() // before anything is edited
		}
		for range s.r.IntN(6) {
			s.edit()
		}
		s.compare()
		switch s.r.IntN(3) {
		case 0: // with documents that are open
			s.save()
		case 1:
			for _, p := range slices.Sorted(maps.Keys(s.open)) {
				text := s.open[p]
				s.close(p)
				s.create(p, text)
			}
			s.save()
		}
		for _, p := range slices.Sorted(maps.Keys(s.open)) {
			s.close(p)
		}
		s.compare()
	}
}

func (s *secondStarts) save() {
	s.note("save")
	if err := s.w.Save(); err != nil {
		s.t.Fatal(err)
	}
}

// offline edits files while no workspace is there to be told. Their times are
// others than before, as in life.
func (s *secondStarts) offline() {
	s.w = openKept(s.t, s.t.TempDir(), s.t.TempDir(), "1") // which is told instead
	before := maps.Clone(s.disk)
	for range s.r.IntN(4) {
		s.edit()
	}
	for _, p := range slices.Sorted(maps.Keys(s.open)) {
		s.close(p)
	}
	for p, text := range s.disk {
		if before[p] != text {
			s.clock = s.clock.Add(time.Second)
			if err := os.Chtimes(filepath.Join(s.root, p), s.clock, s.clock); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// TestSecondStartReads counts what a second start takes from the store.
func TestSecondStartReads(t *testing.T) {
	files := incrementalWorkspaces(t)["generated"]
	root, dir := t.TempDir(), t.TempDir()
	writeAll(t, root, files)
	// hits opens the workspace and checks how many files were not kept.
	missed := func(version string, want int) *Workspace {
		t.Helper()
		w := openKept(t, root, dir, version)
		thaw(t, w)
		c := w.cache
		if n := int(c.files.Load() - c.hits.Load()); n != want {
			t.Errorf("%d of %d files are not kept, want %d", n, c.files.Load(), want)
		}
		return w
	}
	save := func(w *Workspace) {
		t.Helper()
		if err := w.Save(); err != nil {
			t.Fatal(err)
		}
	}
	code := 0
	for p := range files {
		if strings.HasSuffix(p, ".py") {
			code++
		}
	}
	save(missed("1", code))
	missed("1", 0)
	missed("2", code) // another build of the program
	w := missed("1", 0)
	p := slices.Sorted(maps.Keys(files))[0]
	for q := range files {
		if strings.HasSuffix(q, ".py") && strings.Contains(files[q], "kafka") {
			p = q
		}
	}
	writeAll(t, root, map[string]string{p: files[p] + "\nX = 1\n"})
	missed("1", 1)
	w.Apply(source.Touched(p))
	save(w)
	missed("1", 0)
	writeAll(t, root, map[string]string{"copy/" + filepath.Base(p): files[p] + "\nX = 1\n"}) // known by its content
	missed("1", 0)
}

// TestSecondStartDamaged damages what is kept, one byte after the other: each
// start has the answers of a fresh one.
func TestSecondStartDamaged(t *testing.T) {
	files := incrementalWorkspaces(t)["small"]
	root, master := t.TempDir(), t.TempDir()
	writeAll(t, root, files)
	w := openKept(t, root, master, "1")
	if err := w.Save(); err != nil {
		t.Fatal(err)
	}
	want := stateOf(t, w.Snapshot(), root)
	kept, err := filepath.Glob(filepath.Join(master, "*", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	damages := 60
	if testing.Short() {
		damages = 10
	}
	r := rand.New(rand.NewPCG(1, 1))
	for i := range damages {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(master)); err != nil {
			t.Fatal(err)
		}
		for _, p := range kept {
			rel, err := filepath.Rel(master, p)
			if err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			at := r.IntN(len(data))
			if data[at] ^= byte(1 + r.IntN(255)); i%3 == 0 {
				data = data[:at]
			}
			if err := os.WriteFile(filepath.Join(dir, rel), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		w := openKept(t, root, dir, "1")
		if diff := cmp.Diff(want, stateOf(t, w.Snapshot(), root)); diff != "" {
			t.Fatalf("damage %d (-fresh +kept):\n%s", i, diff)
		}
		thaw(t, w)
		if diff := cmp.Diff(want, stateOf(t, w.Snapshot(), root)); diff != "" {
			t.Fatalf("damage %d, thawed (-fresh +kept):\n%s", i, diff)
		}
		if err := w.Save(); err != nil {
			t.Fatal(err)
		}
		again := openKept(t, root, dir, "1")
		if diff := cmp.Diff(want, stateOf(t, again.Snapshot(), root)); diff != "" {
			t.Fatalf("damage %d, mended (-fresh +kept):\n%s", i, diff)
		}
	}
}

func thaw(t *testing.T, w *Workspace) {
	t.Helper()
	if err := w.Thaw(context.Background()); err != nil {
		t.Fatal(err)
	}
}
