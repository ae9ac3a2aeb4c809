package lsp

import (
	"context"
	"slices"

	"topicls/lsp/internal/wire"
)

// didChangeWorkspaceFolders takes folders in and leaves others.
func (s *server) didChangeWorkspaceFolders(_ context.Context, p wire.WorkspaceFoldersParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range p.Removed {
		if path, ok := r.URI.Path(); ok {
			s.roots = slices.DeleteFunc(s.roots, func(x string) bool { return x == path })
			delete(s.settings, path)
			delete(s.chosen, path)
		}
	}
	for _, a := range p.Added {
		if path, ok := s.uris.Note(a.URI); ok && !slices.Contains(s.roots, path) {
			s.roots = append(s.roots, path)
		}
	}
	s.arrange()
	if s.client.Configuration && len(p.Added) > 0 {
		s.rpc.Go("settings", s.askSettings)
	}
	return nil
}

// arrange makes s.folders what s.roots asks for. A folder inside another one
// is a part of that: the outer one knows its other side. The caller holds s.mu.
func (s *server) arrange() {
	if !s.started {
		return
	}
	wanted := func(root string) bool {
		return slices.Contains(s.roots, root) && !slices.ContainsFunc(s.roots, func(outer string) bool {
			_, in := within(outer, root)
			return in && outer != root
		})
	}
	var keep, gone []*folder
	for _, f := range s.folders {
		if wanted(f.root) {
			keep = append(keep, f)
		} else {
			f.cancel()
			gone = append(gone, f)
		}
	}
	s.folders = keep
	for _, root := range s.roots {
		if wanted(root) && !slices.ContainsFunc(s.folders, func(f *folder) bool { return f.root == root }) {
			s.folders = append(s.folders, s.newFolder(root, gone))
		}
	}
}
