package source

import "strings"

// rules are the patterns of one .gitignore file and, through parent, of those
// in the folders above it. A nil *rules ignores nothing.
type rules struct {
	parent   *rules
	dir      string // where the file stands: "" or "a/b/"
	patterns []pattern
}

type pattern struct {
	glob
	negate     bool // "!": keep after all
	onlyFolder bool // "/" at the end
}

// maxGitignore is how many bytes of a .gitignore file are read.
const maxGitignore = 1 << 20

// parseGitignore reads the text of the .gitignore in dir ("" or "a/b/").
func parseGitignore(parent *rules, dir, text string) *rules {
	r := &rules{parent: parent, dir: dir}
	text = strings.TrimPrefix(text, "\xef\xbb\xbf")
	for line := range strings.SplitSeq(text, "\n") {
		if p, ok := parsePattern(strings.TrimSuffix(line, "\r")); ok {
			r.patterns = append(r.patterns, p)
		}
	}
	if len(r.patterns) == 0 {
		return parent
	}
	return r
}

func parsePattern(line string) (p pattern, ok bool) {
	if strings.HasPrefix(line, "#") {
		return p, false
	}
	line = trimSpaces(line)
	if rest, ok := strings.CutPrefix(line, "!"); ok {
		p.negate = true
		line = rest
	}
	if rest, ok := strings.CutSuffix(line, "/"); ok {
		p.onlyFolder = true
		line = rest
	}
	if line == "" {
		return p, false
	}
	p.glob = compileGlob(line)
	return p, p.form != globNever
}

// trimSpaces removes spaces at the end that no backslash protects.
func trimSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = i + 1
	}
	return line[:min(end, len(line))]
}

// ignored reports whether path, in or below the folders that r is about, is
// excluded. The nearest file decides, in it the last pattern that matches. A
// caller doesn't ask about what is in an ignored folder: git doesn't either.
func (r *rules) ignored(path, name string, folder bool) bool {
	for ; r != nil; r = r.parent {
		rel := path[len(r.dir):]
		for i := len(r.patterns) - 1; i >= 0; i-- {
			if p := &r.patterns[i]; (folder || !p.onlyFolder) && p.match(rel, name) {
				return !p.negate
			}
		}
	}
	return false
}
