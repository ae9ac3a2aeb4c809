package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Key names a record of an archive.
type Key [keySize]byte

const keySize = 32

// An archive is a file of records by key. It is written once, under another
// name, and never changed; whoever has it open goes on reading it when it was
// replaced or removed meanwhile.
//
// Behind the records stands an index, sorted by key, and behind that a footer
// of fixed size that says where it is. Index and records have checksums:
// records are held against theirs when they are read.
type archive struct {
	f     *os.File
	path  string
	size  int64
	index []byte // rows of rowSize
}

const (
	archiveMagic = "topicls\x01"
	rowSize      = keySize + 8 + 4 + 4 // key, offset, length, checksum
	footerSize   = 8 + 4 + 4 + 8       // where the index begins, its rows, its checksum, the magic again
	// maxRecord bounds what is read at once, whatever a damaged index says.
	maxRecord = 1 << 30
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errDamaged says that a file is not what was written.
var errDamaged = errors.New("damaged")

// writeArchive writes the records that add hands out to a file at path, which
// appears when it is complete. They may not have the same key.
func writeArchive(path string, add func(put func(Key, ...[]byte) error) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), tempPrefix+"*")
	if err != nil {
		return fmt.Errorf("write cache: %w", err)
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err == nil {
			err = os.Rename(f.Name(), path)
		}
		if err != nil {
			err = errors.Join(fmt.Errorf("write cache: %w", err), ignoreMissing(os.Remove(f.Name())))
		}
	}()
	w := &offsetWriter{w: f}
	w.write([]byte(archiveMagic))
	var rows [][rowSize]byte
	err = add(func(k Key, parts ...[]byte) error {
		var row [rowSize]byte
		copy(row[:], k[:])
		binary.LittleEndian.PutUint64(row[keySize:], uint64(w.at))
		sum, n := uint32(0), 0
		for _, p := range parts {
			sum = crc32.Update(sum, castagnoli, p)
			n += len(p)
			w.write(p)
		}
		if n > maxRecord {
			return fmt.Errorf("a record of %d bytes", n)
		}
		binary.LittleEndian.PutUint32(row[keySize+8:], uint32(n))
		binary.LittleEndian.PutUint32(row[keySize+12:], sum)
		rows = append(rows, row)
		return w.err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b [rowSize]byte) int { return bytes.Compare(a[:keySize], b[:keySize]) })
	index := make([]byte, 0, len(rows)*rowSize)
	for i := range rows {
		index = append(index, rows[i][:]...)
	}
	var footer [footerSize]byte
	binary.LittleEndian.PutUint64(footer[:], uint64(w.at))
	binary.LittleEndian.PutUint32(footer[8:], uint32(len(rows)))
	binary.LittleEndian.PutUint32(footer[12:], crc32.Checksum(index, castagnoli))
	copy(footer[16:], archiveMagic)
	w.write(index)
	w.write(footer[:])
	return w.flush()
}

// offsetWriter gathers small writes and knows where it is.
type offsetWriter struct {
	w   io.Writer
	buf []byte
	at  int64
	err error
}

func (w *offsetWriter) write(b []byte) {
	w.at += int64(len(b))
	if w.buf = append(w.buf, b...); len(w.buf) >= 1<<18 {
		w.err = errors.Join(w.err, w.flush())
	}
}

func (w *offsetWriter) flush() error {
	if w.err != nil {
		return w.err
	}
	_, err := w.w.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

// openArchive opens an archive and reads its index.
func openArchive(path string) (a *archive, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = f.Close() // it was only read
			err = fmt.Errorf("read cache: %s: %w", filepath.Base(path), err)
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size()
	if !info.Mode().IsRegular() || size < int64(len(archiveMagic))+footerSize {
		return nil, errDamaged
	}
	var footer [footerSize]byte
	if _, err := f.ReadAt(footer[:], size-footerSize); err != nil {
		return nil, err
	}
	at := binary.LittleEndian.Uint64(footer[:])
	rows := int64(binary.LittleEndian.Uint32(footer[8:]))
	if string(footer[16:]) != archiveMagic || at > uint64(size) || int64(at)+rows*rowSize+footerSize != size {
		return nil, errDamaged
	}
	a = &archive{f: f, path: path, size: size, index: make([]byte, rows*rowSize)}
	if _, err := f.ReadAt(a.index, int64(at)); err != nil {
		return nil, err
	}
	if crc32.Checksum(a.index, castagnoli) != binary.LittleEndian.Uint32(footer[12:]) {
		return nil, errDamaged
	}
	return a, nil
}

func (a *archive) len() int { return len(a.index) / rowSize }

func (a *archive) row(i int) []byte { return a.index[i*rowSize : (i+1)*rowSize] }

// find returns the row of a key.
func (a *archive) find(k Key) ([]byte, bool) {
	lo, hi := 0, a.len()
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if bytes.Compare(a.row(mid)[:keySize], k[:]) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < a.len() && bytes.Equal(a.row(lo)[:keySize], k[:]) {
		return a.row(lo), true
	}
	return nil, false
}

// get returns the record of a key; false when there is none, or it is damaged.
func (a *archive) get(k Key) ([]byte, bool) {
	row, ok := a.find(k)
	if !ok {
		return nil, false
	}
	at, n := binary.LittleEndian.Uint64(row[keySize:]), binary.LittleEndian.Uint32(row[keySize+8:])
	if n > maxRecord || at > uint64(a.size) || int64(at)+int64(n) > a.size {
		return nil, false
	}
	data := make([]byte, n)
	if _, err := a.f.ReadAt(data, int64(at)); err != nil {
		return nil, false
	}
	return data, crc32.Checksum(data, castagnoli) == binary.LittleEndian.Uint32(row[keySize+12:])
}

func (a *archive) close() { _ = a.f.Close() } // it was only read
