package source

import (
	"path"
	"path/filepath"
	"strings"
)

// cleanPath returns the clean form of a path relative to the root, and false
// for one that is empty, absolute or leads out of it.
func cleanPath(p string) (string, bool) {
	if p == "" || p[0] == '/' || strings.IndexByte(p, 0) >= 0 {
		return "", false
	}
	p = path.Clean(p)
	if p != "." && !filepath.IsLocal(filepath.FromSlash(p)) {
		return "", false
	}
	return p, true
}

// dirOf returns the folder of a path in the form of folder.dir.
func dirOf(p string) string { return p[:strings.LastIndexByte(p, '/')+1] }

// asDir turns a clean path into the form of folder.dir.
func asDir(p string) string {
	if p == "." {
		return ""
	}
	return p + "/"
}

// cleanDir is the reverse of asDir.
func cleanDir(dir string) string {
	if dir == "" {
		return "."
	}
	return dir[:len(dir)-1]
}

// lastName returns the last part of a path; a slash at the end doesn't count.
func lastName(p string) string {
	p = strings.TrimSuffix(p, "/")
	return p[strings.LastIndexByte(p, '/')+1:]
}

// below returns the range of keys of what lies below dir ("" or "a/b/"), the
// folder's own key with the slash included.
func below(dir string) (lo, hi string) {
	if dir == "" {
		return "", ""
	}
	return dir, dir[:len(dir)-1] + "0" // '0' follows '/'
}
