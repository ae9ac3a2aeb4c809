package index

import (
	"topicls/index/check"
	"topicls/index/topology"
)

// Grade changes how much findings matter, and returns the state after it.
func (w *Workspace) Grade(grading check.Grading) *Snapshot {
	if w.frozen != nil {
		return w.frozen.grade(grading)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opts.Grading = grading
	w.grading = w.own.grading(&w.opts)
	found := w.checker.Results().Graded(w.grading)
	if found == w.Snapshot().found {
		return w.Snapshot()
	}
	w.seq++
	next := w.nextSnapshot()
	next.found = found
	w.current.Store(next)
	return next
}

// DiagnosticsIn returns the findings of one file, by position.
func (s *Snapshot) DiagnosticsIn(path string) []topology.Diagnostic { return s.found.In(path) }
