package wire

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

var encodings = []Encoding{UTF16, UTF8, UTF32}

func TestMapper(t *testing.T) {
	text := "aé😀b\r\nx\ry\n\n\xffz"
	//       0 1 3 7 8   10 12 14 15 16  17
	tests := []struct {
		enc             Encoding
		off             int
		line, character uint32
	}{
		{UTF16, 0, 0, 0},
		{UTF16, 3, 0, 2},
		{UTF16, 7, 0, 4},
		{UTF16, 8, 0, 5},
		{UTF8, 3, 0, 3},
		{UTF8, 8, 0, 8},
		{UTF32, 7, 0, 3},
		{UTF32, 8, 0, 4},
		{UTF16, 10, 1, 0},
		{UTF16, 11, 1, 1},
		{UTF16, 12, 2, 0},
		{UTF16, 14, 3, 0},
		{UTF16, 15, 4, 0},
		{UTF16, 16, 4, 1},
		{UTF16, 17, 4, 2},
	}
	for _, test := range tests {
		m := NewMapper([]byte(text), test.enc)
		want := Position{Line: test.line, Character: test.character}
		if got := m.OffsetPosition(test.off); got != want {
			t.Errorf("%v: offset %d is %v, want %v", test.enc, test.off, got, want)
		}
		if got := m.PositionOffset(want); got != test.off {
			t.Errorf("%v: position %v is %d, want %d", test.enc, want, got, test.off)
		}
	}
	if n := NewMapper([]byte(text), UTF16).Lines(); n != 5 {
		t.Errorf("%d lines", n)
	}
}

func TestMapperClamps(t *testing.T) {
	const far = math.MaxUint32
	text := "a😀\r\nb\n"
	tests := []struct {
		enc             Encoding
		line, character uint32
		off             int
	}{
		{UTF16, 0, far, 5}, // before the line's end
		{UTF16, 0, 2, 1},   // inside a surrogate pair
		{UTF8, 0, 3, 1},    // inside a character
		{UTF16, 1, 9, 8},
		{UTF16, 2, 0, 9},
		{UTF16, 2, far, 9},
		{UTF16, 3, 0, 9},
		{UTF16, far, far, 9},
		{UTF32, far, 0, 9},
	}
	for _, test := range tests {
		m := NewMapper([]byte(text), test.enc)
		if got := m.PositionOffset(Position{Line: test.line, Character: test.character}); got != test.off {
			t.Errorf("%v %d:%d is %d, want %d", test.enc, test.line, test.character, got, test.off)
		}
	}
	m := NewMapper([]byte(text), UTF16)
	for off, want := range map[int]Position{
		-5: {}, 3: {Character: 1}, 6: {Character: 3}, 7: {Line: 1}, 9: {Line: 2}, 100: {Line: 2}, math.MaxInt: {Line: 2}, math.MinInt: {},
	} {
		if got := m.OffsetPosition(off); got != want {
			t.Errorf("offset %d is %v, want %v", off, got, want)
		}
	}
	empty := NewMapper(nil, UTF16)
	if got := empty.PositionOffset(Position{Line: 3, Character: 3}); got != 0 {
		t.Error(got)
	}
	start, end := m.RangeOffsets(Range{Start: Position{Line: 1}, End: Position{Character: 1}})
	if start != 1 || end != 7 {
		t.Errorf("range the wrong way round is %d to %d", start, end)
	}
}

// Editors do not count a byte order mark.
func TestFileMapper(t *testing.T) {
	for _, enc := range encodings {
		m := NewFileMapper([]byte("\xEF\xBB\xBFab\ncd"), enc)
		for off, want := range map[int]Position{0: {}, 1: {}, 3: {}, 4: {Character: 1}, 6: {Line: 1}} {
			if got := m.OffsetPosition(off); got != want {
				t.Errorf("%v: offset %d is %v, want %v", enc, off, got, want)
			}
		}
		if got := m.PositionOffset(Position{}); got != 3 {
			t.Errorf("%v: the start is %d", enc, got)
		}
		if got := NewFileMapper([]byte("\xEF\xBB\xBF"), enc).OffsetPosition(2); got != (Position{}) {
			t.Errorf("%v: only a mark: %v", enc, got)
		}
		if got := NewFileMapper([]byte("ab"), enc).PositionOffset(Position{Character: 1}); got != 1 {
			t.Errorf("%v: no mark: %d", enc, got)
		}
	}
}

// slowPosition is the definition: walk over the text, character by character.
func slowPosition(text []byte, off int, enc Encoding) Position {
	var p Position
	for i := 0; i < off; {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == '\n' || r == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
			p = Position{Line: p.Line + 1}
		case r == '\r': // counted with its \n
		case enc == UTF8:
			p.Character += uint32(size)
		case enc == UTF16:
			p.Character += uint32(len(utf16.Encode([]rune{r})))
		default:
			p.Character++
		}
		i += size
	}
	return p
}

func checkMapper(t *testing.T, text []byte) {
	t.Helper()
	for _, enc := range encodings {
		m := NewMapper(text, enc)
		last := Position{}
		for off := 0; off <= len(text); off++ {
			got := m.OffsetPosition(off)
			if got.Line < last.Line || got.Line == last.Line && got.Character < last.Character {
				t.Fatalf("%q, %v: position of %d is before that of %d", text, enc, off, off-1)
			}
			last = got
			inEnd := off > 0 && off < len(text) && text[off-1] == '\r' && text[off] == '\n'
			back := m.PositionOffset(got)
			if back > off {
				t.Fatalf("%q, %v: offset %d becomes %d", text, enc, off, back)
			}
			if inEnd || !boundary(text, off) {
				continue
			}
			if want := slowPosition(text, off, enc); got != want {
				t.Fatalf("%q, %v: offset %d is %v, want %v", text, enc, off, got, want)
			}
			if back != off {
				t.Fatalf("%q, %v: offset %d becomes %d", text, enc, off, back)
			}
		}
	}
}

// boundary tells whether a character, as Go reads them, starts at off.
func boundary(text []byte, off int) bool {
	for i := 0; i < off; {
		_, size := utf8.DecodeRune(text[i:])
		if i += size; i > off {
			return false
		}
	}
	return true
}

func randomText(rnd *rand.Rand) []byte {
	pieces := []string{"a", "bc", "\n", "\r\n", "\r", "é", "€", "😀", "\xff", "\xf0\x9f", "\ufeff", "\u2028", " "}
	var b strings.Builder
	for range rnd.IntN(20) {
		b.WriteString(pieces[rnd.IntN(len(pieces))])
	}
	return []byte(b.String())
}

func TestMapperRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		checkMapper(t, randomText(rnd))
	}
}

func FuzzMapper(f *testing.F) {
	for _, s := range []string{"", "a", "\r\r\n\n", "aé😀\r\nb", "\xff\xf0\x9f\r"} {
		f.Add([]byte(s), uint32(0), uint32(1))
	}
	f.Fuzz(func(t *testing.T, text []byte, line, character uint32) {
		if len(text) > 1000 {
			return // the check is quadratic
		}
		checkMapper(t, text)
		for _, enc := range encodings {
			for _, m := range []*Mapper{NewMapper(text, enc), NewFileMapper(text, enc)} {
				off := m.PositionOffset(Position{Line: line, Character: character})
				if off < 0 || off > len(text) {
					t.Fatalf("%d:%d is %d of %d", line, character, off, len(text))
				}
				if again := m.PositionOffset(m.OffsetPosition(off)); again != off {
					t.Fatalf("%q, %v: %d:%d is %d, then %d", text, enc, line, character, off, again)
				}
			}
		}
	})
}

func TestApplyChanges(t *testing.T) {
	at := func(l1, c1, l2, c2 uint32) *Range {
		return &Range{Start: Position{Line: l1, Character: c1}, End: Position{Line: l2, Character: c2}}
	}
	tests := []struct {
		name, old string
		changes   []ContentChange
		want      string
	}{
		{"nothing", "abc", nil, "abc"},
		{"whole text", "abc", []ContentChange{{Text: "x"}}, "x"},
		{"whole text is empty", "abc", []ContentChange{{}}, ""},
		// The library cannot tell this from the whole text (trap 4).
		{"insert at the start", "abc", []ContentChange{{Range: at(0, 0, 0, 0), Text: "x"}}, "xabc"},
		{"in order", "abc", []ContentChange{{Range: at(0, 0, 0, 1), Text: "1\n2"}, {Range: at(1, 0, 1, 1), Text: "x"}}, "1\nxbc"},
		{"whole text between", "abc", []ContentChange{{Range: at(0, 1, 0, 2)}, {Text: "new\n"}, {Range: at(1, 0, 1, 0), Text: "end"}}, "new\nend"},
		{"after an emoji", "😀a\n", []ContentChange{{Range: at(0, 2, 0, 3), Text: "b"}}, "😀b\n"},
		{"over a line end", "a\r\nb\r\n", []ContentChange{{Range: at(0, 1, 1, 0)}}, "ab\r\n"},
		{"beyond the end", "a\nb", []ContentChange{{Range: at(9, 9, 99, 99), Text: "\nc"}}, "a\nb\nc"},
		{"delete everything", "a\nb", []ContentChange{{Range: at(0, 0, math.MaxUint32, math.MaxUint32)}}, ""},
		{"the wrong way round", "abc", []ContentChange{{Range: at(0, 2, 0, 1), Text: "x"}}, "axc"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			old := []byte(test.old)
			got := ApplyChanges(old, test.changes, UTF16)
			if string(got) != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if len(got) > 0 {
				got[0] ^= 0xff
			}
			if string(old) != test.old {
				t.Error("the old text was changed")
			}
		})
	}
}

// Edits sent in any encoding have the same result as edits of the bytes.
func TestApplyChangesRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		for _, enc := range encodings {
			text := bytes.ToValidUTF8(randomText(rnd), nil)
			want := bytes.Clone(text)
			var changes []ContentChange
			for range rnd.IntN(4) {
				m := NewMapper(want, enc)
				i, j := rnd.IntN(len(want)+1), rnd.IntN(len(want)+1)
				r := m.Range(min(i, j), max(i, j))
				start, end := m.RangeOffsets(r)
				insert := bytes.ToValidUTF8(randomText(rnd), nil)
				changes = append(changes, ContentChange{Range: &r, Text: string(insert)})
				want = append(append(bytes.Clone(want[:start]), insert...), want[end:]...)
			}
			if got := ApplyChanges(text, changes, enc); !bytes.Equal(got, want) {
				t.Fatalf("%q with %v: %q, want %q", text, changes, got, want)
			}
		}
	}
}

func TestChooseEncoding(t *testing.T) {
	for _, test := range []struct {
		offered []string
		want    string
	}{
		{nil, "utf-16"},
		{[]string{"utf-16"}, "utf-16"},
		{[]string{"utf-16", "utf-8"}, "utf-8"},
		{[]string{"utf-32", "utf-16"}, "utf-32"},
		{[]string{"utf-7", "utf-32"}, "utf-32"},
		{[]string{"utf-7"}, "utf-16"},
	} {
		if got := ChooseEncoding(test.offered).String(); got != test.want {
			t.Errorf("%v: %s, want %s", test.offered, got, test.want)
		}
	}
}

func BenchmarkMapper(b *testing.B) {
	text := bytes.Repeat([]byte("    producer.send(TOPIC, value)  # é\n"), 3000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		NewMapper(text, UTF16).PositionOffset(Position{Line: 2000, Character: 20})
	}
}
