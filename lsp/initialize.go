package lsp

import (
	"context"
	"maps"
	"slices"

	"go.lsp.dev/protocol"

	"topicls/lsp/internal/wire"
)

// initialize answers what the server can do. It begins nothing: that is for
// initialized.
func (s *server) initialize(_ context.Context, p wire.InitializeParams) (wire.InitializeResult, error) {
	s.client = p.Capabilities
	s.enc = wire.ChooseEncoding(p.Capabilities.PositionEncodings)
	for _, f := range p.Folders() {
		if path, ok := s.uris.Note(f.URI); ok {
			s.roots = append(s.roots, path)
		}
	}
	s.log.Info("initialize", "client", p.ClientName, "version", p.ClientVersion, "encoding", s.enc.String(), "folders", len(s.roots))
	if p.Options != nil {
		s.settingsGiven(p.Options)
	}
	s.watchParent(p.ProcessID)
	c := wire.ServerCapabilities{PositionEncoding: s.enc.String()}
	if len(p.Capabilities.PositionEncodings) == 0 {
		c.PositionEncoding = "" // a client from before there were others
	}
	c.TextDocumentSync = protocol.TextDocumentSyncOptions{
		OpenClose: true, Change: protocol.TextDocumentSyncKindIncremental, Save: &protocol.SaveOptions{},
	}
	c.HoverProvider, c.DefinitionProvider, c.DeclarationProvider = true, true, true
	c.ImplementationProvider, c.ReferencesProvider = true, true
	c.DocumentSymbolProvider, c.WorkspaceSymbolProvider, c.DocumentHighlightProvider = true, true, true
	c.RenameProvider = true
	c.CodeLensProvider = &protocol.CodeLensOptions{ResolveProvider: true}
	c.InlayHintProvider = wire.ResolveOptions{ResolveProvider: len(p.Capabilities.InlayHintResolve) > 0}
	c.CompletionProvider = &protocol.CompletionOptions{TriggerCharacters: completionTriggers, ResolveProvider: true}
	c.CallHierarchyProvider = true
	if p.Capabilities.SemanticTokens && !p.Capabilities.TokensDynamic {
		c.SemanticTokensProvider = &wire.SemanticTokensOptions{Legend: tokenLegend, Range: true, Full: true}
	}
	if p.Capabilities.CodeActionLiterals {
		c.CodeActionProvider = &protocol.CodeActionOptions{CodeActionKinds: []protocol.CodeActionKind{protocol.QuickFix}}
	}
	if s.pulled() {
		c.DiagnosticProvider = &wire.DiagnosticOptions{Identifier: "topicls", InterFileDependencies: true, WorkspaceDiagnostics: true}
	}
	if len(p.Capabilities.Commands) == 0 { // else it knows ours, and may have some of the same names
		c.ExecuteCommandProvider = &protocol.ExecuteCommandOptions{Commands: slices.Sorted(maps.Keys(s.commands()))}
	}
	if p.Capabilities.PrepareRename {
		c.RenameProvider = protocol.RenameOptions{PrepareProvider: true}
	}
	c.Workspace = &wire.WorkspaceOptions{
		WorkspaceFolders: &wire.WorkspaceFoldersOptions{Supported: true, ChangeNotifications: true},
		FileOperations:   folderOperations(),
	}
	return wire.InitializeResult{
		Capabilities: c,
		ServerInfo:   protocol.ServerInfo{Name: "topicls", Version: s.opts.Version},
	}, nil
}
