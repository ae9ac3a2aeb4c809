package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"topicls/index/source"
	"topicls/lsp/internal/wire"
)

// foldersMoved are the params of workspace/didRenameFiles and
// workspace/didDeleteFiles.
type foldersMoved struct {
	Files []struct {
		URI    wire.URI `json:"uri"`
		OldURI wire.URI `json:"oldUri"`
		NewURI wire.URI `json:"newUri"`
	} `json:"files"`
}

// folderOperations asks for renamed and deleted folders: watchers tell of the
// folder alone, whose name the patterns for files don't match.
func folderOperations() *protocol.ServerCapabilitiesWorkspaceFileOperations {
	folders := &protocol.FileOperationRegistrationOptions{Filters: []protocol.FileOperationFilter{{
		Scheme: "file", Pattern: protocol.FileOperationPattern{Glob: "**", Matches: protocol.FileOperationPatternKindFolder},
	}}}
	return &protocol.ServerCapabilitiesWorkspaceFileOperations{DidRename: folders, DidDelete: folders}
}

// didFoldersMove looks at what was renamed or deleted in the client.
func (s *server) didFoldersMove(_ context.Context, p foldersMoved) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, file := range p.Files {
		for _, u := range []wire.URI{file.URI, file.OldURI, file.NewURI} {
			if path, ok := u.Path(); ok {
				if f, rel := s.folderOf(path); f != nil {
					f.change(edit{rel: rel}, source.Touched(rel))
				}
			}
		}
	}
	return nil
}
