package flow

import "sync"

// warm are the files that are open: what they say is at hand. Their number is
// bounded by what it takes in memory; those that were opened first are closed
// first, whoever still works with them. It may be used by several goroutines
// at once.
type warm struct {
	mu    sync.Mutex
	files []*file // under mu: in the order in which they were opened
	size  int     // under mu: bytes of their facts
}

// maxWarm is how many bytes of facts may be at hand. The look-up tables over
// them take some more.
const maxWarm = 128 << 20

// opened takes in a file that was opened just now.
func (w *warm) opened(x *file, b *body) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b.size = b.facts.Size()
	w.files = append(w.files, x)
	if w.size += b.size; w.size > maxWarm {
		w.close(maxWarm * 3 / 4)
	}
}

// close closes files until they take at most so many bytes. The caller holds w.mu.
func (w *warm) close(most int) {
	n := 0
	for n < len(w.files) && w.size > most {
		x := w.files[n]
		if b := x.read.Swap(nil); b != nil {
			w.size -= b.size
		}
		x.kept.Pack()
		w.files[n] = nil
		n++
	}
	w.files = append(w.files[:0:0], w.files[n:]...)
}

// Rest gives up what takes room and can be made again: what files say, but for
// about so many bytes, what is known of the units computed last, and where
// imports lead.
func (l *Linker) Rest(most int) {
	l.workers = nil
	l.modules.reset()
	l.warm.mu.Lock()
	defer l.warm.mu.Unlock()
	if l.warm.size > most {
		l.warm.close(0)
	}
}
