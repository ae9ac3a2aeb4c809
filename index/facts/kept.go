package facts

import (
	"sync"
	"sync/atomic"
)

// Kept is the facts of a file, for as long as the file says them. They begin
// as tables, which take several times the room of the packed form that Pack
// leaves of them. Any number of goroutines may use one.
type Kept struct {
	full     atomic.Pointer[File] // nil once they are packed
	mu       sync.Mutex           // of Pack
	packed   []byte               // written before full becomes nil
	problems []Problem
}

// Keep keeps the facts of a file. They must not change any more.
func Keep(f *File) *Kept {
	k := &Kept{problems: f.Problems}
	k.full.Store(f)
	return k
}

// File returns the facts as tables. Those of packed facts are made anew each
// time: who needs them often holds on to them.
func (k *Kept) File() *File {
	if f := k.full.Load(); f != nil {
		return f
	}
	f, err := decode(k.packed)
	if err != nil { // what this program encoded itself, and never wrote down
		panic(err)
	}
	return f
}

// Problems returns the parts of the file that could not be read.
func (k *Kept) Problems() []Problem { return k.problems }

// Pack gives the tables up. Who got them before may go on using them.
func (k *Kept) Pack() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f := k.full.Load(); f != nil {
		k.packed = Encode(f)
		k.full.Store(nil)
	}
}

// Packed reports whether the facts are packed.
func (k *Kept) Packed() bool { return k.full.Load() == nil }
