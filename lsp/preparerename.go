package lsp

import (
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// prepareRename answers textDocument/prepareRename: which name stands at the
// place, or why it can't be renamed. Where there is nothing of ours it is null.
func (s *server) prepareRename(q query) (*wire.PreparedRename, error) {
	at, name, why, ok := q.snap.Renamable(q.rel, q.off)
	if !ok && why != "" {
		return nil, rpc.Errorf(rpc.RequestFailed, "Topicls can't rename this: %s", why)
	}
	l, found := q.folder.location(q.snap, at)
	if !ok || !found {
		return nil, nil
	}
	return &wire.PreparedRename{Range: l.Range, Name: name}, nil
}
