// Package compose reads docker-compose files: which environments they
// describe, the services in them, each service's variables with the place
// every value comes from, and the workspace code that runs in it.
//
// What a file means follows compose-go: its merge rules, its interpolation
// grammar, its volume syntax are used as they are, and a differential test
// loads the same files with compose-go's own loader. Where things stand comes
// from yaml.v3 nodes. compose-go's loader itself is used only in tests: it
// insists on reading included, extended and env files from disk by itself,
// refuses a whole project for one bad key, and keeps no positions.
package compose

import (
	"bytes"
	"sync"

	"topicls/index/deploy"
)

// A FileSet is one way to call docker compose: the files it merges, in order.
// Files that those include, extend or name as env_file are not listed; they
// are found while loading.
type FileSet struct {
	ID      string   // the environment's ID: "compose", "compose:staging"
	Dir     string   // the project folder, relative to the workspace root
	Files   []string // main file first, then what is merged over it
	Default bool
}

// Read finds every compose file of the workspace and loads all environments.
func Read(fs deploy.FS) deploy.Result { return NewReader().Read(fs) }

// Discover finds the compose files of the workspace and groups them into file
// sets, sorted by ID with default sets first. It is a function of the names
// and contents of the files for which Matters is true.
func Discover(fs deploy.FS) []FileSet { return NewReader().Discover(fs) }

// Load loads one file set. It is a pure function of the files it reports as
// read: load again when one of them changed, appeared or disappeared.
func Load(fs deploy.FS, set FileSet) Loaded { return NewReader().Load(fs, set) }

// Loaded is what one file set says.
type Loaded struct {
	Environment deploy.Environment
	Problems    []deploy.Problem
	// Read lists every file that was read or looked for. A folder in it means
	// that files below it count by their names: load again when one appears or
	// disappears. Sorted.
	Read []string
}

// A Reader remembers parsed files between loads, by content, so that an edit
// in one of many files parses only that one. It is safe for concurrent use;
// its results depend only on the files. The zero Reader is not valid.
type Reader struct {
	mu        sync.Mutex
	documents map[string]*document
	texts     map[string]*deploy.Text
}

// NewReader returns an empty Reader.
func NewReader() *Reader {
	return &Reader{documents: map[string]*document{}, texts: map[string]*deploy.Text{}}
}

// Read is like the function Read.
func (r *Reader) Read(fs deploy.FS) deploy.Result {
	rec := record(fs)
	var out deploy.Result
	for _, set := range r.discover(rec) {
		l := r.load(rec, set)
		out.Environments = append(out.Environments, l.Environment)
		out.Problems = append(out.Problems, l.Problems...)
	}
	out.Problems = tidy(out.Problems)
	out.Read = rec.read()
	return out
}

// Discover is like the function Discover.
func (r *Reader) Discover(fs deploy.FS) []FileSet { return r.discover(record(fs)) }

// Load is like the function Load.
func (r *Reader) Load(fs deploy.FS, set FileSet) Loaded { return r.load(record(fs), set) }

// document returns a parsed file.
func (r *Reader) document(file string, data []byte) *document {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d := r.documents[file]; d != nil && bytes.Equal(d.text.Data, data) {
		return d
	}
	d := parse(file, bytes.Clone(data))
	r.documents[file] = d
	return d
}

// text returns a file with its line index.
func (r *Reader) text(file string, data []byte) *deploy.Text {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.texts[file]; t != nil && bytes.Equal(t.Data, data) {
		return t
	}
	t := deploy.NewText(file, bytes.Clone(data))
	r.texts[file] = t
	return t
}
