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
	mu       sync.Mutex           // of Pack and fetch
	packed   []byte               // written before full becomes nil; under mu with fetch
	fetch    Fetch                // for facts that are elsewhere until they are asked for
	problems []Problem
}

// Keep keeps the facts of a file. They must not change any more.
func Keep(f *File) *Kept {
	k := &Kept{problems: f.Problems}
	k.full.Store(f)
	return k
}

// Fetch gets facts that are elsewhere: the tables, which pass Check, and what
// Encode makes of them.
type Fetch func() (*File, []byte)

// KeepElsewhere keeps facts that fetch gets when they are asked for first.
func KeepElsewhere(problems []Problem, fetch Fetch) *Kept {
	return &Kept{problems: problems, fetch: fetch}
}

// File returns the facts as tables. Those of packed facts are made anew each
// time: who needs them often holds on to them.
func (k *Kept) File() *File {
	if f := k.full.Load(); f != nil {
		return f
	}
	if k.fetch != nil {
		if f := k.fetched(); f != nil {
			return f
		}
	}
	f, err := decode(k.packed)
	if err != nil { // what this program encoded itself
		panic(err)
	}
	return f
}

// fetched gets facts that are elsewhere; nil when they are here by now.
func (k *Kept) fetched() *File {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.packed != nil {
		return nil
	}
	f, packed := k.fetch()
	k.packed = packed
	return f
}

// Bytes returns the facts as Encode writes them.
func (k *Kept) Bytes() []byte {
	if f := k.full.Load(); f != nil {
		return Encode(f)
	}
	if k.fetch != nil {
		k.fetched()
	}
	return k.packed
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
