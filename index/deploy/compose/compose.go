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
	"path"
	"slices"
	"sync"

	"topicls/index/deploy"
	"topicls/index/deploy/dockerfile"
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
// its results depend only on the files (see Forget). The zero Reader is not valid.
type Reader struct {
	mu        sync.Mutex
	documents map[string]*yamldoc.Document
	recent    []string // files of documents, the last used last
	size      int      // bytes of their texts
	texts     map[string]*deploy.Text
	images    map[imageKey]*builtImage // of Dockerfiles without arguments, until a file that they were built from changes
	imagesOf  map[string][]*builtImage // by a file or folder that they were built from
}

// imageKey is a build context, a Dockerfile and a target in it.
type imageKey [3]string

// builtImage is an image with what it was built from.
type builtImage struct {
	key   imageKey
	image *dockerfile.Image
	read  []string
}

// Forget says that files changed, and which of them came or went, so that
// images that were built from them are built again. A Reader that is used on
// files that change must be told of it.
func (r *Reader) Forget(changed, moved []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range changed {
		r.forget(p)
	}
	for _, p := range moved {
		for d := path.Dir(p); ; d = path.Dir(d) {
			r.forget(d)
			if d == "." || d == "/" {
				break
			}
		}
	}
}

func (r *Reader) forget(p string) {
	for _, b := range slices.Clone(r.imagesOf[p]) {
		for _, q := range b.read {
			list := slices.DeleteFunc(r.imagesOf[q], func(o *builtImage) bool { return o == b })
			if r.imagesOf[q] = list; len(list) == 0 {
				delete(r.imagesOf, q)
			}
		}
		delete(r.images, b.key)
	}
}

// keep remembers what an image was built from.
func (r *Reader) keep(b *builtImage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.images[b.key] = b
	for _, p := range b.read {
		r.imagesOf[p] = append(r.imagesOf[p], b)
	}
}

// NewReader returns an empty Reader.
func NewReader() *Reader {
	return &Reader{documents: map[string]*yamldoc.Document{}, texts: map[string]*deploy.Text{}, images: map[imageKey]*builtImage{}, imagesOf: map[string][]*builtImage{}}
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
