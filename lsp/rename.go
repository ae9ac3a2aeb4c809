package lsp

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// rename answers textDocument/rename: the edits that give a topic or a variable
// another name in code and configuration, or why that can't be done.
func (s *server) rename(q query) (*wire.WorkspaceEdit, error) {
	r, why := q.snap.Rename(q.rel, q.off, q.params.NewName)
	switch {
	case why != "":
		return nil, rpc.Errorf(rpc.RequestFailed, "Topicls can't rename this: %s", why)
	case len(r.Edits) == 0:
		return nil, nil
	}
	edit, err := q.workspaceEdit(r)
	if err == nil && len(r.Notes) > 0 {
		s.notify("window/showMessage", wire.MessageParams{
			Type:    protocol.MessageTypeWarning,
			Message: fmt.Sprintf("Renaming %s to %s: %s.", r.From, r.To, strings.Join(r.Notes, "; ")),
		})
	}
	return edit, err
}

// workspaceEdit spells edits in the form that the client knows. What joins two
// topics has to be confirmed, where the client can ask.
func (q query) workspaceEdit(r index.Rename) (*wire.WorkspaceEdit, error) {
	client := q.folder.s.client
	out := &wire.WorkspaceEdit{}
	annotated := client.DocumentChanges && client.ChangeAnnotations && slices.ContainsFunc(r.Edits, func(e index.Edit) bool { return e.Why != "" })
	if annotated {
		out.Annotations = map[string]wire.ChangeAnnotation{}
	}
	for i := 0; i < len(r.Edits); {
		file := r.Edits[i].File
		m := q.folder.mapper(q.snap, file)
		if m == nil {
			return nil, rpc.Errorf(rpc.RequestFailed, "%s can't be read", file)
		}
		doc := wire.DocumentEdit{Document: wire.VersionedDocument{URI: q.folder.uri(file)}}
		var ok bool
		if doc.Document.Version, ok = q.version(file); !ok {
			return nil, rpc.ErrContentModified
		}
		for ; i < len(r.Edits) && r.Edits[i].File == file; i++ {
			e := wire.TextEdit{Range: m.Range(int(r.Edits[i].Start), int(r.Edits[i].End)), Text: r.Edits[i].Text}
			if annotated && r.Edits[i].Why != "" {
				e.Annotation = r.Edits[i].Why
				out.Annotations[e.Annotation] = wire.ChangeAnnotation{Label: e.Annotation, Confirmation: r.Joins}
			}
			doc.Edits = append(doc.Edits, e)
		}
		if client.DocumentChanges {
			out.DocumentChanges = append(out.DocumentChanges, doc)
			continue
		}
		if out.Changes == nil {
			out.Changes = map[wire.URI][]wire.TextEdit{}
		}
		out.Changes[doc.Document.URI] = doc.Edits
	}
	return out, nil
}

// version returns the version of an open document, nil for other files; ok is
// false when the document has other text by now than the state that is asked.
func (q query) version(rel string) (v *int64, ok bool) {
	s := q.folder.s
	s.mu.Lock()
	var now document
	d := s.documents[filepath.Join(q.folder.root, filepath.FromSlash(rel))]
	if d != nil {
		now = *d
	}
	s.mu.Unlock()
	if d == nil {
		return nil, true
	}
	text, err := q.snap.Files().ReadFile(rel)
	if err != nil || !bytes.Equal(text, now.text) {
		return nil, false
	}
	return &now.version, true
}
