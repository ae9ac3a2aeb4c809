package source

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// MaxFile is the size in bytes of the largest file that is read.
const MaxFile = 8 << 20

// Why a file was not read. Use errors.Is.
var (
	ErrOutside    = errors.New("the path leads out of the workspace")
	ErrNotRegular = errors.New("not a regular file")
	ErrTooLarge   = errors.New("the file is too large")
)

func tooLarge(size int64, limit int) error {
	return fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, size, limit)
}

// readInside reads the regular file at a clean path. It never reads outside
// the root, whatever links there are in the path, nor waits for a pipe.
func (w *walker) readInside(path string, limit int) ([]byte, error) {
	data, err := readBeneath(w.root, path, limit)
	if errors.Is(err, ErrOutside) {
		// An absolute link counts as leading out even when it leads back in.
		target, ok := w.resolve(path)
		if !ok || target == path {
			return nil, err
		}
		return readBeneath(w.root, target, limit)
	}
	return data, err
}

// reason is the error's text without the operation and the absolute path.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// isGone reports whether the error says that there is no such file.
func isGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
