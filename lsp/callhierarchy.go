package lsp

import (
	"context"
	"encoding/json"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// callData is what an item keeps for questions about its calls.
type callData struct {
	Topic string        `json:"topic,omitempty"`
	At    wire.Position `json:"at"` // of a function's name
}

// registerCallHierarchy registers the call hierarchy through topics: who produces
// to a topic calls who handles its messages, in whatever service and language.
func (s *server) registerCallHierarchy() {
	atPosition(s, "textDocument/prepareCallHierarchy", nil, s.prepareCallHierarchy)
	calls(s, "callHierarchy/incomingCalls", func(q query, c index.Callable) []wire.CallHierarchyIncomingCall {
		out := []wire.CallHierarchyIncomingCall{}
		for _, x := range q.snap.Incoming(c) {
			if item, ok := q.callItem(x.Callable); ok {
				out = append(out, wire.CallHierarchyIncomingCall{From: item, FromRanges: q.ranges(x)})
			}
		}
		return out
	})
	calls(s, "callHierarchy/outgoingCalls", func(q query, c index.Callable) []wire.CallHierarchyOutgoingCall {
		out := []wire.CallHierarchyOutgoingCall{}
		for _, x := range q.snap.Outgoing(c) {
			if item, ok := q.callItem(x.Callable); ok {
				out = append(out, wire.CallHierarchyOutgoingCall{To: item, FromRanges: q.ranges(x)})
			}
		}
		return out
	})
}

// prepareCallHierarchy answers textDocument/prepareCallHierarchy.
func (s *server) prepareCallHierarchy(q query) []protocol.CallHierarchyItem {
	var out []protocol.CallHierarchyItem
	for _, c := range q.snap.Callables(q.rel, q.off) {
		if item, ok := q.callItem(c); ok {
			out = append(out, item)
		}
	}
	return out
}

// calls registers a request about the calls of an item.
func calls[R any](s *server, method string, answer func(q query, c index.Callable) []R) {
	rpc.Prepared(s.rpc, method, func(p wire.CallItemParams) (func(context.Context) ([]R, error), error) {
		t, rel := s.ticketFor(p.URI)
		return func(ctx context.Context) ([]R, error) {
			snap, err := t.snapshot(ctx)
			var d callData
			if snap == nil || err != nil || json.Unmarshal(p.Data, &d) != nil {
				return []R{}, err
			}
			q := query{folder: t.folder, snap: snap, rel: rel}
			if d.Topic != "" {
				if c, ok := snap.CallableTopic(d.Topic); ok {
					return answer(q, c), nil
				}
				return []R{}, nil
			}
			m := t.folder.mapper(snap, rel)
			if m == nil {
				return []R{}, nil
			}
			c, ok := snap.CallableAt(rel, uint32(m.PositionOffset(d.At)))
			if !ok {
				return []R{}, nil
			}
			return answer(q, c), nil
		}, nil
	})
}

func (q query) callItem(c index.Callable) (protocol.CallHierarchyItem, bool) {
	whole, ok1 := q.folder.location(q.snap, c.Place)
	focus, ok2 := q.folder.location(q.snap, c.Focus)
	item := protocol.CallHierarchyItem{
		Name: c.Name, Detail: c.Detail, Kind: protocol.SymbolKindFunction, URI: whole.URI.Protocol(),
		Range: whole.Range, SelectionRange: focus.Range, Data: callData{c.Topic, focus.Range.Start},
	}
	switch {
	case c.Topic != "":
		item.Kind = protocol.SymbolKindEvent
	case c.Module:
		item.Kind = protocol.SymbolKindModule
	case c.Method:
		item.Kind = protocol.SymbolKindMethod
	}
	return item, ok1 && ok2
}

func (q query) ranges(c index.CallsTo) []wire.Range {
	var out []wire.Range
	for _, l := range q.locations(c.From) {
		out = append(out, l.Range)
	}
	return out
}
