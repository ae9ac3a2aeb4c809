package source

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

// readBeneath reads the regular file at path below root, at most limit bytes.
// The kernel keeps the way inside root (openat2), at half the cost of os.Root
// which opens each folder on the way. Kernels before 5.6 and sandboxes that
// refuse the call get os.Root.
func readBeneath(root, path string, limit int) ([]byte, error) {
	data, err := openat2Read(root, path, limit)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) {
		return rootRead(root, path, limit)
	}
	return data, err
}

func openat2Read(root, path string, limit int) ([]byte, error) {
	dir, err := retry(func() (int, error) {
		return unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: root, Err: err}
	}
	defer unix.Close(dir)
	// O_NONBLOCK: opening a pipe must not wait for its other end.
	how := unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOCTTY,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS,
	}
	fd, err := retry(func() (int, error) { return unix.Openat2(dir, path, &how) })
	switch {
	case errors.Is(err, unix.EXDEV):
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrOutside}
	case errors.Is(err, unix.ENXIO): // a socket
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	case err != nil:
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	data, err := readDescriptor(fd, limit)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: path, Err: err}
	}
	return data, nil
}

func readDescriptor(fd, limit int) ([]byte, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, ErrNotRegular
	}
	if st.Size > int64(limit) {
		return nil, tooLarge(st.Size, limit)
	}
	data := make([]byte, 0, max(st.Size+1, 512)) // one more to see the end; files of /proc have size 0
	for {
		n, err := retry(func() (int, error) { return unix.Read(fd, data[len(data):cap(data)]) })
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return data, nil
		}
		room := cap(data) - len(data)
		data = data[:len(data)+n]
		if len(data) > limit {
			return nil, tooLarge(int64(len(data)), limit)
		}
		if st.Size > 0 && n < room && int64(len(data)) >= st.Size { // a read that ends early ends at the end
			return data, nil
		}
		if len(data) == cap(data) { // it grows
			data = append(data, 0)[:len(data)]
		}
	}
}

// retry calls f again when a signal, or a rename on the way, got in between.
func retry(f func() (int, error)) (int, error) {
	for range 1000 {
		n, err := f()
		if !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.EAGAIN) {
			return n, err
		}
	}
	return -1, unix.EINTR
}
