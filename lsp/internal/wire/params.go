package wire

import (
	"encoding/json"

	"go.lsp.dev/protocol"
)

// DocumentParams are the params of requests on a whole document, such as
// textDocument/documentSymbol and textDocument/codeLens.
type DocumentParams struct {
	URI           URI
	WorkDoneToken ProgressToken
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *DocumentParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.URI, p.WorkDoneToken = t.document(), t.token()
	return err
}

// PositionParams are the params of requests at a position: hover, definition,
// declaration, implementation, references, prepareRename, completion and so on.
type PositionParams struct {
	URI                URI
	Position           Position
	IncludeDeclaration bool   // of references
	NewName            string // of rename
	WorkDoneToken      ProgressToken
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *PositionParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	*p = PositionParams{
		URI:                t.document(),
		Position:           t.at("position").position(),
		IncludeDeclaration: t.is("context", "includeDeclaration"),
		NewName:            t.at("newName").text(),
		WorkDoneToken:      t.token(),
	}
	return err
}

// RangeParams are the params of requests on a range of a document: codeAction
// and inlayHint.
type RangeParams struct {
	URI           URI
	Range         Range
	Diagnostics   []ContextDiagnostic // of codeAction
	Only          []string            // of codeAction: kinds asked for
	WorkDoneToken ProgressToken
}

// LensParams are the params of codeLens/resolve.
type LensParams struct {
	URI  URI // of the lens's document, as its data has it
	Lens CodeLens
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *LensParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.URI = URI(t.at("data", "uri").text())
	p.Lens = CodeLens{Range: t.at("range").rangeOf(), Data: t.at("data").raw()}
	return err
}

// ResolvedHint is a hint to be told more of: the params of inlayHint/resolve.
type ResolvedHint struct {
	URI      URI // of its document, as its data has it
	Position Position
	Label    []string // the texts of its parts
	Raw      json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *ResolvedHint) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	*p = ResolvedHint{URI: URI(t.at("data", "uri").text()), Position: t.at("position").position(), Raw: t.raw()}
	for _, part := range t.at("label").list() {
		p.Label = append(p.Label, part.at("value").text())
	}
	return err
}

// CallItemParams are the params of callHierarchy/incomingCalls and outgoingCalls.
type CallItemParams struct {
	URI  URI // of the item's document
	Data json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *CallItemParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.URI, p.Data = URI(t.at("item", "uri").text()), t.at("item", "data").raw()
	return err
}

// ContextDiagnostic is a diagnostic that a client sends back with codeAction.
// Raw is all of it, for the answer to refer to.
type ContextDiagnostic struct {
	Range  Range
	Code   string
	Source string
	Data   json.RawMessage
	Raw    json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *RangeParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	*p = RangeParams{
		URI:           t.document(),
		Range:         t.at("range").rangeOf(),
		Only:          t.at("context", "only").texts(),
		WorkDoneToken: t.token(),
	}
	for _, d := range t.at("context", "diagnostics").list() {
		p.Diagnostics = append(p.Diagnostics, ContextDiagnostic{
			Range:  d.at("range").rangeOf(),
			Code:   d.at("code").text(),
			Source: d.at("source").text(),
			Data:   d.at("data").raw(),
			Raw:    d.raw(),
		})
	}
	return err
}

// SymbolParams are the params of workspace/symbol.
type SymbolParams struct {
	Query         string
	WorkDoneToken ProgressToken
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *SymbolParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.Query, p.WorkDoneToken = t.at("query").text(), t.token()
	return err
}

// FolderParams are the params of requests about workspace folders: all of them
// when Folder is empty.
type FolderParams struct{ Folder URI }

// UnmarshalJSON implements json.Unmarshaler.
func (p *FolderParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.Folder = URI(t.at("folder").text())
	return err
}

// DidOpenParams are the params of textDocument/didOpen.
type DidOpenParams struct {
	URI        URI
	LanguageID string
	Version    int64
	Text       string
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *DidOpenParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	d := t.at("textDocument")
	*p = DidOpenParams{
		URI:        URI(d.at("uri").text()),
		LanguageID: d.at("languageId").text(),
		Version:    d.at("version").number(),
		Text:       d.at("text").text(),
	}
	return err
}

// DidChangeParams are the params of textDocument/didChange.
type DidChangeParams struct {
	URI     URI
	Version int64
	Changes []ContentChange
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *DidChangeParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	*p = DidChangeParams{URI: t.document(), Version: t.at("textDocument", "version").number()}
	for _, c := range t.at("contentChanges").list() {
		p.Changes = append(p.Changes, ContentChange{Range: c.at("range").optionalRange(), Text: c.at("text").text()})
	}
	return err
}

// DidSaveParams are the params of textDocument/didSave.
type DidSaveParams struct {
	URI  URI
	Text *string // nil when the client did not send it
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *DidSaveParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	*p = DidSaveParams{URI: t.document()}
	if s, ok := t.at("text").value.(string); ok {
		p.Text = &s
	}
	return err
}

// FileEvent is one event of workspace/didChangeWatchedFiles.
type FileEvent struct {
	URI  URI
	Type protocol.FileChangeType
}

// WatchedFilesParams are the params of workspace/didChangeWatchedFiles.
type WatchedFilesParams struct{ Changes []FileEvent }

// UnmarshalJSON implements json.Unmarshaler.
func (p *WatchedFilesParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.Changes = nil
	for _, c := range t.at("changes").list() {
		p.Changes = append(p.Changes, FileEvent{
			URI:  URI(c.at("uri").text()),
			Type: protocol.FileChangeType(c.at("type").number()),
		})
	}
	return err
}

// WorkspaceFoldersParams are the params of workspace/didChangeWorkspaceFolders.
type WorkspaceFoldersParams struct{ Added, Removed []WorkspaceFolder }

// UnmarshalJSON implements json.Unmarshaler.
func (p *WorkspaceFoldersParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.Added, p.Removed = t.at("event", "added").folders(), t.at("event", "removed").folders()
	return err
}

// ConfigurationChangedParams are the params of workspace/didChangeConfiguration.
// Settings is nil when the client wants to be asked.
type ConfigurationChangedParams struct{ Settings json.RawMessage }

// UnmarshalJSON implements json.Unmarshaler.
func (p *ConfigurationChangedParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.Settings = t.at("settings").raw()
	return err
}

// CommandParams are the params of workspace/executeCommand.
type CommandParams struct {
	Command       string
	Arguments     []json.RawMessage
	WorkDoneToken ProgressToken
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *CommandParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	*p = CommandParams{Command: t.at("command").text(), WorkDoneToken: t.token()}
	for _, a := range t.at("arguments").list() {
		p.Arguments = append(p.Arguments, a.raw())
	}
	return err
}

// ProgressCancelParams are the params of window/workDoneProgress/cancel.
type ProgressCancelParams struct{ Token ProgressToken }

// UnmarshalJSON implements json.Unmarshaler.
func (p *ProgressCancelParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	p.Token = ProgressToken(t.at("token").raw())
	return err
}

func (t tree) document() URI { return URI(t.at("textDocument", "uri").text()) }

func (t tree) token() ProgressToken { return ProgressToken(t.at("workDoneToken").raw()) }

func (t tree) folders() []WorkspaceFolder {
	var out []WorkspaceFolder
	for _, f := range t.list() {
		out = append(out, WorkspaceFolder{URI: URI(f.at("uri").text()), Name: f.at("name").text()})
	}
	return out
}
