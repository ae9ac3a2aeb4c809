package compose

import (
	"maps"
	"slices"

	"topicls/index/deploy"
)

// A recorder notes which files a load depends on.
type recorder struct {
	fs   deploy.FS
	seen map[string]bool
}

func record(fs deploy.FS) *recorder { return &recorder{fs: fs, seen: map[string]bool{}} }

// ReadFile implements deploy.FS.
func (r *recorder) ReadFile(path string) ([]byte, error) {
	r.seen[path] = true
	return r.fs.ReadFile(path)
}

// IsDir implements deploy.FS.
func (r *recorder) IsDir(path string) bool {
	r.seen[path] = true
	return r.fs.IsDir(path)
}

// List implements deploy.FS.
func (r *recorder) List(dir string) []string {
	r.seen[dir] = true
	return r.fs.List(dir)
}

func (r *recorder) read() []string { return slices.Sorted(maps.Keys(r.seen)) }
