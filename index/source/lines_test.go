package source

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func TestLines(t *testing.T) {
	for _, c := range []struct {
		text  string
		lines []string // without ends
	}{
		{"", []string{""}},
		{"a", []string{"a"}},
		{"a\n", []string{"a", ""}},
		{"a\r\nb\n\nc\rd\r", []string{"a", "b", "", "c", "d", ""}},
		{"\r\r\n\n", []string{"", "", "", ""}},
		{"\n\r", []string{"", "", ""}},
		{"ä𝄞\xff\nx", []string{"ä𝄞\xff", "x"}},
	} {
		l := NewLines([]byte(c.text))
		if l.Count() != len(c.lines) || l.Size() != len(c.text) {
			t.Errorf("%q: %d lines", c.text, l.Count())
			continue
		}
		for i, want := range c.lines {
			start, end, ok := l.LineRange([]byte(c.text), i+1)
			if !ok || c.text[start:end] != want {
				t.Errorf("%q: line %d is %q", c.text, i+1, c.text[start:end])
			}
		}
		checkLines(t, []byte(c.text))
	}
}

func TestLinesPlaces(t *testing.T) {
	text := []byte("ab\r\nä𝄞x\xff\r\nend")
	l := NewLines(text)
	for _, c := range []struct{ offset, line, column, line16, character int }{
		{-5, 1, 1, 0, 0},
		{0, 1, 1, 0, 0},
		{2, 1, 3, 0, 2},
		{3, 1, 4, 0, 2}, // between \r and \n
		{4, 2, 1, 1, 0},
		{5, 2, 2, 1, 0}, // within ä
		{6, 2, 3, 1, 1},
		{8, 2, 5, 1, 1}, // within 𝄞
		{10, 2, 7, 1, 3},
		{11, 2, 8, 1, 4},
		{12, 2, 9, 1, 5},
		{14, 3, 1, 2, 0},
		{17, 3, 4, 2, 3},
		{99, 3, 4, 2, 3},
	} {
		if line, column := l.OffsetLine(c.offset); line != c.line || column != c.column {
			t.Errorf("OffsetLine(%d) = %d, %d", c.offset, line, column)
		}
		if line, character := l.OffsetUTF16(text, c.offset); line != c.line16 || character != c.character {
			t.Errorf("OffsetUTF16(%d) = %d, %d", c.offset, line, character)
		}
	}
	for _, c := range []struct{ line, character, offset int }{
		{0, 0, 0},
		{0, 99, 2}, // after the line
		{1, 2, 6},  // within the pair
		{1, 3, 10},
		{1, 5, 12},
		{1, 6, 12},
		{2, 3, 17},
		{3, 0, 17},
		{99, 7, 17},
		{-1, 5, 0},
		{0, -1, 0},
	} {
		if got := l.UTF16Offset(text, c.line, c.character); got != c.offset {
			t.Errorf("UTF16Offset(%d, %d) = %d, want %d", c.line, c.character, got, c.offset)
		}
	}
	for _, c := range [][2]int{{0, 1}, {1, 0}, {4, 1}, {1, 5}, {3, 5}, {-1, -1}} {
		if got, ok := l.LineOffset(c[0], c[1]); ok {
			t.Errorf("LineOffset(%v) = %d", c, got)
		}
	}
	if _, _, ok := l.LineRange(text, 0); ok {
		t.Error("there is no line 0")
	}
	if _, _, ok := l.LineRange(text, 4); ok {
		t.Error("there is no line 4")
	}
}

// checkLines checks round trips for each offset, and the lines by a second way.
func checkLines(t *testing.T, text []byte) {
	t.Helper()
	l := NewLines(text)
	if want := len(strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(text)), "\n")); l.Count() != want {
		t.Fatalf("%q: %d lines, want %d", text, l.Count(), want)
	}
	lastLine, lastColumn := 1, 0
	for offset := range len(text) + 1 {
		line, column := l.OffsetLine(offset)
		if !(line == lastLine && column == lastColumn+1 || line == lastLine+1 && column == 1) {
			t.Fatalf("%q: offset %d is at %d:%d after %d:%d", text, offset, line, column, lastLine, lastColumn)
		}
		lastLine, lastColumn = line, column
		if back, ok := l.LineOffset(line, column); !ok || back != offset {
			t.Fatalf("%q: %d:%d is at %d, %v", text, line, column, back, ok)
		}
		start, end, _ := l.LineRange(text, line)
		line16, character := l.OffsetUTF16(text, offset)
		if line16 != line-1 {
			t.Fatalf("%q: offset %d is in lines %d and %d", text, offset, line, line16)
		}
		back := l.UTF16Offset(text, line16, character)
		if at := min(offset, end); back > at || at-back >= utf8.UTFMax {
			t.Fatalf("%q: offset %d became %d", text, offset, back)
		}
		if utf8.Valid(text) && back == offset {
			if want := len(utf16.Encode([]rune(string(text[start:offset])))); character != want {
				t.Fatalf("%q: offset %d is character %d, want %d", text, offset, character, want)
			}
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("a\r\n\r\nä𝄞\xff\xf0\x9d\n\r"))
	f.Fuzz(func(t *testing.T, text []byte) { checkLines(t, text) })
}
