package lsp

import (
	"path/filepath"
	"strings"

	"topicls/index/source"
)

// document is an open file, as the client's edits left it. A document that is
// no file (untitled:, git:, ...) is not kept.
type document struct {
	path    string
	version int64
	text    []byte // never changed, only replaced
	pulled  bool   // its findings were asked for
}

// textChanged tells the document's folder of its text. The caller holds s.mu.
func (s *server) textChanged(d *document) {
	if f, rel := s.folderOf(d.path); f != nil {
		f.change(edit{rel: rel, version: d.version, open: true}, source.Opened(rel, d.text))
	}
}

// folderOf finds the folder that a path is in, and the path in it. The caller
// holds s.mu.
func (s *server) folderOf(path string) (f *folder, rel string) {
	for _, f := range s.folders {
		if rel, ok := within(f.root, path); ok {
			return f, rel
		}
	}
	return nil, ""
}

// within gives path relative to the folder root, with slashes, if it is inside.
func within(root, path string) (rel string, ok bool) {
	if path == root {
		return ".", true
	}
	dir := strings.TrimSuffix(root, string(filepath.Separator)) + string(filepath.Separator)
	rest, ok := strings.CutPrefix(path, dir)
	return filepath.ToSlash(rest), ok
}
