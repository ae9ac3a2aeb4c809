package source

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// Lines tells where the lines of a text begin. A line ends after "\n", "\r\n"
// or a "\r" alone, as the language server protocol has it. It doesn't keep
// the text.
type Lines struct {
	starts []uint32 // byte offsets, the first is 0
	size   uint32   // bytes of the text
}

// NewLines finds the lines of text, which is shorter than 4 GiB.
func NewLines(text []byte) *Lines {
	l := &Lines{size: uint32(len(text))}
	l.starts = append(make([]uint32, 0, 1+bytes.Count(text, []byte("\n"))), 0)
	returns := bytes.IndexByte(text, '\r') >= 0
	for at := 0; ; {
		var i int
		if returns {
			i = bytes.IndexAny(text[at:], "\r\n")
		} else {
			i = bytes.IndexByte(text[at:], '\n')
		}
		if i < 0 {
			return l
		}
		at += i + 1
		if text[at-1] == '\r' && at < len(text) && text[at] == '\n' {
			at++
		}
		l.starts = append(l.starts, uint32(at))
	}
}

// Count is the number of lines. A text that ends with a line end has an empty
// last line; an empty text has one line.
func (l *Lines) Count() int { return len(l.starts) }

// Size is the length of the text in bytes.
func (l *Lines) Size() int { return int(l.size) }

// OffsetLine returns the 1-based line and the 1-based column in bytes of a
// byte offset. An offset before the text counts as its start, one after it as
// its end.
func (l *Lines) OffsetLine(offset int) (line, column int) {
	offset = min(max(offset, 0), int(l.size))
	line = sort.Search(len(l.starts), func(i int) bool { return int(l.starts[i]) > offset })
	return line, offset - int(l.starts[line-1]) + 1
}

// LineOffset returns the byte offset of a 1-based line and 1-based column in
// bytes. It is false for a place that the text hasn't got; the place after a
// line's last byte is the next line's, except on the last line.
func (l *Lines) LineOffset(line, column int) (offset int, ok bool) {
	if line < 1 || line > len(l.starts) || column < 1 {
		return 0, false
	}
	start, end := int(l.starts[line-1]), int(l.size)+1
	if line < len(l.starts) {
		end = int(l.starts[line])
	}
	if column > end-start {
		return 0, false
	}
	return start + column - 1, true
}

// LineRange returns the byte range of a 1-based line of text without its line
// end. Text is what the Lines were made from.
func (l *Lines) LineRange(text []byte, line int) (start, end int, ok bool) {
	if line < 1 || line > len(l.starts) {
		return 0, 0, false
	}
	start, end = int(l.starts[line-1]), int(l.size)
	if line < len(l.starts) {
		end = int(l.starts[line])
		if text[end-1] == '\n' {
			end--
		}
		if end > start && text[end-1] == '\r' {
			end--
		}
	}
	return start, end, true
}

// OffsetUTF16 returns the 0-based line and the 0-based character in UTF-16
// code units of a byte offset, as the language server protocol counts. An
// offset within a character or line end counts as its start.
func (l *Lines) OffsetUTF16(text []byte, offset int) (line, character int) {
	oneBased, _ := l.OffsetLine(offset)
	start, end, _ := l.LineRange(text, oneBased)
	end = min(end, max(offset, 0))
	for at := start; at < end; {
		units, size := utf16Units(text[at:])
		if at+size > end {
			break
		}
		character += units
		at += size
	}
	return oneBased - 1, character
}

// UTF16Offset is the reverse of OffsetUTF16. As the protocol wants, a
// character after the line's end counts as its end, and so does a line after
// the text as the text's end. A character within a surrogate pair counts as
// the pair's start.
func (l *Lines) UTF16Offset(text []byte, line, character int) int {
	if line < 0 {
		return 0
	}
	at, end, ok := l.LineRange(text, line+1)
	if !ok {
		return int(l.size)
	}
	for at < end {
		units, size := utf16Units(text[at:end])
		if character -= units; character < 0 {
			break
		}
		at += size
	}
	return at
}

// utf16Units returns how many UTF-16 code units and bytes the first character
// of text has. A byte that is not UTF-8 is a character of its own, as editors
// show it.
func utf16Units(text []byte) (units, size int) {
	if text[0] < utf8.RuneSelf {
		return 1, 1
	}
	r, size := utf8.DecodeRune(text)
	if r >= 0x10000 {
		return 2, size
	}
	return 1, size
}
