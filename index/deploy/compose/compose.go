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
	"slices"
	"sync"

	"topicls/index/deploy"
	"topicls/index/deploy/container"
	"topicls/index/deploy/yamldoc"
)

// Read finds every compose file of the workspace and loads all environments.
func Read(fs deploy.FS) deploy.Result { return NewReader().Read(fs) }

// Discover finds the compose files of the workspace and groups them into file
// sets, sorted by ID with default sets first. It is a function of the names
// and contents of the files for which Matters is true.
func Discover(fs deploy.FS) []deploy.FileSet { return NewReader().Discover(fs) }

// Load loads one file set. It is a pure function of the files it reports as
// read: load again when one of them changed, appeared or disappeared.
func Load(fs deploy.FS, set deploy.FileSet) deploy.Loaded { return NewReader().Load(fs, set) }

// A Reader remembers parsed files between loads, by content, so that an edit
// in one of many files parses only that one. It is safe for concurrent use;
// its results depend only on the files and its Builder. The zero Reader is not valid.
type Reader struct {
	mu        sync.Mutex
	documents map[string]*yamldoc.Document
	recent    []string // files of documents, the last used last
	size      int      // bytes of their texts
	texts     map[string]*deploy.Text
	builder   *container.Builder
}

// NewReader returns an empty Reader.
func NewReader() *Reader { return NewReaderOn(container.NewBuilder()) }

// NewReaderOn returns an empty Reader that builds images with builder, which must
// be told of changes.
func NewReaderOn(builder *container.Builder) *Reader {
	return &Reader{builder: builder, documents: map[string]*yamldoc.Document{}, texts: map[string]*deploy.Text{}}
}

// Read is like the function Read.
func (r *Reader) Read(fs deploy.FS) deploy.Result {
	rec := deploy.Record(fs)
	var out deploy.Result
	for _, set := range r.discover(rec) {
		l := r.load(rec, set)
		out.Environments = append(out.Environments, l.Environment)
		out.Problems = append(out.Problems, l.Problems...)
	}
	out.Problems = tidy(out.Problems)
	out.Read = rec.Seen()
	return out
}

// Discover is like the function Discover.
func (r *Reader) Discover(fs deploy.FS) []deploy.FileSet { return r.discover(deploy.Record(fs)) }

// Load is like the function Load.
func (r *Reader) Load(fs deploy.FS, set deploy.FileSet) deploy.Loaded {
	return r.load(deploy.Record(fs), set)
}

// document returns a parsed file.
func (r *Reader) document(file string, data []byte) *yamldoc.Document {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.documents[file]
	if i := slices.Index(r.recent, file); i >= 0 {
		r.recent = slices.Delete(r.recent, i, i+1)
	}
	r.recent = append(r.recent, file)
	if old != nil {
		if bytes.Equal(old.Text.Data, data) {
			return old
		}
		r.size -= len(old.Text.Data)
	}
	d := yamldoc.Parse(file, bytes.Clone(data))
	r.documents[file] = d
	for r.size += len(data); r.size > maxDocuments && len(r.recent) > 1; r.recent = r.recent[1:] {
		r.size -= len(r.documents[r.recent[0]].Text.Data)
		delete(r.documents, r.recent[0])
	}
	return d
}

// maxDocuments bounds the texts, in bytes, of files that are kept parsed: the
// nodes of a file take more than ten times its text.
const maxDocuments = 256 << 10

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
