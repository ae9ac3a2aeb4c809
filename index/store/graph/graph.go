// Package graph writes a graph of Go values down and reads it again: structs
// with fields that are not exported, slices, maps, interfaces, and pointers of
// which several may lead to one thing, or in a circle. It exists because the
// state of an index is such a graph, is to be read in a fraction of the time
// that it takes to find a file that changed, and is only ever read by the very
// build of the program that wrote it: so there are no names of fields in it and
// no versions, and a type needs nothing to be kept but to be what it is.
//
// It knows no file, no workspace and no disk. The bytes must be those that were
// written: a caller holds them against a checksum. Bytes that are not are an
// error, or values that nobody wrote, and never more than that.
//
// What can't be written is an error: functions, channels, and types of an
// interface that were not named. A field with the tag `store:"-"` is left out;
// a type with a method Loaded() is told when all is read, to fill such fields.
package graph

import (
	"errors"
	"fmt"
	"math/bits"
	"reflect"
	"slices"
	"sync"
	"unsafe"
)

// Loader is a type that completes itself after it was read.
type Loader interface{ Loaded() }

// Codec knows how the values of some types are written.
type Codec struct {
	mu    sync.Mutex
	plans map[reflect.Type]*plan
	named []reflect.Type // those that interfaces may hold
	hooks map[reflect.Type]hook
}

// hook is how one type is written, instead of by what it is made of.
type hook struct {
	write func(w *Writer, p unsafe.Pointer) error
	read  func(r *Reader, p unsafe.Pointer) error
}

// New returns a codec. types are those that may be in interfaces, beside the
// basic ones.
func New(types ...reflect.Type) *Codec {
	c := &Codec{plans: map[reflect.Type]*plan{}, hooks: map[reflect.Type]hook{}}
	c.named = []reflect.Type{
		reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int64](), reflect.TypeFor[uint64](),
		reflect.TypeFor[float64](), reflect.TypeFor[string](), reflect.TypeFor[[]any](), reflect.TypeFor[map[string]any](),
	}
	c.named = append(c.named, types...)
	return c
}

// Hook says how values of T are written and read.
func Hook[T any](c *Codec, write func(*Writer, T) error, read func(*Reader) (T, error)) {
	c.hooks[reflect.TypeFor[T]()] = hook{
		func(w *Writer, p unsafe.Pointer) error { return write(w, *(*T)(p)) },
		func(r *Reader, p unsafe.Pointer) (err error) { *(*T)(p), err = read(r); return err },
	}
}

// ErrDamaged says that bytes are not those of a graph.
var ErrDamaged = errors.New("graph: damaged")

// plan is how a type is written.
type plan struct {
	t     reflect.Type
	size  uintptr
	write func(w *Writer, p unsafe.Pointer)
	read  func(r *Reader, p unsafe.Pointer)
	plain bool // no pointers: copied as it is when in a slice or array
	index int
	load  bool // *T is a Loader
}

var loader = reflect.TypeFor[Loader]()

// planOf returns the plan of a type. The caller holds c.mu.
func (c *Codec) planOf(t reflect.Type) *plan {
	if p := c.plans[t]; p != nil {
		return p
	}
	p := &plan{t: t, size: t.Size(), index: len(c.plans), load: t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(loader)}
	c.plans[t] = p
	if h, ok := c.hooks[t]; ok {
		p.write = func(w *Writer, at unsafe.Pointer) { w.must(h.write(w, at)) }
		p.read = func(r *Reader, at unsafe.Pointer) { r.must(h.read(r, at)) }
		return p
	}
	p.plain = isPlain(t)
	switch t.Kind() {
	case reflect.Bool:
		p.write = func(w *Writer, at unsafe.Pointer) { w.b = append(w.b, *(*byte)(at)) }
		p.read = func(r *Reader, at unsafe.Pointer) { *(*bool)(at) = r.byte() != 0 }
	case reflect.Int8, reflect.Uint8:
		p.write = func(w *Writer, at unsafe.Pointer) { w.b = append(w.b, *(*byte)(at)) }
		p.read = func(r *Reader, at unsafe.Pointer) { *(*byte)(at) = r.byte() }
	case reflect.Int16, reflect.Uint16:
		number[uint16](p)
	case reflect.Int32:
		signed[int32](p)
	case reflect.Uint32:
		number[uint32](p)
	case reflect.Int, reflect.Int64:
		signed[int64](p) // 64 bits wide or, as the writer is the reader, never so large
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		number[uint64](p)
	case reflect.Float32:
		number[uint32](p)
	case reflect.Float64:
		number[uint64](p)
	case reflect.String:
		p.write = func(w *Writer, at unsafe.Pointer) { w.String(*(*string)(at)) }
		p.read = func(r *Reader, at unsafe.Pointer) { *(*string)(at) = r.String() }
	case reflect.Slice:
		c.slice(p)
	case reflect.Array:
		c.array(p)
	case reflect.Pointer:
		c.pointer(p)
	case reflect.Struct:
		c.structure(p)
	case reflect.Map:
		c.mapping(p)
	case reflect.Interface:
		c.iface(p)
	default: // a function or channel, nil at best
		p.write = func(w *Writer, at unsafe.Pointer) {
			if !reflect.NewAt(t, at).Elem().IsNil() {
				w.must(fmt.Errorf("graph: can't write a %v", t))
			}
		}
		p.read = func(*Reader, unsafe.Pointer) {}
	}
	return p
}

// isPlain reports whether values of a type are bytes and nothing else, of one
// size, as they lie in memory.
func isPlain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Int8, reflect.Uint8, reflect.Int16, reflect.Uint16, reflect.Int32, reflect.Uint32,
		reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64, reflect.Float32, reflect.Float64:
		return true
	case reflect.Array:
		return isPlain(t.Elem())
	}
	return false
}

func number[T uint16 | uint32 | uint64](p *plan) {
	p.write = func(w *Writer, at unsafe.Pointer) { w.Number(uint64(*(*T)(at))) }
	p.read = func(r *Reader, at unsafe.Pointer) { *(*T)(at) = T(r.Number()) }
}

func signed[T int32 | int64](p *plan) {
	p.write = func(w *Writer, at unsafe.Pointer) {
		v := int64(*(*T)(at))
		w.Number(uint64(v<<1) ^ uint64(v>>63))
	}
	p.read = func(r *Reader, at unsafe.Pointer) {
		v := r.Number()
		*(*T)(at) = T(int64(v>>1) ^ -int64(v&1))
	}
}

// header is a slice in memory.
type header struct {
	data     unsafe.Pointer
	len, cap int
}

// What stands for a pointer or slice: nothing; a thing that follows, to which
// nothing else leads, or to which others will; or one of the latter.
const (
	refNil = iota
	refOnly
	refFirst
	refOld
)

func (c *Codec) slice(p *plan) {
	elem := c.planOf(p.t.Elem())
	p.write = func(w *Writer, at unsafe.Pointer) {
		h := (*header)(at)
		if h.data == nil {
			w.Number(refNil)
			return
		}
		k := thing{h.data, p, h.len}
		if h.len == 0 {
			w.Number(refOnly)
		} else if w.old(k) {
			return
		}
		w.Number(uint64(h.len))
		if elem.plain {
			w.b = append(w.b, unsafe.Slice((*byte)(h.data), uintptr(h.len)*elem.size)...)
			return
		}
		for i := range h.len {
			elem.write(w, unsafe.Add(h.data, uintptr(i)*elem.size))
		}
	}
	p.read = func(r *Reader, at unsafe.Pointer) {
		h := (*header)(at)
		switch ref := r.Number(); ref {
		case refNil:
		case refOnly, refFirst:
			n := r.count(elem)
			h.data, h.len, h.cap = r.room(elem, n), n, n
			if ref == refFirst {
				r.things = append(r.things, thing{h.data, p, n})
			}
			if elem.plain {
				copy(unsafe.Slice((*byte)(h.data), uintptr(n)*elem.size), r.bytes(n*int(elem.size)))
				return
			}
			for i := range n {
				elem.read(r, unsafe.Add(h.data, uintptr(i)*elem.size))
			}
		default:
			t := r.old(ref-refOld, p)
			h.data, h.len, h.cap = t.at, t.n, t.n
		}
	}
}

func (c *Codec) array(p *plan) {
	elem := c.planOf(p.t.Elem())
	n := p.t.Len()
	if elem.plain {
		p.write = func(w *Writer, at unsafe.Pointer) { w.b = append(w.b, unsafe.Slice((*byte)(at), p.size)...) }
		p.read = func(r *Reader, at unsafe.Pointer) { copy(unsafe.Slice((*byte)(at), p.size), r.bytes(int(p.size))) }
		return
	}
	p.write = func(w *Writer, at unsafe.Pointer) {
		for i := range n {
			elem.write(w, unsafe.Add(at, uintptr(i)*elem.size))
		}
	}
	p.read = func(r *Reader, at unsafe.Pointer) {
		for i := range n {
			elem.read(r, unsafe.Add(at, uintptr(i)*elem.size))
		}
	}
}

func (c *Codec) pointer(p *plan) {
	elem := c.planOf(p.t.Elem())
	p.write = func(w *Writer, at unsafe.Pointer) {
		to := *(*unsafe.Pointer)(at)
		if to == nil {
			w.Number(refNil)
			return
		}
		if w.old(thing{to, p, 1}) {
			return
		}
		w.deeper(&w.depth)
		elem.write(w, to)
		w.depth--
	}
	p.read = func(r *Reader, at unsafe.Pointer) {
		switch n := r.Number(); n {
		case refNil:
		case refOnly, refFirst:
			to := r.room(elem, 1)
			*(*unsafe.Pointer)(at) = to
			if n == refFirst {
				r.things = append(r.things, thing{to, p, 1})
			}
			r.deeper(&r.depth)
			elem.read(r, to)
			r.depth--
			if elem.load {
				r.loaders = append(r.loaders, reflect.NewAt(elem.t, to).Interface().(Loader))
			}
		default:
			*(*unsafe.Pointer)(at) = r.old(n-refOld, p).at
		}
	}
}

// maxDepth bounds how many pointers lead one to the next: each takes a part of
// the stack.
const maxDepth = 20_000

var errDeep = errors.New("graph: too deep")

// carrier carries errors out of the middle of a graph.
type carrier struct{}

// failure is what it throws.
type failure struct{ err error }

func (carrier) must(err error) {
	if err != nil {
		panic(failure{err})
	}
}

func (c carrier) deeper(depth *int) {
	if *depth++; *depth > maxDepth {
		c.must(errDeep)
	}
}

func (c *Codec) structure(p *plan) {
	if path := p.t.PkgPath(); path == "sync" || path == "sync/atomic" {
		switch p.t.Name() {
		case "Mutex", "RWMutex", "Once":
			p.write, p.read = func(*Writer, unsafe.Pointer) {}, func(*Reader, unsafe.Pointer) {}
		default:
			p.write = func(w *Writer, _ unsafe.Pointer) { w.must(fmt.Errorf("graph: can't write a %v", p.t)) }
			p.read = func(*Reader, unsafe.Pointer) {}
		}
		return
	}
	type field struct {
		*plan
		at uintptr
	}
	var fields []field
	for i := range p.t.NumField() {
		if f := p.t.Field(i); f.Tag.Get("store") != "-" && f.Type.Size() > 0 {
			fields = append(fields, field{c.planOf(f.Type), f.Offset})
		}
	}
	if len(fields) <= fewFields || len(fields) > 64 {
		p.write = func(w *Writer, at unsafe.Pointer) {
			for i := range fields {
				fields[i].write(w, unsafe.Add(at, fields[i].at))
			}
		}
		p.read = func(r *Reader, at unsafe.Pointer) {
			for i := range fields {
				fields[i].read(r, unsafe.Add(at, fields[i].at))
			}
		}
		return
	}
	p.write = func(w *Writer, at unsafe.Pointer) { // most fields of most things are empty
		var some uint64
		for i := range fields {
			if slices.ContainsFunc(unsafe.Slice((*byte)(unsafe.Add(at, fields[i].at)), fields[i].size), func(b byte) bool { return b != 0 }) {
				some |= 1 << i
			}
		}
		w.Number(some)
		for ; some != 0; some &= some - 1 {
			f := &fields[bits.TrailingZeros64(some)]
			f.write(w, unsafe.Add(at, f.at))
		}
	}
	p.read = func(r *Reader, at unsafe.Pointer) {
		some := r.Number()
		if bits.Len64(some) > len(fields) {
			r.must(ErrDamaged)
		}
		for ; some != 0; some &= some - 1 {
			f := &fields[bits.TrailingZeros64(some)]
			f.read(r, unsafe.Add(at, f.at))
		}
	}
}

// fewFields is how many fields a struct may have to be written without saying
// which are empty.
const fewFields = 3

func (c *Codec) mapping(p *plan) {
	key, elem := c.planOf(p.t.Key()), c.planOf(p.t.Elem())
	p.write = func(w *Writer, at unsafe.Pointer) {
		m := reflect.NewAt(p.t, at).Elem()
		if m.IsNil() {
			w.Number(0)
			return
		}
		w.Number(uint64(m.Len()) + 1)
		k, v := reflect.New(key.t), reflect.New(elem.t)
		for it := m.MapRange(); it.Next(); {
			k.Elem().SetIterKey(it)
			v.Elem().SetIterValue(it)
			key.write(w, k.UnsafePointer())
			elem.write(w, v.UnsafePointer())
		}
	}
	p.read = func(r *Reader, at unsafe.Pointer) {
		n := r.Number()
		if n == 0 {
			return
		}
		if n--; n > uint64(len(r.b)) {
			r.must(ErrDamaged)
		}
		m := reflect.MakeMapWithSize(p.t, int(n))
		reflect.NewAt(p.t, at).Elem().Set(m) // what is in it may lead to it
		k, v := reflect.New(key.t), reflect.New(elem.t)
		for range n {
			k.Elem().SetZero()
			v.Elem().SetZero()
			key.read(r, k.UnsafePointer())
			elem.read(r, v.UnsafePointer())
			m.SetMapIndex(k.Elem(), v.Elem())
		}
	}
}

func (c *Codec) iface(p *plan) {
	planAt := func(i int) *plan { // when it is needed: it may hold this one
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.planOf(c.named[i])
	}
	p.write = func(w *Writer, at unsafe.Pointer) {
		v := reflect.NewAt(p.t, at).Elem()
		if v.IsNil() {
			w.Number(0)
			return
		}
		v = v.Elem()
		for i, t := range c.named {
			if t == v.Type() {
				w.Number(uint64(i) + 1)
				held := reflect.New(t)
				held.Elem().Set(v)
				planAt(i).write(w, held.UnsafePointer())
				return
			}
		}
		w.must(fmt.Errorf("graph: can't write a %v in a %v", v.Type(), p.t))
	}
	p.read = func(r *Reader, at unsafe.Pointer) {
		n := r.Number()
		if n == 0 {
			return
		}
		if n > uint64(len(c.named)) || !c.named[n-1].AssignableTo(p.t) {
			r.must(ErrDamaged)
		}
		q := planAt(int(n - 1))
		held := reflect.New(q.t)
		q.read(r, held.UnsafePointer())
		reflect.NewAt(p.t, at).Elem().Set(held.Elem())
	}
}
