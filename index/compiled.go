package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/source"
)

// JavaScript that was compiled from TypeScript which is here too says nothing
// of its own: it is no code of the workspace, as long as its source is there.

// compilerFolders are where compilers put what they make of src, beside those
// that source doesn't enter at all.
var compilerFolders = map[string]bool{"lib": true, "out": true, "esm": true, "cjs": true, "dist": true, "build": true}

var (
	sourceEndings   = []string{".ts", ".tsx", ".mts", ".cts"}
	compiledEndings = []string{".js", ".jsx", ".mjs", ".cjs"}
)

// isCompiled reports whether a file was made from one that is in the set.
func isCompiled(set *source.Set, e source.Entry) bool {
	return e.Lang == source.JavaScript && sourceOf(set, e.Path) != ""
}

// sourceOf returns the file that a JavaScript file was made from, or "".
func sourceOf(set *source.Set, p string) string {
	ext := path.Ext(p)
	if !slices.Contains(compiledEndings, ext) {
		return ""
	}
	find := func(stem string) string {
		for _, ext := range sourceEndings {
			if set.Has(stem + ext) {
				return stem + ext
			}
		}
		return ""
	}
	stem := strings.TrimSuffix(p, ext)
	if found := find(stem); found != "" {
		return found
	}
	for i := 0; i < len(stem); {
		n := strings.IndexByte(stem[i:], '/')
		if n < 0 {
			break
		}
		if compilerFolders[stem[i:i+n]] {
			rest := strings.TrimPrefix(stem[i+n+1:], "src/")
			for _, from := range [...]string{stem[:i] + "src/" + rest, stem[:i] + rest} {
				if found := find(from); found != "" {
					return found
				}
			}
		}
		i += n + 1
	}
	return ""
}

// compiledFrom lists the files that may have been made from a file.
func compiledFrom(p string) []string {
	stem, ok := "", false
	for _, ext := range sourceEndings {
		if s, cut := strings.CutSuffix(p, ext); cut && !strings.HasSuffix(s, ".d") {
			stem, ok = s, true
		}
	}
	if !ok {
		return nil
	}
	var out []string
	add := func(stem string) {
		for _, ext := range compiledEndings {
			out = append(out, stem+ext)
		}
	}
	add(stem)
	for dir := path.Dir(stem); ; dir = path.Dir(dir) {
		rest := stem
		if dir != "." {
			rest = strings.TrimPrefix(stem, dir+"/")
		}
		rest = strings.TrimPrefix(rest, "src/")
		for folder := range compilerFolders {
			add(path.Join(dir, folder, rest))
			add(path.Join(dir, folder, "src", rest))
		}
		if dir == "." {
			return out
		}
	}
}
