package wire

import (
	"path/filepath"
	"strings"
	"sync"
)

// URIs remembers how the client spells the URIs of files and folders, so that
// replies name them as the client does. It is safe for concurrent use. The zero
// value is ready.
type URIs struct {
	mu    sync.RWMutex
	files map[string]URI // under mu: by path
}

// Note remembers the client's spelling and gives the path. It is false for what
// is not a file; nothing is remembered then.
func (s *URIs) Note(u URI) (string, bool) {
	p, ok := u.Path()
	if !ok {
		return "", false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		s.files = map[string]URI{}
	}
	s.files[p] = u
	return p, true
}

// For spells the URI of a path: as the client did, or by the client's spelling of
// the nearest folder above it, or else as [FileURI].
func (s *URIs) For(p string) URI {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if u, ok := s.files[p]; ok {
		return u
	}
	for dir := filepath.Dir(p); len(s.files) > 0; dir = filepath.Dir(dir) {
		if u, ok := s.files[dir]; ok {
			rel := strings.TrimPrefix(string(FileURI(p)), string(FileURI(dir)))
			return URI(strings.TrimSuffix(string(u), "/") + "/" + strings.TrimPrefix(rel, "/"))
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return FileURI(p)
}

// Forget drops what is remembered of a path.
func (s *URIs) Forget(p string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.files, p)
}
