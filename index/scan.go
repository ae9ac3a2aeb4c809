package index

import (
	"bytes"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"unique"

	"topicls/index/client"
	"topicls/index/extract/ecmascript"
	"topicls/index/extract/golang"
	"topicls/index/extract/python"
)

// scan is what a look at a file's lines tells of the code it brings in. It is
// kept for every file that a service reaches, so it is small: files with the
// same imports share them.
type scan struct {
	list    unique.Handle[string] // a line per import: level, module and members
	dynamic bool                  // finds modules at run time
	auto    bool                  // asks its framework to find modules
	main    bool                  // may have the main function of a Go program
}

func scanImports(family client.Family, data []byte) scan {
	var b strings.Builder
	if family == client.ECMA {
		for _, m := range ecmascript.QuickImports(data) {
			b.WriteString("0 " + m + "\n")
		}
		return scan{list: unique.Make(b.String()), dynamic: ecmascript.FindsModules(data)}
	}
	if family == client.Go {
		for _, m := range golang.QuickImports(data) {
			b.WriteString("0 " + m + "\n")
		}
		return scan{list: unique.Make(b.String()), main: golang.QuickMain(data)}
	}
	for _, im := range python.QuickImports(data) {
		b.WriteString(strconv.Itoa(im.Level))
		b.WriteByte(' ')
		b.WriteString(im.Module)
		for _, m := range im.Members {
			b.WriteByte(' ')
			b.WriteString(m)
		}
		b.WriteByte('\n')
	}
	for _, m := range includedFiles(data) {
		b.WriteString("1 " + m + "\n")
	}
	named, literal := namedModules(data)
	for _, m := range named {
		b.WriteString("0 " + m + "\n")
	}
	s := scan{list: unique.Make(b.String()), auto: bytes.Contains(data, []byte("autodiscover"))}
	for i, w := range dynamicImports {
		n := bytes.Count(data, w)
		if i < len(literal) {
			n -= literal[i]
		}
		s.dynamic = s.dynamic || n > 0
	}
	return s
}

// namedModules lists the modules whose names a Python file has as texts where
// they are loaded: in calls that import, and in what a Celery application
// includes. literal counts such calls, by their place in dynamicImports.
func namedModules(data []byte) (out []string, literal [callsThatImport]int) {
	for i := range literal {
		if !bytes.Contains(data, dynamicImports[i]) {
			continue
		}
		for _, m := range importsText.FindAllSubmatch(data, -1) {
			if string(m[1]) != strings.TrimSuffix(string(dynamicImports[i]), "(") {
				continue
			}
			literal[i]++
			out = append(out, string(m[2]))
			if j := bytes.LastIndexByte(m[2], '.'); j > 0 && string(m[1]) == "import_string" {
				out = append(out, string(m[2][:j]))
			}
		}
	}
	if bytes.Contains(data, []byte("elery")) {
		for _, list := range includesText.FindAllSubmatch(data, -1) {
			for _, m := range quotedModule.FindAllSubmatch(list[1], -1) {
				out = append(out, string(m[1]))
			}
		}
	}
	return out, literal
}

// includedFiles lists the files that a Python module runs in its place, by the
// names of their modules as seen from there.
func includedFiles(data []byte) (out []string) {
	if !bytes.Contains(data, []byte("split_settings")) {
		return nil
	}
	for _, m := range quotedFile.FindAllSubmatch(data, -1) {
		out = append(out, strings.ReplaceAll(string(m[1]), "/", "."))
	}
	return out
}

var (
	quotedFile   = regexp.MustCompile(`["']([A-Za-z_][\w/]*)\.py["']`)
	importsText  = regexp.MustCompile(`(importlib\.import_module|__import__|import_string)\(\s*["']([A-Za-z_][\w.]*)["']\s*,?\s*\)`)
	includesText = regexp.MustCompile(`\b(?:include|imports)\s*=\s*[\[(]([^\])]*)[\])]`)
	quotedModule = regexp.MustCompile(`["']([A-Za-z_][\w.]*)["']`)
)

// all yields the imports.
func (s scan) all() iter.Seq[python.QuickImport] {
	return func(yield func(python.QuickImport) bool) {
		if s == (scan{}) {
			return
		}
		for line := range strings.Lines(s.list.Value()) {
			words := strings.Split(strings.TrimSuffix(line, "\n"), " ")
			level, _ := strconv.Atoi(words[0])
			if !yield(python.QuickImport{Level: level, Module: words[1], Members: words[2:]}) {
				return
			}
		}
	}
}

// callsThatImport is how many of dynamicImports are calls that can name their
// module.
const callsThatImport = 3

// dynamicImports are the marks of code that finds its modules at run time.
var dynamicImports = [][]byte{
	[]byte("importlib.import_module"), []byte("__import__("), []byte("import_string("),
	[]byte("pkgutil."), []byte("INSTALLED_APPS"), []byte("django.setup"), []byte("DJANGO_SETTINGS_MODULE"),
}
