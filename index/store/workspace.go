package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"topicls/index/source"
)

// Workspace is what is kept of one workspace for one build of the program.
type Workspace struct {
	store *Store
	root  string
	dir   string

	mu       sync.Mutex
	opened   bool       // under mu
	segments []*archive // under mu: those with facts, the newest first
}

// kind says what of a file's content a record tells.
type kind byte

const (
	kindInfo  kind = 'i' // what is known of every file that was looked at
	kindFacts kind = 'f' // its facts, when they were needed
)

// Content names the content of a file of code: its bytes, read as a language.
type Content struct {
	Hash source.Hash
	Lang source.Language
}

func (c Content) key(k kind) (key Key) {
	key[0] = byte(k)
	copy(key[1:16], c.Lang)
	copy(key[16:], c.Hash[:])
	return key
}

// File is what is kept of a content. Nil stands for what is not.
type File struct{ Info, Facts []byte }

// open opens what was written before. The caller holds w.mu.
func (w *Workspace) open() {
	if w.opened {
		return
	}
	w.opened = true
	list, err := os.ReadDir(w.dir)
	if err != nil {
		return // there is nothing yet, or it can't be read
	}
	for i := len(list) - 1; i >= 0; i-- { // their names sort by age
		if filepath.Ext(list[i].Name()) != segmentExt {
			continue
		}
		if a, err := openArchive(filepath.Join(w.dir, list[i].Name())); err == nil {
			w.segments = append(w.segments, a)
		} else {
			_ = os.Remove(filepath.Join(w.dir, list[i].Name())) // damaged: nobody can use it
		}
	}
}

// Info returns what is kept of a content, and whether anything is.
func (w *Workspace) Info(c Content) ([]byte, bool) { return w.get(c.key(kindInfo)) }

// Facts returns the facts that are kept of a content.
func (w *Workspace) Facts(c Content) ([]byte, bool) { return w.get(c.key(kindFacts)) }

// HasFacts reports whether facts are kept of a content, in whatever state.
func (w *Workspace) HasFacts(c Content) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open()
	k := c.key(kindFacts)
	for _, a := range w.segments {
		if _, ok := a.find(k); ok {
			return true
		}
	}
	return false
}

func (w *Workspace) get(k Key) ([]byte, bool) {
	w.mu.Lock()
	w.open()
	segments := w.segments
	w.mu.Unlock()
	for _, a := range segments {
		if data, ok := a.get(k); ok {
			return data, true
		}
	}
	return nil, false
}

// State returns a part of a state that was written under a name; false when
// there is none, or it is damaged.
func (w *Workspace) State(name string) (*State, bool) {
	a, err := openArchive(w.statePath(name))
	if err != nil {
		return nil, false
	}
	return &State{a}, true
}

// State is a state that was kept: parts by name.
type State struct{ a *archive }

// Part returns a part of the state; false when there is none, or it is damaged.
func (s *State) Part(name string) ([]byte, bool) { return s.a.get(partKey(name)) }

// Close ends the use of a state.
func (s *State) Close() { s.a.close() }

func partKey(name string) (k Key) {
	copy(k[:], name)
	return k
}

func (w *Workspace) statePath(name string) string {
	return filepath.Join(w.dir, digest(name)+".state")
}

// Part is one part of a state, its bytes in pieces.
type Part struct {
	Name string
	Data [][]byte
}

// WriteState keeps a state under a name, in place of the one before.
func (w *Workspace) WriteState(name string, parts []Part) error {
	if err := w.prepare(); err != nil {
		return err
	}
	err := writeArchive(w.statePath(name), func(put func(Key, ...[]byte) error) error {
		for _, p := range parts {
			if err := put(partKey(p.Name), p.Data...); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, w.store.evict(w.dir, time.Now()))
}

// Add keeps what is known of contents beside what is kept already. live says
// which of that is still of use; once most of it is not, it goes.
func (w *Workspace) Add(files map[Content]File, live func(Content) bool) error {
	if len(files) == 0 {
		return nil
	}
	if err := w.prepare(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open()
	taken := map[Key]bool{}
	old := w.segments
	whole := len(old) >= maxSegments || w.mostlyDead(live)
	path := filepath.Join(w.dir, fmt.Sprintf("%016x%s%s", time.Now().UnixNano(), digest(w.dir, fmt.Sprint(os.Getpid()))[:8], segmentExt))
	err := writeArchive(path, func(put func(Key, ...[]byte) error) error {
		for c, f := range files {
			for k, data := range map[kind][]byte{kindInfo: f.Info, kindFacts: f.Facts} {
				if data != nil {
					taken[c.key(k)] = true
					if err := put(c.key(k), data); err != nil {
						return err
					}
				}
			}
		}
		if !whole {
			return nil
		}
		for _, a := range old {
			for i := range a.len() {
				k := Key(a.row(i)[:keySize])
				if taken[k] || !live(contentOf(k)) {
					continue
				}
				if data, ok := a.get(k); ok {
					taken[k] = true
					if err := put(k, data); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	a, err := openArchive(path)
	if err != nil {
		return err
	}
	if !whole {
		w.segments = append([]*archive{a}, old...)
		return nil
	}
	w.segments = []*archive{a} // the old ones stay open: somebody may be reading them
	for _, o := range old {
		err = errors.Join(err, ignoreMissing(os.Remove(o.path)))
	}
	return err
}

func contentOf(k Key) Content {
	return Content{Hash: source.Hash(k[16:]), Lang: source.Language(strings.TrimRight(string(k[1:16]), "\x00"))}
}

// mostlyDead reports whether less than half of what is kept is of use. The
// caller holds w.mu.
func (w *Workspace) mostlyDead(live func(Content) bool) bool {
	n, used := 0, 0
	for _, a := range w.segments {
		for i := range a.len() {
			n++
			if live(contentOf(Key(a.row(i)[:keySize]))) {
				used++
			}
		}
	}
	return used*2 < n
}

// prepare makes the folder, and removes what writers left behind that died.
func (w *Workspace) prepare() error {
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return fmt.Errorf("write cache: %w", err)
	}
	if err := writeOnce(filepath.Join(filepath.Dir(w.dir), marker), markerText); err != nil {
		return err
	}
	if err := writeOnce(filepath.Join(w.dir, rootName), w.root); err != nil {
		return err
	}
	list, err := os.ReadDir(w.dir)
	if err != nil {
		return fmt.Errorf("write cache: %w", err)
	}
	for _, d := range list {
		if info, err := d.Info(); err == nil && strings.HasPrefix(d.Name(), tempPrefix) && time.Since(info.ModTime()) > abandoned {
			_ = os.Remove(filepath.Join(w.dir, d.Name()))
		}
	}
	return nil
}

func writeOnce(path, text string) error {
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("write cache: %w", err)
	}
	return nil
}

// Note keeps how many files of code a start looked at, and how many it found here.
func (w *Workspace) Note(files, hits int) error {
	if err := w.prepare(); err != nil {
		return err
	}
	f, err := os.CreateTemp(w.dir, tempPrefix+"*")
	if err != nil {
		return fmt.Errorf("write cache: %w", err)
	}
	_, err = fmt.Fprintf(f, "%d %d\n", files, hits)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(w.dir, lastName))
	}
	if err != nil {
		err = errors.Join(fmt.Errorf("write cache: %w", err), ignoreMissing(os.Remove(f.Name())))
	}
	return err
}

// Used notes that the workspace is worked with: what was not for the longest
// time goes first when there is too much.
func (w *Workspace) Used() {
	now := time.Now()
	if info, err := os.Stat(w.dir); err == nil && now.Sub(info.ModTime()) > time.Minute {
		_ = os.Chtimes(w.dir, now, now) // it then counts as older than it is
	}
}
