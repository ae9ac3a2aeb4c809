package source

import "strings"

// A glob is a compiled gitignore pattern, without its "!" and trailing "/".
// The form follows git's wildmatch with WM_PATHNAME: bytes, not characters;
// `*` and `?` stop at slashes, a part that is only stars (two or more) stands
// for any number of folders.
type glob struct {
	form  globForm
	text  string   // for globLiteral: the name; for globSuffix: what follows the star
	parts []string // for globParts: between slashes; "**" stands for any folders
}

type globForm uint8

const (
	globNever   globForm = iota // a broken pattern matches nothing
	globLiteral                 // the name is text
	globSuffix                  // the name ends in text
	globName                    // the name matches parts[0]
	globParts                   // the path matches parts
)

func compileGlob(pattern string) glob {
	if !wellFormed(pattern) {
		return glob{}
	}
	if !strings.Contains(pattern, "/") {
		star := strings.TrimLeft(pattern, "*")
		switch {
		case !strings.ContainsAny(pattern, `*?[\`):
			return glob{form: globLiteral, text: pattern}
		case star != pattern && !strings.ContainsAny(star, `*?[\`):
			return glob{form: globSuffix, text: star}
		}
		return glob{form: globName, parts: []string{pattern}}
	}
	var parts []string
	split := strings.Split(strings.TrimPrefix(pattern, "/"), "/")
	for i, part := range split {
		if len(part) < 2 || strings.Trim(part, "*") != "" {
			parts = append(parts, part)
			continue
		}
		if len(parts) == 0 || parts[len(parts)-1] != "**" {
			parts = append(parts, "**")
		}
		if i == len(split)-1 {
			parts = append(parts, "*") // dir/** is what is in dir, not dir
		}
	}
	return glob{form: globParts, parts: parts}
}

// match reports whether the glob matches a path whose last part is name.
func (g *glob) match(path, name string) bool {
	switch g.form {
	case globLiteral:
		return name == g.text
	case globSuffix:
		return strings.HasSuffix(name, g.text)
	case globName:
		return matchPart(g.parts[0], name)
	case globParts:
		return matchParts(g.parts, path)
	}
	return false
}

// matchParts matches path, part by part. On a mismatch it returns to the last
// "**" only and lets it take one folder more. That is enough, as earlier ones
// could not do better, and keeps the cost at len(parts) * len(path).
func matchParts(parts []string, path string) bool {
	retryParts, retryPath := []string(nil), ""
	done := false // path is used up: an empty rest is not an empty part
	for {
		switch {
		case len(parts) > 0 && parts[0] == "**":
			parts = parts[1:]
			retryParts, retryPath = parts, path
			if done {
				return false // what follows needs a part: a trailing ** has one added
			}
			continue
		case len(parts) == 0 && done:
			return true
		case len(parts) > 0 && !done:
			part, rest, more := strings.Cut(path, "/")
			if matchPart(parts[0], part) {
				parts, path, done = parts[1:], rest, !more
				continue
			}
		}
		if retryParts == nil {
			return false
		}
		_, rest, more := strings.Cut(retryPath, "/")
		if !more {
			return false
		}
		retryPath = rest
		parts, path, done = retryParts, rest, false
	}
}

// matchPart matches one part of a path, in the manner of matchParts with "*".
func matchPart(pattern, s string) bool {
	retryP, retryS := -1, 0
	p, i := 0, 0
	for i < len(s) || p < len(pattern) {
		if p < len(pattern) {
			switch c := pattern[p]; {
			case c == '*':
				p++
				retryP, retryS = p, i
				continue
			case i >= len(s):
			case c == '?':
				p, i = p+1, i+1
				continue
			case c == '[':
				if ok, n := matchClass(pattern[p:], s[i]); ok {
					p, i = p+n, i+1
					continue
				}
			case c == '\\':
				if pattern[p+1] == s[i] {
					p, i = p+2, i+1
					continue
				}
			case c == s[i]:
				p, i = p+1, i+1
				continue
			}
		}
		if retryP < 0 || retryS >= len(s) {
			return false
		}
		retryS++
		p, i = retryP, retryS
	}
	return true
}

// matchClass matches c against the bracket expression at the start of pattern
// and returns its length, 0 when it is not closed.
func matchClass(pattern string, c byte) (ok bool, length int) {
	p := 1
	negate := false
	if p < len(pattern) && (pattern[p] == '!' || pattern[p] == '^') {
		negate = true
		p++
	}
	var prev byte // the start of a range, 0 when a range can't begin here
	for first := true; ; first = false {
		if p >= len(pattern) {
			return false, 0
		}
		b := pattern[p]
		switch {
		case b == ']' && !first:
			return ok != negate, p + 1
		case b == '-' && prev != 0 && p+1 < len(pattern) && pattern[p+1] != ']':
			p++
			end := pattern[p]
			if end == '\\' {
				p++
				if p >= len(pattern) {
					return false, 0
				}
				end = pattern[p]
			}
			ok = ok || prev <= c && c <= end
			prev = 0
			p++
			continue
		case b == '[' && p+1 < len(pattern) && pattern[p+1] == ':':
			end := strings.IndexByte(pattern[p+2:], ']')
			if end < 0 {
				return false, 0
			}
			if end == 0 || pattern[p+2+end-1] != ':' {
				ok = ok || c == '[' // "[:" that is no class: a plain bracket
				prev = '['
				p++
				continue
			}
			in, known := inClass(pattern[p+2:p+2+end-1], c)
			if !known {
				return false, 0
			}
			ok = ok || in
			prev = 0
			p += 2 + end + 1
			continue
		case b == '\\':
			p++
			if p >= len(pattern) {
				return false, 0
			}
			b = pattern[p]
		}
		ok = ok || b == c
		prev = b
		p++
	}
}

func inClass(class string, c byte) (in, known bool) {
	lower, upper, digit := c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9'
	graph := c > ' ' && c < 0x7f
	switch class {
	case "alnum":
		return lower || upper || digit, true
	case "alpha":
		return lower || upper, true
	case "blank":
		return c == ' ' || c == '\t', true
	case "cntrl":
		return c < ' ' || c == 0x7f, true
	case "digit":
		return digit, true
	case "graph":
		return graph, true
	case "lower":
		return lower, true
	case "print":
		return graph || c == ' ', true
	case "punct":
		return graph && !lower && !upper && !digit, true
	case "space":
		return c == ' ' || c >= '\t' && c <= '\r', true
	case "upper":
		return upper, true
	case "xdigit":
		return digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F', true
	}
	return false, false
}

// wellFormed reports whether all brackets are closed, in each part, and no
// backslash ends the pattern.
func wellFormed(pattern string) bool {
	for _, part := range strings.Split(pattern, "/") {
		for i := 0; i < len(part); i++ {
			switch part[i] {
			case '\\':
				i++
				if i == len(part) {
					return false
				}
			case '[':
				_, n := matchClass(part[i:], 0)
				if n == 0 {
					return false
				}
				i += n - 1
			}
		}
	}
	return true
}
