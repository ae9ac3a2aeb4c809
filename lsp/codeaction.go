package lsp

import (
	"context"
	"encoding/json"
	"strings"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/index/topology"
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// registerCodeAction registers textDocument/codeAction: quick fixes of findings.
// They come with their edits, which cost little; there is nothing to resolve.
func (s *server) registerCodeAction() {
	rpc.Prepared(s.rpc, "textDocument/codeAction", func(p wire.RangeParams) (func(context.Context) ([]wire.CodeAction, error), error) {
		t, rel := s.ticketFor(p.URI)
		return func(ctx context.Context) ([]wire.CodeAction, error) {
			snap, err := t.snapshot(ctx)
			if snap == nil || err != nil || !s.client.CodeActionLiterals || !wanted(p.Only, string(protocol.QuickFix)) {
				return []wire.CodeAction{}, err
			}
			m := t.folder.mapper(snap, rel)
			if m == nil {
				return []wire.CodeAction{}, nil
			}
			from, to := m.RangeOffsets(p.Range)
			q := query{folder: t.folder, snap: snap, rel: rel}
			return q.quickFixes(snap.Fixes(rel, uint32(from), uint32(to)), p.Diagnostics), nil
		}, nil
	})
}

// wanted reports whether actions of a kind are asked for.
func wanted(only []string, kind string) bool {
	for _, k := range only {
		if k == "" || k == kind || strings.HasPrefix(kind, k+".") {
			return true
		}
	}
	return len(only) == 0
}

// quickFixes spells fixes. The diagnostics are those that the client has.
func (q query) quickFixes(fixes []index.Fix, has []wire.ContextDiagnostic) []wire.CodeAction {
	out := []wire.CodeAction{}
	for _, f := range fixes {
		edit, err := q.fixEdit(&f)
		if err != nil || edit == nil {
			continue // the file was edited meanwhile: the client asks again; or the client can't create files
		}
		a := wire.CodeAction{Title: f.Title, Kind: protocol.QuickFix, Preferred: f.Preferred, Edit: edit}
		for _, d := range has {
			if q.about(&d, &f.Finding) {
				a.Diagnostics = append(a.Diagnostics, d.Raw)
			}
		}
		out = append(out, a)
	}
	return out
}

// fixEdit spells what a fix changes; nil where the client can't do it.
func (q query) fixEdit(f *index.Fix) (*wire.WorkspaceEdit, error) {
	if !f.Creates {
		return q.workspaceEdit(index.Rename{Edits: f.Edits})
	}
	client := q.folder.s.client
	if !client.DocumentChanges || !client.CreateFiles {
		return nil, nil
	}
	out := &wire.WorkspaceEdit{}
	for _, e := range f.Edits {
		uri := q.folder.uri(e.File)
		out.DocumentChanges = append(out.DocumentChanges, wire.NewCreateFile(uri),
			wire.DocumentEdit{Document: wire.VersionedDocument{URI: uri}, Edits: []wire.TextEdit{{Text: e.Text}}})
	}
	return out, nil
}

// about reports whether a diagnostic that a client sends back is a finding.
func (q query) about(d *wire.ContextDiagnostic, f *topology.Diagnostic) bool {
	at, ok := q.folder.location(q.snap, f.Place)
	if !ok || d.Source != "topicls" || d.Code != f.Code || d.Range != at.Range {
		return false
	}
	var data findingData
	return d.Data == nil || json.Unmarshal(d.Data, &data) != nil || data == findingData{f.Topic, f.Variable, f.Service}
}
