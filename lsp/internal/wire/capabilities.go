package wire

import "slices"

// ClientCapabilities are those capabilities of a client that this server asks
// about. What the client did not say, or said in a form unknown here, is false.
type ClientCapabilities struct {
	PositionEncodings []string // general.positionEncodings
	MarkdownParser    string   // general.markdown.parser
	MarkdownTags      []string // general.markdown.allowedTags

	Configuration        bool // workspace/configuration may be asked
	ConfigurationDynamic bool // didChangeConfiguration may be registered for
	WorkspaceFolders     bool
	ApplyEdit            bool
	DocumentChanges      bool // in a WorkspaceEdit
	ChangeAnnotations    bool // in a WorkspaceEdit
	CreateFiles          bool // in a WorkspaceEdit
	WatchFiles           bool // didChangeWatchedFiles may be registered for
	WatchRelative        bool // with a RelativePattern
	RefreshCodeLens      bool
	RefreshInlayHints    bool
	RefreshDiagnostics   bool
	RefreshTokens        bool
	WorkDoneProgress     bool
	ShowDocument         bool

	HoverMarkdown       bool // hovers may be Markdown
	DefinitionLinks     bool // LocationLink from definition
	DeclarationLinks    bool
	ImplementationLinks bool
	NestedSymbols       bool // hierarchical document symbols

	DiagnosticRelated  bool // relatedInformation
	DiagnosticCodePage bool // codeDescription
	DiagnosticVersion  bool
	DiagnosticData     bool
	DiagnosticTags     bool
	PullDiagnostics    bool

	CompletionSnippets bool
	CompletionMarkdown bool
	CompletionReplace  bool // InsertReplaceEdit
	CompletionLabels   bool // labelDetails
	CompletionResolve  []string

	CodeActionLiterals bool
	CodeActionData     bool
	CodeActionResolve  []string
	PrepareRename      bool
	CallHierarchy      bool
	InlayHints         bool
	InlayHintResolve   []string
	SemanticTokens     bool
	TokensDynamic      bool // semantic tokens may be registered for

	// Of this server's own extensions (experimental.topicls).
	TopologyChanges bool     // topicls/didChangeTopology is wanted
	Commands        []string // commands of the client that answers may name
}

// capabilities reads the subset from the client's whole object.
func capabilities(t tree) ClientCapabilities {
	general, workspace, window, text := t.at("general"), t.at("workspace"), t.at("window"), t.at("textDocument")
	completion, action := text.at("completion", "completionItem"), text.at("codeAction")
	publish, own := text.at("publishDiagnostics"), t.at("experimental", "topicls")
	return ClientCapabilities{
		PositionEncodings: general.at("positionEncodings").texts(),
		MarkdownParser:    general.at("markdown", "parser").text(),
		MarkdownTags:      general.at("markdown", "allowedTags").texts(),

		Configuration:        workspace.is("configuration"),
		ConfigurationDynamic: workspace.is("didChangeConfiguration", "dynamicRegistration"),
		WorkspaceFolders:     workspace.is("workspaceFolders"),
		ApplyEdit:            workspace.is("applyEdit"),
		DocumentChanges:      workspace.is("workspaceEdit", "documentChanges"),
		ChangeAnnotations:    workspace.is("workspaceEdit", "changeAnnotationSupport"),
		CreateFiles:          slices.Contains(workspace.at("workspaceEdit", "resourceOperations").texts(), "create"),
		WatchFiles:           workspace.is("didChangeWatchedFiles", "dynamicRegistration"),
		WatchRelative:        workspace.is("didChangeWatchedFiles", "relativePatternSupport"),
		RefreshCodeLens:      workspace.is("codeLens", "refreshSupport"),
		RefreshInlayHints:    workspace.is("inlayHint", "refreshSupport"),
		RefreshDiagnostics:   workspace.is("diagnostics", "refreshSupport"),
		RefreshTokens:        workspace.is("semanticTokens", "refreshSupport"),
		WorkDoneProgress:     window.is("workDoneProgress"),
		ShowDocument:         window.is("showDocument", "support"),

		HoverMarkdown:       contains(text.at("hover", "contentFormat"), "markdown"),
		DefinitionLinks:     text.is("definition", "linkSupport"),
		DeclarationLinks:    text.is("declaration", "linkSupport"),
		ImplementationLinks: text.is("implementation", "linkSupport"),
		NestedSymbols:       text.is("documentSymbol", "hierarchicalDocumentSymbolSupport"),

		DiagnosticRelated:  publish.is("relatedInformation"),
		DiagnosticCodePage: publish.is("codeDescriptionSupport"),
		DiagnosticVersion:  publish.is("versionSupport"),
		DiagnosticData:     publish.is("dataSupport"),
		DiagnosticTags:     publish.is("tagSupport"),
		PullDiagnostics:    text.is("diagnostic"),

		CompletionSnippets: completion.is("snippetSupport"),
		CompletionMarkdown: contains(completion.at("documentationFormat"), "markdown"),
		CompletionReplace:  completion.is("insertReplaceSupport"),
		CompletionLabels:   completion.is("labelDetailsSupport"),
		CompletionResolve:  completion.at("resolveSupport", "properties").texts(),

		CodeActionLiterals: action.is("codeActionLiteralSupport"),
		CodeActionData:     action.is("dataSupport"),
		CodeActionResolve:  action.at("resolveSupport", "properties").texts(),
		PrepareRename:      text.is("rename", "prepareSupport"),
		CallHierarchy:      text.is("callHierarchy"),
		InlayHints:         text.is("inlayHint"),
		InlayHintResolve:   text.at("inlayHint", "resolveSupport", "properties").texts(),
		SemanticTokens:     text.is("semanticTokens"),
		TokensDynamic:      text.is("semanticTokens", "dynamicRegistration"),

		TopologyChanges: own.is("didChangeTopology"),
		Commands:        own.at("commands").texts(),
	}
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *ClientCapabilities) UnmarshalJSON(data []byte) error {
	t, err := parseTree(data)
	*c = capabilities(t)
	return err
}

func contains(t tree, name string) bool {
	for _, s := range t.texts() {
		if s == name {
			return true
		}
	}
	return false
}
