package graph

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"unsafe"
)

// thing is something that may be referred to several times.
type thing struct {
	at unsafe.Pointer
	p  *plan
	n  int
}

// Writer writes one graph.
type Writer struct {
	b       []byte
	met     map[thing]bool   // whether more than one thing leads to it
	things  map[thing]uint64 // of these, those that were written; nil while they are looked for
	strings map[string]uint64
	texts   []string
	carrier
	depth int
}

// Number writes a number.
func (w *Writer) Number(v uint64) { w.b = binary.AppendUvarint(w.b, v) }

// String writes a string. Equal ones are written once.
func (w *Writer) String(s string) {
	n, ok := w.strings[s]
	if !ok {
		n = uint64(len(w.texts))
		w.strings[s] = n
		w.texts = append(w.texts, s)
	}
	w.Number(n)
}

// Bytes writes some bytes.
func (w *Writer) Bytes(b []byte) {
	w.Number(uint64(len(b)))
	w.b = append(w.b, b...)
}

// old writes what stands for a thing. It reports whether that is all: it was
// written before.
func (w *Writer) old(k thing) bool {
	if w.things == nil {
		_, ok := w.met[k]
		w.met[k] = ok
		return ok
	}
	if !w.met[k] {
		w.Number(refOnly)
		return false
	}
	if n, ok := w.things[k]; ok {
		w.Number(n + refOld)
		return true
	}
	w.things[k] = uint64(len(w.things))
	w.Number(refFirst)
	return false
}

// Write returns the bytes of the graph behind root, a pointer, and the strings
// in it, which they refer to by number. Nothing in it may change meanwhile.
func (c *Codec) Write(root any) (data []byte, texts []string, err error) {
	w := &Writer{met: map[thing]bool{}, strings: map[string]uint64{"": 0}, texts: []string{""}}
	defer func() {
		switch p := recover().(type) {
		case nil:
		case failure:
			data, texts, err = nil, nil, p.err
		default:
			panic(p)
		}
	}()
	v := reflect.ValueOf(root)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil, nil, fmt.Errorf("graph: %T is no pointer to anything", root)
	}
	at := v.UnsafePointer()
	c.mu.Lock()
	p := c.planOf(v.Type())
	c.mu.Unlock()
	p.write(w, unsafe.Pointer(&at))
	w.b, w.things = w.b[:0], map[thing]uint64{}
	p.write(w, unsafe.Pointer(&at))
	return w.b, w.texts, nil
}
