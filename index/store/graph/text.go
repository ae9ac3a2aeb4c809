package graph

import (
	"encoding/binary"
	"unsafe"
)

// AppendTexts appends the strings of a graph to b, so that ReadTexts finds them.
func AppendTexts(b []byte, texts []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, s := range texts {
		b = binary.AppendUvarint(b, uint64(len(s)))
	}
	for _, s := range texts {
		b = append(b, s...)
	}
	return b
}

// ReadTexts returns the strings that AppendTexts wrote. They are part of b,
// which must not change any more.
func ReadTexts(b []byte) ([]string, error) {
	next := func() (uint64, bool) {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return 0, false
		}
		b = b[n:]
		return v, true
	}
	n, ok := next()
	if !ok || n > uint64(len(b)) {
		return nil, ErrDamaged
	}
	texts := make([]string, n)
	sizes := make([]uint32, n)
	var sum uint64
	for i := range sizes {
		size, ok := next()
		if !ok || size > 1<<31 {
			return nil, ErrDamaged
		}
		sizes[i] = uint32(size)
		sum += size
	}
	if sum != uint64(len(b)) {
		return nil, ErrDamaged
	}
	for i, size := range sizes {
		if size > 0 {
			texts[i] = unsafe.String(&b[0], size)
			b = b[size:]
		}
	}
	return texts, nil
}
