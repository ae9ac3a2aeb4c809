package lsp

import "topicls/lsp/internal/wire"

// topologyChanged are the params of topicls/didChangeTopology.
type topologyChanged struct {
	Folder wire.URI `json:"folder"`
}

// tellTopology tells a client that wants to know that what topicls/topology and
// topicls/status answer for the folder may differ from what they answered: edits
// that changed something have come to rest, or the folder can't be indexed.
func (f *folder) tellTopology() {
	if f.s.client.TopologyChanges {
		f.s.notify("topicls/didChangeTopology", topologyChanged{f.uri(".")})
	}
}
