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
