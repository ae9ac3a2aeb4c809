package wire

import (
	"slices"
	"unicode/utf8"
)

// Encoding is the unit in which positions count the characters of a line.
type Encoding int

// The encodings of the protocol. UTF16 is what a client means that says nothing.
const (
	UTF16 Encoding = iota
	UTF8
	UTF32
)

// String is the encoding's name in the protocol.
func (e Encoding) String() string {
	switch e {
	case UTF8:
		return "utf-8"
	case UTF32:
		return "utf-32"
	default:
		return "utf-16"
	}
}

// ChooseEncoding picks from the client's general.positionEncodings: UTF-8, which
// costs nothing here, when it is there, else the client's first that is known.
func ChooseEncoding(offered []string) Encoding {
	if slices.Contains(offered, UTF8.String()) {
		return UTF8
	}
	for _, name := range offered {
		for _, e := range []Encoding{UTF16, UTF32} {
			if name == e.String() {
				return e
			}
		}
	}
	return UTF16
}

// width gives how many units a rune of size bytes takes. An invalid byte is a
// rune of one byte, as the replacement character that the client sees.
func (e Encoding) width(r rune, size int) int {
	switch {
	case e == UTF8:
		return size
	case e == UTF16 && r > 0xFFFF:
		return 2
	default:
		return 1
	}
}

// columnOffset gives the byte offset of a column in a line without its end. It
// stops at the end of the line, and before a character that the column is in.
func (e Encoding) columnOffset(line []byte, column int) int {
	off := 0
	for off < len(line) && column > 0 {
		r, size := rune(line[off]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(line[off:])
		}
		if column -= e.width(r, size); column < 0 {
			break
		}
		off += size
	}
	return off
}

// offsetColumn gives the column of a byte offset in a line without its end. An
// offset inside a character counts as that character's start.
func (e Encoding) offsetColumn(line []byte, off int) int {
	column := 0
	for i := 0; i < off; {
		r, size := rune(line[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(line[i:])
		}
		if i+size > off {
			break
		}
		column += e.width(r, size)
		i += size
	}
	return column
}
