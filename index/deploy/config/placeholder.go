package config

import "strings"

// piece is a part of a value: text, or a placeholder (a hole).
type piece struct {
	hole bool
	// text is the text, or the name in the placeholder.
	text       string
	name       []piece // the name, when it has placeholders inside
	nameAt     [2]int  // where the name stands in the value
	def        []piece
	defAt      [2]int
	hasDefault bool
	optional   bool // nothing is put there when it is not set
}

// syntax divides a value into pieces. bad says why it can't be done.
type syntax func(value string) (pieces []piece, bad string)

// braces reads `${name:default}` with placeholders inside of both, as Spring's
// PropertyPlaceholderHelper, SmallRye's expressions and Micronaut's resolver
// have them. spel: a value that is an expression `#{...}` is not known.
func braces(value string) ([]piece, string) { return bracesIn(value, 0, 0) }

// spring is braces for Spring's files: expressions (`#{...}`) and what a build
// fills in (`@name@`) are not known, and neither are random values.
func springSyntax(value string) ([]piece, string) {
	if i := strings.IndexByte(value, '@'); i >= 0 {
		if j := strings.IndexByte(value[i+1:], '@'); j > 0 && !strings.ContainsAny(value[i+1:i+1+j], " ./:") {
			return nil, "filled in by the build"
		}
		if strings.HasPrefix(value, "@") && strings.HasSuffix(value, "@") && len(value) > 2 {
			return nil, "filled in by the build"
		}
	}
	if strings.Contains(value, "${random.") {
		return nil, "a random value"
	}
	pieces, bad := braces(value)
	for _, p := range pieces {
		if !p.hole && strings.Contains(p.text, "#{") { // in a default it counts where the default does
			return nil, springExpression
		}
	}
	return pieces, bad
}

const springExpression = "an expression that Spring evaluates at run time"

// smallrye is braces with `$$` for a dollar sign (SmallRye Config, "Expressions").
func smallryeSyntax(value string) ([]piece, string) {
	if strings.Contains(value, "$$") || strings.Contains(value, `\${`) {
		return []piece{{text: strings.ReplaceAll(strings.ReplaceAll(value, "$$", "$"), `\${`, "${")}}, ""
	}
	if i := strings.Index(value, "${"); i >= 0 {
		if j := strings.Index(value[i:], "::"); j > 0 && strings.IndexByte(value[i:i+j], '}') < 0 {
			return nil, "a value that a secret handler decodes"
		}
	}
	return braces(value)
}

func bracesIn(value string, off, depth int) ([]piece, string) {
	if depth > maxDepth {
		return nil, "too many placeholders one inside another"
	}
	var out []piece
	rest := value
	for rest != "" {
		i := strings.Index(rest, "${")
		if i < 0 {
			break
		}
		if i > 0 && rest[i-1] == '\\' {
			out = append(out, piece{text: rest[:i-1] + "${"})
			off += i + 2
			rest = rest[i+2:]
			continue
		}
		if i > 0 {
			out = append(out, piece{text: rest[:i]})
		}
		end := closing(rest[i+2:])
		if end < 0 {
			return nil, "a placeholder that does not end"
		}
		p, bad := hole(rest[i+2:i+2+end], off+i+2, depth)
		if bad != "" {
			return nil, bad
		}
		out = append(out, p)
		off += i + 3 + end
		rest = rest[i+3+end:]
	}
	if rest != "" {
		out = append(out, piece{text: rest})
	}
	return out, ""
}

// closing finds the brace that ends a placeholder.
func closing(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// hole reads the inside of a placeholder.
func hole(s string, off, depth int) (piece, string) {
	p := piece{hole: true}
	colon := -1
	level := 0
scan:
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			level++
		case '}':
			level--
		case ':':
			if level == 0 {
				colon = i
				break scan
			}
		}
	}
	name := s
	if colon >= 0 {
		name = s[:colon]
		p.hasDefault = true
		def := s[colon+1:]
		p.defAt = [2]int{off + colon + 1, off + len(s)}
		if n := len(def); n >= 2 && def[0] == '`' && def[n-1] == '`' { // Micronaut's way to write a colon
			p.def, p.defAt = []piece{{text: def[1 : n-1]}}, [2]int{off + colon + 2, off + len(s) - 1}
		} else {
			var bad string
			if p.def, bad = bracesIn(def, off+colon+1, depth+1); bad != "" {
				return p, bad
			}
		}
	}
	if strings.Contains(name, "${") {
		var bad string
		if p.name, bad = bracesIn(name, off, depth+1); bad != "" {
			return p, bad
		}
	}
	lead := len(name) - len(strings.TrimLeft(name, " "))
	p.text = strings.TrimSpace(name)
	p.nameAt = [2]int{off + lead, off + lead + len(p.text)}
	return p, ""
}

// hoconSyntax reads HOCON's substitutions `${path}` and `${?path}`.
func hoconSyntax(value string) ([]piece, string) {
	var out []piece
	off := 0
	for {
		i := strings.Index(value[off:], "${")
		if i < 0 {
			break
		}
		if i > 0 {
			out = append(out, piece{text: value[off : off+i]})
		}
		start := off + i + 2
		end := strings.IndexByte(value[start:], '}')
		if end < 0 {
			return nil, "a substitution that does not end"
		}
		name := value[start : start+end]
		p := piece{hole: true, optional: strings.HasPrefix(name, "?")}
		if p.optional {
			name, start = name[1:], start+1
			end--
		}
		p.text, p.nameAt = strings.TrimSpace(name), [2]int{start, start + len(name)}
		out = append(out, p)
		off = start + end + 1
	}
	if off < len(value) {
		out = append(out, piece{text: value[off:]})
	}
	return out, ""
}

// ktorYAMLSyntax reads the values of Ktor's application.yaml: `$NAME`, and
// `$NAME:default`, for the whole value; `$?NAME` for one that may be absent
// (Ktor documentation, "Configuration in a file").
func ktorYAMLSyntax(value string) ([]piece, string) {
	if !strings.HasPrefix(value, "$") || strings.HasPrefix(value, "${") {
		return []piece{{text: value}}, ""
	}
	name, start := value[1:], 1
	p := piece{hole: true}
	if strings.HasPrefix(name, "?") {
		name, start, p.optional = name[1:], 2, true
	}
	if i := strings.IndexByte(name, ':'); i >= 0 {
		p.hasDefault = true
		p.defAt = [2]int{start + i + 1, len(value)}
		p.def = []piece{{text: name[i+1:]}}
		name = name[:i]
	}
	p.text, p.nameAt = name, [2]int{start, start + len(name)}
	return []piece{p}, ""
}
