// Package lsp is the language server. [Serve] serves one client over a pair of
// streams. Each method of the protocol has a file of its own, which turns the
// client's words into a path and a byte offset, asks a snapshot of the index,
// and turns the answer back; what is answered is package index's.
//
// How the parts work together: the goroutine that reads keeps the open
// documents and hands every edit to the folder that the document is in
// (documents.go, folders.go). Each folder has one goroutine that indexes it,
// applies edits and publishes diagnostics (folder.go, diagnostics.go). A
// request takes a ticket for the edits that came before it and waits for these
// alone (ticket.go), so it neither waits for indexing nor sees a later edit.
package lsp
