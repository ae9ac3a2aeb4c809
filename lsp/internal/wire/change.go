package wire

import "bytes"

// ContentChange is one change of a document: of a range, or of the whole text
// when Range is nil. (The library's TextDocumentContentChangeEvent cannot tell a
// replacement of everything from an insertion at the start.)
type ContentChange struct {
	Range *Range
	Text  string
}

// ApplyChanges applies the changes of one didChange in their order, each to the
// text that the one before it left. It gives new text and does not change old.
func ApplyChanges(old []byte, changes []ContentChange, enc Encoding) []byte {
	text := old
	for _, c := range changes {
		if c.Range == nil {
			text = []byte(c.Text)
			continue
		}
		start, end := NewMapper(text, enc).RangeOffsets(*c.Range)
		next := make([]byte, 0, len(text)-(end-start)+len(c.Text))
		next = append(next, text[:start]...)
		next = append(next, c.Text...)
		text = append(next, text[end:]...)
	}
	if len(changes) == 0 {
		return bytes.Clone(old)
	}
	return text
}
