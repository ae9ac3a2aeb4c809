// Package python extracts facts from Python source text.
//
// It is a pure function of the bytes: no I/O, no knowledge of other files, and
// the same output for the same input. It reads Python 3.12 and, as far as the
// grammar allows, Python 2.
//
// What becomes a row: everything that a binding, call, return or condition
// refers to, and every call, attribute read and subscript read wherever it
// stands. Comparisons and arithmetic have rows where something refers to them
// and none elsewhere.
package python

// Version changes whenever Extract's result for some input does.
const Version = 4
