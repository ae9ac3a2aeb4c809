package deploy

import "sort"

// Text is a file's bytes with a line index, to make positions from offsets.
// Lines end with LF, CR LF or a lone CR.
type Text struct {
	File  string
	Data  []byte
	lines []int // offset of the first byte of each line
	// Edited says where a part of a text is edited that is no file's, such as one
	// that is rendered from a file; nil for a file's own.
	Edited func(start, end int) Pos
}

// NewText indexes the lines of a file. It keeps data, which must not change.
func NewText(file string, data []byte) *Text {
	lines := make([]int, 1, len(data)/32+1)
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '\n':
			lines = append(lines, i+1)
		case '\r':
			if i+1 >= len(data) || data[i+1] != '\n' {
				lines = append(lines, i+1)
			}
		}
	}
	return &Text{File: file, Data: data, lines: lines}
}

// Pos returns the position of the bytes from start to end, or of what they are
// edited by. Offsets outside the text are moved to its nearest end.
func (t *Text) Pos(start, end int) Pos {
	if t.Edited != nil {
		return t.Edited(start, end)
	}
	return t.Own(start, end)
}

// Own is the position of bytes in the text itself.
func (t *Text) Own(start, end int) Pos {
	start = min(max(start, 0), len(t.Data))
	end = min(max(end, start), len(t.Data))
	line := sort.SearchInts(t.lines, start+1) - 1
	return Pos{
		File: t.File, Start: uint32(start), End: uint32(end),
		Line: line + 1, Column: start - t.lines[line] + 1,
	}
}

// Slice returns the text at a position, or "" when it lies outside.
func (t *Text) Slice(p Pos) string {
	if p.Start > p.End || int(p.End) > len(t.Data) {
		return ""
	}
	return string(t.Data[p.Start:p.End])
}

// Line returns the offsets of a 1-based line, without its line ending.
func (t *Text) Line(n int) (start, end int) {
	if n < 1 || n > len(t.lines) {
		return len(t.Data), len(t.Data)
	}
	start, end = t.lines[n-1], len(t.Data)
	if n < len(t.lines) {
		end = t.lines[n]
	}
	for end > start && (t.Data[end-1] == '\n' || t.Data[end-1] == '\r') {
		end--
	}
	return start, end
}
