package lsp

import (
	"slices"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/index/topology"
	"topicls/lsp/internal/wire"
)

// publisher sends a folder's diagnostics where they differ from the last ones
// sent, and those of a document that was opened: ALE forgets what it is told of
// files that no buffer has. It is used by the folder's goroutine alone.
type publisher struct {
	folder   *folder
	sent     map[string]*sent // files with diagnostics, by path in the folder
	versions map[string]int64 // of open documents
	edited   map[string]bool  // files edited since the last publish
	opened   map[string]bool  // documents opened since; clients may have dropped what came before
	stale    bool             // a client that pulls has findings that it can't know to be old
}

// sent is what was published last for a file.
type sent struct {
	found     []topology.Diagnostic
	published []wire.Diagnostic
}

// note takes in which documents changed.
func (p *publisher) note(edits []edit) {
	if p.edited == nil {
		p.edited, p.opened = map[string]bool{}, map[string]bool{}
	}
	for _, e := range edits {
		p.edited[e.rel] = true
		if e.open {
			if _, known := p.versions[e.rel]; !known {
				p.opened[e.rel] = true
			}
			p.versions[e.rel] = e.version
		}
		if e.closed {
			delete(p.versions, e.rel)
		}
	}
}

// publish sends what differs. The findings are sorted by file.
func (p *publisher) publish(snap *index.Snapshot, all []topology.Diagnostic) {
	seen := map[string]bool{}
	for len(all) > 0 {
		file, n := all[0].Place.File, 1
		for n < len(all) && all[n].Place.File == file {
			n++
		}
		seen[file] = true
		p.file(snap, file, all[:n])
		all = all[n:]
	}
	for file, old := range p.sent {
		if !seen[file] {
			delete(p.sent, file)
			if len(old.published) > 0 {
				p.send(file, nil)
			}
		}
	}
	p.edited, p.opened = nil, nil
	if p.stale {
		p.stale = false
		p.folder.s.refresh("workspace/diagnostic/refresh")
	}
}

// file sends a file's diagnostics if they differ. Positions are worked out
// only when the findings or a text under them changed.
func (p *publisher) file(snap *index.Snapshot, file string, found []topology.Diagnostic) {
	old := p.sent[file]
	if old != nil && !p.movedBy(found) && slices.EqualFunc(old.found, found, sameFinding) {
		return
	}
	now := &sent{found: found}
	for i := range found {
		if d, ok := p.folder.diagnostic(snap, &found[i]); ok {
			now.published = append(now.published, d)
		}
	}
	p.sent[file] = now
	var was []wire.Diagnostic
	if old != nil {
		was = old.published
	}
	same := slices.EqualFunc(was, now.published, sameDiagnostic)
	if !same || p.opened[file] && len(was) > 0 && !p.folder.s.pulled() {
		p.send(file, now.published)
	}
}

// movedBy reports whether a file was edited that a finding has places in.
func (p *publisher) movedBy(found []topology.Diagnostic) bool {
	for i := range found {
		if p.edited[found[i].Place.File] {
			return true
		}
		for j := range found[i].Related {
			if p.edited[found[i].Related[j].File] {
				return true
			}
		}
	}
	return false
}

// send sends a file's diagnostics; a client that pulls is told to pull again,
// unless it edited the file and so does.
func (p *publisher) send(file string, list []wire.Diagnostic) {
	if p.folder.s.pulled() {
		_, open := p.versions[file]
		p.stale = p.stale || !open || !p.edited[file]
		return
	}
	params := wire.PublishDiagnosticsParams{URI: p.folder.uri(file), Diagnostics: list}
	if v, ok := p.versions[file]; ok {
		params.Version = &v
	}
	p.folder.s.notify("textDocument/publishDiagnostics", params)
}

// clear takes everything published back. Who pulls asks of its own when folders change.
func (p *publisher) clear() {
	if p.folder.s.pulled() {
		return
	}
	for file, old := range p.sent {
		if len(old.published) > 0 {
			p.send(file, nil)
		}
	}
}

// diagnostic spells a finding as the client reads it.
func (f *folder) diagnostic(snap *index.Snapshot, d *topology.Diagnostic) (wire.Diagnostic, bool) {
	at, ok := f.location(snap, d.Place)
	if !ok {
		return wire.Diagnostic{}, false
	}
	out := wire.Diagnostic{Range: at.Range, Severity: severity(d.Severity), Code: d.Code, Source: "topicls", Message: d.Message}
	client := &f.s.client
	if href := f.s.rulePage(d.Code); client.DiagnosticCodePage && href != "" {
		out.CodeDescription = &wire.CodeDescription{Href: href}
	}
	if client.DiagnosticTags && d.Code == "env-unused" {
		out.Tags = []protocol.DiagnosticTag{protocol.DiagnosticTagUnnecessary}
	}
	if client.DiagnosticData {
		out.Data = findingData{d.Topic, d.Variable, d.Service}
	}
	if f.s.client.DiagnosticRelated {
		for _, r := range d.Related {
			if l, ok := f.location(snap, r.Place); ok {
				out.Related = append(out.Related, wire.RelatedInformation{Location: l, Message: r.Message})
			}
		}
	}
	return out, true
}

// findingData says what a finding is about, beside its code and place.
type findingData struct {
	Topic    string `json:"topic,omitempty"`
	Variable string `json:"variable,omitempty"`
	Service  string `json:"service,omitempty"`
}

func severity(s topology.Severity) protocol.DiagnosticSeverity {
	switch s {
	case topology.Error:
		return protocol.DiagnosticSeverityError
	case topology.Warning:
		return protocol.DiagnosticSeverityWarning
	case topology.Information:
		return protocol.DiagnosticSeverityInformation
	}
	return protocol.DiagnosticSeverityHint
}

func sameFinding(a, b topology.Diagnostic) bool {
	return a.Code == b.Code && a.Severity == b.Severity && a.Message == b.Message && a.Place == b.Place && slices.Equal(a.Related, b.Related)
}

func sameDiagnostic(a, b wire.Diagnostic) bool {
	return a.Range == b.Range && a.Data == b.Data && a.Severity == b.Severity && a.Code == b.Code && a.Message == b.Message && slices.Equal(a.Related, b.Related)
}
