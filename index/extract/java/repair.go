package java

import (
	"bytes"
	"slices"
)

// closeStrings returns text with an end for each string that its line doesn't
// close, as there is one while a person types it: to the grammar such a string
// reaches to the next quote, wherever that is, and takes the class with it. It
// is nil if all are closed. No offset changes: the end stands in the place of
// the line's last byte.
func closeStrings(text []byte) (closed []byte) {
	for at := 0; at < len(text); {
		next := bytes.IndexAny(text[at:], `"'/`)
		if next < 0 {
			break
		}
		at += next
		switch c := text[at]; {
		case c == '/':
			if n := skip(text[at:]); n > 0 {
				at += n
			} else {
				at++
			}
		case bytes.HasPrefix(text[at:], []byte(`"""`)):
			at = textBlockEnd(text, at)
		default:
			end, ok := literalEnd(text, at)
			if !ok && c == '"' {
				if closed == nil {
					closed = slices.Clone(text)
				}
				if closed[end-1] = '"'; end-1 == at {
					closed[at] = ' '
				}
			}
			at = end
		}
	}
	return closed
}

// textBlockEnd returns where the text block at offset at ends.
func textBlockEnd(text []byte, at int) int {
	for at += 3; at < len(text); at++ {
		switch {
		case text[at] == '\\':
			at++
		case bytes.HasPrefix(text[at:], []byte(`"""`)):
			return at + 3
		}
	}
	return len(text)
}

// literalEnd returns where the string or character at offset at ends: behind
// its quote, or at the end of its line if it isn't closed there.
func literalEnd(text []byte, at int) (end int, closed bool) {
	quote := text[at]
	for at++; at < len(text); at++ {
		switch text[at] {
		case quote:
			return at + 1, true
		case '\\':
			if at+1 < len(text) && text[at+1] != '\r' && text[at+1] != '\n' {
				at++
			}
		case '\r', '\n':
			return at, false
		}
	}
	return len(text), false
}
