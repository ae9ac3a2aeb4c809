package source

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Options change what is found. The zero value is what most callers want.
type Options struct {
	// Workers is how many folders are read at a time; 0 means GOMAXPROCS.
	Workers int
	// Exclude holds further patterns in .gitignore's form. They are relative
	// to the root and come before every .gitignore.
	Exclude []string
	// MaxLinked is how many folders and files may be reached through links
	// to folders; 0 means 100,000. When there are more, none of these links
	// is followed, and a Problem says so.
	MaxLinked int

	disk disk // nil outside tests
}

// disk is what the walk asks of the file system. Paths are absolute.
type disk interface {
	ReadDir(path string) ([]fs.DirEntry, error) // in any order
	Lstat(path string) (fs.FileInfo, error)
}

type osDisk struct{}

func (osDisk) ReadDir(path string) ([]fs.DirEntry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1) // unlike os.ReadDir, doesn't sort
}

func (osDisk) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

// Walk returns the files below root that matter, sorted by path, and what
// could not be read, sorted too. The result depends on the tree alone, not on
// the number of workers. When ctx ends the result is incomplete and the
// problems say so.
//
// Kept are regular files whose name has a Kind. Left out are skipped folders
// (installed packages, caches, build output, virtual environments) and what
// .gitignore files inside root exclude, except for .env files, compose
// files, Dockerfiles and .topicls.yaml, which count even so unless their folder is
// excluded.
//
// A link to a file counts as a file if its target is inside root. A link to a
// folder is followed if its target is inside root, is no skipped folder and
// doesn't contain the link; links to folders found behind it are not followed
// again. So each path has at most one followed link in it.
func Walk(ctx context.Context, root string, opts Options) (files []Entry, problems []Problem) {
	w, err := newWalker(root, opts)
	if err != nil {
		return nil, []Problem{{".", reason(err)}}
	}
	found := w.walkAll(ctx)
	return found.files, found.problems
}

// found is the result of walking a folder, each part sorted by path.
type found struct {
	files    []Entry
	folders  []folder
	links    []link
	problems []Problem
	// unlinked: there was too much behind links to folders.
	unlinked bool
}

// folder is a folder that the walk came to.
type folder struct {
	dir     string // "" for the root, else with a slash at the end
	rules   *rules // in force for what is in it
	skipped bool   // not entered
}

func (f folder) Key() string { return f.dir }

type walker struct {
	opts    Options
	disk    disk
	root    string // absolute
	real    string // root without links
	exclude *rules
	beside  *beside
	linked  *atomic.Int64 // of one walk: folders and files found behind links to folders
}

func newWalker(root string, opts Options) (*walker, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(real); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", root)
	}
	w := &walker{opts: opts, disk: opts.disk, root: root, real: real, beside: newBeside()}
	if w.opts.Workers <= 0 {
		w.opts.Workers = runtime.GOMAXPROCS(0)
	}
	if w.opts.MaxLinked <= 0 {
		w.opts.MaxLinked = 100_000
	}
	if w.disk == nil {
		w.disk = osDisk{}
	}
	w.setExclude(opts.Exclude)
	return w, nil
}

func (w *walker) setExclude(patterns []string) {
	w.opts.Exclude = patterns
	w.exclude = parseGitignore(nil, "", strings.Join(patterns, "\n"))
}

// abs returns the path for the operating system. rel may end in a slash.
func (w *walker) abs(rel string) string {
	rel = strings.TrimSuffix(rel, "/")
	if rel == "" || rel == "." {
		return w.root
	}
	return w.root + string(filepath.Separator) + filepath.FromSlash(rel)
}

// node is one folder during a walk. The worker that reads the folder fills it.
type node struct {
	folder
	linked   bool    // reached through a link to a folder
	files    []Entry // of this folder, sorted
	children []*node // sorted like dir
	links    []link
	problems []Problem
}

func (n *node) problem(path, message string) {
	n.problems = append(n.problems, Problem{path, message})
}

func (w *walker) walkAll(ctx context.Context) found {
	return w.walk(ctx, &node{})
}

// walk reads the folder of top and all that is below it: first the tree
// itself, then what links to folders lead to.
func (w *walker) walk(ctx context.Context, top *node) found {
	own := *w
	own.linked = new(atomic.Int64)
	w = &own
	behind := w.readAll(ctx, []*node{top})
	w.readAll(ctx, slices.Clone(behind))
	var out found
	if w.linked.Load() > int64(w.opts.MaxLinked) {
		for _, n := range behind {
			*n = node{folder: folder{dir: n.dir, skipped: true}}
		}
		out.unlinked = true
		out.problems = append(out.problems, Problem{".", fmt.Sprintf("links to folders lead to more than %d files; none of them was followed", w.opts.MaxLinked)})
	}
	if ctx.Err() != nil {
		out.problems = append(out.problems, Problem{".", "the search for files was stopped: " + ctx.Err().Error()})
	}
	out.add(top)
	slices.SortFunc(out.links, func(a, b link) int { return cmp.Compare(a.path, b.path) })
	sortProblems(out.problems)
	return out
}

func sortProblems(problems []Problem) {
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
}

// add appends what is in n and below it, in order: a folder stands where its
// name with a slash does, so that paths are sorted without sorting them all.
func (f *found) add(n *node) {
	f.folders = append(f.folders, n.folder)
	f.links = append(f.links, n.links...)
	f.problems = append(f.problems, n.problems...)
	files := n.files
	for _, child := range n.children {
		i := 0
		for i < len(files) && files[i].Path < child.dir {
			i++
		}
		f.files = append(f.files, files[:i]...)
		files = files[i:]
		f.add(child)
	}
	f.files = append(f.files, files...)
}

// readAll reads the folders and all below them on several goroutines. It
// returns the folders that links lead to, which it leaves unread.
func (w *walker) readAll(ctx context.Context, todo []*node) (behind []*node) {
	var mu sync.Mutex
	wake := sync.NewCond(&mu)
	busy := 0
	work := func() {
		mu.Lock()
		defer mu.Unlock()
		for {
			for len(todo) == 0 && busy > 0 {
				wake.Wait()
			}
			if len(todo) == 0 {
				wake.Broadcast()
				return
			}
			n := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			busy++
			mu.Unlock()
			var below, links []*node
			if ctx.Err() == nil && (!n.linked || w.linked.Load() <= int64(w.opts.MaxLinked)) {
				below, links = w.readSafely(n)
			}
			mu.Lock()
			busy--
			todo = append(todo, below...)
			behind = append(behind, links...)
			if len(below) > 1 || busy == 0 {
				wake.Broadcast()
			}
		}
	}
	var group sync.WaitGroup
	for range w.opts.Workers - 1 {
		group.Go(work)
	}
	work()
	group.Wait()
	return behind
}

// readSafely is read, except that a bug in it costs this folder only.
func (w *walker) readSafely(n *node) (below, behind []*node) {
	defer func() {
		if p := recover(); p != nil {
			*n = node{folder: n.folder, linked: n.linked}
			n.problem(cleanDir(n.dir), fmt.Sprintf("internal error: %v", p))
			below, behind = nil, nil
		}
	}()
	return w.read(n)
}

// read fills n from its folder. It returns the folders in it to read next and
// those that links in it lead to.
func (w *walker) read(n *node) (below, behind []*node) {
	list, err := w.disk.ReadDir(w.abs(n.dir))
	if err != nil && (n.dir == "" || !isGone(err)) {
		n.problem(cleanDir(n.dir), "can't read the folder: "+reason(err)) // list may hold a part of it
	}
	if !w.enter(n, list) {
		n.skipped = true
		return nil, nil
	}
	for _, d := range list {
		name := d.Name()
		path := n.dir + name
		switch mode := d.Type(); {
		case mode.IsRegular():
			w.readFile(n, d, path, name)
		case mode.IsDir():
			child := &node{folder: folder{dir: path + "/", rules: n.rules}, linked: n.linked}
			n.children = append(n.children, child)
			if w.skips(n.rules, path, name) {
				child.skipped = true
			} else {
				below = append(below, child)
			}
		case mode&fs.ModeSymlink != 0:
			if child := w.readLink(n, path, name); child != nil {
				n.children = append(n.children, child)
				behind = append(behind, child)
			}
		}
	}
	if n.linked {
		w.linked.Add(int64(1 + len(n.files)))
	}
	slices.SortFunc(n.files, func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(n.children, func(a, b *node) int { return cmp.Compare(a.dir, b.dir) })
	return below, behind
}

// enter looks at what a folder holds to decide whether to go in, and reads
// its .gitignore.
func (w *walker) enter(n *node, list []fs.DirEntry) bool {
	var ignore fs.DirEntry
	service := false
	for _, d := range list {
		switch name := d.Name(); {
		case name == venvMarker && n.dir != "":
			return false
		case name == gitignoreName && d.Type().IsRegular():
			ignore = d
		case standsForService(name):
			service = true
		}
	}
	if outputFolders[lastName(n.dir)] && !service {
		return false
	}
	if ignore == nil {
		return true
	}
	data, err := readBeneath(w.root, n.dir+gitignoreName, maxGitignore)
	if err != nil {
		n.problem(n.dir+gitignoreName, reason(err))
		return true
	}
	n.rules = parseGitignore(n.rules, n.dir, string(data))
	return true
}

func (w *walker) skips(r *rules, path, name string) bool {
	return skipsFolder(name) || w.exclude.ignored(path, name, true) || r.ignored(path, name, true)
}

// keeps tells what kind of file is called name, and whether rules let it count.
func (w *walker) keeps(r *rules, path, name string) (Kind, Language) {
	kind, lang := Classify(name)
	if path == ownName { // it may say what to leave out, and can't leave out itself
		return kind, lang
	}
	if kind == KindNone || w.exclude.ignored(path, name, false) || r.ignored(path, name, false) && !neverIgnored(name) {
		return KindNone, ""
	}
	return kind, lang
}

func (w *walker) readFile(n *node, d fs.DirEntry, path, name string) {
	kind, lang := w.keeps(n.rules, path, name)
	if kind == KindNone {
		return
	}
	info, err := d.Info()
	switch {
	case err == nil && info.Mode().IsRegular():
		n.files = append(n.files, newEntry(path, kind, lang, info))
	case err != nil && !isGone(err):
		n.problem(path, reason(err))
	}
}

func newEntry(path string, kind Kind, lang Language, info fs.FileInfo) Entry {
	return Entry{
		Path: path, Kind: kind, Lang: lang, Test: IsTest(path),
		Size: info.Size(), ModTime: info.ModTime().UnixNano(), Changed: changed(info), Mode: info.Mode(),
	}
}
