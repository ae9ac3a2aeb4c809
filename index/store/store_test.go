package store_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"topicls/index/source"
	"topicls/index/store"
)

func open(t testing.TB, dir string, opts store.Options) *store.Store {
	t.Helper()
	if opts.Version == "" {
		opts.Version = "1"
	}
	s, err := store.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func content(i int) store.Content {
	return store.Content{Hash: source.HashBytes(fmt.Append(nil, i)), Lang: source.Python}
}

func file(i int) store.File {
	f := store.File{Info: fmt.Appendf(nil, "info %d", i)}
	if i%2 == 0 {
		f.Facts = bytes.Repeat(fmt.Appendf(nil, "facts %d ", i), i%50)
	}
	return f
}

func files(from, to int) map[store.Content]store.File {
	m := map[store.Content]store.File{}
	for i := from; i < to; i++ {
		m[content(i)] = file(i)
	}
	return m
}

func all(store.Content) bool { return true }

// holds checks that a workspace has what was added, or with none nothing of it.
func holds(t *testing.T, w *store.Workspace, from, to int, none bool) {
	t.Helper()
	for i := from; i < to; i++ {
		want := file(i)
		info, ok := w.Info(content(i))
		facts, more := w.Facts(content(i))
		switch {
		case none && !ok && !more:
		case none:
			t.Errorf("%d is there", i)
		case !ok || !bytes.Equal(info, want.Info) || more != (want.Facts != nil) || !bytes.Equal(facts, want.Facts) || w.HasFacts(content(i)) != more:
			t.Errorf("%d: %q, %v and %q, %v", i, info, ok, facts, more)
		}
	}
}

func TestKeep(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there")
	s := open(t, dir, store.Options{})
	w := s.Workspace("/w")
	holds(t, w, 0, 10, true)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("reading made the folder")
	}
	if err := w.Add(files(0, 100), all); err != nil {
		t.Fatal(err)
	}
	holds(t, w, 0, 100, false)
	for i := range 20 { // more than there may be segments
		if err := w.Add(files(100+i, 101+i), all); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, w, 0, 120, false)
	again := open(t, dir, store.Options{})
	holds(t, again.Workspace("/w"), 0, 120, false)
	holds(t, again.Workspace("/other"), 0, 120, true)
	holds(t, open(t, dir, store.Options{Version: "2"}).Workspace("/w"), 0, 120, true)
	parts := []store.Part{{Name: "a", Data: [][]byte{[]byte("one "), []byte("two")}}, {Name: "b"}}
	if err := w.WriteState("x", parts); err != nil {
		t.Fatal(err)
	}
	state, ok := again.Workspace("/w").State("x")
	if !ok {
		t.Fatal("no state")
	}
	defer state.Close()
	if a, ok := state.Part("a"); !ok || string(a) != "one two" {
		t.Errorf("%q, %v", a, ok)
	}
	if b, ok := state.Part("b"); !ok || len(b) > 0 {
		t.Errorf("%q, %v", b, ok)
	}
	if _, ok := state.Part("c"); ok {
		t.Error("a part that was not written")
	}
	if _, ok := w.State("y"); ok {
		t.Error("a state that was not written")
	}
	info, err := s.Info()
	if err != nil || len(info.Workspaces) != 1 || info.Workspaces[0].Root != "/w" || info.Workspaces[0].Entries != 120 || !info.Workspaces[0].Current {
		t.Errorf("%+v, %v", info, err)
	}
	if list, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.facts")); err != nil || len(list) > 8 {
		t.Errorf("%d segments, %v", len(list), err)
	}
}

// TestDead adds until most of what is kept is of no more use.
func TestDead(t *testing.T) {
	w := open(t, t.TempDir(), store.Options{}).Workspace("/w")
	live := func(from int) func(store.Content) bool {
		m := map[store.Content]bool{}
		for i := from; i < 200; i++ {
			m[content(i)] = true
		}
		return func(c store.Content) bool { return m[c] }
	}
	if err := w.Add(files(0, 100), live(0)); err != nil {
		t.Fatal(err)
	}
	if err := w.Add(files(100, 110), live(40)); err != nil {
		t.Fatal(err)
	}
	holds(t, w, 0, 110, false)
	if err := w.Add(files(110, 120), live(90)); err != nil {
		t.Fatal(err)
	}
	holds(t, w, 0, 90, true)
	holds(t, w, 90, 120, false)
}

// TestUnwritable has a file where the folder is to be.
func TestUnwritable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, store.Options{})
	w := s.Workspace("/w")
	w.Used()
	holds(t, w, 0, 10, true)
	if err := w.Add(files(0, 10), all); err == nil {
		t.Error("added")
	}
	if err := w.WriteState("x", nil); err == nil {
		t.Error("written")
	}
	if err := w.Note(1, 1); err == nil {
		t.Error("noted")
	}
	if _, ok := w.State("x"); ok {
		t.Error("a state")
	}
	holds(t, w, 0, 10, true)
}

func TestEvict(t *testing.T) {
	dir := t.TempDir()
	old, err := store.Open(dir, store.Options{Version: "0"})
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, store.Options{Limit: 100_000})
	state := []store.Part{{Name: "a", Data: [][]byte{make([]byte, 30_000)}}}
	past := func(s *store.Store, root string, d time.Duration) {
		info, err := s.Info()
		if err != nil {
			t.Fatal(err)
		}
		list, err := filepath.Glob(filepath.Join(dir, "*", "*"))
		if err != nil || len(list) != len(info.Workspaces)+strings.Count(strings.Join(list, "\n"), "CACHEDIR.TAG") {
			t.Fatal(list, err)
		}
		for _, p := range list {
			if data, err := os.ReadFile(filepath.Join(p, "root")); err == nil && string(data) == root {
				at := time.Now().Add(-d)
				if err := os.Chtimes(p, at, at); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	roots := func() string {
		info, err := s.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Size > 100_000 {
			t.Errorf("%d bytes", info.Size)
		}
		var names []string
		for _, w := range info.Workspaces {
			names = append(names, w.Root)
		}
		return strings.Join(names, " ")
	}
	write := func(s *store.Store, root string, d time.Duration) {
		if err := s.Workspace(root).WriteState("x", state); err != nil {
			t.Fatal(err)
		}
		past(s, root, d)
	}
	write(old, "/z", 40*24*time.Hour)
	write(s, "/a", 50*24*time.Hour)
	if got := roots(); got != "/a" { // what another build has not used for long goes
		t.Error(got)
	}
	write(s, "/b", 2*time.Hour)
	write(s, "/c", 3*time.Hour)
	write(s, "/d", time.Hour)
	if got := roots(); got != "/d /b /c" {
		t.Error(got)
	}
	s.Workspace("/c").Used()
	write(s, "/e", 0)
	if got := roots(); got != "/e /c /d" {
		t.Error(got)
	}
	state[0].Data[0] = make([]byte, 200_000) // more than there may be
	if err := s.Workspace("/e").WriteState("x", state); err != nil {
		t.Fatal(err)
	}
	if got := roots(); got != "" {
		t.Error(got)
	}
}

// TestClear has other things in the folder, which stay.
func TestClear(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "0123456789abcdef", "0123456789abcdef0123456789abcdef", "mine")
	if err := os.MkdirAll(filepath.Dir(mine), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mine, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{"1", "2"} {
		if err := open(t, dir, store.Options{Version: v}).Workspace("/w").Add(files(0, 5), all); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, dir, store.Options{})
	if freed, err := s.Clear(); err != nil || freed == 0 {
		t.Errorf("%d, %v", freed, err)
	}
	holds(t, s.Workspace("/w"), 0, 5, true)
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
	if freed, err := s.Clear(); err != nil || freed != 0 {
		t.Errorf("%d, %v", freed, err)
	}
}

// TestAtOnce has several programs write, read and clear one store.
func TestAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(n), 0))
			for range 12 {
				w := open(t, dir, store.Options{}).Workspace("/w") // as another program would
				from := r.IntN(50)
				if err := w.Add(files(from, from+20), all); err != nil && n > 0 {
					t.Log(err) // somebody cleared it in that moment
				}
				for i := range 80 {
					want := file(i)
					if data, ok := w.Info(content(i)); ok && !bytes.Equal(data, want.Info) {
						t.Errorf("%d: %q", i, data)
					}
					if data, ok := w.Facts(content(i)); ok && !bytes.Equal(data, want.Facts) {
						t.Errorf("%d: %q", i, data)
					}
				}
				text := bytes.Repeat([]byte{byte(r.IntN(200))}, 1000)
				if err := w.WriteState("x", []store.Part{{Name: "a", Data: [][]byte{text}}}); err != nil && n > 0 {
					t.Log(err)
				}
				if s, ok := w.State("x"); ok {
					if a, ok := s.Part("a"); !ok || len(a) != 1000 || bytes.Count(a, a[:1]) != 1000 {
						t.Errorf("%v, %q", ok, a)
					}
					s.Close()
				}
				if n == 0 && r.IntN(4) == 0 {
					if _, err := open(t, dir, store.Options{}).Clear(); err != nil {
						t.Log(err) // somebody wrote in that moment
					}
				}
			}
		})
	}
	wg.Wait()
	w := open(t, dir, store.Options{}).Workspace("/w")
	if err := w.Add(files(0, 80), all); err != nil {
		t.Fatal(err)
	}
	holds(t, w, 0, 80, false)
}

// FuzzDamaged changes bytes of a store's files, or cuts them off: what is read
// is what was written, or nothing.
func FuzzDamaged(f *testing.F) {
	for i := range 40 {
		f.Add(uint32(i*37), byte(1<<(i%8)), false)
		f.Add(uint32(i*37), byte(0), true)
	}
	master := f.TempDir()
	w := open(f, master, store.Options{}).Workspace("/w")
	if err := w.Add(files(0, 20), all); err != nil {
		f.Fatal(err)
	}
	text := []byte("some state")
	if err := w.WriteState("x", []store.Part{{Name: "a", Data: [][]byte{text}}}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, at uint32, flip byte, cut bool) {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(master)); err != nil {
			t.Fatal(err)
		}
		for _, pattern := range []string{"*.facts", "*.state"} {
			list, err := filepath.Glob(filepath.Join(dir, "*", "*", pattern))
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			data, err := os.ReadFile(list[0])
			if err != nil {
				t.Fatal(err)
			}
			i := int(at) % len(data)
			if data[i] ^= flip; cut {
				data = data[:i]
			}
			if err := os.WriteFile(list[0], data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s := open(t, dir, store.Options{})
		w := s.Workspace("/w")
		for i := range 20 {
			want := file(i)
			if data, ok := w.Info(content(i)); ok && !bytes.Equal(data, want.Info) {
				t.Errorf("%d: %q", i, data)
			}
			if data, ok := w.Facts(content(i)); ok && !bytes.Equal(data, want.Facts) {
				t.Errorf("%d: %q", i, data)
			}
		}
		if state, ok := w.State("x"); ok {
			if a, ok := state.Part("a"); ok && !bytes.Equal(a, text) {
				t.Errorf("%q", a)
			}
			state.Close()
		}
		if err := w.Add(files(0, 20), all); err != nil { // and it is of use again
			t.Fatal(err)
		}
		holds(t, w, 0, 20, false)
	})
}

func TestDefaultDir(t *testing.T) {
	t.Setenv(store.EnvDir, t.TempDir())
	if dir, err := store.DefaultDir(); err != nil || dir != os.Getenv(store.EnvDir) {
		t.Errorf("%s, %v", dir, err)
	}
	t.Setenv(store.EnvDir, "")
	t.Setenv("XDG_CACHE_HOME", "/there")
	if dir, err := store.DefaultDir(); err != nil || runtime.GOOS == "linux" && dir != "/there/topicls" {
		t.Errorf("%s, %v", dir, err)
	}
}
