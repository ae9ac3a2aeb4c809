package lsp

import (
	"context"
	"encoding/json"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// chooseParams are the argument of topicls.chooseEnvironment.
type chooseParams struct {
	Folder      wire.URI `json:"folder"`
	Environment *string  `json:"environment"`
}

// chooseResult is its result.
type chooseResult struct {
	Environments []topologyEnvironment `json:"environments"`
}

// defaultEnvironment is how a person picks what is deployed by default.
const defaultEnvironment = "(default)"

// chooseEnvironment lets another environment answer for a folder until the
// session ends, whatever the settings say; "" goes back to them. Where none is
// named, the person picks.
func (s *server) chooseEnvironment(ctx context.Context, args []json.RawMessage) (any, error) {
	var p chooseParams
	if len(args) > 0 && args[0] != nil && json.Unmarshal(args[0], &p) != nil {
		return nil, rpc.Errorf(rpc.InvalidParams, "%s wants {folder, environment}", chooseEnvironment)
	}
	tickets := s.only(s.tickets(), p.Folder)
	if len(tickets) != 1 {
		return nil, rpc.Errorf(rpc.InvalidParams, "%s: say for which folder", chooseEnvironment)
	}
	t := tickets[0]
	snap, err := t.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if snap == nil {
		return nil, rpc.Errorf(rpc.RequestFailed, "%s is not indexed yet", t.folder.name())
	}
	if p.Environment == nil {
		s.rpc.Go("pick an environment", func(ctx context.Context) { s.pickEnvironment(ctx, t.folder, snap) })
		return chooseResult{query{folder: t.folder, snap: snap}.environments(snap.TopologyEnvironments())}, nil
	}
	if *p.Environment != "" {
		if err := index.UnknownEnvironment(*p.Environment, snap.Environments()); err != nil {
			return nil, rpc.Errorf(rpc.InvalidParams, "%v", err)
		}
	}
	s.choose(t.folder, *p.Environment)
	t = t.folder.ticket()
	if snap, err = t.snapshot(ctx); err != nil || snap == nil {
		return nil, err
	}
	return chooseResult{query{folder: t.folder, snap: snap}.environments(snap.TopologyEnvironments())}, nil
}

// choose lets an environment answer for a folder.
func (s *server) choose(f *folder, environment string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chosen[f.root] = environment; environment == "" {
		delete(s.chosen, f.root)
	}
	s.follow()
}

// pickEnvironment lets the person choose.
func (s *server) pickEnvironment(ctx context.Context, f *folder, snap *index.Snapshot) {
	p := wire.MessageRequestParams{Type: protocol.MessageTypeInfo, Message: "The environment that answers for " + f.name()}
	p.Actions = append(p.Actions, wire.MessageAction{Title: defaultEnvironment})
	for _, e := range snap.Environments() {
		p.Actions = append(p.Actions, wire.MessageAction{Title: e.ID})
	}
	var picked *wire.MessageAction
	if err := s.rpc.Ask(ctx, "window/showMessageRequest", p, &picked); err != nil || picked == nil {
		return
	}
	if picked.Title == defaultEnvironment {
		picked.Title = ""
	}
	s.choose(f, picked.Title)
}
