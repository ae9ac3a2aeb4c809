package source

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree writes files (path -> text) below a new folder. A path that ends in a
// slash is an empty folder; a text "-> x" makes a link to x.
func writeTree(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for path, text := range files {
		write(t, root, path, text)
	}
	return root
}

func write(t testing.TB, root, path, text string) {
	t.Helper()
	full := filepath.Join(root, path)
	must(t, os.MkdirAll(filepath.Dir(full), 0o755))
	if strings.HasSuffix(path, "/") {
		must(t, os.MkdirAll(full, 0o755))
	} else if target, ok := strings.CutPrefix(text, "-> "); ok {
		must(t, os.Symlink(target, full))
	} else {
		must(t, os.WriteFile(full, []byte(text), 0o644))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func walkPaths(t testing.TB, root string, opts Options) []string {
	t.Helper()
	files, problems := Walk(t.Context(), root, opts)
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	return paths(files)
}

func paths(files []Entry) []string {
	var out []string
	for _, e := range files {
		out = append(out, e.Path)
	}
	return out
}

func wantPaths(t testing.TB, got []string, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("files (-want +got):\n%s", d)
	}
}

func open(t testing.TB, root string) *Set {
	t.Helper()
	s, err := Open(context.Background(), root, Options{})
	must(t, err)
	return s
}

// state is all that a Set knows, in a form to compare.
func (s *Set) state() []string {
	var out []string
	for e := range s.disk.Between("", "") {
		out = append(out, fmt.Sprintf("disk %q %v", e.Path, e))
	}
	for e := range s.files.Between("", "") {
		out = append(out, fmt.Sprintf("file %q %v", e.Path, e))
	}
	for f := range s.folders.Between("", "") {
		line := fmt.Sprintf("folder %q skipped=%v", f.dir, f.skipped)
		for r := f.rules; r != nil && !f.skipped; r = r.parent {
			line += fmt.Sprintf(" %q:%d", r.dir, len(r.patterns))
		}
		out = append(out, line)
	}
	for _, l := range s.links {
		out = append(out, fmt.Sprintf("link %q %q", l.path, l.target))
	}
	for _, p := range s.Problems() {
		out = append(out, fmt.Sprintf("problem %q %s", p.Path, p.Message))
	}
	return append(out, fmt.Sprint("unlinked ", s.unlinked))
}

// brokenDisk fails for some paths. Tests run as root, for whom no folder is
// unreadable.
type brokenDisk struct {
	osDisk
	unreadable map[string]error // last names of folders
}

func (d brokenDisk) ReadDir(path string) ([]fs.DirEntry, error) {
	if err := d.unreadable[filepath.Base(path)]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return d.osDisk.ReadDir(path)
}

func (d brokenDisk) Lstat(path string) (fs.FileInfo, error) { return d.osDisk.Lstat(path) }

func sorted(in []string) bool { return slices.IsSorted(in) }
