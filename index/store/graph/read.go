package graph

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"unsafe"
)

// Reader reads one graph.
type Reader struct {
	b       []byte
	texts   []string
	things  []thing
	rooms   []room
	loaders []Loader
	carrier
	depth int
}

// room is where things of one type are put, many at a time: making each on its
// own costs more than reading it.
type room struct {
	at   unsafe.Pointer
	left int
}

// roomFor is how many things of a type are made at a time. So many stay as long
// as one of them does.
const roomFor = 64

func (r *Reader) byte() byte {
	if len(r.b) == 0 {
		r.must(ErrDamaged)
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

// Number reads a number.
func (r *Reader) Number() uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 {
		v := r.b[0]
		r.b = r.b[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.must(ErrDamaged)
	}
	r.b = r.b[n:]
	return v
}

// String reads a string.
func (r *Reader) String() string {
	n := r.Number()
	if n >= uint64(len(r.texts)) {
		r.must(ErrDamaged)
	}
	return r.texts[n]
}

// Bytes reads some bytes. They are part of what Read was given.
func (r *Reader) Bytes() []byte { return r.bytes(int(min(r.Number(), 1<<40))) }

func (r *Reader) bytes(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.must(ErrDamaged)
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

// count reads how many elements there are. Each takes a byte at least.
func (r *Reader) count(elem *plan) int {
	n := r.Number()
	least := uint64(1)
	if elem.plain {
		least = uint64(elem.size)
	}
	if n > uint64(len(r.b)) || n*least > uint64(len(r.b)) {
		r.must(ErrDamaged)
	}
	return int(n)
}

// room returns memory for n values of a type.
func (r *Reader) room(p *plan, n int) unsafe.Pointer {
	for len(r.rooms) <= p.index {
		r.rooms = append(r.rooms, room{})
	}
	if n == 0 || p.size == 0 {
		return unsafe.Pointer(&nothing)
	}
	if n > roomFor/4 {
		return makeRoom(p, n)
	}
	m := &r.rooms[p.index]
	if m.left < n {
		m.at, m.left = makeRoom(p, roomFor), roomFor
	}
	at := m.at
	if m.left -= n; m.left > 0 {
		m.at = unsafe.Add(m.at, uintptr(n)*p.size)
	}
	return at
}

// nothing is what slices without elements lead to.
var nothing uint64

func makeRoom(p *plan, n int) unsafe.Pointer {
	return reflect.MakeSlice(reflect.SliceOf(p.t), n, n).UnsafePointer()
}

// old returns what was read before. A type that is not the one that was written
// would be somebody else's memory.
func (r *Reader) old(n uint64, p *plan) thing {
	if n >= uint64(len(r.things)) || r.things[n].p != p {
		r.must(ErrDamaged)
	}
	return r.things[n]
}

// Read reads the graph behind root, a pointer to a pointer of the type that was
// written, from its bytes and strings. The result holds on to the strings, and
// to data where hooks do.
func (c *Codec) Read(root any, data []byte, texts []string) (err error) {
	v := reflect.ValueOf(root)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Type().Elem().Kind() != reflect.Pointer {
		return fmt.Errorf("graph: %T is no pointer to a pointer", root)
	}
	r := &Reader{b: data, texts: texts}
	defer func() {
		switch p := recover().(type) {
		case nil:
		case failure:
			err = p.err
		default:
			err = fmt.Errorf("%w: %v", ErrDamaged, p) // such as a key that can't be one
		}
		if err != nil {
			v.Elem().SetZero()
		}
	}()
	c.mu.Lock()
	p := c.planOf(v.Type().Elem())
	c.mu.Unlock()
	p.read(r, v.UnsafePointer())
	if len(r.b) > 0 {
		r.must(ErrDamaged)
	}
	for _, l := range r.loaders {
		l.Loaded()
	}
	return nil
}
