package deploy

import "testing"

func TestTextPos(t *testing.T) {
	text := NewText("f", []byte("a\r\nbé\rc\n\nd"))
	for _, c := range []struct {
		start, end, line, column int
		slice                    string
	}{
		{0, 1, 1, 1, "a"},
		{3, 4, 2, 1, "b"},
		{4, 6, 2, 2, "é"},
		{7, 8, 3, 1, "c"},
		{9, 9, 4, 1, ""},
		{10, 11, 5, 1, "d"},
		{10, 99, 5, 1, "d"},
		{-5, -1, 1, 1, ""},
		{99, 3, 5, 2, ""},
	} {
		p := text.Pos(c.start, c.end)
		if p.Line != c.line || p.Column != c.column || text.Slice(p) != c.slice {
			t.Errorf("Pos(%d, %d) = %+v %q", c.start, c.end, p, text.Slice(p))
		}
	}
	if s, e := text.Line(2); string(text.Data[s:e]) != "bé" {
		t.Errorf("line 2 is %q", text.Data[s:e])
	}
	if s, e := text.Line(9); s != e {
		t.Errorf("line 9 is not empty")
	}
}
