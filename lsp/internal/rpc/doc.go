// Package rpc is the message router of the language server: JSON-RPC 2.0 with
// Content-Length framing, as the Language Server Protocol uses it.
//
// It stands on go.lsp.dev/jsonrpc2, of which it uses only the connection
// ([jsonrpc2.NewConn] and Conn.Go). Reading, decoding and writing are its own
// (see stream), because the library ends the session on the first message it
// cannot decode. What a handler may rely on:
//
//   - Notifications are handled one after the other, in the order in which they
//     were sent, on the goroutine that reads. They must be quick.
//   - A request runs in a goroutine of its own, started when all notifications
//     sent before it have been handled. Its prepare step runs before any later
//     message is looked at, so it sees the state as of the request's arrival.
//   - Every request gets exactly one reply, whatever its handler does: panics,
//     hangs, ignores its context or returns a value that cannot be encoded.
//   - The context of a request ends on $/cancelRequest, at the deadline and when
//     the connection ends.
//   - Nothing a client sends, or fails to read, stops the reading: outgoing
//     messages are queued and written by another goroutine.
//
// The package knows the protocol's lifecycle (initialize, shutdown, exit) and
// its error codes. It knows no other method, and nothing of Topicls.
package rpc
