// Package java extracts facts from Java source text, in the form that
// docs/facts.md describes.
//
// It is a pure function of the bytes: no I/O, no knowledge of other files, and
// the same output for the same input. It reads Java 21 and, as far as the
// grammar allows, what came later.
//
// What becomes a row: everything that a binding, call, return or condition
// refers to, and every call, field read and array read wherever it stands.
// Comparisons and arithmetic have rows where something refers to them and none
// elsewhere.
package java

// Version changes whenever Extract's result for some input does.
const Version = 1
