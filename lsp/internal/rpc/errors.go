package rpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.lsp.dev/jsonrpc2"
)

// Code is an error code of JSON-RPC or of the Language Server Protocol.
type Code int32

// The codes that this server sends.
const (
	ParseError           Code = -32700
	InvalidRequest       Code = -32600
	MethodNotFound       Code = -32601
	InvalidParams        Code = -32602
	InternalError        Code = -32603
	ServerNotInitialized Code = -32002
	RequestCancelled     Code = -32800
	ContentModified      Code = -32801
	RequestFailed        Code = -32803
)

// Error is an error with a code. A handler returns one, possibly wrapped, to
// choose the code of its reply; any other error becomes [RequestFailed].
type Error struct {
	Code    Code
	Message string
	Data    any // anything that encodes as JSON, or nil
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Errorf makes an [Error].
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Errors that handlers return as they are, and that [Router.Call] and
// [Router.Notify] give.
var (
	// ErrContentModified says that the document has moved on, so that the
	// answer would be wrong. Clients drop the request without a word.
	ErrContentModified = &Error{Code: ContentModified, Message: "content modified"}
	// ErrCancelled is the cause of a request's context when the client
	// cancelled it.
	ErrCancelled = &Error{Code: RequestCancelled, Message: "cancelled"}
	// ErrClosed says that there is no connection, or no longer.
	ErrClosed = errors.New("connection closed")
	// ErrCallOnReader says that a notification handler or the initialize
	// handler made a call and waits for it. The reply could never be read.
	ErrCallOnReader = errors.New("call from the goroutine that reads; use Router.Go")

	errDeadline = errors.New("deadline exceeded")
	errStalled  = errors.New("client does not read")
)

// wireError maps what went wrong in a request for method to what its reply
// says. It is the only place where codes are chosen for handlers' errors.
// The context is the request's.
func wireError(ctx context.Context, method string, err error) *jsonrpc2.Error {
	var coded *Error
	var library *jsonrpc2.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		// The handler passed on the end of its context: say why it ended.
		cause := context.Cause(ctx)
		switch {
		case errors.As(cause, &coded):
			return encodeError(coded.Code, coded.Message, coded.Data)
		case errors.Is(err, context.Canceled):
			return encodeError(RequestCancelled, "cancelled", nil)
		}
		return encodeError(RequestFailed, fmt.Sprintf("%s: %v", method, errDeadline), nil)
	case errors.As(err, &coded):
		// The text is the outermost one, which the library would lose.
		return encodeError(coded.Code, err.Error(), coded.Data)
	case errors.As(err, &library):
		return &jsonrpc2.Error{Code: library.Code, Message: err.Error(), Data: library.Data}
	case errors.Is(err, ErrClosed):
		return encodeError(RequestCancelled, err.Error(), nil)
	default:
		return encodeError(RequestFailed, fmt.Sprintf("%s: %v", method, err), nil)
	}
}

func encodeError(code Code, message string, data any) *jsonrpc2.Error {
	e := &jsonrpc2.Error{Code: jsonrpc2.Code(code), Message: message}
	if data != nil {
		if raw, err := encode(data); err == nil {
			e.Data = &raw
		}
	}
	return e
}

// clientError turns an error reply of the client into an [Error].
func clientError(err error) error {
	var e *jsonrpc2.Error
	if !errors.As(err, &e) {
		return err
	}
	out := &Error{Code: Code(e.Code), Message: e.Message}
	if e.Data != nil {
		out.Data = json.RawMessage(*e.Data)
	}
	return out
}
