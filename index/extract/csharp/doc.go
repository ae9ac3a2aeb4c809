// Package csharp extracts facts from C# source text.
//
// It is a pure function of the bytes: no I/O, no knowledge of other files, and
// the same output for the same input. It reads C# 12 and, as far as the grammar
// allows, later versions; where the grammar can't, extraction goes on behind
// the error. How C# is written down is said in docs/facts.md.
//
// What becomes a row: everything that a binding, call, return or condition
// refers to, and every call, member access and indexing wherever it stands.
package csharp

// Version changes whenever Extract's result for some input does.
const Version = 3
