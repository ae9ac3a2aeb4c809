package report

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"topicls/index/topology"
)

// Style says how text is dressed up. The zero value is plain.
type Style struct {
	Color bool // with the colours of a terminal
}

func (s Style) paint(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) bold(text string) string    { return s.paint("1", text) }
func (s Style) dim(text string) string     { return s.paint("2", text) }
func (s Style) heading(text string) string { return s.paint("1;4", text) }
func (s Style) topic(text string) string   { return s.paint("1;36", text) }
func (s Style) service(text string) string { return s.paint("32", text) }

func (s Style) severity(v topology.Severity) string {
	switch v {
	case topology.Error:
		return s.paint("1;31", string(v))
	case topology.Warning:
		return s.paint("1;33", string(v))
	case topology.Information:
		return s.paint("34", string(v))
	}
	return s.paint("2", string(v))
}

// cell is a piece of a table with its dress.
type cell struct {
	text string
	dye  func(string) string
}

// table aligns columns by the room that text takes on a terminal.
type table struct {
	indent string
	rows   [][]cell
}

func (t *table) add(cells ...cell) { t.rows = append(t.rows, cells) }

func plain(text string) cell { return cell{text: text} }

func (t *table) write(o output) {
	var widths []int
	for _, r := range t.rows {
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			// a very long piece doesn't push all others to the right
			if n := textWidth(c.text); n <= 60 {
				widths[i] = max(widths[i], n)
			}
		}
	}
	for _, r := range t.rows {
		last := len(r) - 1
		for last >= 0 && r[last].text == "" {
			last--
		}
		line := t.indent
		for i := 0; i <= last; i++ {
			c := r[i]
			text := printable(c.text)
			if c.dye != nil {
				text = c.dye(text)
			}
			line += text
			if i < last {
				line += strings.Repeat(" ", max(widths[i]-textWidth(c.text), 0)+2)
			}
		}
		o.line(line)
	}
}

// textWidth returns how many columns of a terminal text takes.
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x20 || r == 0x7f:
			n++
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		default:
			switch width.LookupRune(r).Kind() {
			case width.EastAsianWide, width.EastAsianFullwidth:
				n += 2
			default:
				n++
			}
		}
	}
	return n
}

// printable replaces what would steer a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '·'
		}
		return r
	}, s)
}
