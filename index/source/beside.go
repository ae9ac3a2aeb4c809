package source

import (
	"maps"
	"os"
	"sync"
)

// beside is what was looked at inside of the root beside the files that matter,
// and whether it was there: a compose file may name any file, and ask whether a
// folder exists.
type beside struct {
	mu      sync.Mutex
	files   map[string]bool
	folders map[string]bool
}

func newBeside() *beside { return &beside{files: map[string]bool{}, folders: map[string]bool{}} }

func (b *beside) file(path string, there bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.files[path] = there
}

func (b *beside) folder(path string, there bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.folders[path] = there
}

// Beside returns what this set and those that it comes from were asked for beside
// the files that matter: files by ReadFile, folders by IsDir, each with whether
// it was there. With the files that matter, nothing else was looked at.
func (s *Set) Beside() (files, folders map[string]bool) {
	b := s.w.beside
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.files), maps.Clone(b.folders)
}

// Disk returns the set without the text of open editors.
func (s *Set) Disk() *Set { return s.withoutOverlays() }

// Stat looks at a regular file on disk as it is now. The entry has its size,
// times and mode, and nothing that needs its name.
func (s *Set) Stat(path string) (Entry, bool) {
	path, ok := cleanPath(path)
	if !ok {
		return Entry{}, false
	}
	info, err := os.Stat(s.w.abs(path))
	if err != nil || !info.Mode().IsRegular() {
		return Entry{}, false
	}
	return newEntry(path, KindNone, "", info), true
}
