package lsp

import (
	"context"
	"encoding/json"

	"topicls/index/lineage"
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

type (
	// lineageParams are the argument of topicls.lineage.
	lineageParams struct {
		Folder wire.URI `json:"folder"`
		Field  string   `json:"field"`
	}
	// lineageResult is its result; docs/lsp-extensions.md describes it.
	lineageResult struct {
		Field string        `json:"field"`
		Near  []string      `json:"near"`
		Stops []lineageStop `json:"stops"`
	}
	lineageStop struct {
		Topic   string          `json:"topic"`
		Field   string          `json:"field"`
		Types   []string        `json:"types"`
		Writers []lineageWriter `json:"writers"`
		Readers []lineageReader `json:"readers"`
		Hops    []lineageHop    `json:"hops"`
	}
	lineageReader struct {
		Service  string         `json:"service"`
		Types    []string       `json:"types"`
		Location *wire.Location `json:"location,omitempty"`
	}
	lineageWriter struct {
		lineageReader
		Optional bool `json:"optional"`
		First    bool `json:"first"`
	}
	lineageHop struct {
		Service string      `json:"service"`
		To      string      `json:"to"`
		Field   string      `json:"field,omitempty"`
		How     lineage.How `json:"how"`
	}
)

// lineage follows a field of messages through topics and services.
func (s *server) lineage(ctx context.Context, args []json.RawMessage) (any, error) {
	var p lineageParams
	if len(args) == 0 || json.Unmarshal(args[0], &p) != nil || p.Field == "" {
		return nil, rpc.Errorf(rpc.InvalidParams, "%s wants {folder, field}", lineageCommand)
	}
	tickets := s.only(s.tickets(), p.Folder)
	if len(tickets) != 1 {
		return nil, rpc.Errorf(rpc.InvalidParams, "%s: say for which folder", lineageCommand)
	}
	t := tickets[0]
	snap, err := t.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if snap == nil {
		return nil, rpc.Errorf(rpc.RequestFailed, "%s is not indexed yet", t.folder.name())
	}
	q := query{folder: t.folder, snap: snap}
	way, near := snap.Lineage(p.Field)
	out := lineageResult{Field: p.Field, Near: wire.List(near), Stops: []lineageStop{}}
	for i := range way.Stops {
		out.Stops = append(out.Stops, q.lineageStop(&way.Stops[i]))
	}
	return out, nil
}

func (q query) lineageStop(s *lineage.Stop) lineageStop {
	out := lineageStop{
		Topic: s.Topic, Field: s.Field, Types: wire.List(s.Types),
		Writers: []lineageWriter{}, Readers: []lineageReader{}, Hops: []lineageHop{},
	}
	for _, w := range s.Writers {
		out.Writers = append(out.Writers, lineageWriter{lineageReader{w.Service, wire.List(w.Types), q.place(w.At)}, w.Optional, w.First})
	}
	for _, r := range s.Readers {
		out.Readers = append(out.Readers, lineageReader{r.Service, wire.List(r.Types), q.place(r.At)})
	}
	for _, h := range s.Hops {
		out.Hops = append(out.Hops, lineageHop{h.Service, h.To, h.As, h.How})
	}
	return out
}
