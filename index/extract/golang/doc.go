// Package golang extracts facts from Go source text.
//
// It is a pure function of the bytes: no I/O, no knowledge of other files, and
// the same output for the same input. It reads Go 1.22 and what of later
// versions the grammar allows. How Go's things are written down is said in
// docs/facts.md.
//
// What becomes a row: everything that a binding, call, return or condition
// refers to, and every call, selector and index expression wherever it stands.
// Comparisons and arithmetic have rows where something refers to them and none
// elsewhere.
package golang

// Version changes whenever Extract's result for some input does.
const Version = 1
