package python

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// QuickImport is an import found without parsing.
type QuickImport struct {
	Level   int      // leading dots
	Module  string   // dotted, without the leading dots
	Members []string // of `from Module import a, b`; "*" for a star
}

// appString is how web servers are told which application to import.
var appString = regexp.MustCompile(`["']([A-Za-z_][\w.]*):[A-Za-z_]\w*["']`)

// appServers are the words without one of which no file starts such a server.
var appServers = [][]byte{[]byte("uvicorn"), []byte("hypercorn"), []byte("granian")}

// QuickImports finds a file's imports by its lines alone: about as fast as
// reading it. It may report what stands in a string or a comment block; it
// must not be used where a missing or extra import matters to more than the
// question which files belong together.
func QuickImports(src []byte) []QuickImport {
	var out []QuickImport
	if slices.ContainsFunc(appServers, func(name []byte) bool { return bytes.Contains(src, name) }) {
		for _, m := range appString.FindAllSubmatch(src, -1) {
			out = append(out, QuickImport{Module: string(m[1])})
		}
	}
	word := []byte("import")
	for {
		at := bytes.Index(src, word)
		if at < 0 {
			return out
		}
		start := bytes.LastIndexByte(src[:at], '\n') + 1
		end := at + len(word)
		switch line := bytes.TrimLeft(src[start:at], " \t"); {
		case !isWordEnd(src[end:]):
		case len(line) == 0:
			end += statement(src[end:])
			out = appendImports(out, string(src[at+len(word):end]))
		case bytes.HasPrefix(line, []byte("from")) && len(line) > len("from") && bytes.IndexByte([]byte(" \t."), line[len("from")]) >= 0:
			end += statement(src[end:])
			text := string(src[at-len(line)+len("from") : end]) // that all names are parts of
			out = appendFrom(out, text[:len(line)-len("from")], text[len(line)-len("from")+len(word):])
		}
		src = src[end:]
	}
}

// isWordEnd reports whether what follows "import" ends the word.
func isWordEnd(rest []byte) bool {
	return len(rest) > 0 && bytes.IndexByte([]byte(" \t(*\\"), rest[0]) >= 0
}

// statement returns the length of the list of names that src begins with: its
// lines up to the closing parenthesis, or to one without a backslash at its
// end.
func statement(src []byte) int {
	open := false
	for end := 0; ; {
		line := src[end:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		end += len(line)
		code, _, _ := bytes.Cut(line, []byte("#"))
		open = open || bytes.IndexByte(code, '(') >= 0
		switch {
		case end == len(src), open && bytes.IndexByte(code, ')') >= 0:
			return end
		case !open && !bytes.HasSuffix(bytes.TrimRight(code, "\r\n"), []byte(`\`)):
			return end
		}
	}
}

// appendImports appends what `import` names.
func appendImports(out []QuickImport, list string) []QuickImport {
	eachName(list, func(name string) { out = append(out, QuickImport{Module: name}) })
	return out
}

// appendFrom appends what `from module import list` names.
func appendFrom(out []QuickImport, module, list string) []QuickImport {
	module = strings.TrimSpace(module)
	im := QuickImport{Module: strings.TrimLeft(module, ". ")}
	im.Level = strings.Count(module[:len(module)-len(im.Module)], ".")
	if strings.ContainsAny(im.Module, "\"'= ") {
		return out
	}
	im.Members = make([]string, 0, 1+strings.Count(list, ","))
	for line := range strings.Lines(list) {
		eachName(line, func(name string) { im.Members = append(im.Members, name) })
	}
	return append(out, im)
}

// eachName calls f with each name of a line of names with commas, without
// what `as` makes of it.
func eachName(line string, f func(string)) {
	line, _, _ = strings.Cut(line, "#")
	for name := range strings.SplitSeq(line, ",") {
		name = strings.TrimLeft(name, " \t\r\n\\(")
		if i := strings.IndexAny(name, " \t\r\n;)\\"); i >= 0 {
			name = name[:i]
		}
		if name != "" {
			f(name)
		}
	}
}
