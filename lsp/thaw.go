package lsp

import (
	"context"
	"slices"
	"time"

	"topicls/index"
)

// A folder whose index is as it was kept answers at once, and is made whole
// meanwhile (index.Workspace.Thaw). Edits need the whole index. If that is not
// there soon, they wait for it, and what is asked after them is answered as
// while a folder is indexed.

// defaultSoon is how long edits, and those who ask after them, wait for the whole
// index before they are put aside.
const defaultSoon = time.Second

// thawing makes a folder's index whole.
type thawing struct {
	done  chan struct{} // closed, under folder.mu, when it is whole
	aside *batch        // under folder.mu: what waits; nil for nothing
}

// thaw begins to make the index whole.
func (f *folder) thaw(ws *index.Workspace) {
	f.s.rpc.Go("thaw "+f.root, func(context.Context) {
		if f.s.opts.hold != nil {
			<-f.s.opts.hold
		}
		if ws.Thaw(f.ctx) != nil {
			return
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		close(f.thawing.done)
		if b := f.thawing.aside; b != nil { // comes before what was not looked at yet
			f.thawing.aside = nil
			if len(f.queue) == 0 {
				f.last = b
			}
			f.queue = append([]*batch{b}, f.queue...)
			f.wake()
		}
		f.s.busy()
	})
}

// readiness says what becomes of a batch.
type readiness uint8

const (
	ready readiness = iota // it is to be applied now
	aside                  // it was put aside; who waits for it is answered as while the folder is indexed
	later                  // it is in the queue again, behind what was put aside
)

// readinessOf decides about a batch, of which nothing was done yet.
func (f *folder) readinessOf(b *batch) readiness {
	select {
	case <-f.thawing.done:
		return ready
	default:
	}
	f.mu.Lock()
	waiting := f.thawing.aside != nil
	f.mu.Unlock()
	if !waiting {
		if _, ok := f.workspace.ApplyNow(b.changes...); ok {
			b.changes = nil // they are made
			return ready
		}
		patience := time.NewTimer(f.s.opts.soon)
		defer patience.Stop()
		select {
		case <-f.thawing.done:
			return ready
		case <-f.ctx.Done():
		case <-patience.C:
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.thawing.done: // just now: what waited stands first in the queue
		if !waiting {
			return ready
		}
		f.queue = slices.Insert(f.queue, 1, b)
		if len(f.queue) == 2 {
			f.last = b
		}
		return later
	default:
	}
	if f.thawing.aside == nil {
		f.thawing.aside = &batch{sealed: true, done: make(chan struct{})}
	}
	a := f.thawing.aside
	a.changes, a.acts, a.edits = append(a.changes, b.changes...), append(a.acts, b.acts...), append(a.edits, b.edits...)
	return aside
}
