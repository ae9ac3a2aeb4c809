// Package lsptest is a fake editor for tests of the language server. It talks to
// a server in the same process over a pipe, in raw JSON-RPC of its own making:
// nothing here uses the libraries that the server uses, so that their mistakes
// are seen.
//
// An [Editor] fails its test for what no editor should ever see: a reply with no
// request, a second reply, null where the protocol wants a list, an error that
// the test did not ask for, a message box, a call of an unknown method, a wrong
// exit code, a goroutine left behind. It never sleeps: every wait is for a
// message, with a timeout.
package lsptest
