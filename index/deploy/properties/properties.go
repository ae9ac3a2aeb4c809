// Package properties reads Java's .properties files as java.util.Properties
// reads them (its load method says how, Java SE 21), with the lines by which
// Spring Boot divides a file into documents (`#---` or `!---`, Spring Boot
// reference, "Working With Multi-Document Files"). It is a pure function of the
// bytes.
package properties

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"topicls/index/deploy/keys"
)

// Read reads a file. A `\u` that no four hexadecimal digits follow is a problem:
// Java refuses the file.
func Read(data []byte) keys.File {
	if f, ok := keys.TooLarge(data); ok {
		return f
	}
	r := reader{data: data}
	r.file.Documents = []keys.Document{{}}
	if strings.HasPrefix(string(data), "\xef\xbb\xbf") {
		r.pos = 3
	}
	for r.pos < len(data) {
		r.line()
	}
	return r.file
}

type reader struct {
	data []byte
	pos  int
	file keys.File
}

func blank(b byte) bool { return b == ' ' || b == '\t' || b == '\f' }

func newline(b byte) bool { return b == '\n' || b == '\r' }

func (r *reader) skipBlanks() {
	for r.pos < len(r.data) && blank(r.data[r.pos]) {
		r.pos++
	}
}

// skipNewline skips one line ending.
func (r *reader) skipNewline() {
	if r.pos < len(r.data) && r.data[r.pos] == '\r' {
		r.pos++
	}
	if r.pos < len(r.data) && r.data[r.pos] == '\n' {
		r.pos++
	}
}

func (r *reader) toNewline() {
	for r.pos < len(r.data) && !newline(r.data[r.pos]) {
		r.pos++
	}
}

// line reads one logical line.
func (r *reader) line() {
	start := r.pos
	r.skipBlanks()
	if r.pos >= len(r.data) {
		return
	}
	if newline(r.data[r.pos]) {
		r.skipNewline()
		return
	}
	if c := r.data[r.pos]; c == '#' || c == '!' {
		r.toNewline()
		if text := strings.TrimRight(string(r.data[start:r.pos]), " \t\f"); text == "#---" || text == "!---" {
			r.file.Documents = append(r.file.Documents, keys.Document{})
		}
		r.skipNewline()
		return
	}
	key, name, _ := r.text(true)
	r.skipBlanks()
	if r.pos < len(r.data) && (r.data[r.pos] == '=' || r.data[r.pos] == ':') {
		r.pos++
		r.skipBlanks()
	}
	value, at, verbatim := r.text(false)
	r.skipNewline()
	doc := &r.file.Documents[len(r.file.Documents)-1]
	doc.Entries = append(doc.Entries, keys.Entry{Key: key, Value: value, Name: name, At: at, Verbatim: verbatim})
}

// text reads a key, which ends at a blank or separator, or a value, which ends
// with the logical line. It reports whether the bytes are the text.
func (r *reader) text(key bool) (string, keys.Span, bool) {
	var b strings.Builder
	verbatim := true
	begin, end := r.pos, r.pos
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		if newline(c) || key && (c == '=' || c == ':' || blank(c)) {
			break
		}
		if c != '\\' {
			b.WriteByte(c)
			r.pos++
			end = r.pos
			continue
		}
		verbatim = false
		r.pos++
		if r.pos >= len(r.data) {
			break
		}
		c = r.data[r.pos]
		switch c {
		case '\n', '\r': // the line goes on
			r.skipNewline()
			r.skipBlanks()
			continue
		case 't':
			b.WriteByte('\t')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 'f':
			b.WriteByte('\f')
		case 'u':
			r.unicode(&b)
			end = r.pos
			continue
		default:
			_, size := utf8.DecodeRune(r.data[r.pos:])
			b.Write(r.data[r.pos : r.pos+size])
			r.pos += size
			end = r.pos
			continue
		}
		r.pos++
		end = r.pos
	}
	return b.String(), keys.Span{Start: uint32(begin), End: uint32(end)}, verbatim
}

// unicode reads what stands behind the backslash of an escape such as \u00e9;
// two of them may make one character.
func (r *reader) unicode(b *strings.Builder) {
	one := func() (rune, bool) {
		if r.pos+5 > len(r.data) {
			return 0, false
		}
		n, err := strconv.ParseUint(string(r.data[r.pos+1:r.pos+5]), 16, 16)
		if err != nil {
			return 0, false
		}
		r.pos += 5
		return rune(n), true
	}
	start := r.pos - 1
	c, ok := one()
	if !ok {
		r.file.Problems = append(r.file.Problems, keys.Problem{
			At:      keys.Span{Start: uint32(start), End: uint32(min(r.pos+5, len(r.data)))},
			Message: `not four hexadecimal digits behind \u; Java does not read the file`,
		})
		b.WriteByte('u')
		r.pos++
		return
	}
	if c >= 0xd800 && c < 0xdc00 && r.pos+1 < len(r.data) && r.data[r.pos] == '\\' && r.data[r.pos+1] == 'u' {
		back := r.pos
		r.pos++
		if low, ok := one(); ok && low >= 0xdc00 && low < 0xe000 {
			c = (c-0xd800)<<10 + (low - 0xdc00) + 0x10000
		} else {
			r.pos = back
		}
	}
	b.WriteRune(c)
}
