package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"

	"topicls/index"
	"topicls/index/topology"
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// pulled reports whether the client pulls diagnostics; else they are pushed, and
// never both. Findings change with other files: a client that can't be told to
// pull again would go on showing old ones, so it gets them pushed.
func (s *server) pulled() bool { return s.client.PullDiagnostics && s.client.RefreshDiagnostics }

// registerDiagnostic registers the requests of clients that pull.
func (s *server) registerDiagnostic() {
	rpc.Prepared(s.rpc, "textDocument/diagnostic", func(p wire.DiagnosticParams) (func(context.Context) (wire.DiagnosticReport, error), error) {
		t, rel := s.ticketFor(p.URI)
		if s.firstPull(p.URI) {
			p.Previous = ""
		}
		return func(ctx context.Context) (wire.DiagnosticReport, error) {
			snap, err := t.snapshot(ctx)
			if snap == nil || err != nil {
				return wire.FullReport("", nil), err
			}
			return t.folder.report(snap, rel, snap.DiagnosticsIn(rel), p.Previous), nil
		}, nil
	})
	rpc.RequestAt(s.rpc, "workspace/diagnostic", s.tickets, s.workspaceDiagnostic)
}

// firstPull reports whether a document's findings are asked for the first time
// since it was opened. They are then told in full: Neovim drops what it shows
// when a file is read again, and keeps the id.
func (s *server) firstPull(uri wire.URI) bool {
	path, ok := uri.Path()
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.documents[path]
	if !ok || d == nil || d.pulled {
		return false
	}
	d.pulled = true
	return true
}

// report is what there is to say of a file's findings: nothing new, if the
// client has them.
func (f *folder) report(snap *index.Snapshot, file string, found []topology.Diagnostic, previous string) wire.DiagnosticReport {
	list := f.list(snap, found)
	id := resultID(list)
	if f.pulls.pulled(snap, file, id) {
		f.wake() // it is published soon, and compared
	}
	if id == previous {
		return wire.DiagnosticReport{Kind: "unchanged", ResultID: id}
	}
	return wire.FullReport(id, list)
}

// list spells findings as the client reads them.
func (f *folder) list(snap *index.Snapshot, found []topology.Diagnostic) []wire.Diagnostic {
	list := make([]wire.Diagnostic, 0, len(found))
	for i := range found {
		if d, ok := f.diagnostic(snap, &found[i]); ok {
			list = append(list, d)
		}
	}
	return list
}

// resultID names a list of diagnostics: the same list has the same id.
func resultID(list []wire.Diagnostic) string {
	text, err := json.Marshal(list)
	if err != nil {
		return ""
	}
	h := fnv.New64a()
	_, _ = h.Write(text)
	return fmt.Sprintf("%016x", h.Sum64())
}

// reportsAtOnce is how many files' reports go into one partial result.
const reportsAtOnce = 100

// workspaceDiagnostic answers workspace/diagnostic: the findings of all files,
// open or not. A file that has none any more, but had, has an empty report.
func (s *server) workspaceDiagnostic(ctx context.Context, tickets []ticket, p wire.WorkspaceDiagnosticParams) (wire.WorkspaceDiagnosticReport, error) {
	out := wire.WorkspaceDiagnosticReport{Items: []wire.WorkspaceDocumentReport{}}
	add := func(r wire.WorkspaceDocumentReport) {
		out.Items = append(out.Items, r)
		if p.PartialResultToken.Valid() && len(out.Items) >= reportsAtOnce {
			s.notify("$/progress", wire.PartialResult{Token: p.PartialResultToken, Value: out})
			out.Items = []wire.WorkspaceDocumentReport{}
		}
	}
	ready := map[*folder]*index.Snapshot{}
	told := map[string]bool{}
	for _, t := range tickets {
		snap, err := t.snapshot(ctx)
		if err != nil {
			return out, err
		}
		if snap == nil {
			continue
		}
		ready[t.folder] = snap
		for all := snap.Diagnostics(); len(all) > 0; {
			file := all[0].Place.File
			n := slices.IndexFunc(all, func(d topology.Diagnostic) bool { return d.Place.File != file })
			if n < 0 {
				n = len(all)
			}
			q := query{folder: t.folder, snap: snap}
			r := wire.WorkspaceDocumentReport{URI: t.folder.uri(file)}
			path, _ := r.URI.Path()
			told[path] = true
			r.Version, _ = q.version(file)
			r.DiagnosticReport = t.folder.report(snap, file, all[:n], p.Previous[path])
			add(r)
			all = all[n:]
			if ctx.Err() != nil {
				return out, context.Cause(ctx)
			}
		}
	}
	for path := range p.Previous {
		s.mu.Lock()
		f, rel := s.folderOf(path)
		s.mu.Unlock()
		if f != nil && ready[f] != nil && !told[path] {
			add(wire.WorkspaceDocumentReport{URI: f.uri(rel), DiagnosticReport: f.report(ready[f], rel, nil, p.Previous[path])})
		}
	}
	return out, nil
}
