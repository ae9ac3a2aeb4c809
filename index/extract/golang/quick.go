package golang

import (
	"bytes"
	"strconv"
)

// QuickImports returns the import paths of a file, found by its lines alone:
// about as fast as reading it. It looks no further than the first declaration
// that is no import.
func QuickImports(src []byte) []string {
	var out []string
	block := false
	for line := range bytes.Lines(src) {
		line = bytes.TrimSpace(line)
		switch {
		case block && bytes.HasPrefix(line, []byte(")")):
			block = false
		case block:
			out = appendPath(out, line)
		case bytes.HasPrefix(line, []byte("import")):
			rest := bytes.TrimSpace(line[len("import"):])
			if block = bytes.HasPrefix(rest, []byte("(")); block {
				rest = rest[1:]
				if end := bytes.IndexByte(rest, ')'); end >= 0 {
					rest, block = rest[:end], false
				}
			}
			out = appendPath(out, rest)
		case startsDeclaration(line):
			return out
		}
	}
	return out
}

// startsDeclaration reports whether a line begins what can't have imports
// behind it.
func startsDeclaration(line []byte) bool {
	for _, word := range []string{"func ", "type ", "var ", "const ", "func(", "var(", "const(", "type("} {
		if bytes.HasPrefix(line, []byte(word)) {
			return true
		}
	}
	return false
}

// appendPath appends the paths that stand in quotes in a line.
func appendPath(out []string, line []byte) []string {
	for {
		i := bytes.IndexAny(line, "\"`")
		if i < 0 || bytes.HasPrefix(line, []byte("//")) {
			return out
		}
		end := bytes.IndexByte(line[i+1:], line[i])
		if end < 0 {
			return out
		}
		if p, err := strconv.Unquote(string(line[i : i+end+2])); err == nil && p != "" {
			out = append(out, p)
		}
		line = line[i+end+2:]
	}
}

// QuickMain reports whether a file may have the main function of a program.
func QuickMain(src []byte) bool {
	return hasLine(src, "package main") && hasLine(src, "func main(")
}

// hasLine reports whether a line begins with a text.
func hasLine(src []byte, text string) bool {
	b := []byte(text)
	return bytes.HasPrefix(src, b) || bytes.Contains(src, append([]byte("\n"), b...))
}
