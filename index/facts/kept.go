package facts

import (
	"sync"
	"sync/atomic"
)

// Kept is the facts of a file, kept for as long as the file says them. They
// are at hand as tables while somebody works with them and take a fifth of
// that room otherwise. Any number of goroutines may use one.
type Kept struct {
	full   atomic.Pointer[File] // nil while they are packed
	mu     sync.Mutex
	packed []byte // under mu; nil until they were packed for the first time
}

// Keep keeps the facts of a file. They must not change any more.
func Keep(f *File) *Kept {
	k := new(Kept)
	k.full.Store(f)
	return k
}

// File returns the facts as tables.
func (k *Kept) File() *File {
	if f := k.full.Load(); f != nil {
		return f
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if f := k.full.Load(); f != nil {
		return f
	}
	f, err := decode(k.packed)
	if err != nil { // what this program encoded itself, and never wrote down
		panic(err)
	}
	k.full.Store(f)
	return f
}

// Size says how many bytes of memory the tables take: 0 while they are packed.
func (k *Kept) Size() int {
	if f := k.full.Load(); f != nil {
		return f.Size()
	}
	return 0
}

// Pack gives the tables up. Who got them before may go on using them.
func (k *Kept) Pack() {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := k.full.Load()
	if f == nil {
		return
	}
	if k.packed == nil {
		k.packed = Encode(f)
	}
	k.full.Store(nil)
}
