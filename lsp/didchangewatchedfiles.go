package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/index/source"
	"topicls/lsp/internal/wire"
)

// didChangeWatchedFiles tells the folders of changes on disk.
func (s *server) didChangeWatchedFiles(_ context.Context, p wire.WatchedFilesParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range p.Changes {
		path, ok := c.URI.Path()
		if !ok {
			continue
		}
		if f, rel := s.folderOf(path); f != nil {
			f.change(edit{rel: rel}, source.Touched(rel))
		}
	}
	return nil
}

// registerWatchers asks the client to watch the files. A client that refuses
// is replaced by watchers of our own.
func (s *server) registerWatchers(ctx context.Context) {
	// A deleted folder is told of as one, and no pattern for files matches it.
	list := []wire.FileSystemWatcher{{GlobPattern: "**/*", Kind: protocol.WatchKindDelete}}
	for _, glob := range index.WatchPatterns() {
		list = append(list, wire.FileSystemWatcher{GlobPattern: glob})
	}
	err := s.rpc.Call(ctx, "client/registerCapability", wire.RegistrationParams{Registrations: []wire.Registration{{
		ID: "topicls-files", Method: "workspace/didChangeWatchedFiles", Options: wire.WatchOptions{Watchers: list},
	}}}, nil)
	if err == nil || ctx.Err() != nil {
		return
	}
	s.log.Warn("the client does not watch files", "err", err)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.folders {
		f.watchSelf()
	}
}
