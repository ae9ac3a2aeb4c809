package deploy

import (
	"maps"
	"slices"
)

// A Recorder is an FS that notes which files and folders were asked for.
type Recorder struct {
	fs   FS
	seen map[string]bool
}

// Record returns a Recorder over fs that has noted nothing yet.
func Record(fs FS) *Recorder { return &Recorder{fs: fs, seen: map[string]bool{}} }

// ReadFile implements FS.
func (r *Recorder) ReadFile(path string) ([]byte, error) {
	r.seen[path] = true
	return r.fs.ReadFile(path)
}

// IsFile reports whether path is a file, as the function IsFile does.
func (r *Recorder) IsFile(path string) bool {
	r.seen[path] = true
	return IsFile(r.fs, path)
}

// IsDir implements FS.
func (r *Recorder) IsDir(path string) bool {
	r.seen[path] = true
	return r.fs.IsDir(path)
}

// List implements FS.
func (r *Recorder) List(dir string) []string {
	r.seen[dir] = true
	return r.fs.List(dir)
}

// Note adds paths that were asked for in another way.
func (r *Recorder) Note(paths ...string) {
	for _, p := range paths {
		r.seen[p] = true
	}
}

// Seen returns the paths that were asked for, sorted.
func (r *Recorder) Seen() []string { return slices.Sorted(maps.Keys(r.seen)) }
