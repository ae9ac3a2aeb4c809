package ecmascript

import "bytes"

// importWords are what stands in front of a module's name: `from 'm'`,
// `import 'm'`, `import('m')`, `require('m')`.
var importWords = [...][]byte{[]byte("from"), []byte("import"), []byte("require")}

// QuickImports finds the modules that a file imports by its text alone: about
// as fast as reading it. It may report what stands in a string or a comment;
// it must not be used where a missing or extra import matters to more than the
// question which files belong together.
func QuickImports(src []byte) []string {
	var out []string
	for _, word := range importWords {
		for at := 0; ; {
			i := bytes.Index(src[at:], word)
			if i < 0 {
				break
			}
			i += at
			at = i + len(word)
			if i > 0 && isWord(src[i-1]) {
				continue
			}
			if m := quotedAfter(src[at:]); m != "" {
				out = append(out, m)
			}
		}
	}
	return out
}

// maxModule is the longest name of a module that is looked at.
const maxModule = 256

// quotedAfter returns the string that src begins with, behind space and a
// parenthesis; "" if there is none.
func quotedAfter(src []byte) string {
	i, open := 0, false
	for i < len(src) && (src[i] == ' ' || src[i] == '\t' || src[i] == '\n' || src[i] == '\r' || src[i] == '(' && !open) {
		open = open || src[i] == '('
		i++
	}
	if i >= len(src) || src[i] != '\'' && src[i] != '"' {
		return ""
	}
	end := bytes.IndexByte(src[i+1:min(len(src), i+1+maxModule)], src[i])
	if end <= 0 || bytes.ContainsAny(src[i+1:i+1+end], " \n\\") {
		return ""
	}
	return string(src[i+1 : i+1+end])
}

// dynamicMarks are the marks of code that finds its modules at run time.
var dynamicMarks = [][]byte{
	[]byte("readdirSync("), []byte("import(`"), []byte("require(`"), []byte("require(path."), []byte("require(join("),
	[]byte("autoload"), []byte("require.context("), []byte("import.meta.glob"), []byte("require-all"),
}

// FindsModules reports whether a file looks for modules at run time, in its own
// folder and below.
func FindsModules(src []byte) bool {
	for _, m := range dynamicMarks {
		if bytes.Contains(src, m) {
			return true
		}
	}
	return false
}
