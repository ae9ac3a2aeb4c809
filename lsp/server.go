package lsp

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"topicls/index"
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/settings"
	"topicls/lsp/internal/wire"
)

// Options change how the server works. The zero value is right for most.
type Options struct {
	Version string       // of the program, told to clients
	Logger  *slog.Logger // must not write to the client's stream; default: discards
	Index   index.Options
	// Quiet is how long a folder must not change before diagnostics are
	// published; default 50 ms.
	Quiet time.Duration
	// Idle is how long nothing must happen before memory is given back;
	// default 1 s.
	Idle time.Duration

	// RulePages is a folder in which the pages of rules may be written, for
	// findings to lead to; "" = they lead nowhere.
	RulePages string

	// For tests.
	extend func(*server)
	hold   <-chan struct{} // no index is made whole before it is closed; nil for none
	soon   time.Duration   // see defaultSoon
}

// server is one session.
type server struct {
	opts Options
	log  *slog.Logger
	rpc  *rpc.Router
	quit context.CancelFunc // ends the session
	idle *time.Timer        // fires when nothing happened for a while

	// Set by initialize, before anything else runs.
	client wire.ClientCapabilities
	enc    wire.Encoding

	uris wire.URIs

	refreshMu  sync.Mutex
	refreshing map[string]bool // under refreshMu: refreshes under way, and whether one is to follow
	pages      rulePages

	mu        sync.Mutex
	documents map[string]*document         // under mu: open files by path
	roots     []string                     // under mu: the client's folders
	folders   []*folder                    // under mu: those of them that are in no other
	started   bool                         // under mu: initialized was received, folders are indexed
	base      settings.Settings            // under mu: of folders without settings of their own
	settings  map[string]settings.Settings // under mu: those that the client answered, by folder
	chosen    map[string]string            // under mu: environments chosen by command, by folder
	asked     int                          // under mu: how often the client was asked for settings
	wrong     []string                     // under mu: what the client was told is wrong with its settings
}

// Serve serves a client until it ends the session, closes its stream or ctx
// ends, and returns what the process exits with. Both streams are closed when
// they are io.Closers.
func Serve(ctx context.Context, in io.Reader, out io.Writer, opts Options) int {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Quiet <= 0 {
		opts.Quiet = 50 * time.Millisecond
	}
	if opts.soon <= 0 {
		opts.soon = defaultSoon
	}
	if opts.Idle <= 0 {
		opts.Idle = time.Second
	}
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	s := &server{
		opts: opts, log: opts.Logger, quit: quit,
		rpc:       rpc.New(rpc.Options{Logger: opts.Logger, Panicked: panicked}),
		documents: map[string]*document{}, refreshing: map[string]bool{}, settings: map[string]settings.Settings{}, chosen: map[string]string{},
	}
	s.base = opts.flags()
	s.register()
	if opts.extend != nil {
		opts.extend(s)
	}
	defer s.startIdling()()
	if err := s.rpc.Serve(ctx, pipe{in, out}); err != nil {
		s.log.Error("session ended", "err", err)
	}
	return s.rpc.ExitCode()
}

// register names the handler of every method.
func (s *server) register() {
	rpc.Initialize(s.rpc, s.initialize)
	rpc.Notification(s.rpc, "initialized", s.initialized)
	rpc.Notification(s.rpc, "$/setTrace", s.setTrace)

	rpc.Notification(s.rpc, "textDocument/didOpen", s.didOpen)
	rpc.Notification(s.rpc, "textDocument/didChange", s.didChange)
	rpc.Notification(s.rpc, "textDocument/didSave", s.didSave)
	rpc.Notification(s.rpc, "textDocument/didClose", s.didClose)
	rpc.Notification(s.rpc, "workspace/didChangeWatchedFiles", s.didChangeWatchedFiles)
	rpc.Notification(s.rpc, "workspace/didRenameFiles", s.didFoldersMove)
	rpc.Notification(s.rpc, "workspace/didDeleteFiles", s.didFoldersMove)
	rpc.Notification(s.rpc, "workspace/didChangeWorkspaceFolders", s.didChangeWorkspaceFolders)
	rpc.Notification(s.rpc, "workspace/didChangeConfiguration", s.didChangeConfiguration)
	rpc.Notification(s.rpc, "window/workDoneProgress/cancel", s.progressCancelled)

	atPosition(s, "textDocument/hover", nil, s.hover)
	atPosition(s, "textDocument/definition", links{}, s.definition)
	atPosition(s, "textDocument/declaration", links{}, s.declaration)
	atPosition(s, "textDocument/implementation", links{}, s.implementation)
	atPosition(s, "textDocument/references", []wire.Location{}, s.references)
	atPosition(s, "textDocument/documentHighlight", []wire.DocumentHighlight{}, s.documentHighlight)
	atPositionOr(s, "textDocument/prepareRename", nil, s.prepareRename)
	atPositionOr(s, "textDocument/rename", nil, s.rename)
	inDocument(s, "textDocument/documentSymbol", documentSymbols{}, s.documentSymbol)
	inDocument(s, "textDocument/codeLens", []wire.CodeLens{}, s.codeLens)
	resolving(s, "codeLens/resolve", func(p wire.LensParams) (wire.URI, wire.CodeLens) { return p.URI, p.Lens },
		func(q query, p wire.LensParams) wire.CodeLens { return s.codeLensResolve(q, p.Lens) })
	inRange(s, "textDocument/inlayHint", []wire.InlayHint{}, s.inlayHint)
	resolving(s, "inlayHint/resolve", func(p wire.ResolvedHint) (wire.URI, any) { return p.URI, p.Raw }, s.inlayHintResolve)
	atPosition(s, "textDocument/completion", wire.CompletionList{}, s.completion)
	resolving(s, "completionItem/resolve", func(p wire.AskedItem) (wire.URI, any) { return p.URI, p.Raw }, s.completionItemResolve)
	inDocument(s, "textDocument/semanticTokens/full", wire.SemanticTokens{}, s.semanticTokensFull)
	inRange(s, "textDocument/semanticTokens/range", wire.SemanticTokens{}, s.semanticTokensRange)
	s.registerCallHierarchy()
	s.registerDiagnostic()
	s.registerCodeAction()
	rpc.RequestAt(s.rpc, "workspace/symbol", s.tickets, s.workspaceSymbol)
	rpc.Request(s.rpc, "workspace/executeCommand", s.executeCommand)

	rpc.RequestAt(s.rpc, "topicls/topology", s.tickets, s.topology)
	rpc.RequestAt(s.rpc, "topicls/status", s.tickets, s.status)
	atPositionOr(s, "topicls/explain", nil, s.explain)
}

// pipe joins the two streams.
type pipe struct {
	io.Reader
	io.Writer
}

func (p pipe) Close() error {
	if c, ok := p.Writer.(io.Closer); ok {
		_ = c.Close()
	}
	if c, ok := p.Reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
