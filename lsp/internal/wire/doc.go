// Package wire is the boundary between the Language Server Protocol and the rest
// of the server: the types that go.lsp.dev/protocol v0.12 lacks (all of LSP 3.17)
// or has wrong, the conversion between document URIs and file paths, and that
// between positions and byte offsets.
//
// Use the library's types where they are right: Hover, SymbolInformation,
// WorkspaceEdit, CallHierarchyItem and most results. Use those of this package
// for params, which it decodes leniently (a client's odd field costs that field,
// not the request), and for everything that it defines. Never use the library's
// URI.Filename, uri.New or uri.Parse: they panic or change the name.
package wire
