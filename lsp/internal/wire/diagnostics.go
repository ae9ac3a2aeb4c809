package wire

import (
	"encoding/json"

	"go.lsp.dev/protocol"
)

// Diagnostic is a finding in a document. Which optional fields a client takes is
// in its capabilities.
type Diagnostic struct {
	Range           Range                       `json:"range"`
	Severity        protocol.DiagnosticSeverity `json:"severity,omitempty"`
	Code            string                      `json:"code,omitempty"`
	CodeDescription *CodeDescription            `json:"codeDescription,omitempty"`
	Source          string                      `json:"source,omitempty"`
	Message         string                      `json:"message"`
	Tags            []protocol.DiagnosticTag    `json:"tags,omitempty"`
	Related         []RelatedInformation        `json:"relatedInformation,omitempty"`
	Data            any                         `json:"data,omitempty"`
}

// CodeDescription links to the page of a diagnostic's code.
type CodeDescription struct {
	Href string `json:"href"`
}

// RelatedInformation is another place that belongs to a diagnostic.
type RelatedInformation struct {
	Location Location `json:"location"`
	Message  string   `json:"message"`
}

// Location is a range in a document.
type Location struct {
	URI   URI   `json:"uri"`
	Range Range `json:"range"`
}

// PublishDiagnosticsParams are the params of textDocument/publishDiagnostics.
// Version is nil for a document that is not open. No diagnostics are [], which
// clears them; null, which the library sends, is an error in most clients.
type PublishDiagnosticsParams struct {
	URI         URI          `json:"uri"`
	Version     *int64       `json:"version,omitempty"`
	Diagnostics []Diagnostic `json:"diagnostics"`
}

// MarshalJSON implements json.Marshaler.
func (p PublishDiagnosticsParams) MarshalJSON() ([]byte, error) {
	type plain PublishDiagnosticsParams
	p.Diagnostics = List(p.Diagnostics)
	return json.Marshal(plain(p))
}

// List is s, or an empty slice for nil. Results that the protocol wants to be
// arrays go through it.
func List[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// DiagnosticParams are the params of textDocument/diagnostic.
type DiagnosticParams struct {
	URI      URI
	Previous string // the id of the result that the client has
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *DiagnosticParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.URI, p.Previous = t.document(), t.at("previousResultId").text()
	return err
}

// WorkspaceDiagnosticParams are the params of workspace/diagnostic.
type WorkspaceDiagnosticParams struct {
	Previous           map[string]string // the ids of the results that the client has, by the file's path
	PartialResultToken ProgressToken
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *WorkspaceDiagnosticParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.Previous, p.PartialResultToken = map[string]string{}, ProgressToken(t.at("partialResultToken").raw())
	for _, r := range t.at("previousResultIds").list() {
		if path, ok := URI(r.at("uri").text()).Path(); ok {
			p.Previous[path] = r.at("value").text()
		}
	}
	return err
}

// DiagnosticReport tells the diagnostics of a document, or that they are those
// that the client has. Items of a full report are never null.
type DiagnosticReport struct {
	Kind     string        `json:"kind"`
	ResultID string        `json:"resultId,omitempty"`
	Items    *[]Diagnostic `json:"items,omitempty"`
}

// FullReport is a report that lists diagnostics.
func FullReport(id string, list []Diagnostic) DiagnosticReport {
	list = List(list)
	return DiagnosticReport{Kind: "full", ResultID: id, Items: &list}
}

// WorkspaceDiagnosticReport is the result of workspace/diagnostic.
type WorkspaceDiagnosticReport struct {
	Items []WorkspaceDocumentReport `json:"items"`
}

// WorkspaceDocumentReport is the report of one document; its version is null when
// it is not open.
type WorkspaceDocumentReport struct {
	DiagnosticReport
	URI     URI    `json:"uri"`
	Version *int64 `json:"version"`
}

// PartialResult is a part of a request's result, sent before it by $/progress.
type PartialResult struct {
	Token ProgressToken `json:"token"`
	Value any           `json:"value"`
}
