package lsp

import (
	"context"

	"topicls/index"
	"topicls/index/topology"
	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// query is a request about a place in a file, with the state it is answered on.
type query struct {
	folder *folder
	snap   *index.Snapshot
	rel    string
	off    uint32
	params wire.PositionParams
}

// atPosition registers a request about a position. Where there is nothing to
// ask (no file, no folder, not indexed yet) the answer is none.
func atPosition[R any](s *server, method string, none R, answer func(q query) R) {
	atPositionOr(s, method, none, func(q query) (R, error) { return answer(q), nil })
}

// atPositionOr is atPosition for requests that may be refused.
func atPositionOr[R any](s *server, method string, none R, answer func(q query) (R, error)) {
	rpc.Prepared(s.rpc, method, func(p wire.PositionParams) (func(context.Context) (R, error), error) {
		t, rel := s.ticketFor(p.URI)
		return func(ctx context.Context) (R, error) {
			snap, err := t.snapshot(ctx)
			if snap == nil || err != nil {
				return none, err
			}
			m := t.folder.mapper(snap, rel)
			if m == nil {
				return none, nil
			}
			off := uint32(m.PositionOffset(p.Position)) // files are smaller than source.MaxFile
			return answer(query{t.folder, snap, rel, off, p})
		}, nil
	})
}

// inDocument registers a request about a whole file.
func inDocument[R any](s *server, method string, none R, answer func(q query) R) {
	rpc.Prepared(s.rpc, method, func(p wire.DocumentParams) (func(context.Context) (R, error), error) {
		t, rel := s.ticketFor(p.URI)
		return func(ctx context.Context) (R, error) {
			snap, err := t.snapshot(ctx)
			if snap == nil || err != nil {
				return none, err
			}
			return answer(query{folder: t.folder, snap: snap, rel: rel, params: wire.PositionParams{URI: p.URI}}), nil
		}, nil
	})
}

// inRange registers a request about a part of a file.
func inRange[R any](s *server, method string, none R, answer func(q query, from, to uint32) R) {
	rpc.Prepared(s.rpc, method, func(p wire.RangeParams) (func(context.Context) (R, error), error) {
		t, rel := s.ticketFor(p.URI)
		return func(ctx context.Context) (R, error) {
			snap, err := t.snapshot(ctx)
			if snap == nil || err != nil {
				return none, err
			}
			m := t.folder.mapper(snap, rel)
			if m == nil {
				return none, nil
			}
			from, to := m.RangeOffsets(p.Range)
			q := query{folder: t.folder, snap: snap, rel: rel, params: wire.PositionParams{URI: p.URI, Position: p.Range.Start}}
			return answer(q, uint32(from), uint32(to)), nil
		}, nil
	})
}

// resolving registers a request that tells more of a part of an answer. Where
// there is no state to ask (any more), it comes back as it is.
func resolving[P, R any](s *server, method string, of func(p P) (doc wire.URI, asIs R), answer func(q query, p P) R) {
	rpc.Prepared(s.rpc, method, func(p P) (func(context.Context) (R, error), error) {
		uri, asIs := of(p)
		t, rel := s.ticketFor(uri)
		return func(ctx context.Context) (R, error) {
			snap, err := t.snapshot(ctx)
			if snap == nil || err != nil || t.folder.mapper(snap, rel) == nil {
				return asIs, err
			}
			return answer(query{folder: t.folder, snap: snap, rel: rel, params: wire.PositionParams{URI: uri}}, p), nil
		}, nil
	})
}

// nowhere is the ticket for what is in no folder: there is no state.
var nowhere = func() ticket {
	t := ticket{&folder{ctx: context.Background()}, &batch{done: make(chan struct{})}}
	close(t.batch.done)
	return t
}()

// ticketFor gives a ticket for the folder that a document is in.
func (s *server) ticketFor(u wire.URI) (t ticket, rel string) {
	path, ok := u.Path()
	if !ok {
		return nowhere, ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, rel := s.folderOf(path)
	if f == nil {
		return nowhere, ""
	}
	return f.ticket(), rel
}

// tickets gives tickets for all folders.
func (s *server) tickets() []ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []ticket
	for _, f := range s.folders {
		out = append(out, f.ticket())
	}
	return out
}

// location spells a place as the client does.
func (f *folder) location(snap *index.Snapshot, p topology.Place) (wire.Location, bool) {
	m := f.mapper(snap, p.File)
	if m == nil {
		return wire.Location{}, false
	}
	return wire.Location{URI: f.uri(p.File), Range: m.Range(int(p.Start), int(p.End))}, true
}

// locations spells places; those in files that can't be read any more are left out.
func (q query) locations(places []topology.Place) []wire.Location {
	out := make([]wire.Location, 0, len(places))
	var (
		file string
		m    *wire.Mapper
		uri  wire.URI
	)
	for _, p := range places { // mostly several to a file, in order
		if p.File != file || m == nil {
			if file, m = p.File, q.folder.mapper(q.snap, p.File); m == nil {
				continue
			}
			uri = q.folder.uri(p.File)
		}
		out = append(out, wire.Location{URI: uri, Range: m.Range(int(p.Start), int(p.End))})
	}
	return out
}
