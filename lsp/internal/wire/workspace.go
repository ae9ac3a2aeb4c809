package wire

import (
	"encoding/json"

	"go.lsp.dev/protocol"
)

// ConfigurationParams are the params of the call workspace/configuration. The
// result is a list with one value, or null, for each item.
type ConfigurationParams struct {
	Items []ConfigurationItem `json:"items"`
}

// ConfigurationItem asks for one section of the settings.
type ConfigurationItem struct {
	ScopeURI URI    `json:"scopeUri,omitempty"`
	Section  string `json:"section,omitempty"`
}

// ConfigurationResult reads the reply, which some clients shorten, wrap or leave
// out: it always has n items, nil for null.
func ConfigurationResult(raw json.RawMessage, n int) []json.RawMessage {
	out := make([]json.RawMessage, n)
	t, err := parseTree(raw)
	if err != nil {
		return out
	}
	for i, v := range t.list() {
		if i < n {
			out[i] = v.raw()
		}
	}
	return out
}

// RegistrationParams are the params of client/registerCapability.
type RegistrationParams struct {
	Registrations []Registration `json:"registrations"`
}

// Registration registers for one method.
type Registration struct {
	ID      string `json:"id"`
	Method  string `json:"method"`
	Options any    `json:"registerOptions,omitempty"`
}

// WatchOptions are the options of a registration for didChangeWatchedFiles.
type WatchOptions struct {
	Watchers []FileSystemWatcher `json:"watchers"`
}

// SectionOptions are the options of a registration for didChangeConfiguration.
type SectionOptions struct {
	Section string `json:"section"`
}

// TokensRegistration are the options of a registration for semantic tokens.
type TokensRegistration struct {
	SemanticTokensOptions
	Selector []DocumentFilter `json:"documentSelector"`
}

// DocumentFilter is about documents of a language.
type DocumentFilter struct {
	Scheme   string `json:"scheme,omitempty"`
	Language string `json:"language,omitempty"`
}

// FileSystemWatcher watches for files. GlobPattern is a string or a
// [RelativePattern], where the client knows those.
type FileSystemWatcher struct {
	GlobPattern any                `json:"globPattern"`
	Kind        protocol.WatchKind `json:"kind,omitempty"` // 0: create, change and delete
}

// RelativePattern is a glob pattern below a folder.
type RelativePattern struct {
	BaseURI URI    `json:"baseUri"`
	Pattern string `json:"pattern"`
}

// ApplyEditParams are the params of the call workspace/applyEdit.
type ApplyEditParams struct {
	Label string                 `json:"label,omitempty"`
	Edit  protocol.WorkspaceEdit `json:"edit"`
}

// ApplyEditResult is its result. (The library's client decodes it into a bool.)
type ApplyEditResult struct {
	Applied       bool   `json:"applied"`
	FailureReason string `json:"failureReason,omitempty"`
}

// MessageParams are the params of window/showMessage and window/logMessage.
type MessageParams struct {
	Type    protocol.MessageType `json:"type"`
	Message string               `json:"message"`
}

// MessageRequestParams are the params of the call window/showMessageRequest,
// which gives the action that was picked, or null.
type MessageRequestParams struct {
	Type    protocol.MessageType `json:"type"`
	Message string               `json:"message"`
	Actions []MessageAction      `json:"actions,omitempty"`
}

// MessageAction is an answer to a message.
type MessageAction struct {
	Title string `json:"title"`
}

// ShowDocumentParams are the params of the call window/showDocument.
type ShowDocumentParams struct {
	URI       URI    `json:"uri"`
	External  bool   `json:"external,omitempty"`
	TakeFocus bool   `json:"takeFocus,omitempty"`
	Selection *Range `json:"selection,omitempty"`
}
