// Package kotlin extracts facts from Kotlin source text.
//
// It is a pure function of the bytes: no I/O, no knowledge of other files, and
// the same output for the same input. It reads Kotlin 2.2 and older.
//
// It has a parser of its own. The grammar that tree-sitter has for Kotlin
// reads frequent code as something else without saying so (annotations in
// front of a class as an expression, the body of `class A : B by c { ... }` as
// a lambda, accessors as statements), and half-typed code takes whole classes
// with it. Kotlin's own grammar is small and needs no backtracking: tokens
// with their brackets paired (lexer.go) and recursive descent over them, which
// writes rows as it goes. What is unpaired ends where the next declaration or
// the bracket around it begins.
//
// What becomes a row: everything that a binding, call, return or condition
// refers to, and every call, attribute read and index read wherever it stands.
package kotlin

// Version changes whenever Extract's result for some input does.
const Version = 3
