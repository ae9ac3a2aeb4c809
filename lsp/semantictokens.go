package lsp

import (
	"context"
	"errors"

	"go.lsp.dev/protocol"

	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// tokenLegend says what the numbers in semantic tokens are.
var tokenLegend = protocol.SemanticTokensLegend{
	TokenTypes:     []protocol.SemanticTokenTypes{protocol.SemanticTokenEvent},
	TokenModifiers: []protocol.SemanticTokenModifiers{protocol.SemanticTokenModifierDefinition},
}

// configurationLanguages are the clients' names of the languages that have no
// tokens of another server's.
var configurationLanguages = []string{"yaml", "dockercompose", "helm", "properties", "spring-boot-properties", "spring-boot-properties-yaml", "dotenv", "env", "toml", "ini", "dockerfile"}

// registerTokens asks a client to ask for the tokens of configuration alone. Where
// a client takes tokens of one server for a document, as VS Code does, ours would
// take the place of those that the language's own server has.
func (s *server) registerTokens(ctx context.Context) {
	options := wire.TokensRegistration{SemanticTokensOptions: wire.SemanticTokensOptions{Legend: tokenLegend, Range: true, Full: true}}
	for _, l := range configurationLanguages {
		options.Selector = append(options.Selector, wire.DocumentFilter{Scheme: "file", Language: l})
	}
	err := s.rpc.Call(ctx, "client/registerCapability", wire.RegistrationParams{Registrations: []wire.Registration{{
		ID: "topicls-tokens", Method: "textDocument/semanticTokens", Options: options,
	}}}, nil)
	if err != nil && ctx.Err() == nil && !errors.Is(err, rpc.ErrClosed) {
		s.log.Warn("the client does not take semantic tokens", "err", err)
	}
}

// semanticTokensFull answers textDocument/semanticTokens/full.
func (s *server) semanticTokensFull(q query) wire.SemanticTokens {
	return q.tokens(0, ^uint32(0))
}

// semanticTokensRange answers textDocument/semanticTokens/range.
func (s *server) semanticTokensRange(q query, from, to uint32) wire.SemanticTokens {
	return q.tokens(from, to)
}

// tokens spells the names of topics, each by its distance from the one before it.
func (q query) tokens(from, to uint32) wire.SemanticTokens {
	out := wire.SemanticTokens{}
	var line, character uint32
	for _, t := range q.snap.Tokens(q.rel, from, to) {
		l, ok := q.folder.location(q.snap, t.Place)
		if !ok || l.Range.Start.Line != l.Range.End.Line {
			continue
		}
		at := l.Range.Start
		if at.Line != line {
			character = 0
		}
		modifiers := uint32(0)
		if t.Given {
			modifiers = 1
		}
		out.Data = append(out.Data, at.Line-line, at.Character-character, l.Range.End.Character-at.Character, 0, modifiers)
		line, character = at.Line, at.Character
	}
	return out
}
