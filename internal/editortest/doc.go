// Package editortest runs real editors on a copy of the example, for the tests
// of their guides, and compares what each of them is told.
//
// An editor's session is a script in the editor's own language. It prints one
// line per check, "ok NAME" or "FAIL NAME: DETAIL", and "done" at its end, and
// answers the questions of [Facts] in a file. The questions and the answers that
// all editors must give are in facts.json, which package lsp writes.
package editortest
