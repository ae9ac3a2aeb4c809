package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"go.lsp.dev/protocol"

	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// The commands of clients that answers may name, and of the server.
const (
	showReferences = "topicls.showReferences" // the client's
	openReferences = "topicls.openReferences" // the server's, in its place

	chooseEnvironment = "topicls.chooseEnvironment"
	lineageCommand    = "topicls.lineage"
)

// clientHas reports whether the client runs a command itself.
func (s *server) clientHas(command string) bool { return slices.Contains(s.client.Commands, command) }

// commands are what workspace/executeCommand knows.
func (s *server) commands() map[string]func(ctx context.Context, args []json.RawMessage) (any, error) {
	return map[string]func(ctx context.Context, args []json.RawMessage) (any, error){
		openReferences:    s.openReferences,
		chooseEnvironment: s.chooseEnvironment,
		lineageCommand:    s.lineage,
	}
}

// executeCommand answers workspace/executeCommand.
func (s *server) executeCommand(ctx context.Context, p wire.CommandParams) (any, error) {
	run := s.commands()[p.Command]
	if run == nil {
		return nil, rpc.Errorf(rpc.InvalidParams, "there is no command %q", p.Command)
	}
	return run(ctx, p.Arguments)
}

// openReferences opens one of a list of places: the only one, or that which the
// person picks. Its result is the list.
func (s *server) openReferences(ctx context.Context, args []json.RawMessage) (any, error) {
	var places []wire.Location
	if len(args) < 3 || json.Unmarshal(args[2], &places) != nil {
		return nil, rpc.Errorf(rpc.InvalidParams, "%s wants a document, a position and places", openReferences)
	}
	if len(places) == 0 {
		s.notify("window/showMessage", wire.MessageParams{Type: protocol.MessageTypeInfo, Message: "There is no producer or consumer in this workspace."})
		return places, nil
	}
	if s.client.ShowDocument {
		s.rpc.Go("show a place", func(ctx context.Context) { s.openOne(ctx, places) })
	}
	return places, nil
}

// maxPicks is how many places a message offers.
const maxPicks = 12

// openOne shows the place that the person picks.
func (s *server) openOne(ctx context.Context, places []wire.Location) {
	at := places[0]
	if len(places) > 1 {
		p := wire.MessageRequestParams{Type: protocol.MessageTypeInfo, Message: fmt.Sprintf("%d places", len(places))}
		for _, l := range places[:min(len(places), maxPicks)] {
			p.Actions = append(p.Actions, wire.MessageAction{Title: s.label(l)})
		}
		var picked *wire.MessageAction
		if err := s.rpc.Ask(ctx, "window/showMessageRequest", p, &picked); err != nil || picked == nil {
			return
		}
		i := slices.IndexFunc(p.Actions, func(a wire.MessageAction) bool { return a == *picked })
		if i < 0 {
			return
		}
		at = places[i]
	}
	err := s.rpc.Call(ctx, "window/showDocument", wire.ShowDocumentParams{URI: at.URI, TakeFocus: true, Selection: &at.Range}, nil)
	if err != nil && ctx.Err() == nil {
		s.log.Warn("place not shown", "uri", string(at.URI), "err", err)
	}
}

// label spells a place for people.
func (s *server) label(l wire.Location) string {
	name := string(l.URI)
	if path, ok := l.URI.Path(); ok {
		s.mu.Lock()
		f, rel := s.folderOf(path)
		s.mu.Unlock()
		if name = rel; f == nil {
			name = filepath.Base(path)
		}
	}
	return fmt.Sprintf("%s:%d", name, l.Range.Start.Line+1)
}
