package wire

import (
	"encoding/json"
	"runtime"
	"strings"

	"go.lsp.dev/protocol"
)

// WorkspaceFolder is a folder that the client has open.
type WorkspaceFolder struct {
	URI  URI    `json:"uri"`
	Name string `json:"name"`
}

// InitializeParams are the params of initialize, of which nothing is required.
type InitializeParams struct {
	ProcessID        int64 // 0: none
	ClientName       string
	ClientVersion    string
	Locale           string
	RootPath         string
	RootURI          URI
	WorkspaceFolders []WorkspaceFolder
	Options          json.RawMessage // initializationOptions, nil: none
	Capabilities     ClientCapabilities
	Trace            string
	WorkDoneToken    ProgressToken
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *InitializeParams) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	*p = InitializeParams{
		ProcessID:        t.at("processId").number(),
		ClientName:       t.at("clientInfo", "name").text(),
		ClientVersion:    t.at("clientInfo", "version").text(),
		Locale:           t.at("locale").text(),
		RootPath:         t.at("rootPath").text(),
		RootURI:          URI(t.at("rootUri").text()),
		WorkspaceFolders: t.at("workspaceFolders").folders(),
		Options:          t.at("initializationOptions").raw(),
		Capabilities:     capabilities(t.at("capabilities")),
		Trace:            t.at("trace").text(),
		WorkDoneToken:    t.token(),
	}
	return err
}

// Folders gives the folders to work on: the workspace folders, or else the root.
// Those that are no files are left out.
func (p *InitializeParams) Folders() []WorkspaceFolder {
	var out []WorkspaceFolder
	for _, f := range p.WorkspaceFolders {
		if _, ok := f.URI.Path(); ok {
			out = append(out, f)
		}
	}
	if len(out) > 0 {
		return out
	}
	root := p.RootURI
	if root == "" && p.RootPath != "" {
		root = FileURI(p.RootPath)
	}
	dir, ok := root.Path()
	if !ok {
		return nil
	}
	sep := "/"
	if runtime.GOOS == "windows" {
		sep = `\`
	}
	return []WorkspaceFolder{{URI: root, Name: dir[strings.LastIndex(dir, sep)+1:]}}
}

// InitializeResult is the result of initialize.
type InitializeResult struct {
	Capabilities ServerCapabilities  `json:"capabilities"`
	ServerInfo   protocol.ServerInfo `json:"serverInfo"`
}

// ServerCapabilities are the library's with what version 3.17 added.
type ServerCapabilities struct {
	protocol.ServerCapabilities
	PositionEncoding       string                 `json:"positionEncoding,omitempty"`
	InlayHintProvider      any                    `json:"inlayHintProvider,omitempty"`  // bool or options
	DiagnosticProvider     *DiagnosticOptions     `json:"diagnosticProvider,omitempty"` // pull diagnostics
	TypeHierarchyProvider  any                    `json:"typeHierarchyProvider,omitempty"`
	SemanticTokensProvider *SemanticTokensOptions `json:"semanticTokensProvider,omitempty"`
	Workspace              *WorkspaceOptions      `json:"workspace,omitempty"`
}

// DiagnosticOptions announce pull diagnostics.
type DiagnosticOptions struct {
	Identifier            string `json:"identifier,omitempty"`
	InterFileDependencies bool   `json:"interFileDependencies"`
	WorkspaceDiagnostics  bool   `json:"workspaceDiagnostics"`
}

// ResolveOptions announce a request whose answers can be told more of.
type ResolveOptions struct {
	ResolveProvider bool `json:"resolveProvider"`
}

// SemanticTokensOptions are the library's with the legend.
type SemanticTokensOptions struct {
	Legend protocol.SemanticTokensLegend `json:"legend"`
	Range  bool                          `json:"range,omitempty"`
	Full   any                           `json:"full,omitempty"` // bool or {"delta": true}
}

// WorkspaceOptions announce what the server does with workspace folders and
// with files that the client creates, renames and deletes.
type WorkspaceOptions struct {
	WorkspaceFolders *WorkspaceFoldersOptions                            `json:"workspaceFolders,omitempty"`
	FileOperations   *protocol.ServerCapabilitiesWorkspaceFileOperations `json:"fileOperations,omitempty"`
}

// WorkspaceFoldersOptions announce support of several workspace folders.
type WorkspaceFoldersOptions struct {
	Supported           bool `json:"supported"`
	ChangeNotifications any  `json:"changeNotifications,omitempty"` // true, or an id to unregister by
}
