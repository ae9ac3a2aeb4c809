package index

import (
	"strings"

	"topicls/index/deploy/keys"
	"topicls/index/facts"
	"topicls/index/topology"
)

// text returns the bytes of a file, "" for one that can't be read.
func (r *renaming) text(path string) string {
	if t, ok := r.texts[path]; ok {
		return t
	}
	data, err := r.s.set.ReadFile(path)
	if err != nil {
		data = nil
	}
	t := string(data)
	r.texts[path] = t
	return t
}

// at returns the text of a place, "" when the file has none there.
func (r *renaming) at(p topology.Place) string {
	t := r.text(p.File)
	if p.Start > p.End || int(p.End) > len(t) {
		return ""
	}
	return t[p.Start:p.End]
}

// spelled finds where a name stands by itself in the text of a place: as a
// whole literal, an element of a list, the default of a placeholder. In code
// only literals are looked into, and the last of several counts: what a call
// gives stands behind what it gives it to. Names of placeholders are no values.
func (r *renaming) spelled(p topology.Place, name string, value bool) []topology.Place {
	part := variableByte
	if value {
		part = topicByte
	}
	var out []topology.Place
	for _, span := range r.values(p) {
		if found := find(r.text(p.File), span, name, part, value, p.File); len(found) > 0 {
			out = found
		}
	}
	return out
}

// values lists where in a place values are spelled: in code its literals, else
// all of it.
func (r *renaming) values(p topology.Place) []facts.Span {
	whole := facts.Span{Start: p.Start, End: p.End}
	cf := r.s.codeOf(p.File)
	if cf.codeFile == nil || cf.facts == nil {
		return []facts.Span{whole}
	}
	var out []facts.Span
	f := cf.facts.File()
	for i := range f.Exprs {
		e := &f.Exprs[i]
		if e.Kind == facts.String && p.Start <= e.Start && e.End <= p.End {
			out = append(out, e.Span)
		}
	}
	if len(out) == 0 {
		out = append(out, whole) // a tag, a name that is one
	}
	return out
}

// find lists where a name stands by itself in a part of a text.
func find(text string, in facts.Span, name string, part func(byte) bool, value bool, file string) []topology.Place {
	var out []topology.Place
	if name == "" || int(in.End) > len(text) || in.Start > in.End {
		return nil
	}
	for off := int(in.Start); ; {
		i := strings.Index(text[off:in.End], name)
		if i < 0 {
			return out
		}
		start := off + i
		end := start + len(name)
		off = start + 1
		if start > int(in.Start) && part(text[start-1]) || end < int(in.End) && part(text[end]) {
			continue
		}
		if value && placeholderName(text[in.Start:start]) {
			continue
		}
		out = append(out, topology.Place{File: file, Start: uint32(start), End: uint32(end)})
	}
}

// placeholderName reports whether what follows a text is the name of a
// placeholder: `${` or `$` stands before it.
func placeholderName(before string) bool {
	before = strings.TrimRight(before, " ")
	return strings.HasSuffix(before, "${") || strings.HasSuffix(before, "$")
}

func topicByte(c byte) bool { return c == '.' || c == '-' || variableByte(c) }

func variableByte(c byte) bool { return c == '_' || isWord(c) }

// quotedAt is a name as it is to stand at a place: in quotes where YAML would take it
// for something that is no text.
func (r *renaming) quotedAt(p topology.Place, name string) string {
	if !strings.HasSuffix(p.File, ".yml") && !strings.HasSuffix(p.File, ".yaml") {
		return name
	}
	t := r.text(p.File)
	line := t[:p.Start]
	line = strings.TrimRight(line[strings.LastIndexByte(line, '\n')+1:], " \t")
	if !strings.HasSuffix(line, ":") && !strings.HasSuffix(line, "-") && !strings.HasSuffix(line, ",") && !strings.HasSuffix(line, "[") {
		return name // in quotes already, or a part of a longer text
	}
	if keys.PlainText(name) {
		return name
	}
	return `"` + name + `"`
}

func wholeOf(text string) facts.Span { return facts.Span{End: uint32(len(text))} }
