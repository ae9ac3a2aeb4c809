package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// rootRead is readBeneath by means of os.Root.
func rootRead(root, path string, limit int) ([]byte, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := r.OpenFile(filepath.FromSlash(path), os.O_RDONLY|openNonblock, 0)
	if err != nil {
		if isEscape(err) {
			return nil, &fs.PathError{Op: "open", Path: path, Err: ErrOutside}
		}
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: path, Err: ErrNotRegular}
	case info.Size() > int64(limit):
		return nil, &fs.PathError{Op: "read", Path: path, Err: tooLarge(info.Size(), limit)}
	}
	data := make([]byte, info.Size()+1)
	n, err := io.ReadFull(f, data)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return data[:n], nil
	}
	if err != nil {
		return nil, err
	}
	rest, err := io.ReadAll(io.LimitReader(f, int64(limit)+1-int64(n))) // it grew
	if data = append(data, rest...); len(data) > limit {
		return nil, &fs.PathError{Op: "read", Path: path, Err: tooLarge(int64(len(data)), limit)}
	}
	return data, err
}

// isEscape tells os.Root's error for a path that leaves the root. The package
// os doesn't export it.
func isEscape(err error) bool {
	e, ok := errors.AsType[*fs.PathError](err)
	return ok && e.Err.Error() == "path escapes from parent"
}
