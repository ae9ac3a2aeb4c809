package source

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"os"

	"topicls/index/ordered"
)

// Set is an immutable snapshot of which files the workspace has, with the
// text of open editors laid over them. It implements deploy.FS. All methods
// may be called from any number of goroutines.
//
// Bytes on disk are read when asked for: a file that changed since is read as
// it is now. A caller that must know remembers what it read by its [Hash].
type Set struct {
	w        *walker
	disk     ordered.Tree[Entry] // the files that matter, without overlays
	files    ordered.Tree[Entry] // with overlays
	folders  ordered.Tree[folder]
	links    []link
	unlinked bool // found.unlinked
	problems ordered.Tree[Problem]
	overlays map[string]*overlay // never changed after publication
}

type overlay struct {
	text []byte
	hash Hash
}

// Open walks root and returns its Set. The error says that root is no folder
// or that ctx ended; all else is in Problems.
func Open(ctx context.Context, root string, opts Options) (*Set, error) {
	w, err := newWalker(root, opts)
	if err != nil {
		return nil, fmt.Errorf("open workspace: %w", err)
	}
	if _, err := w.disk.ReadDir(w.abs(".")); err != nil { // not a workspace in which nothing is wrong
		return nil, fmt.Errorf("open workspace: can't read the folder %s: %s", w.root, reason(err))
	}
	s := &Set{w: w}
	s.takeAll(w.walkAll(ctx))
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open workspace: %w", err)
	}
	return s, nil
}

// ReadFile returns the bytes of a file inside root before anything else of it is
// looked at; see [Set.ReadFile].
func ReadFile(root, path string) ([]byte, error) {
	w, err := newWalker(root, Options{})
	if err != nil {
		return nil, err
	}
	return (&Set{w: w}).ReadFile(path)
}

// Root returns the absolute path of the root in the operating system's form.
func (s *Set) Root() string { return s.w.root }

// Len is the number of entries.
func (s *Set) Len() int { return s.files.Len() }

// All yields the files that matter, sorted by path.
func (s *Set) All() iter.Seq[Entry] { return s.files.Between("", "") }

// Entries returns what All yields. The slice is the caller's.
func (s *Set) Entries() []Entry { return s.files.Slice() }

// Under yields the entries below a folder at any depth, sorted by path.
func (s *Set) Under(dir string) iter.Seq[Entry] {
	dir, ok := cleanPath(dir)
	if !ok {
		return func(func(Entry) bool) {}
	}
	return s.files.Between(below(asDir(dir)))
}

// Get returns the entry of a file that matters.
func (s *Set) Get(path string) (Entry, bool) {
	path, ok := cleanPath(path)
	if !ok {
		return Entry{}, false
	}
	return s.files.Get(path)
}

// Has reports whether path is a file that matters.
func (s *Set) Has(path string) bool {
	_, ok := s.Get(path)
	return ok
}

// List returns the paths of the files that matter below dir at any depth, sorted.
func (s *Set) List(dir string) []string {
	var paths []string
	for e := range s.Under(dir) {
		paths = append(paths, e.Path)
	}
	return paths
}

// IsDir reports whether path is a folder inside the root, be it one that the
// index doesn't enter or one that only unsaved files are in.
func (s *Set) IsDir(path string) bool {
	path, ok := cleanPath(path)
	if !ok {
		return false
	}
	if path == "." || s.files.Any(below(asDir(path))) {
		return true
	}
	if _, file := s.files.Get(path); file {
		return false
	}
	there := false
	if target, ok := s.w.resolve(path); ok {
		info, err := os.Stat(s.w.abs(target))
		there = err == nil && info.IsDir()
	}
	s.w.beside.folder(path, there)
	return there
}

// Folders yields the folders that were entered, "." first: those to watch for
// changes. Folders behind links are among them.
func (s *Set) Folders() iter.Seq[string] {
	return func(yield func(string) bool) {
		for f := range s.folders.Between("", "") {
			if !f.skipped && !yield(cleanDir(f.dir)) {
				return
			}
		}
	}
}

// Problems returns what could not be taken in, sorted by path.
func (s *Set) Problems() []Problem { return s.problems.Slice() }

// IsOpen reports whether path has an overlay.
func (s *Set) IsOpen(path string) bool {
	path, ok := cleanPath(path)
	return ok && s.overlays[path] != nil
}

// ReadFile returns the bytes of a file inside the root: the open editor's
// text, else what is on disk. The file need not be one that matters: a
// compose file may name any. Files larger than MaxFile, pipes, devices and
// paths that lead out of the root, also by links, are errors. The caller must
// not change the bytes.
func (s *Set) ReadFile(path string) (data []byte, err error) {
	clean, ok := cleanPath(path)
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: path, Err: ErrOutside}
	}
	if o := s.overlays[clean]; o != nil {
		if len(o.text) > MaxFile {
			return nil, &fs.PathError{Op: "read", Path: path, Err: tooLarge(int64(len(o.text)), MaxFile)}
		}
		return o.text, nil
	}
	if _, known := s.disk.Get(clean); !known {
		defer func() { s.w.beside.file(clean, err == nil) }()
		// Don't open what isn't a file: opening alone has an effect on some devices.
		info, err := os.Stat(s.w.abs(clean))
		if err != nil {
			return nil, &fs.PathError{Op: "read", Path: path, Err: err.(*fs.PathError).Err}
		}
		if !info.Mode().IsRegular() {
			return nil, &fs.PathError{Op: "read", Path: path, Err: ErrNotRegular}
		}
	}
	return s.w.readInside(clean, MaxFile)
}

// IsFile reports whether ReadFile finds a file of the path, as far as can be
// said without reading one that the set knows.
func (s *Set) IsFile(path string) bool {
	if clean, ok := cleanPath(path); ok {
		if o := s.overlays[clean]; o != nil {
			return len(o.text) <= MaxFile
		}
		if e, known := s.disk.Get(clean); known {
			return e.Size <= MaxFile
		}
	}
	_, err := s.ReadFile(path)
	return err == nil
}

// Hash returns the identity of the bytes that ReadFile returns. For a file on
// disk it reads them; use HashBytes when you have them.
func (s *Set) Hash(path string) (Hash, error) {
	if clean, ok := cleanPath(path); ok && s.overlays[clean] != nil {
		return s.overlays[clean].hash, nil
	}
	data, err := s.ReadFile(path)
	if err != nil {
		return Hash{}, err
	}
	return HashBytes(data), nil
}

// Diff returns the paths whose entries differ between two sets, sorted. Two
// sets that are a few changes apart are compared in the time of these changes.
func Diff(a, b *Set) []string {
	return ordered.Diff(a.files, b.files)
}
