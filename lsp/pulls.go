package lsp

import (
	"sync"

	"topicls/index"
)

// pulls remembers what a client pulled of a state between two publishes. It may
// have pulled while somebody typed, and what was typed may be taken back before
// edits come to rest: then nothing differs from what was published last, but from
// what the client shows.
type pulls struct {
	mu        sync.Mutex
	published *index.Snapshot   // the last one
	between   map[string]string // file -> id of the list that was pulled of another
}

// pulled notes what the client was told of a file; it reports whether that was
// of a snapshot that was not the last one published.
func (p *pulls) pulled(snap *index.Snapshot, file, id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if snap == p.published {
		delete(p.between, file)
		return false
	}
	if p.between == nil {
		p.between = map[string]string{}
	}
	p.between[file] = id
	return true
}

// publish notes what is published, and gives what was pulled since the last time.
func (p *pulls) publish(snap *index.Snapshot) map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	between := p.between
	p.published, p.between = snap, nil
	return between
}

// pulledOther reports whether the client pulled a list that is not the file's now.
func (f *folder) pulledOther(snap *index.Snapshot) bool {
	for file, id := range f.pulls.publish(snap) {
		if resultID(f.list(snap, snap.DiagnosticsIn(file))) != id {
			return true
		}
	}
	return false
}
