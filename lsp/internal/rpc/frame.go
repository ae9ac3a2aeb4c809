package rpc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Sizes within which the reader stays whatever it is sent.
const (
	headerLine = 4 << 10  // a longer line is no header; only its end is kept
	readChunk  = 64 << 10 // a body's buffer grows with what arrives, not with what is announced
)

// frameError is a message whose frame is unusable. Reading can go on after it.
type frameError struct{ text string }

func (e *frameError) Error() string { return e.text }

// readFrame reads the next body. After a frameError the reader stands where a
// next frame can be found; any other error is the end of the stream, io.EOF
// between two frames and io.ErrUnexpectedEOF inside one.
func readFrame(in *bufio.Reader, limit int64) ([]byte, error) {
	length, err := readHeader(in)
	if err != nil {
		return nil, err
	}
	if length > limit {
		if _, err := io.CopyN(io.Discard, in, length); err != nil {
			return nil, io.ErrUnexpectedEOF
		}
		return nil, &frameError{fmt.Sprintf("message of %d bytes is over the limit of %d", length, limit)}
	}
	body := bytes.NewBuffer(make([]byte, 0, min(length, readChunk)))
	if _, err := io.CopyN(body, in, length); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return body.Bytes(), nil
}

// readHeader reads up to the empty line before a body and returns the body's
// length. Text that is no header is passed over up to the next Content-Length,
// also when that follows on the same line; then the error tells so, once, before
// the line is read again.
func readHeader(in *bufio.Reader) (int64, error) {
	length, found, foreign := int64(0), false, false
	for {
		line, err := readLine(in)
		if err != nil {
			if errors.Is(err, io.EOF) && (found || foreign || len(line) > 0) {
				return 0, io.ErrUnexpectedEOF
			}
			return 0, err
		}
		text := bytes.TrimSpace(line)
		if len(text) == 0 {
			switch {
			case found:
				return length, nil
			case foreign:
				return 0, &frameError{"message has no usable Content-Length header"}
			}
			continue // empty lines between messages
		}
		if n, ok := contentLength(text); ok {
			length, found = n, true
		} else if !found {
			foreign = true
		}
	}
}

// contentLength finds the length in a header line. Names of headers have no case.
func contentLength(line []byte) (int64, bool) {
	const name = "content-length:"
	i := len(line) - len(name)
	for i >= 0 && !bytes.EqualFold(line[i:i+len(name)], []byte(name)) {
		i--
	}
	if i < 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(line[i+len(name):])), 10, 64)
	return n, err == nil && n >= 0
}

// readLine reads up to a line feed, and of a long line keeps the end.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if over := len(line) - headerLine; over > 0 {
			line = append(line[:0], line[over:]...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
