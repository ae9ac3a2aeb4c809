package wire

import (
	"encoding/json"

	"go.lsp.dev/protocol"
)

// WorkspaceEdit is a change of several documents. The library's has no place
// for the annotations of single edits. Of the two forms, Changes is for clients
// that don't know DocumentChanges.
type WorkspaceEdit struct {
	Changes         map[URI][]TextEdit          `json:"changes,omitempty"`
	DocumentChanges []any                       `json:"documentChanges,omitempty"` // DocumentEdit, CreateFile
	Annotations     map[string]ChangeAnnotation `json:"changeAnnotations,omitempty"`
}

// DocumentEdit changes one document.
type DocumentEdit struct {
	Document VersionedDocument `json:"textDocument"`
	Edits    []TextEdit        `json:"edits"`
}

// CreateFile makes an empty file, which must not be there yet; [NewCreateFile]
// makes one.
type CreateFile struct {
	Kind string `json:"kind"`
	URI  URI    `json:"uri"`
}

// NewCreateFile is the change that makes an empty file.
func NewCreateFile(u URI) CreateFile { return CreateFile{"create", u} }

// VersionedDocument is a document as it was when an edit was made.
type VersionedDocument struct {
	URI     URI    `json:"uri"`
	Version *int64 `json:"version"` // null when it is not open
}

// TextEdit replaces a range.
type TextEdit struct {
	Range      Range  `json:"range"`
	Text       string `json:"newText"`
	Annotation string `json:"annotationId,omitempty"` // for clients that know them
}

// ChangeAnnotation says what an edit is, for people.
type ChangeAnnotation struct {
	Label        string `json:"label"`
	Confirmation bool   `json:"needsConfirmation,omitempty"`
	Description  string `json:"description,omitempty"`
}

// PreparedRename is what a rename would change.
type PreparedRename struct {
	Range Range  `json:"range"`
	Name  string `json:"placeholder"`
}

// CodeAction is a change that a person may choose.
type CodeAction struct {
	Title       string                  `json:"title"`
	Kind        protocol.CodeActionKind `json:"kind"`
	Diagnostics []json.RawMessage       `json:"diagnostics,omitempty"` // as the client sent them
	Preferred   bool                    `json:"isPreferred,omitempty"`
	Edit        *WorkspaceEdit          `json:"edit,omitempty"`
}
