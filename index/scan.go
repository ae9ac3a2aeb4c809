package index

import (
	"bytes"
	"iter"
	"strconv"
	"strings"
	"unique"

	"topicls/index/client"
	"topicls/index/extract/ecmascript"
	"topicls/index/extract/python"
)

// scan is what a look at a file's lines tells of the code it brings in. It is
// kept for every file that a service reaches, so it is small: files with the
// same imports share them.
type scan struct {
	list    unique.Handle[string] // a line per import: level, module and members
	dynamic bool                  // finds modules at run time
	auto    bool                  // asks its framework to find modules
}

func scanImports(family client.Family, data []byte) scan {
	var b strings.Builder
	if family == client.ECMA {
		for _, m := range ecmascript.QuickImports(data) {
			b.WriteString("0 " + m + "\n")
		}
		return scan{list: unique.Make(b.String()), dynamic: ecmascript.FindsModules(data)}
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
	s := scan{list: unique.Make(b.String()), auto: bytes.Contains(data, []byte("autodiscover"))}
	for _, w := range dynamicImports {
		s.dynamic = s.dynamic || bytes.Contains(data, w)
	}
	return s
}

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

// dynamicImports are the marks of code that finds its modules at run time.
var dynamicImports = [][]byte{
	[]byte("importlib.import_module"), []byte("__import__("), []byte("pkgutil."),
	[]byte("INSTALLED_APPS"), []byte("django.setup"), []byte("DJANGO_SETTINGS_MODULE"), []byte("import_string("),
}
