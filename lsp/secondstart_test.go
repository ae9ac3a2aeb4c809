package lsp

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"topicls/index"
	"topicls/lsp/internal/lsptest"
)

// logged is a log that tests read.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logged) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.buf.String(), text)
}

// keptWorkspace writes a workspace and keeps its index.
func keptWorkspace(t *testing.T) (root string, store *index.Store) {
	t.Helper()
	root = workspace(t, "a/main.py", producing, "b/main.py", consuming)
	store, err := index.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w, err := index.Open(t.Context(), root, index.Options{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Save(); err != nil {
		t.Fatal(err)
	}
	return root, store
}

// TestEditsBeforeWhole edits while the index is being made whole: what is asked
// after that is answered at once, with nothing, and in the end all edits count,
// in their order.
func TestEditsBeforeWhole(t *testing.T) {
	root, store := keptWorkspace(t)
	for round := range 5 {
		hold := make(chan struct{})
		e := lsptest.Start(t, func(ctx context.Context, pipe io.ReadWriteCloser) int {
			return serveWith(ctx, pipe, Options{Index: index.Options{Store: store}, hold: hold, soon: time.Millisecond})
		}, lsptest.Options{})
		e.Initialize(root)
		b := filepath.Join(root, "b/main.py")
		e.Open(b, "python", consuming)
		for leads := []string(nil); len(leads) == 0; { // until the folder is there
			leads = leadsTo(t, e, root, "a/main.py", 3, 15)
		}
		wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3")
		e.SetText(b, "# moved\n"+consuming)
		wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15))
		if round == 4 {
			close(hold)
		}
		for i := range 10 {
			e.SetText(b, strings.Repeat("#\n", i)+consuming)
			if i == 2*round && round < 4 {
				close(hold)
			}
		}
		settle(t, e)
		wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:12")
		e.Close()
	}
}

// TestSecondStart opens a folder whose index was kept: it answers as it was, the
// documents that are opened change nothing, and edits count.
func TestSecondStart(t *testing.T) {
	root, store := keptWorkspace(t)
	for range 2 { // two windows on one folder, too
		var log logged
		e := lsptest.Start(t, func(ctx context.Context, pipe io.ReadWriteCloser) int {
			return serveWith(ctx, pipe, Options{Logger: slog.New(slog.NewTextHandler(&log, nil)), Index: index.Options{Store: store}})
		}, lsptest.Options{})
		e.Initialize(root)
		b := filepath.Join(root, "b/main.py")
		e.Open(b, "python", consuming)
		settle(t, e)
		if !log.has("kept=true") {
			t.Error("the index was made anew")
		}
		wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3")
		for i := range 5 {
			e.SetText(b, strings.Repeat("#\n", i)+consuming)
			wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:"+string(rune('3'+i)))
		}
		e.SetText(b, strings.ReplaceAll(consuming, "orders", "refunds"))
		wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15))
	}
}
