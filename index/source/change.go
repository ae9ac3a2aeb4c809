package source

import (
	"context"
	"io/fs"
	"maps"
	"slices"

	"topicls/index/ordered"
)

// Change is one thing that happened to the workspace's files. Make it with
// Touched, Opened, Closed or OnDisk.
type Change struct {
	path string
	op   op
	text []byte
	now  *Set
}

type op uint8

const (
	opTouched op = iota
	opOpened
	opClosed
	opOnDisk
)

// Touched says that the file or folder at path was created, changed or deleted
// on disk. What is there now is looked up, so it does no harm to say it twice
// or late. For a folder all that is below it is looked at again; "." means
// that anything may have changed.
func Touched(path string) Change { return Change{path: path, op: opTouched} }

// Path is what the change is about.
func (c Change) Path() string { return c.path }

// Opened lays text over the file at path, which need not exist on disk. The
// text must not be changed afterwards.
func Opened(path string, text []byte) Change { return Change{path: path, op: opOpened, text: text} }

// Closed takes the text over path away: the file on disk counts again.
func Closed(path string) Change { return Change{path: path, op: opClosed} }

// OnDisk says that what is on disk is as in now, another Set of the same root.
// Its overlays don't count. Watch gives such sets; nothing is looked up.
func OnDisk(now *Set) Change { return Change{path: ".", op: opOnDisk, now: now} }

// With returns the Set after the changes, made in order. Paths out of the
// root have no effect. s stays as it is; what did not change is shared.
//
// A change of text touches memory only and takes microseconds. A touched file
// costs a look at the file. A touched folder or .gitignore costs a walk of
// that folder, and a change that links may show in other places can cost a
// walk of the root.
func (s *Set) With(changes ...Change) *Set {
	next := *s
	ownOverlays, walked := false, false
	for _, c := range changes {
		path, ok := cleanPath(c.path)
		if !ok {
			continue
		}
		if c.op == opOnDisk {
			if slices.Equal(c.now.w.opts.Exclude, next.w.opts.Exclude) {
				next.adopt(c.now)
			} else { // it was made when other files were left out
				next.walkAll()
			}
			continue
		}
		if c.op == opTouched {
			if !walked { // a walk of everything saw what the other changes are about
				walked = next.touch(path)
			}
			continue
		}
		if c.op == opClosed && next.overlays[path] == nil || path == "." {
			continue
		}
		if !ownOverlays {
			next.overlays = maps.Clone(next.overlays)
			if next.overlays == nil {
				next.overlays = make(map[string]*overlay)
			}
			ownOverlays = true
		}
		if c.op == opOpened {
			next.overlays[path] = &overlay{text: c.text, hash: HashBytes(c.text)}
		} else {
			delete(next.overlays, path)
		}
		next.show(path)
	}
	return &next
}

// Excluding returns the Set with other patterns of files to leave out in place of
// those that it was opened with. It walks the root.
func (s *Set) Excluding(patterns []string) *Set {
	next, w := *s, *s.w
	w.setExclude(patterns)
	next.w = &w
	next.walkAll()
	return &next
}

// show brings s.files up to date for one path.
func (s *Set) show(path string) {
	e, ok := s.disk.Get(path)
	if o := s.overlays[path]; o != nil {
		if !ok {
			e = Entry{Path: path, Test: IsTest(path)}
			e.Kind, e.Lang, ok = s.keepsUnsaved(path)
		}
		e.Size, e.ModTime, e.Changed, e.Overlay = int64(len(o.text)), 0, 0, true
	}
	if ok {
		s.files = s.files.Put(e)
	} else {
		s.files = s.files.Without(path)
	}
}

// keepsUnsaved decides about a file that is only in an editor as the walk
// would if it were on disk.
func (s *Set) keepsUnsaved(path string) (Kind, Language, bool) {
	f, missing := s.nearestFolder(path)
	if f.skipped {
		return KindNone, "", false
	}
	for missing != path {
		if name := lastName(missing); outputFolders[name] || s.w.skips(f.rules, missing, name) {
			return KindNone, "", false
		}
		missing = path[:len(missing)+1+partLen(path[len(missing)+1:])]
	}
	kind, lang := s.w.keeps(f.rules, path, lastName(path))
	return kind, lang, kind != KindNone
}

// nearestFolder returns the lowest known folder on the way to path, and the
// first part of the way that is no known folder.
func (s *Set) nearestFolder(path string) (f folder, missing string) {
	f, _ = s.folders.Get("")
	for !f.skipped {
		end := len(f.dir) + partLen(path[len(f.dir):])
		missing = path[:end]
		if end == len(path) {
			break
		}
		inner, ok := s.folders.Get(path[:end+1])
		if !ok {
			break
		}
		f = inner
	}
	return f, missing
}

// partLen is the length of a path's first part.
func partLen(path string) int {
	for i := range len(path) {
		if path[i] == '/' {
			return i
		}
	}
	return len(path)
}

// touch brings s up to date with what is on disk at path. It reports whether
// that took a walk of the root.
func (s *Set) touch(path string) (walked bool) {
	if path == "." {
		return s.walkAll()
	}
	parent, missing := s.nearestFolder(path)
	dir := dirOf(path)
	switch {
	case isMarker(lastName(dir), lastName(path)) && len(missing) >= len(dir)-1:
		// The folder it stands in is to be judged again, also when it was skipped.
		if dir == "" {
			return s.walkAll()
		}
		return s.look(cleanDir(dir))
	case !parent.skipped:
		return s.look(missing)
	case s.showsElsewhere(path):
		return s.walkAll()
	}
	return false
}

// look does the same at path, whose folder is known and not skipped.
func (s *Set) look(path string) (walked bool) {
	info, err := s.w.disk.Lstat(s.w.abs(path))
	regular := err == nil && info.Mode().IsRegular()
	if s.showsElsewhere(path) && !(regular && s.refresh(path, info)) || err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return s.walkAll()
	}
	parent, _ := s.folders.Get(dirOf(path))
	name := lastName(path)
	var got found
	switch {
	case err == nil && info.IsDir():
		n := &node{folder: folder{dir: path + "/", rules: parent.rules}}
		if n.skipped = s.w.skips(parent.rules, path, name); n.skipped {
			got.folders = []folder{n.folder}
			break
		}
		if got = s.w.walk(context.Background(), n); len(got.links) > 0 {
			return s.walkAll()
		}
	case regular:
		if kind, lang := s.w.keeps(parent.rules, path, name); kind != KindNone {
			got.files = []Entry{newEntry(path, kind, lang, info)}
		}
	case err != nil && !isGone(err):
		got.problems = []Problem{{path, reason(err)}}
	}
	s.take(path, got)
	return false
}

// walkAll starts over from the disk. It returns true.
func (s *Set) walkAll() (walked bool) {
	s.takeAll(s.w.walkAll(context.Background()))
	return true
}

func (s *Set) takeAll(got found) {
	s.adopt(&Set{
		disk: ordered.New(got.files), folders: ordered.New(got.folders), problems: ordered.New(got.problems),
		links: got.links, unlinked: got.unlinked,
	})
}

// adopt takes over what now knows of the disk.
func (s *Set) adopt(now *Set) {
	s.disk, s.folders, s.problems, s.links, s.unlinked = now.disk, now.folders, now.problems, now.links, now.unlinked
	s.files = s.disk
	for open := range s.overlays {
		s.show(open)
	}
}

func (s *Set) withoutOverlays() *Set {
	out := *s
	out.overlays = nil
	out.files = out.disk
	return &out
}

// take replaces all that is known of path and what is below it.
func (s *Set) take(path string, got found) {
	lo, hi := below(path + "/")
	own := got.files[:0]
	if len(got.files) > 0 && got.files[0].Path == path { // it is the file itself
		own, got.files = got.files[:1], got.files[1:]
	}
	s.disk = replacePath(s.disk, path, own, lo, hi, got.files)
	s.files = replacePath(s.files, path, own, lo, hi, got.files)
	if s.folders.Any(lo, hi) || len(got.folders) > 0 {
		s.folders = s.folders.Replace(lo, hi, got.folders)
	}
	i := 0
	for i < len(got.problems) && got.problems[i].Path == path {
		i++
	}
	s.problems = replacePath(s.problems, path, got.problems[:i], lo, hi, got.problems[i:])
	for open := range s.overlays {
		if contains(path, open) {
			s.show(open)
		}
	}
}

// replacePath replaces the items at path and those below it, in [lo, hi).
func replacePath[T ordered.Keyed](t ordered.Tree[T], path string, at []T, lo, hi string, below []T) ordered.Tree[T] {
	if _, ok := t.Get(path); ok || len(at) > 0 {
		t = t.Replace(path, path+"\x00", at)
	}
	if len(below) > 0 || t.Any(lo, hi) {
		t = t.Replace(lo, hi, below)
	}
	return t
}

// showsElsewhere reports whether a change at path may change what links show,
// or what is behind them.
func (s *Set) showsElsewhere(path string) bool {
	_, known := s.disk.Get(path)
	if s.unlinked {
		return !known
	}
	for _, l := range s.links {
		if contains(l.path, path) || contains(path, l.path) ||
			l.target == "" && !known || // it may lead there once path exists
			l.target != "" && (contains(l.target, path) || contains(path, l.target)) {
			return true
		}
	}
	return false
}

// refresh handles the common case of a change that links show elsewhere: a
// known file has new bytes. It reports whether that was all.
func (s *Set) refresh(path string, info fs.FileInfo) bool {
	if _, known := s.disk.Get(path); !known || s.unlinked {
		return false
	}
	for _, l := range s.links {
		if contains(l.path, path) || contains(path, l.path) || contains(path, l.target) && path != l.target {
			return false // path is behind a link, or was something else
		}
	}
	update := func(path string) {
		if e, ok := s.disk.Get(path); ok {
			e.Size, e.ModTime, e.Changed, e.Mode = info.Size(), info.ModTime().UnixNano(), changed(info), info.Mode()
			s.disk = s.disk.Put(e)
			s.show(path)
		}
	}
	for _, l := range s.links {
		if alias, ok := l.alias(path); ok {
			update(alias)
		}
	}
	return true
}
