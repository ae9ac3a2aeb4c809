// Package extracttest is what the tests of extractors have in common.
package extracttest

import (
	stdcmp "cmp"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/facts"
)

// Language is an extractor to test.
type Language struct {
	Name    string // File.Lang
	Source  string // name of the source in archives
	Dir     string // folder of the archives; "testdata" if empty
	Extract func(src []byte) *facts.File
}

// Samples returns the sources in testdata by name.
func (l Language) Samples(tb testing.TB) map[string][]byte {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(stdcmp.Or(l.Dir, "testdata"), "*.txtar"))
	if err != nil || len(paths) == 0 {
		tb.Fatal("no testdata")
	}
	out := map[string][]byte{}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil || a.Files[0].Name != l.Source {
			tb.Fatalf("%s: no %s: %v", path, l.Source, err)
		}
		out[path] = a.Files[0].Data
	}
	return out
}

// Golden compares what each source in testdata says with the facts beside it,
// or writes those.
func (l Language) Golden(t *testing.T, update bool) {
	for path, src := range l.Samples(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			f := l.Extract(src)
			l.Check(t, src, f)
			got := Dump(f)
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if update {
				a.Files = append(a.Files[:1], txtar.File{Name: "facts", Data: []byte(got)})
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(a.Files) != 2 {
				t.Fatal("no facts; run with -update")
			}
			if diff := cmp.Diff(string(a.Files[1].Data), got); diff != "" {
				t.Errorf("facts differ (-want +got); if they should, raise Version:\n%s", diff)
			}
		})
	}
}

// Check checks what every reader of facts relies on.
func (l Language) Check(tb testing.TB, src []byte, f *facts.File) {
	tb.Helper()
	if err := f.Check(); err != nil {
		tb.Error(err)
	}
	if f.Lang != l.Name || int(f.Scopes[0].End) != len(src) {
		tb.Errorf("language %q, %d bytes", f.Lang, f.Scopes[0].End)
	}
}

// Damaged checks that facts hold together whatever is cut off or changed in a
// file.
func (l Language) Damaged(t *testing.T) {
	try := func(src []byte) {
		t.Helper()
		f := l.Extract(src)
		l.Check(t, src, f)
		if t.Failed() {
			t.Fatalf("source: %q", src)
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	sources := l.Samples(t)
	var paths []string
	for path := range sources {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	var all []byte
	for _, path := range paths {
		all = append(all, sources[path]...)
	}
	for _, path := range paths {
		src := sources[path]
		for i := 0; i < len(src); i += 5 {
			try(src[:i])
			try(src[i:])
		}
		for range 150 {
			try(mutate(r, src, all))
		}
	}
}

// mutate changes some bytes of src and splices in parts of donor.
func mutate(r *rand.Rand, src, donor []byte) []byte {
	b := slices.Clone(src)
	for range 1 + r.IntN(5) {
		if len(b) == 0 {
			return b
		}
		at := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b[at] = byte(1 + r.IntN(255))
		case 1:
			b = slices.Delete(b, at, min(len(b), at+r.IntN(30)))
		case 2:
			from := r.IntN(len(donor))
			b = slices.Insert(b, at, donor[from:min(len(donor), from+r.IntN(40))]...)
		case 3:
			b = slices.Insert(b, at, "()[]{}:,=\"'f\\\n\t*@"[r.IntN(17)])
		}
	}
	return b
}
