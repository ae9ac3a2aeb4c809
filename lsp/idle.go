package lsp

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A server spends most of its life next to an editor in which nothing happens.
// Then memory counts for more than the milliseconds it takes to make things
// again: the folders give up what they can, and what is free goes back to the
// system.

// minReturned is how many bytes must be there to return; less is not worth a
// collection.
const minReturned = 16 << 20

// busy says that something happened.
func (s *server) busy() {
	if s.idle != nil {
		s.idle.Reset(s.opts.Idle)
	}
}

// startIdling arranges for rest; the result ends it.
func (s *server) startIdling() (stop func()) {
	s.idle = time.AfterFunc(s.opts.Idle, func() {
		s.rpc.Go("rest", func(context.Context) { s.rest() })
	})
	s.idle.Stop() // until something happens
	return func() { s.idle.Stop() }
}

func (s *server) rest() {
	s.mu.Lock()
	folders := s.folders
	s.mu.Unlock()
	for _, f := range folders {
		f.rest()
	}
	if returnable() >= minReturned {
		debug.FreeOSMemory()
	}
}

// rest makes the index of a folder small, unless there is work to do: then
// something will happen again.
func (f *folder) rest() {
	f.mu.Lock()
	settled := f.indexed && f.settled
	f.mu.Unlock()
	if settled {
		f.workspace.Rest()
		f.keep()
	}
}

// keepEvery is how long it takes at least until a folder's index is kept again
// for the next start.
const keepEvery = time.Minute

// keep keeps the folder's index for the next start, now and then.
func (f *folder) keep() {
	f.mu.Lock()
	due := f.kept.IsZero() || time.Since(f.kept) >= keepEvery
	if due {
		f.kept = time.Now()
	}
	f.mu.Unlock()
	if !due {
		return
	}
	if err := f.workspace.Save(); err != nil {
		f.s.log.Warn("not all is kept for the next start", "root", f.root, "err", err)
	}
}

// returnable is about how many bytes of the heap are garbage or free.
func returnable() uint64 {
	samples := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/gc/heap/live:bytes"},
	}
	metrics.Read(samples)
	var held uint64
	for _, s := range samples[:3] {
		held += s.Value.Uint64()
	}
	live := samples[3].Value.Uint64()
	return held - min(held, live)
}
