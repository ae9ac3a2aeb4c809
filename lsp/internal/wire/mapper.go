package wire

import (
	"bytes"
	"math"
	"sort"

	"go.lsp.dev/protocol"
)

// Position and Range are the library's: they are right.
type (
	Position = protocol.Position
	Range    = protocol.Range
)

// Mapper converts between byte offsets in a text and the protocol's positions.
// Lines end with \n, \r\n or a \r alone, as the protocol says. Everything is
// clamped, nothing fails: a line after the last is the end of the text, a column
// after the last is the end of its line, before the line's end characters.
//
// For every offset that is neither inside a character nor between \r and \n,
// PositionOffset(OffsetPosition(off)) == off. A Mapper does not change and may
// be shared.
type Mapper struct {
	text  []byte
	enc   Encoding
	lines []int // offset of each line's first byte
}

// NewMapper makes a mapper for the text of a document that the client sent.
func NewMapper(text []byte, enc Encoding) *Mapper {
	return &Mapper{text: text, enc: enc, lines: lineStarts(text)}
}

// NewFileMapper makes a mapper for the bytes of a file that is not open. Editors
// do not count the byte order mark that it may start with.
func NewFileMapper(text []byte, enc Encoding) *Mapper {
	m := NewMapper(text, enc)
	if bytes.HasPrefix(text, []byte("\xEF\xBB\xBF")) {
		m.lines[0] = 3
	}
	return m
}

// OffsetPosition gives the position of a byte offset.
func (m *Mapper) OffsetPosition(off int) Position {
	off = min(max(off, m.lines[0]), len(m.text))
	line := sort.SearchInts(m.lines, off+1) - 1
	text := m.line(line)
	column := m.enc.offsetColumn(text, min(off-m.lines[line], len(text)))
	return Position{Line: clampUint32(line), Character: clampUint32(column)}
}

// PositionOffset gives the byte offset of a position.
func (m *Mapper) PositionOffset(p Position) int {
	if uint64(p.Line) >= uint64(len(m.lines)) {
		return len(m.text)
	}
	line := int(p.Line)
	return m.lines[line] + m.enc.columnOffset(m.line(line), clampInt(p.Character))
}

// Range gives the range of the bytes from start up to end.
func (m *Mapper) Range(start, end int) Range {
	return Range{Start: m.OffsetPosition(start), End: m.OffsetPosition(end)}
}

// RangeOffsets gives the byte offsets of a range, the smaller one first.
func (m *Mapper) RangeOffsets(r Range) (start, end int) {
	start, end = m.PositionOffset(r.Start), m.PositionOffset(r.End)
	return min(start, end), max(start, end)
}

// Lines counts the lines; the text after the last line end is one, also when it
// is empty.
func (m *Mapper) Lines() int { return len(m.lines) }

// line gives a line without its end characters.
func (m *Mapper) line(n int) []byte {
	start, end := m.lines[n], len(m.text)
	if n+1 < len(m.lines) {
		end = m.lines[n+1] - 1
		if m.text[end] == '\n' && end > start && m.text[end-1] == '\r' {
			end--
		}
	}
	return m.text[start:end]
}

// lineStarts gives the offset of the first byte of each line, at least one.
func lineStarts(text []byte) []int {
	lines := make([]int, 1, 1+bytes.Count(text, []byte("\n")))
	if bytes.IndexByte(text, '\r') < 0 {
		for off := 0; ; {
			i := bytes.IndexByte(text[off:], '\n')
			if i < 0 {
				return lines
			}
			off += i + 1
			lines = append(lines, off)
		}
	}
	for i, c := range text {
		if c == '\n' || (c == '\r' && (i+1 == len(text) || text[i+1] != '\n')) {
			lines = append(lines, i+1)
		}
	}
	return lines
}

func clampUint32(n int) uint32 { return uint32(min(n, math.MaxUint32)) }

func clampInt(n uint32) int { return int(min(uint64(n), math.MaxInt)) }
