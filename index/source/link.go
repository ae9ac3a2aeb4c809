package source

import (
	"os"
	"path/filepath"
	"strings"
)

// link is a symbolic link that the walk came to.
type link struct {
	path string
	// target is where it leads in the end, relative to the root and without
	// links, "" when that is nowhere or outside.
	target string
}

// alias returns the path by which the link shows the file at path, if it does.
func (l link) alias(path string) (alias string, ok bool) {
	if l.target == "" || !contains(l.target, path) {
		return "", false
	}
	if path == l.target {
		return l.path, true
	}
	return l.path + "/" + path[len(asDir(l.target)):], true
}

// readLink takes in the link at path. If it leads to a folder to be followed,
// the folder is returned as a node.
func (w *walker) readLink(n *node, path, name string) *node {
	kind, lang := w.keeps(n.rules, path, name)
	if strings.HasPrefix(name, ".#") { // an editor's lock
		return nil
	}
	target, ok := w.resolve(path)
	n.links = append(n.links, link{path, target})
	if !ok {
		return nil
	}
	info, err := os.Stat(w.abs(target))
	if err != nil {
		return nil
	}
	switch {
	case info.IsDir():
		if n.linked || contains(target, path) || inSkippedFolder(target) || w.skips(n.rules, path, name) {
			return nil
		}
		return &node{folder: folder{dir: path + "/", rules: n.rules}, linked: true}
	case info.Mode().IsRegular() && kind != KindNone:
		n.files = append(n.files, newEntry(path, kind, lang, info))
	}
	return nil
}

// resolve returns where path leads, relative to the root, if that is inside.
func (w *walker) resolve(path string) (target string, ok bool) {
	real, err := filepath.EvalSymlinks(w.abs(path))
	if err != nil {
		return "", false
	}
	if real == w.real {
		return ".", true
	}
	rel, ok := strings.CutPrefix(real, strings.TrimSuffix(w.real, string(filepath.Separator))+string(filepath.Separator))
	return filepath.ToSlash(rel), ok
}

// contains reports whether path is dir or lies below it.
func contains(dir, path string) bool {
	if dir == "." {
		return true
	}
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || rest[0] == '/')
}

func inSkippedFolder(path string) bool {
	for name := range strings.SplitSeq(path, "/") {
		if skipsFolder(name) {
			return true
		}
	}
	return false
}
