package program

import (
	"regexp"
	"strings"
)

var inlineImport = regexp.MustCompile(`(?:^|[\n;])\s*(?:from\s+([\w.]+)\s+import\s+([\w*, ()]+)|import\s+([\w., ]+))`)

// pythonText follows a program that is given as text (`python -c`): it runs
// what the modules that it imports have, as far as they are the workspace's.
func (f *finder) pythonText(text string) {
	roots := f.importRoots(f.dir)
	some := false
	load := func(name string) bool {
		file, ok := f.moduleFile(name, roots, false, ".py", "/__init__.py")
		if ok {
			f.found(Started{File: file, Roots: f.rootsFor(file, name, roots)})
			some = true
		}
		return ok
	}
	for _, m := range inlineImport.FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			load(m[1])
			for _, member := range strings.FieldsFunc(m[2], func(r rune) bool { return strings.ContainsRune(", ()", r) }) {
				load(m[1] + "." + member)
			}
			continue
		}
		for _, name := range strings.Split(m[3], ",") {
			if words := strings.Fields(name); len(words) > 0 {
				load(words[0])
			}
		}
	}
	if !some {
		f.found(Started{Roots: roots})
	}
}
