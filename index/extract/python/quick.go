package python

import (
	"bytes"
	"regexp"
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

// QuickImports finds a file's imports by its lines alone: about as fast as
// reading it. It may report what stands in a string or a comment block; it
// must not be used where a missing or extra import matters to more than the
// question which files belong together.
func QuickImports(src []byte) []QuickImport {
	var out []QuickImport
	if bytes.Contains(src, []byte("uvicorn")) || bytes.Contains(src, []byte("hypercorn")) || bytes.Contains(src, []byte("granian")) {
		for _, m := range appString.FindAllSubmatch(src, -1) {
			out = append(out, QuickImport{Module: string(m[1])})
		}
	}
	for len(src) > 0 {
		i := bytes.Index(src, []byte("import"))
		if i < 0 {
			break
		}
		start := bytes.LastIndexByte(src[:i], '\n') + 1
		line := string(bytes.TrimLeft(src[start:i], " \t"))
		rest := src[i+len("import"):]
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			end = len(rest)
		}
		switch {
		case len(rest) == 0 || rest[0] != ' ' && rest[0] != '\t' && rest[0] != '(' && rest[0] != '*':
		case line == "":
			for _, m := range strings.Split(stripComment(string(rest[:end])), ",") {
				name, _, _ := strings.Cut(strings.TrimSpace(m), " ")
				if name = strings.TrimRight(name, "\r;"); name != "" {
					out = append(out, QuickImport{Module: name})
				}
			}
		case strings.HasPrefix(line, "from ") || strings.HasPrefix(line, "from\t") || strings.HasPrefix(line, "from."):
			mod := strings.TrimSpace(line[len("from"):])
			im := QuickImport{Module: strings.TrimLeft(mod, ". ")}
			im.Level = strings.Count(mod[:len(mod)-len(im.Module)], ".")
			list := string(rest[:end])
			if j := bytes.IndexByte(rest[:end], '('); j >= 0 {
				if k := bytes.IndexByte(rest, ')'); k > j {
					list = string(rest[j+1 : k])
					end = k
				}
			} else {
				for strings.HasSuffix(strings.TrimRight(list, "\r"), `\`) && end < len(rest) {
					k := bytes.IndexByte(rest[end+1:], '\n')
					if k < 0 {
						k = len(rest) - end - 1
					}
					list = strings.TrimRight(list, "\r\\") + string(rest[end+1:end+1+k])
					end += 1 + k
				}
			}
			for _, l := range strings.Split(list, "\n") {
				for _, m := range strings.Split(stripComment(l), ",") {
					name, _, _ := strings.Cut(strings.TrimSpace(m), " ")
					if name = strings.TrimRight(name, "\r;)"); name != "" {
						im.Members = append(im.Members, name)
					}
				}
			}
			if !strings.ContainsAny(im.Module, "\"'= ") {
				out = append(out, im)
			}
		}
		if end > len(rest) {
			end = len(rest)
		}
		src = rest[end:]
	}
	return out
}

func stripComment(s string) string {
	s, _, _ = strings.Cut(s, "#")
	return s
}
