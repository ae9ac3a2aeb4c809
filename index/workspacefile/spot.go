package workspacefile

import (
	"bytes"
	"strings"
)

// A Spot is a place in the text, by the lines around it: text that is being typed
// is seldom YAML yet.
type Spot struct {
	// Start and End are the word's there, which may be empty.
	Start, End int
	Word       string
	Key        *Key // of the word if it is a key that is known
	Form       *Form
	// Keys are what may stand there: the keys of the mapping, or the values of a text.
	Keys []Key
	// IsKey says that a key stands there, or may.
	IsKey bool
	// There are the keys that the mapping has already.
	There map[string]bool
	// Path are the keys above it, from the root, and its own if it is a value.
	Path []string
}

// line is a line of block YAML.
type line struct {
	indent int // of what stands there, behind the dash of a list's item
	item   bool
	key    string
	start  int // offset of what stands there
	value  int // offset behind the colon, or -1
	end    int
	next   int // offset of the next line
}

// lineAt reads the line that holds an offset.
func lineAt(data []byte, off int) line {
	begin := bytes.LastIndexByte(data[:off], '\n') + 1
	l := line{start: begin, value: -1, end: len(data)}
	if n := bytes.IndexByte(data[off:], '\n'); n >= 0 {
		l.end = off + n
	}
	l.next = l.end + 1
	if l.end > begin && data[l.end-1] == '\r' {
		l.end--
	}
	for l.start < l.end && (data[l.start] == ' ' || data[l.start] == '-' && (l.start+1 == l.end || data[l.start+1] == ' ')) {
		l.item = l.item || data[l.start] == '-'
		l.start++
	}
	l.indent = l.start - begin
	text := string(data[l.start:l.end])
	if i := strings.Index(text, " #"); i >= 0 {
		text = text[:i]
	}
	if i := strings.Index(text, ":"); i > 0 && (i+1 == len(text) || text[i+1] == ' ') && text[0] != '#' {
		l.key, l.value = strings.Trim(text[:i], `"' `), l.start+i+1
	}
	return l
}

// At tells what stands, or may stand, at an offset of the text; ok is false in
// comments and where this can't be told.
func At(data []byte, off int) (s Spot, ok bool) {
	off = min(max(off, 0), len(data))
	l := lineAt(data, off)
	if at := off - l.start; at > 0 && strings.Contains(string(data[l.start:off]), "#") || off < l.start && !blank(data[off:l.start]) {
		return s, false
	}
	indent := l.indent
	if off < l.start {
		indent = off - (l.start - l.indent)
	}
	forms := parents(data, off, indent)
	form := root
	for _, name := range forms {
		form = below(form, name)
		s.Path = append(s.Path, name)
	}
	if form != nil && form.Kind == List && l.item {
		form = form.Item
	}
	s.Start, s.End = word(data, off, l)
	s.Word = string(data[s.Start:s.End])
	if l.value >= 0 && off >= l.value {
		s.Path = append(s.Path, l.key)
		form = below(form, l.key)
	} else if form != nil && form.Kind != Text && form.Kind != List {
		s.IsKey, s.There = true, siblings(data, off, l)
		s.Key = form.key(l.key)
	}
	if form == nil {
		return s, false
	}
	s.Form = form
	switch {
	case s.IsKey:
		s.Keys = form.Keys
	case form.Kind == Text:
		s.Keys = form.Enum
	}
	return s, true
}

func blank(b []byte) bool { return len(bytes.Trim(b, " \t\r\n")) == 0 }

// below is the form of what a key of a form leads to, or nil.
func below(f *Form, name string) *Form {
	if f != nil && f.Kind == List {
		f = f.Item
	}
	switch {
	case f == nil:
		return nil
	case f.Kind == Map:
		return f.Item
	}
	if k := f.key(name); k != nil {
		return k.Form
	}
	return nil
}

// parents lists the keys above a line of an indentation, from the root.
func parents(data []byte, off, indent int) []string {
	var out []string
	at := bytes.LastIndexByte(data[:off], '\n')
	for at > 0 && indent > 0 {
		l := lineAt(data, at)
		if l.key != "" && l.indent < indent {
			out = append([]string{l.key}, out...)
			indent = l.indent
		}
		at = bytes.LastIndexByte(data[:at], '\n')
	}
	return out
}

// siblings are the keys of the mapping that a line is part of.
func siblings(data []byte, off int, of line) map[string]bool {
	out := map[string]bool{}
	for at := bytes.LastIndexByte(data[:off], '\n'); at > 0; at = bytes.LastIndexByte(data[:at], '\n') {
		l := lineAt(data, at)
		if l.key == "" {
			continue
		}
		if l.indent < of.indent {
			break
		}
		if l.indent == of.indent {
			out[l.key] = true
		}
	}
	for at := of.next; at < len(data); {
		l := lineAt(data, at)
		if l.key != "" && l.indent < of.indent {
			break
		}
		if l.key != "" && l.indent == of.indent {
			out[l.key] = true
		}
		at = l.next
	}
	return out
}

// word returns the word around an offset.
func word(data []byte, off int, l line) (start, end int) {
	in := func(c byte) bool { return !strings.ContainsRune(" \t\r\n:#,[]{}\"'", rune(c)) }
	start, end = off, off
	for start > l.start && in(data[start-1]) {
		start--
	}
	for end < l.end && in(data[end]) {
		end++
	}
	return start, end
}
