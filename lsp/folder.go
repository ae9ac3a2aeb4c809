package lsp

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/index/source"
	"topicls/lsp/internal/settings"
	"topicls/lsp/internal/wire"
)

// maxQuiet is how long diagnostics wait at most while edits keep coming.
const maxQuiet = 500 * time.Millisecond

// folder is one folder of the client's and its index. One goroutine indexes
// it, applies the edits and publishes its diagnostics.
type folder struct {
	s      *server
	root   string // absolute, as the client spelled it
	ctx    context.Context
	cancel context.CancelFunc
	ended  chan struct{} // closed when the goroutine has ended
	work   chan struct{} // has a token when the queue may have something

	mu       sync.Mutex
	queue    []*batch          // under mu: not applied yet
	last     *batch            // under mu: the last of the queue, or the last applied
	indexed  bool              // under mu: edits go to the queue
	missed   []source.Change   // under mu: changes on disk while indexing
	settled  bool              // under mu: all edits are applied and their diagnostics published
	settings settings.Settings // under mu, and written under s.mu too
	watching bool              // under mu: a watcher of our own runs, or is to run
	failure  string            // under mu: why the folder can't be indexed
	kept     time.Time         // under mu: when the index was last kept for the next start
	thawing  thawing

	mappers mapperCache
	pulls   pulls

	// Used by the folder's goroutine alone.
	workspace *index.Workspace
	published publisher
	told      *index.Snapshot  // of which the client was told
	shown     map[string]shown // open document -> what the client may show in it
}

// newFolder begins to index a folder, once the folders in gone have cleared
// what they published. The caller holds s.mu.
func (s *server) newFolder(root string, gone []*folder) *folder {
	f := &folder{s: s, root: root, ended: make(chan struct{}), work: make(chan struct{}, 1)}
	f.thawing.done = make(chan struct{})
	f.ctx, f.cancel = context.WithCancel(context.Background())
	f.published = publisher{folder: f, sent: map[string]*sent{}, versions: map[string]int64{}, stale: true}
	f.last = &batch{sealed: true, done: make(chan struct{})}
	close(f.last.done)
	f.watching = !s.client.WatchFiles
	f.settings = s.settingsOf(root)
	s.rpc.Go("folder "+root, func(ctx context.Context) {
		defer close(f.ended)
		defer f.cancel()
		defer context.AfterFunc(ctx, f.cancel)()
		for _, old := range gone {
			<-old.ended
		}
		f.run()
	})
	return f
}

// run is the folder's goroutine.
func (f *folder) run() {
	defer f.published.clear()
	if !f.open() {
		return
	}
	quiet := time.NewTimer(maxQuiet)
	defer quiet.Stop()
	var since time.Time // of the first change that is not published
	for {
		select {
		case <-f.ctx.Done():
			return
		case <-f.work:
			if since.IsZero() {
				since = time.Now()
			}
			for b := f.next(); b != nil && f.ctx.Err() == nil; b = f.next() {
				f.apply(b)
			}
			quiet.Reset(min(f.s.opts.Quiet, max(0, maxQuiet-time.Since(since))))
		case <-quiet.C:
			since = time.Time{}
			f.tell()
			f.mu.Lock()
			f.settled = len(f.queue) == 0 && f.thawing.aside == nil
			f.mu.Unlock()
			f.s.busy()
		}
	}
}

// tell publishes diagnostics and says what else the client should ask for again.
// A panic costs what would have been told, not the folder.
func (f *folder) tell() {
	defer f.survive("panic while publishing")
	snap := f.workspace.Snapshot()
	told := f.told
	f.told = snap
	edited := f.published.edited
	f.published.stale = f.published.stale || f.pulledOther(snap)
	f.published.publish(snap, snap.Diagnostics())
	if told == nil || !snap.SameTopology(told) {
		f.refreshShown(snap, edited)
		f.tellTopology()
	} else {
		f.noteShown(snap)
	}
}

// survive is deferred: it logs a panic, which goes no further.
func (f *folder) survive(msg string) {
	if p := recover(); p != nil {
		f.s.log.Error(msg, "root", f.root, "panic", p, "stack", string(debug.Stack()))
		panicked(p)
	}
}

// open indexes the folder and takes the documents in that are open by then.
func (f *folder) open() bool {
	progress := f.s.newProgress("Indexing " + filepath.Base(f.root))
	set := f.set()
	opts := f.s.opts.Index
	opts.Environment, opts.Tests, opts.Exclude, opts.Grading = set.Environment, set.Tests, set.Exclude, set.Rules
	opts.Logger = f.s.log
	opts.Progress = progress.report
	if watch := f.s.opts.Index.Progress; watch != nil {
		opts.Progress = func(stage string, done, total int) {
			progress.report(stage, done, total)
			watch(stage, done, total)
		}
	}
	ws, err := f.index(opts)
	if err != nil {
		progress.end("")
		if f.ctx.Err() == nil {
			f.s.log.Warn("folder not indexed", "root", f.root, "err", err)
			f.mu.Lock()
			f.failure = err.Error()
			f.mu.Unlock()
			f.tellTopology()
			f.s.notify("window/showMessage", wire.MessageParams{
				Type: protocol.MessageTypeWarning, Message: fmt.Sprintf("Topicls can't index %s: %v", f.root, err),
			})
		}
		return false
	}
	ws.Rest()
	debug.FreeOSMemory() // what indexing needed is several times what the index keeps
	f.workspace = ws
	snap := ws.Snapshot()
	progress.end(fmt.Sprintf("%d endpoints, %d topics", len(snap.Endpoints()), len(snap.Topics())))
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	b := &batch{done: make(chan struct{}), sealed: true, changes: f.missed}
	for _, d := range f.s.documents {
		if rel, ok := within(f.root, d.path); ok {
			b.changes = append(b.changes, source.Opened(rel, d.text))
			b.edits = append(b.edits, edit{rel: rel, version: d.version, open: true})
		}
	}
	f.indexed, f.missed = true, nil
	f.push(b)
	b.acts = append(b.acts, grade(f.settings.Rules)) // they may have changed meanwhile
	if f.settings.Environment != "" || set.Environment != "" {
		b.acts = append(b.acts, f.choose(f.settings.Environment))
	}
	if f.watching {
		f.watch(snap.Files())
	}
	f.thaw(ws)
	return true
}

// index opens the workspace. A panic is an error: the folder can't be indexed.
func (f *folder) index(opts index.Options) (ws *index.Workspace, err error) {
	defer func() {
		if ws == nil && err == nil {
			err = errors.New("internal error; the log has more")
		}
	}()
	defer f.survive("panic while indexing")
	return index.Open(f.ctx, f.root, opts)
}

// apply applies a batch. A panic costs the batch, not the session.
func (f *folder) apply(b *batch) {
	state := ready
	defer func() {
		if state != later {
			close(b.done)
		}
	}()
	b.snap = f.workspace.Snapshot()
	defer f.survive("panic in an edit")
	if state = f.readinessOf(b); state != ready {
		b.snap = nil
		return
	}
	b.snap = f.workspace.Snapshot()
	if len(b.changes) > 0 {
		b.snap = f.workspace.Apply(b.changes...)
	}
	for _, act := range b.acts {
		b.snap = act(f.workspace)
	}
	f.published.note(b.edits)
}

// set gives the folder's settings.
func (f *folder) set() settings.Settings {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.settings
}

// watchSelf makes the folder watch files by itself.
func (f *folder) watchSelf() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.watching {
		return
	}
	f.watching = true
	if f.indexed && f.last != nil {
		f.watch(f.workspace.Snapshot().Files())
	}
}

// watch tells of changes on disk since set was made. The caller holds f.mu.
func (f *folder) watch(set *source.Set) {
	f.s.rpc.Go("watch "+f.root, func(context.Context) {
		source.Watch(f.ctx, set, source.WatchOptions{
			Polling: func(reason string) {
				f.s.log.Warn("looking for changed files by polling", "root", f.root, "reason", reason)
			},
		}, func(paths []string, now *source.Set) {
			for _, p := range paths {
				f.change(edit{rel: p})
			}
			f.change(edit{}, source.OnDisk(now))
		})
	})
}

// uri spells the URI of a file in the folder.
func (f *folder) uri(rel string) wire.URI {
	return f.s.uris.For(filepath.Join(f.root, filepath.FromSlash(rel)))
}
