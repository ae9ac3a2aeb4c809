// Package hocon reads the part of HOCON that application.conf files of Ktor,
// Akka and Lightbend's config library are written in: objects, paths as keys,
// lists, quoted, unquoted and triple-quoted strings, substitutions and their
// concatenation, comments (HOCON.md of lightbend/config 1.4). Objects taken over
// by a substitution (`${base} { ... }`) and includes are not followed: keys that
// only they give are absent. It is a pure function of the bytes.
package hocon

import (
	"strconv"
	"strings"

	"topicls/index/deploy/keys"
)

// Read reads a file. Parts of keys are joined with dots. Substitutions stay in
// values as they are written: `${path}` and `${?path}`.
func Read(data []byte) keys.File {
	if f, ok := keys.TooLarge(data); ok {
		return f
	}
	r := &reader{data: string(data), elements: map[string]int{}}
	r.space(true)
	braces := r.peek() == '{'
	if braces {
		r.pos++
	}
	r.members("", 0)
	if braces && r.peek() == '}' {
		r.pos++
		r.space(true)
	}
	if r.pos < len(r.data) {
		r.fail("not expected here")
	}
	f := keys.File{Documents: []keys.Document{{Entries: r.entries}}, Problems: r.problems, Broken: r.broken}
	return f
}

type reader struct {
	data     string
	pos      int
	entries  []keys.Entry
	elements map[string]int // how many elements a list has
	problems []keys.Problem
	broken   bool
}

func (r *reader) peek() byte {
	if r.pos >= len(r.data) {
		return 0
	}
	return r.data[r.pos]
}

func (r *reader) has(text string) bool { return strings.HasPrefix(r.data[r.pos:], text) }

// fail records that the file can't be read on from here.
func (r *reader) fail(what string) {
	if r.broken {
		return
	}
	r.broken = true
	end := min(r.pos+1, len(r.data))
	r.problems = append(r.problems, keys.Problem{At: keys.Span{Start: uint32(min(r.pos, len(r.data))), End: uint32(end)}, Message: "not valid HOCON: " + what})
	r.pos = len(r.data)
}

// space skips blanks and comments, and line ends too when told so.
func (r *reader) space(lines bool) {
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			r.pos++
		case r.has("\ufeff"):
			r.pos += len("\ufeff")
		case c == '\n' && lines:
			r.pos++
		case c == '#' || r.has("//"):
			for r.pos < len(r.data) && r.data[r.pos] != '\n' {
				r.pos++
			}
		default:
			return
		}
	}
}

// separators skips what may stand between members.
func (r *reader) separators() {
	for {
		r.space(true)
		if r.peek() != ',' {
			return
		}
		r.pos++
	}
}

// members reads the members of an object up to its brace.
func (r *reader) members(prefix string, depth int) {
	if depth > 60 {
		r.fail("too many objects one inside another")
		return
	}
	for {
		r.separators()
		if r.pos >= len(r.data) || r.peek() == '}' || len(r.entries) > 20_000 {
			return
		}
		if r.has("include") && len(r.data) > r.pos+7 && strings.IndexByte(" \t(\"", r.data[r.pos+7]) >= 0 {
			if rest := strings.TrimLeft(r.data[r.pos+7:], " \t"); rest != "" && rest[0] != '=' && rest[0] != ':' && rest[0] != '{' {
				for r.pos < len(r.data) && r.data[r.pos] != '\n' {
					r.pos++
				}
				continue
			}
		}
		key, name := r.key()
		if r.broken {
			return
		}
		key = keys.Join(prefix, ".", key)
		r.space(false)
		switch {
		case r.peek() == '{':
			r.pos++
			r.object(key, depth)
		case r.has("+="):
			r.pos += 2
			r.space(true)
			r.value(key+"["+strconv.Itoa(r.elements[key])+"]", name, depth)
			r.elements[key]++
		case r.peek() == '=' || r.peek() == ':':
			r.pos++
			r.space(true)
			r.value(key, name, depth)
		default:
			r.fail("a key without a value")
		}
		if r.broken {
			return
		}
	}
}

func (r *reader) object(key string, depth int) {
	r.members(key, depth+1)
	if r.broken {
		return
	}
	if r.peek() != '}' {
		r.fail("an object that does not end")
		return
	}
	r.pos++
}

// key reads a path of names.
func (r *reader) key() (string, keys.Span) {
	var b strings.Builder
	begin := r.pos
	last := r.pos
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		if c == '"' {
			text, ok := r.quoted()
			if !ok {
				return "", keys.Span{}
			}
			b.WriteString(text)
			continue
		}
		if strings.IndexByte("=:{}[],+#\n\r$", c) >= 0 || c == '/' && r.has("//") {
			break
		}
		if c == '.' {
			last = r.pos + 1
		}
		b.WriteByte(c)
		r.pos++
	}
	text := strings.TrimRight(b.String(), " \t")
	end := r.pos
	for end > begin && (r.data[end-1] == ' ' || r.data[end-1] == '\t') {
		end--
	}
	if text == "" {
		r.fail("a key is expected")
	}
	return text, keys.Span{Start: uint32(min(last, end)), End: uint32(end)}
}

// quoted reads a string in quotes.
func (r *reader) quoted() (string, bool) {
	var b strings.Builder
	for r.pos++; r.pos < len(r.data); r.pos++ {
		switch c := r.data[r.pos]; c {
		case '"':
			r.pos++
			return b.String(), true
		case '\n':
			r.fail("a string that does not end")
			return "", false
		case '\\':
			r.pos++
			switch r.peek() {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case 'r':
				b.WriteByte('\r')
			case 'u':
				if n, err := strconv.ParseUint(r.data[r.pos+1:min(r.pos+5, len(r.data))], 16, 16); err == nil && r.pos+5 <= len(r.data) {
					b.WriteRune(rune(n))
					r.pos += 4
				}
			case 0:
			default:
				b.WriteByte(r.peek())
			}
		default:
			b.WriteByte(c)
		}
	}
	r.fail("a string that does not end")
	return "", false
}

// value reads a value and adds what it says of a key.
func (r *reader) value(key string, name keys.Span, depth int) {
	if depth > 60 {
		r.fail("too many values one inside another")
		return
	}
	var b strings.Builder
	begin, end := r.pos, r.pos
	text, pieces, lone := false, 0, "" // whether there is text; how many pieces; the one substitution
	verbatim := true
	for r.pos < len(r.data) && !r.broken {
		c := r.data[r.pos]
		switch {
		case c == '\n' || c == ',' || c == '}' || c == ']' || c == '#' || r.has("//"):
			goto done
		case c == '{':
			r.pos++
			r.object(key, depth)
			end = r.pos
			continue
		case c == '[':
			r.pos++
			r.list(key, name, depth)
			end = r.pos
			continue
		case r.has(`"""`):
			i := strings.Index(r.data[r.pos+3:], `"""`)
			if i < 0 {
				r.fail("a string that does not end")
				return
			}
			if pieces == 0 {
				begin = r.pos + 3
			}
			b.WriteString(r.data[r.pos+3 : r.pos+3+i])
			end = r.pos + 3 + i
			r.pos = end + 3
			text = true
			pieces++
		case c == '"':
			from := r.pos + 1
			s, ok := r.quoted()
			if !ok {
				return
			}
			if pieces == 0 {
				begin = from
			}
			b.WriteString(s)
			end = r.pos - 1
			if r.data[from:end] != s || pieces > 0 {
				verbatim = false
			}
			text = true
			pieces++
		case r.has("${"):
			i := strings.IndexByte(r.data[r.pos:], '}')
			if i < 0 {
				r.fail("a substitution that does not end")
				return
			}
			lone = r.data[r.pos : r.pos+i+1]
			if pieces > 0 && r.pos > end && strings.TrimSpace(r.data[end:r.pos]) != "" {
				verbatim = false
			}
			b.WriteString(lone)
			r.pos += i + 1
			end = r.pos
			pieces++
		default:
			b.WriteByte(c)
			r.pos++
			if c != ' ' && c != '\t' && c != '\r' {
				end = r.pos
				text = true
				pieces += 2
			}
		}
	}
done:
	if r.broken {
		return
	}
	s := strings.TrimRight(b.String(), " \t\r")
	if s == "" && !text {
		if r.pos == begin {
			r.fail("a value is expected")
		}
		return // an object or a list
	}
	at := keys.Span{Start: uint32(begin), End: uint32(end)}
	if r.data[begin:end] != s {
		verbatim = false
	}
	e := keys.Entry{Key: key, Value: s, Name: name, At: at, Verbatim: verbatim, Optional: pieces == 1 && !text && strings.HasPrefix(lone, "${?")}
	if s == "null" {
		e.Value, e.Null = "", true
	}
	r.entries = append(r.entries, e)
}

// list reads the elements of a list, which replace those it had.
func (r *reader) list(key string, name keys.Span, depth int) {
	r.elements[key] = 0
	for {
		r.separators()
		if r.pos >= len(r.data) || r.broken {
			r.fail("a list that does not end")
			return
		}
		if r.peek() == ']' {
			r.pos++
			return
		}
		r.value(key+"["+strconv.Itoa(r.elements[key])+"]", name, depth+1)
		r.elements[key]++
		if r.peek() == '}' {
			r.fail("an object's end in a list")
			return
		}
	}
}
