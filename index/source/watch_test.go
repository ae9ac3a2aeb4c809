package source

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// watchTest runs Watch on a folder and keeps a Set that is told of its batches.
type watchTest struct {
	t       *testing.T
	root    string
	batches chan batch
	polling chan string
	set     *Set
}

const patience = 20 * time.Second // for what must come

type batch struct {
	paths []string
	now   *Set
}

func startWatch(t *testing.T, root string, opts WatchOptions) *watchTest {
	t.Helper()
	w := &watchTest{t: t, root: root, batches: make(chan batch, 1000), polling: make(chan string, 1), set: open(t, root)}
	if opts.Quiet == 0 {
		opts.Quiet = 2 * time.Millisecond
	}
	opts.Polling = func(reason string) { w.polling <- reason }
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Watch(ctx, w.set, opts, func(paths []string, now *Set) { w.batches <- batch{paths, now} })
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-done:
		case <-time.After(patience):
			t.Error("Watch doesn't end")
		}
	})
	return w
}

// next waits for a batch and gives it to the Set.
func (w *watchTest) next() []string {
	w.t.Helper()
	select {
	case batch := <-w.batches:
		w.take(batch)
		return batch.paths
	case <-time.After(patience):
		w.t.Fatal("no batch came")
		return nil
	}
}

func (w *watchTest) take(b batch) {
	w.t.Helper()
	if !sorted(b.paths) || len(slices.Compact(slices.Clone(b.paths))) != len(b.paths) {
		w.t.Errorf("not sorted, or twice: %q", b.paths)
	}
	next := w.set.With(OnDisk(b.now))
	for _, path := range Diff(w.set, next) {
		if _, ok := slices.BinarySearch(b.paths, path); !ok {
			w.t.Errorf("%s differs and was not told of", path)
		}
	}
	w.set = next
}

// until waits until a batch tells of the path.
func (w *watchTest) until(path string) {
	w.t.Helper()
	for !slices.Contains(w.next(), path) {
	}
}

// settle waits until the Set equals a new one.
func (w *watchTest) settle(about any) {
	w.t.Helper()
	deadline := time.After(patience)
	for {
		fresh := open(w.t, w.root)
		if slices.Equal(fresh.fileState(), w.set.fileState()) {
			return
		}
		select {
		case batch := <-w.batches:
			w.take(batch)
		case <-deadline:
			w.t.Fatalf("%v: the set (+) stays different from a new one (-):\n%s", about, cmp.Diff(fresh.fileState(), w.set.fileState()))
		}
	}
}

// fileState is state without folders: empty ones are not told of.
func (s *Set) fileState() []string {
	return slices.DeleteFunc(s.state(), func(line string) bool { return !strings.HasPrefix(line, "disk ") })
}

func TestWatch(t *testing.T) {
	root := writeTree(t, map[string]string{"a/app.py": "x", "b/": "", "node_modules/k/i.js": "", "shared/s.py": "", "a/common": "-> ../shared"})
	w := startWatch(t, root, WatchOptions{Also: func(path string) bool { return path == "a/odd.vars" }})

	write(t, root, "a/app.py", "xy")
	w.until("a/app.py")
	write(t, root, "a/app.py", "zz") // same size
	w.until("a/app.py")
	write(t, root, "a/odd.vars", "x")
	w.until("a/odd.vars")
	write(t, root, "shared/s.py", "x")
	w.until("a/common/s.py")
	write(t, root, "shared/t.py", "x")
	w.until("a/common/t.py")

	write(t, root, "c/d/e/new.py", "x") // in new folders
	w.until("c/d/e/new.py")
	write(t, root, "c/d/e/newer.py", "x")
	w.until("c/d/e/newer.py")
	must(t, os.Rename(filepath.Join(root, "c"), filepath.Join(root, "b/c")))
	w.settle("moved")
	write(t, root, "b/c/d/e/newest.py", "x")
	w.until("b/c/d/e/newest.py")
	write(t, root, "c/d/e/again.py", "x") // where a folder was before
	w.until("c/d/e/again.py")
	write(t, root, "c/d/e/again2.py", "x")
	w.until("c/d/e/again2.py")
	must(t, os.RemoveAll(filepath.Join(root, "c")))
	write(t, root, "c/d/e/back.py", "x")
	w.settle("removed and made again")
	write(t, root, "c/d/e/back2.py", "x")
	w.until("c/d/e/back2.py")

	write(t, root, "a/.gitignore", "app.py")
	w.until("a/app.py")
	w.settle("ignored")
	write(t, root, "a/.gitignore", "")
	w.until("a/app.py")
	w.settle("not ignored")

	// Nobody asked for these: the next batch is about the last file alone.
	write(t, root, "node_modules/k/new.js", "x")
	write(t, root, "a/readme.md", "x")
	write(t, root, "last.py", "x")
	if batch := w.next(); !slices.Equal(batch, []string{"last.py"}) {
		t.Errorf("batch: %q", batch)
	}
}

// TestWatchStart changes files between the Set and the watching.
func TestWatchStart(t *testing.T) {
	for _, poll := range []bool{false, true} {
		root := writeTree(t, map[string]string{"a/app.py": "x", "b.py": ""})
		before := open(t, root)
		write(t, root, "a/app.py", "xy")
		must(t, os.Remove(filepath.Join(root, "b.py")))
		write(t, root, "c/d.py", "")
		got := make(chan []string, 10)
		ctx, cancel := context.WithCancel(context.Background())
		go Watch(ctx, before, WatchOptions{Poll: poll}, func(paths []string, _ *Set) { got <- paths })
		wantPaths(t, <-got, "a/app.py", "b.py", "c/d.py")
		cancel()
	}
}

func TestWatchOverlayDoesNotHide(t *testing.T) {
	root := writeTree(t, map[string]string{"a.py": "x"})
	set := open(t, root).With(Opened("a.py", []byte("text")))
	write(t, root, "a.py", "longer")
	got := make(chan []string, 10)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go Watch(ctx, set, WatchOptions{}, func(paths []string, _ *Set) { got <- paths })
	wantPaths(t, <-got, "a.py")
}

// TestWatchLimit has the system refuse to watch folders, at once or later.
func TestWatchLimit(t *testing.T) {
	for _, refused := range []string{"a", "new"} {
		root := writeTree(t, map[string]string{"a/app.py": "x"})
		w := startWatch(t, root, WatchOptions{PollInterval: time.Millisecond, add: func(folder string) error {
			if filepath.Base(folder) == refused {
				return &os.PathError{Op: "add", Path: folder, Err: errors.New("no space left on device")}
			}
			return nil
		}, begin: func() {
			write(t, root, "new/x.py", "x")
		}})
		select {
		case reason := <-w.polling:
			if reason != "no notifications for the folder "+refused+": no space left on device" {
				t.Error(reason)
			}
		case <-time.After(patience):
			t.Fatal("no polling")
		}
		w.settle("began to poll")
		write(t, root, "new/y.py", "x")
		w.until("new/y.py")
		must(t, os.RemoveAll(filepath.Join(root, "new")))
		w.until("new/y.py")
	}
}

func TestWatchRootRemoved(t *testing.T) {
	root := filepath.Join(t.TempDir(), "root")
	write(t, root, "a.py", "x")
	w := startWatch(t, root, WatchOptions{PollInterval: time.Millisecond})
	write(t, root, "b.py", "x")
	w.until("b.py") // it watches
	must(t, os.RemoveAll(root))
	w.until("a.py")
	write(t, root, "c.py", "x")
	w.until("c.py")
}

func TestWatchEnds(t *testing.T) {
	root := writeTree(t, map[string]string{"a.py": "x"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	Watch(ctx, open(t, root), WatchOptions{}, func([]string, *Set) { t.Error("a batch") })
	Watch(ctx, open(t, root), WatchOptions{Poll: true}, func([]string, *Set) { t.Error("a batch") })
}

// TestWatchEqualsFresh makes random changes while watching.
func TestWatchEqualsFresh(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			c := &chaos{t: t, rng: rand.New(rand.NewPCG(seed, 9)), root: root, links: seed%2 == 1}
			for range 20 {
				c.step()
			}
			w := startWatch(t, root, WatchOptions{Quiet: time.Millisecond, MaxDelay: 3 * time.Millisecond, Poll: seed == 5, PollInterval: time.Millisecond})
			for round := range 40 {
				for range 1 + c.rng.IntN(12) {
					c.step()
				}
				if c.rng.IntN(3) == 0 {
					w.settle(round)
				}
			}
			w.settle("at the end")
		})
	}
}
