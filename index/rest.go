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
const maxWarm = 8 << 20

// Rest gives up memory for things that can be made again. It is for programs
// that keep a workspace and have nothing to do just now; what is done next
// takes a little longer. It reports whether there was much to give up.
func (w *Workspace) Rest() bool { return w.rest(maxWarm) }

// rest is Rest with up to most bytes of facts left at hand.
func (w *Workspace) rest(most int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	size := 0
	var warm []*facts.Kept
	for _, cf := range w.code.files {
		if cf.facts == nil {
			continue
		}
		if n := cf.facts.Size(); n > 0 {
			warm, size = append(warm, cf.facts), size+n
		}
	}
	if size <= most {
		return false
	}
	w.linkers.each(func(_ client.Family, l *flow.Linker) { l.Rest() })
	var wg sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(warm); i = int(next.Add(1)) - 1 {
				warm[i].Pack()
			}
		})
	}
	wg.Wait()
	return true
}
