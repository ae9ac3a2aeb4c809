package source

import (
	"regexp"
	"strings"
	"testing"
)

func TestGitignore(t *testing.T) {
	for _, c := range []struct {
		name, text    string
		ignored, kept string // space-separated; folders end in a slash
	}{
		{"name anywhere", "a.py", "a.py x/a.py x/y/a.py a.py/", "aa.py a.pyc x/ba.py"},
		{"comment and empty lines", "# a.py\n\n   \n", "", "a.py #"},
		{"escaped comment and negation", "\\#a\n\\!b", "#a !b", "a b"},
		{"folder only", "log/", "log/ x/log/", "log x/log"},
		{"anchored by a leading slash", "/a.py", "a.py", "x/a.py"},
		{"anchored by a slash within", "x/a.py", "x/a.py", "y/x/a.py a.py"},
		{"anchored folder", "/x/log/", "x/log/", "x/log y/x/log/"},
		{"star stops at a slash", "x/*.py", "x/a.py x/.py", "x/y/a.py a.py"},
		{"star in a name", "*.log", "a.log .log x/y/b.log", "a.log2 log"},
		{"stars", "a*b*c", "abc axbxc x/abbc", "ab acb"},
		{"question mark", "a?c", "abc x/a-c", "ac abbc"},
		{"question mark is a byte", "?", "a", "\xc3\xa4"},
		{"question mark stops at a slash", "x/a?c", "x/abc", "x/a/c"},
		{"class", "[ab]x[!0-9]", "axy bx_", "ax1 cxy"},
		{"class with caret", "[^a]b", "cb", "ab"},
		{"class with bracket and dash", "x[]-]y", "x]y x-y", "xay"},
		{"class with escape", `[\]a]b`, "]b ab", `\b`},
		{"class of names", "[[:digit:][:upper:]]z", "1z Az", "az"},
		{"unknown class", "[[:foo:]]z", "", "fz :z"},
		{"bracket colon that is no class", "[[:]z", "[z :z", "z"},
		{"class doesn't match a slash", "a[!b]c", "axc", "a/c"},
		{"unclosed class", "[a", "", "a [a"},
		{"backslash at the end", `a\`, "", `a a\`},
		{"escaped star", `a\*`, "a*", "ab"},
		{"double star first", "**/a", "a x/a x/y/a", "ba x/ba"},
		{"double star last", "x/**", "x/a x/y/ x/y/a", "x/ x y/x/a"},
		{"double star within", "x/**/a", "x/a x/y/a x/y/z/a", "a y/x/a xa"},
		{"several double stars", "**/x/**/a/**", "x/a/b q/x/y/a/b/c", "x/a a/x/b"},
		{"double star as a name", "**", "a x/a x/", ""},
		{"double star that is no part", "x/a**b", "x/ab x/acdb", "x/a/b x/a/c/b"},
		{"double star folder", "x/**/", "x/y/ x/y/z/", "x/a x/"},
		{"three stars", "x/***/a", "x/a x/y/a", "a"},
		{"negation", "*.py\n!keep.py", "a.py", "keep.py x/keep.py"},
		{"last match counts", "!a\na\n", "a", ""},
		{"negated again", "*.x\n!a.x\na.*", "a.x b.x", "c"},
		{"folder, not its files", "*\n!*/\n!*.py", "a.js x/b", "x/ x/a.py"},
		{"trailing spaces", "a.py   \nb\\ \nc\\  ", "a.py", "a.py\u00a0"},
		{"CRLF", "a.py\r\n/x/\r\n", "a.py x/", "b"},
		{"byte order mark", "\xef\xbb\xbfa.py", "a.py", ""},
		{"slash alone", "/\n//", "", "a x/"},
		{"case counts", "A.py", "A.py", "a.py"},
		{"not UTF-8", "\xff*", "\xffa", "a"},
		{"hidden", "*", ".a a .x/", ""},
		{"backtracking", "x/*a*a*b", "x/aab x/caacab", "x/aa"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := parseGitignore(nil, "", c.text)
			check := func(path string, want bool) {
				clean := strings.TrimSuffix(path, "/")
				if got := r.ignored(clean, lastName(clean), clean != path); got != want {
					t.Errorf("%q ignores %q: %v", c.text, path, got)
				}
			}
			for _, path := range strings.Fields(c.ignored) {
				check(path, true)
			}
			for path := range strings.SplitSeq(c.kept, " ") {
				if path != "" {
					check(path, false)
				}
			}
		})
	}
	t.Run("protected space", func(t *testing.T) {
		r := parseGitignore(nil, "", "b\\ \nc\\  ")
		if !r.ignored("b ", "b ", false) || !r.ignored("c ", "c ", false) || r.ignored("b", "b", false) {
			t.Error("a space behind a backslash is a part of the name")
		}
	})
}

func TestGitignoreNested(t *testing.T) {
	top := parseGitignore(nil, "", "*.py\n/x/only.js\n")
	inner := parseGitignore(top, "x/", "!keep.py\n/here.js\n")
	for path, want := range map[string]bool{
		"x/a.py": true, "x/keep.py": false, "x/y/keep.py": false, "x/here.js": true, "x/y/here.js": false, "x/only.js": true,
	} {
		if got := inner.ignored(path, lastName(path), false); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if !top.ignored("keep.py", "keep.py", false) {
		t.Error("the inner file has no say outside its folder")
	}
}

// TestGitignoreIsNotExponential has a pattern that takes a naive matcher years.
func TestGitignoreIsNotExponential(t *testing.T) {
	r := parseGitignore(nil, "", strings.Repeat("*a", 200)+"b\n"+strings.Repeat("**/a/", 200)+"b")
	path := strings.Repeat("a/", 1000) + strings.Repeat("a", 200)
	if r.ignored(path, lastName(path), false) {
		t.Error("matches")
	}
}

// reference matches a pattern by translation to a regular expression, which
// is how Python's and Go's other matchers do it.
func reference(line, path string, folder bool) (match, ok bool) {
	if line == "" || strings.ContainsAny(line, "\n\r\x00#!\\[ ") || line[0] == '/' && strings.Trim(line, "/") == "" || strings.Contains(line, "//") {
		return false, false
	}
	if rest, isFolder := strings.CutSuffix(line, "/"); isFolder {
		if !folder {
			return false, true
		}
		line = rest
	}
	var re strings.Builder
	re.WriteString(`(?s)\A`)
	if !strings.Contains(line, "/") {
		re.WriteString(`(?:.*/)?`)
	}
	parts := strings.Split(strings.TrimPrefix(line, "/"), "/")
	for i, part := range parts {
		last := i == len(parts)-1
		if len(part) > 1 && strings.Trim(part, "*") == "" && strings.Contains(line, "/") {
			if last {
				re.WriteString(`.+`)
			} else {
				re.WriteString(`(?:[^/]+/)*`)
			}
			continue
		}
		for _, c := range []byte(part) {
			switch c {
			case '*':
				re.WriteString(`[^/]*`)
			case '?':
				re.WriteString(`[^/]`)
			default:
				re.WriteString(regexp.QuoteMeta(string(rune(c))))
			}
		}
		if !last {
			re.WriteString(`/`)
		}
	}
	re.WriteString(`\z`)
	return regexp.MustCompile(re.String()).MatchString(path), true
}

func FuzzGitignore(f *testing.F) {
	for _, line := range []string{"a", "/a/b", "**/a", "a/**", "a/**/b", "*a*b", "a?b/", "[a-c]x", "!x", "***/a/**/**/b", "a**/b", "**/", "[[:alpha:]]", "\\", "[", "x/[!a]/*"} {
		f.Add(line, "a/x/b", false)
		f.Add(line, "ab/cab/b", true)
	}
	f.Fuzz(func(t *testing.T, line, path string, folder bool) {
		for _, text := range []string{line, path} {
			for i := range len(text) {
				if text[i] >= 0x80 {
					return // the reference counts characters
				}
			}
		}
		if clean, ok := cleanPath(path); !ok || clean != path || path == "." {
			return
		}
		r := parseGitignore(nil, "", line)
		got := r.ignored(path, lastName(path), folder)
		if want, ok := reference(line, path, folder); ok && got != want {
			t.Errorf("pattern %q, path %q, folder %v: %v, by the reference %v", line, path, folder, got, want)
		}
	})
}
