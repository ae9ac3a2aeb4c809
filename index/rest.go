package index

import (
	"runtime"
	"sync"
	"sync/atomic"

	"topicls/index/client"
	"topicls/index/facts"
	"topicls/index/flow"
)

// maxWarm is how many bytes of facts may stay at hand while nothing happens.
const maxWarm = 4 << 20

// Rest gives up memory for things that can be made again. It is for programs
// that keep a workspace and have nothing to do just now; what is done next
// takes a little longer.
func (w *Workspace) Rest() { w.rest(maxWarm) }

// rest is Rest with up to most bytes of facts left at hand.
func (w *Workspace) rest(most int) {
	if w.frozen != nil {
		if x := w.frozen.made.Load(); x != nil {
			x.rest(most)
		}
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.linkers.each(func(_ client.Family, l *flow.Linker) { l.Rest(most) })
	if w.packed {
		return
	}
	w.packed = true // what is read from now on is the linkers' to pack
	var list []*facts.Kept
	for _, cf := range w.code.files {
		if cf.facts != nil && !cf.facts.Packed() {
			list = append(list, cf.facts)
		}
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(list); i = int(next.Add(1)) - 1 {
				list[i].Pack()
			}
		})
	}
	wg.Wait()
}
