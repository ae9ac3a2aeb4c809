package lsp

import (
	"context"
	"fmt"
	"hash/fnv"

	"topicls/index"
)

// refresh asks the client to ask again for what it shows, if it can be told. Of
// several asked for while one is under way, one follows.
func (s *server) refresh(method string) {
	known := map[string]bool{
		"workspace/codeLens/refresh": s.client.RefreshCodeLens, "workspace/inlayHint/refresh": s.client.RefreshInlayHints,
		"workspace/diagnostic/refresh": s.client.RefreshDiagnostics, "workspace/semanticTokens/refresh": s.client.RefreshTokens,
	}
	if !known[method] {
		return
	}
	s.refreshMu.Lock()
	defer s.refreshMu.Unlock()
	if _, flying := s.refreshing[method]; flying {
		s.refreshing[method] = true
		return
	}
	s.refreshing[method] = false
	s.rpc.Go(method, func(ctx context.Context) {
		for again := true; again; {
			if err := s.rpc.Call(ctx, method, nil, nil); err != nil && ctx.Err() == nil {
				s.log.Debug("refresh refused", "method", method, "err", err)
			}
			s.refreshMu.Lock()
			if again = s.refreshing[method]; again {
				s.refreshing[method] = false
			} else {
				delete(s.refreshing, method)
			}
			s.refreshMu.Unlock()
		}
	})
}

// shown are fingerprints of what a client may show in an open document.
type shown struct{ lenses, hints, tokens uint64 }

// refreshShown asks the client to ask again for what it shows in open documents,
// where that changed and the client can't know: it did not edit them. The
// folder's goroutine calls it when edits have come to rest.
func (f *folder) refreshShown(snap *index.Snapshot, edited map[string]bool) {
	c := &f.s.client
	if !c.RefreshCodeLens && !c.RefreshInlayHints && !c.RefreshTokens {
		return
	}
	now := map[string]shown{}
	var changed shown
	for rel := range f.published.versions {
		x := f.shownIn(snap, rel)
		now[rel] = x
		if was, ok := f.shown[rel]; ok && !edited[rel] {
			changed.lenses |= x.lenses ^ was.lenses
			changed.hints |= x.hints ^ was.hints
			changed.tokens |= x.tokens ^ was.tokens
		} else if !ok { // opened before the folder was indexed, or beside the change
			changed = shown{1, 1, 1}
		}
	}
	f.shown = now
	for method, differs := range map[string]uint64{
		"workspace/codeLens/refresh": changed.lenses, "workspace/inlayHint/refresh": changed.hints, "workspace/semanticTokens/refresh": changed.tokens,
	} {
		if differs != 0 {
			f.s.refresh(method)
		}
	}
}

// noteShown notes what a client may show in documents that were opened while
// nothing changed.
func (f *folder) noteShown(snap *index.Snapshot) {
	c := &f.s.client
	if !c.RefreshCodeLens && !c.RefreshInlayHints && !c.RefreshTokens {
		return
	}
	for rel := range f.published.versions {
		if _, ok := f.shown[rel]; !ok {
			f.shown[rel] = f.shownIn(snap, rel)
		}
	}
	for rel := range f.shown {
		if _, open := f.published.versions[rel]; !open {
			delete(f.shown, rel)
		}
	}
}

func (f *folder) shownIn(snap *index.Snapshot, rel string) (x shown) {
	sum := func(write func(add func(...any))) uint64 {
		h := fnv.New64a()
		write(func(v ...any) { fmt.Fprintln(h, v...) })
		return h.Sum64()
	}
	set := f.set()
	x.lenses = sum(func(add func(...any)) {
		for _, l := range snap.Lenses(rel) {
			title, places := snap.LensText(l, true)
			add(l.Place, title, len(places))
		}
	})
	x.hints = sum(func(add func(...any)) {
		for _, h := range snap.Hints(rel, 0, 1<<31, set.TopicHints, set.VariableHints) {
			texts, _ := h.Label()
			add(h.Place, texts)
		}
	})
	x.tokens = sum(func(add func(...any)) { add(snap.Tokens(rel, 0, 1<<31)) })
	return x
}
