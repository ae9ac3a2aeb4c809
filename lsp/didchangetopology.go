package lsp

import (
	"topicls/index"
	"topicls/lsp/internal/wire"
)

// topologyChanged are the params of topicls/didChangeTopology.
type topologyChanged struct {
	Folder wire.URI `json:"folder"`
}

// tellTopology tells a client that wants to know that what topicls/topology and
// topicls/status answer for the folder may differ from what they answered. The
// folder's goroutine calls it when edits have come to rest; snap is nil when the
// folder can't be indexed.
func (f *folder) tellTopology(snap *index.Snapshot) {
	if !f.s.client.TopologyChanges {
		return
	}
	was := f.told
	f.told = snap
	if snap != nil && was != nil && snap.SameTopology(was) {
		return
	}
	f.s.notify("topicls/didChangeTopology", topologyChanged{f.uri(".")})
}
