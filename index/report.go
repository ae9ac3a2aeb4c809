package index

import (
	"topicls/index/report"
)

// Text returns the bytes of a workspace file, with open editors' text laid
// over it; false when it can't be read.
func (s *Snapshot) Text(path string) ([]byte, bool) {
	data, err := s.set.ReadFile(path)
	return data, err == nil
}

// Root returns the absolute path of the workspace.
func (s *Snapshot) Root() string { return s.set.Root() }

// Notes implements report.Input.
func (r *reported) Notes() []report.Note {
	out := make([]report.Note, 0, len(r.Problems()))
	for _, p := range r.Problems() {
		out = append(out, report.Note(p))
	}
	return out
}

// Counts implements report.Input.
func (r *reported) Counts() map[string]int {
	c := r.Stats()
	return map[string]int{
		"files": c.Files, "code": c.Code, "parsed": c.Parsed, "endpoints": c.Endpoints, "topics": c.Topics, "services": c.Services,
		"exact": c.Exact, "default": c.Default, "partial": c.Partial, "unknown": c.Unknown,
	}
}
