// Package ecmascript extracts facts from TypeScript and JavaScript source
// text, with or without JSX, in ECMAScript's own modules and in CommonJS.
//
// It is a pure function of the bytes: no I/O, no knowledge of other files, and
// the same output for the same input. What becomes which row is said in
// docs/facts.md.
//
// Everything that a binding, call, return or condition refers to becomes a
// row, and so does every call, attribute read and subscript read wherever it
// stands. Arithmetic has rows where something refers to it and none elsewhere.
package ecmascript

// Version changes whenever Extract's result for some input does.
const Version = 1
