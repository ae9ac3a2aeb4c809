package lsp

import (
	"context"

	"topicls/index"
	"topicls/index/source"
)

// batch is a series of edits that a folder applies at once.
type batch struct {
	changes []source.Change
	acts    []func(*index.Workspace) *index.Snapshot // what else is done, after the changes
	edits   []edit
	sealed  bool // under folder.mu: takes no more edits
	done    chan struct{}
	// snap is the state after the edits, nil while the folder is not indexed.
	// It may be read once done is closed.
	snap *index.Snapshot
}

// edit is what a change means for diagnostics.
type edit struct {
	rel     string
	version int64 // of the document, when open is set
	open    bool
	closed  bool
}

// ticket is a request's hold on the state of a folder as of the request's
// arrival: after the edits before it, before those after it.
type ticket struct {
	folder *folder
	batch  *batch
}

// snapshot waits for the edits before the request and gives the state after
// them, or nil when the folder is not indexed yet.
func (t ticket) snapshot(ctx context.Context) (*index.Snapshot, error) {
	select {
	case <-t.batch.done:
		return t.batch.snap, nil
	case <-t.folder.ctx.Done():
		return nil, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// ticket gives a ticket. Later edits go to another batch.
func (f *folder) ticket() ticket {
	f.s.busy()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last.sealed = true
	return ticket{f, f.last}
}

// change enters edits, to be applied soon. While the folder is being indexed
// they are dropped: the index takes the open documents' text in when it is done.
func (f *folder) change(e edit, changes ...source.Change) {
	f.s.busy()
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.indexed {
		f.missed = append(f.missed, changes...)
		return
	}
	if f.last.sealed {
		f.push(&batch{done: make(chan struct{})})
	}
	f.last.changes = append(f.last.changes, changes...)
	f.last.edits = append(f.last.edits, e)
	f.settled = false
	f.wake()
}

// act does something with the workspace after the edits so far; while the folder
// is being indexed it is dropped.
func (f *folder) act(do func(*index.Workspace) *index.Snapshot) {
	f.s.busy()
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.indexed {
		return
	}
	if f.last.sealed {
		f.push(&batch{done: make(chan struct{})})
	}
	f.last.acts = append(f.last.acts, do)
	f.settled = false
	f.wake()
}

// push makes b the last batch. The caller holds f.mu.
func (f *folder) push(b *batch) {
	f.last = b
	f.queue = append(f.queue, b)
	f.settled = false
	f.wake()
}

func (f *folder) wake() {
	select {
	case f.work <- struct{}{}:
	default:
	}
}

// next takes the batch to apply, or nil when there is none.
func (f *folder) next() *batch {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.queue) == 0 {
		return nil
	}
	b := f.queue[0]
	f.queue = f.queue[1:]
	b.sealed = true
	return b
}
