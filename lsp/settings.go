package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/index/topology"
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/settings"
	"topicls/lsp/internal/wire"
)

// flags are the settings of a client that says nothing.
func (o *Options) flags() settings.Settings {
	s := settings.Default()
	s.Environment, s.Tests, s.Exclude = o.Index.Environment, o.Index.Tests, o.Index.Exclude
	return s
}

// askSettings asks the client for the settings of all folders and follows them.
// Of several questions under way only the last one's answer counts.
func (s *server) askSettings(ctx context.Context) {
	s.mu.Lock()
	s.asked++
	turn, roots := s.asked, slices.Clone(s.roots)
	s.mu.Unlock()
	p := wire.ConfigurationParams{}
	for _, root := range roots {
		p.Items = append(p.Items, wire.ConfigurationItem{ScopeURI: s.uris.For(root), Section: "topicls"})
	}
	var raw json.RawMessage
	if err := s.rpc.Call(ctx, "workspace/configuration", p, &raw); err != nil {
		if !errors.Is(err, rpc.ErrClosed) && ctx.Err() == nil {
			s.log.Warn("the client does not tell its settings", "err", err)
		}
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn != s.asked {
		return
	}
	var problems []string
	for i, section := range wire.ConfigurationResult(raw, len(roots)) {
		if section == nil {
			continue // nothing said: what initialize brought stays
		}
		set, wrong := settings.Decode(section, s.opts.flags())
		s.settings[roots[i]] = set
		problems = append(problems, wrong...)
	}
	s.settingsChanged(problems)
}

// settingsGiven takes in settings that the client sends unasked.
func (s *server) settingsGiven(raw json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set, problems := settings.Decode(raw, s.opts.flags())
	s.base = set
	clear(s.settings)
	s.settingsChanged(problems)
}

// settingsOf gives the settings of a folder. The caller holds s.mu.
func (s *server) settingsOf(root string) settings.Settings {
	set, ok := s.settings[root]
	if !ok {
		set = s.base
	}
	if id, ok := s.chosen[root]; ok {
		set.Environment = id
	}
	return set
}

// settingsChanged says what is wrong with settings and follows them. The caller
// holds s.mu.
func (s *server) settingsChanged(problems []string) {
	slices.Sort(problems)
	if problems = slices.Compact(problems); len(problems) > 0 && !slices.Equal(problems, s.wrong) {
		s.notify("window/showMessage", wire.MessageParams{
			Type: protocol.MessageTypeWarning, Message: "Topicls can't use some settings: " + strings.Join(problems, "; ") + ".",
		})
	}
	s.wrong = problems
	s.follow()
}

// follow makes the folders follow their settings. The caller holds s.mu.
func (s *server) follow() {
	var again []string
	for _, f := range s.folders {
		was, now := f.settings, s.settingsOf(f.root)
		f.mu.Lock()
		f.settings = now
		f.mu.Unlock()
		if !was.SameIndex(&now) {
			again = append(again, f.root)
			continue
		}
		f.act(grade(now.Rules))
		if was.CodeLens != now.CodeLens {
			s.refresh("workspace/codeLens/refresh")
		}
		if was.TopicHints != now.TopicHints || was.VariableHints != now.VariableHints {
			s.refresh("workspace/inlayHint/refresh")
		}
		if was.Environment != now.Environment {
			f.act(f.choose(now.Environment))
		}
	}
	s.restart(again)
}

func grade(rules map[string]topology.Severity) func(*index.Workspace) *index.Snapshot {
	return func(w *index.Workspace) *index.Snapshot { return w.Grade(rules) }
}

// choose lets an environment answer; one that there is not is said.
func (f *folder) choose(environment string) func(*index.Workspace) *index.Snapshot {
	return func(w *index.Workspace) *index.Snapshot {
		snap, err := w.Choose(environment)
		if err != nil {
			f.s.notify("window/showMessage", wire.MessageParams{Type: protocol.MessageTypeWarning, Message: "Topicls: " + f.name() + ": " + err.Error()})
			return w.Snapshot()
		}
		return snap
	}
}

// restart indexes folders anew. The caller holds s.mu.
func (s *server) restart(roots []string) {
	var gone []*folder
	for _, f := range s.folders {
		if slices.Contains(roots, f.root) {
			f.cancel()
			gone = append(gone, f)
		}
	}
	for i, f := range s.folders {
		if slices.Contains(gone, f) {
			s.folders[i] = s.newFolder(f.root, []*folder{f})
		}
	}
}

// registerSettings asks the client to tell when settings change.
func (s *server) registerSettings(ctx context.Context) {
	err := s.rpc.Call(ctx, "client/registerCapability", wire.RegistrationParams{Registrations: []wire.Registration{{
		ID: "topicls-settings", Method: "workspace/didChangeConfiguration", Options: wire.SectionOptions{Section: "topicls"},
	}}}, nil)
	if err != nil && ctx.Err() == nil && !errors.Is(err, rpc.ErrClosed) {
		s.log.Warn("the client does not tell of changed settings", "err", err)
	}
}
