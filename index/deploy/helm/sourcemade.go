package helm

import (
	"slices"
	"strings"
	"unsafe"
)

// inMade is a part of what a function made.
func (f *finder) inMade(m *made, s string, start, end, depth int) []source {
	switch m.fn {
	case "toYaml", "toYamlPretty", "toJson", "mustToJson", "toPrettyJson", "toRawJson":
		if len(m.args) == 1 {
			return f.inEncoded(m, start, end, depth)
		}
	}
	texts := texts(m.args, nil)
	if start >= end || end > len(m.text) {
		return nil
	}
	part := m.text[start:end]
	if !strings.Contains(part, "\n") {
		if found, ok := f.inLine(m, texts, start, end, depth); ok {
			return found
		}
	}
	if strings.TrimSpace(part) == "" {
		return nil
	}
	// The part is part of one of the arguments.
	var in string
	at, places := 0, 0
	for _, t := range texts {
		if n := strings.Count(t, part); n > 0 {
			places += n
			in, at = t, strings.Index(t, part)
		}
	}
	if places == 1 {
		return f.find(in, at, at+len(part), depth+1)
	}
	if places > 1 && strings.Count(in, part) == places && strings.Count(m.text, part) == places {
		nth := strings.Count(m.text[:start], part)
		at := 0
		for range nth {
			at += strings.Index(in[at:], part) + len(part)
		}
		if i := strings.Index(in[at:], part); i >= 0 {
			return f.find(in, at+i, at+i+len(part), depth+1)
		}
	}
	// Arguments are parts of it, or it is made of them in another way.
	var out []source
	for _, t := range texts {
		if strings.Contains(part, strings.TrimSpace(t)) && len(out) < 20 {
			for _, s := range f.find(t, 0, len(t), depth+1) {
				s.exact = false
				out = append(out, s)
			}
		}
	}
	if len(out) == 0 && len(texts) == 1 { // as upper does
		for _, s := range f.find(texts[0], 0, len(texts[0]), depth+1) {
			s.exact = false
			out = append(out, s)
		}
	}
	return out
}

// inLine finds the line of an argument that a line of the result is: what
// functions like nindent leave as it is.
func (f *finder) inLine(m *made, texts []string, start, end, depth int) ([]source, bool) {
	if !strings.Contains(m.text, "\n") {
		return nil, false
	}
	from := strings.LastIndexByte(m.text[:start], '\n') + 1
	to := len(m.text)
	if n := strings.IndexByte(m.text[from:], '\n'); n >= 0 {
		to = from + n
	}
	line := strings.TrimSpace(m.text[from:to])
	if line == "" || end > to {
		return nil, false
	}
	indent := strings.Index(m.text[from:to], line)
	if m.lines == nil {
		m.lines = linesOf(m.text)
	}
	nth, ok := slices.BinarySearch(m.lines[line], from)
	if !ok {
		return nil, false
	}
	for _, t := range texts {
		var lines map[string][]int
		if made := f.made[unsafe.StringData(t)]; made != nil && len(made.text) == len(t) {
			if made.lines == nil {
				made.lines = linesOf(t)
			}
			lines = made.lines
		} else if f.lines[unsafe.StringData(t)] != nil {
			lines = f.lines[unsafe.StringData(t)]
		} else {
			lines = linesOf(t)
			f.lines[unsafe.StringData(t)] = lines
		}
		if at := lines[line]; len(at) == len(m.lines[line]) {
			pad := strings.Index(t[at[nth]:], line)
			off := at[nth] + pad - (from + indent)
			return f.find(t, max(start+off, at[nth]), max(end+off, at[nth]), depth+1), true
		}
	}
	return nil, false
}

// linesOf returns where the lines of a text begin, by what they say.
func linesOf(s string) map[string][]int {
	out := map[string][]int{}
	for at := 0; at < len(s); {
		end := len(s)
		if n := strings.IndexByte(s[at:], '\n'); n >= 0 {
			end = at + n
		}
		if line := strings.TrimSpace(s[at:end]); line != "" {
			out[line] = append(out[line], at)
		}
		at = end + 1
	}
	return out
}

// starts returns where the lines of a text begin.
func (f *finder) starts(s string) []int {
	p := unsafe.StringData(s)
	if lines := f.begins[p]; lines != nil {
		return lines
	}
	lines := []int{0}
	for i := range len(s) {
		if s[i] == '\n' {
			lines = append(lines, i+1)
		}
	}
	f.begins[p] = lines
	return lines
}

// inEncoded is a part of a document that a function made of a value.
func (f *finder) inEncoded(m *made, start, end, depth int) []source {
	d := f.document(m.text)
	if d.root == nil {
		return nil
	}
	path, node, key := f.pathAt(d, d.root, start, end)
	if node == nil {
		return nil
	}
	return f.inValue(m.args[0], path, key, d, node, start, end, depth)
}
