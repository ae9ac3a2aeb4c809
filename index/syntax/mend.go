package syntax

import (
	"bytes"
	"slices"

	"topicls/index/facts"
)

// A line that makes no sense, half typed or left by a merge, costs a grammar
// more than the line: what stands below it is taken for a part of it. Without
// the line the rest is what it is. So where an error reaches far, some of the
// lines at which errors begin and end are read as if they were blank, as long as
// each leaves much less unread. Offsets stay what they are.

const (
	mendBytes = 256 << 10 // the largest file that is mended
	mendLines = 3         // how many lines are read as blank
	mendTries = 12        // how many times a file is parsed for one of them
	// An error that reaches less far is left alone: newer syntax than a grammar
	// knows is mostly of that kind.
	mendFrom = 160 // bytes
)

// mend returns the tree of a file without the lines that keep much of it from
// being read. tree is the file's as it is, in buf.
func (v *View) mend(src []byte, tree Tree, buf *Buffer) Tree {
	if len(src) > mendBytes {
		return tree
	}
	text, mended := src, mergeMarks(src)
	if len(mended) > 0 {
		text = blank(src, mended...)
		if t, p := v.parse(text); p == nil {
			tree = v.copy(t, text, buf)
			t.Close()
		}
	}
	damage := tree.damage()
	for tries := 0; tries < mendLines && damage >= mendFrom; tries++ {
		at, left, ok := v.bestLine(text, tree, damage)
		if !ok {
			break
		}
		text, damage, mended = blank(text, at), left, append(mended, at)
		t, p := v.parse(text)
		if p != nil {
			break // it could be parsed a moment ago: the limit of time
		}
		tree = v.copy(t, text, buf)
		t.Close()
	}
	if len(mended) == 0 {
		return tree
	}
	slices.SortFunc(mended, func(a, b facts.Span) int { return int(a.Start) - int(b.Start) })
	tree.Src, tree.Mended = src, mended
	return tree
}

// bestLine finds the line without which least is left unread, at most half of
// the damage.
func (v *View) bestLine(text []byte, tree Tree, damage int) (line facts.Span, left int, ok bool) {
	left = damage/2 + 1
	var scratch Buffer
	for _, at := range suspects(text, tree) {
		t, p := v.parse(blank(text, at))
		if p != nil {
			return line, left, false
		}
		mended := v.copy(t, text, &scratch)
		t.Close()
		if now := mended.damage(); now < left {
			line, left, ok = at, now, true
		}
	}
	return line, left, ok
}

// mergeMarks are the lines that mark the sides of a merge that is not done:
// "<<<<<<< ours", "||||||| base", "=======", ">>>>>>> theirs".
func mergeMarks(text []byte) []facts.Span {
	if !bytes.HasPrefix(text, []byte("<<<<<<< ")) && !bytes.Contains(text, []byte("\n<<<<<<< ")) {
		return nil
	}
	var out []facts.Span
	off := 0
	for line := range bytes.Lines(text) {
		t := bytes.TrimRight(line, "\r\n")
		if string(t) == "=======" || len(t) > 7 && t[7] == ' ' && slices.Contains([]string{"<<<<<<<", "|||||||", ">>>>>>>"}, string(t[:7])) {
			out = append(out, facts.Span{Start: uint32(off), End: uint32(off + len(t))})
		}
		off += len(line)
	}
	return out
}

// damage is how many bytes errors reach over.
func (t *Tree) damage() int {
	n := 0
	for i := uint32(0); int(i) < len(t.Nodes); {
		switch x := &t.Nodes[i]; {
		case x.Kind == Error:
			n += int(x.End - x.Start)
			i = x.Next
			continue
		case x.Missing():
			n++
		}
		i++
	}
	return n
}

// suspects are lines at which errors begin or end, and those in front of where
// they begin: the first of them, each once.
func suspects(text []byte, tree Tree) []facts.Span {
	var out []facts.Span
	add := func(off uint32) {
		s := lineAt(text, off)
		if len(out) < mendTries && !slices.Contains(out, s) && len(bytes.TrimSpace(text[s.Start:s.End])) > 0 {
			out = append(out, s)
		}
	}
	for i := range tree.Nodes {
		n := &tree.Nodes[i]
		if n.Kind != Error && !n.Missing() {
			continue
		}
		add(n.Start)
		if before := bytes.TrimRight(text[:lineAt(text, n.Start).Start], " \t\r\n"); len(before) > 0 {
			add(uint32(len(before)) - 1)
		}
		if n.End > n.Start {
			add(n.End - 1)
		}
	}
	return out
}

// lineAt is the line of an offset, without its end.
func lineAt(text []byte, off uint32) facts.Span {
	start := bytes.LastIndexByte(text[:off], '\n') + 1
	end := len(text)
	if n := bytes.IndexByte(text[off:], '\n'); n >= 0 {
		end = int(off) + n
	}
	return facts.Span{Start: uint32(start), End: uint32(end)}
}

// blank returns a text with spaces in the place of lines.
func blank(text []byte, lines ...facts.Span) []byte {
	out := bytes.Clone(text)
	for _, line := range lines {
		for i := line.Start; i < line.End; i++ {
			out[i] = ' '
		}
	}
	return out
}
