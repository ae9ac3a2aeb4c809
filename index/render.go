package index

import (
	"strings"

	"topicls/index/topology"
)

// Locate spells a place for people (file:line) and as a link; the link is ""
// when there is none.
type Locate func(p topology.Place) (label, href string)

// Markdown renders a page for editors.
func (p *Page) Markdown(at Locate) string {
	var b strings.Builder
	b.WriteString("**")
	p.Title.markdown(&b, at)
	b.WriteString("**\n")
	for _, s := range p.Sections {
		b.WriteString("\n")
		if len(s.Head) > 0 {
			b.WriteString("---\n\n**")
			s.Head.markdown(&b, at)
			b.WriteString("**\n")
			continue
		}
		switch {
		case s.Title == "":
			for _, l := range s.Lines {
				l.markdown(&b, at)
				b.WriteString("\n")
			}
			continue
		case s.Code == "" && len(s.Lines) == 1:
			b.WriteString("**" + escapeMarkdown(s.Title) + "** ")
			s.Lines[0].markdown(&b, at)
			b.WriteString("\n")
			continue
		}
		b.WriteString("**" + escapeMarkdown(s.Title) + "**\n")
		if s.Code != "" {
			fence := "```"
			for strings.Contains(s.Code, fence) {
				fence += "`"
			}
			b.WriteString(fence + s.Lang + "\n" + s.Code + "\n" + fence + "\n")
		}
		for _, l := range s.Lines {
			b.WriteString("- ")
			l.markdown(&b, at)
			b.WriteString("\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

func (l Line) markdown(b *strings.Builder, at Locate) {
	for _, r := range l {
		label, href := r.Text, ""
		if r.At.File != "" && at != nil {
			var place string
			place, href = at(r.At)
			if label == "" {
				label = place
			}
		}
		if r.Code {
			label = codeSpan(label)
		} else {
			label = escapeMarkdown(label)
		}
		if href != "" {
			label = "[" + label + "](" + href + ")"
		}
		b.WriteString(label)
	}
}

// codeSpan quotes a text that may itself have back quotes.
func codeSpan(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\n", " "), "\r", " ")
	if strings.TrimSpace(s) == "" {
		return "``\"" + s + "\"``"
	}
	if !strings.Contains(s, "`") {
		return "`" + s + "`"
	}
	return "`` " + s + " ``"
}

// escapeMarkdown quotes what Markdown would take for its own. An underscore
// inside a word is none of its marks.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; c {
		case '\n', '\r':
			b.WriteByte(' ')
			continue
		case '_':
			if i == 0 || i == len(s)-1 || !isWord(s[i-1]) || !isWord(s[i+1]) {
				b.WriteByte('\\')
			}
		case '\\', '`', '*', '[', ']', '<', '>', '#', '|', '~':
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// Plain renders a page for clients and terminals without Markdown.
func (p *Page) Plain(at Locate) string {
	var b strings.Builder
	p.Title.plain(&b, at)
	b.WriteString("\n")
	for _, s := range p.Sections {
		if len(s.Head) > 0 {
			b.WriteString("\n")
			s.Head.plain(&b, at)
			b.WriteString("\n")
			continue
		}
		switch {
		case s.Title == "":
			b.WriteString("\n")
			for _, l := range s.Lines {
				l.plain(&b, at)
				b.WriteString("\n")
			}
			continue
		case s.Code == "" && len(s.Lines) == 1:
			b.WriteString(s.Title + ": ")
			s.Lines[0].plain(&b, at)
			b.WriteString("\n")
			continue
		}
		b.WriteString(s.Title + ":\n")
		if s.Code != "" {
			b.WriteString(s.Code + "\n")
		}
		for _, l := range s.Lines {
			b.WriteString("  ")
			l.plain(&b, at)
			b.WriteString("\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

func (l Line) plain(b *strings.Builder, at Locate) {
	for _, r := range l {
		label := r.Text
		if label == "" && r.At.File != "" && at != nil {
			label, _ = at(r.At)
		}
		b.WriteString(strings.NewReplacer("\n", " ", "\r", " ").Replace(label))
	}
}
