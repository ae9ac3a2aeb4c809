package source

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"topicls/index/ordered"
)

// WatchOptions change how Watch works. The zero value is what most callers want.
type WatchOptions struct {
	// Quiet is how long nothing must happen before a batch is given out; 0 means 50 ms.
	Quiet time.Duration
	// MaxDelay is how long a batch waits while things go on happening; 0 means 500 ms.
	MaxDelay time.Duration
	// PollInterval is the time between two looks at all files when the system
	// can't notify of changes; 0 means 2 s. It grows with the time that a look
	// takes, so that polling uses at most a twentieth of one processor.
	PollInterval time.Duration
	// Poll looks at all files from time to time without asking for notifications.
	Poll bool
	// Polling, if set, is called once when Watch begins to poll, with the
	// reason for people.
	Polling func(reason string)
	// Also, if set, names further files to report, which don't matter by their
	// name: those that a compose file names, say. It is called from Watch's
	// goroutine. Polling doesn't see these files.
	Also func(path string) bool

	// For tests, else nil: what watches a folder, and what to do after the
	// first folders are watched.
	add   func(folder string) error
	begin func()
}

// Watch tells of changes on disk until ctx ends; it is for clients that can't
// watch files themselves. Each batch holds the paths of changed, new and
// deleted files, relative to the root, sorted, each once, and now, what is on
// disk by the look that found them. Batches are given to emit on the goroutine
// that called Watch. Nothing that changed since set was made is missed.
//
// A follower calls With(OnDisk(now)) for each batch; its files differ at the
// batch's paths then, and equal fresh ones in the end. Looking again by Touched
// is not the same: it may see a file that came after Watch looked, and that
// was gone when Watch looked again, so that no batch tells of it.
//
// Folders are watched by the system's notifications. Where these run out
// (inotify's limits), Watch polls.
func Watch(ctx context.Context, set *Set, opts WatchOptions, emit func(paths []string, now *Set)) {
	w := &watching{set: set.withoutOverlays(), opts: opts, emit: emit, watched: make(map[string]bool)}
	w.opts.Quiet = orDefault(opts.Quiet, 50*time.Millisecond)
	w.opts.MaxDelay = orDefault(opts.MaxDelay, 500*time.Millisecond)
	w.opts.PollInterval = orDefault(opts.PollInterval, 2*time.Second)
	why := "asked to"
	if !opts.Poll {
		why = w.listen(ctx)
	}
	if ctx.Err() != nil {
		return
	}
	if opts.Polling != nil {
		opts.Polling(why)
	}
	w.poll(ctx)
}

func orDefault(d, byDefault time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return byDefault
}

// watching is the state of one Watch; only its goroutine uses it.
type watching struct {
	set     *Set // what was last reported
	opts    WatchOptions
	emit    func([]string, *Set)
	notify  *fsnotify.Watcher
	watched map[string]bool // clean paths of folders, without links in them
}

// poll looks at all files again and again.
func (w *watching) poll(ctx context.Context) {
	for {
		began := time.Now()
		w.report(map[string]bool{".": true})
		wait := time.NewTimer(max(w.opts.PollInterval, 19*time.Since(began)))
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		}
	}
}

// listen reports what the system notifies of. It returns when ctx ends, or
// with the reason why there won't be notifications any more.
func (w *watching) listen(ctx context.Context) (why string) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return "no notifications of file changes: " + err.Error()
	}
	defer notify.Close()
	w.notify = notify
	if w.opts.add == nil {
		w.opts.add = notify.Add
	}
	if _, err := w.follow(w.set); err != nil {
		return err.Error()
	}
	if w.opts.begin != nil {
		w.opts.begin()
	}
	pending := map[string]bool{".": true} // what happened before the folders were watched
	quiet := time.NewTimer(0)
	defer quiet.Stop()
	var due time.Time
	for {
		select {
		case <-ctx.Done():
			return ""
		case e, ok := <-notify.Events:
			if !ok {
				return "notifications of file changes have ended"
			}
			if path, ok := w.relative(e.Name); ok {
				if e.Op&^(fsnotify.Write|fsnotify.Chmod) != 0 {
					w.forget(path)
				}
				if len(pending) == 0 {
					due = time.Now().Add(w.opts.MaxDelay)
				}
				pending[path] = pending[path] || e.Op != fsnotify.Chmod
				quiet.Reset(max(0, min(w.opts.Quiet, time.Until(due))))
			}
		case <-notify.Errors: // above all: too many events at once
			pending["."] = true
			quiet.Reset(0)
		case <-quiet.C:
			if err := w.report(pending); err != nil {
				return err.Error()
			}
			if !w.watched["."] {
				return "the root folder was removed"
			}
			clear(pending)
		}
	}
}

// relative turns the path of a notification into one relative to the root.
func (w *watching) relative(name string) (path string, ok bool) {
	root := w.set.Root()
	if name == root {
		return ".", true
	}
	rel, ok := strings.CutPrefix(name, strings.TrimSuffix(root, string(filepath.Separator))+string(filepath.Separator))
	return filepath.ToSlash(rel), ok
}

// forget drops the watches on path and what is below it: they are on the
// folders that were there, not on those that may be there now.
func (w *watching) forget(path string) {
	if !w.watched[path] {
		return
	}
	for folder := range w.watched {
		if contains(path, folder) {
			_ = w.notify.Remove(w.set.w.abs(folder)) // often gone already
			delete(w.watched, folder)
		}
	}
}

// report looks at the touched paths, watches folders that are new, and emits
// what changed. A path is true when it is to be reported even if its entry is
// the same as before: new bytes may leave size and time as they were.
func (w *watching) report(touched map[string]bool) error {
	old := w.set
	next := old.touchAll(slices.Sorted(maps.Keys(touched)))
	if w.notify != nil {
		// Files may have come into a new folder before it was watched.
		for range 100 {
			added, err := w.follow(next)
			if err != nil {
				w.set = next
				w.emitChanges(old, touched)
				return err
			}
			if len(added) == 0 {
				break
			}
			next = next.touchAll(added)
		}
	}
	w.set = next
	w.emitChanges(old, touched)
	return nil
}

func (s *Set) touchAll(paths []string) *Set {
	changes := make([]Change, len(paths))
	for i, path := range paths {
		changes[i] = Touched(path)
	}
	return s.With(changes...)
}

func (w *watching) emitChanges(old *Set, touched map[string]bool) {
	changed := ordered.Diff(old.disk, w.set.disk)
	for path, always := range touched {
		if !always {
			continue
		}
		if w.tells(old, path) {
			changed = append(changed, path)
		}
		for _, l := range w.set.links {
			if alias, ok := l.alias(path); ok && w.tells(old, alias) {
				changed = append(changed, alias)
			}
		}
	}
	slices.Sort(changed)
	if changed = slices.Compact(changed); len(changed) > 0 {
		w.emit(changed, w.set)
	}
}

func (w *watching) tells(old *Set, path string) bool {
	if _, ok := old.disk.Get(path); ok {
		return true
	}
	if _, ok := w.set.disk.Get(path); ok {
		return true
	}
	return isMarker(lastName(dirOf(path)), lastName(path)) || w.opts.Also != nil && path != "." && w.opts.Also(path)
}

// follow watches the folders of set and no others. It returns those that were
// not watched before. The error says that notifications have run out.
func (w *watching) follow(set *Set) (added []string, err error) {
	want := make(map[string]bool, len(w.watched))
	for path := range set.Folders() {
		// Two paths to one folder would share a watch, which has one name.
		if set.behindLink(path) {
			target, ok := set.w.resolve(path)
			if !ok {
				continue
			}
			path = target
		}
		want[path] = true
	}
	for path := range w.watched {
		if !want[path] {
			_ = w.notify.Remove(set.w.abs(path)) // it is often gone already
			delete(w.watched, path)
		}
	}
	for path := range want {
		if w.watched[path] {
			continue
		}
		switch err := w.opts.add(set.w.abs(path)); {
		case err == nil:
			w.watched[path] = true
			added = append(added, path)
		case isGone(err), errors.Is(err, fs.ErrPermission):
			// Its parent tells when it is back. What can't be read has nothing to tell.
		default:
			return nil, errors.New("no notifications for the folder " + path + ": " + reason(err))
		}
	}
	slices.Sort(added)
	return added, nil
}

func (s *Set) behindLink(path string) bool {
	for _, l := range s.links {
		if contains(l.path, path) {
			return true
		}
	}
	return false
}
