// Package keys defines what a configuration file says, whatever its format:
// keys with values and the places of both. Input is bytes; what a framework
// does with the keys, and which file counts, is package config's matter.
package keys

import "strings"

// Span is a half-open range of byte offsets.
type Span struct{ Start, End uint32 }

// Entry is one key with its value.
type Entry struct {
	// Key is the whole key, its parts joined by the reader's separator, elements
	// of lists as [0], [1]...
	Key   string
	Value string
	// Name is where the key, or the last part of it, is written.
	Name Span
	// At is where the value is written, without quotes; empty, at the place where
	// it would stand, for a key without one.
	At Span
	// Verbatim says that the bytes at At are the value, letter by letter, so that
	// parts of it can be found there.
	Verbatim bool
	// Null says that there is a key, but no value.
	Null bool
	// Optional says that the entry counts only when what it refers to is set
	// (HOCON's ${?x} by itself).
	Optional bool
}

// Document is one document of a file: later ones override earlier ones.
type Document struct {
	Entries []Entry // in the order of the file; the last one of equal keys counts
}

// Problem is what could not be read.
type Problem struct {
	At      Span
	Message string
}

// File is what one configuration file says.
type File struct {
	Documents []Document
	Problems  []Problem
	// Broken says that the file could not be read as a whole, as it happens to
	// one that is being typed.
	Broken bool
}

// maxSize and maxEntries bound what is read of one file.
const (
	maxSize    = 1 << 20
	maxEntries = 20_000
)

// TooLarge returns what is said of a file that is not read because of its size;
// false for others.
func TooLarge(data []byte) (File, bool) {
	if len(data) <= maxSize {
		return File{}, false
	}
	return File{Broken: true, Problems: []Problem{{Message: "the file is too large to be read as configuration"}}}, true
}

// Last returns the last entry of a key, or nil.
func (d *Document) Last(key string) *Entry {
	for i := len(d.Entries) - 1; i >= 0; i-- {
		if d.Entries[i].Key == key {
			return &d.Entries[i]
		}
	}
	return nil
}

// Join puts a part behind a key: elements of lists without a separator.
func Join(key, sep, part string) string {
	if key == "" || strings.HasPrefix(part, "[") {
		return key + part
	}
	return key + sep + part
}
